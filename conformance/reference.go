package conformance

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/stepwell/stepwell/value"
)

// Transcript is what a server answered to the steps of a Recording. Its zero value has no answers.
type Transcript []Answer

// Answer is a response or an error; neither for a step that was not sent.
type Answer struct {
	Call     string
	Response *value.Value
	Error    *APIError
}

// APIError is an error that the server answered with.
type APIError struct {
	Code, Message string
	Status        int
}

// Error implements error.
func (e *APIError) Error() string { return fmt.Sprintf("%s (%d): %s", e.Code, e.Status, e.Message) }

// reference matches {{steps[3].response.a.b}} and {{steps[3].error.typename}}.
var reference = regexp.MustCompile(`\{\{steps\[(\d+)\]\.(response|error)(?:\.([^}]*))?\}\}`)

// Resolve replaces the references in every string of template. A string that is nothing but a
// reference becomes the value that it refers to. What refers to nothing is an error.
func (t Transcript) Resolve(template value.Value) (value.Value, error) {
	switch template.Kind() {
	case value.KindString:
		return t.resolveString(template)
	case value.KindArray:
		var elements []value.Value
		for _, e := range template.Elements() {
			v, err := t.Resolve(e)
			if err != nil {
				return value.Null, err
			}
			elements = append(elements, v)
		}
		return value.Array(elements...), nil
	case value.KindObject:
		var members []value.Member
		for key, e := range template.Members() {
			v, err := t.Resolve(e)
			if err != nil {
				return value.Null, err
			}
			members = append(members, value.Member{Key: key, Value: v})
		}
		return value.Object(members...), nil
	}
	return template, nil
}

func (t Transcript) resolveString(template value.Value) (value.Value, error) {
	text := template.AsString()
	found := reference.FindAllStringSubmatchIndex(text, -1)
	if len(found) == 0 {
		return template, nil
	}
	if len(found) == 1 && found[0][0] == 0 && found[0][1] == len(text) {
		return t.lookUp(text)
	}
	s, err := t.ResolveText(text)
	return value.String(s), err
}

// ResolveText replaces the references in text.
func (t Transcript) ResolveText(text string) (string, error) {
	var failure error
	resolved := reference.ReplaceAllStringFunc(text, func(ref string) string {
		v, err := t.lookUp(ref)
		if err != nil {
			failure = err
			return ref
		}
		if v.Kind() == value.KindString {
			return v.AsString()
		}
		return v.Text()
	})
	return resolved, failure
}

// lookUp returns what one reference refers to.
func (t Transcript) lookUp(ref string) (value.Value, error) {
	part := reference.FindStringSubmatch(ref)
	n, err := strconv.Atoi(part[1])
	if err != nil || n >= len(t) {
		return value.Null, fmt.Errorf("%s: there is no such step", ref)
	}
	v, ok := t[n].part(part[2], part[3])
	if !ok {
		return value.Null, fmt.Errorf("%s: there is no such value", ref)
	}
	return v, nil
}

// part returns what lies at path in the response or the error of a.
func (a Answer) part(what, path string) (value.Value, bool) {
	switch {
	case what == "response" && a.Response != nil:
		return at(*a.Response, path)
	case what == "error" && a.Error != nil && path == "":
		text := fmt.Sprintf("An error occurred (%s) when calling the %s operation: %s", a.Error.Code, a.Call, a.Error.Message)
		return value.String(text), true
	case what == "error" && a.Error != nil:
		return at(a.Error.shape(), path)
	}
	return value.Null, false
}

// shape is e as recordings hold errors.
func (e *APIError) shape() value.Value {
	code, message := value.String(e.Code), value.String(e.Message)
	return object("typename", code, "response", object(
		"Error", object("Code", code, "Message", message),
		"message", message,
		"ResponseMetadata", object("HTTPStatusCode", value.Int(int64(e.Status))),
	))
}

// object builds an object of alternating keys and values.
func object(pairs ...any) value.Value {
	var members []value.Member
	for i := 0; i < len(pairs); i += 2 {
		members = append(members, value.Member{Key: pairs[i].(string), Value: pairs[i+1].(value.Value)})
	}
	return value.Object(members...)
}

// segment matches one field name, index or [*] of a path.
var segment = regexp.MustCompile(`([^.\[\]]+)|\[(\d+|\*)\]`)

// at returns what lies at path in v, such as a.b[0].c. With [*] it is what all elements have there:
// an array, or the one value if only one element has it. JSON texts are read as what they hold.
func at(v value.Value, path string) (value.Value, bool) {
	found, many := []value.Value{v}, false
	for _, s := range segment.FindAllStringSubmatch(path, -1) {
		many = many || s[2] == "*"
		var next []value.Value
		for _, v := range found {
			next = append(next, children(parsed(v), s[1], s[2])...)
		}
		found = next
	}
	switch {
	case len(found) == 1:
		return found[0], true
	case many:
		return value.Array(found...), true
	}
	return value.Null, false
}

// children are the children of v with a name, at an index, or all ("*").
func children(v value.Value, name, index string) []value.Value {
	var found []value.Value
	if name != "" {
		if child, ok := v.Get(name); ok {
			found = append(found, child)
		}
		return found
	}
	for i, child := range v.Elements() {
		if index == "*" || index == strconv.Itoa(i) {
			found = append(found, child)
		}
	}
	return found
}

// parsed is the value that a string holds as JSON, or else v itself.
func parsed(v value.Value) value.Value {
	if v.Kind() != value.KindString {
		return v
	}
	inner, err := value.Parse(v.AsString())
	if err != nil {
		return v
	}
	return inner
}
