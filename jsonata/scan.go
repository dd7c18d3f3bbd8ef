package jsonata

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// tokenKind is what a token is.
type tokenKind uint8

const (
	endToken tokenKind = iota
	operatorToken
	nameToken
	variableToken
	stringToken
	numberToken
	valueToken // true, false, null
	regexToken
)

// token is a word of the source. Its position is its end, counted in UTF-16 units as JavaScript does.
type token struct {
	kind     tokenKind
	text     string // operator, name, decoded string, or pattern of a regular expression
	flags    string // of a regular expression
	number   float64
	position int
}

// is says whether t is the operator.
func (t token) is(operator string) bool { return t.kind == operatorToken && t.text == operator }

// name is what t is called where it was not expected, as JavaScript writes the value of a token.
func (t token) name() item {
	switch t.kind {
	case endToken:
		return text("(end)")
	case numberToken:
		return number(t.number)
	case valueToken:
		return literal(t.text)
	case regexToken:
		return record(newObject())
	default:
		return text(t.text)
	}
}

// literal is the value of the words true, false and null.
func literal(word string) item {
	if word == "null" {
		return null
	}
	return boolean(word == "true")
}

// scanner cuts the source into tokens.
type scanner struct {
	source string
	at     int // byte
	// known is a byte of the source and knownUnits its place in UTF-16 units.
	known, knownUnits int
}

const whitespace = " \t\n\r\v"

// stops are the characters that are operators by themselves, or end a name all the same.
const stops = ".[]{}(),@#;:?+-*/%|=<>^&!~"

// pairs are the operators of two characters.
var pairs = []string{"..", ":=", "!=", ">=", "<=", "**", "~>"}

// units returns the place of a byte in UTF-16 units.
func (s *scanner) units(at int) int {
	if at < s.known {
		s.known, s.knownUnits = 0, 0
	}
	s.knownUnits += units(s.source[s.known:at])
	s.known = at
	return s.knownUnits
}

func (s *scanner) token(kind tokenKind, text string) token {
	return token{kind: kind, text: text, position: s.units(s.at)}
}

func (s *scanner) fail(code string, at int) *Error {
	return &Error{Code: code, Position: s.units(at)}
}

// next returns the next token. A "/" is the operator where one is expected (infix), else the beginning
// of a regular expression.
func (s *scanner) next(infix bool) (token, error) {
	if err := s.skip(); err != nil {
		return token{}, err
	}
	if s.at >= len(s.source) {
		return s.token(endToken, ""), nil
	}
	rest := s.source[s.at:]
	switch c := rest[0]; {
	case c == '/' && !infix:
		s.at++
		return s.regex()
	case strings.IndexByte(stops, c) >= 0:
		return s.operator(rest), nil
	case c == '"' || c == '\'':
		return s.quoted(c)
	case c >= '0' && c <= '9':
		return s.digits()
	case c == '`':
		return s.backquoted()
	}
	return s.word(), nil
}

// skip passes over whitespace and comments.
func (s *scanner) skip() error {
	for {
		for s.at < len(s.source) && strings.IndexByte(whitespace, s.source[s.at]) >= 0 {
			s.at++
		}
		if !strings.HasPrefix(s.source[s.at:], "/*") {
			return nil
		}
		length := strings.Index(s.source[s.at+2:], "*/")
		if length < 0 {
			return s.fail("S0106", s.at)
		}
		s.at += length + 4
	}
}

func (s *scanner) operator(rest string) token {
	for _, pair := range pairs {
		if strings.HasPrefix(rest, pair) {
			s.at += len(pair)
			return s.token(operatorToken, pair)
		}
	}
	s.at++
	return s.token(operatorToken, rest[:1])
}

func (s *scanner) quoted(quote byte) (token, error) {
	s.at++
	var b strings.Builder
	for s.at < len(s.source) {
		switch c := s.source[s.at]; c {
		case quote:
			s.at++
			return s.token(stringToken, pairSurrogates(b.String())), nil
		case '\\':
			s.at++
			if err := s.escape(&b); err != nil {
				return token{}, err
			}
		default:
			b.WriteByte(c)
			s.at++
		}
	}
	return token{}, s.fail("S0101", s.at)
}

