package jsonata

import "github.com/stepwell/stepwell/jsonata/regex"

// analysis makes an evaluable tree of the source: it joins the operands of "." to paths, hangs
// predicates, groupings and bindings on the steps they belong to, finds the step that each "%" means,
// and marks the calls that a function ends with.
type analysis struct {
	names   []string // of the symbols, from 1
	symbols map[string]symbol
	bound   map[symbol]bool // bound somewhere in the expression
	binds   int             // how many bindings there are
}

func newAnalysis() *analysis {
	return &analysis{names: []string{""}, symbols: map[string]symbol{}, bound: map[symbol]bool{}}
}

// symbol returns the number of a variable's name.
func (a *analysis) symbol(name string) symbol {
	if s, ok := a.symbols[name]; ok {
		return s
	}
	return a.newSymbol(name)
}

func (a *analysis) newSymbol(name string) symbol {
	s := symbol(len(a.names))
	a.names = append(a.names, name)
	a.symbols[name] = s
	return s
}

// bind returns the number of the name of a variable that the expression binds.
func (a *analysis) bind(name string) symbol {
	s := a.symbol(name)
	a.bound[s] = true
	a.binds++
	return s
}

// root analyses the whole expression.
func (a *analysis) root(s *syntax) (node, error) {
	n, err := a.node(s)
	if err != nil {
		return nil, err
	}
	if _, ok := n.(*parentNode); ok || n.common().seeking != nil {
		return nil, noAncestor(n)
	}
	return n, nil
}

func noAncestor(n node) error {
	return &Error{Code: "S0217", Position: n.common().position, token: text(n.typeName())}
}

// node analyses s and all below it.
func (a *analysis) node(s *syntax) (node, error) {
	n, err := a.undecorated(s)
	if err == nil && s.keepArray {
		n.common().keepArray = true
	}
	return n, err
}

func (a *analysis) undecorated(s *syntax) (node, error) {
	at := base{position: s.token.position}
	switch s.kind {
	case endSyntax:
		return nil, &Error{Code: "S0207", Position: s.token.position, token: s.token.name()}
	case nameSyntax:
		return a.name(s), nil
	case variableSyntax:
		return &variableNode{at, s.token.text, a.symbol(s.token.text)}, nil
	case stringSyntax:
		return &literalNode{at, text(s.token.text)}, nil
	case numberSyntax:
		return &literalNode{at, number(s.token.number)}, nil
	case valueSyntax:
		return &literalNode{at, literal(s.token.text)}, nil
	case regexSyntax:
		return regexOf(s, at)
	case operatorSyntax:
		if s.token.text == "?" {
			return &placeholderNode{at}, nil
		}
		return a.name(s), nil
	case wildcardSyntax:
		return &wildcardNode{at}, nil
	case descendantSyntax:
		return &descendantNode{at}, nil
	case parentSyntax:
		return &parentNode{slot: &slot{label: a.newSymbol("%"), level: 1}}, nil
	default:
		return a.compound(s, at)
	}
}

func (a *analysis) name(s *syntax) node {
	step := &nameNode{base{position: s.token.position, keepArray: s.keepArray}, s.token.text}
	return &pathNode{steps: []node{step}, keepSingleton: s.keepArray}
}

func regexOf(s *syntax, at base) (node, error) {
	pattern, err := regex.Compile(s.token.text, s.token.flags)
	if err != nil {
		return nil, plainError(err.Error())
	}
	return &regexNode{at, s.token.text, pattern}, nil
}

func (a *analysis) compound(s *syntax, at base) (node, error) {
	switch s.kind {
	case binarySyntax:
		return a.binary(s, at)
	case negateSyntax:
		return a.negate(s, at)
	case arraySyntax:
		n := &arrayNode{base: at}
		var err error
		n.items, err = a.all(s.list, &n.base)
		return n, err
	case objectSyntax:
		n := &objectNode{base: at}
		var err error
		n.grouping, err = a.grouping(s, &n.base)
		return n, err
	case blockSyntax:
		return a.block(s, at)
	case callSyntax:
		n := &callNode{base: at}
		return n, a.call(s, &n.base, &n.procedure, &n.arguments)
	case partialSyntax:
		n := &partialNode{base: at}
		return n, a.call(s, &n.base, &n.procedure, &n.arguments)
	case lambdaSyntax:
		return a.lambda(s, at)
	case conditionSyntax:
		return a.condition(s, at)
	default:
		return a.transform(s, at)
	}
}

