package value_test

import (
	"strings"
	"testing"

	"github.com/stepwell/stepwell/value"
)

// TestPlace finds values by their path, or the last one on the way.
func TestPlace(t *testing.T) {
	const text = ` {"a": [10, {"b": "x"}], "\u0063": 3, "d": 4, "d": 5, "e": []}`
	for name, c := range map[string]struct {
		path []any
		want string // what stands there
	}{
		"root":        {nil, `{"a"`},
		"member":      {[]any{"a"}, `[10`},
		"element":     {[]any{"a", 1}, `{"b"`},
		"deep":        {[]any{"a", 1, "b"}, `"x"`},
		"escaped key": {[]any{"c"}, `3,`},
		"twice":       {[]any{"d"}, `5,`},
		"no member":   {[]any{"z"}, `{"a"`},
		"no element":  {[]any{"a", 9}, `[10`},
		"empty array": {[]any{"e", 0}, `[]`},
		"no array":    {[]any{"c", 0}, `3,`},
		"no object":   {[]any{"a", "b"}, `[10`},
	} {
		if got := text[value.Place(text, c.path...):]; !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}
