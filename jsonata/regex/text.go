package regex

import "unicode/utf8"

// Texts are UTF-8 in which a lone surrogate, which JSON can hold, stands as its three bytes
// (WTF-8); any other byte that is not UTF-8 is one character, U+FFFD.

// decode returns the character that begins at byte pos of text, which is before its end, and its
// length in bytes.
func decode(text string, pos int) (r rune, size int) {
	if b := text[pos]; b < utf8.RuneSelf {
		return rune(b), 1
	}
	if r := surrogate(text[pos:]); r != 0 {
		return r, 3
	}
	return utf8.DecodeRuneInString(text[pos:])
}

// decodeLast returns the character that ends before byte pos of text, which is not its beginning.
func decodeLast(text string, pos int) (r rune, size int) {
	if b := text[pos-1]; b < utf8.RuneSelf {
		return rune(b), 1
	}
	if pos >= 3 {
		if r := surrogate(text[pos-3 : pos]); r != 0 {
			return r, 3
		}
	}
	return utf8.DecodeLastRuneInString(text[:pos])
}

// surrogate returns the surrogate whose bytes s begins with, or 0.
func surrogate(s string) rune {
	if len(s) < 3 || s[0] != 0xED || s[1] < 0xA0 || s[1] > 0xBF || s[2]&0xC0 != 0x80 {
		return 0
	}
	return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F)
}

// appendRune appends r as decode reads it.
func appendRune(dst []byte, r rune) []byte {
	if r >= 0xD800 && r < 0xE000 {
		return append(dst, 0xED, 0x80|byte(r>>6&0x3F), 0x80|byte(r&0x3F))
	}
	return utf8.AppendRune(dst, r)
}

// isWord reports whether byte pos of text is part of a word, as \b sees it.
func isWord(text string, pos int) bool {
	if pos < 0 || pos >= len(text) {
		return false
	}
	b := text[pos]
	return b == '_' || b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z'
}

// isLineEnd reports whether r is a LineTerminator, ECMA-262 §12.3.
func isLineEnd(r rune) bool { return r == '\n' || r == '\r' || r == 0x2028 || r == 0x2029 }
