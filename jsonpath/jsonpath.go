// Package jsonpath evaluates JSONPath the way AWS Step Functions does, in the dialect of the Java
// library Jayway.
//
// A [Path] is parsed once and then evaluated on any [Scope]. The package knows definite paths: the
// root "$" or the context object "$$", then names (".a", "['a']") and array indexes ("[0]", or
// "[-1]" counted from the end). Parse refuses the constructs of the language that it does not
// evaluate (wildcards, "..", slices, unions, filters, functions, variables) with a [SyntaxError]
// that names them. [Path.Set] is the writing side, for ResultPath.
//
// Paths are immutable and safe for concurrent use. Errors carry the words of AWS without the
// prefix that names the state; callers add it.
package jsonpath

import (
	"strconv"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// Path is one parsed, immutable path.
type Path struct {
	text string
	// context says that the path starts from "$$".
	context bool
	steps   []step
}

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
}

// String returns the path as it was written.
func (p *Path) String() string { return p.text }

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
