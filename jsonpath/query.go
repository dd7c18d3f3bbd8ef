package jsonpath

import (
	"cmp"

	"github.com/stepwell/stepwell/value"
)

// The limits of one evaluation of a path that is more than steps, or of several that share [Scope.Steps].
const (
	// MaxSteps bounds the work: a value that is looked at costs one step, and one more for every 64
	// bytes of its text.
	MaxSteps = 1 << 20
	// MaxFound bounds the text, in bytes, of all that is found.
	MaxFound = 1 << 24
)

var (
	errSteps = &Error{Message: "The path looks at too many values", Limit: true}
	errFound = &Error{Message: "The path finds too much data", Limit: true}
)

// selector goes from a value to any number of its parts: member, element, members, elements, slice,
// wildcard, descent, filter or call.
type selector interface {
	// find passes what the selector finds in the value at on to the selectors behind it.
	find(q *query, at value.Value, rest []selector)
	// indefinite reports whether the selector may find several values; last that it ends the path.
	indefinite(last bool) bool
}

// query is one evaluation of selectors.
type query struct {
	// document is what "$" stands for in filters: the root of the path.
	document value.Value
	found    []value.Value
	steps    int
	bytes    int
	err      error
}

// run evaluates the selectors of p on the value that its steps lead to.
func (q *query) run(p *Path, at value.Value) (value.Value, error) {
	q.follow(at.Kept(), p.rest)
	switch {
	case q.err != nil:
		return value.Null, q.err
	case p.indefinite:
		return value.Array(q.found...), nil
	case p.whole != nil:
		return q.fold(p)
	case len(q.found) == 0:
		return value.Null, &Error{Message: "No results for path: " + p.text}
	}
	return q.found[len(q.found)-1], nil
}

// fold applies the function that stands behind a descent to all that was found.
func (q *query) fold(p *Path) (value.Value, error) {
	all := value.Array(q.found...)
	q.found = nil
	p.whole.find(q, all, nil)
	if q.err != nil || len(q.found) == 0 {
		return value.Null, cmp.Or(q.err, error(&Error{Message: "No results for path: " + p.text}))
	}
	return q.found[0], nil
}

// follow takes the selectors in rest from the value at; without any at is found.
func (q *query) follow(at value.Value, rest []selector) {
	if !q.spend(at) {
		return
	}
	if len(rest) > 0 {
		rest[0].find(q, at, rest[1:])
		return
	}
	if q.bytes += at.Size(); q.bytes > MaxFound {
		q.err = errFound
		return
	}
	q.found = append(q.found, at)
}

// spend counts a look at v, and reports whether the query goes on.
func (q *query) spend(v value.Value) bool {
	q.steps++
	switch v.Kind() {
	case value.KindArray, value.KindObject:
		q.steps += v.Size() / 64
	case value.KindString:
		q.steps += len(v.AsString()) / 64
	default: // is short
	}
	if q.err == nil && q.steps > MaxSteps {
		q.err = errSteps
	}
	return q.err == nil
}

// single is a selector that finds one value at most.
type single struct{}

func (single) indefinite(bool) bool { return false }

// multiple is a selector that finds any number of values.
type multiple struct{}

func (multiple) indefinite(bool) bool { return true }

// find makes a step a selector: what is not there is not found.
func (s step) find(q *query, at value.Value, rest []selector) {
	if s.isIndex {
		if i := place(s.index, at); at.Kind() == value.KindArray && i >= 0 {
			q.follow(at.Index(i), rest)
		}
		return
	}
	if v, ok := at.Get(s.name); ok {
		q.follow(v, rest)
	}
}

func (step) indefinite(bool) bool { return false }

// members is a union of names.
type members []string

func (m members) find(q *query, at value.Value, rest []selector) {
	if at.Kind() != value.KindObject {
		return
	}
	var found []value.Member
	for _, name := range m {
		if !q.spend(at) {
			return
		}
		if v, ok := at.Get(name); ok {
			found = append(found, value.Member{Key: name, Value: v})
		}
	}
	if len(rest) == 0 {
		q.follow(value.Object(found...), nil)
		return
	}
	for _, member := range found {
		q.follow(member.Value, rest)
	}
}

