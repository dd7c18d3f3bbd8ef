package jsonata

// function is a function as a value.
//
// A direct call notes its name and place on the function, and errors that come out of the function take
// them, also where it is called later by another function: so the reference implementation does it.
type function struct {
	body     body
	token    item
	position int
}

// body is what a function does.
type body interface {
	// call runs the function with arguments that fit its signature. The context stands in for what
	// is the function's own to look at.
	call(e *evaluator, self *function, args []item, context item) (item, error)
	// arity is how many arguments the function can make use of.
	arity() int
	// signature may be nil: then all arguments fit.
	signature() *signature
}

// lambda is a function that the expression defines, with the frame and the context of its definition.
type lambda struct {
	node   *lambdaNode
	params []symbol
	typed  *signature
	input  item
	frame  *frame
}

func (l *lambda) arity() int            { return len(l.params) }
func (l *lambda) signature() *signature { return l.typed }

func (l *lambda) call(e *evaluator, _ *function, args []item, _ item) (item, error) {
	f := &frame{parent: l.frame, bindings: make([]binding, 0, len(l.params))}
	for i, p := range l.params {
		f.bind(&e.budget, p, argument(args, i))
	}
	return e.eval(l.node.body, l.input, f)
}

func (n *lambdaNode) eval(e *evaluator, input item, f *frame) (item, error) {
	e.allocate(functionSize + itemSize*len(f.bindings))
	return callable(&function{body: &lambda{n, n.params, n.signature, input, f}}), nil
}

// argument returns argument i, undefined when it was not given.
func argument(args []item, i int) item {
	if i < len(args) {
		return args[i]
	}
	return undefined
}

// closure is a function that was given to another one as an argument. What is not passed to it does
// not come from the context.
type closure struct{ inner *function }

func (c *closure) arity() int            { return c.inner.body.arity() }
func (c *closure) signature() *signature { return nil }

func (c *closure) call(e *evaluator, _ *function, args []item, _ item) (item, error) {
	return e.apply(callable(c.inner), args, null)
}

// inner returns the function that f stands for, without the closures around it.
func (f *function) inner() *function {
	for {
		c, ok := f.body.(*closure)
		if !ok {
			return f
		}
		f = c.inner
	}
}

// thunk is a call that is still to be made, see tailNode.
type thunk struct {
	node  *callNode
	input item
	frame *frame
}

func (t *thunk) arity() int            { return 0 }
func (t *thunk) signature() *signature { return nil }

// call is not called: apply makes the call of a thunk.
func (t *thunk) call(*evaluator, *function, []item, item) (item, error) { return undefined, nil }

func (n *tailNode) eval(_ *evaluator, input item, f *frame) (item, error) {
	return callable(&function{body: &thunk{n.call, input, f}}), nil
}

// located gives an error the name and the place of a call, where it has none.
func located(err error, name item, position int) error {
	if failure, ok := err.(*Error); ok {
		if failure.Position == 0 {
			failure.Position = position
		}
		if failure.token.kind == undefinedKind || failure.token.isString() && failure.token.text == "" {
			failure.token = name
		}
	}
	return err
}

// wrapped returns what is passed for an argument: a function inside a closure.
func wrapped(i item) item {
	if f := i.function(); f != nil {
		return callable(&function{body: &closure{f}})
	}
	return i
}

// apply calls a function, and then the calls that it ended with.
func (e *evaluator) apply(procedure item, args []item, context item) (item, error) {
	result, err := e.applyOnce(procedure, args, context)
	for err == nil {
		f := result.function()
		if f == nil {
			return result, nil
		}
		switch next := f.body.(type) {
		case *thunk:
			result, err = e.continueWith(next, context)
		case *pending:
			result, err = e.compose(next, context)
		default:
			return result, nil
		}
	}
	return undefined, err
}

// continueWith makes the call of a thunk.
func (e *evaluator) continueWith(t *thunk, context item) (item, error) {
	next, err := e.eval(t.node.procedure, t.input, t.frame)
	if err != nil {
		return undefined, err
	}
	name, position := undefined, t.node.procedure.common().position
	if v, ok := t.node.procedure.(*variableNode); ok {
		name = text(v.name)
	}
	f := next.function()
	if f != nil {
		f.position = position
		if name.defined() {
			f.token = name
		}
	}
	args := make([]item, len(t.node.arguments))
	for i, a := range t.node.arguments {
		if args[i], err = e.eval(a, t.input, t.frame); err != nil {
			return undefined, err
		}
	}
	if f == nil {
		return undefined, &Error{Code: "T1006", Position: position, token: name}
	}
	return e.applyOnce(next, args, context)
}

func (e *evaluator) applyOnce(procedure item, args []item, context item) (item, error) {
	f := procedure.function()
	if f == nil {
		return undefined, &Error{Code: "T1006"}
	}
	var err error
	if s := f.body.signature(); s != nil {
		args, err = e.validate(s, args, context)
	} else {
		err = e.spend(1)
	}
	if err == nil {
		var result item
		if result, err = f.body.call(e, f, args, context); err == nil {
			return result, nil
		}
	}
	if failure, ok := err.(*Error); ok {
		if !failure.token.defined() {
			failure.token = f.token
		}
		if f.position != 0 {
			failure.Position = f.position
		}
	}
	return undefined, err
}

func (n *callNode) eval(e *evaluator, input item, f *frame) (item, error) {
	return n.invoke(e, input, f, nil)
}

