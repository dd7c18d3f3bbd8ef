package jsonata_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/jsonata"
	"github.com/stepwell/stepwell/value"
)

// order is an input of about 2 KB, as a workflow might have it.
func order() string {
	var items []string
	for i := range 16 {
		items = append(items, fmt.Sprintf(
			`{"sku": "SKU-%04d", "name": "Item number %d", "price": %d.5, "quantity": %d, "tags": ["new", "a"]}`, i, i, i+3, i%4+1))
	}
	return `{"order": {"id": "o-1234", "customer": {"name": "Ada Lovelace", "address": {"city": "London", "zip": "N1"}},
		"items": [` + strings.Join(items, ", ") + `]}, "attempt": 3, "status": "open"}`
}

// states wraps an input as the variable $states.
func states(input string) func(string) (value.Value, bool) {
	v, err := value.Parse(input)
	if err != nil {
		panic(err)
	}
	s := value.Object(
		value.Member{Key: "input", Value: v},
		value.Member{Key: "context", Value: value.Object(value.Member{Key: "Execution", Value: value.String("e")})},
	)
	return func(name string) (value.Value, bool) { return s, name == "states" }
}

var typical = []struct{ name, source string }{
	{"path", `$states.input.order.customer.address.city`},
	{"condition", `$states.input.attempt < 5 and $states.input.status = "open"`},
	{"text", `"Order " & $states.input.order.id & " for " & $states.input.order.customer.name`},
	{"object", `{"id": $states.input.order.id, "to": $uppercase($states.input.order.customer.name), "n": $count($states.input.order.items)}`},
	{"sum", `$sum($states.input.order.items.(price * quantity))`},
	{"map", `$map($states.input.order.items[quantity > 2], function($i) { {"sku": $i.sku, "total": $i.price * $i.quantity} })`},
}

func compile(tb testing.TB, source string) *jsonata.Expression {
	tb.Helper()
	x, err := jsonata.Compile(source)
	if err != nil {
		tb.Fatal(err)
	}
	return x
}

func BenchmarkCompile(b *testing.B) {
	for _, expression := range typical {
		b.Run(expression.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				compile(b, expression.source)
			}
		})
	}
}

func run(b *testing.B, x *jsonata.Expression, env jsonata.Env) jsonata.Result {
	r, err := x.Eval(env)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

func BenchmarkEval(b *testing.B) {
	env := jsonata.Env{Variable: states(order())}
	for _, expression := range typical {
		b.Run(expression.name, func(b *testing.B) {
			x := compile(b, expression.source)
			b.ReportAllocs()
			for b.Loop() {
				run(b, x, env)
			}
		})
	}
}

// BenchmarkEndToEnd parses the input, evaluates and encodes the result.
func BenchmarkEndToEnd(b *testing.B) {
	input := order()
	for _, expression := range typical {
		b.Run(expression.name, func(b *testing.B) {
			x := compile(b, expression.source)
			b.ReportAllocs()
			for b.Loop() {
				v, _ := run(b, x, jsonata.Env{Variable: states(input)}).Value()
				_ = v.Compact()
			}
		})
	}
}

// thousand is an array of 1,000 objects.
func thousand() string {
	var items []string
	for i := range 1000 {
		items = append(items, fmt.Sprintf(`{"id": %d, "name": "Item number %d", "status": "%s", "price": %d.25}`,
			i, i, []string{"open", "closed"}[i%2], i))
	}
	return `{"items": [` + strings.Join(items, ", ") + `]}`
}

func BenchmarkThousand(b *testing.B) {
	env := jsonata.Env{Variable: states(thousand())}
	for _, expression := range []struct{ name, source string }{
		{"filter", `$states.input.items[status = "open"]`},
		{"filter on two", `$states.input.items[status = "open" and price > 500].id`},
		{"filter function", `$filter($states.input.items, function($i) { $i.status = "open" })`},
		{"group", `$states.input.items{status: $sum(price)}`},
		{"sort", `$states.input.items^(>price).id`},
		{"lookup", `($all := $states.input; $map($all.items, function($i) { $all.items[$i.id].name }))[0]`},
	} {
		b.Run(expression.name, func(b *testing.B) {
			x := compile(b, expression.source)
			b.ReportAllocs()
			for b.Loop() {
				run(b, x, env)
			}
		})
	}
}
