package jsonata

// tuple is one item of a path that binds variables on its way (@, #) or for a later "%": the item and
// the bindings that belong to it.
type tuple struct {
	at       item
	bindings []binding
}

func tupleItem(t *tuple) item { return item{kind: tupleKind, ref: t} }

// tuple returns the tuple that i is, or one of i without bindings.
func (i item) tuple() *tuple {
	if t, ok := i.ref.(*tuple); ok {
		return t
	}
	return &tuple{at: i}
}

func (t *tuple) bind(b *budget, s symbol, i item) {
	f := frame{bindings: t.bindings}
	f.bind(b, s, i)
	t.bindings = f.bindings
}

// extended returns a copy of t with another item.
func (t *tuple) extended(at item) *tuple {
	bindings := make([]binding, len(t.bindings), len(t.bindings)+2)
	copy(bindings, t.bindings)
	return &tuple{at, bindings}
}

// frame returns a frame with the bindings of t.
func (t *tuple) frame(b *budget, parent *frame) *frame {
	b.chargeItems(len(t.bindings))
	return &frame{parent, append([]binding(nil), t.bindings...)}
}

// tupleStep evaluates a step for all tuples, or when there are none yet for the items of a sequence.
func (e *evaluator) tupleStep(n node, sequence, tuples *array, f *frame) (*array, error) {
	b := n.common()
	var result *array
	var err error
	if sort, ok := n.(*sortNode); ok {
		result, err = e.tupleSort(sort, sequence, tuples, f)
	} else {
		result, err = e.tupleResults(n, sequence, tuples, f)
	}
	if err != nil {
		return nil, err
	}
	return e.runStages(b.stages, result, f)
}

func (e *evaluator) tupleSort(n *sortNode, sequence, tuples *array, f *frame) (*array, error) {
	if tuples != nil {
		return e.orderBy(n, tuples, f)
	}
	sorted, err := e.orderBy(n, sequence, f)
	if err != nil {
		return nil, err
	}
	result := &array{sequence: true, tuples: true}
	for at, i := range sorted.list() {
		t := &tuple{at: i}
		if n.index != 0 {
			t.bind(&e.budget, n.index, number(float64(at)))
		}
		e.push(result, tupleItem(t))
	}
	return result, nil
}

func (e *evaluator) tupleResults(n node, sequence, tuples *array, f *frame) (*array, error) {
	if tuples == nil {
		tuples = &array{tuples: true}
		for _, i := range sequence.list() {
			e.push(tuples, tupleItem(&tuple{at: i}))
		}
	}
	result := &array{sequence: true, tuples: true}
	for _, i := range tuples.list() {
		t := i.tuple()
		value, err := e.eval(n, t.at, t.frame(&e.budget, f))
		if err != nil {
			return nil, err
		}
		if err := e.addTuples(result, n.common(), t, value); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// addTuples adds a tuple for each of the values that a step gave for the tuple before.
func (e *evaluator) addTuples(result *array, b *base, before *tuple, value item) error {
	if !value.defined() {
		return nil
	}
	a := value.array()
	for at, i := range elements(value) {
		if err := e.spend(1); err != nil {
			return err
		}
		e.allocate(itemSize * (len(before.bindings) + 4))
		var t *tuple
		if inner, ok := i.ref.(*tuple); ok && a != nil && a.tuples {
			t = before.extended(inner.at)
			for _, bound := range inner.bindings {
				t.bind(&e.budget, bound.symbol, bound.item)
			}
		} else {
			t = before.stepped(&e.budget, b, i, at)
		}
		e.push(result, tupleItem(t))
	}
	return nil
}

// stepped returns the tuple that follows t when the step b gave i as its result number at.
func (t *tuple) stepped(budget *budget, b *base, i item, at int) *tuple {
	next := t.extended(i)
	if b.focus != 0 {
		next.bind(budget, b.focus, i)
		next.at = t.at
	}
	if b.index != 0 {
		next.bind(budget, b.index, number(float64(at)))
	}
	if b.ancestor != nil {
		next.bind(budget, b.ancestor.label, t.at)
	}
	return next
}

// reduced is one tuple for a group of them: what they have under a name is joined.
func (e *evaluator) reduced(data []item) (*tuple, error) {
	result := data[0].tuple().extended(data[0].tuple().at)
	for _, i := range data[1:] {
		t := i.tuple()
		var err error
		if result.at, err = e.joined(result.at, t.at); err != nil {
			return nil, err
		}
		for _, bound := range t.bindings {
			before := undefined
			f := frame{bindings: result.bindings}
			if known := f.find(&e.budget, bound.symbol); known != nil {
				before = *known
			}
			both, err := e.joined(before, bound.item)
			if err != nil {
				return nil, err
			}
			result.bind(&e.budget, bound.symbol, both)
		}
	}
	return result, nil
}

// exposed returns t as the object that the reference implementation has for it: where tuples were
// sorted, it goes on with them as if they were data.
func (e *evaluator) exposed(t *tuple) item {
	o := newObject(member{"@", t.at})
	for _, b := range t.bindings {
		o.set(&e.budget, e.expression.names[b.symbol], b.item)
	}
	return record(o)
}
