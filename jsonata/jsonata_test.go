package jsonata_test

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stepwell/stepwell/jsonata"
	"github.com/stepwell/stepwell/value"
)

// sample is the input of the tables here.
const sample = `{"name": "Ada", "age": 36, "big": 9007199254740993, "tags": ["x", "y"], "one": ["z"], "none": null,
	"orders": [{"id": "a", "total": 10, "lines": [{"sku": "s1", "n": 1}, {"sku": "s2", "n": 2}]},
		{"id": "b", "total": 5.5, "lines": [{"sku": "s3", "n": 3}]}]}`

func sampleEnv(t *testing.T) jsonata.Env {
	t.Helper()
	v, err := value.Parse(sample)
	if err != nil {
		t.Fatal(err)
	}
	return jsonata.Env{
		Input: &v, Time: time.UnixMilli(1700000000123), Random: rand.New(rand.NewPCG(1, 2)),
		Variable: func(name string) (value.Value, bool) { return v, name == "in" },
	}
}

// outcome is the text of a result, or "CODE: message", or only the message where there is no code.
func outcome(t *testing.T, source string, env jsonata.Env) string {
	t.Helper()
	r, err := evaluate(t, source, env)
	if err != nil {
		e := err.(*jsonata.Error)
		if e.Code == "" {
			return e.Message
		}
		return e.Code + ": " + e.Message
	}
	if r.IsFunction() {
		return "function"
	}
	if s, ok := r.Text(); ok {
		return s
	}
	return "undefined"
}

