package jsonata

// sessionBudgets is how many times the limits of one evaluation all evaluations of a session have.
const sessionBudgets = 4

// Session is what evaluations of several expressions with the same Env share: what was read of the
// variables, so that each is read once, and a budget. Each evaluation has its own Limits.Steps; all
// together have four times as many, and their results are no larger than one may be. A Session
// is used by one goroutine; a Result is read before the next evaluation, which may change it.
type Session struct {
	budget
	env Env
	// rest are the steps beside those of the present evaluation.
	rest int
	// size is that of the results.
	size int
	// held is how much memory evaluations took since variables was empty: at most so much is kept there.
	held int
	// input and variables are what was read; variables is nil where nothing is kept for later.
	input     item
	variables map[string]item
}

// NewSession returns a session of evaluations in env.
func NewSession(env Env) *Session {
	s := newSession(env)
	s.rest = (sessionBudgets - 1) * s.limits.Steps
	s.variables = map[string]item{}
	return s
}

func newSession(env Env) *Session {
	s := &Session{budget: newBudget(env.Limits.withDefaults()), env: env}
	if env.Input != nil {
		s.input = s.read(*env.Input)
	}
	return s
}

// Steps returns how many steps the session has taken.
func (s *Session) Steps() int {
	if s.variables == nil {
		return s.limits.Steps - s.steps
	}
	return sessionBudgets*s.limits.Steps - s.steps - s.rest
}

// renew gives the next evaluation its limits, of what the session has left.
func (s *Session) renew() {
	left := s.steps + s.rest
	most := totalFactor * s.limits.Bytes
	if s.held += most - s.bytes; s.held > most {
		s.forget()
	}
	s.budget = newBudget(s.limits)
	s.steps = min(s.limits.Steps, left)
	s.rest = left - s.steps
}

// variable returns what the environment has under a name.
func (s *Session) variable(name string) (item, bool) {
	if i, ok := s.variables[name]; ok {
		return i, true
	}
	if s.env.Variable == nil {
		return undefined, false
	}
	v, ok := s.env.Variable(name)
	if !ok {
		return undefined, false
	}
	i := s.read(v)
	if s.variables != nil {
		s.variables[name] = i
	}
	return i, true
}

// changed notes that an object is about to be changed. Where it is one of the data, which an expression
// can do with a $clone of its own, other expressions are not to see that.
func (s *Session) changed(o *object) {
	if o.reader == nil {
		return
	}
	s.dataChanged = true
	s.forget()
}

// forget lets go of what was read.
func (s *Session) forget() {
	s.held = 0
	clear(s.variables)
	if s.env.Input != nil {
		s.input = s.read(*s.env.Input)
	}
}

// EvalIn evaluates the expression as one of several. The error is an *Error.
func (x *Expression) EvalIn(s *Session) (Result, error) {
	s.renew()
	return x.eval(s)
}

func (x *Expression) eval(s *Session) (Result, error) {
	e := &evaluator{
		Session: s, expression: x, context: s.input,
		globals: make([]item, len(x.names)), asked: make([]bool, len(x.names)),
	}
	result, err := e.run()
	if failure, ok := err.(*Error); ok {
		err = e.finish(failure)
	}
	return Result{result}, err
}

func (e *evaluator) run() (item, error) {
	if e.context.kind == arrayKind {
		e.context = list(&array{items: []item{e.context}, sequence: true, wrapper: true})
	}
	result, err := e.eval(e.expression.root, e.context, &frame{})
	if err != nil {
		return undefined, err
	}
	e.size -= elementBytes // the result is no element
	if err := e.measure(result, &e.size); err != nil {
		return undefined, err
	}
	if f := result.function(); f != nil {
		return callable(f.inner()), nil
	}
	return result, nil
}
