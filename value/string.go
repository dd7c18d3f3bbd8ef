package value

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// quotes reports whether the JSON string quoted stands for s.
func quotes(quoted, s string) bool {
	inner := quoted[1 : len(quoted)-1]
	if len(inner) < len(s) {
		return false // an escape is never shorter than what it stands for
	}
	if strings.IndexByte(inner, '\\') < 0 {
		return inner == s
	}
	return unquote(quoted) == s
}

// unquote decodes a valid JSON string. Without escapes the result shares its memory.
func unquote(quoted string) string {
	inner := quoted[1 : len(quoted)-1]
	next := strings.IndexByte(inner, '\\')
	if next < 0 {
		return inner
	}
	out := make([]byte, 0, len(inner))
	for next >= 0 {
		out = append(out, inner[:next]...)
		out, inner = appendUnescaped(out, inner[next:])
		next = strings.IndexByte(inner, '\\')
	}
	return string(append(out, inner...))
}

// appendUnescaped decodes the escape that s begins with and returns what follows it.
func appendUnescaped(out []byte, s string) ([]byte, string) {
	switch c := s[1]; c {
	case 'b':
		return append(out, '\b'), s[2:]
	case 'f':
		return append(out, '\f'), s[2:]
	case 'n':
		return append(out, '\n'), s[2:]
	case 'r':
		return append(out, '\r'), s[2:]
	case 't':
		return append(out, '\t'), s[2:]
	case 'u':
		r := hexUnit(s)
		if pair := utf16.DecodeRune(r, hexUnit(s[6:])); pair != utf8.RuneError {
			return utf8.AppendRune(out, pair), s[12:]
		}
		return appendUnit(out, r), s[6:]
	default:
		return append(out, c), s[2:]
	}
}

// hexUnit returns the UTF-16 unit that s, beginning with \u, stands for, or -1.
func hexUnit(s string) rune {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}

// appendUnit appends a UTF-16 unit, a lone surrogate in WTF-8.
func appendUnit(out []byte, r rune) []byte {
	if utf16.IsSurrogate(r) {
		return append(out, 0xED, 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
	}
	return utf8.AppendRune(out, r)
}

// surrogate returns the lone surrogate that s begins with in WTF-8, or -1.
func surrogate(s string) rune {
	if len(s) < 3 || s[0] != 0xED || s[1] < 0xA0 || s[1] > 0xBF || s[2] < 0x80 || s[2] > 0xBF {
		return -1
	}
	return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F)
}

// wellFormed makes s WTF-8: what is no character becomes U+FFFD, and surrogates that make a pair
// become one character.
func wellFormed(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	out := make([]byte, 0, len(s)+2)
	for s != "" {
		if high := surrogate(s); high >= 0 {
			if r := utf16.DecodeRune(high, surrogate(s[3:])); r != utf8.RuneError {
				out, s = utf8.AppendRune(out, r), s[6:]
			} else {
				out, s = append(out, s[:3]...), s[3:]
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		out, s = utf8.AppendRune(out, r), s[size:]
	}
	return string(out)
}
