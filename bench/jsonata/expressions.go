package main

import (
	_ "embed"
	"fmt"
	"strings"
)

// order is an input of about 2 KB, as a workflow has it.
//
//go:embed input.json
var order string

// expression is one that is measured, with its input, which it finds in $states.input.
type expression struct{ name, source, input string }

// expressions are such as people write in state machines.
func expressions() []expression {
	all := []expression{
		{"path", `$states.input.order.customer.address.city`, order},
		{"filter, projection", `$states.input.order.items[price > 5 and category = "tools"].{"sku": sku, "price": price}`, order},
		{"sum of products", `$sum($states.input.order.items.(price * quantity))`, order},
		{"text", `"Order " & $states.input.order.id & " for " & $uppercase($states.input.order.customer.name) & ", " & $count($states.input.order.items) & " items"`, order},
		{"object, $map", `{"id": $states.input.order.id, "lines": $map($states.input.order.items, function($i) {
			{"sku": $i.sku, "total": $round($i.price * $i.quantity, 2)} })}`, order},
		{"sort, $reduce", `$reduce($states.input.order.items^(>price).name, function($all, $name) { $all & ", " & $name })`, order},
	}
	return append(all, expression{"filter of 1,000", `$states.input.items[status = "open" and price > 500].id`, thousand()})
}

// thousand is an input of 1,000 objects.
func thousand() string {
	var items []string
	for i := range 1000 {
		status := "open"
		if i%2 == 1 {
			status = "closed"
		}
		items = append(items, fmt.Sprintf(`{"id": %d, "name": "Item number %d", "status": %q, "price": %d.25}`, i, i, status, i))
	}
	return `{"items": [` + strings.Join(items, ", ") + `]}`
}
