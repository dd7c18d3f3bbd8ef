package value

import (
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"
	"unicode/utf8"
)

// valid are texts that Parse takes, with what Compact makes of them.
var valid = []struct{ name, text, compact string }{
	{"null", `null`, `null`},
	{"true", `true`, `true`},
	{"false", `false`, `false`},
	{"zero", `0`, `0`},
	{"negative zero", `-0`, `-0`},
	{"number text is kept", `[1.0,1.10,1E+2,12345678901234567890]`, `[1.0,1.10,1E+2,12345678901234567890]`},
	{"exponents", `[1e5,1E-5,-0.0e+0]`, `[1e5,1E-5,-0.0e+0]`},
	{"empty string", `""`, `""`},
	{"empty object", `{ }`, `{}`},
	{"empty array", "[\n]", `[]`},
	{"whitespace around", " \r\n\t{} \n", `{}`},
	{"whitespace between", "{ \"a\" : [ 1 ,\t2 ] }", `{"a":[1,2]}`},
	{"whitespace in strings stays", `{"a b": " c  "}`, `{"a b":" c  "}`},
	{"needed escapes stay", `"\"\\\b\f\n\r\t\u0001\u001F"`, `"\"\\\b\f\n\r\t\u0001\u001F"`},
	{"hexadecimal is upper case", `"\u001f"`, `"\u001F"`},
	{"needless escapes go", `"\/\u0041\u00e9<>&\u2028"`, "\"/Aé<>&\u2028\""},
	{"surrogate pair", `"\ud83d\uDE00"`, `"😀"`},
	{"lone surrogates", `"\ud83d x \ude00\ud83d"`, `"\uD83D x \uDE00\uD83D"`},
	{"hangul shares a byte with surrogates", `"\ud7a3\n힣"`, `"힣\n힣"`},
	{"delete is no control character", "\"\x7f\"", "\"\x7f\""},
	{"duplicate keys pass through", `{"a":1,"a":2}`, `{"a":1,"a":2}`},
	{"nested", `{"a":{"b":[{"c":null}]}}`, `{"a":{"b":[{"c":null}]}}`},
}

func TestParseValid(t *testing.T) {
	for _, test := range valid {
		t.Run(test.name, func(t *testing.T) {
			v := mustParse(t, test.text)
			if got, want := v.Text(), strings.TrimSpace(test.text); got != want {
				t.Errorf("Text() = %s, want %s", got, want)
			}
			if got, want := v.Size(), len(v.Text()); got != want {
				t.Errorf("Size() = %d, want %d", got, want)
			}
			for name, w := range map[string]Value{"parsed": v, "trusted": Trusted(test.text), "kept": v.Kept()} {
				if got := w.Compact(); got != test.compact {
					t.Errorf("%s: Compact() = %s, want %s", name, got, test.compact)
				}
			}
			if got := rebuild(v); !Equal(got, v) {
				t.Errorf("rebuilt = %s, want equal to %s", got.Text(), v.Text())
			}
		})
	}
}

// hidden is how Jackson names a place in a source that it must not show.
const hidden = "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: "

