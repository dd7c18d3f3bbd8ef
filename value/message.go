package value

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The words that several of Jackson's messages share.
const (
	roleName    = "name"
	roleValue   = "string value"
	wantedValue = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
	hiddenPlace = "[Source: " + HiddenSource + "; line: %d, column: %d]"
	longestPart = 256 // characters of an unrecognized token that are shown
)

// HiddenSource stands in the messages of a [SyntaxError] for the text itself, where Jackson would
// quote it if it were allowed to.
const HiddenSource = "REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)"

// fail sets the error and reports false, for its caller to return.
func (s *scanner) fail(offset int, format string, args ...any) bool {
	line, column := position(s.text, offset)
	s.err = &SyntaxError{Offset: offset, Line: line, Column: column, Message: fmt.Sprintf(format, args...)}
	return false
}

// failChar reports that the character at pos has no place there.
func (s *scanner) failChar(wanted string) bool {
	if s.ended() {
		return s.failEnd()
	}
	return s.fail(s.pos, "Unexpected character (%s): %s", describe(s.char()), wanted)
}

// failEnd reports the end of the text where a key or value should be.
func (s *scanner) failEnd() bool {
	return s.fail(s.pos, "Unexpected end-of-input within/between %s entries", s.in.name())
}

// failValue reports a byte that begins no value.
func (s *scanner) failValue(c byte) bool {
	switch {
	case c == '}':
		return s.failChar("expected a value")
	case c == '+':
		return s.fail(s.pos, "Unexpected character ('+' (code 43)) in numeric value: JSON spec does not allow numbers to have plus signs: "+
			"enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow")
	case identifierAt(s.text, s.pos) > 0:
		return s.failToken()
	}
	return s.failBetween("expected a valid value " + wantedValue)
}

// failToken reports a word that is none of JSON's, at the word's end.
func (s *scanner) failToken() bool {
	end, n := s.pos, 0
	for size := 1; n < longestPart && size > 0; n++ {
		size = identifierAt(s.text, end)
		end += size
	}
	word := s.text[s.pos:end]
	if n == longestPart && identifierAt(s.text, end) > 0 {
		word += "..."
	}
	for _, name := range []string{"NaN", "Infinity"} {
		if word == name {
			return s.fail(end, "Non-standard token '%s': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow", name)
		}
	}
	return s.fail(end, "Unrecognized token '%s': was expecting %s", word, wantedValue)
}

// failSeparator reports what stands in the place of a comma or closing bracket.
func (s *scanner) failSeparator(c byte) bool {
	switch {
	case s.ended():
		return s.fail(s.pos, "Unexpected end-of-input: expected close marker for %s (start marker at %s)", s.in.name(), s.opened())
	case c == '}' || c == ']':
		return s.failClose(c)
	}
	return s.failBetween("was expecting comma to separate " + s.in.name() + " entries")
}

// failClose reports a closing bracket that closes nothing.
func (s *scanner) failClose(c byte) bool {
	wanted := byte(']' + '}' - c)
	return s.fail(s.pos, "Unexpected close marker '%c': expected '%c' (for %s starting at %s)", c, wanted, s.in.name(), s.opened())
}

// failTrailing reports what follows the value.
func (s *scanner) failTrailing() bool {
	c := s.text[s.pos]
	if c == '}' || c == ']' {
		return s.failClose(c)
	}
	at := s.pos
	if !s.value() {
		return false
	}
	return s.fail(at, "Trailing token (of type %s) found after value (bound as `JsonNode`): not allowed as per `DeserializationFeature.FAIL_ON_TRAILING_TOKENS`", tokenAt(s.text[at:s.pos]))
}

// failBetween reports that the byte at pos, which stands between tokens, is not what was wanted.
func (s *scanner) failBetween(wanted string) bool {
	switch {
	case s.ended():
		return s.failEnd()
	case s.text[s.pos] < ' ':
		return s.fail(s.pos, `Illegal character (%s): only regular white space (\r, \n, \t) is allowed between tokens`, describe(s.char()))
	case s.text[s.pos] == '/':
		return s.failChar("maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)")
	}
	return s.failChar(wanted)
}

