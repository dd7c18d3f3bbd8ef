// Package intrinsic evaluates payload templates, the values of "Parameters", "ResultSelector",
// "ItemSelector" and their like, in which a key ending in ".$" has a path instead of a value.
//
// [Parse] compiles a template once; [Template.Eval] fills it in. Templates are immutable and safe
// for concurrent use. The keys of a result have the order that AWS gives them: the static keys as
// defined, then the computed keys in the iteration order of a Java HashMap. Calls of intrinsic
// functions (States.Format and the others) are not evaluated; Parse refuses them.
//
// See "Payload Template" in the Amazon States Language specification.
package intrinsic

import (
	"fmt"

	"github.com/stepwell/stepwell/jsonpath"
	"github.com/stepwell/stepwell/value"
)

// Template is a compiled payload template.
type Template struct {
	root node
}

// EvalError says why a template could not be filled in, in the words of AWS without the prefix
// that names the state.
type EvalError struct{ Message string }

// Error returns the message.
func (e *EvalError) Error() string { return e.Message }

// Eval fills in the template. An error is an *[EvalError]: a path led nowhere. An array index
// outside of its array is no error and gives null, as on AWS.
func (t *Template) Eval(s jsonpath.Scope) (value.Value, error) {
	return t.root.eval(s)
}

// node is a part of a compiled template: constant, lookup, *object or array.
type node interface {
	eval(jsonpath.Scope) (value.Value, error)
}

// constant is a part without computed keys.
type constant struct{ value value.Value }

// lookup is the value of a key that ends in ".$".
type lookup struct {
	// key is the key as written, with ".$".
	key  string
	path *jsonpath.Path
}

// object has its fields in the order of the result.
type object struct{ fields []field }

type field struct {
	name string
	node node
}

// array has a node for each element.
type array []node

func (c constant) eval(jsonpath.Scope) (value.Value, error) { return c.value, nil }

func (l *lookup) eval(s jsonpath.Scope) (value.Value, error) {
	v, err := l.path.Eval(s)
	if e, ok := err.(*jsonpath.Error); ok && e.PastEnd {
		return value.Null, nil
	}
	if err != nil {
		return value.Null, &EvalError{Message: fmt.Sprintf(
			"The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'",
			l.path, l.key, s.Input.Compact())}
	}
	return v, nil
}

func (o *object) eval(s jsonpath.Scope) (value.Value, error) {
	members := make([]value.Member, len(o.fields))
	for i, f := range o.fields {
		v, err := f.node.eval(s)
		if err != nil {
			return value.Null, err
		}
		members[i] = value.Member{Key: f.name, Value: v}
	}
	return value.Object(members...), nil
}

func (a array) eval(s jsonpath.Scope) (value.Value, error) {
	elements := make([]value.Value, len(a))
	for i, n := range a {
		v, err := n.eval(s)
		if err != nil {
			return value.Null, err
		}
		elements[i] = v
	}
	return value.Array(elements...), nil
}
