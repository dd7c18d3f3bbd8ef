package jsonata

// composition is what first ~> second gives for two functions. The reference implementation evaluates
// function($f, $g){ function($x){ $g($f($x)) } } for it: its names, places and depth are those of this.
type composition struct{ first, second item }

// The places behind $g and behind the parenthesis after $f.
const secondPosition, firstPosition = 35, 39

func (c *composition) arity() int            { return 1 }
func (c *composition) signature() *signature { return nil }

// call leaves the work to apply: as $g($f($x)) ends the function, it is made when that has returned.
func (c *composition) call(_ *evaluator, _ *function, args []item, _ item) (item, error) {
	return callable(&function{body: &pending{c, argument(args, 0)}}), nil
}

// pending is a composition that was called and is still to be made.
type pending struct {
	*composition
	argument item
}

// compose makes the calls of a composition.
func (e *evaluator) compose(p *pending, context item) (item, error) {
	g := p.second.function()
	g.token, g.position = text("g"), secondPosition
	if f := p.first.function(); f.isObject() { // f may be g
		f.token, f.position = text("f"), firstPosition
	}
	for range 2 { // the call of $f, and in it $f and $x
		if err := e.enter(); err != nil {
			return undefined, err
		}
	}
	e.depth--
	between, err := e.apply(p.first, []item{p.argument}, null)
	if err != nil {
		return undefined, located(err, text("f"), firstPosition)
	}
	e.depth--
	return e.applyOnce(p.second, []item{wrapped(between)}, context)
}
