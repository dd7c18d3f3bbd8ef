package service

import (
	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/sfn"
)

// checkName refuses names that AWS refuses. Their length is checked before, with the request's shape.
func checkName(name string) error {
	if !engine.ValidName(name) {
		return sfn.InvalidName(name)
	}
	return nil
}