func TestExpressions(t *testing.T) {
	tests := []struct{ source, want string }{
		// Paths, sequences and singletons.
		{`name`, `"Ada"`},
		{`nobody`, `undefined`},
		{`none`, `null`},
		{`orders.id`, `["a","b"]`},
		{`orders.lines.sku`, `["s1","s2","s3"]`},
		{`orders[1].lines`, `[{"sku":"s3","n":3}]`},
		{`orders[1].lines.sku`, `"s3"`},
		{`orders[1].lines.sku[]`, `["s3"]`},
		{`one`, `["z"]`},
		{`one.$`, `"z"`},
		{`orders.[id]`, `[["a"],["b"]]`},
		{`[[0..2]]`, `[[0,1,2]]`},
		{`[[1,2],[3]].$`, `[1,2,3]`},
		{`orders[total > 6].id`, `"a"`},
		{`orders[-1].id`, `"b"`},
		{`(orders.lines)[0].sku`, `"s1"`},
		{`orders.lines[0].sku`, `["s1","s3"]`},
		{`orders[[0, 1]].id`, `["a","b"]`},
		{`**.sku`, `["s1","s2","s3"]`},
		{`orders.lines.{"o": %.id, "s": sku}`, `[{"o":"a","s":"s1"},{"o":"a","s":"s2"},{"o":"b","s":"s3"}]`},
		{`orders@$o.$o.lines@$l[$l.n > 1].($o.id & $l.sku)`, `["as2","bs3"]`},
		{`orders#$i.($i & id)`, `["0a","1b"]`},
		{`orders^(>id).id`, `["b","a"]`},
		{`orders{id: total}`, `{"a":10,"b":5.5}`},
		{`orders.lines{%.id: n}`, `{}`},
		{`%.id`, `S0217: The object representing the 'parent' cannot be derived from this expression`},
		// Operators.
		{`age + 1`, `37`},
		{`age / 0`, `null`},
		{`1 + nobody`, `undefined`},
		{`"x" & 1 & true & null & nobody`, `"x1truenull"`},
		{`"y" in tags`, `true`},
		{`[1..3] = [1,2,3]`, `true`},
		{`{"a": 1, "b": 2} = {"b": 2, "a": 1}`, `true`},
		{`"\uE000" < "\uD83D\uDE00"`, `false`},
		{`7 % -3`, `1`},
		{`1 < "a"`, `T2009: The values 1 and "a" either side of operator "<" must be of the same data type`},
		{`1 + {}`, `T2002: The right side of the "+" operator must evaluate to a number`},
		{`[0..1.5]`, `T2004: The right side of the range operator (..) must evaluate to an integer`},
		// Functions and their signatures.
		{`($f := function($x)<n:n>{ $x * 2 }; $f(4))`, `8`},
		{`($f := function($n){ $n = 0 ? "done" : $f($n - 1) }; $f(1000))`, `"done"`},
		{`$map(tags, function($v, $i){ $v & $i })`, `["x0","y1"]`},
		{`$reduce([1..4], function($a, $b){ $a * $b })`, `24`},
		{`$filter([1..5], function($v){ $v > 3 })`, `[4,5]`},
		{`($add := function($a, $b){ $a + $b }; $add(?, 5)(1))`, `6`},
		{`$substring(?, 0, 1)("abc")`, `"a"`},
		{`($up := $trim ~> $uppercase; $up("  a b "))`, `"A B"`},
		{`($ ~> |orders|{"total": 0}, "lines"|).orders`, `[{"id":"a","total":0},{"id":"b","total":0}]`},
		{`$sum(["a"])`, `T0412: Argument 1 of function "sum" must be an array of "numbers"`},
		{`$split("a", "b", -1)`, `D3020: Third argument of split function must evaluate to a positive number`},
		{`$sqrt(-1)`, `D3060: The sqrt function cannot be applied to a negative number: -1`},
		{`$each("x", function($v){$v})`, `T0410: Argument 1 of function "each" does not match function signature`},
		{`$single([1,2], function($v){true})`, `D3138: The $single() function expected exactly 1 matching result.  Instead it matched more.`},
		{`$reduce([1,2], function($a){$a})`, `D3050: The second argument of reduce function must be a function with at least two arguments`},
		{`$eval("1+1")`, `T1006: Attempted to invoke a non-function`},
		{`name()`, `T1006: Attempted to invoke a non-function`},
		{`sum([1])`, `T1005: Attempted to invoke a non-function. Did you mean $sum?`},
		{`$error("no")`, `D3137: no`},
		{`$assert(false)`, `D3141: $assert() statement failed`},
		{`$sum`, `function`},
		// Texts and numbers.
		{`$string(1e20)`, `"100000000000000000000"`},
		{`$string(1e21)`, `"1e+21"`},
		{`$string(0.1 + 0.2)`, `"0.3"`},
		{`0.1 + 0.2`, `0.30000000000000004`},
		{`$string(9223372036854775808)`, `"9223372036854780000"`},
		{`$string({"f": $sum, "x": [1, "a"]})`, `"{\"f\":\"\",\"x\":[1,\"a\"]}"`},
		{`$string([1], true)`, `"[\n  1\n]"`},
		{`$length("a😀")`, `2`},
		{`$match("😀ab", /b/).index`, `3`},
		{`$uppercase("straße ﬁ") & $lowercase("ΑΣ")`, `"STRASSE FIας"`},
		{`$replace("abcd", /(b)(c)/, "$2$1$$")`, `"acb$d"`},
		{`$round(2.5) & $round(-12.345, 2)`, `"2-12.34"`},
		{`$power(1.0344835281532647, 3)`, `1.1070589304377156`},
		{`$now()`, `"2023-11-14T22:13:20.123Z"`},
		{`$millis()`, `1700000000123`},
		{`$count(null)`, `1`},
		{`$exists(null)`, `true`},
		{`$type(null)`, `"null"`},
		{`$base64decode($base64encode("hé"))`, `"hé"`},
		{`$encodeUrlComponent("a b&ü")`, `"a%20b%26%C3%BC"`},
		{`$keys({"b": 1, "a": 2})`, `["b","a"]`},
		{`{"b": 1, "10": 2, "9": 3}`, `{"9":3,"10":2,"b":1}`},
	}
	for _, test := range tests {
		if got := outcome(t, test.source, sampleEnv(t)); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.source, got, test.want)
		}
	}
}

