package jsonata

// keyed is what a grouping has collected for a key.
type keyed struct {
	key  string
	pair int // whose expression gave the key
	data item
	many bool // data is an array that was made here
}

// groups are the keys of a grouping in the order in which they came up.
type groups struct {
	list  []keyed
	index map[string]int
}

func (g *groups) find(b *budget, key string) int {
	if g.index != nil {
		b.chargeText(len(key))
		if at, ok := g.index[key]; ok {
			return at
		}
		return -1
	}
	for at := range g.list {
		if b.equalText(g.list[at].key, key) {
			return at
		}
	}
	return -1
}

func (g *groups) add(k keyed) {
	g.list = append(g.list, k)
	if g.index == nil && len(g.list) < minIndexed {
		return
	}
	if g.index == nil {
		g.index = make(map[string]int)
		for at := range g.list {
			g.index[g.list[at].key] = at
		}
	}
	g.index[k.key] = len(g.list) - 1
}

// group evaluates { key: value, ... }: the keys for each item of the input, and then each value once
// with all items of its key as its context.
func (e *evaluator) group(n *grouping, input item, f *frame) (item, error) {
	items := elements(input)
	a := input.array()
	tuples := a != nil && a.tuples
	if len(items) == 0 {
		if tuples && len(n.pairs) > 0 {
			return undefined, plainError("Cannot read properties of undefined (reading '@')")
		}
		items, tuples = []item{undefined}, false
	}
	var g groups
	if len(items) == 1 {
		g.list = make([]keyed, 0, len(n.pairs))
	}
	for _, i := range items {
		if err := e.collect(&g, n, i, tuples, f); err != nil {
			return undefined, err
		}
	}
	return e.groupValues(n, &g, tuples, f)
}

// collect evaluates the keys for one item.
func (e *evaluator) collect(g *groups, n *grouping, i item, tuples bool, f *frame) error {
	context := i
	if t, ok := i.ref.(*tuple); ok && tuples {
		context, f = t.at, t.frame(&e.budget, f)
	} else if ok {
		i = e.exposed(t)
		context = i
	}
	for pair := range n.pairs {
		key, err := e.eval(n.pairs[pair][0], context, f)
		if err != nil {
			return err
		}
		if !key.defined() {
			continue
		}
		if !key.isString() {
			return &Error{Code: "T1003", Position: n.position, value: key}
		}
		at := g.find(&e.budget, key.text)
		switch {
		case at < 0:
			e.allocate(memberSize)
			g.add(keyed{key: key.text, pair: pair, data: i})
			continue
		case g.list[at].pair != pair:
			return &Error{Code: "D1009", Position: n.position, value: key}
		}
		if err := e.addData(&g.list[at], i); err != nil {
			return err
		}
	}
	return nil
}

// addData adds one more item to the data of a key, an array element by element.
func (e *evaluator) addData(k *keyed, i item) error {
	if !i.defined() {
		return nil
	}
	if !k.many {
		var err error
		var before item
		before, k.data = k.data, undefined
		if !before.defined() {
			k.data = i
			return nil
		}
		k.many = true
		k.data, err = e.joined(before, i)
		return err
	}
	return e.pushAll(k.data.array(), elements(i))
}

func (e *evaluator) groupValues(n *grouping, g *groups, tuples bool, f *frame) (item, error) {
	result := &object{members: make([]member, 0, len(g.list))}
	for at := range g.list {
		k := &g.list[at]
		context, inner := k.data, f
		if tuples {
			t, err := e.reduced(elements(k.data))
			if err != nil {
				return undefined, err
			}
			context, inner = t.at, t.frame(&e.budget, f)
			if !k.many {
				// The reference implementation takes the item out of the tuple itself, so that the
				// keys after this one do not find it there.
				k.data.tuple().at = undefined
			}
		}
		value, err := e.eval(n.pairs[k.pair][1], context, inner)
		if err != nil {
			return undefined, err
		}
		if value.defined() {
			e.allocate(memberSize)
			result.members = append(result.members, member{k.key, value})
		}
	}
	return record(result), nil
}
