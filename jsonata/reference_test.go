package jsonata_test

import (
	"testing"

	"github.com/stepwell/stepwell/jsonata"
)

// TestPeculiaritiesOfTheReference has what the JavaScript implementation does and nobody would expect;
// internal/tools/jsonatafuzz found that it was missing here.
func TestPeculiaritiesOfTheReference(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"a call's symbol stands for its name", `$spread($number)()`, `T0411: Context value is not a compatible type with argument 1 of function "("`},
		{"no pairs, nothing to group", `nothing@$x.b{}`, `{}`},
		{"a regular expression begins at the index", `$filter(["a", "a", "ba"], /a/)`, `"a"`},
		{"and at no text's end", `$map(["a", "ab", "a"], /$/).start`, `[1,2]`},
		{"or at what a key means as a number", `$sift({"b": "ab", "1": "ab", "0x2": "ab"}, /b/)`, `{"1":"ab","b":"ab"}`},
		{"with spaces around it", `$keys($sift({" 1 ": "ab", "+1.": "ab", "\u20031e0\n": "ab", "Infinity": "b", "1_0": "b", " 2": "ab"}, /b/))`, "[\" 1 \",\"+1.\",\"\u20031e0\\n\",\"1_0\"]"},
		{"a regular expression sees an array as text", `$sift({"x": ["a", ["b", null]]}, /^a,b,$/)`, `{"x":["a",["b",null]]}`},
		{"NaN cannot be sorted", `$sort([0/0, 1])`, `D3070: The single argument form of the sort function can only be applied to an array of strings or an array of numbers.  Use the second argument to specify a comparison function`},
		{"infinity cannot be sorted", `$sort(["a", 1/0])`, `D1001: Number out of range: null`},
		{"one element needs no order", `$sort([0/0])`, `[null]`},
		{"an empty time zone is no number", `$fromMillis(0, nothing, "")`, `"0NaN-NaN-NaNTNaN:NaN:NaN.NaN0N:aN"`},
		{"a composition calls its functions f and g", `$sift({"n": 1}, $string ~> $sum)`, `T0412: Argument 1 of function "g" must be an array of "numbers"`},
		{"a lone tuple is one key's only", `[{"k": "x", "v": 1}, {"k": "y", "v": 2}]#$i{k: v, "n": $i, "v": v}`, `{"x":1,"n":[0,1],"v":2,"y":2}`},
		{"a single value is sorted", `([]@$x.(1))^($)`, `1`},
		{"and no list of characters", `([]@$x.("ab"))^(>$)`, `"ab"`},
		{"though steps find nothing in it", `([]@$x.({"a": 1}))^(a).a`, `undefined`},
		{"what JavaScript takes for false is a match", `[$contains("a", function(){null}), $contains("a", /b/ ~> $count), $contains("a", function(){nothing})]`, `[true,true,false]`},
		{"what a transform changed in the data shows in what it is part of", `($clone := function($x){$x}; $o := $parse("{\"k\":{\"d\":1}}"); $o.k ~> |$|{"z": 9}|; $o)`, `{"k":{"d":1,"z":9}}`},
		{"what is not given to a part of a function is nothing", `(1).$formatNumber(?)(nothing)`, `undefined`},
	} {
		if got := outcome(t, test.source, sampleEnv(t)); got != test.want {
			t.Errorf("%s: %s\n got %s\nwant %s", test.name, test.source, got, test.want)
		}
	}
}

func TestTokensOfErrors(t *testing.T) {
	for _, test := range []struct {
		source, token string
		position      int
	}{
		{`[]()`, "[", 3},
		{`{}()`, "{", 3},
		{`**()`, "**", 3},
		{`*()`, "*", 2},
		{`$sqrt(?)(-1)`, "(", 9},
		{`$decodeUrl(nothing) & $decodeUrl(?)("%")`, "(", 36},
		{`($string ~> $number)("x")`, "g", 35}, // it ends with the call of $g
		{`($number ~> $string)("x")`, "f", 39},
		{`($f := $number; ($f ~> $f)("x"))`, "f", 39},
		{`[] true`, "true", 7},
		{`(1 null`, "null", 7},
		{`function(){[]()}()`, "", 12}, // a call at the end of a function
	} {
		_, err := evaluate(t, test.source, jsonata.Env{})
		e, ok := err.(*jsonata.Error)
		if !ok || e.Token != test.token || e.Position != test.position {
			t.Errorf("%s: error %#v, want token %q at %d", test.source, err, test.token, test.position)
		}
	}
}

// TestDepthOfCompositions checks that the depth is counted as the reference implementation nests, which
// was measured with its hooks.
func TestDepthOfCompositions(t *testing.T) {
	for _, test := range []struct {
		source string
		depth  int
	}{
		{`($string ~> $uppercase)(1)`, 4},
		{`$map([1], $string ~> $uppercase)`, 3},
		{`$map([1], function($x){nothing} ~> $uppercase)`, 4},
		{`($f := function($x){$x}; $g := function($x){$x + 1}; ($f ~> $g ~> $f)(1))`, 6},
	} {
		if _, err := evaluate(t, test.source, jsonata.Env{Limits: jsonata.Limits{Depth: test.depth}}); err != nil {
			t.Errorf("%s with depth %d: %v", test.source, test.depth, err)
		}
		if _, err := evaluate(t, test.source, jsonata.Env{Limits: jsonata.Limits{Depth: test.depth - 1}}); err == nil {
			t.Errorf("%s needs no depth of %d", test.source, test.depth)
		}
	}
}