// escape reads what follows a backslash.
func (s *scanner) escape(b *strings.Builder) error {
	if s.at >= len(s.source) {
		err := s.fail("S0103", s.at)
		err.token = text("")
		return err
	}
	c := s.source[s.at]
	if c == 'u' {
		return s.hex(b)
	}
	i := strings.IndexByte(`"\/bfnrt`, c)
	if i < 0 {
		_, size := utf8.DecodeRuneInString(s.source[s.at:])
		err := s.fail("S0103", s.at)
		err.token = text(s.source[s.at : s.at+size])
		return err
	}
	b.WriteByte("\"\\/\b\f\n\r\t"[i])
	s.at++
	return nil
}

// hex reads the four digits of a \u escape: as in the reference implementation fewer do before the
// end of the source.
func (s *scanner) hex(b *strings.Builder) error {
	digits := s.source[s.at+1 : min(s.at+5, len(s.source))]
	unit, err := strconv.ParseUint(digits, 16, 16)
	if err != nil {
		return s.fail("S0104", s.at)
	}
	appendUnit(b, uint16(unit))
	s.at += 1 + len(digits)
	return nil
}

func (s *scanner) digits() (token, error) {
	length := numberLength(s.source[s.at:])
	digits := s.source[s.at : s.at+length]
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || math.IsInf(n, 0) {
		fail := s.fail("S0102", s.at)
		fail.token = text(digits)
		return token{}, fail
	}
	s.at += length
	t := s.token(numberToken, digits)
	t.number = n
	return t, nil
}

// numberLength is the length of the JSON number at the beginning of s, which begins with a digit.
func numberLength(s string) int {
	i := 1
	if s[0] != '0' {
		i = digitsFrom(s, 1)
	}
	if i < len(s) && s[i] == '.' && digitsFrom(s, i+1) > i+1 {
		i = digitsFrom(s, i+1)
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		start := i + 1
		if start < len(s) && (s[start] == '+' || s[start] == '-') {
			start++
		}
		if end := digitsFrom(s, start); end > start {
			i = end
		}
	}
	return i
}

// digitsFrom returns the end of the digits that begin at i.
func digitsFrom(s string, i int) int {
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}

func (s *scanner) backquoted() (token, error) {
	s.at++
	length := strings.IndexByte(s.source[s.at:], '`')
	if length < 0 {
		return token{}, s.fail("S0105", len(s.source))
	}
	name := s.source[s.at : s.at+length]
	s.at += length + 1
	return s.token(nameToken, name), nil
}

// word reads a name, a variable or one of the operators and values that are words.
func (s *scanner) word() token {
	rest := s.source[s.at:]
	length := strings.IndexAny(rest, whitespace+stops)
	if length < 0 {
		length = len(rest)
	}
	word := rest[:length]
	s.at += length
	switch {
	case word[0] == '$':
		return s.token(variableToken, word[1:])
	case word == "or" || word == "in" || word == "and":
		return s.token(operatorToken, word)
	case word == "true" || word == "false" || word == "null":
		return s.token(valueToken, word)
	}
	return s.token(nameToken, word)
}

// regex reads a regular expression up to the slash that is neither escaped nor in brackets.
func (s *scanner) regex() (token, error) {
	start, depth := s.at, 0
	for ; s.at < len(s.source); s.at++ {
		c, escaped := s.source[s.at], s.source[s.at-1] == '\\'
		switch {
		case c == '/' && depth == 0 && !oddBackslashes(s.source[:s.at]):
			return s.regexEnd(start)
		case strings.IndexByte("([{", c) >= 0 && !escaped:
			depth++
		case strings.IndexByte(")]}", c) >= 0 && !escaped:
			depth--
		}
	}
	return token{}, s.fail("S0302", s.at)
}

func oddBackslashes(s string) bool {
	return (len(s)-len(strings.TrimRight(s, `\`)))%2 == 1
}

// regexEnd takes the pattern before the closing slash and the flags behind it.
func (s *scanner) regexEnd(start int) (token, error) {
	pattern := s.source[start:s.at]
	if pattern == "" {
		return token{}, s.fail("S0301", s.at)
	}
	s.at++
	begin := s.at
	for s.at < len(s.source) && (s.source[s.at] == 'i' || s.source[s.at] == 'm') {
		s.at++
	}
	t := s.token(regexToken, pattern)
	t.flags = s.source[begin:s.at]
	return t, nil
}
