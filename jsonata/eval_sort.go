package jsonata

// ranked is an item with the values of the terms that were needed to compare it.
type ranked struct {
	item  item
	terms []item
}

// orderBy sorts by the terms of ^( ... ).
func (e *evaluator) orderBy(n *sortNode, a *array, f *frame) (*array, error) {
	if a.len() <= 1 {
		return a, nil
	}
	items := make([]*ranked, a.len())
	for at, i := range a.list() {
		items[at] = &ranked{item: i}
	}
	e.allocate(2 * itemSize * len(items))
	err := mergeSort(&e.budget, items, make([]*ranked, len(items)), func(x, y *ranked) (bool, error) {
		order, err := e.compareTerms(n, a.tuples, x, y, f)
		return order > 0, err
	})
	if err != nil {
		return nil, err
	}
	result := &array{items: make([]item, len(items))}
	for at, r := range items {
		result.items[at] = r.item
	}
	return result, nil
}

// compareTerms compares two items by the terms in turn.
func (e *evaluator) compareTerms(n *sortNode, tuples bool, x, y *ranked, f *frame) (int, error) {
	for at, term := range n.terms {
		if err := e.rank(x, n, at, tuples, f); err != nil {
			return 0, err
		}
		if err := e.rank(y, n, at, tuples, f); err != nil {
			return 0, err
		}
		a, b := x.terms[at], y.terms[at]
		order, err := n.compare(&e.budget, a, b)
		if err != nil {
			return 0, err
		}
		if order != 0 {
			if term.descending && a.defined() && b.defined() {
				order = -order
			}
			return order, nil
		}
	}
	return 0, nil
}

// rank evaluates the terms of r up to one.
func (e *evaluator) rank(r *ranked, n *sortNode, term int, tuples bool, f *frame) error {
	for len(r.terms) <= term {
		context, inner := r.item, f
		if t, ok := r.item.ref.(*tuple); ok && tuples {
			context, inner = t.at, t.frame(&e.budget, f)
		}
		value, err := e.eval(n.terms[len(r.terms)].expression, context, inner)
		if err != nil {
			return err
		}
		e.allocate(2 * itemSize)
		r.terms = append(r.terms, value)
	}
	return nil
}

// compare compares the values of a term. What is undefined comes last, in either direction.
func (n *sortNode) compare(budget *budget, a, b item) (int, error) {
	switch {
	case !a.defined() && !b.defined():
		return 0, nil
	case !a.defined():
		return 1, nil
	case !b.defined():
		return -1, nil
	case !comparable(a):
		return 0, &Error{Code: "T2008", Position: n.position, value: a}
	case !comparable(b):
		return 0, &Error{Code: "T2008", Position: n.position, value: b}
	case a.kind != b.kind:
		return 0, &Error{Code: "T2007", Position: n.position, value: a, value2: b}
	case a.isString():
		return budget.compareText(a.text, b.text), nil
	case a.number == b.number:
		return 0, nil
	case a.number < b.number:
		return -1, nil
	}
	return 1, nil
}

// sort merges halves, which keeps equal elements in order. after says whether x belongs behind y.
func (e *evaluator) sort(a *array, after func(x, y item) (bool, error)) (*array, error) {
	if a.len() <= 1 {
		return a, nil
	}
	items := append([]item(nil), a.list()...)
	e.allocate(2 * len(items) * itemSize)
	if err := mergeSort(&e.budget, items, make([]item, len(items)), after); err != nil {
		return nil, err
	}
	return &array{items: items}, nil
}

func mergeSort[T any](b *budget, items, spare []T, after func(x, y T) (bool, error)) error {
	if len(items) <= 1 {
		return nil
	}
	middle := len(items) / 2
	if err := mergeSort(b, items[:middle], spare[:middle], after); err != nil {
		return err
	}
	if err := mergeSort(b, items[middle:], spare[middle:], after); err != nil {
		return err
	}
	copy(spare, items)
	left, right := spare[:middle], spare[middle:]
	for at := range items {
		if len(left) == 0 || len(right) == 0 {
			copy(items[at:], left)
			copy(items[at:], right)
			return nil
		}
		swap, err := after(left[0], right[0])
		if err != nil {
			return err
		}
		if err := b.spend(1); err != nil {
			return err
		}
		if swap {
			items[at], right = right[0], right[1:]
		} else {
			items[at], left = left[0], left[1:]
		}
	}
	return nil
}
