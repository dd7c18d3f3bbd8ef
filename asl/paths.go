package asl

import (
	"errors"
	"strings"

	"github.com/stepwell/stepwell/intrinsic"
	"github.com/stepwell/stepwell/jsonpath"
	"github.com/stepwell/stepwell/value"
)

// path compiles a field that may hold any path.
func (o *reader) path(field string) *jsonpath.Path {
	text, ok := o.text(field)
	if !ok || o.language == languageJSONata {
		return nil
	}
	if !strings.HasPrefix(text, "$") {
		o.refuseField(field, "Value must be a valid JSONPath.")
		return nil
	}
	p, err := jsonpath.Parse(text)
	if err != nil {
		o.refuseField(field, "Value must be a valid JSONPath.")
		return nil
	}
	o.mention(field, p)
	return p
}

// mention notes the variable that a path of a field starts from.
func (o *reader) mention(field string, p *jsonpath.Path) {
	name := p.Variable()
	if name == "" {
		return
	}
	o.c.mentioned = append(o.c.mentioned, name)
	if !o.c.known[name] {
		o.c.known[name] = true
		o.c.mentions = append(o.c.mentions, mention{name, o.at.field(field)})
	}
}

// mentions returns mention for a field, as Paths wants it.
func (o *reader) mentions(field string) func(*jsonpath.Path) bool {
	return func(p *jsonpath.Path) bool {
		o.mention(field, p)
		return true
	}
}

// expression compiles a field that holds a path or a call of an intrinsic function; nil when it is
// absent or wrong.
func (o *reader) expression(field string) *intrinsic.Expression {
	text, ok := o.text(field)
	if !ok || o.language == languageJSONata {
		return nil
	}
	x, err := o.c.limits.Calls.ParseExpression(field, text)
	if err != nil {
		o.refuseField(field, "%s", err)
		return nil
	}
	x.Paths(o.mentions(field))
	return x
}

// reference compiles a field that must hold a reference path: one that names a single place.
func (o *reader) reference(field string) *jsonpath.Path {
	text, ok := o.text(field)
	if !ok || o.language == languageJSONata {
		return nil
	}
	p, err := jsonpath.ParseReference(text)
	if err != nil {
		o.refuseField(field, "%s", reason(err))
		return nil
	}
	o.mention(field, p)
	return p
}

// reason returns why a text is no path, without the text.
func reason(err error) string {
	var syntax *jsonpath.SyntaxError
	if errors.As(err, &syntax) {
		return syntax.Message
	}
	return err.Error()
}

// isVariable reports whether a path starts from a variable: "$name".
func isVariable(path string) bool {
	name := strings.TrimPrefix(path, "$")
	return name != path && name != "" && !strings.ContainsRune("$.[", rune(name[0]))
}

// selector compiles an "InputPath" or "OutputPath": a path or null.
func (o *reader) selector(field string) Selector {
	if o.isNull(field) {
		return Selector{Discard: true}
	}
	return Selector{Path: o.path(field)}
}

// target compiles a "ResultPath": a reference path into the data, or null.
func (o *reader) target(field string) Target {
	if o.isNull(field) {
		return Target{Discard: true}
	}
	v, _ := o.get(field)
	if text := v.AsString(); strings.HasPrefix(text, "$$") || isVariable(text) {
		o.refuseField(field, "Value is not a Reference Path: '%s' can not be written to", text)
		return Target{}
	}
	return Target{Path: o.reference(field)}
}

func (o *reader) isNull(field string) bool {
	v, found := o.get(field)
	return found && v.Kind() == value.KindNull
}

// template compiles a payload template.
func (o *reader) template(field string) *intrinsic.Template {
	v, found := o.get(field)
	if !found || o.language != languageJSONPath {
		return nil
	}
	t, err := o.c.limits.Calls.Parse(v)
	if err != nil {
		o.refuseField(field, "%s", err)
		return nil
	}
	t.Paths(o.mentions(field))
	o.warnTemplate(v, o.at.field(field))
	return t
}
