package jsonpath

import (
	"errors"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/value"
)

const store = `{
	"book": [
		{"title": "A", "price": 8.95, "tags": ["x", "y"], "author": {"name": "Ann"}},
		{"title": "B", "price": 12, "isbn": "42"},
		{"title": "C", "price": 22.99, "isbn": 42, "author": {"name": "Cid"}}
	],
	"bike": {"price": 19, "color": "red"},
	"n": [1, 2, 3, 4, 5, 6],
	"empty": [], "text": "abc", "none": null, "limit": 10,
	"mixed": [1, "1", true, null, {"k": 1}, [2]]
}`

func TestQuery(t *testing.T) {
	tests := []struct{ path, want string }{
		// wildcards
		{`$.book[*].title`, `["A","B","C"]`},
		{`$.bike.*`, `[19,"red"]`},
		{`$.bike[*]`, `[19,"red"]`},
		{`$.empty[*]`, `[]`},
		{`$.text[*]`, `[]`},
		{`$.book[*].author.name`, `["Ann","Cid"]`},
		{`$.missing[*]`, `[]`},
		{`$.missing[*].a`, `[]`},
		// unions
		{`$.n[0,2]`, `[1,3]`},
		{`$.n[ 5 , -6, 9]`, `[6,1]`},
		{`$.bike['price','color']`, `{"price":19,"color":"red"}`},
		{`$.bike["color", 'no', "price"]`, `{"color":"red","price":19}`},
		{`$.book[0]['author','no']['name']`, `["Ann"]`},
		{`$['bike','empty'].price`, `[19]`},
		// slices
		{`$.n[1:3]`, `[2,3]`},
		{`$.n[4:]`, `[5,6]`},
		{`$.n[:2]`, `[1,2]`},
		{`$.n[-2:]`, `[5,6]`},
		{`$.n[-9:]`, `[1,2,3,4,5,6]`},
		{`$.n[:-4]`, `[1,2]`},
		{`$.n[-3:-1]`, `[4,5]`},
		{`$.n[-2:2]`, `[5,6,1,2]`},
		{`$.n[1:-1]`, `[]`},
		{`$.n[3:1]`, `[]`},
		{`$.n[0:4:2]`, `[1,2,3,4]`},
		{`$.n[5:99]`, `[6]`},
		{`$.bike[0:1]`, `[]`},
		{`$.missing[0:1].x`, `[]`},
		// descents
		{`$..price`, `[8.95,12,22.99,19]`},
		{`$..name`, `["Ann","Cid"]`},
		{`$..author.name`, `["Ann","Cid"]`},
		{`$.book..name`, `["Ann","Cid"]`},
		{`$..['name']`, `["Ann","Cid"]`},
		{`$..['price','color']`, `[{"price":19,"color":"red"}]`},
		{`$..[0]`, `[{"title":"A","price":8.95,"tags":["x","y"],"author":{"name":"Ann"}},"x",1,1,2]`},
		{`$..book[1].title`, `["B"]`},
		{`$.book..*`, `[{"title":"A","price":8.95,"tags":["x","y"],"author":{"name":"Ann"}},` +
			`{"title":"B","price":12,"isbn":"42"},{"title":"C","price":22.99,"isbn":42,"author":{"name":"Cid"}},` +
			`"A",8.95,["x","y"],{"name":"Ann"},"x","y","Ann","B",12,"42","C",22.99,42,{"name":"Cid"},"Cid"]`},
		{`$.mixed..k`, `[1]`},
		{`$..nothing`, `[]`},
		// filters
		{`$.book[?(@.isbn)].title`, `["B","C"]`},
		{`$.book[?(!@.isbn)].title`, `["A"]`},
		{`$.book[?(@.price < 10)].title`, `["A"]`},
		{`$.book[?(@.price<10)].title`, `["A"]`},
		{`$.book[?(@.price < $.limit)].title`, `["A"]`},
		{`$.book[?(@['price'] >= 12 && @.price <= 22)].title`, `["B"]`},
		{`$.book[?(@.price < 9 || @.price > 20)].title`, `["A","C"]`},
		{`$.book[?(!(@.price < 9 || @.price > 20) && @.title == 'B')].title`, `["B"]`},
		{`$.book[?(@.isbn == 42)].title`, `["B","C"]`},
		{`$.book[?(@.isbn == '42')].title`, `["B","C"]`},
		{`$.book[?(@.isbn === 42)].title`, `["C"]`},
		{`$.book[?(@.isbn !== 42)].title`, `["A","B"]`},
		{`$.book[?(@.isbn != 42)].title`, `["A"]`},
		{`$.book[?(@.author.name == "Ann")].title`, `["A"]`},
		{`$.book[?(@.title =~ /[ab]/i)].title`, `["A","B"]`},
		{`$.book[?(@.title =~ /a.+/i)].title`, `[]`},
		{`$.book[?(@.title in ['A', 'C'])].title`, `["A","C"]`},
		{`$.book[?(@.title NIN ["A"])].title`, `["B","C"]`},
		{`$.book[?(@.tags contains 'x')].title`, `["A"]`},
		{`$.book[?(@.tags size 2)].title`, `["A"]`},
		{`$.book[?(@.tags empty false)].title`, `["A"]`},
		{`$.book[?(@.tags subsetof ['x','y','z'])].title`, `["A"]`},
		{`$.book[?(@.tags all ['x','y'])].title`, `["A"]`},
		{`$.book[?(@.tags anyof ['y'])].title`, `["A"]`},
		{`$.book[?(@.tags noneof ['y'])].title`, `[]`},
		{`$.book[?(@.author == {"name": "Ann"})].title`, `["A"]`},
		{`$.book[?(@.tags.length() == 2)].title`, `["A"]`},
		{`$.book[?(@.tags[?(@ == 'y')])].title`, `["A","B","C"]`},
		{`$.mixed[?(@ == 1)]`, `[1,"1"]`},
		{`$.mixed[?(@ == true)]`, `[true]`},
		{`$.mixed[?(@ == null)]`, `[null]`},
		{`$.n[?(@ > 4)]`, `[5,6]`},
		{`$.bike[?(@.color == 'red')]`, `[{"price":19,"color":"red"}]`},
		{`$.bike[?(@.color == 'red')].price`, `[19]`},
		{`$..[?(@.name)].name`, `["Ann","Cid"]`},
		{`$..[?(@ == 1)]`, `[]`},
		{`$.text[?(@)]`, `[]`},
		// functions
		{`$.book.length()`, `3`},
		{`$.n.size()`, `6`},
		{`$.bike.length()`, `2`},
		{`$.text.length()`, `null`},
		{`$.n.sum()`, `21.0`},
		{`$.n.min()`, `1.0`},
		{`$.n.max()`, `6.0`},
		{`$.n.avg()`, `3.5`},
		{`$.n.first()`, `1`},
		{`$.n.last()`, `6`},
		{`$.n.index(1)`, `2`},
		{`$.empty.append(1)`, `[1]`},
		{`$.bike.keys()`, `["price","color"]`},
		{`$.text.concat('a', "b", $.text)`, `"ababc"`},
		{`$.book[*].tags.length()`, `[2]`},
		{`$..price.sum()`, `62.94`},
		{`$..price.length()`, `4`},
		{`$.n.stddev()`, `1.707825127659933`},
		// roots
		{`$$.Execution.Input[*]`, `[1]`},
		{`$list[1:]`, `[8,9]`},
		{`$list[?(@ > $[1])]`, `[9]`},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			got, err := mustParse(t, test.path).Eval(storeScope())
			if err != nil || got.Compact() != test.want {
				t.Errorf("Eval(%s)\n got %s, %v\nwant %s", test.path, got.Compact(), err, test.want)
			}
		})
	}
}

