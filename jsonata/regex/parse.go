package regex

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a pattern. The texts of V8 say what it is that is too much.
const (
	// maxDepth is how deep groups may be nested.
	maxDepth = 1000
	// maxGroups is how many groups may capture, as in V8.
	maxGroups = 1<<16 - 1
	// maxPattern is the length of a pattern in bytes.
	maxPattern = 1 << 18

	tooLarge  = "Regular expression too large"
	tooManyGs = "Too many captures"
)

// parser reads a pattern by recursive descent. A method that finds a problem keeps it, and leaves
// nothing to read, so that those that called it end.
type parser struct {
	text string
	pos  int
	fold bool
	// depth is the number of groups that are open at pos.
	depth int
	// groups is the number of capturing groups before pos, total that of the whole pattern.
	groups, total int
	// names are the groups that have one; named says whether the pattern has any.
	names      map[string]int
	named      bool
	references []*reference
	problem    string
}

func newParser(text string, fold bool) *parser {
	p := &parser{text: text, fold: fold, names: map[string]int{}}
	p.countGroups()
	return p
}

// pattern reads the whole of the pattern, or says what is wrong with it.
func (p *parser) pattern() (tree node, problem string) {
	if len(p.text) > maxPattern {
		p.fail(tooLarge)
	}
	if p.total > maxGroups {
		p.fail(tooManyGs)
	}
	tree = p.disjunction()
	if p.pos < len(p.text) {
		p.fail("Unmatched ')'")
	}
	p.resolve()
	return tree, p.problem
}

// fail keeps the first problem, and goes to the end of the pattern.
func (p *parser) fail(problem string) {
	if p.problem == "" {
		p.problem = problem
	}
	p.pos = len(p.text)
}

// countGroups looks ahead for capturing groups: whether \2 is a backreference, and \k one by name,
// depends on those that follow too.
func (p *parser) countGroups() {
	inClass := false
	for i := 0; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '\\':
			i++
		case inClass:
			inClass = c != ']'
		case c == '[':
			inClass = true
		case c == '(' && isGroupName(p.text[i+1:]):
			p.named = true
			p.total++
		case c == '(' && !strings.HasPrefix(p.text[i+1:], "?"):
			p.total++
		}
	}
}

// isGroupName reports whether s, which follows an opening parenthesis, names the group.
func isGroupName(s string) bool {
	return strings.HasPrefix(s, "?<") && !strings.HasPrefix(s, "?<=") && !strings.HasPrefix(s, "?<!")
}

// resolve gives references by name their index.
func (p *parser) resolve() {
	for _, r := range p.references {
		index, ok := p.names[r.name]
		if !ok {
			p.fail("Invalid named capture referenced")
		}
		r.index = index
	}
}

func (p *parser) ended() bool { return p.pos >= len(p.text) }

// peek returns the byte at pos, or 0 at the end.
func (p *parser) peek() byte {
	if p.ended() {
		return 0
	}
	return p.text[p.pos]
}

// take skips s if it is next.
func (p *parser) take(s string) bool {
	if !strings.HasPrefix(p.text[p.pos:], s) {
		return false
	}
	p.pos += len(s)
	return true
}

// next takes one character; there has to be one unless a problem was found.
func (p *parser) next() rune {
	if p.ended() {
		return 0
	}
	r, size := decode(p.text, p.pos)
	p.pos += size
	return r
}

