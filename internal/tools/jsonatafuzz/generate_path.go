package main

import (
	"regexp"
	"strconv"

	"github.com/stepwell/stepwell/value"
)

var plain = regexp.MustCompile(`^[a-zA-Z_]\w*$`)

// field writes a name as a step: words as they are, others quoted.
func (g *generator) field(name string) string {
	if plain.MatchString(name) && g.chance(97) {
		return name
	}
	return pick(g, "`"+name+"`", quoted(name))
}

// pathTo writes a path that rather leads to a value of kind k.
func (g *generator) pathTo(k kind) *tree {
	here, scope := g.here, len(g.variables)
	defer func() { g.here, g.variables = here, g.variables[:scope] }()
	t := &tree{role: expression}
	if g.chance(25) {
		t.parts = append(t.parts, g.start())
	}
	route, found := g.route(k)
	if !found && g.chance(70) && k != anything {
		g.here, g.left = here, min(g.left, 0)
		return g.literal(k)
	}
	for _, to := range route {
		if len(t.parts) == 0 {
			t.parts = append(t.parts, g.step(to, true))
		} else {
			t.parts = append(t.parts, write(optional, ".", g.step(to, false)))
		}
	}
	if len(t.parts) == 0 {
		t.parts = append(t.parts, g.step(place{"a", -1}, true))
	}
	if g.chance(3) {
		t.parts = append(t.parts, write(optional, g.braces()))
	}
	return t
}

// start writes a variable as the first step, and goes to its value.
func (g *generator) start() *tree {
	if g.chance(30) {
		return leaf(pick(g, "$", "$$"))
	}
	v := pick(g, g.variables...)
	g.here = v.example
	return leaf("$" + v.name)
}

// place is a member, and an element of it where index is not negative.
type place struct {
	name  string
	index int
}

// route returns where to go from the context to a value of kind k, if it is found by chance.
func (g *generator) route(k kind) (route []place, found bool) {
	for range 8 {
		at := g.here
		route = nil
		for range 1 + g.IntN(5) {
			if at.Kind() != value.KindObject || at.Len() == 0 {
				break
			}
			to := place{g.key(at), -1}
			at, _ = at.Get(to.name)
			if found := is(at, k); !found && at.Kind() == value.KindArray && at.Len() > 0 {
				to.index = g.IntN(at.Len())
				at = at.Index(to.index)
			}
			route = append(route, to)
			if is(at, k) {
				return route, true
			}
		}
	}
	return route, false
}

// key returns the name of a member of v.
func (g *generator) key(v value.Value) string {
	at := g.IntN(v.Len())
	for key := range v.Members() {
		if at == 0 {
			return key
		}
		at--
	}
	return ""
}

// is says whether v is of kind k, where that can be said.
func is(v value.Value, k kind) bool {
	switch v.Kind() {
	case value.KindNumber:
		return k == numbers || k == smallNumbers
	case value.KindString:
		return k == texts
	case value.KindBool:
		return k == booleans
	case value.KindArray:
		return related(k, arrays) || related(arrays, k) && v.Len() > 0 && is(v.Index(0), elements[k])
	case value.KindObject:
		return k == objects
	default:
		return k == anything
	}
}

// step writes the step to a place, or another one, with what follows it, and moves the context along.
func (g *generator) step(to place, first bool) *tree {
	t := g.bareStep(to.name, first)
	if to.index >= 0 && g.chance(85) {
		t = write(expression, t, write(optional, "[", leaf(strconv.Itoa(to.index)), "]"))
	}
	if g.chance(15) {
		g.left--
		t = write(expression, t, g.postfix())
	}
	return t
}

func (g *generator) bareStep(name string, first bool) *tree {
	switch n := g.IntN(60); {
	case n == 0:
		g.here = g.inside()
		return leaf("*")
	case n == 1:
		g.here = g.inside()
		return leaf("**")
	case n == 2 && !first:
		return leaf("%")
	case n == 3:
		return leaf("$")
	case n == 4 && g.left > 0:
		return write(expression, "(", g.expression(g.kind()), ")")
	case n == 5 && g.left > 0:
		return g.array(arrays)
	case n == 6 && g.left > 0:
		return write(expression, g.braces())
	case n == 7 && g.left > 0 && !first:
		return g.call(anything)
	case n == 8:
		return leaf(pick(g, "nothing", "a", "items", "name", "length"))
	case n == 9 && !first && g.left > 0:
		return g.function(mappers)
	case n == 10 && !first:
		return write(expression, "%.", leaf(g.field(pick(g, keys...))))
	}
	return g.member(name)
}

// member writes a name and goes to what it leads to in the context.
func (g *generator) member(name string) *tree {
	for range 3 {
		if g.here.Kind() == value.KindArray && g.here.Len() > 0 {
			g.here = g.here.Index(g.IntN(g.here.Len()))
		}
	}
	g.here, _ = g.here.Get(name)
	return leaf(g.field(name))
}

// anyMember writes the name of some member of the context or of its elements.
func (g *generator) anyMember() *tree {
	if route, _ := g.route(anything); len(route) > 0 {
		return g.member(route[0].name)
	}
	return g.member(pick(g, keys...))
}

// inside is an example of what lies in the context.
func (g *generator) inside() value.Value {
	at := g.IntN(max(1, g.here.Len()))
	for _, member := range g.here.Members() {
		if at == 0 {
			return member
		}
		at--
	}
	return g.here.Index(at)
}

// element is an example of the context of a predicate on the context.
func (g *generator) element() value.Value {
	if g.here.Kind() == value.KindArray && g.here.Len() > 0 {
		return g.here.Index(g.IntN(g.here.Len()))
	}
	return g.here
}

// postfix writes what can follow a step.
func (g *generator) postfix() *tree {
	here, scope := g.here, len(g.variables)
	defer func() { g.here = here }()
	g.here = g.element()
	switch g.IntN(14) {
	case 0, 1:
		return write(optional, "[", leaf(pick(g, "0", "1", "-1", "2", "0.5", "-2", "1.9", "10")), "]")
	case 2, 3, 4:
		return write(optional, "[", g.expression(booleans), "]")
	case 5:
		return write(optional, "[]")
	case 6:
		return write(optional, "[", g.expression(pick(g, numberList, anything)), "]")
	case 7, 8:
		return write(optional, "^(", listed(", ", g.terms()), ")")
	case 9:
		return write(optional, g.braces())
	case 10, 11:
		name := g.name()
		g.variables = append(g.variables[:scope:scope], variable{name, g.here, -1})
		return write(optional, "@$", name, ".", g.anyMember())
	case 12:
		name := g.name()
		g.variables = append(g.variables[:scope:scope], variable{name, value.Int(0), -1})
		return write(optional, "#$", name, g.follow())
	default:
		return write(optional, "[", g.expression(anything), "]", g.follow())
	}
}

// follow writes something after a postfix, or nothing.
func (g *generator) follow() *tree {
	if g.left > 0 && g.chance(60) {
		g.left--
		return g.postfix()
	}
	return write(optional)
}

// terms writes the terms of an order-by.
func (g *generator) terms() []*tree {
	var terms []*tree
	for range 1 + g.IntN(2) {
		direction := pick(g, "", "", "<", ">")
		if g.chance(75) {
			terms = append(terms, write(glue, direction, g.pathTo(pick(g, numbers, texts))))
		} else {
			terms = append(terms, write(glue, direction, g.expression(pick(g, numbers, texts, anything))))
		}
	}
	return terms
}
