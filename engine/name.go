package engine

import (
	"strings"
	"unicode/utf8"
)

// maxName is the longest name, in characters.
const maxName = 80

// ValidName says whether a machine, an execution or an activity may have the name: 1 to 80
// characters, without white space, control characters, or what means something in ARNs and URLs.
// See API reference, StartExecution, "name".
func ValidName(name string) bool {
	return name != "" && utf8.RuneCountInString(name) <= maxName && !strings.ContainsFunc(name, forbidden)
}

func forbidden(r rune) bool {
	switch {
	case r <= 0x20, r >= 0x7f && r <= 0x9f, r == 0xa0, r == 0x2028, r == 0x2029, r == 0x3000:
		return true
	case r >= 0xd800 && r <= 0xdfff, r == 0xfffd, r == 0xfffe, r == 0xffff, r == 0x10ffff:
		return true
	}
	return strings.ContainsRune("<>{}[]?*\"#%\\^|~`$&,;:/", r)
}
