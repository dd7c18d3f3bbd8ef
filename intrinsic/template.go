// Package intrinsic evaluates payload templates, the values of "Parameters", "ResultSelector",
// "ItemSelector", "Assign" and their like, in which a key ending in ".$" has a path or a call of an
// intrinsic function instead of a value.
//
// [Parse] compiles a template once; [Template.Eval] fills it in. [ParseExpression] is for a field
// that holds one such path or call itself. Both are immutable and safe for concurrent use. The keys
// of a result have the order that AWS gives them: the static keys as defined, then the computed keys
// in the iteration order of a Java HashMap.
//
// # Functions
//
// All 18 functions of the Amazon States Language are here: Array, ArrayPartition, ArrayContains,
// ArrayRange, ArrayGetItem, ArrayLength and ArrayUnique (array.go); Format, StringSplit,
// StringToJson, JsonToString and JsonMerge (text.go, json.go); Base64Encode, Base64Decode and Hash
// (encode.go); MathAdd, MathRandom and UUID (math.go). An argument is a path, a text in single
// quotes, a number, true, false, null, or another call. In a text a backslash stands before ', {, }
// and itself, and before nothing else. A call that cannot be read is refused when the template is
// parsed; wrong arguments, also of a wrong number, fail when it is evaluated.
//
// The functions see Java objects on AWS, which shows: States.Format writes an object as {a=1},
// ArrayContains compares such texts, ArrayUnique gives the order of a hash set (java.go).
//
// Evaluation is pure: what is random comes from the source in the Scope. It is bounded by
// [MaxResult].
//
// See "Payload Template" and "Intrinsic Functions" in the Amazon States Language specification.
package intrinsic

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/stepwell/stepwell/jsonpath"
	"github.com/stepwell/stepwell/value"
)

// MaxResult bounds, in bytes, all that the paths and text functions of one template or expression may
// give, and 16 for each element of an array that a function gives, so that a small template cannot fill the memory. It is far beyond what AWS lets a state give.
const MaxResult = 1 << 24

// Template is a compiled payload template.
type Template struct {
	root node
}

// EvalError says why a template could not be filled in, in the words of AWS without the prefix
// that names the state.
type EvalError struct{ Message string }

// Error returns the message.
func (e *EvalError) Error() string { return e.Message }

// Eval fills in the template. An error is an *[EvalError]: a path led nowhere, or a function refused
// its arguments. An array index outside of its array is no error and gives null, as on AWS.
func (t *Template) Eval(s jsonpath.Scope) (value.Value, error) {
	e := evaluation{scope: s, room: MaxResult}
	e.scope.Steps = &e.steps
	return e.node(t.root)
}

// Paths yields the paths in the template, those of functions' arguments included.
func (t *Template) Paths(yield func(*jsonpath.Path) bool) { nodePaths(t.root, yield) }

func nodePaths(n node, yield func(*jsonpath.Path) bool) bool {
	switch n := n.(type) {
	case *Expression:
		return paths(n.root, yield)
	case *object:
		for _, f := range n.fields {
			if !nodePaths(f.node, yield) {
				return false
			}
		}
	case array:
		for _, e := range n {
			if !nodePaths(e, yield) {
				return false
			}
		}
	}
	return true
}

// node is a part of a compiled template: constant, *Expression, *object or array.
type node interface{ node() }

// constant is a part without computed keys.
type constant struct{ value value.Value }

// object has its fields in the order of the result.
type object struct{ fields []field }

type field struct {
	name string
	node node
}

// array has a node for each element.
type array []node

func (constant) node()    {}
func (*Expression) node() {}
func (*object) node()     {}
func (array) node()       {}

// evaluation is one evaluation of a template or expression.
type evaluation struct {
	scope jsonpath.Scope
	// room is how many bytes may still be found.
	room int
	// steps counts the work of all paths together.
	steps int
	// source serves a scope without one.
	source *rand.Rand
}

func (e *evaluation) node(n node) (value.Value, error) {
	switch n := n.(type) {
	case constant:
		return n.value, nil
	case *Expression:
		return e.expression(n)
	case *object:
		return e.object(n)
	case array:
		return e.array(n)
	}
	panic(fmt.Sprintf("intrinsic: unknown node %T", n))
}

func (e *evaluation) object(o *object) (value.Value, error) {
	members := make([]value.Member, len(o.fields))
	for i, f := range o.fields {
		v, err := e.node(f.node)
		if err != nil {
			return value.Null, err
		}
		members[i] = value.Member{Key: f.name, Value: v}
	}
	return value.Object(members...), nil
}

func (e *evaluation) array(a array) (value.Value, error) {
	elements := make([]value.Value, len(a))
	for i, n := range a {
		v, err := e.node(n)
		if err != nil {
			return value.Null, err
		}
		elements[i] = v
	}
	return value.Array(elements...), nil
}

// errRoom says that there is no room left.
var errRoom = errors.New("The result is too large to be evaluated")

// take uses room for n bytes.
func (e *evaluation) take(n int) error {
	if e.room -= n; e.room < 0 {
		return errRoom
	}
	return nil
}

// random returns the source of the scope, or one that is always the same.
func (e *evaluation) random() *rand.Rand {
	if e.source == nil {
		if e.scope.Random != nil {
			return e.scope.Random.Rand()
		}
		e.source = rand.New(rand.NewPCG(0, 0))
	}
	return e.source
}
