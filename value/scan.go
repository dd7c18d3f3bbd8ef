package value

import "unicode/utf8"

// scanner checks JSON text in one pass. Its methods report false when they have set err.
type scanner struct {
	text string
	pos  int
	in   scope
	// loose says that Compact would change the text: it has whitespace between tokens or escapes.
	loose bool
	err   *SyntaxError
}

// scope is the innermost open array or object; the zero scope is outside of any.
type scope struct {
	kind         Kind
	start, depth int
}

// document checks a value with nothing but whitespace around it.
func (s *scanner) document() bool {
	first := s.next()
	s.loose = false // whitespace around the value is not kept
	if s.ended() {
		return s.fail(s.pos, "No content to map due to end-of-input")
	}
	if first == '}' || first == ']' {
		return s.failClose(first)
	}
	if !s.value() {
		return false
	}
	loose := s.loose
	s.next()
	s.loose = loose
	return s.ended() || s.failTrailing()
}

// value checks the value that begins at pos.
func (s *scanner) value() bool {
	if s.ended() {
		return s.failEnd()
	}
	switch c := s.text[s.pos]; c {
	case '"':
		return s.string(roleValue)
	case '{':
		return s.object()
	case '[':
		return s.array()
	case 't':
		return s.literal("true")
	case 'f':
		return s.literal("false")
	case 'n':
		return s.literal("null")
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return s.number()
	default:
		return s.failValue(c)
	}
}

func (s *scanner) object() bool {
	outer := s.in
	if !s.enter(KindObject) {
		return false
	}
	c := s.next()
	if c == ']' || s.ended() {
		return s.failSeparator(c)
	}
	for more := c != '}'; more; {
		if !s.member() {
			return false
		}
		switch c := s.next(); c {
		case ',':
			s.pos++
			s.next()
		case '}':
			more = false
		default:
			return s.failSeparator(c)
		}
	}
	s.pos++
	s.in = outer
	return true
}

// member checks a key, a colon and a value.
func (s *scanner) member() bool {
	if s.ended() {
		return s.failEnd()
	}
	if s.text[s.pos] != '"' {
		return s.failBetween("was expecting double-quote to start field name")
	}
	if !s.string(roleName) {
		return false
	}
	if s.next() != ':' {
		return s.failBetween("was expecting a colon to separate field name and value")
	}
	s.pos++
	s.next()
	return s.value()
}

func (s *scanner) array() bool {
	outer := s.in
	if !s.enter(KindArray) {
		return false
	}
	c := s.next()
	if c == '}' || s.ended() {
		return s.failSeparator(c)
	}
	for more := c != ']'; more; {
		if !s.value() {
			return false
		}
		switch c := s.next(); c {
		case ',':
			s.pos++
			s.next()
		case ']':
			more = false
		default:
			return s.failSeparator(c)
		}
	}
	s.pos++
	s.in = outer
	return true
}

// enter opens an array or object at pos.
func (s *scanner) enter(kind Kind) bool {
	s.in = scope{kind, s.pos, s.in.depth + 1}
	if s.in.depth > MaxDepth {
		return s.failDepth()
	}
	s.pos++
	return true
}

// next moves to the next byte that is not whitespace and returns it, or 0 at the end.
func (s *scanner) next() byte {
	for ; s.pos < len(s.text); s.pos++ {
		c := s.text[s.pos]
		if !isSpace(c) {
			return c
		}
		s.loose = true
	}
	return 0
}

// ended reports whether the whole text has been read.
func (s *scanner) ended() bool { return s.pos >= len(s.text) }

// string checks the string at pos; what names its role in messages.
func (s *scanner) string(what string) bool {
	text, i := s.text, s.pos+1
	for i < len(text) {
		c := text[i]
		if plain[c] {
			i++
			continue
		}
		switch {
		case c == '"':
			s.pos = i + 1
			return true
		case c == '\\':
			s.loose = true
			s.pos = i
			if !s.escape() {
				return false
			}
			i = s.pos
		case c < ' ':
			return s.fail(i, "Illegal unquoted character (%s): has to be escaped using backslash to be included in %s", describe(rune(c)), what)
		default:
			r, size := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && size < 2 {
				return s.failUTF8(i)
			}
			i += size
		}
	}
	s.pos = i
	return s.failString(what)
}

// plain tells the bytes of a string that need no look: ASCII but for quotes, backslashes and
// control characters.
var plain = func() (table [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		table[c] = c != '"' && c != '\\'
	}
	return table
}()

// escape checks the escape at pos and moves behind it.
func (s *scanner) escape() bool {
	s.pos++
	if s.ended() {
		return s.failEscapeEnd()
	}
	switch c := s.text[s.pos]; c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.pos++
		return true
	case 'u':
		s.pos++
		return s.hex()
	}
	return s.fail(s.pos, "Unrecognized character escape %s", describe(s.char()))
}

// hex checks the four digits of a \u escape.
func (s *scanner) hex() bool {
	for range 4 {
		if s.ended() {
			return s.failEscapeEnd()
		}
		if !isHex(s.text[s.pos]) {
			return s.failChar("expected a hex-digit for character escape sequence")
		}
		s.pos++
	}
	return true
}

// literal checks true, false or null.
func (s *scanner) literal(word string) bool {
	end := s.pos + len(word)
	if end > len(s.text) || s.text[s.pos:end] != word || identifierAt(s.text, end) > 0 {
		return s.failToken()
	}
	s.pos = end
	return true
}

// number checks a number and what follows one outside of arrays and objects.
func (s *scanner) number() bool {
	start := s.pos
	if s.text[s.pos] == '-' {
		s.pos++
		if s.ended() || !isDigit(s.text[s.pos]) {
			return s.failDigit("expected digit (0-9) to follow minus sign, for valid numeric value")
		}
	}
	if s.text[s.pos] == '0' && s.pos+1 < len(s.text) && isDigit(s.text[s.pos+1]) {
		return s.fail(s.pos, "Invalid numeric value: Leading zeroes not allowed")
	}
	s.digits()
	if !s.ended() && s.text[s.pos] == '.' {
		s.pos++
		if s.digits() == 0 {
			return s.failDigit("Decimal point not followed by a digit")
		}
	}
	if !s.ended() && s.text[s.pos]|0x20 == 'e' && !s.exponent() {
		return false
	}
	if s.in.depth == 0 && !s.ended() && !isSpace(s.text[s.pos]) {
		return s.failChar("Expected space separating root-level values")
	}
	return s.pos-start <= MaxDigits || s.checkDigits(start)
}

// checkDigits checks the number of digits between start and pos.
func (s *scanner) checkDigits(start int) bool {
	n := 0
	for i := start; i < s.pos; i++ {
		if isDigit(s.text[i]) {
			n++
		}
	}
	return n <= MaxDigits || s.failDigits(n)
}

// exponent checks the part of a number from its "e".
func (s *scanner) exponent() bool {
	s.pos++
	if !s.ended() && (s.text[s.pos] == '+' || s.text[s.pos] == '-') {
		s.pos++
	}
	return s.digits() > 0 || s.failDigit("Exponent indicator not followed by a digit")
}

// digits moves over digits and counts them.
func (s *scanner) digits() int {
	start := s.pos
	for s.pos < len(s.text) && isDigit(s.text[s.pos]) {
		s.pos++
	}
	return s.pos - start
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }
