package picture_test

import (
	"math"
	"strings"
	"testing"
	"time"
)

// TestHostileArguments gives the functions what would take without bound.
func TestHostileArguments(t *testing.T) {
	const timeout = "Expression evaluation timeout"
	const memory = "Expression evaluation memory limit exceeded: Check for excessive memory usage"
	long := func(s string, n int) string { return strings.Repeat(s, n) }
	for _, c := range []struct {
		name, call string
		args       []any
		err        string
	}{
		{"mantissa of zero", "formatNumber", []any{0.0, "0.0e0"}, timeout},
		{"mantissa of a negative number", "formatNumber", []any{-1.0, "0.0e0"}, timeout},
		{"mantissa of infinity", "formatNumber", []any{math.Inf(1), "0.0e0"}, timeout},
		{"long mantissa", "formatNumber", []any{1.0, long("0", 400) + "e0"}, ""},
		{"long number picture", "formatNumber", []any{1.0, long("0,", 1<<20)}, memory},
		{"many groups", "formatNumber", []any{1.0, long("0,", 2047) + "0"}, ""},
		{"long option", "formatNumber", []any{1.0, "0", options{"minus-sign": long("-", 1<<20)}}, memory},
		{"long integer picture", "formatInteger", []any{1.0, long("0", 1<<20)}, memory},
		{"letters of infinity", "formatInteger", []any{math.Inf(1), "a"}, timeout},
		{"words of infinity", "formatInteger", []any{math.Inf(1), "w"}, "Maximum call stack size exceeded"},
		{"Roman infinity", "formatInteger", []any{math.Inf(1), "i"}, "Maximum call stack size exceeded"},
		{"large Roman number", "formatInteger", []any{1e12, "i"}, "Maximum call stack size exceeded"},
		{"words of the largest number", "formatInteger", []any{math.MaxFloat64, "w"}, ""},
		{"wide year", "fromMillis", []any{0.0, "[Y,999999999]"}, memory},
		{"endless width", "fromMillis", []any{0.0, "[H," + long("9", 400) + "]"}, memory},
		{"wide year with groups", "fromMillis", []any{0.0, "[Y0" + long(",0.0", 500) + ",2000]"}, memory},
		{"many wide markers", "fromMillis", []any{0.0, long("[H01,99999]", 1000)}, memory},
		{"many markers", "fromMillis", []any{0.0, long("[H]", 100_000)}, ""},
		{"many markers to parse", "toMillis", []any{"1", long("[Hw]", 100_000)}, memory},
		{"ambiguous digits", "toMillis", []any{long("1", 2000), long("[H]", 30) + "x"}, timeout},
		{"ambiguous words", "toMillis", []any{long("six", 2000), long("[Hw]", 30) + "!"}, timeout},
		{"long ISO timestamp", "toMillis", []any{"2018" + long("-10", 1<<18)}, ""},
		{"long number", "parseInteger", []any{long("9", 1<<20), "0"}, ""},
		{"long words", "parseInteger", []any{long("one thousand ", 1<<16) + "one", "w"}, ""},
		{"long letters", "parseInteger", []any{long("z", 1<<20), "a"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			_, _, err := call(c.call, c.args)
			message := ""
			if err != nil {
				message = err.Error()
			}
			if message != c.err {
				t.Errorf("error %q, want %q", message, c.err)
			}
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// seeds are pictures of all kinds.
var seeds = []string{
	"", "#,##0.00", "0.0e0", "#0%;(0)", "I", "Ww;o", "0;o", "٠,٠", "#,#0,0",
	"[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]", "[FNn,3-3] [D1o] [MN,*-3] [Yw]", "[[ [h#1] [P]]]", "[Y,-5][z0.0]", "[Q,9-*",
}

func FuzzPictures(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, "12", 1234.5, "ab")
	}
	f.Fuzz(func(t *testing.T, pic, text string, n float64, symbols string) {
		set := options{}
		for i, name := range []string{"decimal-separator", "grouping-separator", "zero-digit", "digit", "exponent-separator", "pattern-separator"} {
			if len(symbols) > i {
				set[name] = symbols[i:min(len(symbols), i+1+len(symbols)%3)]
			}
		}
		for name, args := range map[string][]any{
			"formatNumber": {n, pic, set}, "formatInteger": {n, pic}, "parseInteger": {text, pic},
			"formatBase": {n, float64(len(pic))}, "fromMillis": {n, pic, text}, "toMillis": {text, pic},
		} {
			start := time.Now()
			got, _, _ := call(name, args)
			if s, ok := got.(string); ok && len(s) > 16<<20 {
				t.Errorf("%s(%.200q) has %d bytes", name, args, len(s))
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("%s(%.200q) took %v", name, args, took)
			}
		}
	})
}
