package jsonpath

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// Error says why a path gave nothing, in the words of AWS.
type Error struct {
	Message string
	// PastEnd says that nothing but an array index outside of its array is at fault, and that the
	// path ends with it. Payload templates take null then.
	PastEnd bool
	// NoArray says that an index met something else than an array.
	NoArray bool
	// Limit says that evaluation would have cost too much.
	Limit bool
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Eval returns the value that a definite path leads to, or the array of all that an indefinite one
// finds. An error is an *[Error]: there is no such value, or looking for it costs too much.
func (p *Path) Eval(s Scope) (value.Value, error) {
	document, err := p.start(s)
	if err != nil {
		return value.Null, err
	}
	at := document
	for i := 0; err == nil && i < len(p.steps); i++ {
		at, err = p.follow(at, i)
	}
	switch {
	case p.rest == nil:
		return at, err
	case err != nil && p.indefinite:
		return value.Array(), nil
	case err != nil:
		return value.Null, err
	}
	q := query{document: document}
	if s.Steps != nil {
		q.steps = *s.Steps
	}
	v, err := q.run(p, at)
	if s.Steps != nil {
		*s.Steps = q.steps
	}
	return v, err
}

// start returns the value of the path's root.
func (p *Path) start(s Scope) (value.Value, error) {
	switch {
	case p.root == rootContext && s.Context != nil:
		return s.Context(), nil
	case p.root == rootContext:
		return value.Object(), nil
	case p.root != rootVariable:
		return s.Input, nil
	}
	if s.Variables != nil {
		if v, ok := s.Variables(p.variable); ok {
			return v, nil
		}
	}
	return value.Null, &Error{Message: "The variable '$" + p.variable + "' has no value"}
}

// last reports whether step i is the end of the path.
func (p *Path) last(i int) bool { return i == len(p.steps)-1 && p.rest == nil }

// follow takes step i from the value at.
func (p *Path) follow(at value.Value, i int) (value.Value, error) {
	s := &p.steps[i]
	if s.isIndex {
		return p.element(at, i)
	}
	if at.Kind() != value.KindObject {
		return value.Null, p.notObject(at, i)
	}
	if member, ok := at.Get(s.name); ok {
		return member, nil
	}
	if p.last(i) {
		return value.Null, &Error{Message: "No results for path: " + p.canonical(i+1)}
	}
	return value.Null, &Error{Message: "Missing property in path " + p.canonical(i+1)}
}

// element takes step i, an index, from the value at.
func (p *Path) element(at value.Value, i int) (value.Value, error) {
	s := &p.steps[i]
	if at.Kind() != value.KindArray {
		return value.Null, &Error{Message: fmt.Sprintf("Filter: %s can only be applied to arrays. Current context is: %s", s, at.Compact()), NoArray: true}
	}
	if n := place(s.index, at); n >= 0 {
		return at.Index(n), nil
	}
	return value.Null, &Error{Message: "No results for path: " + p.canonical(len(p.steps)), PastEnd: p.last(i)}
}

// place returns where in array an index points, counted from the start, or -1 when outside.
func place(index int, array value.Value) int {
	n := array.Len()
	if index < 0 {
		index += n
	}
	if index < 0 || index >= n {
		return -1
	}
	return index
}

// notObject is the error for a name that is looked for in a value without names.
func (p *Path) notObject(at value.Value, i int) *Error {
	const format = "Expected to find an object with property %s in path %s but found '%s'. " +
		"This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'."
	return &Error{Message: fmt.Sprintf(format, &p.steps[i], p.canonical(i), nodeClass(at))}
}

// nodeClass names the Java class that holds v, which is no object, in Jackson's tree model.
func nodeClass(v value.Value) string {
	const tree = "com.fasterxml.jackson.databind.node."
	switch v.Kind() {
	case value.KindBool:
		return tree + "BooleanNode"
	case value.KindNumber:
		return tree + numberClass(v.NumberText())
	case value.KindString:
		return tree + "TextNode"
	case value.KindArray:
		return tree + "ArrayNode"
	}
	return tree + "NullNode"
}

// numberClass names the class of a number by how it is written.
func numberClass(text string) string {
	if strings.ContainsAny(text, ".eE") {
		return "DoubleNode"
	}
	if _, err := strconv.ParseInt(text, 10, 32); err == nil {
		return "IntNode"
	}
	if _, err := strconv.ParseInt(text, 10, 64); err == nil {
		return "LongNode"
	}
	return "BigIntegerNode"
}
