package intrinsic

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/jsonpath"
	"github.com/stepwell/stepwell/value"
)

const data = `{
	"n": [1, 2, 3, 4, 5], "empty": [], "s": "text", "o": {"a": 1, "b": [2, null]}, "null": null, "f": 2.50,
	"mixed": ["1", 1, 1.0, true, null, {"a": 1, "b": 2}, {"b": 2, "a": 1}, [1], [1]], "json": "{\"k\": [1, 2.0]}",
	"template": "{}\\{\\}", "long": 12345678901, "é": "日本😀"
}`

func TestFunctions(t *testing.T) {
	tests := []struct{ call, want string }{
		{`States.Array()`, `[]`},
		{`States.Array(1, 'a', null, true, -1.50, $.s)`, `[1,"a",null,true,-1.50,"text"]`},
		{`States.Array( 1 , States.Array( ) )`, `[1,[]]`},
		{`States.Array('it\'s \{a\} \\ "b"')`, `["it's {a} \\ \"b\""]`},
		{`States.Array($.n[?(@ > 3)], $.n[1:2], $['s'], $.n.length(), $.mixed[5]['a','b'])`, `[[4,5],[2],"text",5,{"a":1,"b":2}]`},
		{`States.ArrayPartition($.n, 2)`, `[[1,2],[3,4],[5]]`},
		{`States.ArrayPartition($.n, 2.9)`, `[[1,2],[3,4],[5]]`},
		{`States.ArrayPartition($.n, 2147483647)`, `[[1,2,3,4,5]]`},
		{`States.ArrayPartition($.empty, 1)`, `[]`},
		{`States.ArrayContains($.n, 3)`, `true`},
		{`States.ArrayContains($.n, '3')`, `true`},
		{`States.ArrayContains($.n, 6)`, `false`},
		{`States.ArrayContains($.empty, null)`, `false`},
		{`States.ArrayContains($.mixed, 'true')`, `true`},
		{`States.ArrayContains($.mixed, States.StringToJson('{"b": 2, "a": 1}'))`, `true`},
		{`States.ArrayContains(States.Array($.o), States.StringToJson('{"b": [2, null], "a": 1}'))`, `false`},
		{`States.ArrayRange(1, 9, 2)`, `[1,3,5,7,9]`},
		{`States.ArrayRange(1, 8, 2)`, `[1,3,5,7]`},
		{`States.ArrayRange(3, -3, -2)`, `[3,1,-1,-3]`},
		{`States.ArrayRange(5, 4, 10)`, `[]`},
		{`States.ArrayRange(4, 5, -10)`, `[]`},
		{`States.ArrayRange(4, 4, -10)`, `[4]`},
		{`States.ArrayRange(-2147483648, 2147483647, 2147483647)`, `[-2147483648,-1,2147483646]`},
		{`States.ArrayGetItem($.n, 4)`, `5`},
		{`States.ArrayGetItem($.n, 1.9)`, `2`},
		{`States.ArrayGetItem($.empty, 7)`, `null`},
		{`States.ArrayLength($.n)`, `5`},
		{`States.ArrayUnique($.mixed)`, `[1.0,null,{"a":1,"b":2},[1],"1",1,true]`},
		{`States.ArrayUnique(States.Array(40, 3, 40, 'b', 17))`, `[17,"b",3,40]`},
		{`States.Base64Encode($.é)`, `"5pel5pys8J+YgA=="`},
		{`States.Base64Decode('5pel5pys8J+YgA==')`, `"日本😀"`},
		{`States.Base64Decode('5pel5pys8J-YgA')`, `"日本😀"`},
		{`States.Base64Decode(' aGV sbG8 = x')`, `"hello"`},
		{`States.Base64Decode('aGVsbG8ab')`, `"hello\u001A"`},
		{`States.Base64Decode('!!!')`, `""`},
		{`States.Base64Decode('//8=')`, `"��"`},
		{`States.Hash('', 'MD5')`, `"d41d8cd98f00b204e9800998ecf8427e"`},
		{`States.Hash(123, 'MD5')`, `"202cb962ac59075b964b07152d234b70"`},
		{`States.JsonMerge($.o, States.StringToJson('{"c": 1, "a": {}}'), false)`, `{"a":{},"b":[2,null],"c":1}`},
		{`States.JsonMerge($.o, $.o, 'true')`, `{"a":1,"b":[2,null]}`},
		{`States.StringToJson($.json)`, `{"k":[1,2.0]}`},
		{`States.StringToJson(' ')`, `null`},
		{`States.JsonToString($.o)`, `"{\"a\":1,\"b\":[2,null]}"`},
		{`States.JsonToString('a"b')`, `"\"a\\\"b\""`},
		{`States.MathAdd(1.5, -1.5)`, `1`},
		{`States.MathAdd(-2147483648, 1)`, `-2147483647`},
		{`States.MathAdd(1e309, 1)`, `0`},
		{`States.MathAdd(-1e309, 1)`, `1`},
		{`States.MathRandom(1, 100, 42)`, `63`},
		{`States.MathRandom(-5, 5, 42.9)`, `-5`},
		{`States.MathRandom(-2147483648, 2147483647, 1)`, `-1155869325`},
		{`States.MathRandom(0, 1)`, `0`},
		{`States.StringSplit('a,b;;c', ',;')`, `["a","b","c"]`},
		{`States.StringSplit('a日b😀c', '😀日')`, `["a","b","c"]`},
		{`States.StringSplit('abc', '')`, `["abc"]`},
		{`States.StringSplit('', ',')`, `[]`},
		{`States.Format('no place')`, `"no place"`},
		{`States.Format('{}{}', 1, $.f)`, `"12.5"`},
		{`States.Format('\{{}\} \'{}\' \\{}', 'a', null, true)`, `"{a} 'null' \\true"`},
		{`States.Format($.template, 'a')`, `"a{}"`},
		{`States.Format('{} {}', $.o, $.mixed[7])`, `"{a=1, b=[2, null]} [1]"`},
		{`States.Format('{} {} {} {}', 1e2, 12345678.5, 0.0001, -0)`, `"100.0 1.23456785E7 1.0E-4 0"`},
		{`States.Format('{}', States.Format('{}', States.Format('{}', $$.State.Name)))`, `"S"`},
		{`States.Format('{}', $v.k) `, `"7"`},
	}
	for _, test := range tests {
		t.Run(test.call, func(t *testing.T) {
			got, err := mustParseExpression(t, test.call).Eval(scope(data))
			if err != nil || got.Compact() != test.want {
				t.Errorf("Eval(%s)\n got %s, %v\nwant %s", test.call, got.Compact(), err, test.want)
			}
		})
	}
}

