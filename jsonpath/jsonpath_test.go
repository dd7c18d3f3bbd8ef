package jsonpath

import (
	"errors"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/value"
)

func TestEval(t *testing.T) {
	const input = `{"a": {"b": [10, {"c": "deep"}, null]}, "x y": 1, "it's": 2, "n": null, "": 3, "é": 4, "\u0062": 5, "t\t": 6, "a\\\"b": 7}`
	tests := []struct{ path, want string }{
		{`$`, input},
		{`$.a`, `{"b": [10, {"c": "deep"}, null]}`},
		{`$.a.b[0]`, `10`},
		{`$.a.b[1].c`, `"deep"`},
		{`$.a.b[2]`, `null`},
		{`$.a.b[-1]`, `null`},
		{`$.a.b[-3]`, `10`},
		{`$['a']['b'][1]['c']`, `"deep"`},
		{`$["a"].b[ 0 ]`, `10`},
		{`$.a['b']`, `[10, {"c": "deep"}, null]`},
		{`$[ 'x y' ]`, `1`},
		{`$['it\'s']`, `2`},
		{`$['a\"b']`, `7`},
		{`$["it's"]`, `2`},
		{`$['']`, `3`},
		{`$.n`, `null`},
		{`$.é`, `4`},
		{`$.b`, `5`},
		{` $.n `, `null`},
		{"$.t\t", `6`},
		{`$$`, `{"State":{"Name":"S"}}`},
		{`$$.State.Name`, `"S"`},
		{`$$['State']`, `{"Name":"S"}`},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			p := mustParse(t, test.path)
			got, err := p.Eval(scope(t, input))
			if err != nil || got.Text() != test.want {
				t.Errorf("Eval(%s) = %s, %v, want %s", test.path, got.Text(), err, test.want)
			}
			if got := p.String(); got != test.path {
				t.Errorf("String() = %q, want %q", got, test.path)
			}
		})
	}
}

func TestEvalErrors(t *testing.T) {
	const input = `{"a": {"b": [10, {"c": 1}], "s": "text", "big": 3000000000, "f": 1.5, "t": true}, "n": null, "huge": 9223372036854775808}`
	const noObject = "This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'."
	found := func(property, at, class string) string {
		return "Expected to find an object with property ['" + property + "'] in path " + at +
			" but found 'com.fasterxml.jackson.databind.node." + class + "'. " + noObject
	}
	tests := []struct {
		path, want string
		pastEnd    bool
	}{
		{`$.x`, `No results for path: $['x']`, false},
		{`$.a.x`, `No results for path: $['a']['x']`, false},
		{`$.no.such.path`, `Missing property in path $['no']`, false},
		{`$.a.no.x`, `Missing property in path $['a']['no']`, false},
		{`$.a.b[2]`, `No results for path: $['a']['b'][2]`, true},
		{`$.a.b[-3]`, `No results for path: $['a']['b'][-3]`, true},
		{`$.a.b[7].c`, `No results for path: $['a']['b'][7]['c']`, false},
		{`$.a[0]`, `Filter: [0] can only be applied to arrays. Current context is: {"b":[10,{"c":1}],"s":"text","big":3000000000,"f":1.5,"t":true}`, false},
		{`$.a.s[0]`, `Filter: [0] can only be applied to arrays. Current context is: "text"`, false},
		{`$.a.b.c`, found("c", "$['a']['b']", "ArrayNode"), false},
		{`$.a.s.c`, found("c", "$['a']['s']", "TextNode"), false},
		{`$.a.big.c`, found("c", "$['a']['big']", "LongNode"), false},
		{`$.huge.c`, found("c", "$['huge']", "BigIntegerNode"), false},
		{`$.a.f.c`, found("c", "$['a']['f']", "DoubleNode"), false},
		{`$.a.t.c`, found("c", "$['a']['t']", "BooleanNode"), false},
		{`$.a.b[0].c`, found("c", "$['a']['b'][0]", "IntNode"), false},
		{`$.n.c`, found("c", "$['n']", "NullNode"), false},
		{`$$.State.No`, `No results for path: $['State']['No']`, false},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			v, err := mustParse(t, test.path).Eval(scope(t, input))
			var got *Error
			if !errors.As(err, &got) {
				t.Fatalf("Eval(%s) = %s, %v, want an *Error", test.path, v.Text(), err)
			}
			want := Error{Message: test.want, PastEnd: test.pastEnd, NoArray: strings.HasPrefix(test.want, "Filter:")}
			if *got != want {
				t.Errorf("Eval(%s) error\n got %+v\nwant %+v", test.path, *got, want)
			}
		})
	}
}

