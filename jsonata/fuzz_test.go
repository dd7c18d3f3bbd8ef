package jsonata_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stepwell/stepwell/jsonata"
	"github.com/stepwell/stepwell/value"
)

// seeds are expressions of all kinds to start from.
var seeds = []string{
	`a.b[0].c^(>d){e: f}`, `a@$v.b#$i[$v = %].c`, `($f := function($x)<n?:n>{ $x > 0 ? $f($x - 1) : "end" }; $f(3))`,
	`$ ~> |**|{"a": 1}, ["b"]|`, `[1..3, "x"][$ in [1]]`, `$match("abc", /(a)(b)?/i).groups`, `$map(?, $uppercase)(["a"])`,
	`/* c */ -1.5e3 & "\uD83D\uDE00" & 'x' & null`, "`q n`.*.%", `$sort([3, 1], function($a, $b){ $a > $b })`,
	`$formatNumber(1.5, "#,##0.00") & $fromMillis(0, "[Y]-[M01]")`, `$string({"a": [1, 2]}, true)`, `{"a": $sum}.a([1])`,
	`$split("a-b", "-") ~> $join("+")`, `$parse("[1]")[0] + $range(1, 3, 1)[1]`, `$spread({"a": 1}) ~> $merge()`,
}

// FuzzCompile checks that no source makes the compiler panic, and that positions lie in the source.
func FuzzCompile(f *testing.F) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		x, err := jsonata.Compile(source)
		if err == nil {
			if utf8.ValidString(source) && x.String() != source {
				t.Errorf("String is %q", x.String())
			}
			return
		}
		e, ok := err.(*jsonata.Error)
		if !ok {
			t.Fatalf("error of type %T", err)
		}
		if e.Message == "" || e.Position < 0 || e.Position > 3*len(source) {
			t.Errorf("error %q at %d", e.Message, e.Position)
		}
	})
}

// FuzzEval checks that no expression makes an evaluation panic or go beyond its limits, and that its
// result can be written.
func FuzzEval(f *testing.F) {
	inputs := []string{sample, `[1, [2, 3], {"a": {"b": null}}]`, `"text"`, `{"a": {"b": [{"c": 1, "d": 2, "e": "k", "f": []}]}}`}
	for i, seed := range seeds {
		f.Add(seed, inputs[i%len(inputs)])
	}
	f.Fuzz(func(t *testing.T, source, input string) {
		x, err := jsonata.Compile(source)
		if err != nil {
			return
		}
		v, err := value.Parse(input)
		if err != nil {
			return
		}
		start := time.Now()
		s := jsonata.NewSession(jsonata.Env{
			Input: &v, Random: rand.New(rand.NewPCG(1, 2)), Limits: jsonata.Limits{Steps: 100_000},
			Variable: func(name string) (value.Value, bool) { return v, strings.HasPrefix(name, "v") },
		})
		r, err := x.EvalIn(s)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("took %v and %d steps", took, s.Steps())
		}
		if err != nil {
			if e, ok := err.(*jsonata.Error); !ok || e.Message == "" {
				t.Errorf("error %#v", err)
			}
			return
		}
		checkResult(t, r)
	})
}

func checkResult(t *testing.T, r jsonata.Result) {
	t.Helper()
	v, isValue := r.Value()
	text, hasText := r.Text()
	if isValue != hasText || isValue && r.IsFunction() {
		t.Errorf("value %v, text %v, function %v", isValue, hasText, r.IsFunction())
	}
	if !isValue {
		return
	}
	if _, err := value.Parse(text); err != nil && !strings.Contains(err.Error(), "nesting") {
		t.Errorf("text %.200s: %v", text, err)
	}
	if _, err := value.Parse(v.Compact()); err != nil && !strings.Contains(err.Error(), "nesting") {
		t.Errorf("value %.200s: %v", v.Compact(), err)
	}
}
