package value

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

func TestKinds(t *testing.T) {
	tests := []struct {
		value Value
		kind  Kind
		text  string
	}{
		{Value{}, KindNull, `null`},
		{Null, KindNull, `null`},
		{Trusted(""), KindNull, `null`},
		{Trusted(" null "), KindNull, `null`},
		{Bool(true), KindBool, `true`},
		{Bool(false), KindBool, `false`},
		{Int(-5), KindNumber, `-5`},
		{Int(math.MinInt64), KindNumber, `-9223372036854775808`},
		{String(""), KindString, `""`},
		{String("a\"\\\x00\x1f\n</é"), KindString, `"a\"\\\u0000\u001F\n</é"`},
		{Array(), KindArray, `[]`},
		{Object(), KindObject, `{}`},
		{Array(Null, Trusted(`{ "a" : "\/" }`), String("x")), KindArray, `[null,{"a":"/"},"x"]`},
		{Object(Member{"b", Int(1)}, Member{"a", Array(Bool(true))}), KindObject, `{"b":1,"a":[true]}`},
		{Object(Member{"a", Int(1)}, Member{"b", Int(2)}, Member{"a", Int(3)}), KindObject, `{"a":3,"b":2}`},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			got := fmt.Sprintf("%v %s %s %d", test.value.Kind(), test.value.Text(), test.value.Kept().Text(), test.value.Size())
			want := fmt.Sprintf("%v %s %s %d", test.kind, test.text, test.text, len(test.text))
			if got != want {
				t.Errorf("kind, text, kept text, size\n got %s\nwant %s", got, want)
			}
		})
	}
}

func TestAsString(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain", `"abc"`, "abc"},
		{"every escape", `"\"\\\/\b\f\n\r\t\u00e9"`, "\"\\/\b\f\n\r\té"},
		{"pair", `"\ud83d\ude00!"`, "😀!"},
		{"lone high", `"\ud83dx"`, "\xED\xA0\xBDx"},
		{"lone low", `"\ude00"`, "\xED\xB8\x80"},
		{"wrong order", `"\ude00\ud83d"`, "\xED\xB8\x80\xED\xA0\xBD"},
		{"high then letter", `"\ud83d\u0041"`, "\xED\xA0\xBDA"},
		{"not a string", `1`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := mustParse(t, test.text).AsString(); got != test.want {
				t.Errorf("AsString() = %q, want %q", got, test.want)
			}
		})
	}
}

func TestStringIsMadeWellFormed(t *testing.T) {
	tests := []struct{ name, in, text string }{
		{"invalid byte", "a\xFFb", `"a` + "\uFFFD" + `b"`},
		{"cut character", "\xE2\x82", `"` + "\uFFFD\uFFFD" + `"`},
		{"lone surrogate", "\xED\xA0\xBD", `"\uD83D"`},
		{"pair in two halves", "\xED\xA0\xBD\xED\xB8\x80", `"😀"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := String(test.in).Text(); got != test.text {
				t.Errorf("String(%q).Text() = %s, want %s", test.in, got, test.text)
			}
		})
	}
}

func TestAccessorsOfOtherKinds(t *testing.T) {
	for _, v := range []Value{Null, Bool(true), Int(1), String("x"), mustParse(t, `[1]`), mustParse(t, `{"a":1}`)} {
		_, isInt := v.AsInt()
		member, found := v.Get("b")
		got := fmt.Sprint(v.AsBool(), v.NumberText(), isInt, v.AsFloat(), v.AsString(), v.Index(5).Kind(), v.Index(-1).Kind(), member.Kind(), found)
		want := map[Kind]string{
			KindBool:   "true false 0 null null null false",
			KindNumber: "false 1 true 1 null null null false",
			KindString: "false false 0x null null null false",
		}[v.Kind()]
		if want == "" {
			want = "false false 0 null null null false"
		}
		if strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
			t.Errorf("accessors of %s\n got %s\nwant %s", v.Text(), got, want)
		}
	}
}

func TestWith(t *testing.T) {
	parsed := mustParse(t, `{"a": 1, "b": [ 2 ], "a": 3}`)
	tests := []struct {
		name string
		in   Value
		key  string
		want string
	}{
		{"append", parsed, "c", `{"a":3,"b":[2],"c":true}`},
		{"replace in place", parsed, "a", `{"a":true,"b":[2]}`},
		{"to empty", Object(), "a", `{"a":true}`},
		{"built", Object(Member{"x", Null}, Member{"y", Null}), "x", `{"x":true,"y":null}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := test.in.Text()
			if got := test.in.With(test.key, Bool(true)).Text(); got != test.want {
				t.Errorf("With(%q, true) = %s, want %s", test.key, got, test.want)
			}
			if got := test.in.Text(); got != before {
				t.Errorf("With changed its receiver to %s, want %s", got, before)
			}
		})
	}
}

