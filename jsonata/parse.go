package jsonata

// The parser is one of operator precedence, after Pratt: each operator has a binding power, and knows
// what to do at the beginning of an expression (prefix) and behind one (infix). What it gives is the
// source as it is written; analyse.go makes an evaluable tree of it.

// maxSourceDepth is how deep expressions may be written inside each other. With the default limits
// nothing beyond a depth of 100 can be evaluated.
const maxSourceDepth = 5000

// syntaxKind is what a syntax node is.
type syntaxKind uint8

const (
	endSyntax syntaxKind = iota
	nameSyntax
	variableSyntax
	stringSyntax
	numberSyntax
	valueSyntax
	regexSyntax
	operatorSyntax // and, or, in as names; ? as an argument
	wildcardSyntax
	descendantSyntax
	parentSyntax
	binarySyntax // also . [ { ^ := @ # ~>
	negateSyntax
	arraySyntax
	objectSyntax
	blockSyntax
	callSyntax
	partialSyntax
	lambdaSyntax
	conditionSyntax
	transformSyntax
)

// syntax is a node of the source.
type syntax struct {
	kind  syntaxKind
	token token // the operator or word; its position is the node's
	// left and right are the operands; condition and alternative of ?:, pattern of a transform.
	left, right, third *syntax
	list               []*syntax // items, arguments, expressions of a block
	pairs              [][2]*syntax
	terms              []syntaxTerm
	signature          *signature
	keepArray          bool    // followed by []
	selected           *syntax // of a predicate: the step that it selects from, whatever predicates are between
	depth              int
}

// syntaxTerm is one term of an order-by.
type syntaxTerm struct {
	descending bool
	expression *syntax
}

// powers are the binding powers of the infix operators. The others have none: they end an expression.
var powers = map[string]int{
	".": 75, "[": 80, "{": 70, "(": 80, "@": 80, "#": 80, "?": 20, "+": 50, "-": 50, "*": 60, "/": 60,
	"%": 60, "=": 40, "<": 40, ">": 40, "^": 40, ":=": 10, "!=": 40, "<=": 40, ">=": 40, "~>": 40,
	"and": 30, "or": 25, "in": 40, "&": 50,
}

// known are the operators without a binding power.
var known = map[string]bool{
	")": true, "]": true, "}": true, ":": true, ";": true, ",": true, "..": true, "|": true, "**": true,
}

// negatePower is how strongly a minus sign binds what follows it.
const negatePower = 70

type parser struct {
	scanner scanner
	token   token
	depth   int
}

// parse reads the whole source.
func parse(source string) (*syntax, error) {
	p := &parser{scanner: scanner{source: source}}
	if err := p.advance(false); err != nil {
		return nil, err
	}
	s, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if p.token.kind != endToken {
		return nil, p.unexpected("S0201")
	}
	return s, nil
}

// unexpected is an error about the current token.
func (p *parser) unexpected(code string) *Error {
	return &Error{Code: code, Position: p.token.position, token: p.token.name()}
}

// advance reads the next token.
func (p *parser) advance(infix bool) error {
	t, err := p.scanner.next(infix)
	if err != nil {
		return err
	}
	p.token = t
	if t.kind == operatorToken && powers[t.text] == 0 && !known[t.text] {
		return p.unexpected("S0204")
	}
	return nil
}

// expect passes over an operator that must be there.
func (p *parser) expect(operator string, infix bool) error {
	if p.token.is(operator) {
		return p.advance(infix)
	}
	code := "S0202"
	if p.token.kind == endToken {
		code = "S0203"
	}
	err := p.unexpected(code)
	err.value = text(operator)
	return err
}

// expression reads an expression up to an operator that does not bind more strongly than power.
func (p *parser) expression(power int) (*syntax, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxSourceDepth {
		return nil, errStack()
	}
	t := p.token
	if err := p.advance(true); err != nil {
		return nil, err
	}
	left, err := p.prefix(t)
	if err == nil {
		err = left.measure()
	}
	for err == nil && p.token.kind == operatorToken && power < powers[p.token.text] {
		t = p.token
		if err = p.advance(false); err != nil {
			break
		}
		before := left
		if left, err = p.infix(t, left); err == nil && left != before { // [] makes no new one
			err = left.measure()
		}
	}
	return left, err
}

