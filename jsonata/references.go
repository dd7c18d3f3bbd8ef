package jsonata

// collector finds what an expression refers to.
type collector struct {
	expression *Expression
	scopes     []*scope
	// seen holds the variables and the references found so far, each after its kind.
	seen map[string]bool
}

// first reports whether a name comes for the first time.
func (c *collector) first(name string) bool {
	if c.seen[name] {
		return false
	}
	if c.seen == nil {
		c.seen = make(map[string]bool)
	}
	c.seen[name] = true
	return true
}

// scope holds the variables that a part of the expression binds.
type scope struct {
	bound map[symbol]bool // up to the place that is looked at
	// later are all that the part will have bound at its end: a function can be called then.
	later  map[symbol]bool
	lambda bool // the part is the body of a function
	path   bool // the part is a path, which binds with @ and # only
}

// collect fills in what Variables, References and Fields return.
func (x *Expression) collect() {
	x.fields = map[string][]Field{}
	c := &collector{expression: x}
	c.inside(&scope{}, x.root, func() { c.visit(x.root, sameContext) })
}

// inside runs visit within the scope of n.
func (c *collector) inside(s *scope, n node, visit func()) {
	s.bound, s.later = map[symbol]bool{}, map[symbol]bool{}
	if !s.path {
		bindings(n, s.later, true)
	}
	c.scopes = append(c.scopes, s)
	visit()
	c.scopes = c.scopes[:len(c.scopes)-1]
}

// bindings adds the variables that n binds in the scope that it is in, or makes.
func bindings(n node, found map[symbol]bool, top bool) {
	switch n := n.(type) {
	case *blockNode, *lambdaNode:
		if !top {
			return
		}
	case *bindNode:
		found[n.symbol] = true
	}
	parts(n, func(part node, _ context) { bindings(part, found, false) })
}

func (c *collector) visit(n node, where context) {
	switch n := n.(type) {
	case *blockNode:
		c.inside(&scope{}, n, func() { c.parts(n, where) })
		return
	case *lambdaNode:
		c.inside(&scope{lambda: true}, n, func() {
			for _, p := range n.params {
				c.scopes[len(c.scopes)-1].bound[p] = true
			}
			c.parts(n, where)
		})
		return
	case *pathNode:
		c.noteFields(n)
		c.inside(&scope{path: true}, n, func() { c.parts(n, where) })
		return
	case *nameNode:
		if where == sameContext {
			c.refer(n.name)
		}
	case *variableNode:
		c.variable(n, where)
	}
	c.parts(n, where)
	c.bind(n)
}

func (c *collector) parts(n node, where context) {
	parts(n, func(part node, own context) { c.visit(part, where && own) })
}

// bind notes what n binds.
func (c *collector) bind(n node) {
	at := len(c.scopes) - 1
	for _, s := range []symbol{n.common().focus, n.common().index} {
		c.scopes[at].bound[s] = true
	}
	for _, s := range n.common().stages {
		c.scopes[at].bound[s.index] = true
	}
	if b, ok := n.(*bindNode); ok {
		for c.scopes[at].path {
			at--
		}
		c.scopes[at].bound[b.symbol] = true
	}
}

func (c *collector) variable(n *variableNode, where context) {
	switch n.name {
	case "":
		if where == sameContext {
			c.refer("$")
		}
	case "$":
		c.refer("$$")
	default:
		x := c.expression
		if !c.isBound(n.symbol) && c.first("variable "+n.name) {
			x.variables = append(x.variables, n.name)
		}
	}
}

func (c *collector) refer(name string) {
	if x := c.expression; c.first("reference " + name) {
		x.references = append(x.references, name)
	}
}

// isBound says whether the expression binds a variable before it comes to where it is. What stands in
// a function is looked up when the function is called.
func (c *collector) isBound(s symbol) bool {
	called := false
	for i := len(c.scopes) - 1; i >= 0; i-- {
		if c.scopes[i].bound[s] || called && c.scopes[i].later[s] {
			return true
		}
		called = called || c.scopes[i].lambda
	}
	return false
}

// noteFields notes the names that follow variables in a path.
func (c *collector) noteFields(n *pathNode) {
	for i, step := range n.steps[:len(n.steps)-1] {
		v, ok := step.(*variableNode)
		if !ok {
			continue
		}
		if name, ok := n.steps[i+1].(*nameNode); ok {
			x := c.expression
			x.fields[v.name] = append(x.fields[v.name], Field{name.name, name.position})
		}
	}
}
