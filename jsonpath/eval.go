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
	// PastEnd says that nothing but an array index outside of its array is at fault. Payload
	// templates take null then.
	PastEnd bool
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Eval returns the value that the path leads to. An error is an *[Error]: there is no such value.
func (p *Path) Eval(s Scope) (value.Value, error) {
	at := s.Input
	if p.context {
		at = value.Object()
		if s.Context != nil {
			at = s.Context()
		}
	}
	for i := range p.steps {
		next, err := p.follow(at, i)
		if err != nil {
			return value.Null, err
		}
		at = next
	}
	return at, nil
}

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
	if i == len(p.steps)-1 {
		return value.Null, &Error{Message: "No results for path: " + p.canonical(i+1)}
	}
	return value.Null, &Error{Message: "Missing property in path " + p.canonical(i+1)}
}

// element takes step i, an index, from the value at.
func (p *Path) element(at value.Value, i int) (value.Value, error) {
	s := &p.steps[i]
	if at.Kind() != value.KindArray {
		return value.Null, &Error{Message: fmt.Sprintf("Filter: %s can only be applied to arrays. Current context is: %s", s, at.Compact())}
	}
	if n := place(s.index, at); n >= 0 {
		return at.Index(n), nil
	}
	return value.Null, &Error{Message: "No results for path: " + p.canonical(len(p.steps)), PastEnd: true}
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
