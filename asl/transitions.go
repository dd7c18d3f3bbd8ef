package asl

import "github.com/stepwell/stepwell/value"

// level is one "States" object as a graph: what leads from where to where.
type level struct {
	// start is nil when the level has no usable "StartAt".
	start *edge
	nodes []*node
	// outer is the level around this one, nil for the outermost.
	outer *level
	// assigned says where each variable of this level is assigned, last.
	assigned map[string]*location
	// readable says that "States" is there and is an object.
	readable bool
}

// node is a state in that graph.
type node struct {
	name  string
	at    *location
	edges []edge
	// terminal says that the level can end here.
	terminal bool
	reached  bool
}

// edge is one field that names a state.
type edge struct {
	target string
	at     *location
}

// leadTo notes the field of o, if it is a text, as a transition out of n.
func (n *node) leadTo(o *reader, field string) {
	if v, found := o.get(field); found && v.Kind() == value.KindString {
		n.edges = append(n.edges, edge{v.AsString(), o.at.field(field)})
	}
}

// readEdges notes where a state leads by "Next" and "Default" and whether it ends its level. It
// does so whatever its type allows: a misplaced "Next" is one mistake and not two.
func (o *reader) readEdges(n *node) {
	n.leadTo(o, "Next")
	n.leadTo(o, "Default")
	end, _ := o.get("End")
	n.terminal = end.AsBool() && o.has("Type")
}

// checkTransitions reports transitions to nowhere, a machine without an end, and states that
// nothing leads to. A machine without an end is not searched for unreachable states.
func (c *checker) checkTransitions() {
	for i, l := range c.levels {
		if !l.readable {
			continue
		}
		byName := l.index()
		c.checkTargets(l, byName)
		if i == 0 && !l.ends() && l.start != nil {
			c.refused.add(CodeMissingEnd, nil, "Workflow has no terminal state")
		} else if l.start != nil {
			c.checkReachable(l, byName)
		}
	}
}

func (l *level) index() map[string]*node {
	byName := make(map[string]*node, len(l.nodes))
	for _, n := range l.nodes {
		byName[n.name] = n
	}
	return byName
}

// ends reports whether some state is terminal, reachable or not.
func (l *level) ends() bool {
	for _, n := range l.nodes {
		if n.terminal {
			return true
		}
	}
	return false
}

func (c *checker) checkTargets(l *level, byName map[string]*node) {
	check := func(e edge) {
		if byName[e.target] == nil {
			// The word is Next whatever the field.
			c.refused.add(CodeMissingTarget, e.at, "Missing 'Next' target: "+e.target)
		}
	}
	if l.start != nil {
		check(*l.start)
	}
	for _, n := range l.nodes {
		for _, e := range n.edges {
			check(e)
		}
	}
}

func (c *checker) checkReachable(l *level, byName map[string]*node) {
	open := []string{l.start.target}
	for len(open) > 0 {
		n := byName[open[len(open)-1]]
		open = open[:len(open)-1]
		if n == nil || n.reached {
			continue
		}
		n.reached = true
		for _, e := range n.edges {
			open = append(open, e.target)
		}
	}
	for _, n := range l.nodes {
		if !n.reached {
			c.refused.add(CodeMissingTarget, n.at, `State "`+n.name+`" is not reachable.`)
		}
	}
}
