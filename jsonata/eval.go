package jsonata

// evaluator evaluates an expression once. It is used by one goroutine.
type evaluator struct {
	*Session
	expression *Expression
	// context is what $ and $$ are at the top level.
	context item
	// globals are the values of the names that the expression does not bind where they are looked up;
	// asked says which are known.
	globals []item
	asked   []bool
}

// frame holds the variables of a block, a call or a tuple, inside those of its parent.
type frame struct {
	parent   *frame
	bindings []binding
}

type binding struct {
	symbol symbol
	item   item
}

// bind gives a variable of the frame a value.
func (f *frame) bind(b *budget, s symbol, i item) {
	if known := f.find(b, s); known != nil {
		*known = i
		return
	}
	f.bindings = append(f.bindings, binding{s, i})
}

// find returns the value of a variable that the frame itself binds, or nil.
func (f *frame) find(b *budget, s symbol) *item {
	b.chargeItems(len(f.bindings))
	for at := range f.bindings {
		if f.bindings[at].symbol == s {
			return &f.bindings[at].item
		}
	}
	return nil
}

// nearest returns the value of a variable in the nearest frame that binds it at this time.
func (e *evaluator) nearest(s symbol, f *frame) (item, bool) {
	for frames := 0; f != nil; f = f.parent {
		if known := f.find(&e.budget, s); known != nil {
			return *known, true
		}
		if frames++; frames%frameItems == 0 {
			e.charge(1)
		}
	}
	return undefined, false
}

// lookup returns the value of a variable: what the nearest frame has, else the one that the environment
// gives, else the built-in function of that name.
func (e *evaluator) lookup(s symbol, f *frame) item {
	if e.expression.bound[s] {
		if i, ok := e.nearest(s, f); ok {
			return i
		}
	}
	return e.global(s)
}

func (e *evaluator) global(s symbol) item {
	if !e.asked[s] {
		e.asked[s] = true
		e.globals[s] = e.ask(e.expression.names[s])
	}
	return e.globals[s]
}

func (e *evaluator) ask(name string) item {
	if name == "$" {
		return unwrapped(e.context)
	}
	if i, ok := e.variable(name); ok {
		return i
	}
	if b, ok := builtins[name]; ok {
		return callable(&function{body: b})
	}
	return undefined
}

// eval evaluates n with input as its context: the node itself, then its predicates and its grouping,
// and then the rule of sequences.
func (e *evaluator) eval(n node, input item, f *frame) (item, error) {
	if err := e.enter(); err != nil {
		return undefined, err
	}
	result, err := n.eval(e, input, f)
	if err != nil {
		return undefined, err
	}
	b := n.common()
	for _, p := range b.predicates {
		if result, err = e.filter(p, result, f); err != nil {
			return undefined, err
		}
	}
	if b.group != nil {
		if _, isPath := n.(*pathNode); !isPath {
			if result, err = e.group(b.group, result, f); err != nil {
				return undefined, err
			}
		}
	}
	e.depth--
	return single(result, b.keepArray), nil
}

// enter accounts for one expression that is evaluated inside another.
func (e *evaluator) enter() error {
	e.depth++
	if e.depth > e.limits.Depth {
		return errStack()
	}
	return e.spend(1)
}

func (n *literalNode) eval(*evaluator, item, *frame) (item, error) { return n.value, nil }

// eval is not called: partial applications leave the argument open.
func (n *placeholderNode) eval(*evaluator, item, *frame) (item, error) { return undefined, nil }

func (n *variableNode) eval(e *evaluator, input item, f *frame) (item, error) {
	if n.name == "" {
		return unwrapped(input), nil
	}
	return e.lookup(n.symbol, f), nil
}

func (n *parentNode) eval(e *evaluator, _ item, f *frame) (item, error) {
	i, _ := e.nearest(n.slot.label, f)
	return i, nil
}

func (n *nameNode) eval(e *evaluator, input item, _ *frame) (item, error) {
	return e.field(input, n.name)
}

// field returns what key stands for in an object, or the sequence of that over the elements of an
// array.
func (e *evaluator) field(i item, key string) (item, error) {
	switch i.kind {
	case objectKind:
		found, _ := i.object().get(&e.budget, key)
		return found, nil
	case arrayKind:
		return e.fields(i.array(), key)
	default:
		return undefined, nil
	}
}

func (e *evaluator) fields(a *array, key string) (item, error) {
	if err := e.nest(); err != nil {
		return undefined, err
	}
	defer e.unnest()
	result := newSequence()
	for _, element := range a.list() {
		if err := e.spend(1); err != nil {
			return undefined, err
		}
		found, err := e.field(element, key)
		if err != nil {
			return undefined, err
		}
		if inner := found.array(); inner != nil {
			if err := e.pushAll(result, inner.list()); err != nil {
				return undefined, err
			}
		} else if found.defined() {
			e.push(result, found)
		}
	}
	return list(result), nil
}

