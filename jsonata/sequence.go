package jsonata

import (
	"slices"

	"github.com/stepwell/stepwell/value"
)

// array is an array of the data, one that an expression built, or a sequence: the result of a step,
// which is nothing when it is empty and its only element when it has one.
type array struct {
	items []item
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

// lazy makes a the array of count integers from first on. It costs what reading them will take.
func (e *evaluator) lazy(a *array, first float64, count int) {
	a.first, a.span, a.unread = first, count, true
	e.checkLength(count)
	e.allocate(count * itemSize)
	e.chargeItems(count)
}

func (a *array) readSpan() {
	a.items = make([]item, a.span)
	for i := range a.items {
		a.items[i] = number(a.first + float64(i))
	}
}

// newSequence returns a sequence of items.
func newSequence(items ...item) *array { return &array{items: items, sequence: true} }

// push adds i to the array that is being built.
func (e *evaluator) push(a *array, i item) {
	if len(a.items) == cap(a.items) {
		e.grow(a, 1)
	}
	a.items = append(a.items, i)
}

// grow makes room for more elements, at least twice as many as there are.
func (e *evaluator) grow(a *array, more int) {
	room := max(len(a.items), more, min(4, e.limits.Bytes/elementBytes-len(a.items)))
	e.checkLength(len(a.items) + more)
	e.allocate((len(a.items) + room) * itemSize)
	a.items = slices.Grow(a.items, room)
}

// pushAll adds the elements of a list to the array that is being built.
func (e *evaluator) pushAll(a *array, items []item) error {
	if cap(a.items)-len(a.items) < len(items) {
		e.grow(a, len(items))
	}
	if err := e.spend(len(items)/itemsPerStep + 1); err != nil {
		return err
	}
	a.items = append(a.items, items...)
	return nil
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
	left, right := elements(a), elements(b)
	result := &array{items: make([]item, 0, len(left)+len(right))}
	e.allocate((len(left) + len(right)) * itemSize)
	e.checkLength(len(left) + len(right))
	result.items = append(append(result.items, left...), right...)
	return list(result), e.spend((len(left)+len(right))/itemsPerStep + 1)
}