func TestParseInvalid(t *testing.T) {
	const values = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
	trailing := func(token string) string {
		return "Trailing token (of type " + token + ") found after value (bound as `JsonNode`): not allowed as per `DeserializationFeature.FAIL_ON_TRAILING_TOKENS`"
	}
	tests := []struct {
		name, text, message  string
		offset, line, column int
	}{
		{"empty", ``, "No content to map due to end-of-input", 0, 1, 1},
		{"blank", " \n ", "No content to map due to end-of-input", 3, 2, 2},
		{"a word", `not a definition`, "Unrecognized token 'not': was expecting " + values, 3, 1, 4},
		{"cut literal", `tru`, "Unrecognized token 'tru': was expecting " + values, 3, 1, 4},
		{"literal and more", `[nullx]`, "Unrecognized token 'nullx': was expecting " + values, 6, 1, 7},
		{"not a number", `NaN`, "Non-standard token 'NaN': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow", 3, 1, 4},
		{"apostrophes for a key", `{'a':1}`, "Unexpected character (''' (code 39)): was expecting double-quote to start field name", 1, 1, 2},
		{"comma before brace", `{"a":1,}`, "Unexpected character ('}' (code 125)): was expecting double-quote to start field name", 7, 1, 8},
		{"comma before bracket", `[1,]`, "Unexpected character (']' (code 93)): expected a valid value " + values, 3, 1, 4},
		{"no value", `{"a":}`, "Unexpected character ('}' (code 125)): expected a value", 5, 1, 6},
		{"no colon", `{"a" 1}`, "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value", 5, 1, 6},
		{"no comma in object", "{\"a\":1\n \"b\":2}", "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries", 8, 2, 2},
		{"no comma in array", `[1 2]`, "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", 3, 1, 4},
		{"non-ASCII character", `[→]`, "Unexpected character ('→' (code 8594 / 0x2192)): expected a valid value " + values, 1, 1, 2},
		{"columns count UTF-16 units", `["😀" ?]`, "Unexpected character ('?' (code 63)): was expecting comma to separate Array entries", 8, 1, 7},
		{"open object", `{`, "Unexpected end-of-input: expected close marker for Object (start marker at " + hidden + "1, column: 1])", 1, 1, 2},
		{"open array", "\n [1", "Unexpected end-of-input: expected close marker for Array (start marker at " + hidden + "2, column: 2])", 4, 2, 4},
		{"end after comma", `[1,`, "Unexpected end-of-input within/between Array entries", 3, 1, 4},
		{"end after key", `{"a"`, "Unexpected end-of-input within/between Object entries", 4, 1, 5},
		{"end after colon", `{"a":`, "Unexpected end-of-input within/between Object entries", 5, 1, 6},
		{"end in string", `"a`, "Unexpected end-of-input: was expecting closing quote for a string value", 2, 1, 3},
		{"end in key", `{"a`, "Unexpected end-of-input in field name", 3, 1, 4},
		{"end in escape", `"\u00`, "Unexpected end-of-input in character escape sequence", 5, 1, 6},
		{"end in number", `-`, "Unexpected end-of-input in a Number value", 1, 1, 2},
		{"wrong close", `{"a":[1}`, "Unexpected close marker '}': expected ']' (for Array starting at " + hidden + "1, column: 6])", 7, 1, 8},
		{"wrong close at once", `{]`, "Unexpected close marker ']': expected '}' (for Object starting at " + hidden + "1, column: 1])", 1, 1, 2},
		{"close of nothing", `]`, "Unexpected close marker ']': expected '}' (for root starting at " + hidden + "1, column: 0])", 0, 1, 1},
		{"one brace too many", `{}}`, "Unexpected close marker '}': expected ']' (for root starting at " + hidden + "1, column: 0])", 2, 1, 3},
		{"two values", `{} "x"`, trailing("VALUE_STRING"), 3, 1, 4},
		{"two objects", `1 {}`, trailing("START_OBJECT"), 2, 1, 3},
		{"two arrays", `[] []`, trailing("START_ARRAY"), 3, 1, 4},
		{"a literal after the value", `{}true`, trailing("VALUE_TRUE"), 2, 1, 3},
		{"another literal after the value", `{}false`, trailing("VALUE_FALSE"), 2, 1, 3},
		{"null after the value", `{}null`, trailing("VALUE_NULL"), 2, 1, 3},
		{"an integer after the value", `{}-1`, trailing("VALUE_NUMBER_INT"), 2, 1, 3},
		{"a fraction after the value", `{}1.5`, trailing("VALUE_NUMBER_FLOAT"), 2, 1, 3},
		{"a long word", strings.Repeat("é", longestPart+1), "Unrecognized token '" + strings.Repeat("é", longestPart) + "...': was expecting " + values, 2 * longestPart, 1, longestPart + 1},
		{"a word of the greatest length", strings.Repeat("x", longestPart), "Unrecognized token '" + strings.Repeat("x", longestPart) + "': was expecting " + values, longestPart, 1, longestPart + 1},
		{"end in backslash", `"\`, "Unexpected end-of-input in character escape sequence", 2, 1, 3},
		{"words after the value", `{} x`, "Unrecognized token 'x': was expecting " + values, 4, 1, 5},
		{"leading zero", `01`, "Invalid numeric value: Leading zeroes not allowed", 0, 1, 1},
		{"plus sign", `+1`, "Unexpected character ('+' (code 43)) in numeric value: JSON spec does not allow numbers to have plus signs: enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow", 0, 1, 1},
		{"minus and no digit", `-x`, "Unexpected character ('x' (code 120)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value", 1, 1, 2},
		{"point and no digit", `[1.]`, "Unexpected character (']' (code 93)) in numeric value: Decimal point not followed by a digit", 3, 1, 4},
		{"exponent and no digit", `[1e+]`, "Unexpected character (']' (code 93)) in numeric value: Exponent indicator not followed by a digit", 4, 1, 5},
		{"number and letter", `1x`, "Unexpected character ('x' (code 120)): Expected space separating root-level values", 1, 1, 2},
		{"line break in string", "\"a\nb\"", "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value", 2, 1, 3},
		{"tab in key", "{\"a\tb\":1}", "Illegal unquoted character ((CTRL-CHAR, code 9)): has to be escaped using backslash to be included in name", 3, 1, 4},
		{"unknown escape", `"\x"`, "Unrecognized character escape 'x' (code 120)", 2, 1, 3},
		{"bad digit in escape", `"\u00g0"`, "Unexpected character ('g' (code 103)): expected a hex-digit for character escape sequence", 5, 1, 6},
		{"NUL between tokens", "[\x00]", `Illegal character ((CTRL-CHAR, code 0)): only regular white space (\r, \n, \t) is allowed between tokens`, 1, 1, 2},
		{"comment", `/* x */ 1`, "Unexpected character ('/' (code 47)): maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)", 0, 1, 1},
		{"stray continuation byte", "\"\x80\"", "Invalid UTF-8 start byte 0x80", 1, 1, 2},
		{"cut UTF-8", "\"\xC3\"", "Invalid UTF-8 middle byte 0x22", 1, 1, 2},
		{"surrogate in UTF-8", "\"\xED\xA0\x80\"", "Invalid UTF-8 middle byte 0xa0", 1, 1, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse(test.text)
			var got *SyntaxError
			if !errors.As(err, &got) {
				t.Fatalf("Parse(%q) error = %v, want a *SyntaxError", test.text, err)
			}
			want := SyntaxError{Offset: test.offset, Line: test.line, Column: test.column, Message: test.message}
			if *got != want {
				t.Errorf("Parse(%q) error\n got %+v\nwant %+v", test.text, *got, want)
			}
		})
	}
}

func TestParseDepth(t *testing.T) {
	nested := func(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }
	if _, err := Parse(nested(MaxDepth)); err != nil {
		t.Errorf("Parse at the limit: error = %v, want none", err)
	}
	for _, text := range []string{nested(MaxDepth + 1), nested(10_000), strings.Repeat(`{"a":`, 10_000)} {
		_, err := Parse(text)
		const want = "Document nesting depth (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNestingDepth()`)"
		if err == nil || !strings.HasPrefix(err.Error(), want+" at line 1, column ") {
			t.Errorf("Parse beyond the limit: error = %v, want %s", err, want)
		}
	}
}

func TestParseDigits(t *testing.T) {
	nines := func(n int) string { return strings.Repeat("9", n) }
	for _, text := range []string{nines(MaxDigits), "-" + nines(MaxDigits-2) + ".1E-1"} {
		if _, err := Parse(text); err != nil {
			t.Errorf("Parse at the limit: error = %v, want none", err)
		}
	}
	for _, text := range []string{nines(MaxDigits + 1), "-" + nines(MaxDigits) + ".1", "1.1e+" + nines(MaxDigits-1), "[1," + nines(MaxDigits+1) + "]"} {
		_, err := Parse(text)
		const want = "Number value length (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNumberLength()`) at line 1, column "
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("Parse beyond the limit: error = %v, want %s", err, want)
		}
	}
}

