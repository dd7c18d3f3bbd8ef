package conformance

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Path is a place in a value: field names (string) and indexes (int).
type Path []any

// String writes p as $.a[0].b.
func (p Path) String() string {
	var b strings.Builder
	b.WriteByte('$')
	for _, part := range p {
		if i, ok := part.(int); ok {
			fmt.Fprintf(&b, "[%d]", i)
		} else {
			fmt.Fprintf(&b, ".%s", part)
		}
	}
	return b.String()
}

// with is p and further parts; it shares no memory with p.
func (p Path) with(parts ...any) Path {
	return append(p[:len(p):len(p)], parts...)
}

// pattern matches paths: $..a.b is the field b of any field a.
type pattern []patternPart

type patternPart struct {
	deep bool // any number of parts may come before
	part any  // a field name, an index, or "*"
}

func (p patternPart) matches(part any) bool { return p.part == "*" || p.part == part }

var patternSegment = regexp.MustCompile(`(\.\.|\.)?(?:([^.\[\]$]+)|\[(\d+|\*)\])`)

// parsePattern reads a pattern such as "$..events[4].x".
func parsePattern(text string) pattern {
	var p pattern
	for _, s := range patternSegment.FindAllStringSubmatch(strings.TrimLeft(text, "$"), -1) {
		part := patternPart{deep: s[1] == "..", part: s[2]}
		if i, err := strconv.Atoi(s[3]); err == nil {
			part.part = i
		} else if s[3] == "*" {
			part.part = "*"
		}
		p = append(p, part)
	}
	return p
}

// matches says whether p is the whole of path.
func (p pattern) matches(path Path) bool {
	if len(p) == 0 {
		return len(path) == 0
	}
	if !p[0].deep {
		return len(path) > 0 && p[0].matches(path[0]) && p[1:].matches(path[1:])
	}
	for i := range path {
		if p[0].matches(path[i]) && p[1:].matches(path[i+1:]) {
			return true
		}
	}
	return false
}
