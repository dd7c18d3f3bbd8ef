package jsonata

import (
	"slices"

	"github.com/stepwell/stepwell/value"
)

// array is an array of the data, one that an expression built, or a sequence: the result of a step,
// which is nothing when it is empty and its only element when it has one.
type array struct {
	items []item
	// end is how much of the memory behind items is in use by the arrays that were continued in it: the
	// one that ends there may go on there. It is nil for an array that continues no other.
	end *int
	// While unread is true the elements are those of raw or, where span is not 0, the span integers
	// from first on.
	raw    value.Value
	first  float64
	span   int
	unread bool
	reader *budget // pays for reading
	// sequence marks a sequence; keep one that stays an array with a single element (the [] syntax).
	sequence, keep bool
	// cons marks an array that a path must not flatten, because its last or first step wrote it out.
	cons bool
	// wrapper marks the sequence around an array that is the whole input.
	wrapper bool
	// tuples says that the items are tuples.
	tuples bool
}

// list returns the elements, which must not be changed.
func (a *array) list() []item {
	if a.unread {
		a.read()
	}
	return a.items
}

func (a *array) len() int {
	if a.unread && a.span > 0 {
		return a.span
	}
	if a.unread {
		a.read()
	}
	return len(a.items)
}

// read makes items of the raw elements. The objects among them share blocks of memory.
func (a *array) read() {
	a.unread = false
	if a.span > 0 {
		a.readSpan()
		return
	}
	a.reader.chargeText(a.raw.ScanSize())
	var block []object
	for _, v := range a.raw.Elements() {
		if a.reader.checkLength(len(a.items)); a.reader.refused != nil {
			return
		}
		if v.Kind() != value.KindObject {
			a.items = append(a.items, a.reader.read(v))
			continue
		}
		if len(block) == cap(block) {
			block = make([]object, 0, min(max(8, 2*cap(block)), 256))
		}
		block = append(block, object{raw: v, unread: true, reader: a.reader})
		a.items = append(a.items, record(&block[len(block)-1]))
	}
	a.reader.charge(len(a.items))
	a.reader.allocate(itemSize * len(a.items))
	a.reader.checkLength(len(a.items))
}

// lazy makes a the array of count integers from first on.
func (e *evaluator) lazy(a *array, first float64, count int) {
	a.first, a.span, a.unread, a.reader = first, count, true, &e.budget
	e.checkLength(count)
}

func (a *array) readSpan() {
	a.reader.allocate(a.span * itemSize)
	a.reader.chargeItems(a.span)
	a.items = make([]item, a.span)
	for i := range a.items {
		a.items[i] = number(a.first + float64(i))
	}
}

// newSequence returns a sequence of items.
func newSequence(items ...item) *array { return &array{items: items, sequence: true} }

// room is how many elements a, which is being built, can get where it is: none where another array has
// gone on there meanwhile.
func (a *array) room() int {
	if a.end != nil && *a.end != len(a.items) {
		return 0
	}
	return cap(a.items) - len(a.items)
}

// push adds i to the array that is being built.
func (e *evaluator) push(a *array, i item) {
	if a.room() < 1 {
		e.grow(a, 1)
	}
	a.items = append(a.items, i)
	if a.end != nil {
		*a.end = len(a.items)
	}
}

// grow makes room for more elements, at least twice as many as there are.
func (e *evaluator) grow(a *array, more int) {
	room := max(len(a.items), more, min(4, e.limits.Bytes/elementBytes-len(a.items)))
	e.checkLength(len(a.items) + more)
	e.allocate((len(a.items) + room) * itemSize)
	a.items = slices.Grow(slices.Clip(a.items), room)
	if a.end != nil {
		a.end = new(len(a.items))
	}
}

// pushAll adds the elements of a list to the array that is being built.
func (e *evaluator) pushAll(a *array, items []item) error {
	if a.room() < len(items) {
		e.grow(a, len(items))
	}
	if err := e.spend(len(items)/itemsPerStep + 1); err != nil {
		return err
	}
	a.items = append(a.items, items...)
	if a.end != nil && len(items) > 0 {
		*a.end = len(a.items)
	}
	return nil
}

// continued returns an array that is being built and has the elements of i already. So that it does not
// take the square of its length to make an array one element after the other, it shares memory with an
// array that was made like it, unless another one has gone on there.
func (e *evaluator) continued(i item, more int) (*array, error) {
	e.allocate(arraySize)
	before := i.array()
	if before != nil && before.end != nil && *before.end == len(before.items) {
		return &array{items: before.items, end: before.end}, e.spend(1)
	}
	a := &array{end: new(0)}
	list := elements(i)
	e.allocate((len(list) + more) * itemSize)
	e.checkLength(len(list) + more)
	a.items = make([]item, 0, len(list)+more)
	return a, e.pushAll(a, list)
}

// flatten adds what a step gave to the sequence of its results: the elements of an array that the
// step did not write out itself, else the item.
func (e *evaluator) flatten(a *array, i item) error {
	if inner := i.array(); inner != nil && !inner.cons {
		return e.pushAll(a, inner.list())
	}
	e.push(a, i)
	return nil
}

// single applies the rule of sequences: an empty one is nothing, one of one element is that element.
func single(i item, keepArray bool) item {
	a := i.array()
	if a == nil || !a.sequence || a.tuples {
		return i
	}
	if keepArray {
		a.keep = true
	}
	switch {
	case a.len() == 0:
		return undefined
	case a.len() == 1 && !a.keep:
		return a.list()[0]
	}
	return i
}

// elements returns i as a list: the elements of an array, else i alone.
func elements(i item) []item {
	if a := i.array(); a != nil {
		return a.list()
	}
	return []item{i}
}

// unwrapped returns the array that is the whole input without the sequence around it.
func unwrapped(i item) item {
	if a := i.array(); a != nil && a.wrapper {
		return a.items[0]
	}
	return i
}

// joined is what $append gives: the elements of both, or the other one when one is nothing.
func (e *evaluator) joined(a, b item) (item, error) {
	switch {
	case !a.defined():
		return b, nil
	case !b.defined():
		return a, nil
	}
	right := elements(b)
	result, err := e.continued(a, len(right))
	if err != nil {
		return undefined, err
	}
	return list(result), e.pushAll(result, right)
}