// FuzzParse compares with encoding/json, which takes more only in depth, in digits and in invalid UTF-8.
func FuzzParse(f *testing.F) {
	for _, test := range valid {
		f.Add(test.text)
	}
	for _, text := range []string{`{"a":1,}`, `[01]`, `"\ud800\u0041"`, `{"a":{},"a":[1.50e3]}`, "\"\xED\xA0\x80\"", `-`, `tru`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := Parse(text)
		if err != nil {
			refusedAlone := !utf8.ValidString(text) || strings.Contains(err.Error(), "exceeds the maximum allowed")
			if json.Valid([]byte(text)) && !refusedAlone {
				t.Fatalf("Parse(%q) error = %v, but encoding/json takes it", text, err)
			}
			return
		}
		if !json.Valid([]byte(text)) {
			t.Fatalf("Parse(%q) succeeded, but encoding/json refuses it", text)
		}
		checkCompact(t, v)
	})
}

// FuzzNumber compares with math/big what a number is worth: whether it is an int64, and whether it
// equals another.
func FuzzNumber(f *testing.F) {
	f.Add(`1`, `10e-1`)
	f.Add(`-0.0e9`, `0`)
	f.Add(`9223372036854775807`, `9223372036854775807.0`)
	f.Add(`1e-00000000000000000000001`, `0.1`)
	f.Fuzz(func(t *testing.T, one, other string) {
		a, x := exactly(one)
		b, y := exactly(other)
		if x == nil || y == nil {
			return
		}
		i, ok := a.AsInt()
		if want := x.IsInt() && x.Num().IsInt64(); ok != want || ok && x.Num().Int64() != i {
			t.Fatalf("%s.AsInt() = %d, %v, want %v, %v", one, i, ok, x, want)
		}
		if got, want := Equal(a, b), x.Cmp(y) == 0; got != want {
			t.Fatalf("Equal(%s, %s) = %v, want %v", one, other, got, want)
		}
	})
}

