package interpreter

import "github.com/stepwell/stepwell/asl"

// pass decides a Pass state: its result is Result as it stands, or Parameters, or its input.
func (d *decider) pass(f *frame, s *asl.Pass) {
	result, err := d.input(f, s.Parameters)
	if s.HasResult {
		result = s.Result
	}
	if err == nil {
		result, err = d.output(f, nil, s.ResultPath, result)
	}
	d.exit(f, result, err, s.Next)
}
