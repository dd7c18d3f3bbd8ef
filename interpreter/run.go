package interpreter

import (
	"fmt"

	"github.com/stepwell/stepwell/asl"
)

// run lets the ready frames take turns until none is left, the execution has closed, or the Step is
// full.
func (d *decider) run() {
	for d.x.status == Running {
		f := d.x.queue.front()
		if f == nil {
			return
		}
		if len(d.events) >= StepEventLimit || d.bytes >= StepByteLimit || d.spent >= StepWorkLimit {
			d.emit(rootID, d.x.root.prev, Paused{})
			return
		}
		before := d.x.seq
		d.advance(f)
		if d.x.seq == before {
			panic(fmt.Sprintf("interpreter: frame %s is ready in phase %s, but nothing happened", f.id, f.phase))
		}
	}
}

// advance lets f take one small step.
func (d *decider) advance(f *frame) {
	switch f.phase {
	case phaseEnter:
		d.enter(f)
	case phaseEntered:
		d.work(f)
	case phaseScheduled:
		d.step(f, TaskStarted{Await: f.await.ID.Seq, Resource: f.await.Resource})
	case phaseChildren:
		d.join(f)
	case phaseDone:
		d.done(f)
	default:
		panic(fmt.Sprintf("interpreter: frame %s cannot advance from phase %s", f.id, f.phase))
	}
}

func (d *decider) enter(f *frame) {
	s := f.block.State(f.next)
	d.step(f, StateEntered{Type: s.Type(), Name: f.next, Input: f.input})
}

// work does what the state that f has entered is for.
func (d *decider) work(f *frame) {
	switch s := f.state.(type) {
	case *asl.Pass:
		d.pass(f, s)
	case *asl.Task:
		d.schedule(f, s)
	case *asl.Wait:
		d.wait(f, s)
	case *asl.Choice:
		d.choice(f, s)
	case *asl.Succeed:
		d.succeed(f, s)
	case *asl.Fail:
		d.failState(f, s)
	case *asl.Parallel:
		d.startBranches(f, s)
	case *asl.Map:
		d.startMap(f, s)
	}
}

// join goes on after the last child of f.
func (d *decider) join(f *frame) {
	switch s := f.state.(type) {
	case *asl.Parallel:
		d.joinBranches(f, s)
	case *asl.Map:
		d.joinMap(f, s)
	}
}

// done ends a block: the execution's own, or a Map's processor.
func (d *decider) done(f *frame) {
	if f.parent == nil {
		d.step(f, ExecutionSucceeded{Output: f.input})
		return
	}
	d.endIteration(f)
}