// exactly returns a text as a number and what it is worth; nil when it is none, or has an exponent
// too large for exact arithmetic.
func exactly(text string) (Value, *big.Rat) {
	v, err := Parse(text)
	if err != nil || v.Kind() != KindNumber {
		return Null, nil
	}
	if _, exponent, _ := strings.Cut(strings.ToLower(v.Text()), "e"); len(strings.TrimLeft(exponent, "+-0")) > 3 {
		return Null, nil
	}
	exact, _ := new(big.Rat).SetString(v.Text())
	return v, exact
}

// checkCompact checks that the compact text is stable, stands for the same value, and is what the
// value rebuilt from its parts has, but for duplicate keys.
func checkCompact(t *testing.T, v Value) {
	t.Helper()
	compact := v.Compact()
	again, err := Parse(compact)
	if err != nil {
		t.Fatalf("Parse(Compact(%q)) error = %v", v.Text(), err)
	}
	if got := again.Compact(); got != compact {
		t.Fatalf("Compact of compact = %q, want %q", got, compact)
	}
	if !Equal(v, again) {
		t.Fatalf("%q is not equal to its compact text %q", v.Text(), compact)
	}
	if built := rebuild(v); !Equal(built, v) {
		t.Fatalf("rebuilt %q is not equal to %q", built.Text(), v.Text())
	} else if len(built.Text()) > len(compact) {
		t.Fatalf("rebuilt %q is longer than compact %q", built.Text(), compact)
	}
}

// rebuild makes v anew with constructors, numbers apart.
func rebuild(v Value) Value {
	switch v.Kind() {
	case KindObject:
		members := []Member{}
		for key, member := range v.Members() {
			members = append(members, Member{key, rebuild(member)})
		}
		return Object(members...)
	case KindArray:
		elements := []Value{}
		for _, element := range v.Elements() {
			elements = append(elements, rebuild(element))
		}
		return Array(elements...)
	case KindString:
		return String(v.AsString())
	case KindBool:
		return Bool(v.AsBool())
	}
	return v
}

func mustParse(t testing.TB, text string) Value {
	t.Helper()
	v, err := Parse(text)
	if err != nil {
		t.Fatalf("Parse(%q) error = %v", text, err)
	}
	return v
}
