package interpreter

import (
	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/value"
)

// pass decides a Pass state: its result is Result as it stands, or Parameters, or its input.
func (d *decider) pass(f *frame, s *asl.Pass) {
	v, err := d.parameters(f, asl.Template{Payload: s.Parameters})
	if s.HasResult {
		v = s.Result
	}
	output := v
	if err == nil {
		output, err = d.passedOn(f, s, v)
	}
	d.exit(f, output, err, s.Next, s.Assign, seen{dollar: v})
}

// passedOn returns the output: what Output says, or the result placed into the input.
func (d *decider) passedOn(f *frame, s *asl.Pass, v value.Value) (value.Value, error) {
	if s.Output != nil {
		return d.queried(f, s.Output, seen{})
	}
	return d.output(f, nil, s.ResultPath, v)
}
