package asl

import (
	"strings"

	"github.com/stepwell/stepwell/intrinsic"
	"github.com/stepwell/stepwell/jsonpath"
	"github.com/stepwell/stepwell/value"
)

// What AWS warns of, in the words of the API reference, ValidateStateMachineDefinitionDiagnostic, "code".
const (
	noDollar     = "No .$ on a field that appears to be a JSONPath or Intrinsic Function"
	noPath       = "Field value looks like a path, but field name does not end with 'Path'"
	staticResult = "Attempt to use a path in the result of a Pass state"
)

func (c *checker) warn(code string, at *location, message string) {
	c.warnings.note(SeverityWarning, code, at, message)
}

// warnTemplate warns of texts in a payload template that will not be evaluated although they look so.
func (o *reader) warnTemplate(v value.Value, at *location) {
	o.c.eachText(v, at, func(key, text string, at *location) {
		if !strings.HasSuffix(key, ".$") && looksComputed(text) {
			o.c.warn(CodeNoDollar, at, noDollar)
		}
	})
}

// warnResult warns of paths in the "Result" of a Pass state, which is never evaluated.
func (o *reader) warnResult() {
	v, found := o.get("Result")
	if !found || o.language != languageJSONPath {
		return
	}
	warn := func(_, text string, at *location) {
		if looksComputed(text) {
			o.c.warn(CodeStaticResult, at, staticResult)
		}
	}
	at := o.at.field("Result")
	if v.Kind() == value.KindString {
		warn("", v.AsString(), at)
	}
	o.c.eachText(v, at, warn)
}

// warnText warns of a field whose text looks like a path, where there is another field for paths.
func (o *reader) warnText(field string) {
	v, _ := o.get(field)
	if o.language == languageJSONPath && looksLikePath(v.AsString()) {
		o.c.warn(CodeNoPath, o.at.field(field), noPath)
	}
}

// eachText visits the texts that are members of objects in v, until there are enough warnings.
func (c *checker) eachText(v value.Value, at *location, visit func(key, text string, at *location)) {
	if c.warnings.full() {
		return
	}
	switch v.Kind() {
	case value.KindObject:
		for key, member := range v.Members() {
			if member.Kind() == value.KindString {
				visit(key, member.AsString(), at.field(key))
			}
			c.eachText(member, at.field(key), visit)
		}
	case value.KindArray:
		for i, element := range v.Elements() {
			c.eachText(element, at.element(i), visit)
		}
	default: // holds no members
	}
}

func looksComputed(text string) bool { return looksLikePath(text) || looksLikeCall(text) }

// looksLikePath reports whether a text is a path into something: "$.a", "$[0]", "$$.Execution", "$x",
// and not merely an amount of dollars.
func looksLikePath(text string) bool {
	if len(text) < 2 || text[0] != '$' {
		return false
	}
	_, err := jsonpath.Parse(text)
	return err == nil
}

// looksLikeCall reports whether a text is a call of an intrinsic function.
func looksLikeCall(text string) bool {
	if !strings.HasPrefix(text, "States.") {
		return false
	}
	_, err := intrinsic.ParseExpression("", text)
	return err == nil
}