func TestWithSharesNothing(t *testing.T) {
	base := Object(Member{"a", Int(1)}).With("b", Int(2))
	one, two := base.With("c", Int(3)), base.With("d", Int(4))
	if got, want := base.Text()+one.Text()+two.Text(), `{"a":1,"b":2}{"a":1,"b":2,"c":3}{"a":1,"b":2,"d":4}`; got != want {
		t.Errorf("three objects = %s, want %s", got, want)
	}
}

func TestWithElement(t *testing.T) {
	if got, want := mustParse(t, `[1, {"a": 2}, 3]`).WithElement(1, Null).Text(), `[1,null,3]`; got != want {
		t.Errorf("WithElement(1, null) = %s, want %s", got, want)
	}
}

func TestWithPanics(t *testing.T) {
	for _, v := range []Value{Null, Array(), String("x")} {
		func() {
			defer func() {
				if got, want := fmt.Sprint(recover()), "value: With on "+v.Kind().String(); got != want {
					t.Errorf("With on %s panics with %q, want %q", v.Text(), got, want)
				}
			}()
			v.With("a", Null)
		}()
	}
}

func TestMembersAndElements(t *testing.T) {
	long := strings.Builder{}
	long.WriteString(`{"k":0`)
	for i := range indexFrom {
		fmt.Fprintf(&long, ` ,"k%d" : [%d]`, i, i)
	}
	long.WriteString(`,"k":"last"}`)
	tests := []struct{ name, text, want string }{
		{"object", `{"b" : 1 , "a":"x,]}\"" ,"c":{"d":[1,{"}":"]"}]}}`, `b=1;a="x,]}\"";c={"d":[1,{"}":"]"}]};`},
		{"escaped key", `{"\u0061":1,"b":2,"a":3}`, `a=3;b=2;`},
		{"many members", long.String(), `k="last";k0=[0];k1=[1];k2=[2];k3=[3];k4=[4];k5=[5];k6=[6];k7=[7];k8=[8];k9=[9];k10=[10];k11=[11];k12=[12];k13=[13];k14=[14];k15=[15];`},
		{"array", `[ 1, "],", [ ], {} ,null]`, `0=1;1="],";2=[ ];3={};4=null;`},
		{"empty object", `{ }`, ``},
		{"empty array", `[ ]`, ``},
		{"scalar", `"x"`, ``},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			parsed := mustParse(t, test.text)
			if got := list(parsed); got != test.want {
				t.Errorf("parts\n got %s\nwant %s", got, test.want)
			}
			if got, want := list(rebuild(parsed)), strings.ReplaceAll(test.want, "[ ]", "[]"); got != want {
				t.Errorf("parts of the rebuilt value\n got %s\nwant %s", got, want)
			}
			if got, want := parsed.Len(), strings.Count(test.want, ";"); got != want {
				t.Errorf("Len() = %d, want %d", got, want)
			}
			checkLookups(t, parsed)
			checkLookups(t, rebuild(parsed))
		})
	}
}

// list shows the parts that iteration gives.
func list(v Value) string {
	var b strings.Builder
	for key, member := range v.Members() {
		fmt.Fprintf(&b, "%s=%s;", key, member.Text())
	}
	for i, element := range v.Elements() {
		fmt.Fprintf(&b, "%d=%s;", i, element.Text())
	}
	return b.String()
}

// checkLookups checks that Get and Index agree with iteration.
func checkLookups(t *testing.T, v Value) {
	t.Helper()
	for key, member := range v.Members() {
		if got, ok := v.Get(key); !ok || got.Text() != member.Text() {
			t.Errorf("Get(%q) = %s, %v, want %s", key, got.Text(), ok, member.Text())
		}
	}
	for i, element := range v.Elements() {
		if got := v.Index(i); got.Text() != element.Text() {
			t.Errorf("Index(%d) = %s, want %s", i, got.Text(), element.Text())
		}
	}
	if got, ok := v.Get("no such key"); ok {
		t.Errorf("Get of a missing key = %s, want none", got.Text())
	}
}

func TestIterationStops(t *testing.T) {
	for _, v := range []Value{mustParse(t, `[1,2]`), Array(Int(1), Int(2)), mustParse(t, `{"a":1,"b":2}`)} {
		n := 0
		for range v.Elements() {
			n++
			break
		}
		for range v.Members() {
			n++
			break
		}
		if n != 1 {
			t.Errorf("iteration over %s gave %d parts before a break, want 1", v.Text(), n)
		}
	}
}

