package jsonata_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/jsonata"
	"github.com/stepwell/stepwell/value"
)

// TestLengthCosts has expressions with few parts, each of which takes long: they have to exceed a small
// budget.
func TestLengthCosts(t *testing.T) {
	long := func(expression string) string {
		return `($p := $pad("", 4000000); $a := $p & "x"; $b := $p & "y"; $n := [1..100]; ` + expression + `)`
	}
	lines := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	nested := `($x := 7; $g := ` + strings.Repeat("function(){", 90) + `$count([1..100000].($x))` + strings.Repeat("}", 90) + `; $g` +
		strings.Repeat("()", 90) + `)`
	tests := []struct{ name, source string }{
		{"sort", long(`$sort($n.($ % 2 = 0 ? $a : $b))`)},
		{"order", long(`$n.($ % 2 = 0 ? $a : $b)^($)`)},
		{"equal", long(`$n.($a = $b)`)},
		{"unequal", long(`$n.($a != $b)`)},
		{"equal objects", long(`($o := {"k": $a}; $q := {"k": $b}; $n.($o = $q))`)},
		{"in", long(`$b in $n.$a`)},
		{"distinct", long(`$distinct($n.$a)`)},
		{"group", long(`$n{$a: 1}`)},
		{"lookup", long(`($o := {$a: 1}; $n.$lookup($o, $b))`)},
		{"lookup among many", long(`($o := $merge([{$a: 1}, $n.{$string($): 1}]); $n.$lookup($o, $b))`)},
		{"merge", long(`$merge($n.{$a: 1})`)},
		{"keys", long(`$keys($n.{$a: 1})`)},
		{"contains", long(`($r := $replace($a, " ", "a", 2000000); $n.$contains($a, $substring($b, 2)))`)},
		{"replacement", `($t := $pad("", 200000, "$1"); $replace($pad("", 100, "a"), /(b?)a/, $t))`},
		{"bindings", "(" + lines(5000, "$v%d := 1;") + "1)"},
		{"parameters", "($f := function(" + lines(5000, "$v%d, ") + "$x){1}; $f())"},
		{"frames", nested},
		{"spans", `($r := [1..100000]; $count([1..100].($count([$r][0]))))`},
		{"predicate", `($r := [1..100000]; [1..1000].($count($r[1 > 2])))`},
		{"remove", `($o := $merge([1..2000].{$string($): 1}); $map([1..400], function($i){ $count($o ~> |$|{}, $keys($o)|) }))`},
		{"remove from what is no object", `($names := $split($pad("", 200000, "a"), ""); $count([1..200000] ~> |$|{}, $names|))`},
		{"lookup again", `($k := $pad("", 4000000, "a"); $q := $pad("", 4000000, "b"); $o := $parse("{\"" & $k & "\":{}}"); $lookup($o, $k); [1..100].($lookup($o, $q)))`},
		{"number", `($s := $pad("", 4000000, "9"); $number("1" & $s))`},
		{"radix", `($s := "0x" & $pad("", 4000000, "9"); $number($s))`},
		{"parse", `$parse("[" & $pad("", 1999998, "1,") & "1]")`},
		{"pad", long(`$n.$pad($a, 1)`)},
		{"time zone", long(`$fromMillis(0, "[Y]", $pad("", 4000000, "1"))`)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			const limit = 400_000
			s := jsonata.NewSession(jsonata.Env{Limits: jsonata.Limits{Steps: limit, Bytes: 1 << 28}})
			_, err := compile(t, test.source).EvalIn(s)
			checkMessage(t, err, timeoutText)
			if got := s.Steps(); got > 20*limit {
				t.Errorf("%d steps", got)
			}
		})
	}
}

// TestReadingCosts checks that reading JSON takes steps, and that a session reads it once.
func TestReadingCosts(t *testing.T) {
	input, err := value.Parse(`{"items": [` + strings.Repeat(`{"a": "b"}, `, 20_000) + `1]}`)
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	s := jsonata.NewSession(jsonata.Env{Variable: func(name string) (value.Value, bool) {
		if name == "states" {
			asked++
		}
		return value.Object(value.Member{Key: "input", Value: input}), name == "states"
	}})
	x := compile(t, "$count($states.input.items)")
	steps := [3]int{}
	for i := range steps {
		before := s.Steps()
		if _, err := x.EvalIn(s); err != nil {
			t.Fatal(err)
		}
		steps[i] = s.Steps() - before
	}
	if steps[0] < 20_000 || steps[1] > 100 || steps[2] > 100 || asked != 1 {
		t.Errorf("steps %v, asked %d times", steps, asked)
	}
}

// TestSessionsKeepValues checks that what one expression changes is not seen by others.
func TestSessionsKeepValues(t *testing.T) {
	s := jsonata.NewSession(sampleEnv(t))
	for _, source := range []string{
		`($clone := function($x){$x}; ($in ~> |$|{"name": "Eve", "new": 1}, "age"|; $in.name))`,
		`($clone := function($x){$x}; ($ ~> |$|{"name": "Eve"}|; $.name))`,
	} {
		if r, err := compile(t, source).EvalIn(s); err != nil {
			t.Fatal(err)
		} else if got, _ := r.Text(); got != `"Eve"` {
			t.Errorf("%s: %s", source, got)
		}
		r, err := compile(t, `$in.name & $in.age & $in.new & name`).EvalIn(s)
		if got, _ := r.Text(); err != nil || got != `"Ada36Ada"` {
			t.Errorf("after %s: %s, %v", source, got, err)
		}
	}
}