func TestEvalWithoutContext(t *testing.T) {
	got, err := mustParse(t, `$$`).Eval(Scope{})
	if err != nil || got.Text() != `{}` {
		t.Errorf("Eval($$) = %s, %v, want {}", got.Text(), err)
	}
}

func TestParseErrors(t *testing.T) {
	const brackets = `brackets must hold quoted names, array indexes, a slice, '*' or a filter`
	tests := []struct{ path, want string }{
		{``, `a path must start with '$'`},
		{`a.b`, `a path must start with '$'`},
		{`$.`, `a name must follow '.'`},
		{`$.a.`, `a name must follow '.'`},
		{`$..`, `a name must follow '..'`},
		{`$...a`, `a name must follow '..'`},
		{`$.a b`, `a name that contains blanks needs brackets: ['my name']`},
		{`$.a]`, ``},
		{`$[0]x`, `unexpected "x"`},
		{`$[`, `a bracket is not closed`},
		{`$['a'`, `a bracket is not closed`},
		{`$[*`, `a bracket is not closed`},
		{`$['a`, `a quoted name is not closed`},
		{`$['a\'`, `a quoted name is not closed`},
		{`$['a',`, `a quoted name must follow ','`},
		{`$[]`, brackets},
		{`$[a]`, brackets},
		{`$[-]`, brackets},
		{`$[0,]`, brackets},
		{`$[99999999999]`, brackets},
		{`$.a[(@.length-1)]`, brackets},
		{`$.a[1 : 2]`, `a slice is [from:to], [from:] or [:to]`},
		{`$.a[:]`, `a slice is [from:to], [from:] or [:to]`},
		{`$.a[1:2:x]`, `a slice is [from:to], [from:] or [:to]`},
		{"$" + strings.Repeat(".a", maxSteps), ``},
		{"$" + strings.Repeat("[0]", maxSteps+1), `a path has at most 1000 steps`},
		{"$" + strings.Repeat("..a", maxSteps/2+1), `a path has at most 1000 steps`},
		{`$my-name`, `'$' must be followed by '.', '[' or the name of a variable`},
		{`$1`, `'$' must be followed by '.', '[' or the name of a variable`},
		{`$$name`, `'$' must be followed by '.', '[' or the name of a variable`},
		{`$.a.nothing()`, `there is no function 'nothing()'`},
		{`$.a.length().b`, `nothing can follow the function 'length()'`},
		{`$.a.index(1 2)`, `the arguments of a function are not closed`},
		{`$.a.index(`, `a value is missing`},
		{`$[?]`, `a filter is '?(condition)'`},
		{`$[?(@.a]`, `a parenthesis of a filter is not closed`},
		{`$[?(@.a == )]`, `a value in a filter is no JSON`},
		{`$[?(@.a = 1)]`, `a filter has no operator where one is needed`},
		{`$[?(1)]`, `a value in a filter is no JSON`},
		{`$[?(@.a == /x/)]`, `a filter has no operator where one is needed`},
		{`$[?(@.a =~ /(/)]`, `a regular expression is not valid`},
		{`$[?(@.a =~ /x)]`, `a regular expression is not closed`},
		{`$[?` + strings.Repeat("(", maxNesting+1), `filters are nested too deep`},
		{`$` + strings.Repeat(".concat($", maxNesting+1), `functions are nested too deep`},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			_, err := Parse(test.path)
			if test.want == "" {
				if err != nil {
					t.Errorf("Parse(%q) error = %v, want none", test.path, err)
				}
				return
			}
			var got *SyntaxError
			if !errors.As(err, &got) {
				t.Fatalf("Parse(%q) error = %v, want a *SyntaxError", test.path, err)
			}
			if want := (SyntaxError{test.path, test.want}); *got != want {
				t.Errorf("Parse(%q) error\n got %+v\nwant %+v", test.path, *got, want)
			}
		})
	}
}