func TestUUID(t *testing.T) {
	pattern := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	template := mustParse(t, `{"a.$": "States.UUID()", "b.$": "States.UUID(1, $.s)"}`)
	for _, s := range []jsonpath.Scope{scope(data), seeded(1)} {
		v, err := template.Eval(s)
		a, _ := v.Get("a")
		b, _ := v.Get("b")
		if err != nil || !pattern.MatchString(a.AsString()) || !pattern.MatchString(b.AsString()) || a.AsString() == b.AsString() {
			t.Errorf("Eval = %s, %v, want two identifiers", v.Compact(), err)
		}
	}
	first, _ := template.Eval(seeded(1))
	again, _ := template.Eval(seeded(1))
	other, _ := template.Eval(seeded(2))
	if !value.Equal(first, again) || value.Equal(first, other) {
		t.Errorf("Eval = %s, then %s with the same seed, and %s with another", first.Compact(), again.Compact(), other.Compact())
	}
}

func TestFunctionErrors(t *testing.T) {
	long := `'` + strings.Repeat("x", maxText+1) + `'`
	wrong := []string{
		`States.ArrayPartition('a', 2)`, `States.ArrayPartition($.n, 0)`, `States.ArrayPartition($.n, 0.9)`, `States.ArrayPartition($.n, '2')`,
		`States.ArrayPartition($.n, $.long)`, `States.ArrayPartition($.n)`, `States.ArrayContains($.n)`, `States.ArrayContains('a', 'a')`,
		`States.ArrayRange(1, 1001, 1)`, `States.ArrayRange(1, 2, 0.5)`, `States.ArrayRange(1, 2)`, `States.ArrayRange('a', 2, 1)`,
		`States.ArrayGetItem($.n, 5)`, `States.ArrayGetItem($.n, -1)`, `States.ArrayGetItem($.o, 0)`, `States.ArrayGetItem($.n, '0')`,
		`States.ArrayLength($.o)`, `States.ArrayLength()`, `States.ArrayUnique($.s)`, `States.Base64Encode(1)`, `States.Base64Encode(` + long + `)`,
		`States.Base64Decode(1)`, `States.Base64Decode(` + long + `)`, `States.Hash($.s, 'sha-1')`, `States.Hash($.s)`, `States.Hash($.s, 1)`,
		`States.Hash(` + long + `, 'MD5')`, `States.JsonMerge($.o, $.n, false)`, `States.JsonMerge($.o, $.o, true)`, `States.JsonMerge($.o, $.o)`,
		`States.StringToJson(1)`, `States.MathAdd(2147483647, 1)`, `States.MathAdd(2147483648, -1)`, `States.MathAdd('1', 1)`, `States.MathAdd(1, true)`,
		`States.MathRandom(1, 1)`, `States.MathRandom(2, 1)`, `States.MathRandom(1, 2, '3')`, `States.MathRandom(1)`, `States.MathRandom(1, 2, 1e30)`,
		`States.StringSplit(1, ',')`, `States.StringSplit('a')`, `States.Format()`, `States.Format(1)`,
	}
	for _, text := range wrong {
		name, _, _ := strings.Cut(text, "(")
		wantEvalError(t, text, "There was an error while evaluating the intrinsic function: "+text+". Invalid arguments in "+name)
	}
	const begin, function = "There was an error while evaluating the intrinsic function: ", "The function '"
	const hidden = "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]"
	for _, test := range []struct{ call, want string }{
		{`States.Format('{', 1)`, begin + `States.Format('{', 1). Invalid template in States.Format: matching '}' not found for '{'.`},
		{`States.Format('}')`, begin + `States.Format('}'). Invalid template in States.Format: matching '{' not found for '}'.`},
		{`States.Format('{}')`, begin + `States.Format('{}'). Invalid arguments in States.Format: number of arguments do not match the occurrences of {}.`},
		{`States.JsonToString()`, begin + `States.JsonToString(). Invalid arguments in States.JsonToString: only a single argument is allowed.`},
		{`States.StringToJson('{a}')`, begin + `States.StringToJson('{a}'). Cannot convert String to Json in States.StringToJson, caused by: ` +
			`Unexpected character ('a' (code 97)): was expecting double-quote to start field name` + "\n at " + hidden},
		{`States.Array(States.ArrayLength('a'))`, begin + `States.Array(States.ArrayLength('a')). Invalid arguments in States.ArrayLength`},
		{`States.Array(States.ArrayLength($.no.x))`, function + `States.Array(States.ArrayLength($.no.x))' had the following error: ` +
			`The JsonPath argument for the field '$.no.x' could not be found in the input '{"k":1}'`},
		{`States.Array($.k[0])`, function + `States.Array($.k[0])' had the following error: Filter: [0] can only be applied to arrays. Current context is: 1`},
		{`States.Array($$.No)`, function + `States.Array($$.No)' had the following error: The JsonPath argument for the field '$.No' could not be found in the input '{"k":1}'`},
		{`States.Array($w)`, function + `States.Array($w)' had the following error: The JsonPath argument for the field '$w' could not be found in the input '{"k":1}'`},
	} {
		_, err := mustParseExpression(t, test.call).Eval(scope(`{"k": 1}`))
		var got *EvalError
		if !errors.As(err, &got) || got.Message != test.want {
			t.Errorf("Eval(%s) error\n got %v\nwant %s", test.call, err, test.want)
		}
	}
	wantEvalError(t, `States.Array($.n[9])`, `The function 'States.Array($.n[9])' had the following error: `+
		`The JsonPath argument for the field '$.n[9]' could not be found in the input '`+value.Trusted(data).Compact()+`'`)
}