func TestEqual(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{`null`, `null`, true},
		{`null`, `false`, false},
		{`true`, `false`, false},
		{`1`, `1.0`, true},
		{`1`, `10e-1`, true},
		{`100`, `1E+2`, true},
		{`0`, `-0.0e9`, true},
		{`1`, `-1`, false},
		{`12345678901234567890`, `12345678901234567891`, false},
		{`12345678901234567890.0`, `1234567890123456789e1`, true},
		{`1e400`, `1e401`, false},
		{`10e99999999999999999999`, `1e100000000000000000000`, true},
		{`1e99999999999999999999`, `1e100000000000000000000`, false},
		{`1e-00000000000000000000001`, `0.1`, true},
		{`"1"`, `1`, false},
		{`"\u0061"`, `"a"`, true},
		{`"a"`, `"b"`, false},
		{`[1, 2]`, `[1,2.0]`, true},
		{`[1,2]`, `[2,1]`, false},
		{`[1]`, `[1,2]`, false},
		{`{"a":1, "b":[{}]}`, `{"b":[ {} ],"a":1}`, true},
		{`{"a":1}`, `{"b":1}`, false},
		{`{"a":1}`, `{"a":1,"b":2}`, false},
		{`{"a":null}`, `{"b":null}`, false},
		{`{"a":1,"a":2}`, `{"a":2}`, true},
		{`[]`, `{}`, false},
	}
	for _, test := range tests {
		t.Run(test.a+" and "+test.b, func(t *testing.T) {
			a, b := mustParse(t, test.a), mustParse(t, test.b)
			got := [4]bool{Equal(a, b), Equal(b, a), Equal(rebuild(a), b), Equal(rebuild(a), rebuild(b))}
			if want := [4]bool{test.want, test.want, test.want, test.want}; got != want {
				t.Errorf("Equal (a b, b a, one built, both built) = %v, want %v", got, want)
			}
		})
	}
}

func TestEqualOfLargeObjects(t *testing.T) {
	var there, back []Member
	for i := range 100 {
		there = append(there, Member{fmt.Sprint(i), Int(int64(i))})
		back = append(back, Member{fmt.Sprint(99 - i), Int(int64(99 - i))})
	}
	a, b := Object(there...), Object(back...)
	if !Equal(a, b) {
		t.Errorf("Equal of the same members in another order = false, want true")
	}
	if Equal(a, b.With("50", Null)) {
		t.Errorf("Equal with one changed member = true, want false")
	}
}

func TestAsInt(t *testing.T) {
	tests := []struct {
		text string
		want int64
		ok   bool
	}{
		{`0`, 0, true},
		{`-0`, 0, true},
		{`-17`, -17, true},
		{`1e2`, 100, true},
		{`1.50e1`, 15, true},
		{`100.000`, 100, true},
		{`9223372036854775807`, math.MaxInt64, true},
		{`-9223372036854775808.0`, math.MinInt64, true},
		{`9223372036854775808`, 0, false},
		{`1.5`, 0, false},
		{`1e19`, 0, false},
		{`1e999999999999999999999`, 0, false},
		{`0e999999999999999999999`, 0, true},
		{`"1"`, 0, false},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			got, ok := mustParse(t, test.text).AsInt()
			if got != test.want && ok || ok != test.ok {
				t.Errorf("AsInt() = %d, %v, want %d, %v", got, ok, test.want, test.ok)
			}
		})
	}
}

func TestFloat(t *testing.T) {
	tests := []struct {
		in   float64
		want string
	}{
		{0, `0`},
		{math.Copysign(0, -1), `0`},
		{1, `1`},
		{-100, `-100`},
		{math.Nextafter(0.3, 1), `0.30000000000000004`},
		{1e15, `1000000000000000`},
		{9.2e18, `9200000000000000000`},
		{1 << 63, `9.223372036854776E18`},
		{-1 << 63, `-9223372036854775808`},
		{1e300, `1.0E300`},
		{0.001, `0.001`},
		{0.00015, `1.5E-4`},
		{12345678.5, `1.23456785E7`},
		{1234567.5, `1234567.5`},
		{math.NaN(), `"NaN"`},
		{math.Inf(1), `"Infinity"`},
		{math.Inf(-1), `"-Infinity"`},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			v := Float(test.in)
			if got := v.Text(); got != test.want {
				t.Errorf("Float(%v) = %s, want %s", test.in, got, test.want)
			}
			if v.Kind() == KindNumber && v.AsFloat() != test.in {
				t.Errorf("Float(%v).AsFloat() = %v", test.in, v.AsFloat())
			}
		})
	}
}

func TestNumberText(t *testing.T) {
	for _, text := range []string{`1.10`, `1E+2`, `-0`, `12345678901234567890`} {
		got := Object(Member{"n", mustParse(t, "["+text+"]").Index(0)})
		n, _ := got.Get("n")
		if n.NumberText() != text || got.Text() != `{"n":`+text+`}` {
			t.Errorf("NumberText() = %s in %s, want %s", n.NumberText(), got.Text(), text)
		}
	}
}
