package jsonpath

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// filter is "[?(…)]": the elements of an array that the condition accepts, or an object itself.
type filter struct {
	multiple
	condition condition
}

func (f *filter) find(q *query, at value.Value, rest []selector) {
	switch at.Kind() {
	case value.KindObject:
		if f.accepts(q, at) {
			q.follow(at, rest)
		}
	case value.KindArray:
		for _, v := range at.Elements() {
			if f.accepts(q, v) {
				q.follow(v, rest)
			}
			if q.err != nil {
				return
			}
		}
	default: // other values have no parts
	}
}

// accepts reports whether the condition holds for item.
func (f *filter) accepts(q *query, item value.Value) bool {
	return q.spend(item) && f.condition.holds(q, item)
}

// condition is what a filter asks of a value: and, or, not, exists or *relation.
type condition interface {
	holds(q *query, item value.Value) bool
}

type (
	and []condition
	or  []condition
	not struct{ condition condition }
	// exists is a path alone: it holds when the path leads to something.
	exists struct{ path *Path }
)

func (c and) holds(q *query, item value.Value) bool {
	for _, part := range c {
		if !part.holds(q, item) {
			return false
		}
	}
	return true
}

func (c or) holds(q *query, item value.Value) bool {
	for _, part := range c {
		if part.holds(q, item) {
			return true
		}
	}
	return false
}

func (c not) holds(q *query, item value.Value) bool { return !c.condition.holds(q, item) }

func (c exists) holds(q *query, item value.Value) bool {
	_, ok := q.lookup(c.path, item)
	return ok
}

// operand is one side of a relation: a path, a regular expression or a value.
type operand struct {
	path    *Path
	pattern *regexp.Regexp
	weight  int // of pattern
	value   value.Value
}

// resolve returns the operand's value for item; ok says that there is one.
func (o *operand) resolve(q *query, item value.Value) (v value.Value, ok bool) {
	if o.path != nil {
		return q.lookup(o.path, item)
	}
	return o.value, o.pattern == nil
}

// lookup evaluates a path of a filter, all of which is in rest, within the bounds of q.
func (q *query) lookup(p *Path, item value.Value) (value.Value, bool) {
	at := q.document
	if p.root == rootItem {
		at = item
	}
	inner := query{document: q.document, steps: q.steps, bytes: q.bytes}
	inner.follow(at, p.rest)
	q.steps, q.err = inner.steps, inner.err
	switch {
	case q.err != nil:
		return value.Null, false
	case p.indefinite:
		return value.Array(inner.found...), true
	case len(inner.found) == 0:
		return value.Null, false
	}
	return inner.found[0], true
}

// relation compares two operands.
type relation struct {
	left, right operand
	operator    string
	compare     func(left, right value.Value) bool
}

func (r *relation) holds(q *query, item value.Value) bool {
	if r.operator == "=~" {
		return r.matches(q, item)
	}
	left, ok := r.left.resolve(q, item)
	right, both := r.right.resolve(q, item)
	if !ok || !both {
		return negated[r.operator] // what is missing differs from everything
	}
	if ofSets[r.operator] && lists(left, right) { // each element may be compared with each
		q.steps += (left.Len()*right.Size() + right.Len()*left.Size()) / 64
	}
	return q.spend(left) && q.spend(right) && r.compare(left, right)
}

// ofSets are the operators that compare each element of a list with each of another.
var ofSets = map[string]bool{"ALL": true, "SUBSETOF": true, "ANYOF": true, "NONEOF": true}

// negated are the operators that hold where their opposite does not.
var negated = map[string]bool{"!=": true, "!==": true, "NIN": true}

// matches compares a text with a regular expression on either side.
func (r *relation) matches(q *query, item value.Value) bool {
	by, operand := &r.right, &r.left
	if by.pattern == nil {
		by, operand = &r.left, &r.right
	}
	v, ok := operand.resolve(q, item)
	if !ok || by.pattern == nil {
		return false
	}
	if v.Kind() == value.KindArray {
		for _, e := range v.Elements() {
			if q.matches(by, e) {
				return true
			}
		}
		return false
	}
	return q.matches(by, v)
}

// matches compares one value with a regular expression.
func (q *query) matches(by *operand, v value.Value) bool {
	text, ok := scalarText(v)
	q.steps += len(text) * by.weight / 64
	return ok && q.spend(v) && by.pattern.MatchString(text)
}

