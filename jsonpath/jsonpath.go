// Package jsonpath evaluates JSONPath the way AWS Step Functions does, in the dialect of the Java
// library Jayway.
//
// A [Path] is parsed once and then evaluated on any [Scope]. It starts from the input "$", the
// context object "$$" or a variable "$name", and goes on with
//
//	.a  ['a']                    a member; ["a"] is the same
//	[0]  [-1]                    an element, counted from the start or from the end
//	.*  [*]                      all members or elements
//	['a','b']                    at the end of a path an object of these members, else each of them
//	[0,2]                        these elements
//	[1:3]  [1:]  [:3]            a slice; a step behind a second colon is ignored
//	..a  ..[0]  ..*              the same at every depth
//	[?(@.a == 1 && !@.b)]        what a filter accepts (see below)
//	.length()  .sum()            a function: length, size, keys, min, max, avg, sum, stddev, first,
//	                             last, index, append, concat
//
// A path is definite when it names one place; the value there is the result, and it is an error
// ([Error]) if there is none. The others are indefinite: their result is an array of all that was
// found, empty when nothing was, and never an error, as recordings of AWS show.
//
// What differs from other dialects: a slice of an object finds nothing; a filter on an object tests
// that object itself; behind ".." a filter sees arrays and objects only; behind ".." and before
// another step an index or slice stands for all elements. In a filter 42 equals "42"; the operators
// are == != === !== < <= > >= =~ in nin contains all size empty subsetof anyof noneof, combined with
// && || ! and parentheses; operands are paths from "@" or "$", JSON values, strings in quotes of
// either kind, and regular expressions (/a.*/i), which are those of Go's package regexp.
//
// [Path.Set] is the writing side, for ResultPath. Paths are immutable and safe for concurrent use.
// Evaluation is bounded in steps and in the size of what it finds, see [MaxSteps] and [MaxFound].
// Errors carry the words of AWS without the prefix that names the state; callers add it.
package jsonpath

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// Path is one parsed, immutable path.
type Path struct {
	text string
	root root
	// variable is the name behind "$" when the root is rootVariable.
	variable string
	// steps lead to a single place.
	steps []step
	// rest is what follows the steps: it begins with the first selector that is no step.
	rest []selector
	// whole, when not nil, is a function of all that rest finds.
	whole *call
	// indefinite says that rest may find any number of values.
	indefinite bool
}

// root is what a path starts from.
type root uint8

const (
	rootInput root = iota
	rootContext
	rootVariable
	// rootItem is "@": the value that a filter tests.
	rootItem
)

// step goes from a value to one of its parts: a member by its name, or an element by its index.
type step struct {
	name    string
	index   int
	isIndex bool
}

// Scope is what a path can be evaluated on.
type Scope struct {
	// Input is what "$" stands for.
	Input value.Value
	// Context gives what "$$" stands for, and is called only when a path asks for it. When it is
	// nil the context object is empty.
	Context func() value.Value
	// Variables returns what "$name" stands for, false when there is no such variable; nil means that
	// there are none.
	Variables func(name string) (value.Value, bool)
	// Steps, when not nil, counts the work of all evaluations that share it against [MaxSteps].
	Steps *int
	// Random serves the functions of package intrinsic that need chance; nil means a source that is
	// always the same. Paths need none.
	Random Source
}

// Source gives a source of randomness, and is asked only when one is needed.
type Source interface {
	Rand() *rand.Rand
}

// String returns the path as it was written.
func (p *Path) String() string { return p.text }

// Variable returns the name of the variable that the path starts from, "" when it starts from none.
func (p *Path) Variable() string { return p.variable }

// Context reports whether the path starts from the context object "$$".
func (p *Path) Context() bool { return p.root == rootContext }

// Definite reports whether the path leads to one place. Otherwise its result is an array.
func (p *Path) Definite() bool { return !p.indefinite }

// canonical writes the first n steps of the path as Jayway does, each in brackets. The root is
// always one "$".
func (p *Path) canonical(n int) string {
	var b strings.Builder
	b.WriteByte('$')
	for _, s := range p.steps[:n] {
		b.WriteString(s.String())
	}
	return b.String()
}

// String returns the step in brackets.
func (s step) String() string {
	if s.isIndex {
		return "[" + strconv.Itoa(s.index) + "]"
	}
	return "['" + s.name + "']"
}