// TestFunctionsOfAWS holds what was measured on AWS.
func TestFunctionsOfAWS(t *testing.T) {
	tests := []struct{ source, want string }{
		{`$partition([1..5], 2)`, `[[1,2],[3,4],[5]]`},
		{`$partition([1..5], 2.9)`, `[[1,2],[3,4],[5]]`},
		{`$partition([1,2])`, `[[1,2]]`},
		{`$partition([], 2)`, `undefined`},
		{`$partition([1], 0)`, `undefined`},
		{`$partition([1], -0.5)`, `undefined`},
		{`$partition([1], -1)`, `D3137: Second argument must be zero or greater`},
		{`$partition(1, 1)`, `T0412: Argument 1 of function "partition" must be an array of undefined`},
		{`$range(-1.7, 2, 1)`, `[-1,0,1,2]`},
		{`$range(5, 1, -2)`, `[5,3,1]`},
		{`$range(1, 1, 1)`, `1`},
		{`$range(1, 5)`, `undefined`},
		{`$range(1, 5, 0)`, `undefined`},
		{`$range(1, 5, -1)`, `undefined`},
		{`$range(1)`, `T0410: Argument 2 of function "range" does not match function signature`},
		{`$hash("a", "MD5")`, `"0cc175b9c0f1b6a831c399e269772661"`},
		{`$hash("é", "SHA-1")`, `"bf15be717ac1b080b4f1c456692825891ff5073d"`},
		{`$length($hash("a", "SHA-512"))`, `128`},
		{`$hash("a")`, `undefined`},
		{`$hash("a", "md5")`, `D3137: Hash algorithm 'md5' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5`},
		{`$hash(1, "MD5")`, `T0410: Argument 1 of function "hash" does not match function signature`},
		{`$random(42)`, `0.7275636800328681`},
		{`$random(0)`, `0.730967787376657`},
		{`$random(7.9)`, `0.7306990420600421`},
		{`$random() < 1`, `true`},
		{`$uuid() ~> $match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) ~> $exists()`, `true`},
		{`$uuid(1)`, `T0410: Argument 1 of function "uuid" does not match function signature`},
		{`$parse('{"b": [1, null], "a": 1.5}')`, `{"b":[1,null],"a":1.5}`},
		{`$parse()`, `undefined`},
		{`$parse(null)`, `T0410: Argument 1 of function "parse" does not match function signature`},
		{`$parse("")`, `D3137: Invalid JSON`},
		{`$parse("1 2")`, `D3137: Invalid JSON`},
		{`$parse('{"a": {"b": 1, "b": 2}}')`, `D3137: Invalid JSON`},
		{`$parse('[{"a": 1}, {"a": 2}, "a", {"a": {"a": 1}}]') ~> $count()`, `4`},
		{`$parse("1e999")`, `D3137: Invalid JSON`},
		{`$parseInteger("abc", "0") ~> $type()`, `"object"`},
	}
	for _, test := range tests {
		if got := outcome(t, test.source, sampleEnv(t)); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.source, got, test.want)
		}
	}
	_, err := evaluate(t, `$base64decode("!!!")`, jsonata.Env{})
	if e, ok := err.(*jsonata.Error); !ok || !e.Internal {
		t.Errorf("$base64decode of no base64 is %v, want an internal error", err)
	}
}

func TestValue(t *testing.T) {
	tests := []struct{ source, input, want string }{
		{`$`, `1.0`, `1`},
		{`$`, `1e2`, `100`},
		{`$`, `-0`, `0`},
		{`$`, `9223372036854775807`, `9223372036854775807`},
		{`$`, `9223372036854775808`, `9.223372036854776E18`},
		{`$`, `{"a": [1.0, 1e2, 9007199254740993, "1.0", 1.5]}`, `{"a":[1,100,9007199254740993,"1.0",1.5]}`},
		{`a`, `{"a": 9007199254740993}`, `9007199254740993`},
		{`a + 0`, `{"a": 9007199254740993}`, `9007199254740992`},
		{`1/0`, `0`, `"Infinity"`},
		{`-1/0`, `0`, `"-Infinity"`},
		{`1e308*10`, `0`, `"Infinity"`},
		{`{"k": [0/0]}`, `0`, `{"k":["NaN"]}`},
		{`{"10": 1, "9": 2}`, `0`, `{"10":1,"9":2}`},
		{`[$sum, 1, {"f": $sum}]`, `0`, `[null,1,{}]`},
		{`$match("b", /(a)?b/).groups`, `0`, `[null]`},
		{`[1..3]`, `0`, `[1,2,3]`},
		{`"\uD800"`, `0`, `"\ud800"`},
	}
	for _, test := range tests {
		in, err := value.Parse(test.input)
		if err != nil {
			t.Fatal(err)
		}
		r, err := evaluate(t, test.source, jsonata.Env{Input: &in})
		if err != nil {
			t.Errorf("%s: %v", test.source, err)
			continue
		}
		if got, ok := r.Value(); !ok || !strings.EqualFold(got.Compact(), test.want) {
			t.Errorf("%s of %s = %s, want %s", test.source, test.input, got.Compact(), test.want)
		}
	}
	for _, source := range []string{`nothing`, `$sum`, `function(){1}`} {
		r, err := evaluate(t, source, jsonata.Env{})
		if _, ok := r.Value(); ok || err != nil {
			t.Errorf("%s has a value (%v)", source, err)
		}
	}
}