func (n *wildcardNode) eval(e *evaluator, input item, _ *frame) (item, error) {
	result := newSequence()
	input = unwrapped(input)
	var err error
	add := func(i item) {
		if err == nil {
			err = e.addWild(result, i)
		}
	}
	if o := input.object(); o != nil {
		for _, m := range o.list() {
			add(m.item)
		}
	} else if a := input.array(); a != nil {
		for _, element := range a.list() {
			add(element)
		}
	}
	return list(result), err
}

// addWild adds a value to the results of "*", an array with all its levels flattened. From the first
// array on the result is not a sequence any more, as in the reference implementation.
func (e *evaluator) addWild(result *array, i item) error {
	if i.array() == nil {
		e.push(result, i)
		return e.spend(1)
	}
	result.sequence = false
	return e.flattenAll(result, i)
}

func (e *evaluator) flattenAll(result *array, i item) error {
	a := i.array()
	if a == nil {
		e.push(result, i)
		return e.spend(1)
	}
	if err := e.nest(); err != nil {
		return err
	}
	defer e.unnest()
	for _, element := range a.list() {
		if err := e.flattenAll(result, element); err != nil {
			return err
		}
	}
	return e.spend(1)
}

func (n *descendantNode) eval(e *evaluator, input item, _ *frame) (item, error) {
	if !input.defined() {
		return undefined, nil
	}
	result := newSequence()
	if err := e.descend(result, input); err != nil {
		return undefined, err
	}
	if len(result.items) == 1 {
		return result.items[0], nil
	}
	return list(result), nil
}

// descend adds i and all below it to result, arrays as their elements.
func (e *evaluator) descend(result *array, i item) error {
	if err := e.spend(1); err != nil {
		return err
	}
	if i.kind != arrayKind {
		e.push(result, i)
	}
	if i.kind != arrayKind && i.kind != objectKind {
		return nil
	}
	if err := e.nest(); err != nil {
		return err
	}
	defer e.unnest()
	if a := i.array(); a != nil {
		for _, element := range a.list() {
			if err := e.descend(result, element); err != nil {
				return err
			}
		}
		return nil
	}
	for _, m := range i.object().list() {
		if err := e.descend(result, m.item); err != nil {
			return err
		}
	}
	return nil
}

func (n *blockNode) eval(e *evaluator, input item, f *frame) (item, error) {
	if n.binds {
		f = &frame{parent: f}
	}
	result := undefined
	for _, part := range n.list {
		var err error
		if result, err = e.eval(part, input, f); err != nil {
			return undefined, err
		}
	}
	return result, nil
}

func (n *bindNode) eval(e *evaluator, input item, f *frame) (item, error) {
	value, err := e.eval(n.value, input, f)
	if err == nil {
		f.bind(&e.budget, n.symbol, value)
	}
	return value, err
}

func (n *conditionNode) eval(e *evaluator, input item, f *frame) (item, error) {
	condition, err := e.eval(n.condition, input, f)
	if err != nil {
		return undefined, err
	}
	yes, err := e.truth(condition)
	switch {
	case err != nil:
		return undefined, err
	case yes:
		return e.eval(n.then, input, f)
	case n.otherwise != nil:
		return e.eval(n.otherwise, input, f)
	}
	return undefined, nil
}

func (n *arrayNode) eval(e *evaluator, input item, f *frame) (item, error) {
	result := &array{cons: n.cons}
	for _, part := range n.items {
		value, err := e.eval(part, input, f)
		if err != nil {
			return undefined, err
		}
		a := value.array()
		_, written := part.(*arrayNode)
		switch {
		case a != nil && !written && a.unread && a.span > 0 && len(n.items) == 1:
			e.lazy(result, a.first, a.span)
		case a != nil && !written && len(result.items) == 0 && len(n.items) > 1:
			result, err = e.continued(value, len(n.items)-1)
			result.cons = n.cons
		case a != nil && !written:
			err = e.pushAll(result, a.list())
		case value.defined():
			e.push(result, value)
		}
		if err != nil {
			return undefined, err
		}
	}
	return list(result), nil
}

func (n *objectNode) eval(e *evaluator, input item, f *frame) (item, error) {
	return e.group(&n.grouping, input, f)
}

// eval is not called: paths sort a sequence as a whole, see evaluator.step.
func (n *sortNode) eval(*evaluator, item, *frame) (item, error) { return undefined, nil }