// scalarText returns what a pattern is matched with: a string's text, a number or a boolean.
func scalarText(v value.Value) (string, bool) {
	switch v.Kind() {
	case value.KindString:
		return v.AsString(), true
	case value.KindNumber, value.KindBool:
		return v.Text(), true
	}
	return "", false
}

// relations are the operators of filters but for "=~", letters in upper case.
var relations = map[string]func(left, right value.Value) bool{
	"==":       looselyEqual,
	"!=":       func(a, b value.Value) bool { return !looselyEqual(a, b) },
	"===":      strictlyEqual,
	"!==":      func(a, b value.Value) bool { return !strictlyEqual(a, b) },
	"<":        func(a, b value.Value) bool { order, ok := compare(a, b); return ok && order < 0 },
	"<=":       func(a, b value.Value) bool { order, ok := compare(a, b); return ok && order <= 0 },
	">":        func(a, b value.Value) bool { order, ok := compare(a, b); return ok && order > 0 },
	">=":       func(a, b value.Value) bool { order, ok := compare(a, b); return ok && order >= 0 },
	"IN":       func(a, b value.Value) bool { return contains(b, a) },
	"NIN":      func(a, b value.Value) bool { return !contains(b, a) },
	"CONTAINS": containsPart,
	"ALL":      containsAll,
	"SIZE":     hasSize,
	"EMPTY":    isEmpty,
	"SUBSETOF": func(a, b value.Value) bool { return lists(a, b) && containsAll(b, a) },
	"ANYOF":    func(a, b value.Value) bool { return lists(a, b) && containsAny(b, a) },
	"NONEOF":   func(a, b value.Value) bool { return lists(a, b) && !containsAny(b, a) },
}

// looselyEqual is "==": a number equals the text of a number.
func looselyEqual(a, b value.Value) bool {
	switch {
	case a.Kind() == value.KindString && b.Kind() == value.KindNumber:
		return a.AsString() == b.NumberText()
	case a.Kind() == value.KindNumber && b.Kind() == value.KindString:
		if len(b.AsString()) > value.MaxDigits+2 {
			return false // it is no number, and takes long to find out
		}
		n, err := value.Parse(b.AsString())
		return err == nil && n.Kind() == value.KindNumber && value.Equal(a, n)
	}
	return value.Equal(a, b)
}

func strictlyEqual(a, b value.Value) bool { return a.Kind() == b.Kind() && value.Equal(a, b) }

// compare orders two numbers or two strings.
func compare(a, b value.Value) (order int, ok bool) {
	switch {
	case a.Kind() == value.KindString && b.Kind() == value.KindString:
		return strings.Compare(a.AsString(), b.AsString()), true
	case a.Kind() != value.KindNumber || b.Kind() != value.KindNumber:
		return 0, false
	}
	i, whole := a.AsInt()
	j, both := b.AsInt()
	if whole && both {
		return cmp.Compare(i, j), true
	}
	return cmp.Compare(a.AsFloat(), b.AsFloat()), true
}

// contains reports whether a list has an element equal to v.
func contains(list, v value.Value) bool {
	for _, e := range list.Elements() {
		if looselyEqual(e, v) {
			return true
		}
	}
	return false
}

func containsAll(list, wanted value.Value) bool {
	for _, e := range wanted.Elements() {
		if !contains(list, e) {
			return false
		}
	}
	return lists(list, wanted)
}

func containsAny(list, wanted value.Value) bool {
	for _, e := range wanted.Elements() {
		if contains(list, e) {
			return true
		}
	}
	return false
}

func lists(a, b value.Value) bool {
	return a.Kind() == value.KindArray && b.Kind() == value.KindArray
}

// containsPart is "contains": of texts, or of a list and an element.
func containsPart(a, b value.Value) bool {
	if a.Kind() == value.KindString {
		return b.Kind() == value.KindString && strings.Contains(a.AsString(), b.AsString())
	}
	return contains(a, b)
}

func hasSize(a, b value.Value) bool {
	n, ok := b.AsInt()
	return ok && measurable(a) && int64(size(a)) == n
}

func isEmpty(a, b value.Value) bool {
	return b.Kind() == value.KindBool && measurable(a) && (size(a) == 0) == b.AsBool()
}

// measurable reports whether v has a size: that of a text, array or object.
func measurable(v value.Value) bool {
	return v.Kind() == value.KindString || v.Kind() == value.KindArray || v.Kind() == value.KindObject
}

func size(v value.Value) int {
	if v.Kind() == value.KindString {
		return len([]rune(v.AsString()))
	}
	return v.Len()
}