func TestSyntaxErrors(t *testing.T) {
	tests := []struct {
		source, code, message, token string
		position                     int
	}{
		{``, "S0207", "Unexpected end of expression", "(end)", 0},
		{`  `, "S0207", "Unexpected end of expression", "(end)", 2},
		{`phone %.other`, "S0211", `The symbol "." cannot be used as a unary operator`, ".", 8},
		{`[1, 2`, "S0203", `Expected "]" before end of expression`, "(end)", 5},
		{`"a`, "S0101", "String literal must be terminated by a matching quote", "", 2},
		{`"é😀" 5`, "S0201", "Syntax error: 5", "5", 7},
		{`a.1`, "S0213", "The literal value 1 cannot be used as a step within a path expression", "", 3},
		{`1 ! 2`, "S0204", `Unknown operator: "!"`, "!", 3},
		{`function(x){1}`, "S0208", "Parameter 1 of function definition must be a variable name (start with $)", "x", 10},
		{`/(/`, "S0302", "No terminating / in regular expression", "", 3},
		{`/[z-a]/`, "", "Invalid regular expression: /[z-a]/: Range out of order in character class", "", 0},
		{`%`, "S0217", "The object representing the 'parent' cannot be derived from this expression", "parent", 0},
	}
	for _, test := range tests {
		_, err := jsonata.Compile(test.source)
		e, ok := err.(*jsonata.Error)
		if !ok {
			t.Errorf("%s: %v", test.source, err)
			continue
		}
		if e.Code != test.code || e.Message != test.message || e.Token != test.token || e.Position != test.position {
			t.Errorf("%s\n got %q %q %q %d\nwant %q %q %q %d", test.source, e.Code, e.Message, e.Token, e.Position,
				test.code, test.message, test.token, test.position)
		}
	}
}

func TestReferences(t *testing.T) {
	tests := []struct{ source, want string }{
		{`phone`, "phone"},
		{`-phone`, "phone"},
		{`phone ? 1 : 2`, "phone"},
		{`$sum(phone)`, "phone"},
		{`phone(1)`, "phone"},
		{`[1..phone]`, "phone"},
		{`(phone).other`, "phone"},
		{`[phone, 1]`, "phone"},
		{`{phone: 1}`, "phone"},
		{`{"a": phone}`, "phone"},
		{`($x := phone; $x)`, "phone"},
		{`$count(phone[inner])`, "phone"},
		{`phone.**.x`, "phone"},
		{`$map($states.input.a, function($y){ phone })`, "phone"},
		{`"phone".x`, "phone"},
		{`phone ~> $f(mobile)`, "phone mobile"},
		{`b & a & b`, "b a"},
		{`$`, "$"},
		{`$[0]`, "$"},
		{`$string($)`, "$"},
		{`$$`, "$$"},
		{`$$.phone`, "$$"},
		{`$states.input.(phone)`, ""},
		{`$states.input.a[phone = 1]`, ""},
		{`$states.input.a^(phone)`, ""},
		{`$states.input.a{phone: 1}`, ""},
		{`$states.input ~> |phone|{"a": b}, c|`, ""},
		{`**.phone`, ""},
		{`{'k': 1}.phone`, ""},
		{`$states.input.a[$ > 1]`, ""},
		{`function($x){ $x.phone }`, ""},
		{`$never`, ""},
		{`1 + 1`, ""},
	}
	for _, test := range tests {
		if got := strings.Join(compile(t, test.source).References(), " "); got != test.want {
			t.Errorf("%s refers to %q, want %q", test.source, got, test.want)
		}
	}
}

