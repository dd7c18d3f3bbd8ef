package conformance

import (
	"fmt"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// Difference is one place where a run is not as recorded.
type Difference struct {
	Path Path
	// Want and Got are JSON texts, or "(absent)".
	Want, Got string
	// Events shows the events around the place, in a history.
	Events []string
	// Problem says instead why there was nothing to compare.
	Problem string
}

const absent = "(absent)"

// The most that Difference.String shows of a text: before and after the first byte that differs.
const (
	shownBefore = 60
	shownAfter  = 300
)

// String shows d over several lines, what was wanted above what was got.
func (d Difference) String() string {
	if d.Problem != "" {
		return "  " + d.Problem + "\n"
	}
	want, got := excerpts(d.Want, d.Got)
	var b strings.Builder
	fmt.Fprintf(&b, "  at   %s\n  want %s\n  got  %s\n", d.Path, want, got)
	for _, e := range d.Events {
		fmt.Fprintf(&b, "    %s\n", e)
	}
	return b.String()
}

// excerpts cuts two texts around the first byte in which they differ, both at the same places.
func excerpts(a, b string) (string, string) {
	first := 0
	for first < len(a) && first < len(b) && a[first] == b[first] {
		first++
	}
	return excerpt(a, first), excerpt(b, first)
}

func excerpt(text string, around int) string {
	start, end := 0, len(text)
	before, after := "", ""
	if around > shownBefore {
		start, before = around-shownBefore, "…"
	}
	if end > around+shownAfter {
		end, after = around+shownAfter, "…"
	}
	return before + strings.ToValidUTF8(text[start:end], "") + after
}

// differ is the Difference of two values that are there.
func differ(path Path, want, got value.Value) []Difference {
	return []Difference{{Path: path, Want: want.Compact(), Got: got.Compact()}}
}