func TestVariables(t *testing.T) {
	for path, want := range map[string]string{`$list`: `[7,8,9]`, `$list[0]`: `7`, `$größe.x`: `1`} {
		p := mustParse(t, path)
		if got, err := p.Eval(storeScope()); err != nil || got.Compact() != want {
			t.Errorf("Eval(%s) = %s, %v, want %s", path, got.Compact(), err, want)
		}
	}
	p := mustParse(t, `$unknown.a`)
	for _, s := range []Scope{{}, storeScope()} {
		if got, err := p.Eval(s); err == nil {
			t.Errorf("Eval(%s) = %s, want an error", p, got.Text())
		}
	}
	if got := p.Variable(); got != "unknown" {
		t.Errorf("Variable() = %q, want unknown", got)
	}
}

func TestQueryErrors(t *testing.T) {
	tests := []struct{ path, want string }{
		{`$.missing.length()`, `Missing property in path $['missing']`},
		{`$.empty.sum()`, `No results for path: $.empty.sum()`},
		{`$.text.first()`, `No results for path: $.text.first()`},
		{`$..nothing.sum()`, `No results for path: $..nothing.sum()`},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			v, err := mustParse(t, test.path).Eval(storeScope())
			var got *Error
			if !errors.As(err, &got) || got.Message != test.want {
				t.Errorf("Eval(%s) = %s, %v, want error %s", test.path, v.Text(), err, test.want)
			}
		})
	}
}

// TestQueryIsBounded evaluates paths that would visit or find a huge number of values.
func TestQueryIsBounded(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 900) + `"` + strings.Repeat("x", 1<<17) + `"` + strings.Repeat(`}`, 900)
	wide := `[` + strings.Repeat(`[1,2,3,4,5,6,7,8],`, 1<<13) + `0]`
	for _, test := range []struct{ path, input string }{
		{`$..a..a..a`, deep},
		{`$[*][?(@ in $..*)]`, wide},
		{`$..*..*..*`, deep},
		{`$[?(@ subsetof $[*][*])]`, wide},
		{`$[*][?($..*)]`, wide},
	} {
		t.Run(test.path, func(t *testing.T) {
			input, err := value.Parse(test.input)
			if err != nil {
				t.Fatal(err)
			}
			_, err = mustParse(t, test.path).Eval(Scope{Input: input})
			if !errors.Is(err, errSteps) && !errors.Is(err, errFound) {
				t.Errorf("Eval(%s) error = %v, want a limit", test.path, err)
			}
		})
	}
}

