package jsonata

import (
	"math"
	"strconv"

	"github.com/stepwell/stepwell/value"
)

// kind is what an item is.
type kind uint8

// The kinds of items. The zero item is undefined: JSONata's "nothing".
const (
	undefinedKind kind = iota
	nullKind
	booleanKind
	numberKind
	stringKind
	arrayKind
	objectKind
	functionKind
	tupleKind // one binding of a tuple stream, see tuple; never seen by functions
)

// item is one value while an expression is evaluated.
type item struct {
	kind kind
	// number is the value of a number, and 1 for true.
	number float64
	// text is a string in WTF-8. Of a number it is the exact decimal text where a float64 cannot hold
	// the integer that was read.
	text string
	// ref is the *array, *object, *function or *tuple.
	ref any
}

var (
	undefined = item{}
	null      = item{kind: nullKind}
)

func number(n float64) item     { return item{kind: numberKind, number: n} }
func text(s string) item        { return item{kind: stringKind, text: s} }
func list(a *array) item        { return item{kind: arrayKind, ref: a} }
func record(o *object) item     { return item{kind: objectKind, ref: o} }
func callable(f *function) item { return item{kind: functionKind, ref: f} }

func boolean(b bool) item {
	if b {
		return item{kind: booleanKind, number: 1}
	}
	return item{kind: booleanKind}
}

// array returns the array that i is, or nil.
func (i item) array() *array {
	if i.kind != arrayKind {
		return nil
	}
	return i.ref.(*array)
}

// object returns the object that i is, or nil.
func (i item) object() *object {
	if i.kind != objectKind {
		return nil
	}
	return i.ref.(*object)
}

// function returns the function that i is, or nil.
func (i item) function() *function {
	if i.kind != functionKind {
		return nil
	}
	return i.ref.(*function)
}

func (i item) defined() bool  { return i.kind != undefinedKind }
func (i item) isTrue() bool   { return i.kind == booleanKind && i.number != 0 }
func (i item) isString() bool { return i.kind == stringKind }
func (i item) isNumber() bool { return i.kind == numberKind }

// maxExact is the integer up to which a float64 holds every integer.
const maxExact = 1 << 53

// read returns v as an item. Arrays and objects stay text until somebody looks inside.
func (b *budget) read(v value.Value) item {
	switch v.Kind() {
	case value.KindNull:
		return null
	case value.KindBool:
		return boolean(v.AsBool())
	case value.KindNumber:
		return readNumber(v)
	case value.KindString:
		return text(v.AsString())
	case value.KindArray:
		return list(&array{raw: v, unread: true, reader: b})
	case value.KindObject:
		return record(&object{raw: v, unread: true, reader: b})
	}
	return undefined
}

func readNumber(v value.Value) item {
	n := v.AsFloat()
	if math.Abs(n) < maxExact {
		return number(n)
	}
	if exact, ok := v.AsInt(); ok {
		return item{kind: numberKind, number: n, text: strconv.FormatInt(exact, 10)}
	}
	return number(n)
}

// same is JavaScript's ===: scalars by value, the rest by identity.
func (b *budget) same(x, y item) bool {
	if x.kind != y.kind {
		return false
	}
	switch x.kind {
	case undefinedKind, nullKind:
		return true
	case booleanKind, numberKind:
		return x.number == y.number
	case stringKind:
		return b.equalText(x.text, y.text)
	default:
		return x.ref == y.ref
	}
}

// truth is the effective boolean value that docs.jsonata.org gives for $boolean. Undefined is false. A
// function that was passed as an argument is false, as it should be; elsewhere the reference
// implementation takes functions for objects.
func (e *evaluator) truth(i item) (bool, error) {
	switch i.kind {
	case booleanKind:
		return i.number != 0, nil
	case stringKind:
		return i.text != "", nil
	case numberKind:
		ok, err := numeric(i)
		return ok && i.number != 0, err
	case arrayKind:
		return e.anyTrue(i.array().list())
	case objectKind:
		return i.object().len() > 0, nil
	case functionKind:
		return i.function().isObject(), nil
	default:
		return false, nil
	}
}

func (e *evaluator) anyTrue(items []item) (bool, error) {
	if err := e.nest(); err != nil {
		return false, err
	}
	defer e.unnest()
	for _, i := range items {
		if err := e.spend(1); err != nil {
			return false, err
		}
		if ok, err := e.truth(i); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// numeric says whether i is a number other than NaN. An infinite one is error D1001.
func numeric(i item) (bool, error) {
	if i.kind != numberKind || math.IsNaN(i.number) {
		return false, nil
	}
	if math.IsInf(i.number, 0) {
		return false, &Error{Code: "D1001", value: i}
	}
	return true, nil
}

// equal is JSONata's =: deep, members in any order. Functions are equal to themselves only.
func (e *evaluator) equal(a, b item) (bool, error) {
	if a.kind != b.kind || a.kind != arrayKind && a.kind != objectKind {
		return e.same(a, b), nil
	}
	if a.ref == b.ref {
		return true, nil
	}
	if err := e.nest(); err != nil {
		return false, err
	}
	defer e.unnest()
	if a.kind == arrayKind {
		return e.equalArrays(a.array().list(), b.array().list())
	}
	return e.equalObjects(a.object(), b.object())
}

func (e *evaluator) equalArrays(a, b []item) (bool, error) {
	if len(a) != len(b) {
		return false, nil
	}
	for i := range a {
		if err := e.spend(1); err != nil {
			return false, err
		}
		if ok, err := e.equal(a[i], b[i]); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (e *evaluator) equalObjects(a, b *object) (bool, error) {
	members := a.list()
	if len(members) != b.len() {
		return false, nil
	}
	for _, m := range members {
		if err := e.spend(1); err != nil {
			return false, err
		}
		other, ok := b.get(&e.budget, m.key)
		if !ok {
			return false, nil
		}
		if ok, err := e.equal(m.item, other); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}
