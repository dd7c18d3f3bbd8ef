package jsonata

import (
	"math"
	"testing"

	"github.com/stepwell/stepwell/value"
)

func TestUnicode(t *testing.T) {
	const high, low = "\xED\xA0\xBD", "\xED\xB8\x80" // the surrogates of 😀
	if got := concatenated("a"+high, low+"b"); got != "a😀b" {
		t.Errorf("concatenated surrogates are %q", got)
	}
	if got := pairSurrogates(low + high + low + high); got != low+"😀"+high {
		t.Errorf("paired surrogates are %q", got)
	}
	if got := units("aé😀" + high); got != 5 {
		t.Errorf("units = %d", got)
	}
	if got := characters("aé😀" + high); got != 4 {
		t.Errorf("characters = %d", got)
	}
	if got := unitOffset("é😀b", 3); got != 6 {
		t.Errorf("unitOffset = %d", got)
	}
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"a", "a", 0},
		{"a", "b", -1},
		{"ab", "a", 1},
		{"", "a", -1},
		{"é", "z", 1},
		{"😀", "\uE000", -1},
		{"\uFFFF", "😀", 1},
		{"😀", "😁", -1},
		{high, "😀", -1},
		{low, "😀", 1},
		{"a\u00e9", "a\u00e8", 1},
	} {
		if got := sign(new(budget).compareText(test.a, test.b)); got != test.want {
			t.Errorf("compare(%q, %q) = %d", test.a, test.b, got)
		}
	}
}

func sign(n int) int { return max(-1, min(1, n)) }

func TestCasing(t *testing.T) {
	for s, want := range map[string]string{"ß": "SS", "ŉa": "ʼNA", "ǆ": "Ǆ", "ﬃ": "FFI", "i\u0307": "I\u0307"} {
		if got := toUpper(s); got != want {
			t.Errorf("toUpper(%q) = %q, want %q", s, got, want)
		}
	}
	for s, want := range map[string]string{"İ": "i\u0307", "ΑΣ": "ας", "ΑΣΑ": "ασα", "Σ": "σ", "Α.Σ.": "α.ς.", "ΑΣ'Α": "ασ'α"} {
		if got := toLower(s); got != want {
			t.Errorf("toLower(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestPrecise(t *testing.T) {
	for n, want := range map[float64]float64{
		0.1 + 0.2: 0.3, 1.0 / 3: 0.333333333333333, 100000000000000.5: 100000000000001, -100000000000000.5: -100000000000001,
		100000000000001.5: 100000000000002, 9007199254740993: 9007199254740990, 5e-324: 5e-324, 1e300: 1e300, 0: 0,
	} {
		if got := precise(n); got != want {
			t.Errorf("precise(%v) = %v, want %v", n, got, want)
		}
	}
}

// TestPow has values that V8 prints.
func TestPow(t *testing.T) {
	for _, test := range []struct{ x, y, want float64 }{
		{2, 10, 1024},
		{10, -3, 0.001},
		{9, 0.5, 3},
		{-2, 3, -8},
		{-2, 2, 4},
		{-8, 1.0 / 3, math.NaN()},
		{6.551540487702722, 3.0481433882602227, 307.84480309938266},
		{1.0679461479503412, 269, 4.783834171197485e+07},
		{57.9, 0.3333333333333333, 3.8686507191245143},
		{1.0344835281532647, 3, 1.1070589304377156},
		{1, math.Inf(1), math.NaN()},
		{2, 1024, math.Inf(1)},
		{2, -1080, 0},
		{2, -1074, 5e-324},
		{0, -1, math.Inf(1)},
		{5, 0, 1},
		{1e-310, 1.5, 0},
		{10, 308, 1e308},
		{0.5, 1e300, 0},
	} {
		if got := pow(test.x, test.y); got != test.want && !(math.IsNaN(got) && math.IsNaN(test.want)) {
			t.Errorf("pow(%v, %v) = %v, want %v", test.x, test.y, got, test.want)
		}
	}
}

func TestSignatures(t *testing.T) {
	one, word := number(1), text("a")
	many := list(&array{items: []item{one, one}})
	mixed := list(&array{items: []item{one, word}})
	tests := []struct {
		signature string
		args      []item
		context   item
		kinds     string // of the valid arguments
		code      string
		index     float64
	}{
		{"<s-nn?:s>", []item{one}, word, "sn", "", 0},
		{"<s-nn?:s>", []item{word, one, one}, null, "snn", "", 0},
		{"<s-nn?:s>", []item{one}, null, "", "T0411", 1},
		{"<s-nn?:s>", []item{word, word}, null, "", "T0410", 2},
		{"<s-nn?:s>", []item{word, one, one, one}, null, "", "T0410", 4},
		{"<a<n>:n>", []item{one}, null, "a", "", 0},
		{"<a<n>:n>", []item{many}, null, "a", "", 0},
		{"<a<n>:n>", []item{mixed}, null, "", "T0412", 1},
		{"<a<n>:n>", []item{word}, null, "", "T0412", 1},
		{"<a<n>:n>", []item{undefined}, null, "m", "", 0},
		{"<a+>", []item{one, many, word}, null, "aaa", "", 0},
		{"<(sn)o?>", []item{word}, null, "sm", "", 0},
		{"<n?n>", []item{one}, null, "nm", "", 0},
		{"<n+n>", []item{one, one, one}, null, "nnn", "", 0},
		{"<s>", nil, null, "", "T0410", 1},
	}
	b := newBudget(Limits{}.withDefaults())
	for _, test := range tests {
		args, err := b.validate(mustSignature(test.signature), test.args, test.context)
		kinds := ""
		for _, a := range args {
			kinds += string(symbolOf(a))
		}
		code, index := "", 0.0
		if e, ok := err.(*Error); ok {
			code, index = e.Code, e.index.number
		}
		if (code == "" && len(kinds) < len(test.kinds) || kinds[:min(len(kinds), len(test.kinds))] != test.kinds) || code != test.code || index != test.index {
			t.Errorf("%s with %d arguments: %q %s %v, want %q %s %v",
				test.signature, len(test.args), kinds, code, index, test.kinds, test.code, test.index)
		}
	}
	long := make([]item, maxArguments)
	for i := range long {
		long[i] = one
	}
	if _, err := b.validate(mustSignature("<n+n+n+n+n+n+n+s>"), long, null); err == nil {
		t.Error("a signature of many matches anything")
	}
}

// TestObjectsFindTheSame checks that a container is found as the same one, however often the object is
// looked at.
func TestObjectsFindTheSame(t *testing.T) {
	v, err := value.Parse(`{"a": {"b": 1}, "c": [1], "d": 2, "e": {"f": {}}}`)
	if err != nil {
		t.Fatal(err)
	}
	b := newBudget(Limits{}.withDefaults())
	o := b.read(v).object()
	first, _ := o.get(&b, "a")
	for range 3 * maxSearches {
		again, ok := o.get(&b, "a")
		if !ok || !b.same(first, again) {
			t.Fatal("another object was found")
		}
		if _, ok := o.get(&b, "x"); ok {
			t.Fatal("x was found")
		}
		if d, _ := o.get(&b, "d"); d.number != 2 {
			t.Fatalf("d is %v", d.number)
		}
	}
	if o.unread || o.len() != 4 {
		t.Errorf("the object was not read: %d members", o.len())
	}
}
