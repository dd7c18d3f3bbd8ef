package interpreter

import "github.com/stepwell/stepwell/asl"

// pass decides a Pass state: its result is Result as it stands, or Parameters, or its input.
func (d *decider) pass(f *frame, s *asl.Pass) {
	result, err := d.input(f, s.Parameters)
	if s.HasResult {
		result = s.Result
	}
	output := result
	if err == nil {
		output, err = d.output(f, nil, s.ResultPath, result)
	}
	d.exit(f, output, err, s.Next, s.Assign, result)
}
