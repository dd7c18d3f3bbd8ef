package regex

// escape reads what follows a backslash outside of a class.
func (p *parser) escape() (n node, quantifiable bool) {
	if p.ended() {
		p.fail(`\ at end of pattern`)
	}
	switch c := p.peek(); {
	case c == 'b':
		p.pos++
		return position{opWordEdge}, false
	case c == 'B':
		p.pos++
		return position{opNoWordEdge}, false
	case c >= '1' && c <= '9':
		if r := p.backreference(); r != nil {
			return r, true
		}
	case c == 'k' && p.named:
		p.pos++
		return p.namedReference(), true
	}
	if spans, ok := p.classEscape(); ok {
		return class{newSet(spans, false, p.fold)}, true
	}
	return char{p.characterEscape()}, true
}

// backreference reads a number up to that of the last group. Other numbers are left: they are
// octal, or digits (Annex B).
func (p *parser) backreference() node {
	start := p.pos
	index, _ := p.number()
	if index > p.total {
		p.pos = start
		return nil
	}
	return &reference{index: index}
}

// namedReference reads the name after \k.
func (p *parser) namedReference() node {
	const problem = "Invalid named reference"
	if !p.take("<") {
		p.fail(problem)
	}
	r := &reference{name: p.name(problem)}
	p.references = append(p.references, r)
	return r
}

// classEscape reads \d, \D, \s, \S, \w or \W, after its backslash.
func (p *parser) classEscape() (spans []span, ok bool) {
	switch p.peek() {
	case 'd':
		spans = digits
	case 'D':
		spans = complement(digits)
	case 's':
		spans = spaces
	case 'S':
		spans = complement(spaces)
	case 'w':
		spans = words
	case 'W':
		spans = complement(words)
	default:
		return nil, false
	}
	p.pos++
	return spans, true
}

// controls are the ControlEscapes.
var controls = map[rune]rune{'t': '\t', 'n': '\n', 'v': '\v', 'f': '\f', 'r': '\r'}

// characterEscape reads the escape of one character, after its backslash.
func (p *parser) characterEscape() rune {
	if c := p.peek(); c >= '0' && c <= '7' {
		return p.octal()
	}
	r := p.next()
	switch r {
	case 'c':
		return p.control(false)
	case 'x':
		if value, ok := hex(p.ahead(2)); ok {
			p.pos += 2
			return value
		}
	case 'u':
		if value, ok := p.unicode(); ok {
			return value
		}
	case 'k':
		if p.named {
			p.fail("Invalid escape")
		}
	}
	if control, ok := controls[r]; ok {
		return control
	}
	return r
}

// control reads the letter after \c; in a class it may be a digit or underscore. Where there is
// none, the backslash stands for itself, and the c comes next (Annex B).
func (p *parser) control(inClass bool) rune {
	c := p.peek()
	if c|0x20 >= 'a' && c|0x20 <= 'z' || inClass && (c >= '0' && c <= '9' || c == '_') {
		p.pos++
		return rune(c & 0x1F)
	}
	p.pos--
	return '\\'
}

// octal reads up to three octal digits, of a value up to 0377 (LegacyOctalEscapeSequence).
func (p *parser) octal() rune {
	var r rune
	for range 3 {
		c := p.peek()
		if c < '0' || c > '7' || r*8+rune(c-'0') > 0o377 {
			break
		}
		r = r*8 + rune(c-'0')
		p.pos++
	}
	return r
}

// unicode reads the digits after \u, and a second escape when both are the halves of a character.
func (p *parser) unicode() (rune, bool) {
	r, ok := hex(p.ahead(4))
	if !ok {
		return 0, false
	}
	p.pos += 4
	if pair := p.ahead(6); r >= 0xD800 && r < 0xDC00 && len(pair) == 6 && pair[:2] == `\u` {
		if low, ok := hex(pair[2:]); ok && low >= 0xDC00 && low < 0xE000 {
			p.pos += 6
			return 0x10000 + (r-0xD800)<<10 + (low - 0xDC00), true
		}
	}
	return r, true
}

// ahead returns the next n bytes, or nothing when there are fewer.
func (p *parser) ahead(n int) string {
	if p.pos+n > len(p.text) {
		return ""
	}
	return p.text[p.pos : p.pos+n]
}

// hex returns the value of hexadecimal digits, at least one and up to 10FFFF.
func hex(s string) (value rune, ok bool) {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			value = value*16 + rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			value = value*16 + rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
		if value > 0x10FFFF {
			return 0, false
		}
	}
	return value, s != ""
}

// class reads what follows an opening bracket, and the closing one.
func (p *parser) class() *set {
	negated := p.take("^")
	var spans []span
	for p.problem == "" && !p.take("]") {
		spans = append(spans, p.classRange()...)
	}
	return newSet(spans, negated, p.fold)
}

// classRange reads an atom of a class, or two with a dash between.
func (p *parser) classRange() []span {
	first, firstChar := p.classAtom()
	if rest := p.ahead(2); rest == "" || rest[0] != '-' || rest[1] == ']' {
		return first
	}
	p.pos++
	last, lastChar := p.classAtom()
	if !firstChar || !lastChar { // with a class in it the dash is a member (Annex B)
		return append(append([]span{{'-', '-'}}, first...), last...)
	}
	if first[0].low > last[0].low {
		p.fail("Range out of order in character class")
	}
	return []span{{first[0].low, last[0].low}}
}

// classAtom reads a character of a class, or an escape that stands for several, and says which.
func (p *parser) classAtom() (spans []span, single bool) {
	if p.ended() {
		p.fail("Unterminated character class")
	}
	r := p.next()
	if r == '\\' {
		if p.ended() {
			p.fail(`\ at end of pattern`)
		}
		if spans, ok := p.classEscape(); ok {
			return spans, false
		}
		r = p.classCharacterEscape()
	}
	return []span{{r, r}}, true
}

func (p *parser) classCharacterEscape() rune {
	switch {
	case p.take("b"):
		return '\b'
	case p.take("c"):
		return p.control(true)
	}
	return p.characterEscape()
}
