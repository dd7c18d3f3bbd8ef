package jsonata

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/stepwell/stepwell/jsonata/regex"
)

// matcher is a regular expression as a function: it takes a text, and where to begin, and gives the first
// match from there, an object with a function for the next one.
type matcher struct{ node *regexNode }

func (m *matcher) arity() int            { return 2 }
func (m *matcher) signature() *signature { return nil }

func (n *regexNode) eval(*evaluator, item, *frame) (item, error) {
	return callable(&function{body: &matcher{n}}), nil
}

func (m *matcher) call(e *evaluator, _ *function, args []item, _ item) (item, error) {
	s, err := e.subject(argument(args, 0))
	if err != nil {
		return undefined, err
	}
	e.charge(len(argument(args, 1).text))
	from := beginning(argument(args, 1))
	e.chargeText(2 * len(s))
	if from > float64(units(s)) {
		return undefined, nil
	}
	first, err := e.find(m.node, s, unitOffset(s, int(from)), int(from))
	if err != nil || first == nil {
		return undefined, err
	}
	return first.object(), nil
}

// beginning is the UTF-16 unit that JavaScript takes a value for, as RegExp.lastIndex: what is no number
// is 0. Functions such as $map pass the index of the item there.
func beginning(i item) float64 {
	n := i.number
	if i.isString() {
		s := strings.TrimFunc(i.text, unicode.IsSpace)
		if n = radixNumber(s); numericText.MatchString(s) {
			n, _ = strconv.ParseFloat(s, 64)
		}
	}
	if n > 0 {
		return math.Trunc(n)
	}
	return 0
}

// numericText is what JavaScript reads as a decimal number.
var numericText = regexp.MustCompile(`^[-+]?(Infinity|([0-9]+\.?[0-9]*|\.[0-9]+)([Ee][-+]?[0-9]+)?)$`)

// subject is the text that a regular expression is matched with, for a value of any kind.
func (e *evaluator) subject(i item) (string, error) {
	a := i.array()
	if a == nil {
		s := coerced(i)
		return s, e.spendText(len(s))
	}
	var b strings.Builder
	err := e.writeArray(&b, a)
	return b.String(), err
}

// writeArray writes what JavaScript makes of an array where it wants a string.
func (e *evaluator) writeArray(b *strings.Builder, a *array) error {
	if err := e.nest(); err != nil {
		return err
	}
	defer e.unnest()
	for at, i := range a.list() {
		if at > 0 {
			b.WriteByte(',')
		}
		if inner := i.array(); inner != nil {
			if err := e.writeArray(b, inner); err != nil {
				return err
			}
		} else if i.defined() && i.kind != nullKind {
			if err := e.insert(b, coerced(i)); err != nil {
				return err
			}
		}
	}
	return e.insert(b, "")
}

// coerced is what JavaScript makes of a value where it wants a string; of arrays and functions nothing.
func coerced(i item) string {
	switch i.kind {
	case stringKind:
		return i.text
	case numberKind:
		return numberText(i.number)
	case booleanKind:
		return strconv.FormatBool(i.isTrue())
	case nullKind:
		return "null"
	case undefinedKind:
		return "undefined"
	case objectKind:
		return "[object Object]"
	default:
		return ""
	}
}

// successor is the function that gives the match after another one.
type successor struct{ after *found }

func (s *successor) arity() int            { return 0 }
func (s *successor) signature() *signature { return nil }

func (s *successor) call(e *evaluator, _ *function, _ []item, _ item) (item, error) {
	next, err := e.nextMatch(s.after)
	if err != nil || next == nil {
		return undefined, err
	}
	return next.object(), nil
}

// found is a match.
type found struct {
	text       string
	start, end int // in UTF-16 units
	groups     item
	startByte  int
	endByte    int
	subject    string
	node       *regexNode // nil when the match came from a function of the expression's own
	next       item       // then its function for the next one
}

