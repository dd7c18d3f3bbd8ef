package awsjson

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// peek returns the byte at the present position, or 0 at the end; a NUL byte is no JSON either.
func (d *decoder) peek() byte {
	if d.at < len(d.data) {
		return d.data[d.at]
	}
	return 0
}

func (d *decoder) space() {
	for d.at < len(d.data) {
		switch d.data[d.at] {
		case ' ', '\t', '\n', '\r':
			d.at++
		default:
			return
		}
	}
}

// unexpected returns the error for whatever stands at the present position.
func (d *decoder) unexpected() error {
	if d.at >= len(d.data) {
		return serializationError("Unexpected end of the request body.")
	}
	c, _ := utf8.DecodeRune(d.data[d.at:])
	return serializationError(fmt.Sprintf("Unexpected character %q at byte %d of the request body.", c, d.at))
}

// wrongType returns the error for a value that cannot become a want; malformed text is reported as such.
func (d *decoder) wrongType(want string) error {
	kind := ""
	switch c := d.peek(); c {
	case '{':
		return serializationError("Start of structure or map found where not expected.")
	case '[':
		return serializationError("Start of list found where not expected")
	case '"':
		kind = "STRING_VALUE"
	case 't':
		kind = "TRUE_VALUE"
	case 'f':
		kind = "FALSE_VALUE"
	default:
		if c != '-' && (c < '0' || c > '9') {
			return d.unexpected()
		}
		kind = "NUMBER_VALUE"
	}
	return serializationError(kind + " can not be converted to a " + want)
}

// literal reads null, true or false.
func (d *decoder) literal(word string) error {
	for i := range len(word) {
		if d.peek() != word[i] {
			return d.unexpected()
		}
		d.at++
	}
	return nil
}

// skip reads a value of any kind for its grammar alone.
func (d *decoder) skip() error {
	switch c := d.peek(); c {
	case '{':
		return d.members(func([]byte) error { return d.skip() })
	case '[':
		return d.elements(d.skip)
	case '"':
		_, err := d.text()
		return err
	case 't':
		return d.literal("true")
	case 'f':
		return d.literal("false")
	case 'n':
		return d.literal("null")
	default:
		return d.number()
	}
}

// members reads an object, calling member at the value of each.
func (d *decoder) members(member func(name []byte) error) error {
	return d.sequence('}', func() error {
		if d.peek() != '"' {
			return d.unexpected()
		}
		name, err := d.text()
		if err != nil {
			return err
		}
		if d.space(); d.peek() != ':' {
			return d.unexpected()
		}
		d.at++
		d.space()
		return member(name)
	})
}

// elements reads an array, calling element at each.
func (d *decoder) elements(element func() error) error { return d.sequence(']', element) }

// sequence reads from an opening bracket to end, calling item at each of the parts between commas.
func (d *decoder) sequence(end byte, item func() error) error {
	if d.depth++; d.depth > maxDepth {
		return serializationError(fmt.Sprintf("The request body nests deeper than %d.", maxDepth))
	}
	d.at++
	if d.space(); d.peek() == end {
		d.at++
		d.depth--
		return nil
	}
	for {
		d.space()
		if err := item(); err != nil {
			return err
		}
		d.space()
		switch d.peek() {
		case ',':
			d.at++
		case end:
			d.at++
			d.depth--
			return nil
		default:
			return d.unexpected()
		}
	}
}

// number reads a number as RFC 8259 writes it.
func (d *decoder) number() error {
	if d.peek() == '-' {
		d.at++
	}
	if d.peek() == '0' {
		d.at++
	} else if err := d.digits(); err != nil {
		return err
	}
	if d.peek() == '.' {
		d.at++
		if err := d.digits(); err != nil {
			return err
		}
	}
	if c := d.peek(); c != 'e' && c != 'E' {
		return nil
	}
	d.at++
	if c := d.peek(); c == '+' || c == '-' {
		d.at++
	}
	return d.digits()
}

// digits reads one digit or more.
func (d *decoder) digits() error {
	start := d.at
	for c := d.peek(); '0' <= c && c <= '9'; c = d.peek() {
		d.at++
	}
	if d.at == start {
		return d.unexpected()
	}
	return nil
}

// text reads a string. The bytes are the body's own where nothing is escaped; the caller copies them.
func (d *decoder) text() ([]byte, error) {
	d.at++
	start, escaped := d.at, false
	for ; d.at < len(d.data); d.at++ {
		switch c := d.data[d.at]; {
		case c == '"':
			raw := d.data[start:d.at]
			d.at++
			if !escaped {
				return raw, nil
			}
			return d.unescape(raw)
		case c == '\\':
			escaped = true
			d.at++
		case c < ' ':
			return nil, d.unexpected()
		}
	}
	d.at = len(d.data)
	return nil, d.unexpected()
}

// unescape returns the text that raw, the inside of a string literal, stands for.
func (d *decoder) unescape(raw []byte) ([]byte, error) {
	out := make([]byte, 0, len(raw))
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 {
			return append(out, raw...), nil
		}
		out = append(out, raw[:i]...)
		raw = raw[i+1:]
		if raw[0] == 'u' {
			c, length := readUnicode(raw)
			if length == 0 {
				return nil, serializationError("Invalid \\u escape in the request body.")
			}
			out = utf8.AppendRune(out, c)
			raw = raw[length:]
			continue
		}
		c, ok := simpleEscape(raw[0])
		if !ok {
			return nil, serializationError("Invalid escape in the request body.")
		}
		out = append(out, c)
		raw = raw[1:]
	}
}

// simpleEscape returns the character that an escape of one letter stands for.
func simpleEscape(letter byte) (byte, bool) {
	switch letter {
	case '"', '\\', '/':
		return letter, true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	}
	return 0, false
}

// readUnicode reads u and four hexadecimal digits at the start of raw, and the second half of a surrogate
// pair after them. It returns the character and its length in bytes, 0 where raw has no such escape.
func readUnicode(raw []byte) (c rune, length int) {
	first, ok := hex4(raw)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(first) {
		return first, 5
	}
	if len(raw) >= 11 && raw[5] == '\\' {
		if second, ok := hex4(raw[6:]); ok {
			if pair := utf16.DecodeRune(first, second); pair != utf8.RuneError {
				return pair, 11
			}
		}
	}
	return utf8.RuneError, 5
}

// hex4 reads u and four hexadecimal digits.
func hex4(raw []byte) (rune, bool) {
	if len(raw) < 5 || raw[0] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(raw[1:5]), 16, 32)
	return rune(n), err == nil
}
