package interpreter

import (
	"github.com/stepwell/stepwell/asl"
)

// startBranches begins all branches of a Parallel, on entry and again for each retry.
func (d *decider) startBranches(f *frame, s *asl.Parallel) {
	input, err := d.parameters(f, s.Parameters)
	if err != nil {
		d.refuse(f, err, f.prev)
		return
	}
	d.step(f, ParallelStarted{Input: input.Kept()})
}

// joinBranches leaves a Parallel with the outputs of its branches.
func (d *decider) joinBranches(f *frame, s *asl.Parallel) {
	d.step(f, ParallelSucceeded{})
	d.leaveJoined(f, s.ResultSelector, s.ResultPath)
}
