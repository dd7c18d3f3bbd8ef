package function_test

import (
	"strings"
	"testing"

	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/integration/function"
	"github.com/stepwell/stepwell/value"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"object", `fixed:{"a": 1.50}`, `{"a": 1.50}`},
		{"text with a colon", `fixed:"a:b"`, `"a:b"`},
		{"null", `fixed:null`, `null`},
		{"echo", `echo:`, `{"in":[1,2]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, err := function.Parse(c.text)
			if err != nil {
				t.Fatal(err)
			}
			input, err := value.Parse(`{"in":[1,2]}`)
			if err != nil {
				t.Fatal(err)
			}
			o := h.Run(t.Context(), integration.Task{Input: input})
			if got := o.Output.Text(); got != c.want || o.Failure != nil {
				t.Errorf("%s answers %s, %v; want %s", c.text, got, o.Failure, c.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{``, `"" is no function`},
		{`echo`, `nothing after the colon`},
		{`echo:1`, `nothing after the colon`},
		{`fixed:`, `is not JSON`},
		{`fixed:{`, `is not JSON`},
		{`exec:/bin/true`, `want fixed:JSON`},
	} {
		if _, err := function.Parse(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Parse(%q) = %v; want an error with %q", c.text, err, c.want)
		}
	}
}
