package interpreter

import "github.com/stepwell/stepwell/asl"

// pass decides a Pass state: its result is Result as it stands, or Parameters, or its input.
func (d *decider) pass(f *frame, s *asl.Pass) {
	v, err := d.parameters(f, asl.Template{Payload: s.Parameters})
	if s.HasResult {
		v = s.Result
	}
	output := v
	if err == nil {
		output, err = d.output(f, nil, s.ResultPath, v)
	}
	d.exit(f, output, err, s.Next, s.Assign, seen{dollar: v})
}
