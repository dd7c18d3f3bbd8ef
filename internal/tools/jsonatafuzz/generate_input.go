package main

import (
	"fmt"
	"strconv"
	"strings"
)

// keys are the names of members.
var keys = []string{"a", "b", "c", "d", "id", "name", "price", "qty", "tags", "items", "odd key", "é", "total", "B"}

// input makes the text of an input.
func (g *generator) input() string {
	switch g.IntN(10) {
	case 0, 1, 2, 3, 4:
		return g.shop()
	case 5:
		return g.json(1)
	default:
		return g.json(4)
	}
}

// shop makes an input as workflows have it.
func (g *generator) shop() string {
	var orders []string
	for i := range g.IntN(4) {
		var items []string
		for range g.IntN(4) {
			items = append(items, fmt.Sprintf(`{"name":%s,"price":%s,"qty":%d,"tags":%s}`,
				quoted(pick(g, "pen", "ink", "cup", "Pen")), pick(g, "1.5", "20", "3", "0.1", "99.95"), g.IntN(5), pick(g, "[]", `["new"]`, `["new","a"]`, `"one"`, "null")))
		}
		list := "[" + strings.Join(items, ",") + "]"
		if len(items) == 1 && g.chance(30) {
			list = items[0]
		}
		orders = append(orders, fmt.Sprintf(`{"id":"o%d","customer":{"name":%s,"age":%d},"items":%s,"paid":%t}`,
			i, quoted(pick(g, "Ada", "Bob", "Cy")), 20+g.IntN(40), list, g.chance(50)))
	}
	return fmt.Sprintf(`{"orders":[%s],"a":%s,"b":%s,"name":%s,"odd key":%s,"n":[1,2,3]}`,
		strings.Join(orders, ","), g.json(2), g.json(1), g.json(0), g.json(1))
}

// json makes any JSON text, nested up to depth.
func (g *generator) json(depth int) string {
	n := g.IntN(10)
	switch {
	case depth > 0 && n < 3:
		var parts []string
		for range g.IntN(5) {
			parts = append(parts, g.json(depth-1))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case depth > 0 && n < 7:
		var parts []string
		seen := map[string]bool{}
		for range g.IntN(5) {
			key := pick(g, keys...)
			if g.chance(1) {
				key = pick(g, "1", "0", "10", "")
			}
			if !seen[key] {
				parts = append(parts, quoted(key)+":"+g.json(depth-1))
			}
			seen[key] = true
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return g.scalar()
}

func (g *generator) scalar() string {
	switch g.IntN(8) {
	case 0:
		return "null"
	case 1:
		return pick(g, "true", "false")
	case 2, 3:
		return strconv.Itoa(g.IntN(20) - 3)
	case 4:
		return pick(g, "0.5", "-1.25", "1e3", "1.0", "-0", "1e21", "0.1", "123456789")
	case 5:
		return strings.ReplaceAll(quoted(pick(g, words...)), `\u00a0`, " ")
	default:
		return quoted(pick(g, "a", "b", "pen", "x y", "", "Ada", "10", "9"))
	}
}
