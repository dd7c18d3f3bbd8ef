package value

import "strings"

// cursor walks over the parts of one array or object in valid JSON text, one level deep. It
// starts behind the opening bracket.
type cursor struct {
	text string
	pos  int
}

// element returns the text of the next element, or "" at the end of the array.
func (c *cursor) element() string {
	c.gap()
	if c.text[c.pos] == ']' {
		return ""
	}
	return c.value()
}

// member returns the quoted key and the text of the next member, or "" at the end of the object.
func (c *cursor) member() (quoted, text string) {
	c.gap()
	if c.text[c.pos] == '}' {
		return "", ""
	}
	start := c.pos
	c.pos = skipString(c.text, start)
	quoted = c.text[start:c.pos]
	c.gap()
	return quoted, c.value()
}

// gap moves over whitespace and the punctuation between parts.
func (c *cursor) gap() {
	for isSpace(c.text[c.pos]) || c.text[c.pos] == ',' || c.text[c.pos] == ':' {
		c.pos++
	}
}

// value moves over one value and returns its text.
func (c *cursor) value() string {
	start := c.pos
	switch c.text[start] {
	case '"':
		c.pos = skipString(c.text, start)
	case '{', '[':
		c.pos = skipContainer(c.text, start)
	default:
		c.pos = skipScalar(c.text, start)
	}
	return c.text[start:c.pos]
}

// skipString returns the end of the string that begins at i.
func skipString(text string, i int) int {
	for i++; text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// skipContainer returns the end of the array or object that begins at i.
func skipContainer(text string, i int) int {
	for depth := 0; ; i++ {
		switch structure[text[i]] {
		case structureString:
			i = skipString(text, i) - 1
		case structureOpen:
			depth++
		case structureClose:
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
}

// skipScalar returns the end of the number or literal that begins at i.
func skipScalar(text string, i int) int {
	for i < len(text) && text[i] > ' ' && text[i] != ',' && text[i] != '}' && text[i] != ']' {
		i++
	}
	return i
}

// The classes of bytes that matter when skipping an array or object.
const (
	structureString = iota + 1
	structureOpen
	structureClose
)

// structure tells the class of each byte.
var structure = [256]uint8{
	'"': structureString,
	'[': structureOpen, '{': structureOpen,
	']': structureClose, '}': structureClose,
}

// isSpace reports whether c is whitespace in JSON.
func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// trim removes surrounding whitespace.
func trim(text string) string { return strings.Trim(text, " \n\r\t") }
