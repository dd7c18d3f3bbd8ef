package value

import (
	"fmt"
	"unicode/utf16"
)

// The limits of [Parse], Jackson's defaults. They bound what a small text can cost later.
const (
	// MaxDepth is the deepest nesting of arrays and objects.
	MaxDepth = 1000
	// MaxDigits is how many digits a number may have, those of its exponent included.
	MaxDigits = 1000
)

// SyntaxError says where and why text is not JSON. Its Message is in the words of the Java parser
// Jackson, which the answers of AWS Step Functions quote.
type SyntaxError struct {
	// Offset is the byte at which reading stopped, from 0.
	Offset int
	// Line and Column are that place counted from 1; a column is one UTF-16 unit. As in Jackson,
	// an unrecognized token is reported at its end.
	Line, Column int
	Message      string
}

// Error returns the message with its position.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s at line %d, column %d", e.Message, e.Line, e.Column)
}

// Parse checks that the whole of text is one JSON value (RFC 8259) in valid UTF-8, with whitespace
// around it or not, and returns that value with its text kept. An error is a *[SyntaxError].
func Parse(text string) (Value, error) {
	s := scanner{text: text}
	if !s.document() {
		return Null, s.err
	}
	return raw(trim(text), !s.loose), nil
}

// position returns the line and column of a byte in text. Lines end as in Jackson: with CR, LF or
// both.
func position(text string, offset int) (line, column int) {
	line, start := 1, 0
	for i := 0; i < offset; i++ {
		if text[i] == '\n' || text[i] == '\r' && (i+1 == len(text) || text[i+1] != '\n') {
			line, start = line+1, i+1
		}
	}
	column = 1
	for _, r := range text[start:offset] {
		column += max(1, utf16.RuneLen(r))
	}
	return line, column
}
