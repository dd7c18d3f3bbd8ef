package value

import "strings"

// upperHex holds the digits that Jackson uses in escapes.
const upperHex = "0123456789ABCDEF"

// Append appends what [Value.Compact] returns to dst.
func (v Value) Append(dst []byte) []byte {
	switch {
	case v.tree != nil && v.kind == KindObject:
		return appendMembers(dst, v.tree.members)
	case v.tree != nil:
		return appendElements(dst, v.tree.elements)
	case v.plain:
		return appendQuoted(dst, v.text)
	case v.compact:
		return append(dst, v.text...)
	case v.text == "":
		return append(dst, "null"...)
	}
	return appendCompact(dst, v.text)
}

func appendMembers(dst []byte, members []Member) []byte {
	dst = append(dst, '{')
	for i := range members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendQuoted(dst, members[i].Key)
		dst = append(dst, ':')
		dst = members[i].Value.Append(dst)
	}
	return append(dst, '}')
}

func appendElements(dst []byte, elements []Value) []byte {
	dst = append(dst, '[')
	for i := range elements {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = elements[i].Append(dst)
	}
	return append(dst, ']')
}

// appendCompact appends valid JSON text without its insignificant whitespace and needless escapes.
// It copies the stretches between what it leaves out.
func appendCompact(dst []byte, text string) []byte {
	start := 0
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case isSpace(c):
			dst = append(dst, text[start:i]...)
			i++
			start = i
		case c == '"':
			end := skipString(text, i)
			if strings.IndexByte(text[i:end], '\\') >= 0 {
				dst = append(dst, text[start:i]...)
				dst = appendQuoted(dst, unquote(text[i:end]))
				start = end
			}
			i = end
		default:
			i++
		}
	}
	return append(dst, text[start:]...)
}

// appendQuoted appends s, well-formed WTF-8, as a JSON string with Jackson's escapes: quotes,
// backslashes, control characters, and lone surrogates.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		if unescaped[s[i]] {
			i++
			continue
		}
		if s[i] == 0xED && surrogate(s[i:]) < 0 {
			i += 3 // a Hangul character, whose first byte surrogates share
			continue
		}
		dst = append(dst, s[start:i]...)
		if s[i] == 0xED {
			dst = appendUnitEscape(dst, surrogate(s[i:]))
			i += 3
		} else {
			dst = appendEscape(dst, s[i])
			i++
		}
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

// unescaped tells the bytes that appendQuoted can copy without a look.
var unescaped = func() (table [256]bool) {
	for c := range table {
		table[c] = c >= ' ' && c != '"' && c != '\\' && c != 0xED
	}
	return table
}()

// appendEscape appends the escape of an ASCII character.
func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	return appendUnitEscape(dst, rune(c))
}

// appendUnitEscape appends a UTF-16 unit as \uXXXX.
func appendUnitEscape(dst []byte, r rune) []byte {
	return append(dst, '\\', 'u', upperHex[r>>12&15], upperHex[r>>8&15], upperHex[r>>4&15], upperHex[r&15])
}

// sizeHint estimates the length of the encoding, to allocate once.
func (v Value) sizeHint() int {
	if v.tree == nil {
		return len(v.text) + 4
	}
	n := 2
	for i := range v.tree.elements {
		n += v.tree.elements[i].sizeHint() + 1
	}
	for i := range v.tree.members {
		n += len(v.tree.members[i].Key) + v.tree.members[i].Value.sizeHint() + 4
	}
	return n
}
