package interpreter

import (
	"fmt"
	"strconv"

	"github.com/stepwell/stepwell/asl"
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

// assigned evaluates an Assign: all of its expressions see the variables as they were when the state
// was entered. It returns null where nothing is assigned.
func (d *decider) assigned(f *frame, t asl.Template, s seen) (value.Value, error) {
	if t.IsZero() {
		return value.Null, nil
	}
	v, err := d.evaluated(f, t, s)
	if err != nil || v.Len() == 0 {
		return value.Null, err
	}
	v = v.Kept()
	total, replaced := 0, 0
	for name, member := range v.Members() {
		total += member.Size()
		replaced += f.vars[name].Size()
	}
	switch limits := d.x.identity.Limits; {
	case total > limits.AssignBytes:
		err = fmt.Errorf("The variables assigned by the state exceed the maximum of %d bytes.", limits.AssignBytes)
	case d.x.variables+total-replaced > limits.VariablesBytes:
		err = fmt.Errorf("The variables of the execution exceed the maximum of %d bytes.", limits.VariablesBytes)
	}
	return v, err
}

// integer returns the whole number that a field has, or that its path or expression leads to.
func (d *decider) integer(f *frame, field string, n asl.Integer, most int64) (int64, error) {
	switch {
	case n.Path != nil:
		return d.number(f, field+"Path", n.Path)
	case n.Query != nil:
		return d.queriedInteger(f, field, n.Query, most)
	}
	return n.Value, nil
}

// percentage is as integer, for a number that may have a fraction.
func (d *decider) percentage(f *frame, field string, p asl.Percentage) (float64, error) {
	switch {
	case p.Path != nil:
		return d.float(f, field+"Path", p.Path)
	case p.Query != nil:
		v, err := d.queried(f, p.Query, seen{}, value.KindNumber)
		if n := v.AsFloat(); err == nil && (n < 0 || n > 100) {
			err = queryError(field, "%s must be between 0 and 100 but was: %s", field, v.Compact())
		}
		return v.AsFloat(), err
	}
	return p.Value, nil
}

// number returns the whole number that a field such as MaxConcurrencyPath leads to. A text of digits is
// one too, as recorded on AWS.
func (d *decider) number(f *frame, field string, p *jsonpath.Path) (int64, error) {
	v, err := d.at(f, p)
	if err != nil {
		return 0, err
	}
	n, ok := v.AsInt()
	if v.Kind() == value.KindString {
		n, err = strconv.ParseInt(v.AsString(), 10, 64)
		ok = err == nil
	}
	if !ok {
		return 0, fmt.Errorf("The %s field refers to value \"%s\" which is not a valid integer: %s", field, plain(v), p)
	}
	return n, nil
}

// float is as number, for a number that may have a fraction.
func (d *decider) float(f *frame, field string, p *jsonpath.Path) (float64, error) {
	v, err := d.at(f, p)
	if err != nil {
		return 0, err
	}
	n, ok := v.AsFloat(), v.Kind() == value.KindNumber
	if v.Kind() == value.KindString {
		n, err = strconv.ParseFloat(v.AsString(), 64)
		ok = err == nil
	}
	if !ok {
		return 0, fmt.Errorf("The %s field refers to value \"%s\" which is not a valid float: %s", field, plain(v), p)
	}
	return n, nil
}

// at returns what a path leads to in the effective input.
func (d *decider) at(f *frame, p *jsonpath.Path) (value.Value, error) {
	input, err := d.input(f)
	if err != nil {
		return value.Null, err
	}
	return found(p, d.scope(f, input))
}
