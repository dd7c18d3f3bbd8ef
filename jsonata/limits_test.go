package jsonata_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stepwell/stepwell/jsonata"
)

const (
	timeoutText = "Expression evaluation timeout"
	memoryText  = "Expression evaluation memory limit exceeded: Check for excessive memory usage"
	stackText   = "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive"
)

// doubled is an expression that doubles a string of one character so many times.
func doubled(times string) string {
	return `($f := function($s, $n){ $n = 0 ? $s : $f($s & $s, $n - 1) }; $length($f("a", ` + times + `)))`
}

func TestMeasuredLimits(t *testing.T) {
	recursion := func(n string) string {
		return `($f := function($n){ $n = 0 ? 0 : 1 + $f($n - 1) }; $f(` + n + `))`
	}
	chain := func(links int) string { return "1" + strings.Repeat(" ~> $abs", links) }
	tests := []struct{ name, source, message string }{
		{"100 terms", "1" + strings.Repeat("+1", 99), ""},
		{"101 terms", "1" + strings.Repeat("+1", 100), stackText},
		{"99 parentheses", strings.Repeat("(", 99) + "1" + strings.Repeat(")", 99), ""},
		{"100 parentheses", strings.Repeat("(", 100) + "1" + strings.Repeat(")", 100), stackText},
		{"99 brackets", strings.Repeat("[", 99) + "1" + strings.Repeat("]", 99), ""},
		{"100 brackets", strings.Repeat("[", 100) + "1" + strings.Repeat("]", 100), stackText},
		{"99 links", chain(99), ""},
		{"100 links", chain(100), stackText},
		{"31 calls", recursion("31"), ""},
		{"32 calls", recursion("32"), stackText},
		{"span of 873782", "[1..873782] ~> $count()", ""},
		{"span of 873783", "[1..873783] ~> $count()", memoryText},
		{"range of 360145", "$count($range(1, 360145, 1))", ""},
		{"range of 360146", "$count($range(1, 360146, 1))", memoryText},
		{"string of 2^22", doubled("22"), ""},
		{"string of 2^23", doubled("23"), memoryText},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := evaluate(t, test.source, jsonata.Env{})
			checkMessage(t, err, test.message)
		})
	}
}

func checkMessage(t *testing.T, err error, want string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
	}
	if got != want {
		t.Errorf("error %q, want %q", got, want)
	}
}

func evaluate(t *testing.T, source string, env jsonata.Env) (jsonata.Result, error) {
	t.Helper()
	x, err := jsonata.Compile(source)
	if err != nil {
		return jsonata.Result{}, err
	}
	return x.Eval(env)
}

func manyNames(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("$string(%d) & 'v%[1]d'", i)
	}
	return strings.Join(names, ",")
}

func TestHostileExpressions(t *testing.T) {
	growing := `($f := function($a, $n){ $n = 0 ? $a : $f([[$a], [$a]], $n - 1) }; `
	tests := []struct{ name, source, message string }{
		{"parentheses", strings.Repeat("(", 500_000), stackText},
		{"brackets", strings.Repeat("[", 500_000), stackText},
		{"minus signs", strings.Repeat("-", 500_000) + "1", stackText},
		{"predicates", strings.Repeat("a[", 300_000), stackText},
		{"terms", "1" + strings.Repeat("+1", 400_000), stackText},
		{"brackets without a predicate", "[" + strings.Repeat("1,", 200_000) + "1]" + strings.Repeat("[]", 200_000), ""},
		{"brackets behind predicates", "$a" + strings.Repeat("[0]", 4900) + strings.Repeat("[]", 200_000), ""},
		{"names", "[" + manyNames(100_000) + "]", ""},
		{"ten million", "[1..10000000]", memoryText},
		{"loop", `($f := function(){ $f() }; $f())`, timeoutText},
		{"counting loop", `($f := function($n){ $f($n + 1) }; $f(0))`, timeoutText},
		{"recursion", `($f := function(){ 1 + $f() }; $f())`, stackText},
		{"regular expression", `$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a+)+$/)`, timeoutText},
		{"shared arrays", growing + `$f(1, 60))`, memoryText},
		{"string of shared arrays", growing + `$string($f(1, 60)))`, memoryText},
		{"comparing shared arrays", growing + `$f(1, 60) = $f(1, 60))`, timeoutText},
		{"deep array", `($f := function($a, $n){ $n = 0 ? $a : $f([[$a]], $n - 1) }; $f(1, 100000))`, stackText},
		{"string of a deep array", `($f := function($a, $n){ $n = 0 ? $a : $f([[$a]], $n - 1) }; $string($f(1, 100000)))`, stackText},
		{"cycle", `{"a": 1} ~> |$|{"self": $}|`, stackText},
		{"many ranges", `[1..100].([1..800000])`, memoryText},
		{"product", `[1..10000].($x := $; [1..10000].($x * $))`, memoryText},
		{"sums", `[1..10000].($sum([1..100000]))`, memoryText},
		{"kept ranges", `($r := [1..100].{"r": [1..800000]}; $map($r, function($x){$sum($x.r)}))`, memoryText},
		{"terms of an order", `$count([1..400000]^(` + strings.Repeat("1,", 15) + `1))`, memoryText},
		{"text of a match", `($a := $pad("", 5000000); $r := [1..50].$a; $map([[$r], 1], /x/))`, memoryText},
		{"a long array as text", `$count($filter([[[1..50000]], 1], /49999,/))`, ""},
		{"padding", `$pad("", 100000000000)`, "Invalid array length"},
		{"long padding", `$pad("", 100000000)`, memoryText},
		{"joining", `$join([1..500000].$string(), "a long separator of some characters")`, memoryText},
		{"distinct objects", `$count($distinct([1..100000].{"a": $}))`, timeoutText},
		{"sorting", `$sort([1..200000], function($a, $b){ $a < $b })[0]`, ""},
		{"grouping", `[1..800000]{"k": $} ~> $count()`, ""},
		{"dates", `[1..800000].$toMillis("1st March 2020", "[D1o] [MNn] [Y]")`, timeoutText},
		{"words", `[1..800000].$toMillis("one", "[Yw]")`, timeoutText},
		{"pictures", `($p := $pad("", 2000, "#,") & "0"; [1..800000].$formatNumber(1e300, $p))`, timeoutText},
		{"letters", `[1..800000].$formatInteger(1e300, "A")`, timeoutText},
		{"splitting", `$count($split($pad("", 4000000), ""))`, memoryText},
		{"replacing", `$replace($pad("", 2000000), " ", "0123456789")`, memoryText},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			start := time.Now()
			_, err := evaluate(t, test.source, jsonata.Env{})
			checkMessage(t, err, test.message)
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("took %v", took)
			} else {
				t.Log(took)
			}
		})
	}
}

// TestSessions checks that evaluations have their own steps and all of them a few times as many.
func TestSessions(t *testing.T) {
	x := compile(t, "$sum([1..1000].($ * 2))")
	if _, err := x.Eval(jsonata.Env{Limits: jsonata.Limits{Steps: 1000}}); err == nil {
		t.Error("1,000 steps are enough")
	}
	const limit = 50_000
	s := jsonata.NewSession(jsonata.Env{Limits: jsonata.Limits{Steps: limit}})
	var err error
	runs := 0
	for ; runs < 1000 && err == nil; runs++ {
		_, err = x.EvalIn(s)
	}
	checkMessage(t, err, timeoutText)
	if runs < 20 || runs > 120 || s.Steps() < 4*limit || s.Steps() > 5*limit {
		t.Errorf("%d evaluations in %d steps", runs, s.Steps())
	}
}
