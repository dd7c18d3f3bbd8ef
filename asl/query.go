package asl

import (
	"errors"
	"fmt"
	"strings"

	"github.com/stepwell/stepwell/jsonata"
	"github.com/stepwell/stepwell/value"
)

// Query is the value of a field of JSONata: JSON in which each text between "{%" and "%}" is an
// expression that stands for its result. See
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html.
type Query struct{ root queryNode }

// QueryScope is what the expressions of a Query see, and what they and those of other Queries in the same
// scope may cost together.
type QueryScope struct{ session *jsonata.Session }

// NewQueryScope returns the scope of expressions that see env.
func NewQueryScope(env jsonata.Env) QueryScope { return QueryScope{jsonata.NewSession(env)} }

// Steps returns how many steps were taken in the scope.
func (s QueryScope) Steps() int { return s.session.Steps() }

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
	v, err := q.root.eval(s)
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

// queryNode is a part of a Query.
type queryNode interface {
	eval(QueryScope) (value.Value, *QueryError)
}

// queryConstant is a value without expressions.
type queryConstant struct{ value value.Value }

func (c queryConstant) eval(QueryScope) (value.Value, *QueryError) { return c.value, nil }

// queryArray is an array with expressions in it.
type queryArray []queryNode

func (a queryArray) eval(s QueryScope) (value.Value, *QueryError) {
	elements := make([]value.Value, len(a))
	for i, n := range a {
		var err *QueryError
		if elements[i], err = n.eval(s); err != nil {
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

func (o queryObject) eval(s QueryScope) (value.Value, *QueryError) {
	members := make([]value.Member, len(o))
	for i, m := range o {
		v, err := m.node.eval(s)
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

func (x *queryExpression) eval(s QueryScope) (value.Value, *QueryError) {
	result, err := x.expression.EvalIn(s.session)
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
