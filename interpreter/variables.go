package interpreter

import (
	"fmt"
	"strconv"

	"github.com/stepwell/stepwell/intrinsic"
	"github.com/stepwell/stepwell/jsonpath"
	"github.com/stepwell/stepwell/value"
)

// variable returns what f's block, or the nearest block around it that has the variable, sees.
func (f *frame) variable(name string) (value.Value, bool) {
	for ; f != nil; f = f.parent {
		if v, ok := f.vars[name]; ok {
			return v, true
		}
	}
	return value.Null, false
}

// assigned evaluates an Assign, in which "$" is from: all of its expressions see the variables as they
// were when the state was entered. It returns null where nothing is assigned.
func (d *decider) assigned(f *frame, t *intrinsic.Template, from value.Value) (value.Value, error) {
	if t == nil {
		return value.Null, nil
	}
	v, err := t.Eval(d.scope(f, from))
	if err != nil || v.Len() == 0 {
		return value.Null, err
	}
	v = v.Kept()
	total := 0
	for _, member := range v.Members() {
		total += member.Size()
	}
	switch limits := d.x.identity.Limits; {
	case total > limits.AssignBytes:
		err = fmt.Errorf("The variables assigned by the state exceed the maximum of %d bytes.", limits.AssignBytes)
	case d.x.variables+total > limits.VariablesBytes:
		err = fmt.Errorf("The variables of the execution exceed the maximum of %d bytes.", limits.VariablesBytes)
	}
	return v, err
}

// number returns the whole number that a field such as MaxConcurrencyPath leads to. A text of digits is
// one too, as recorded on AWS.
func (d *decider) number(f *frame, field string, p *jsonpath.Path) (int64, error) {
	input, err := d.input(f, nil)
	if err != nil {
		return 0, err
	}
	v, err := found(p, d.scope(f, input))
	if err != nil {
		return 0, err
	}
	n, ok := int64(0), false
	switch v.Kind() {
	case value.KindNumber:
		n, ok = v.AsInt()
	case value.KindString:
		parsed, err := strconv.ParseInt(v.AsString(), 10, 64)
		n, ok = parsed, err == nil
	default: // is no number
	}
	if !ok {
		return 0, fmt.Errorf("The %s field refers to value \"%s\" which is not a valid integer: %s", field, plain(v), p)
	}
	return n, nil
}
