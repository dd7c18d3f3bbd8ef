package asl

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/stepwell/stepwell/jsonata"
	"github.com/stepwell/stepwell/value"
)

// Query is the value of a field of JSONata: JSON in which each text between "{%" and "%}" is an
// expression that stands for its result. See
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html.
type Query struct{ root queryNode }

// QueryScope is what the expressions of a Query see.
type QueryScope struct {
	// Variable returns the value of a variable; "states" is one of them.
	Variable func(name string) (value.Value, bool)
	// Time is what $now and $millis give.
	Time time.Time
	// Random is where $random, $uuid and $shuffle get their numbers.
	Random *rand.Rand
	// Steps, when not nil, is where the steps that were taken are added.
	Steps *int
}

// QueryError says why a Query has no value, in AWS's words without the prefix that names the state.
type QueryError struct {
	// Location is the place in the state, as in "Output/a[0]"; empty when there is none.
	Location string
	Message  string
}

// Error returns the message.
func (e *QueryError) Error() string { return e.Message }

// Eval returns the value. An error is a *[QueryError].
func (q *Query) Eval(s QueryScope) (value.Value, error) {
	r := queryRun{scope: s}
	v, err := q.root.eval(&r)
	if s.Steps != nil {
		*s.Steps += r.steps
	}
	if err != nil {
		return value.Null, err
	}
	return v, nil
}

// EvalAs is Eval for a field that takes values of one kind only.
func (q *Query) EvalAs(s QueryScope, kinds ...value.Kind) (value.Value, error) {
	v, err := q.Eval(s)
	if err != nil {
		return value.Null, err
	}
	for _, kind := range kinds {
		if v.Kind() == kind {
			return v, nil
		}
	}
	x, ok := q.root.(*queryExpression)
	if !ok {
		return value.Null, &QueryError{Message: fmt.Sprintf("Expected '%s', but was '%s' for value: %s", kinds[0], v.Kind(), v.Compact())}
	}
	return value.Null, x.fail("returned an unexpected result type. Expected '%s', but was '%s' for value: %s", kinds[0], v.Kind(), v.Compact())
}

// queryRun is one evaluation of a Query. Its expressions share one budget.
type queryRun struct {
	scope QueryScope
	steps int
}

// queryNode is a part of a Query.
type queryNode interface {
	eval(*queryRun) (value.Value, *QueryError)
}

// queryConstant is a value without expressions.
type queryConstant struct{ value value.Value }

func (c queryConstant) eval(*queryRun) (value.Value, *QueryError) { return c.value, nil }

// queryArray is an array with expressions in it.
type queryArray []queryNode

func (a queryArray) eval(r *queryRun) (value.Value, *QueryError) {
	elements := make([]value.Value, len(a))
	for i, n := range a {
		var err *QueryError
		if elements[i], err = n.eval(r); err != nil {
			return value.Null, err
		}
	}
	return value.Array(elements...), nil
}

// queryObject is an object with expressions in it. Its members keep the order of the definition.
type queryObject []queryMember

type queryMember struct {
	key  string
	node queryNode
}

func (o queryObject) eval(r *queryRun) (value.Value, *QueryError) {
	members := make([]value.Member, len(o))
	for i, m := range o {
		v, err := m.node.eval(r)
		if err != nil {
			return value.Null, err
		}
		members[i] = value.Member{Key: m.key, Value: v}
	}
	return value.Object(members...), nil
}

// queryExpression is a text between "{%" and "%}".
type queryExpression struct {
	expression *jsonata.Expression
	// at is where it stands; state is where its state does.
	at, state *location
}

func (x *queryExpression) eval(r *queryRun) (value.Value, *QueryError) {
	result, err := x.expression.Eval(jsonata.Env{
		Variable: r.scope.Variable, Time: r.scope.Time, Random: r.scope.Random, Steps: &r.steps,
	})
	if err != nil {
		return value.Null, x.thrown(err)
	}
	v, ok := result.Value()
	switch {
	case result.IsFunction():
		return value.Null, x.fail("returned an unsupported result type.")
	case !ok:
		return value.Null, x.fail("returned nothing (undefined).")
	}
	return v, nil
}

// thrown is the failure of an expression that did not come to a result.
func (x *queryExpression) thrown(err error) *QueryError {
	var e *jsonata.Error
	errors.As(err, &e)
	switch {
	case e != nil && e.Internal:
		return x.fail("threw an internal error during evaluation.")
	case e != nil && e.Code != "":
		return x.fail("threw an error during evaluation. %s: %s", e.Code, e.Message)
	}
	return x.fail("threw an error during evaluation: %s", err)
}

func (x *queryExpression) fail(format string, args ...any) *QueryError {
	location := x.at.within(x.state)
	return &QueryError{Location: location, Message: fmt.Sprintf(
		"The JSONata expression '%s' specified for the field '%s' %s", x.expression, location, fmt.Sprintf(format, args...))}
}

// The delimiters of an expression.
const (
	queryOpen  = "{%"
	queryClose = "%}"
)

// cutExpression returns what stands between the delimiters of a text that begins with one. It is false
// for a text that does not end with the other.
func cutExpression(text string) (expression string, ok bool) {
	expression, ok = strings.CutSuffix(strings.TrimPrefix(text, queryOpen), queryClose)
	return strings.TrimSpace(expression), ok
}
