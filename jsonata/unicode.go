package jsonata

import (
	"strings"
	"unicode/utf8"
)

// JavaScript's strings are UTF-16, ours WTF-8: UTF-8 in which a lone surrogate has the three bytes
// that its number would have. These functions translate.

// decode returns the first character of s and its length in bytes, a lone surrogate included.
func decode(s string) (rune, int) {
	if len(s) >= 3 && s[0] == 0xED && s[1] >= 0xA0 {
		return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), 3
	}
	return utf8.DecodeRuneInString(s)
}

// unitsOf is how many UTF-16 units r has.
func unitsOf(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

// units is the length of s in UTF-16.
func units(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c < 0x80 || c >= 0xC0 && c < 0xF0:
			n++
		case c >= 0xF0:
			n += 2
		}
	}
	return n
}

// characters is the length of s in code points.
func characters(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i]&0xC0 != 0x80 {
			n++
		}
	}
	return n
}

// characterOffset is the byte at which character n of s begins, the length of s when there are fewer.
func characterOffset(s string, n int) int {
	for i := 0; i < len(s); i++ {
		if s[i]&0xC0 == 0x80 {
			continue
		}
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

func isHighSurrogate(r rune) bool { return r >= 0xD800 && r < 0xDC00 }
func isLowSurrogate(r rune) bool  { return r >= 0xDC00 && r < 0xE000 }
func isSurrogate(r rune) bool     { return r >= 0xD800 && r < 0xE000 }

// appendUnit writes one UTF-16 unit in WTF-8.
func appendUnit(b *strings.Builder, unit uint16) {
	if isSurrogate(rune(unit)) {
		b.Write([]byte{0xE0 | byte(unit>>12), 0x80 | byte(unit>>6&0x3F), 0x80 | byte(unit&0x3F)})
		return
	}
	b.WriteRune(rune(unit))
}

// pairSurrogates makes characters of the pairs of surrogates in s.
func pairSurrogates(s string) string {
	if strings.IndexByte(s, 0xED) < 0 {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := decode(s)
		if isHighSurrogate(r) && len(s) > size {
			if low, next := decode(s[size:]); isLowSurrogate(low) {
				b.WriteRune((r-0xD800)<<10 + (low - 0xDC00) + 0x10000)
				s = s[size+next:]
				continue
			}
		}
		b.WriteString(s[:size])
		s = s[size:]
	}
	return b.String()
}

// concatenated is a followed by b; a pair of surrogates that meets becomes its character.
func concatenated(a, b string) string {
	if len(a) >= 3 && len(b) >= 3 && a[len(a)-3] == 0xED && b[0] == 0xED {
		return pairSurrogates(a + b)
	}
	return a + b
}

// compareText orders strings as JavaScript does, by their UTF-16 units.
func (b *budget) compareText(x, y string) int {
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	b.chargeText(n)
	if n == len(x) || n == len(y) {
		return len(x) - len(y)
	}
	for n > 0 && x[n]&0xC0 == 0x80 {
		n--
	}
	r, _ := decode(x[n:])
	s, _ := decode(y[n:])
	if u, v := firstUnit(r), firstUnit(s); u != v {
		return int(u - v)
	}
	return int(r - s)
}

// equalText says whether strings are the same.
func (b *budget) equalText(x, y string) bool {
	if len(x) != len(y) {
		return false
	}
	b.chargeText(len(x))
	return x == y
}

// indexText is the byte at which part is first in s, or -1.
func (b *budget) indexText(s, part string) int {
	// A long part is sought by its beginning, so that no more is looked at than is charged.
	head := part[:min(len(part), charactersPerStep)]
	for from := 0; b.steps >= 0; {
		next := strings.Index(s[from:], head)
		if next < 0 || len(s)-from-next < len(part) {
			break
		}
		b.charge(1)
		b.chargeText(next)
		from += next
		if b.equalText(s[from:from+len(part)], part) {
			return from
		}
		from++
	}
	b.chargeText(len(s))
	return -1
}

// cutText is strings.Cut.
func (b *budget) cutText(s, separator string) (before, after string, found bool) {
	if at := b.indexText(s, separator); at >= 0 {
		return s[:at], s[at+len(separator):], true
	}
	return s, "", false
}

// firstUnit is the first UTF-16 unit of r.
func firstUnit(r rune) rune {
	if r > 0xFFFF {
		return 0xD800 + (r-0x10000)>>10
	}
	return r
}
