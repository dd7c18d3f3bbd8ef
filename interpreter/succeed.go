package interpreter

import "github.com/stepwell/stepwell/asl"

// succeed decides a Succeed state: it ends its block with what its paths select.
func (d *decider) succeed(f *frame, s *asl.Succeed) {
	output, err := d.input(f)
	if err == nil {
		output, err = d.passed(f, s.Output, output)
	}
	d.exit(f, output, err, "", asl.Template{}, seen{})
}