func TestVariables(t *testing.T) {
	tests := []struct{ source, want string }{
		{`$states.input & $b & $states & $a`, "states b a"},
		{`$sum($x)`, "sum x"},
		{`($x := 1; $x)`, ""},
		{`($x := $x; $y)`, "x y"},
		{`($x; $x := 1)`, "x"},
		{`(($x := 1); $x)`, "x"},
		{`function($x){ $x + $y }`, "y"},
		{`($f := function(){ $g() }; $g := function(){ $f() }; $f())`, ""},
		{`a@$v.b#$i.($v & $i & $w)`, "w"},
		{`(a@$v.b; $v)`, "v"},
		{`a^($t)[$p]{$k: $g}`, "t p k g"},
		{`$ & $$`, ""},
		{`$x := $y`, "y"},
		{`$f(?, $z)`, "f z"},
	}
	for _, test := range tests {
		got := compile(t, test.source).Variables()
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s uses %q, want %q", test.source, got, test.want)
		}
	}
}

func TestFields(t *testing.T) {
	x := compile(t, "$states.errorOutput.x & $states.`input`.y & $map($states.\"result\", function($s){ $s.a }) & $states[0]")
	want := []jsonata.Field{{Name: "errorOutput", Position: 19}, {Name: "input", Position: 39}, {Name: "result", Position: 65}}
	if got := x.Fields("states"); !reflect.DeepEqual(got, want) {
		t.Errorf("fields %v, want %v", got, want)
	}
	if got := x.Fields("s"); len(got) != 1 || got[0].Name != "a" {
		t.Errorf("fields of $s: %v", got)
	}
	if got := x.Fields("other"); got != nil {
		t.Errorf("fields of another variable: %v", got)
	}
}

func TestIsFunction(t *testing.T) {
	for name, want := range map[string]bool{"sum": true, "partition": true, "now": true, "eval": false, "states": false} {
		if got := jsonata.IsFunction(name); got != want {
			t.Errorf("IsFunction(%q) = %v", name, got)
		}
	}
}

func TestEnvironment(t *testing.T) {
	asked := map[string]int{}
	env := jsonata.Env{Variable: func(name string) (value.Value, bool) {
		asked[name]++
		return value.Int(7), name == "a" || name == "count"
	}}
	if got := outcome(t, `[1..3].($a + $a + $sum([$nothing, $nothing]))`, env); got != `[14,14,14]` {
		t.Errorf("got %s", got)
	}
	if want := map[string]int{"a": 1, "sum": 1, "nothing": 1}; !reflect.DeepEqual(asked, want) {
		t.Errorf("asked %v, want %v", asked, want)
	}
	if got := outcome(t, `$count`, env); got != "7" {
		t.Errorf("a variable with the name of a function is %s", got)
	}
	if got := outcome(t, `$random()`, jsonata.Env{}); got != "There is no source of random numbers" {
		t.Errorf("without a source $random gives %s", got)
	}
}

// TestErrorsHaveTokenAndPosition checks what errors of nested calls point to: the call that is written
// in the expression.
func TestErrorsHaveTokenAndPosition(t *testing.T) {
	tests := []struct {
		source, token string
		position      int
	}{
		{`1 + "a"`, "+", 3},
		{`$uppercase(1)`, "uppercase", 11},
		{`$map([1], $uppercase)`, "map", 5},
		{`($f := function($x){ $x + "a" }; $f(1))`, "+", 36},
		{`$nothing(1)`, "nothing", 9},
	}
	for _, test := range tests {
		_, err := evaluate(t, test.source, jsonata.Env{})
		e, ok := err.(*jsonata.Error)
		if !ok || e.Token != test.token || e.Position != test.position {
			t.Errorf("%s: %+v, want token %s at %d", test.source, err, test.token, test.position)
		}
	}
}

// TestConcurrentEvaluations lets goroutines share an expression and its input.
func TestConcurrentEvaluations(t *testing.T) {
	x := compile(t, `($f := function($n){ $n = 0 ? $in.orders.lines.{"o": %.id, "s": sku} : $f($n - 1) }; $f(10))`)
	env := sampleEnv(t)
	want := `[{"o":"a","s":"s1"},{"o":"a","s":"s2"},{"o":"b","s":"s3"}]`
	done := make(chan string)
	for range 8 {
		go func() {
			r, err := x.Eval(env)
			got, _ := r.Text()
			if err != nil {
				got = err.Error()
			}
			done <- got
		}()
	}
	for range 8 {
		if got := <-done; got != want {
			t.Errorf("got %s", got)
		}
	}
}