// all analyses a list; what the parts seek is sought by the whole.
func (a *analysis) all(parts []*syntax, whole *base) ([]node, error) {
	nodes := make([]node, 0, len(parts))
	for _, part := range parts {
		n, err := a.node(part)
		if err != nil {
			return nil, err
		}
		if whole != nil {
			whole.seek(n)
		}
		nodes = append(nodes, n)
	}
	return nodes, nil
}

func (a *analysis) grouping(s *syntax, whole *base) (grouping, error) {
	g := grouping{position: s.token.position}
	for _, pair := range s.pairs {
		both, err := a.all(pair[:], whole)
		if err != nil {
			return g, err
		}
		g.pairs = append(g.pairs, [2]node{both[0], both[1]})
	}
	return g, nil
}

func (a *analysis) negate(s *syntax, at base) (node, error) {
	operand, err := a.node(s.left)
	if err != nil {
		return nil, err
	}
	if n, ok := operand.(*literalNode); ok && n.value.isNumber() {
		n.value = number(-n.value.number)
		return n, nil
	}
	n := &negateNode{at, operand}
	n.seek(operand)
	return n, nil
}

func (a *analysis) block(s *syntax, at base) (node, error) {
	n := &blockNode{base: at}
	before := a.binds
	var err error
	if n.list, err = a.all(s.list, &n.base); err != nil {
		return nil, err
	}
	n.binds = a.binds > before
	for _, part := range n.list {
		path, ok := part.(*pathNode)
		if part.common().cons || ok && path.steps[0].common().cons {
			n.cons = true
		}
	}
	return n, nil
}

// call analyses the arguments and then what is called.
func (a *analysis) call(s *syntax, whole *base, procedure *node, arguments *[]node) error {
	var err error
	if *arguments, err = a.all(s.list, whole); err != nil {
		return err
	}
	*procedure, err = a.node(s.left)
	return err
}

func (a *analysis) lambda(s *syntax, at base) (node, error) {
	n := &lambdaNode{base: at, signature: s.signature}
	for _, parameter := range s.list {
		n.params = append(n.params, a.bind(parameter.token.text))
	}
	body, err := a.node(s.right)
	if err != nil {
		return nil, err
	}
	n.body = tail(body)
	return n, nil
}

// tail marks the calls that n ends with.
func tail(n node) node {
	switch n := n.(type) {
	case *callNode:
		if n.predicates == nil {
			return &tailNode{base{position: n.position}, n}
		}
	case *conditionNode:
		n.then = tail(n.then)
		if n.otherwise != nil {
			n.otherwise = tail(n.otherwise)
		}
	case *blockNode:
		if last := len(n.list) - 1; last >= 0 {
			n.list[last] = tail(n.list[last])
		}
	}
	return n
}

func (a *analysis) condition(s *syntax, at base) (node, error) {
	n := &conditionNode{base: at}
	parts := []*syntax{s.left, s.right}
	if s.third != nil {
		parts = append(parts, s.third)
	}
	nodes, err := a.all(parts, &n.base)
	if err != nil {
		return nil, err
	}
	n.condition, n.then = nodes[0], nodes[1]
	if s.third != nil {
		n.otherwise = nodes[2]
	}
	return n, nil
}

func (a *analysis) transform(s *syntax, at base) (node, error) {
	n := &transformNode{base: at, clone: a.symbol("clone")}
	var err error
	if n.pattern, err = a.node(s.left); err != nil {
		return nil, err
	}
	if n.update, err = a.node(s.right); err != nil {
		return nil, err
	}
	if s.third != nil {
		n.remove, err = a.node(s.third)
	}
	return n, err
}
