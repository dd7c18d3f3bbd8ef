package jsonata

// binary analyses the operators with two operands, those that make paths among them.
func (a *analysis) binary(s *syntax, at base) (node, error) {
	switch s.token.text {
	case ".":
		return a.path(s)
	case "[":
		return a.predicate(s)
	case "{":
		return a.group(s)
	case "^":
		return a.orderBy(s)
	case ":=":
		return a.assignment(s, at)
	case "@":
		return a.focus(s)
	case "#":
		return a.index(s)
	}
	both, err := a.all([]*syntax{s.left, s.right}, nil)
	if err != nil {
		return nil, err
	}
	if s.token.text == "~>" {
		at.keepArray = both[0].common().keepArray || both[1].common().keepArray
		return &applyNode{at, both[0], both[1]}, nil
	}
	n := &binaryNode{at, operators[s.token.text], s.token.text, both[0], both[1]}
	n.seek(n.left)
	n.seek(n.right)
	return n, nil
}

// leftPath analyses the left operand, and returns it as the path to which a step is added, too.
func (a *analysis) leftPath(s *syntax) (left node, path *pathNode, err error) {
	if left, err = a.node(s.left); err != nil {
		return nil, nil, err
	}
	path, ok := left.(*pathNode)
	if !ok {
		path = &pathNode{steps: []node{left}}
	}
	return left, path, nil
}

// path analyses left.right: the steps of both are one path.
func (a *analysis) path(s *syntax) (node, error) {
	left, path, err := a.leftPath(s)
	if err != nil {
		return nil, err
	}
	if parent, ok := left.(*parentNode); ok {
		path.seeking = []*slot{parent.slot}
	}
	right, err := a.node(s.right)
	if err != nil {
		return nil, err
	}
	if other, ok := right.(*pathNode); ok {
		path.steps = append(path.steps, other.steps...)
	} else {
		b := right.common()
		if b.predicates != nil {
			b.stages, b.predicates = b.predicates, nil
		}
		path.steps = append(path.steps, right)
	}
	if err := path.finishSteps(); err != nil {
		return nil, err
	}
	return path, path.resolve()
}

// finishSteps looks at the steps: strings are names there, and arrays that are written out at either
// end are not flattened.
func (n *pathNode) finishSteps() error {
	for i, step := range n.steps {
		if l, ok := step.(*literalNode); ok {
			if !l.value.isString() {
				return &Error{Code: "S0213", Position: l.position, value: l.value}
			}
			n.steps[i] = &nameNode{l.base, l.value.text}
		}
		if n.steps[i].common().keepArray {
			n.keepSingleton = true
		}
	}
	for _, end := range []node{n.steps[0], n.steps[len(n.steps)-1]} {
		if array, ok := end.(*arrayNode); ok {
			array.cons = true
		}
	}
	return nil
}

// lastStep returns the last step of a path, else n itself.
func lastStep(n node) node {
	if path, ok := n.(*pathNode); ok {
		return path.steps[len(path.steps)-1]
	}
	return n
}

// predicate analyses left[right].
func (a *analysis) predicate(s *syntax) (node, error) {
	n, err := a.node(s.left)
	if err != nil {
		return nil, err
	}
	step := lastStep(n)
	b := step.common()
	if b.group != nil {
		return nil, &Error{Code: "S0209", Position: s.token.position}
	}
	filter, err := a.node(s.right)
	if err != nil {
		return nil, err
	}
	for _, slot := range filter.common().seeking {
		if slot.level > 1 {
			slot.level--
		} else if err := seekParent(step, slot); err != nil {
			return nil, err
		}
	}
	if filter.common().seeking != nil {
		b.seek(filter)
	}
	filtering := &stage{filter: filter, constant: isConstant(filter)}
	if _, ok := n.(*pathNode); ok {
		b.stages = append(b.stages, filtering)
	} else {
		b.predicates = append(b.predicates, filtering)
	}
	return n, nil
}

// isConstant says whether n neither looks at its context nor calls functions, so that it has the same
// value for all items of a sequence.
func isConstant(n node) bool {
	if !isPlain(n) {
		return false
	}
	switch n := n.(type) {
	case *literalNode:
		return true
	case *variableNode:
		return n.name != ""
	case *negateNode:
		return isConstant(n.operand)
	case *binaryNode:
		return isConstant(n.left) && isConstant(n.right)
	case *pathNode:
		if !isConstant(n.steps[0]) {
			return false
		}
		for _, step := range n.steps[1:] {
			if _, ok := step.(*nameNode); !ok || !isPlain(step) {
				return false
			}
		}
		return true
	}
	return false
}