// invoke makes the call, with more arguments in front of those that are written.
func (n *callNode) invoke(e *evaluator, input item, f *frame, front []item) (item, error) {
	procedure, err := e.eval(n.procedure, input, f)
	if err != nil {
		return undefined, err
	}
	if name, ok := e.forgotDollar(procedure, n.procedure, f); ok {
		return undefined, &Error{Code: "T1005", Position: n.position, token: text(name)}
	}
	args := make([]item, 0, len(front)+len(n.arguments))
	args = append(args, front...)
	for _, a := range n.arguments {
		value, err := e.eval(a, input, f)
		if err != nil {
			return undefined, err
		}
		args = append(args, wrapped(value))
	}
	name := calledAs(n.procedure)
	if called := procedure.function(); called != nil && called.isObject() {
		called.token, called.position = name, n.position
	}
	result, err := e.apply(procedure, args, input)
	if err != nil {
		return undefined, located(err, name, n.position)
	}
	return result, nil
}

// isObject says whether JavaScript could note something on the function: closures and regular
// expressions are functions of JavaScript itself there.
func (f *function) isObject() bool {
	switch f.body.(type) {
	case *closure, *matcher, *successor:
		return false
	}
	return true
}

// forgotDollar says whether what is called is nothing, but would be something as a variable.
func (e *evaluator) forgotDollar(procedure item, n node, f *frame) (string, bool) {
	path, ok := n.(*pathNode)
	if !ok || procedure.defined() {
		return "", false
	}
	name := calledAs(path)
	if !name.isString() {
		return "", false
	}
	return name.text, e.lookupName(name.text, f).defined()
}

// lookupName is lookup for a name that need not be in the expression as a variable.
func (e *evaluator) lookupName(name string, f *frame) item {
	if s, ok := e.expression.symbols[name]; ok {
		return e.lookup(s, f)
	}
	return e.ask(name)
}

// calledAs is the name of what is called, as errors show it: for what has none, the symbol that it is
// written with.
func calledAs(n node) item {
	switch n := n.(type) {
	case *pathNode:
		return calledAs(n.steps[0])
	case *nameNode:
		return text(n.name)
	case *variableNode:
		return text(n.name)
	case *literalNode:
		return n.value
	case *binaryNode:
		return text(n.text)
	case *applyNode:
		return text("~>")
	case *callNode, *partialNode:
		return text("(")
	case *arrayNode:
		return text("[")
	case *objectNode:
		return text("{")
	case *negateNode:
		return text("-")
	case *wildcardNode:
		return text("*")
	case *descendantNode:
		return text("**")
	}
	return undefined
}

func (n *applyNode) eval(e *evaluator, input item, f *frame) (item, error) {
	left, err := e.eval(n.left, input, f)
	if err != nil {
		return undefined, err
	}
	if call, ok := n.right.(*callNode); ok {
		return call.invoke(e, input, f, []item{left})
	}
	right, err := e.eval(n.right, input, f)
	if err != nil {
		return undefined, err
	}
	switch {
	case right.function() == nil:
		return undefined, &Error{Code: "T2006", Position: n.position, value: right}
	case left.function() != nil:
		e.allocate(functionSize)
		return callable(&function{body: &composition{left, right}}), nil
	}
	return e.apply(right, []item{left}, null)
}

func (n *partialNode) eval(e *evaluator, input item, f *frame) (item, error) {
	e.allocate(functionSize + itemSize*len(n.arguments))
	args := make([]item, len(n.arguments))
	open := make([]bool, len(n.arguments))
	for i, a := range n.arguments {
		if _, open[i] = a.(*placeholderNode); open[i] {
			continue
		}
		var err error
		if args[i], err = e.eval(a, input, f); err != nil {
			return undefined, err
		}
	}
	procedure, err := e.eval(n.procedure, input, f)
	if err != nil {
		return undefined, err
	}
	if name, ok := e.forgotDollar(procedure, n.procedure, f); ok {
		return undefined, &Error{Code: "T1007", Position: n.position, token: text(name)}
	}
	called := procedure.function()
	if called == nil {
		return undefined, &Error{Code: "T1008", Position: n.position, token: calledAs(n.procedure)}
	}
	if l, ok := called.body.(*lambda); ok {
		return callable(&function{body: l.partial(&e.budget, args, open)}), nil
	}
	return callable(&function{body: &partial{called, args, open}}), nil
}

// partial binds the parameters of which the argument is not open.
func (l *lambda) partial(b *budget, args []item, open []bool) *lambda {
	result := &lambda{node: l.node, input: l.input, frame: &frame{parent: l.frame}}
	for i, p := range l.params {
		if i < len(open) && open[i] {
			result.params = append(result.params, p)
		} else {
			result.frame.bind(b, p, argument(args, i))
		}
	}
	return result
}

// partial is a function that is not a lambda with some of its arguments given.
type partial struct {
	function *function
	args     []item
	open     []bool
}

func (p *partial) signature() *signature { return nil }

func (p *partial) arity() int {
	n := 0
	for _, open := range p.open {
		if open {
			n++
		}
	}
	return n
}

func (p *partial) call(e *evaluator, _ *function, args []item, context item) (item, error) {
	e.chargeItems(len(p.args))
	all := append([]item(nil), p.args...)
	b, native := p.function.body.(*builtin)
	if native {
		// What the function does not take is not passed, otherwise than in a direct call.
		all = all[:min(len(all), max(b.takes, len(b.typed.params)))]
	}
	next := 0
	for i := range all {
		if p.open[i] {
			all[i] = argument(args, next)
			next++
		}
	}
	if !native {
		return e.apply(callable(p.function), all, context)
	}
	for len(all) < len(b.typed.params) {
		all = append(all, undefined)
	}
	// The function's own name and place are not in its errors: they are those of a direct call.
	all, err := e.validate(b.typed, all, context)
	if err != nil {
		return undefined, err
	}
	return b.call(e, p.function, all, context)
}
