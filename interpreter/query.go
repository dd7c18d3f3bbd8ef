package interpreter

import (
	"errors"
	"fmt"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/jsonata"
	"github.com/stepwell/stepwell/value"
)

// seen is what the fields of a state see beside its input, the variables and the context object.
type seen struct {
	// dollar is "$" of JSONPath.
	dollar value.Value
	// states is a member of "$states" of JSONata: the result, or the error output; none without a key.
	states value.Member
	// item is what the context object has for an iteration of a Map; nil elsewhere.
	item *value.Member
}

// result is what Output and Assign see of a state that has done its work with the result v.
func result(v value.Value) seen {
	return seen{dollar: v, states: value.Member{Key: "result", Value: v}}
}

// queryScope is what the expressions of f's state see.
func (d *decider) queryScope(f *frame, s seen) asl.QueryScope {
	var states *value.Value
	return asl.NewQueryScope(jsonata.Env{
		Time: d.now.Time, Random: d.Rand(),
		Variable: func(name string) (value.Value, bool) {
			if name != "states" {
				return f.variable(name)
			}
			if states == nil {
				states = new(d.states(f, s))
			}
			return *states, true
		},
	})
}

// states returns "$states".
func (d *decider) states(f *frame, s seen) value.Value {
	members := []value.Member{
		{Key: "input", Value: f.input},
		{Key: "context", Value: d.context(f, s.item)},
	}
	if s.states.Key != "" {
		members = append(members, s.states)
	}
	return value.Object(members...)
}

// queried evaluates a query of f's state, whose value must be of one of the kinds if any are given.
func (d *decider) queried(f *frame, q *asl.Query, s seen, kinds ...value.Kind) (value.Value, error) {
	v, err := d.evalQuery(q, d.queryScope(f, s), kinds...)
	return v.Kept(), err
}

// evalQuery evaluates a query, and notes what that took.
func (d *decider) evalQuery(q *asl.Query, scope asl.QueryScope, kinds ...value.Kind) (value.Value, error) {
	before := scope.Steps()
	defer func() { d.spent += scope.Steps() - before }()
	if len(kinds) == 0 {
		return q.Eval(scope)
	}
	return q.EvalAs(scope, kinds...)
}

// queriedInteger evaluates a query for a whole number between 0 and most.
func (d *decider) queriedInteger(f *frame, field string, q *asl.Query, most int64) (int64, error) {
	v, err := d.queried(f, q, seen{}, value.KindNumber)
	if err != nil {
		return 0, err
	}
	n, ok := v.AsInt()
	switch {
	case !ok:
		return 0, queryError(field, "The %s field cannot be parsed as an integer: %s", field, v.Compact())
	case n < 0 || n > most:
		return 0, queryError(field, "%s must be between 0 and %d but was: %d", field, most, n)
	}
	return n, nil
}

// queryError is the failure of a field whose expression gave a value that the field cannot take.
func queryError(location, format string, args ...any) error {
	return &asl.QueryError{Location: location, Message: fmt.Sprintf(format, args...)}
}

// evaluationFailed records that an expression of f's state failed, after the event at, and returns the
// event that what follows points at. Any other error has no event of its own.
//
// Where nothing has happened in the state yet, that event follows what was before the state; but for a
// Wait, as recorded on AWS.
func (d *decider) evaluationFailed(f *frame, err error, at int64) int64 {
	var failed *asl.QueryError
	if !errors.As(err, &failed) {
		return at
	}
	if at == f.enteredID && f.state.Type() != asl.TypeWait {
		at = f.enteredPrev
	}
	d.emit(f.id, at, EvaluationFailed{
		State: f.state.Base().Name, Location: failed.Location, Failure: refusal(f, err),
	})
	return d.x.visible
}