// group analyses left{pairs}.
func (a *analysis) group(s *syntax) (node, error) {
	n, err := a.node(s.left)
	if err != nil {
		return nil, err
	}
	if n.common().group != nil {
		return nil, &Error{Code: "S0210", Position: s.token.position}
	}
	g, err := a.grouping(s, nil)
	n.common().group = &g
	return n, err
}

// orderBy analyses left^(terms), which is a step.
func (a *analysis) orderBy(s *syntax) (node, error) {
	_, path, err := a.leftPath(s)
	if err != nil {
		return nil, err
	}
	step := &sortNode{base: base{position: s.token.position}}
	for _, term := range s.terms {
		expression, err := a.node(term.expression)
		if err != nil {
			return nil, err
		}
		step.seek(expression)
		step.terms = append(step.terms, sortTerm{term.descending, expression})
	}
	path.steps = append(path.steps, step)
	return path, path.resolve()
}

func (a *analysis) assignment(s *syntax, at base) (node, error) {
	value, err := a.node(s.right)
	if err != nil {
		return nil, err
	}
	n := &bindNode{at, a.bind(s.left.token.text), value}
	n.seek(value)
	return n, nil
}

// focus analyses left@$variable.
func (a *analysis) focus(s *syntax) (node, error) {
	n, err := a.node(s.left)
	if err != nil {
		return nil, err
	}
	step := lastStep(n)
	b := step.common()
	if b.stages != nil || b.predicates != nil {
		return nil, &Error{Code: "S0215", Position: s.token.position}
	}
	if _, ok := step.(*sortNode); ok {
		return nil, &Error{Code: "S0216", Position: s.token.position}
	}
	if s.keepArray {
		b.keepArray = true
	}
	b.focus, b.tuple = a.bind(s.right.token.text), true
	return n, nil
}

// index analyses left#$variable.
func (a *analysis) index(s *syntax) (node, error) {
	n, err := a.node(s.left)
	if err != nil {
		return nil, err
	}
	b := lastStep(n).common()
	if _, ok := n.(*pathNode); !ok {
		if b.predicates != nil {
			b.stages, b.predicates = b.predicates, nil
		}
		n = &pathNode{steps: []node{n}}
	}
	variable := a.bind(s.right.token.text)
	if b.stages == nil {
		b.index = variable
	} else {
		b.stages = append(b.stages, &stage{index: variable})
	}
	b.tuple = true
	return n, nil
}

// seek lets b seek what n seeks.
func (b *base) seek(n node) {
	slots := n.common().seeking
	if parent, ok := n.(*parentNode); ok {
		slots = append(slots, parent.slot)
	}
	b.seeking = append(b.seeking, slots...)
}

// resolve finds the steps that the "%" of the last step mean; what the path does not have is sought
// further outside.
func (n *pathNode) resolve() error {
	last := n.steps[len(n.steps)-1]
	slots := last.common().seeking
	if parent, ok := last.(*parentNode); ok {
		slots = append(slots, parent.slot)
	}
	for _, slot := range slots {
		for i := len(n.steps) - 2; slot.level > 0; {
			if i < 0 {
				n.seeking = append(n.seeking, slot)
				break
			}
			step := n.steps[i]
			i--
			// Of several steps in a row that bind their context only the first one counts.
			for i >= 0 && step.common().focus != 0 && n.steps[i].common().focus != 0 {
				step = n.steps[i]
				i--
			}
			if err := seekParent(step, slot); err != nil {
				return err
			}
		}
	}
	return nil
}

// seekParent goes one step back for slot, and binds it when that step is the one.
func seekParent(n node, slot *slot) error {
	b := n.common()
	switch n := n.(type) {
	case *nameNode, *wildcardNode:
		if slot.level--; slot.level == 0 {
			if b.ancestor != nil {
				slot.label = b.ancestor.label
			}
			b.ancestor, b.tuple = slot, true
		}
	case *parentNode:
		slot.level++
	case *blockNode:
		if len(n.list) > 0 {
			b.tuple = true
			return seekParent(n.list[len(n.list)-1], slot)
		}
	case *pathNode:
		b.tuple = true
		i := len(n.steps) - 1
		err := seekParent(n.steps[i], slot)
		for i--; err == nil && slot.level > 0 && i >= 0; i-- {
			err = seekParent(n.steps[i], slot)
		}
		return err
	default:
		return noAncestor(n)
	}
	return nil
}
