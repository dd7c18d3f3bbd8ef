package regex

import "unicode"

// canonical returns the character that stands for r when case is ignored: its upper case, unless
// that is longer than one UTF-16 unit or would make an ASCII character of another (ECMA-262
// §22.2.2.7.3 without the u flag).
func canonical(r rune) rune {
	switch {
	case r < 0x80:
		if r >= 'a' && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	case r > 0xFFFF || upperIsLonger(r):
		return r
	}
	if upper := unicode.ToUpper(r); upper >= 0x80 {
		return upper
	}
	return r
}

// upperIsLonger reports whether r is a Greek letter with an iota subscript, whose upper case has
// two letters, though Unicode also gives it a single one for titles.
func upperIsLonger(r rune) bool {
	switch {
	case r < 0x1F80 || r > 0x1FF3:
		return false
	case r < 0x1FB0:
		return r&8 == 0
	}
	return r == 0x1FB3 || r == 0x1FC3 || r == 0x1FF3
}

// sameFold calls visit with the characters other than r that have its canonical character, until
// visit returns true, which it reports.
func sameFold(r rune, visit func(rune) bool) bool {
	upper := canonical(r)
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		if canonical(other) == upper && visit(other) {
			return true
		}
	}
	return false
}