// FuzzQuery checks that no path or input makes evaluation panic or go on without end, and that an
// indefinite path gives an array.
func FuzzQuery(f *testing.F) {
	for _, path := range []string{
		`$..a..*`, `$.a[?(@.b == 1 && !(@.c in [1,'x']))].d`, `$['a','b'].c`, `$[1:-1]`, `$[-2:2]`, `$[0,1]`, `$.a.length()`,
		`$..a.sum()`, `$..a..sum()`, `$[?(@ =~ /.{0,99}.{0,9}/)]`, `$..['a','a']`, `$[?(@ =~ /a.*/i)]`, `$[?($.a[*] anyof @)]`, `$.a.concat($.b,"x")`, `$..[?(@.a)]..b`, `$v[*]`, `$$..a`,
	} {
		f.Add(path, `{"a":[{"b":1,"c":"x","d":[1,2,{"a":3}]}],"b":{"c":null}}`)
	}
	f.Fuzz(func(t *testing.T, path, input string) {
		p, err := Parse(path)
		if err != nil {
			return
		}
		v, err := value.Parse(input)
		if err != nil {
			return
		}
		s := Scope{
			Input: v, Context: func() value.Value { return v },
			Variables: func(string) (value.Value, bool) { return v, true },
		}
		got, err := p.Eval(s)
		if err == nil && !p.Definite() && got.Kind() != value.KindArray {
			t.Fatalf("Eval(%q) = %s, want an array", path, got.Text())
		}
	})
}

func BenchmarkQuery(b *testing.B) {
	for _, test := range []struct{ name, path string }{
		{"wildcard", `$.items[*].sku`},
		{"slice", `$.items[2:6]`},
		{"descent", `$..price`},
		{"filter", `$.items[?(@.quantity > 1)].price`},
		{"length", `$.items.length()`},
	} {
		b.Run(test.name, func(b *testing.B) {
			p, s := mustParse(b, test.path), Scope{Input: payload(b)}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Eval(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func storeScope() Scope {
	return Scope{
		Input:   value.Trusted(store),
		Context: func() value.Value { return value.Trusted(`{"Execution":{"Input":[1]}}`) },
		Variables: func(name string) (value.Value, bool) {
			v, ok := map[string]string{"list": `[7,8,9]`, "größe": `{"x":1}`}[name]
			return value.Trusted(v), ok
		},
	}
}

// TestHostile: what a path may cost, in parsing and in evaluation, is bounded.
func TestHostile(t *testing.T) {
	for _, path := range []string{
		"$[?(@ =~ /" + strings.Repeat("a", maxPattern+1) + "/)]",
		"$[?(@ =~ /" + strings.Repeat(".{0,999}", 120) + "b/)]",
		"$[?(" + strings.Repeat("@ =~ /.{0,400}/ || ", 3) + "@)]",
	} {
		if _, err := Parse(path); err == nil {
			t.Errorf("%.40s… is accepted", path)
		}
	}
	long := strings.Repeat("a", 200_000)
	for path, input := range map[string]string{
		"$[?(@ =~ /.{0,300}b/)]":                       `["` + long + `"]`,
		"$..['a'" + strings.Repeat(",'a'", 5000) + "]": `{"a":"` + long + `"}`,
	} {
		p, err := Parse(path)
		if err != nil {
			t.Fatal(err)
		}
		v, _ := value.Parse(input)
		var limit *Error
		if _, err := p.Eval(Scope{Input: v}); !errors.As(err, &limit) || !limit.Limit {
			t.Errorf("%.40s…: %v", path, err)
		}
	}
	p, err := Parse(`$..a..sum()`)
	if err != nil {
		t.Fatal(err)
	}
	v, _ := value.Parse(`{"a":[1,2]}`)
	if got, err := p.Eval(Scope{Input: v}); err != nil || got.Compact() != `[3.0]` {
		t.Errorf("a function behind the second descent gives %s, %v", got.Compact(), err)
	}
	for _, path := range []string{`$nope[*]`, `$nope..a`} {
		p, _ := Parse(path)
		if v, err := p.Eval(Scope{}); err == nil {
			t.Errorf("%s gives %s", path, v.Compact())
		}
	}
}

// TestSharedSteps: the paths of one template count their work together.
func TestSharedSteps(t *testing.T) {
	p, err := Parse(`$[*]`)
	if err != nil {
		t.Fatal(err)
	}
	v, _ := value.Parse("[" + strings.Repeat("1,", 50_000) + "1]")
	steps := 0
	for range 100 {
		if _, err = p.Eval(Scope{Input: v, Steps: &steps}); err != nil {
			return
		}
	}
	t.Error("the steps of several evaluations have no limit")
}
