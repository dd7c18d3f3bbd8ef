package jsonata

// context says what the context of a part of an expression is.
type context bool

const (
	ownContext  context = false // items that the expression itself found
	sameContext context = true  // that of the whole
)

// parts calls visit for the nodes directly below n in the order of writing.
func parts(n node, visit func(node, context)) {
	same := func(nodes ...node) {
		for _, part := range nodes {
			if part != nil {
				visit(part, sameContext)
			}
		}
	}
	switch n := n.(type) {
	case *pathNode:
		for i, step := range n.steps {
			visit(step, context(i == 0))
		}
	case *negateNode:
		same(n.operand)
	case *binaryNode:
		same(n.left, n.right)
	case *arrayNode:
		same(n.items...)
	case *objectNode:
		for _, pair := range n.pairs {
			same(pair[0], pair[1])
		}
	case *blockNode:
		same(n.list...)
	case *bindNode:
		same(n.value)
	case *conditionNode:
		same(n.condition, n.then, n.otherwise)
	case *callNode:
		same(n.procedure)
		same(n.arguments...)
	case *partialNode:
		same(n.procedure)
		same(n.arguments...)
	case *lambdaNode:
		same(n.body)
	case *tailNode:
		same(n.call)
	case *applyNode:
		same(n.left, n.right)
	case *transformNode:
		for _, part := range []node{n.pattern, n.update, n.remove} {
			if part != nil {
				visit(part, ownContext)
			}
		}
	case *sortNode:
		for _, term := range n.terms {
			visit(term.expression, ownContext)
		}
	}
	decorations(n.common(), visit)
}

// decorations calls visit for the predicates and the grouping of a node.
func decorations(b *base, visit func(node, context)) {
	for _, list := range [][]*stage{b.predicates, b.stages} {
		for _, s := range list {
			if s.filter != nil {
				visit(s.filter, ownContext)
			}
		}
	}
	if b.group != nil {
		for _, pair := range b.group.pairs {
			visit(pair[0], ownContext)
			visit(pair[1], ownContext)
		}
	}
}