// failDepth reports that the array or object at pos is too deep.
func (s *scanner) failDepth() bool {
	return s.fail(s.pos, "Document nesting depth (%d) exceeds the maximum allowed (%d, from `StreamReadConstraints.getMaxNestingDepth()`)", s.in.depth, MaxDepth)
}

// failDigits reports a number of too many digits, at its end.
func (s *scanner) failDigits(n int) bool {
	return s.fail(s.pos, "Number value length (%d) exceeds the maximum allowed (%d, from `StreamReadConstraints.getMaxNumberLength()`)", n, MaxDigits)
}

// failDigit reports a number that breaks off.
func (s *scanner) failDigit(wanted string) bool {
	if s.ended() {
		return s.fail(s.pos, "Unexpected end-of-input in a Number value")
	}
	return s.fail(s.pos, "Unexpected character (%s) in numeric value: %s", describe(s.char()), wanted)
}

// failString reports the end of the text within a string.
func (s *scanner) failString(what string) bool {
	if what == roleName {
		return s.fail(s.pos, "Unexpected end-of-input in field name")
	}
	return s.fail(s.pos, "Unexpected end-of-input: was expecting closing quote for a string value")
}

// failEscapeEnd reports the end of the text within an escape.
func (s *scanner) failEscapeEnd() bool {
	return s.fail(s.pos, "Unexpected end-of-input in character escape sequence")
}

// failUTF8 reports bytes that are not UTF-8.
func (s *scanner) failUTF8(offset int) bool {
	c := s.text[offset]
	if offset+1 < len(s.text) && c >= 0xC2 && c <= 0xF4 {
		return s.fail(offset, "Invalid UTF-8 middle byte 0x%x", s.text[offset+1])
	}
	return s.fail(offset, "Invalid UTF-8 start byte 0x%x", c)
}

// char returns the character at pos.
func (s *scanner) char() rune {
	r, _ := utf8.DecodeRuneInString(s.text[s.pos:])
	return r
}

// name is the Jackson word for the scope.
func (c scope) name() string {
	switch c.kind {
	case KindObject:
		return "Object"
	case KindArray:
		return "Array"
	}
	return "root"
}

// opened describes where the innermost array or object begins.
func (s *scanner) opened() string {
	if s.in.depth == 0 {
		return fmt.Sprintf(hiddenPlace, 1, 0)
	}
	line, column := position(s.text, s.in.start)
	return fmt.Sprintf(hiddenPlace, line, column)
}

// describe shows a character as Jackson does.
func describe(r rune) string {
	switch {
	case unicode.IsControl(r):
		return fmt.Sprintf("(CTRL-CHAR, code %d)", r)
	case r > 0xFF:
		return fmt.Sprintf("'%c' (code %d / 0x%x)", r, r, r)
	}
	return fmt.Sprintf("'%c' (code %d)", r, r)
}

// identifierAt returns the size of the character of a Java identifier at i, or 0.
func identifierAt(text string, i int) int {
	if i >= len(text) {
		return 0
	}
	r, size := utf8.DecodeRuneInString(text[i:])
	if r == utf8.RuneError && size < 2 {
		return 0
	}
	if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.In(r, unicode.Sc, unicode.Nl, unicode.Pc, unicode.Mn, unicode.Mc) {
		return size
	}
	return 0
}

// tokenAt names the Jackson token that valid JSON text begins with.
func tokenAt(text string) string {
	switch text[0] {
	case '{':
		return "START_OBJECT"
	case '[':
		return "START_ARRAY"
	case '"':
		return "VALUE_STRING"
	case 't':
		return "VALUE_TRUE"
	case 'f':
		return "VALUE_FALSE"
	case 'n':
		return "VALUE_NULL"
	}
	if strings.ContainsAny(text, ".eE") {
		return "VALUE_NUMBER_FLOAT"
	}
	return "VALUE_NUMBER_INT"
}