func wantEvalError(t *testing.T, call, want string) {
	t.Helper()
	v, err := mustParseExpression(t, call).Eval(scope(data))
	var got *EvalError
	if !errors.As(err, &got) || got.Message != want {
		t.Errorf("Eval(%s) = %s, error\n got %v\nwant %s", call, v.Compact(), err, want)
	}
}

func TestParseExpressionErrors(t *testing.T) {
	for _, text := range []string{
		``, `x`, `States.`, `States.UUID`, `States.UUID(`, `States.UUID)`, `States.UUID(,)`, `States.UUID() x`, `States.UUID($`, `States.Nothing()`,
		`States.Array(1,)`, `States.Array(1 2)`, `States.Array('a)`, `States.Array('a\n')`, `States.Array('\"')`, `States.Array("a")`, `States.Array([1])`,
		`States.Array({})`, `States.Array(x)`, `States.Array(01)`, `States.Array($.a[)`, `States.Array(States.UUID)`, ` States.UUID()`, `States.UUID ()`,
		strings.Repeat("States.Array(", AWSLimits.Nesting+1) + strings.Repeat(")", AWSLimits.Nesting+1),
		`States.Array(` + strings.Repeat("1,", AWSLimits.Arguments) + `1)`,
	} {
		if x, err := ParseExpression("f.$", text); err == nil {
			t.Errorf("ParseExpression(%q) = %v, want an error", text, x)
		}
	}
	for _, text := range []string{
		strings.Repeat("States.Array(", AWSLimits.Nesting) + strings.Repeat(")", AWSLimits.Nesting),
		`States.Array(` + strings.Repeat("1,", AWSLimits.Arguments-1) + `1)`,
	} {
		mustParseExpression(t, text)
	}
}