// object is the match as functions of the expression see it.
func (m *found) object() item {
	next := m.next
	if m.node != nil {
		next = callable(&function{body: &successor{m}})
	}
	return record(newObject(
		member{"match", text(m.text)}, member{"start", number(float64(m.start))}, member{"end", number(float64(m.end))},
		member{"groups", m.groups}, member{"next", next},
	))
}

// eachMatch calls see for at most so many matches of a matcher function in s.
func (e *evaluator) eachMatch(matcher item, s string, most float64, see func(*found) error) error {
	m, err := e.firstMatch(matcher, s)
	for count := 0.0; err == nil && m != nil && count < most; count++ {
		if err = see(m); err == nil {
			m, err = e.nextMatch(m)
		}
	}
	return err
}

func (e *evaluator) firstMatch(by item, s string) (*found, error) {
	f := by.function()
	if f == nil {
		return nil, plainError("matcher is not a function")
	}
	if m, ok := f.inner().body.(*matcher); ok {
		return e.find(m.node, s, 0, 0)
	}
	return e.ownMatch(by, []item{text(s)}, s)
}

func (e *evaluator) nextMatch(m *found) (*found, error) {
	if m.node == nil {
		return e.ownMatch(m.next, []item{undefined}, m.subject)
	}
	if m.endByte >= len(m.subject) {
		return nil, nil
	}
	next, err := e.find(m.node, m.subject, m.endByte, m.end)
	if err == nil && next != nil && next.text == "" {
		return nil, &Error{Code: "D1004", Position: m.node.position, value: text(m.node.source)}
	}
	return next, err
}

// find matches a regular expression from a byte on, which is the unit-th of UTF-16.
func (e *evaluator) find(n *regexNode, s string, at, unit int) (*found, error) {
	m, ok, err := n.pattern.Match(s, at, &e.steps)
	switch {
	case errors.Is(err, regex.ErrSteps):
		return nil, errTimeout()
	case err != nil:
		return nil, errMemory()
	}
	if err := e.spend(callSteps / 2); err != nil || !ok {
		return nil, err
	}
	groups := &array{}
	for _, g := range m.Groups {
		if g.Start < 0 {
			e.push(groups, undefined)
		} else {
			e.push(groups, text(s[g.Start:g.End]))
		}
	}
	start := unit + units(s[at:m.Start])
	return &found{
		text: s[m.Start:m.End], start: start, end: start + units(s[m.Start:m.End]), groups: list(groups),
		startByte: m.Start, endByte: m.End, subject: s, node: n,
	}, nil
}

// ownMatch calls a matcher that the expression defines itself.
func (e *evaluator) ownMatch(by item, args []item, s string) (*found, error) {
	result, err := e.apply(by, args, null)
	if err != nil || !result.defined() {
		return nil, err
	}
	o := result.object()
	switch {
	case falsy(result):
		return &found{subject: s}, nil // the reference implementation checks nothing then
	case o == nil:
		return nil, &Error{Code: "T1010"}
	}
	get := func(key string) item { i, _ := o.get(&e.budget, key); return i }
	m := &found{text: get("match").text, groups: get("groups"), subject: s, next: get("next")}
	start, end := get("start"), get("end")
	if !start.isNumber() && !end.isNumber() && m.groups.array() == nil && m.next.function() == nil {
		return nil, &Error{Code: "T1010"}
	}
	m.start, m.end = int(numberOr(start, 0)), int(numberOr(end, 0))
	m.startByte = unitOffset(s, m.start)
	m.endByte = max(m.startByte, unitOffset(s, m.end))
	return m, e.spendSlowly(2 * len(s)) // each offset is counted out
}

// falsy says whether JavaScript takes a value for false.
func falsy(i item) bool {
	switch i.kind {
	case nullKind:
		return true
	case booleanKind, numberKind:
		return i.number == 0 || math.IsNaN(i.number)
	case stringKind:
		return i.text == ""
	default:
		return false
	}
}

// unitOffset is the byte of s that UTF-16 unit n begins at, or is in.
func unitOffset(s string, n int) int {
	at := 0
	for n > 0 && at < len(s) {
		r, size := decode(s[at:])
		n -= unitsOf(r)
		at += size
	}
	return at
}
