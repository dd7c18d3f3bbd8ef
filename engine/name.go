package engine

import "strings"

// ValidName says whether a machine, an execution or an activity may have the name, whatever its length:
// it has no white space, no control characters, and nothing that means something in ARNs and URLs.
// See API reference, StartExecution, "name".
func ValidName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, forbidden)
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
