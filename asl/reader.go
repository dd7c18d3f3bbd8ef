package asl

import (
	"fmt"
	"math"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// reader reads one JSON object of a definition field by field. Each reader reports what is wrong
// with its field, and false when there is nothing to use: the field is absent or wrong.
type reader struct {
	c       *checker
	at      *location
	members []value.Member
	// language is the query language that holds here.
	language language
	// state is where the state stands that the object belongs to; nil outside of states.
	state *location
}

// object returns a reader of v, which must be a JSON object.
func (c *checker) object(v value.Value, at *location, l language) (*reader, bool) {
	if v.Kind() != value.KindObject {
		c.refuse(at, "Expected value of type Object")
		return nil, false
	}
	o := &reader{c: c, at: at, language: l}
	for key, member := range v.Members() {
		o.members = append(o.members, value.Member{Key: key, Value: member})
	}
	return o, true
}

// refuse reports an error about the object as a whole.
func (o *reader) refuse(format string, args ...any) {
	o.c.refuse(o.at, format, args...)
}

// refuseField reports an error about one field of the object.
func (o *reader) refuseField(name, format string, args ...any) {
	o.c.refuse(o.at.field(name), format, args...)
}

func (o *reader) get(name string) (value.Value, bool) {
	for _, m := range o.members {
		if m.Key == name {
			return m.Value, true
		}
	}
	return value.Null, false
}

func (o *reader) has(name string) bool {
	_, found := o.get(name)
	return found
}

// only reports the fields that are not allowed, of the other query language, or not supported yet.
// Those that are not allowed are then as if they were absent.
func (o *reader) only(allowed map[string]bool) {
	kept := o.members[:0]
	for _, m := range o.members {
		switch {
		case !allowed[m.Key]:
			o.refuse("Field '%s' is not supported", m.Key)
			continue
		case !o.speaks(familyOf(m.Key)):
			o.refuse("The QueryLanguage is set to '%s', but field '%s' is only supported for the '%s' QueryLanguage",
				o.language, m.Key, familyOf(m.Key))
		case notYet[m.Key]:
			o.c.notYet(o.at, "Field '%s'", m.Key)
		}
		kept = append(kept, m)
	}
	o.members = kept
}

// speaks reports whether a field of that family may stand in o.
func (o *reader) speaks(family language) bool {
	return family == languageAny || o.language == languageAny || family == o.language
}

// require reports which of the names are absent, and whether none is.
func (o *reader) require(names ...string) bool {
	var missing []string
	for _, name := range names {
		if !o.has(name) {
			missing = append(missing, name)
		}
	}
	if missing == nil {
		return true
	}
	o.refuse("These fields are required: [%s]", strings.Join(missing, ", "))
	return false
}

// atMostOne reports whether at most one of the names is present.
func (o *reader) atMostOne(names ...string) bool {
	if o.count(names) <= 1 {
		return true
	}
	o.refuse("There should only be one of the following fields: [%s]", strings.Join(names, ", "))
	return false
}

// exactlyOne reports whether exactly one of the names is present.
func (o *reader) exactlyOne(names ...string) bool {
	if o.count(names) == 0 {
		o.refuse("This object should have only one of the following fields: [%s]", strings.Join(names, ", "))
		return false
	}
	return o.atMostOne(names...)
}

func (o *reader) count(names []string) int {
	n := 0
	for _, m := range o.members {
		for _, name := range names {
			if m.Key == name {
				n++
			}
		}
	}
	return n
}

// typed returns a field that must be of one kind, which the message calls name.
func (o *reader) typed(field string, kind value.Kind, name string) (value.Value, bool) {
	v, found := o.get(field)
	if !found {
		return value.Null, false
	}
	if v.Kind() != kind {
		o.refuseField(field, "Expected value of type %s", name)
		return value.Null, false
	}
	return v, true
}

// isExpression reports whether v is a JSONata expression, which can stand for a value of any type.
func (o *reader) isExpression(v value.Value) bool {
	return o.language != languageJSONPath && v.Kind() == value.KindString && strings.HasPrefix(v.AsString(), "{%")
}

func (o *reader) text(field string) (string, bool) {
	v, ok := o.typed(field, value.KindString, "String")
	return v.AsString(), ok
}

func (o *reader) bool(field string) (held, ok bool) {
	v, ok := o.typed(field, value.KindBool, "Boolean")
	return v.AsBool(), ok
}

// integer returns a whole number between least and most, fallback when there is none.
func (o *reader) integer(field string, least, most, fallback int64) int64 {
	v, found := o.get(field)
	if !found {
		return fallback
	}
	if v.Kind() != value.KindNumber || strings.ContainsAny(v.NumberText(), ".eE") {
		o.refuseField(field, "Expected value of type Integer")
		return fallback
	}
	n := wholeNumber(v)
	switch {
	case n < least:
		o.refuseField(field, "Minimum value is %d", least)
	case n > most:
		o.refuseField(field, "Maximum value is %d", most)
	default:
		return n
	}
	return fallback
}

// wholeNumber returns an integer, the nearest one that fits when it is too large.
func wholeNumber(v value.Value) int64 {
	n, fits := v.AsInt()
	switch {
	case fits:
		return n
	case strings.HasPrefix(v.NumberText(), "-"):
		return math.MinInt64
	}
	return math.MaxInt64
}

// enum returns a text that must be one of the values. A value that is not supported yet is
// reported as such and returned.
func (o *reader) enum(field string, values ...string) (string, bool) {
	text, ok := o.text(field)
	if !ok {
		return "", false
	}
	for _, v := range values {
		if v == text {
			o.checkNotYet(field, text)
			return text, true
		}
	}
	o.refuseField(field, "Value should be one of the following: [%s]", strings.Join(values, ", "))
	return "", false
}

func (o *reader) checkNotYet(field, text string) {
	if notYetValues[field] == text {
		o.c.notYet(o.at.field(field), "Field '%s' with value '%s'", field, text)
	}
}

// object returns the reader of a field that is an object.
func (o *reader) object(field string) (*reader, bool) {
	v, found := o.get(field)
	if !found {
		return nil, false
	}
	inner, ok := o.c.object(v, o.at.field(field), o.language)
	if ok {
		inner.state = o.state
	}
	return inner, ok
}

// objects returns the readers of the elements of a field that is an array of objects. allowEmpty
// says whether it may be empty.
func (o *reader) objects(field string, allowEmpty bool) []*reader {
	v, ok := o.typed(field, value.KindArray, "Array")
	if !ok {
		return nil
	}
	var readers []*reader
	at, empty := o.at.field(field), true
	for i, element := range v.Elements() {
		empty = false
		if r, ok := o.c.object(element, at.element(i), o.language); ok {
			r.state = o.state
			readers = append(readers, r)
		}
	}
	if empty && !allowEmpty {
		o.refuseField(field, "Value cannot be empty")
	}
	return readers
}

// refuse reports a violation of the language's schema.
func (c *checker) refuse(at *location, format string, args ...any) {
	if !c.refused.full() {
		c.refused.add(CodeSchema, at, fmt.Sprintf(format, args...))
	}
}

// notYet reports what AWS accepts and this package does not compile.
func (c *checker) notYet(at *location, format string, args ...any) {
	if !c.unsupported.full() {
		c.unsupported.add(CodeUnsupportedFeature, at, fmt.Sprintf(format, args...)+" is not supported yet by Stepwell")
	}
}
