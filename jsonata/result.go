package jsonata

import (
	"strconv"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// Result is what an expression gave: nothing (undefined), a value or a function.
type Result struct {
	item item
}

// IsFunction says whether the result is a function.
func (r Result) IsFunction() bool { return r.item.kind == functionKind }

// Value returns the result as AWS writes it, and false when it is nothing or a function. Numbers are
// Java's: whole ones that fit an int64 without a fraction, those that the expression did not compute
// exactly; what JSON has no number for are the strings "NaN", "Infinity" and "-Infinity". Keys keep the
// order in which they were made. Functions inside a value are left out, and null in arrays, as in
// JSON.stringify.
func (r Result) Value() (value.Value, bool) {
	if !r.item.defined() || r.IsFunction() {
		return value.Null, false
	}
	return export(unwrapped(r.item)), true
}

// Text returns the result as JSON.stringify writes it, and false when it is nothing or a function.
func (r Result) Text() (string, bool) {
	if !r.item.defined() || r.IsFunction() {
		return "", false
	}
	// What Eval has returned is within its limits; in text it can be longer by its escapes only.
	e := &evaluator{Session: newSession(Env{Limits: Limits{Steps: 1 << 40, Bytes: 1 << 40}})}
	s, err := e.json(r.item, resultJSON)
	return s, err == nil
}

// export makes a Value of an item. What was not looked into stays the text that it was.
func export(i item) value.Value {
	switch i.kind {
	case booleanKind:
		return value.Bool(i.isTrue())
	case numberKind:
		return exportNumber(i)
	case stringKind:
		return value.String(i.text)
	case arrayKind:
		return exportArray(i.array())
	case objectKind:
		return exportObject(i.object())
	default:
		return value.Null
	}
}

func exportNumber(i item) value.Value {
	if i.text != "" {
		if exact, err := strconv.ParseInt(i.text, 10, 64); err == nil {
			return value.Int(exact)
		}
	}
	if i.number == 0 {
		return value.Int(0) // never -0
	}
	return value.Float(i.number)
}

func exportArray(a *array) value.Value {
	if a.unread && a.span == 0 && isJava(a.raw.Text()) {
		return a.raw
	}
	elements := make([]value.Value, 0, a.len())
	for _, i := range a.list() {
		elements = append(elements, export(i))
	}
	return value.Array(elements...)
}

func exportObject(o *object) value.Value {
	if o.isText() && isJava(o.raw.Text()) {
		return o.raw
	}
	members := make([]value.Member, 0, o.len())
	for _, m := range o.list() {
		if m.item.defined() && m.item.kind != functionKind {
			members = append(members, value.Member{Key: m.key, Value: export(m.item)})
		}
	}
	return value.Object(members...)
}

// isJava says whether all numbers in a JSON text are written as Java would write them.
func isJava(json string) bool {
	for i := 0; i < len(json); i++ {
		switch c := json[i]; {
		case c == '"':
			i = stringEnd(json, i)
		case c == '-' || c >= '0' && c <= '9':
			end := numberEnd(json, i)
			if !isJavaNumber(json[i:end]) {
				return false
			}
			i = end - 1
		}
	}
	return true
}

// stringEnd returns the closing quote of the JSON string that begins at i.
func stringEnd(json string, i int) int {
	for i++; i < len(json) && json[i] != '"'; i++ {
		if json[i] == '\\' {
			i++
		}
	}
	return i
}

// numberEnd returns the end of the JSON number that begins at i.
func numberEnd(json string, i int) int {
	for i < len(json) && strings.IndexByte("0123456789+-.eE", json[i]) >= 0 {
		i++
	}
	return i
}

func isJavaNumber(s string) bool {
	if len(s) < 18 && s != "-0" && !strings.ContainsAny(s, ".eE") {
		return true
	}
	return exportNumber(readNumber(value.Trusted(s))).NumberText() == s
}

// measure refuses a result that is too large or nested too deeply, so that whoever writes it can rely
// on its size. Shared parts count as often as they occur. The steps are those of writing it, too.
func (e *evaluator) measure(i item, size *int) error {
	if err := e.spend(2); err != nil {
		return err
	}
	*size += elementBytes
	switch i.kind {
	case stringKind:
		e.chargeText(len(i.text))
		*size += characterBytes * len(i.text)
	case arrayKind, objectKind:
		if err := e.measureContainer(i, size); err != nil {
			return err
		}
	default:
	}
	if *size > e.limits.Bytes {
		return errMemory()
	}
	return nil
}

func (e *evaluator) measureContainer(i item, size *int) error {
	if err := e.nest(); err != nil {
		return err
	}
	defer e.unnest()
	if a := i.array(); a != nil {
		if a.unread {
			return e.measureUnread(a.raw.Size(), elementBytes*a.span, size)
		}
		for _, element := range a.items {
			if err := e.measure(element, size); err != nil {
				return err
			}
		}
		return nil
	}
	o := i.object()
	if o.isText() {
		return e.measureUnread(o.raw.Size(), 0, size)
	}
	for _, m := range o.list() {
		e.chargeText(len(m.key))
		*size += len(m.key)
		if err := e.measure(m.item, size); err != nil {
			return err
		}
	}
	return nil
}

// measureUnread measures what is still text or a span.
func (e *evaluator) measureUnread(text, span int, size *int) error {
	*size += max(text, span)
	e.charge(span / elementBytes)
	return e.spendText(text)
}