func TestPaths(t *testing.T) {
	const text = `States.Format('{}', $.a, States.Array($v, 1), $$.b)`
	var got []string
	for p := range mustParseExpression(t, text).Paths {
		got = append(got, p.String())
	}
	for p := range mustParse(t, `[{"x.$": "`+text+`", "y": {"z.$": "$w"}}, 1]`).Paths {
		got = append(got, p.String())
	}
	for p := range mustParse(t, `[{"x.$": "$.first", "y.$": "$.second"}]`).Paths {
		got = append(got, p.String())
		break
	}
	if want := "[$.a $v $$.b $w $.a $v $$.b $.first]"; fmt.Sprint(got) != want {
		t.Errorf("Paths = %v, want %v", got, want)
	}
}

// TestEvalIsBounded evaluates expressions and templates that would give a huge result.
func TestEvalIsBounded(t *testing.T) {
	input := `{"x":"` + strings.Repeat(`\"`, 1<<17) + `"}`
	copies := `$` + strings.Repeat(`, $`, 38)
	deep := `States.Format('` + strings.Repeat("{}", 39) + `', ` + copies + `)`
	for _, text := range []string{
		`States.Array(` + deep + `, ` + deep + `)`,
		strings.Repeat(`States.JsonToString(`, 10) + `$` + strings.Repeat(`)`, 10),
	} {
		if _, err := mustParseExpression(t, text).Eval(scope(input)); err == nil || !strings.HasSuffix(err.Error(), errRoom.Error()) {
			t.Errorf("Eval(%.40s…) error = %.80v, want that it is too large", text, err)
		}
	}
	template := mustParse(t, `[`+strings.Repeat(`{"x.$": "$"},`, 100)+`0]`)
	if _, err := template.Eval(scope(input)); err == nil || err.Error() != errRoom.Error() {
		t.Errorf("Eval of 100 copies error = %v, want that it is too large", err)
	}
}

// FuzzExpression checks that no call or input makes parsing or evaluation panic, and that results are
// JSON.
func FuzzExpression(f *testing.F) {
	for _, text := range []string{
		`States.Format('{} \{', $.a[0])`, `States.ArrayUnique($.a)`, `States.MathAdd(1.5, $.b)`, `States.Array('\'', null, $..*)`,
		`States.Hash($, 'MD5')`, `States.JsonMerge($, $, false)`, `States.StringSplit($.c, 'a')`, `States.StringToJson(States.JsonToString($))`,
		`States.ArrayRange(1, $.b, 3)`, `States.MathRandom(1, 9, $.b)`, `States.Base64Decode($.c)`, `States.ArrayPartition($.a, $.b)`, `$.a[?(@.b)]`,
		`States.ArrayContains($.a, $.b)`, `States.ArrayGetItem($.a, $.b)`, `States.ArrayLength($v)`, `States.UUID($$)`,
	} {
		f.Add(text, `{"a":[1,{"b":2},"x",1.5,null,true],"b":2,"c":"YWJj"}`)
	}
	f.Fuzz(func(t *testing.T, text, input string) {
		x, err := ParseExpression("f.$", text)
		if err != nil {
			return
		}
		v, err := value.Parse(input)
		if err != nil {
			return
		}
		out, err := x.Eval(jsonpath.Scope{Input: v, Variables: func(string) (value.Value, bool) { return v, true }})
		if err != nil {
			return
		}
		if _, err := value.Parse(out.Text()); err != nil && !strings.Contains(err.Error(), "nesting depth") {
			t.Fatalf("Eval of %q on %q = %q: %v", text, input, out.Text(), err)
		}
	})
}

func BenchmarkFunction(b *testing.B) {
	for _, call := range []string{
		`States.Array($.s, 1, 'a')`, `States.ArrayContains($.n, 5)`, `States.ArrayUnique($.mixed)`, `States.Format('{} is {}', $.s, $.o)`,
		`States.StringSplit('a,b,c', ',')`, `States.StringToJson($.json)`, `States.JsonToString($.o)`, `States.JsonMerge($.o, $.o, false)`,
		`States.Base64Encode($.s)`, `States.Hash($.s, 'SHA-256')`, `States.MathAdd($.f, 1)`, `States.MathRandom(1, 100, 42)`, `States.UUID()`,
	} {
		name, _, _ := strings.Cut(call, "(")
		b.Run(strings.TrimPrefix(name, prefix), func(b *testing.B) {
			x, s := mustParseExpression(b, call), seeded(1)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := x.Eval(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// seeded is the usual scope with a source of its own.
func seeded(seed uint64) jsonpath.Scope {
	s := scope(data)
	s.Random = source{rand.New(rand.NewPCG(seed, 0))}
	return s
}

type source struct{ random *rand.Rand }

func (s source) Rand() *rand.Rand { return s.random }

func mustParseExpression(t testing.TB, text string) *Expression {
	t.Helper()
	x, err := ParseExpression("f.$", text)
	if err != nil {
		t.Fatalf("ParseExpression(%s) error = %v", text, err)
	}
	return x
}