// TestResultCosts checks that the results of a session are limited together, and empty parts count.
func TestResultCosts(t *testing.T) {
	shared := func(part string, times int) string {
		return fmt.Sprintf(`($f := function($a, $n){ $n = 0 ? $a : $f([[$a], [$a]], $n - 1) }; $f(%s, %d))`, part, times)
	}
	for source, want := range map[string]string{
		shared("[]", 16): "", shared("[]", 20): memoryText, shared(`""`, 20): memoryText, shared("{}", 20): memoryText,
		`[1..873782]`: "",
	} {
		_, err := evaluate(t, source, jsonata.Env{})
		checkMessage(t, err, want)
	}
	s := jsonata.NewSession(jsonata.Env{})
	x := compile(t, `$pad("", 2000000)`)
	var err error
	runs := 0
	for ; runs < 20 && err == nil; runs++ {
		_, err = x.EvalIn(s)
	}
	checkMessage(t, err, memoryText)
	if runs != 3 {
		t.Errorf("%d results of 4 MB", runs)
	}
}

// TestLongMessages checks that messages show the beginning of long values only.
func TestLongMessages(t *testing.T) {
	for _, source := range []string{
		`$number($pad("", 4000000, "9"))`,
		`$error($pad("", 4000000, "é"))`,
		`($clone := function($x){$x}; $map([$pad("", 400000)], function($s){ {"a": $s} ~> |a|{"b": 1}| }))`,
		"$sum([`" + strings.Repeat("a", 100_000) + "`, $pad('', 100000)])",
		"`" + strings.Repeat("a", 100_000) + "`()",
	} {
		_, err := evaluate(t, source, jsonata.Env{})
		e, ok := err.(*jsonata.Error)
		if !ok || e.Message == "" || len(e.Message) > 3000 || len(e.Token) > 3000 {
			t.Errorf("%.40s: %d bytes of message, %.50v", source, len(err.Error()), err)
		}
	}
}

// TestSessionsForget checks that a session does not keep more than one evaluation may take.
func TestSessionsForget(t *testing.T) {
	large, err := value.Parse("[" + strings.Repeat("0,", 100_000) + "0]")
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	s := jsonata.NewSession(jsonata.Env{Variable: func(name string) (value.Value, bool) {
		if name == "v0" {
			asked++
		}
		return large, strings.HasPrefix(name, "v")
	}})
	for _, n := range []int{0, 1, 2, 0} {
		if _, err := compile(t, fmt.Sprintf("$count($v%d)", n)).EvalIn(s); err != nil {
			t.Fatal(err)
		}
	}
	if asked != 1 {
		t.Errorf("of a few variables the first was asked for %d times", asked)
	}
	for n := range 40 {
		if _, err := compile(t, fmt.Sprintf("$count($v%d)", n)).EvalIn(s); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := compile(t, "$count($v0)").EvalIn(s); err != nil || asked != 2 {
		t.Errorf("after many variables the first was asked for %d times, %v", asked, err)
	}
}

// TestAccumulations checks that a value can be made element by element, as people do.
func TestAccumulations(t *testing.T) {
	for _, test := range []struct{ source, want string }{
		{`$count($reduce([1..20000], function($all, $i){$append($all, $i)}, []))`, `20000`},
		{`$count($reduce([1..20000], function($all, $i){[$all, $i]}, []))`, `20000`},
		{`($f := function($all, $i){$i = 0 ? $count($all) : $f([$all, {"i": $i}], $i - 1)}; $f([], 20000))`, `20000`},
		{`$count([1..20000].{"id": $}[id in [1..10000]])`, `10000`},
		{`($r := [1..20000].{"p": $}; $r#$i{"all": $sum(p), "last": $max($i)})`, `{"all":200010000,"last":19999}`},
		{
			`($a := $append([1, 2], 3); $b := $append($a, 4); $c := $append($a, 5); $d := [$b, 6]; $e := [$b, [7]]; [[$a], [$b], [$c], [$d], [$e]])`,
			`[[1,2,3],[1,2,3,4],[1,2,3,5],[1,2,3,4,6],[1,2,3,4,[7]]]`,
		},
		{`($a := [1, 2]; $all := $reduce([1..40], function($all, $i){$append($all, [$append($a, $i)])}, []); [$sum($all), $a])`, `[940,1,2]`},
		{`($a := $append($append([1], 2), 3); $c := [$a, $b := $append($a, 9), $d := [$a, 7], 8, nothing]; $e := [$a, 6]; [[$a], [$b], [$c], [$d], [$e]])`, `[[1,2,3],[1,2,3,9],[1,2,3,1,2,3,9,1,2,3,7,8],[1,2,3,7],[1,2,3,6]]`},
		{`($a := $append($append([1], 2), 3); $c := [$a, $count($b := $append($a, 9))]; [[$a], [$b], [$c]])`, `[[1,2,3],[1,2,3,9],[1,2,3,4]]`},
		{`($a := $append([1], 2); $b := $append($a, []); $c := $append($b, 3); $d := $append($a, 4); [[$a], [$b], [$c], [$d]])`, `[[1,2],[1,2],[1,2,3],[1,2,4]]`},
	} {
		if got := outcome(t, test.source, jsonata.Env{}); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.source, got, test.want)
		}
	}
}
