package jsonata

import "strings"

// separated calls read for each part of a list that commas separate.
func (p *parser) separated(read func() error) error {
	for {
		if err := read(); err != nil {
			return err
		}
		if !p.token.is(",") {
			return nil
		}
		if err := p.advance(false); err != nil {
			return err
		}
	}
}

// block reads the expressions of ( ... ; ... ).
func (p *parser) block(s *syntax) (*syntax, error) {
	s.kind = blockSyntax
	for !p.token.is(")") {
		part, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		s.list = append(s.list, part)
		if !p.token.is(";") {
			break
		}
		if err := p.advance(false); err != nil {
			return nil, err
		}
	}
	return s, p.expect(")", true)
}

// arrayConstructor reads [ ... , first .. last ].
func (p *parser) arrayConstructor(s *syntax) (*syntax, error) {
	s.kind = arraySyntax
	if !p.token.is("]") {
		if err := p.separated(func() error { return p.arrayItem(s) }); err != nil {
			return nil, err
		}
	}
	return s, p.expect("]", true)
}

func (p *parser) arrayItem(s *syntax) error {
	part, err := p.expression(0)
	if err != nil {
		return err
	}
	if p.token.is("..") {
		span := &syntax{kind: binarySyntax, token: p.token, left: part}
		if err := p.advance(false); err != nil {
			return err
		}
		if span.right, err = p.expression(0); err != nil {
			return err
		}
		part = span
	}
	s.list = append(s.list, part)
	return nil
}

// objectPairs reads the pairs of { key: value, ... }.
func (p *parser) objectPairs(s *syntax) (*syntax, error) {
	if !p.token.is("}") {
		if err := p.separated(func() error { return p.pair(s) }); err != nil {
			return nil, err
		}
	}
	return s, p.expect("}", true)
}

func (p *parser) pair(s *syntax) error {
	key, err := p.expression(0)
	if err != nil {
		return err
	}
	if err := p.expect(":", false); err != nil {
		return err
	}
	value, err := p.expression(0)
	if err != nil {
		return err
	}
	s.pairs = append(s.pairs, [2]*syntax{key, value})
	return nil
}

// predicate reads what stands in [ ] behind an expression. Empty brackets mark the first step in front
// of them: its result stays an array.
func (p *parser) predicate(s *syntax) (*syntax, error) {
	if p.token.is("]") {
		s.left.step().keepArray = true
		return s.left, p.advance(false)
	}
	s.selected = s.left.step()
	var err error
	if s.right, err = p.expression(0); err != nil {
		return nil, err
	}
	return s, p.expect("]", true)
}

// step returns the step that predicates select from, which may be s itself.
func (s *syntax) step() *syntax {
	if s.selected != nil {
		return s.selected
	}
	return s
}

// orderBy reads the terms of ^( ... ).
func (p *parser) orderBy(s *syntax) (*syntax, error) {
	if err := p.expect("(", false); err != nil {
		return nil, err
	}
	if err := p.separated(func() error { return p.term(s) }); err != nil {
		return nil, err
	}
	return s, p.expect(")", false)
}

func (p *parser) term(s *syntax) error {
	term := syntaxTerm{descending: p.token.is(">")}
	if term.descending || p.token.is("<") {
		if err := p.advance(false); err != nil {
			return err
		}
	}
	var err error
	term.expression, err = p.expression(0)
	s.terms = append(s.terms, term)
	return err
}

// call reads the arguments of a call, and the rest of a function definition where the name of the
// function is "function" or "λ".
func (p *parser) call(s *syntax) (*syntax, error) {
	if !p.token.is(")") {
		if err := p.separated(func() error { return p.argument(s) }); err != nil {
			return nil, err
		}
	}
	if err := p.expect(")", true); err != nil {
		return nil, err
	}
	if s.left.kind == nameSyntax && (s.left.token.text == "function" || s.left.token.text == "λ") {
		return p.lambda(s)
	}
	return s, nil
}

func (p *parser) argument(s *syntax) error {
	if p.token.is("?") {
		s.kind = partialSyntax
		s.list = append(s.list, &syntax{kind: operatorSyntax, token: p.token})
		return p.advance(false)
	}
	argument, err := p.expression(0)
	s.list = append(s.list, argument)
	return err
}

func (p *parser) lambda(s *syntax) (*syntax, error) {
	for i, parameter := range s.list {
		if parameter.kind != variableSyntax {
			return nil, &Error{
				Code: "S0208", Position: parameter.token.position, token: parameter.token.name(), value: number(float64(i + 1)),
			}
		}
	}
	s.kind = lambdaSyntax
	if p.token.is("<") {
		if err := p.signature(s); err != nil {
			return nil, err
		}
	}
	if err := p.expect("{", false); err != nil {
		return nil, err
	}
	var err error
	if s.right, err = p.expression(0); err != nil {
		return nil, err
	}
	return s, p.expect("}", false)
}

// signature reads the types of parameters: the text of the tokens up to the closing bracket.
func (p *parser) signature(s *syntax) error {
	start := p.token.position
	var b strings.Builder
	b.WriteByte('<')
	for depth := 1; depth > 0 && !p.token.is("{") && p.token.kind != endToken; {
		if err := p.advance(false); err != nil {
			return err
		}
		if p.token.is(">") {
			depth--
		} else if p.token.is("<") {
			depth++
		}
		if p.token.kind == numberToken {
			b.WriteString(numberText(p.token.number))
		} else if p.token.kind != endToken {
			b.WriteString(p.token.text)
		}
	}
	if err := p.expect(">", false); err != nil {
		return err
	}
	var offset int
	var err *Error
	if s.signature, offset, err = parseSignature(b.String()); err != nil {
		err.Position = start + offset
		return err
	}
	return nil
}
