package intrinsic

import (
	"errors"
	"fmt"
	"strings"

	"github.com/stepwell/stepwell/jsonpath"
	"github.com/stepwell/stepwell/value"
)

// Expression is the value of a field that holds a path or a call of an intrinsic function.
type Expression struct {
	text string
	// field is the field's name in messages, with ".$" where it ends so.
	field string
	// root is what is evaluated: lookup or *call.
	root operand
}

// ParseExpression compiles the text of a field within the limits of AWS, see [Limits.ParseExpression].
func ParseExpression(field, text string) (*Expression, error) {
	return AWSLimits.ParseExpression(field, text)
}

// ParseExpression compiles the text of a field. An error says that the text is neither a path nor a
// call; it is an *[Error].
func (l Limits) ParseExpression(field, text string) (*Expression, error) {
	x := &Expression{text: text, field: field}
	if strings.HasPrefix(text, prefix) {
		c, ok := l.parseCall(text)
		if !ok {
			return nil, invalid(field)
		}
		x.root = c
		return x, nil
	}
	path, err := jsonpath.Parse(text)
	if err != nil {
		return nil, invalid(field)
	}
	x.root = lookup{path}
	return x, nil
}

func invalid(field string) *Error {
	return &Error{Key: field, Message: fmt.Sprintf(
		"The value for the field '%s' must be a valid JSONPath or a valid intrinsic function call", field)}
}

// String returns the expression as it was written.
func (x *Expression) String() string { return x.text }

// Paths yields the paths in the expression, in the order of writing.
func (x *Expression) Paths(yield func(*jsonpath.Path) bool) { paths(x.root, yield) }

func paths(o operand, yield func(*jsonpath.Path) bool) bool {
	switch o := o.(type) {
	case lookup:
		return yield(o.path)
	case *call:
		for _, argument := range o.arguments {
			if !paths(argument, yield) {
				return false
			}
		}
	}
	return true
}

// Eval evaluates the expression. An error is an *[EvalError].
func (x *Expression) Eval(s jsonpath.Scope) (value.Value, error) {
	e := evaluation{scope: s, room: MaxResult}
	e.scope.Steps = &e.steps
	return e.expression(x)
}

// operand is a part of an expression: literal, lookup or *call.
type operand interface{ operand() }

// literal is a text, number, boolean or null.
type literal struct{ value value.Value }

// lookup is a path.
type lookup struct{ path *jsonpath.Path }

// call is a call of a function.
type call struct {
	// name is the function's with "States.".
	name      string
	function  *function
	arguments []operand
}

func (literal) operand() {}
func (lookup) operand()  {}
func (*call) operand()   {}

// missing says that the path of an argument led nowhere.
type missing struct {
	path *jsonpath.Path
	err  *jsonpath.Error
}

// Error returns the message of the path.
func (m *missing) Error() string { return m.err.Message }

func (e *evaluation) expression(x *Expression) (value.Value, error) {
	if l, ok := x.root.(lookup); ok {
		return e.field(x, l.path)
	}
	v, err := e.operand(x.root)
	if err != nil {
		return value.Null, &EvalError{Message: e.explain(x, err)}
	}
	return v, nil
}

// field evaluates an expression that is a path.
func (e *evaluation) field(x *Expression, path *jsonpath.Path) (value.Value, error) {
	v, err := path.Eval(e.scope)
	if err == nil {
		if err := e.take(v.Size()); err != nil {
			return value.Null, &EvalError{Message: err.Error()}
		}
		return v, nil
	}
	switch failed := err.(*jsonpath.Error); { // as Eval promises
	case failed.PastEnd:
		return value.Null, nil
	case failed.Limit:
		return value.Null, &EvalError{Message: failed.Message}
	}
	return value.Null, &EvalError{Message: fmt.Sprintf(
		"The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'",
		x.text, x.field, e.scope.Input.Compact())}
}

// explain puts the failure of a call into AWS's words.
func (e *evaluation) explain(x *Expression, err error) string {
	var m *missing
	if !errors.As(err, &m) {
		return fmt.Sprintf("There was an error while evaluating the intrinsic function: %s. %s", x.text, err)
	}
	text := m.err.Message // of Jayway
	if !m.err.NoArray && !m.err.Limit {
		path := m.path.String()
		if m.path.Context() {
			path = strings.TrimPrefix(path, "$")
		}
		text = fmt.Sprintf("The JsonPath argument for the field '%s' could not be found in the input '%s'", path, e.scope.Input.Compact())
	}
	return fmt.Sprintf("The function '%s' had the following error: %s", x.text, text)
}

// operand evaluates a call or an argument of one.
func (e *evaluation) operand(o operand) (value.Value, error) {
	switch o := o.(type) {
	case literal:
		return o.value, nil
	case lookup:
		return e.argument(o.path)
	case *call:
		return e.call(o)
	}
	panic(fmt.Sprintf("intrinsic: unknown operand %T", o))
}

// argument evaluates a path as an argument, where null does not stand for what is not there.
func (e *evaluation) argument(path *jsonpath.Path) (value.Value, error) {
	v, err := path.Eval(e.scope)
	if err != nil {
		return value.Null, &missing{path, err.(*jsonpath.Error)} // as Eval promises
	}
	return v, e.take(v.Size())
}

func (e *evaluation) call(c *call) (value.Value, error) {
	values := make([]value.Value, len(c.arguments))
	for i, o := range c.arguments {
		v, err := e.operand(o)
		if err != nil {
			return value.Null, err
		}
		values[i] = v
	}
	v, err := e.apply(c.function, values)
	if errors.Is(err, errArguments) {
		err = errors.New("Invalid arguments in " + c.name)
	}
	switch {
	case err != nil:
	case v.Kind() == value.KindString:
		err = e.take(len(v.AsString()))
	case v.Kind() == value.KindArray:
		err = e.take(16 * v.Len())
	}
	return v, err
}

// apply calls a function if it takes as many arguments.
func (e *evaluation) apply(f *function, arguments []value.Value) (value.Value, error) {
	switch n := len(arguments); {
	case n < f.min || n > f.max:
		return value.Null, errArguments
	case f.chance != nil:
		return f.chance(e.random(), arguments)
	}
	return f.run(arguments)
}
