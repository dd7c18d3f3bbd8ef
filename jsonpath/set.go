package jsonpath

import (
	"fmt"

	"github.com/stepwell/stepwell/value"
)

// Set returns root with the place that the path leads to set to v: what ResultPath does with a
// result. "$" gives v itself. Objects that are missing on the way are made; the last name is
// replaced where it stands or appended. An index must be that of an existing element. An error is
// an *[Error] and means that the path cannot be applied to root (States.ResultPathMatchFailure).
func (p *Path) Set(root, v value.Value) (value.Value, error) {
	if p.root != rootInput || p.rest != nil {
		return value.Null, &Error{Message: "Only a reference path that begins with a single '$' can be set, not " + p.text}
	}
	return set(p.steps, root, v)
}

func set(steps []step, at, v value.Value) (value.Value, error) {
	if len(steps) == 0 {
		return v, nil
	}
	s := &steps[0]
	if s.isIndex {
		return setElement(steps, at, v)
	}
	if at.Kind() != value.KindObject {
		return value.Null, mismatch(s.name, at)
	}
	child, ok := at.Get(s.name)
	if !ok {
		child = value.Object()
	}
	child, err := set(steps[1:], child, v)
	if err != nil {
		return value.Null, err
	}
	return at.With(s.name, child), nil
}

func setElement(steps []step, at, v value.Value) (value.Value, error) {
	s := &steps[0]
	if at.Kind() != value.KindArray {
		return value.Null, mismatch(s.String(), at)
	}
	i := place(s.index, at)
	if i < 0 {
		return value.Null, mismatch(s.String(), at)
	}
	child, err := set(steps[1:], at.Index(i), v)
	if err != nil {
		return value.Null, err
	}
	return at.WithElement(i, child), nil
}

// mismatch is the error for a step that cannot be taken from a value.
func mismatch(step string, at value.Value) *Error {
	return &Error{Message: fmt.Sprintf("Unable to apply step %q to input %s", step, at.Compact())}
}
