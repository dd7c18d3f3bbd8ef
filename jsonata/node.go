package jsonata

import "github.com/stepwell/stepwell/jsonata/regex"

// node is an expression that can be evaluated, or a step of a path.
type node interface {
	// eval gives the value of the node alone; its predicates and its grouping come after, see
	// evaluator.eval.
	eval(e *evaluator, input item, f *frame) (item, error)
	// common is what all nodes have.
	common() *base
	// typeName is what error S0217 calls the node.
	typeName() string
}

// base is what all nodes have. Which of it a node uses depends on whether it stands in a path: there
// what filters the results of a step are its stages.
type base struct {
	position   int
	predicates []*stage
	stages     []*stage
	group      *grouping
	// keepArray is the [] syntax: a single result stays an array.
	keepArray bool
	// cons marks an array constructor whose array a path must not flatten.
	cons bool
	// tuple marks a step after which the path carries tuples; of a path, that its tuples are wanted.
	tuple bool
	// focus and index are the variables of @ and #.
	focus, index symbol
	// ancestor is where a later "%" wants the input of this step.
	ancestor *slot
	// seeking are the "%" below this node of which the step has not been found yet.
	seeking []*slot
}

func (b *base) common() *base { return b }

// symbol is the number of a variable's name in an expression; 0 is no variable.
type symbol int

// stage is what happens to the results of a step: a filter, or the binding of their index.
type stage struct {
	filter node
	index  symbol
	// constant says that the filter is the same for all items.
	constant bool
}

// grouping is { key: value, ... }, behind an expression or by itself.
type grouping struct {
	pairs    [][2]node
	position int
}

// slot is where the value of one "%" is bound: by the step level steps before.
type slot struct {
	label symbol
	level int
}

type (
	pathNode struct {
		base
		steps []node
		// keepSingleton marks a path with a step that has [].
		keepSingleton bool
	}
	nameNode struct {
		base
		name string
	}
	literalNode struct {
		base
		value item
	}
	variableNode struct {
		base
		name   string
		symbol symbol
	}
	wildcardNode   struct{ base }
	descendantNode struct{ base }
	parentNode     struct {
		base
		slot *slot
	}
	regexNode struct {
		base
		source  string
		pattern *regex.Regexp
	}
	// placeholderNode is the "?" among the arguments of a partial application.
	placeholderNode struct{ base }
	negateNode      struct {
		base
		operand node
	}
	binaryNode struct {
		base
		operator    operator
		text        string
		left, right node
	}
	arrayNode struct {
		base
		items []node
	}
	objectNode struct {
		base
		grouping
	}
	blockNode struct {
		base
		list []node
		// binds says that a frame is needed for the variables.
		binds bool
	}
	bindNode struct {
		base
		symbol symbol
		value  node
	}
	conditionNode struct {
		base
		condition, then, otherwise node // otherwise may be nil
	}
	callNode struct {
		base
		procedure node
		arguments []node
	}
	partialNode struct {
		base
		procedure node
		arguments []node
	}
	lambdaNode struct {
		base
		params    []symbol
		signature *signature
		body      node
	}
	// tailNode is a call that is the last thing a function does. It is not made but handed to the
	// function's caller, so that the depth does not grow.
	tailNode struct {
		base
		call *callNode
	}
	applyNode struct {
		base
		left, right node
	}
	transformNode struct {
		base
		pattern, update, remove node // remove may be nil
		clone                   symbol
	}
	// sortNode is the step that ^( ... ) adds to a path.
	sortNode struct {
		base
		terms []sortTerm
	}
	sortTerm struct {
		descending bool
		expression node
	}
)

func (*pathNode) typeName() string        { return "path" }
func (*nameNode) typeName() string        { return "name" }
func (*variableNode) typeName() string    { return "variable" }
func (*wildcardNode) typeName() string    { return "wildcard" }
func (*descendantNode) typeName() string  { return "descendant" }
func (*parentNode) typeName() string      { return "parent" }
func (*regexNode) typeName() string       { return "regex" }
func (*placeholderNode) typeName() string { return "operator" }
func (*negateNode) typeName() string      { return "unary" }
func (*binaryNode) typeName() string      { return "binary" }
func (*arrayNode) typeName() string       { return "unary" }
func (*objectNode) typeName() string      { return "unary" }
func (*blockNode) typeName() string       { return "block" }
func (*bindNode) typeName() string        { return "bind" }
func (*conditionNode) typeName() string   { return "condition" }
func (*callNode) typeName() string        { return "function" }
func (*partialNode) typeName() string     { return "partial" }
func (*lambdaNode) typeName() string      { return "lambda" }
func (*tailNode) typeName() string        { return "lambda" }
func (*applyNode) typeName() string       { return "apply" }
func (*transformNode) typeName() string   { return "transform" }
func (*sortNode) typeName() string        { return "sort" }

func (n *literalNode) typeName() string {
	switch n.value.kind {
	case stringKind:
		return "string"
	case numberKind:
		return "number"
	default:
		return "value"
	}
}