func (members) indefinite(last bool) bool { return !last }

// elements is a union of indexes.
type elements struct {
	multiple
	indexes []int
}

func (e elements) find(q *query, at value.Value, rest []selector) {
	for _, index := range e.indexes {
		if !q.spend(at) {
			return
		}
		step{index: index, isIndex: true}.find(q, at, rest)
	}
}

// slice is a range of an array's elements.
type slice struct {
	multiple
	from, to       int
	hasFrom, hasTo bool
}

func (s slice) find(q *query, at value.Value, rest []selector) {
	if at.Kind() != value.KindArray {
		return
	}
	n := at.Len()
	from, to := s.bounds(n)
	var wrapped, straight []value.Value
	for i, v := range at.Elements() {
		if from <= i && i < to {
			straight = append(straight, v)
		}
		if j := i - n; s.wraps() && from <= j && j < to {
			wrapped = append(wrapped, v)
		}
	}
	for _, v := range append(wrapped, straight...) {
		q.follow(v, rest)
	}
}

// wraps reports whether indexes below zero count from the end one by one, as Jayway has it: [-2:1]
// is the last two elements and the first.
func (s slice) wraps() bool { return s.hasFrom && s.hasTo && s.from < 0 }

// bounds returns the indexes that s stands for in an array of n elements.
func (s slice) bounds(n int) (from, to int) {
	switch {
	case !s.hasTo && s.from < 0:
		return max(0, n+s.from), n
	case !s.hasTo:
		return s.from, n
	case !s.hasFrom && s.to < 0:
		return 0, n + s.to
	}
	return s.from, min(n, s.to)
}

// wildcard is all members or elements.
type wildcard struct{ multiple }

func (wildcard) find(q *query, at value.Value, rest []selector) {
	for v := range parts(at) {
		q.follow(v, rest)
		if q.err != nil {
			return
		}
	}
}

// parts yields the elements of an array or the values of an object's members.
func parts(v value.Value) func(yield func(value.Value) bool) {
	return func(yield func(value.Value) bool) {
		if v.Kind() == value.KindObject {
			for _, member := range v.Members() {
				if !yield(member) {
					return
				}
			}
			return
		}
		for _, element := range v.Elements() {
			if !yield(element) {
				return
			}
		}
	}
}

// descent is "..": the next selector at every depth, outer values first.
type descent struct{ multiple }

func (d descent) find(q *query, at value.Value, rest []selector) {
	if at.Kind() != value.KindArray && at.Kind() != value.KindObject || !q.spend(at) {
		return
	}
	d.visit(q, at, rest)
	for v := range parts(at) {
		d.find(q, v, rest)
		if q.err != nil {
			return
		}
	}
}

// visit takes the selectors from one array or object, as Jayway's scan does: a filter must accept it
// first, and in an array a selector that has others behind it stands for all elements.
func (descent) visit(q *query, at value.Value, rest []selector) {
	next, behind := rest[0], rest[1:]
	if !scanned(q, next, at, len(behind) == 0) {
		return
	}
	if at.Kind() == value.KindArray && len(behind) > 0 && ofArrays(next) {
		wildcard{}.find(q, at, behind)
		return
	}
	next.find(q, at, behind)
}

// scanned reports whether a scan takes a selector from the value at: a filter must accept it, and a
// union of names at the end of a path must find all of them.
func scanned(q *query, next selector, at value.Value, last bool) bool {
	switch next := next.(type) {
	case *filter:
		return next.accepts(q, at)
	case members:
		for _, name := range next {
			if !last {
				break
			}
			if _, ok := at.Get(name); !ok || !q.spend(at) {
				return false
			}
		}
	}
	return true
}

// ofArrays reports whether a selector finds elements of arrays.
func ofArrays(s selector) bool {
	switch s := s.(type) {
	case step:
		return s.isIndex
	case elements, slice, wildcard, *filter:
		return true
	}
	return false
}