// measure notes how deep s is and refuses what is too deep.
func (s *syntax) measure() error {
	s.holds(s.left)
	s.holds(s.right)
	s.holds(s.third)
	for _, part := range s.list {
		s.holds(part)
	}
	for _, pair := range s.pairs {
		s.holds(pair[0])
		s.holds(pair[1])
	}
	for _, term := range s.terms {
		s.holds(term.expression)
	}
	if s.depth > maxSourceDepth {
		return errStack()
	}
	return nil
}

// holds notes that s is deeper than a part of it; nil is none.
func (s *syntax) holds(part *syntax) {
	if part != nil {
		s.depth = max(s.depth, part.depth+1)
	}
}

// prefix reads what t begins.
func (p *parser) prefix(t token) (*syntax, error) {
	s := &syntax{token: t}
	switch t.kind {
	case endToken:
		return s, nil
	case nameToken:
		s.kind = nameSyntax
	case variableToken:
		s.kind = variableSyntax
	case stringToken:
		s.kind = stringSyntax
	case numberToken:
		s.kind = numberSyntax
	case valueToken:
		s.kind = valueSyntax
	case regexToken:
		s.kind = regexSyntax
	case operatorToken:
		return p.prefixOperator(s)
	}
	return s, nil
}

func (p *parser) prefixOperator(s *syntax) (*syntax, error) {
	switch s.token.text {
	case "and", "or", "in":
		s.kind = operatorSyntax
	case "*":
		s.kind = wildcardSyntax
	case "**":
		s.kind = descendantSyntax
	case "%":
		s.kind = parentSyntax
	case "-":
		s.kind = negateSyntax
		var err error
		s.left, err = p.expression(negatePower)
		return s, err
	case "(":
		return p.block(s)
	case "[":
		return p.arrayConstructor(s)
	case "{":
		s.kind = objectSyntax
		return p.objectPairs(s)
	case "|":
		return p.transform(s)
	default:
		return nil, &Error{Code: "S0211", Position: s.token.position, token: text(s.token.text)}
	}
	return s, nil
}

// infix reads what the operator t makes of left.
func (p *parser) infix(t token, left *syntax) (*syntax, error) {
	s := &syntax{kind: binarySyntax, token: t, left: left}
	switch t.text {
	case "(":
		s.kind = callSyntax
		return p.call(s)
	case "[":
		return p.predicate(s)
	case "^":
		return p.orderBy(s)
	case "{":
		return p.objectPairs(s)
	case "?":
		return p.condition(s)
	case ":=":
		return p.bind(s)
	case "@", "#":
		return p.bindStep(s)
	}
	var err error
	s.right, err = p.expression(powers[t.text])
	return s, err
}

// bind reads the right side of :=, which binds to the right.
func (p *parser) bind(s *syntax) (*syntax, error) {
	if s.left.kind != variableSyntax {
		return nil, &Error{Code: "S0212", Position: s.left.token.position, token: s.left.token.name()}
	}
	var err error
	s.right, err = p.expression(powers[":="] - 1)
	return s, err
}

// bindStep reads the variable behind @ or #.
func (p *parser) bindStep(s *syntax) (*syntax, error) {
	var err error
	if s.right, err = p.expression(powers[s.token.text]); err != nil {
		return nil, err
	}
	if s.right.kind != variableSyntax {
		return nil, &Error{Code: "S0214", Position: s.right.token.position, token: text(s.token.text)}
	}
	return s, nil
}

// condition reads the branches of ?:, of which the second may be left out.
func (p *parser) condition(s *syntax) (*syntax, error) {
	s.kind = conditionSyntax
	var err error
	if s.right, err = p.expression(0); err != nil || !p.token.is(":") {
		return s, err
	}
	if err = p.advance(false); err != nil {
		return nil, err
	}
	s.third, err = p.expression(0)
	return s, err
}

// transform reads | pattern | update, delete |.
func (p *parser) transform(s *syntax) (*syntax, error) {
	s.kind = transformSyntax
	var err error
	if s.left, err = p.expression(0); err != nil {
		return nil, err
	}
	if err = p.expect("|", false); err != nil {
		return nil, err
	}
	if s.right, err = p.expression(0); err != nil {
		return nil, err
	}
	if p.token.is(",") {
		if err = p.advance(false); err != nil {
			return nil, err
		}
		if s.third, err = p.expression(0); err != nil {
			return nil, err
		}
	}
	return s, p.expect("|", false)
}