func TestParseReference(t *testing.T) {
	tests := []struct{ path, want string }{
		{`$`, ``},
		{`$.a[0]`, ``},
		{`$.a `, ``},
		{`$$.a`, ``},
		{`a`, `Value is not a Reference Path: Reference path didn't start with '$'`},
		{` $.a`, `Value is not a Reference Path: Reference path didn't start with '$'`},
		{``, `Value is not a Reference Path: Reference path didn't start with '$'`},
		{`$name.a`, ``},
		{`$.a[*]`, `Value is not a Reference Path: Reference path must not contain a wildcard`},
		{`$..a`, `Value is not a Reference Path: Reference path must not contain '..'`},
		{`$[0,1]`, `Value is not a Reference Path: Reference path must not contain a union`},
		{`$['a','b']`, `Value is not a Reference Path: Reference path must not contain a union`},
		{`$[1:]`, `Value is not a Reference Path: Reference path must not contain a slice`},
		{`$[?(@.a)]`, `Value is not a Reference Path: Reference path must not contain a filter`},
		{`$.a.length()`, `Value is not a Reference Path: Reference path must not contain the function 'length()'`},
		{`$.a[`, `Value is not a Reference Path: a bracket is not closed`},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			_, err := ParseReference(test.path)
			got := ""
			var syntax *SyntaxError
			if errors.As(err, &syntax) {
				got = syntax.Message
			}
			if got != test.want {
				t.Errorf("ParseReference(%q) message = %q, want %q", test.path, got, test.want)
			}
		})
	}
}

func TestSet(t *testing.T) {
	const root = `{"a": {"b": 1, "c": [1, {"d": 2}]}, "s": "x"}`
	tests := []struct{ path, want string }{
		{`$`, `"new"`},
		{`$.a`, `{"a":"new","s":"x"}`},
		{`$.z`, `{"a":{"b":1,"c":[1,{"d":2}]},"s":"x","z":"new"}`},
		{`$.a.b`, `{"a":{"b":"new","c":[1,{"d":2}]},"s":"x"}`},
		{`$.x.y.z`, `{"a":{"b":1,"c":[1,{"d":2}]},"s":"x","x":{"y":{"z":"new"}}}`},
		{`$.a.c[0]`, `{"a":{"b":1,"c":["new",{"d":2}]},"s":"x"}`},
		{`$.a.c[-1].e`, `{"a":{"b":1,"c":[1,{"d":2,"e":"new"}]},"s":"x"}`},
		{`$['a']['c']`, `{"a":{"b":1,"c":"new"},"s":"x"}`},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			got, err := mustParse(t, test.path).Set(value.Trusted(root), value.String("new"))
			if err != nil || got.Compact() != test.want {
				t.Errorf("Set(%s)\n got %s, %v\nwant %s", test.path, got.Compact(), err, test.want)
			}
		})
	}
}

