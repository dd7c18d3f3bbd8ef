package interpreter

import (
	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/value"
)

// succeed decides a Succeed state: it ends its block with what its paths select.
func (d *decider) succeed(f *frame, s *asl.Succeed) {
	output, err := d.input(f, nil)
	if err == nil {
		output, err = d.selected(f, s.OutputPath, output)
	}
	d.exit(f, output, err, "", nil, value.Null)
}