// disjunction reads alternatives up to the end or a closing parenthesis.
func (p *parser) disjunction() node {
	parts := choice{p.alternative()}
	for p.take("|") {
		parts = append(parts, p.alternative())
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return parts
}

func (p *parser) alternative() node {
	var parts sequence
	for !p.ended() && p.peek() != '|' && p.peek() != ')' {
		parts = append(parts, p.term())
	}
	return parts
}

// term reads an assertion, or an atom with its quantifier.
func (p *parser) term() node {
	first := p.groups + 1
	n, quantifiable := p.atom()
	least, most, found := p.quantifier()
	if !found {
		return n
	}
	_, behind := n.(look)
	switch {
	case !quantifiable && !behind:
		p.fail("Nothing to repeat")
	case least > most:
		p.fail("numbers out of order in {} quantifier")
	case !quantifiable:
		p.fail("Invalid quantifier")
	}
	return repeat{body: n, traits: traitsOf(n, p.fold), min: least, max: most, lazy: p.take("?"), first: first, end: p.groups + 1}
}

// quantifier reads one, but for the question mark that makes it lazy. A brace that does not begin
// one is left: it is a character (Annex B).
func (p *parser) quantifier() (least, most int, found bool) {
	switch p.peek() {
	case '*':
		p.pos++
		return 0, unlimited, true
	case '+':
		p.pos++
		return 1, unlimited, true
	case '?':
		p.pos++
		return 0, 1, true
	case '{':
		return p.braces()
	}
	return 0, 0, false
}

// braces reads {n}, {n,} or {n,m}.
func (p *parser) braces() (least, most int, found bool) {
	start := p.pos
	p.pos++
	least, found = p.number()
	most = least
	if found && p.take(",") {
		var bounded bool
		if most, bounded = p.number(); !bounded {
			most = unlimited
		}
	}
	if !found || !p.take("}") {
		p.pos = start
		return 0, 0, false
	}
	return least, most, true
}

// number reads decimal digits; what is too large for a repetition is unlimited.
func (p *parser) number() (n int, found bool) {
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		n = min(n*10+int(c-'0'), unlimited)
		p.pos++
		found = true
	}
	return n, found
}

// atom reads what a quantifier may follow, and assertions, which it mostly may not.
func (p *parser) atom() (n node, quantifiable bool) {
	switch p.peek() {
	case '^':
		p.pos++
		return position{opTextStart}, false
	case '$':
		p.pos++
		return position{opTextEnd}, false
	case '(':
		p.pos++
		return p.group()
	case '.':
		p.pos++
		return class{anyInLine}, true
	case '[':
		p.pos++
		return class{p.class()}, true
	case '\\':
		p.pos++
		return p.escape()
	case '*', '+', '?':
		p.fail("Nothing to repeat")
	case '{':
		if _, _, found := p.braces(); found {
			p.fail("Nothing to repeat")
		}
	}
	return char{p.next()}, true
}

// group reads what follows an opening parenthesis, and the closing one.
func (p *parser) group() (n node, quantifiable bool) {
	if p.depth++; p.depth > maxDepth {
		p.fail(tooLarge)
	}
	defer func() { p.depth-- }()
	switch {
	case p.take("?:"):
		return p.body(), true
	case p.take("?="):
		return look{body: p.body()}, true // Annex B allows a quantifier here
	case p.take("?!"):
		return look{body: p.body(), negative: true}, true
	case p.take("?<="):
		return look{body: p.body(), behind: true}, false
	case p.take("?<!"):
		return look{body: p.body(), behind: true, negative: true}, false
	}
	p.groups++
	index := p.groups
	if p.take("?<") {
		name := p.name("Invalid capture group name")
		if _, taken := p.names[name]; taken {
			p.fail("Duplicate capture group name")
		}
		p.names[name] = index
	} else if p.peek() == '?' {
		p.fail("Invalid group")
	}
	return capture{index: index, body: p.body()}, true
}

func (p *parser) body() node {
	n := p.disjunction()
	if !p.take(")") {
		p.fail("Unterminated group")
	}
	return n
}

// name reads the name of a group and the bracket that ends it.
func (p *parser) name(problem string) string {
	var name strings.Builder
	for !p.ended() && p.peek() != '>' {
		r := p.next()
		if r == '\\' {
			r = p.nameEscape()
		}
		if !isNamePart(r, name.Len() == 0) {
			break
		}
		name.WriteRune(r)
	}
	if name.Len() == 0 || !p.take(">") {
		p.fail(problem)
	}
	return name.String()
}

// nameEscape reads \uXXXX or \u{X} in a name, after its backslash, or returns what is in no name.
func (p *parser) nameEscape() rune {
	if p.take("u{") {
		digits, _, found := strings.Cut(p.text[p.pos:], "}")
		if r, ok := hex(digits); ok && found {
			p.pos += len(digits) + 1
			return r
		}
	} else if p.take("u") {
		if r, ok := p.unicode(); ok {
			return r
		}
	}
	return -1
}

// isNamePart reports whether r may stand in an identifier, or begin one.
func isNamePart(r rune, first bool) bool {
	switch {
	case r == '$' || r == '_' || unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_ID_Start, r):
		return true
	case first || r > utf8.MaxRune:
		return false
	}
	return unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue) || r == 0x200C || r == 0x200D
}