func TestSetErrors(t *testing.T) {
	tests := []struct{ path, root, want string }{
		{`$.a`, `[1, 2]`, `Unable to apply step "a" to input [1,2]`},
		{`$.a`, `null`, `Unable to apply step "a" to input null`},
		{`$.s.a`, `{"s": "x"}`, `Unable to apply step "a" to input "x"`},
		{`$[0]`, `{}`, `Unable to apply step "[0]" to input {}`},
		{`$.a[1]`, `{"a": [1]}`, `Unable to apply step "[1]" to input [1]`},
		{`$.x[0]`, `{}`, `Unable to apply step "[0]" to input {}`},
		{`$.a[0].b`, `{"a": [1]}`, `Unable to apply step "b" to input 1`},
		{`$$.a`, `{}`, `Only a reference path that begins with a single '$' can be set, not $$.a`},
		{`$v.a`, `{}`, `Only a reference path that begins with a single '$' can be set, not $v.a`},
		{`$.a[*]`, `{}`, `Only a reference path that begins with a single '$' can be set, not $.a[*]`},
	}
	for _, test := range tests {
		t.Run(test.path+" of "+test.root, func(t *testing.T) {
			v, err := mustParse(t, test.path).Set(value.Trusted(test.root), value.Null)
			var got *Error
			if !errors.As(err, &got) || got.Message != test.want {
				t.Errorf("Set(%s) = %s, %v, want error %s", test.path, v.Text(), err, test.want)
			}
		})
	}
}

// FuzzPath checks that no path or input makes parsing, reading or writing panic, that what was set
// is found again, and that a reference path is a path.
func FuzzPath(f *testing.F) {
	for _, path := range []string{`$`, `$.a.b`, `$['a'][0]`, `$["x"].y[-1]`, `$$.a`, `$.a[*]`, `$.a[?(@.b)]`, `$..a`, `$['a\'b']`, `$[`} {
		f.Add(path, `{"a":[{"b":1}],"x":{"y":[1,2]}}`)
	}
	f.Add("$.\r", `{}`)
	f.Add("$.\xe1", `{}`)
	f.Add("$['\xED\xA0\xBD\\\xED\xB8\x80']", `{}`)
	f.Fuzz(func(t *testing.T, path, input string) {
		p, err := Parse(path)
		if _, refErr := ParseReference(path); refErr == nil && err != nil {
			t.Fatalf("ParseReference(%q) takes what Parse refuses: %v", path, err)
		}
		if err != nil {
			return
		}
		v, err := value.Parse(input)
		if err != nil {
			return
		}
		_, readErr := p.Eval(Scope{Input: v})
		set, err := p.Set(v, value.String("marker"))
		if err != nil {
			return
		}
		if got, err := p.Eval(Scope{Input: set}); err != nil || got.AsString() != "marker" {
			t.Fatalf("after Set(%q) Eval = %s, %v (before: %v)", path, got.Text(), err, readErr)
		}
	})
}

func BenchmarkEval(b *testing.B) {
	p, s := mustParse(b, `$.a.b.c`), Scope{Input: payload(b)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Eval(s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSet(b *testing.B) {
	p, root, v := mustParse(b, `$.a.result`), payload(b), value.Int(1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Set(root, v); err != nil {
			b.Fatal(err)
		}
	}
}

// payload is an object of about 2 KB with the path $.a.b.c in its middle.
func payload(t testing.TB) value.Value {
	t.Helper()
	filler := strings.Repeat(`{"sku":"A-1","quantity":2,"price":10.95},`, 24) + `null`
	v, err := value.Parse(`{"items":[` + filler + `],"a":{"b":{"c":1}},"more":[` + filler + `]}`)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func scope(t *testing.T, input string) Scope {
	t.Helper()
	v, err := value.Parse(input)
	if err != nil {
		t.Fatalf("value.Parse(%s) error = %v", input, err)
	}
	return Scope{Input: v, Context: func() value.Value { return value.Trusted(`{"State":{"Name":"S"}}`) }}
}

func mustParse(t testing.TB, text string) *Path {
	t.Helper()
	p, err := Parse(text)
	if err != nil {
		t.Fatalf("Parse(%q) error = %v", text, err)
	}
	return p
}
