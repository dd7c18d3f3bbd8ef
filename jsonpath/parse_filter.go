package jsonpath

import (
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// maxPattern bounds the length of a regular expression, and its weight with all repetitions written out.
// The weight is also what a match costs per byte of the text, see matches.
const maxPattern = 1000

// filter reads a condition in parentheses.
func (p *parser) filter() (selector, *SyntaxError) {
	if p.blanks(); !strings.HasPrefix(p.rest, "(") {
		return nil, p.fail("a filter is '?(condition)'")
	}
	c, err := p.group()
	if err != nil {
		return nil, err
	}
	return &filter{condition: c}, nil
}

// group reads a condition with its parentheses.
func (p *parser) group() (condition, *SyntaxError) {
	if p.nesting++; p.nesting > maxNesting {
		return nil, p.fail("filters are nested too deep")
	}
	p.accept("(")
	c, err := p.either()
	if err != nil {
		return nil, err
	}
	if p.blanks(); !p.accept(")") {
		return nil, p.fail("a parenthesis of a filter is not closed")
	}
	p.nesting--
	return c, nil
}

// either reads conditions with "||" between them.
func (p *parser) either() (condition, *SyntaxError) {
	parts, err := p.joined("||", p.both)
	if err != nil || len(parts) == 1 {
		return first(parts), err
	}
	return or(parts), nil
}

// both reads conditions with "&&" between them.
func (p *parser) both() (condition, *SyntaxError) {
	parts, err := p.joined("&&", p.negatable)
	if err != nil || len(parts) == 1 {
		return first(parts), err
	}
	return and(parts), nil
}

func first(parts []condition) condition {
	if len(parts) == 0 {
		return nil
	}
	return parts[0]
}

func (p *parser) joined(operator string, part func() (condition, *SyntaxError)) ([]condition, *SyntaxError) {
	var parts []condition
	for {
		c, err := part()
		if err != nil {
			return nil, err
		}
		parts = append(parts, c)
		if p.blanks(); !p.accept(operator) {
			return parts, nil
		}
	}
}

// negatable reads a condition without "&&" and "||" outside of parentheses.
func (p *parser) negatable() (condition, *SyntaxError) {
	negated := false
	for p.blanks(); p.accept("!"); p.blanks() {
		negated = !negated
	}
	c, err := p.single()
	if err == nil && negated {
		c = not{c}
	}
	return c, err
}

// single reads a condition in parentheses, a relation, or a path alone.
func (p *parser) single() (condition, *SyntaxError) {
	if strings.HasPrefix(p.rest, "(") {
		return p.group()
	}
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	operator, ok := p.operator()
	if !ok && left.path != nil {
		return exists{left.path}, nil
	}
	right, err := p.operand()
	if err != nil {
		return nil, err
	}
	compare := relations[operator]
	patterns := (left.pattern != nil) != (right.pattern != nil)
	if patterns != (operator == "=~") || !patterns && compare == nil {
		return nil, p.fail("a filter has no operator where one is needed")
	}
	return &relation{left: left, right: right, operator: operator, compare: compare}, nil
}

// operator reads an operator, in letters of either case; ok is false when none follows.
func (p *parser) operator() (operator string, ok bool) {
	p.blanks()
	end := len(p.rest) - len(strings.TrimLeft(p.rest, "<>=!~"))
	if end == 0 {
		end = len(p.rest) - len(strings.TrimLeft(p.rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	}
	operator, p.rest = strings.ToUpper(p.rest[:end]), p.rest[end:]
	return operator, end > 0
}

// operand reads a path, a regular expression or a JSON value, whose strings may be in single quotes.
func (p *parser) operand() (operand, *SyntaxError) {
	p.blanks()
	switch {
	case p.rest == "":
		return operand{}, p.fail("a value is missing")
	case p.rest[0] == '@' || p.rest[0] == '$':
		path, err := p.innerPath()
		return operand{path: path}, err
	case p.rest[0] == '/':
		return p.pattern()
	case p.rest[0] == '\'':
		text, err := p.quoted()
		return operand{value: value.String(text)}, err
	}
	return p.literal()
}

// innerPath reads a path from "@" or "$" up to an operator or the end of its brackets.
func (p *parser) innerPath() (*Path, *SyntaxError) {
	path := &Path{root: rootInput}
	if p.accept("@") {
		path.root = rootItem
	} else {
		p.accept("$")
	}
	outer := p.inner
	p.inner = true
	for strings.HasPrefix(p.rest, ".") || strings.HasPrefix(p.rest, "[") {
		if err := p.next(path); err != nil {
			return nil, err
		}
	}
	p.inner = outer
	path.measure()
	return path, nil
}

// pattern reads "/expression/flags".
func (p *parser) pattern() (operand, *SyntaxError) {
	end := 1
	for ; end < len(p.rest) && p.rest[end] != '/'; end++ {
		if p.rest[end] == '\\' {
			end++
		}
	}
	if end >= len(p.rest) {
		return operand{}, p.fail("a regular expression is not closed")
	}
	expression := strings.ReplaceAll(p.rest[1:end], `\/`, `/`)
	p.rest = p.rest[end+1:]
	length := len(p.rest) - len(strings.TrimLeft(p.rest, "imsU"))
	if flags := p.rest[:length]; flags != "" {
		expression = "(?" + strings.ReplaceAll(flags, "U", "") + ")" + expression
		expression = strings.TrimPrefix(expression, "(?)")
	}
	p.rest = p.rest[length:]
	if len(expression) > maxPattern {
		return operand{}, p.fail("a regular expression is too long")
	}
	tree, err := syntax.Parse("^(?:"+expression+")$", syntax.Perl)
	if err != nil {
		return operand{}, p.fail("a regular expression is not valid")
	}
	weight := weigh(tree)
	if p.weight += weight; p.weight > maxPattern {
		return operand{}, p.fail("a regular expression repeats too much")
	}
	compiled, err := regexp.Compile("^(?:" + expression + ")$")
	if err != nil {
		return operand{}, p.fail("a regular expression is not valid")
	}
	return operand{pattern: compiled, weight: weight}, nil
}

// weigh counts the parts of a regular expression with its repetitions written out. It stops counting
// beyond maxPattern.
func weigh(r *syntax.Regexp) int {
	weight := 1 + len(r.Rune)
	for _, part := range r.Sub {
		weight += weigh(part)
	}
	if r.Op == syntax.OpRepeat {
		weight *= max(1, r.Min, r.Max)
	}
	return min(weight, maxPattern+1)
}

// literal reads a JSON value.
func (p *parser) literal() (operand, *SyntaxError) {
	end := literalEnd(p.rest)
	v, err := value.Parse(p.rest[:end])
	if err != nil {
		v, err = value.Parse(strings.ReplaceAll(p.rest[:end], "'", `"`))
	}
	if err != nil {
		return operand{}, p.fail("a value in a filter is no JSON")
	}
	p.rest = p.rest[end:]
	return operand{value: v}, nil
}

// literalEnd returns where the JSON value that text begins with ends: with its last bracket or quote,
// or before a blank, an operator, a comma or a closing parenthesis.
func literalEnd(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' || c == '\'':
			if i = closingQuote(text, i); depth == 0 || i == len(text) {
				return min(i+1, len(text))
			}
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			if depth--; depth <= 0 {
				return i + 1 + min(depth, 0)
			}
		case depth == 0 && strings.IndexByte(" ,)<>=!~&|", c) >= 0:
			return i
		}
	}
	return len(text)
}

// closingQuote returns the place of the quote that closes the one at i, or the end of text.
func closingQuote(text string, i int) int {
	quote := text[i]
	for i++; i < len(text) && text[i] != quote; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return min(i, len(text))
}
