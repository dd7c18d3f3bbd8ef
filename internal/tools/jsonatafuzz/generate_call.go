package main

import (
	"fmt"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// signature is a function with the kinds that its arguments mostly have. Those behind "?" may be left
// out, and so may the first one where the context stands in for it.
type signature struct {
	name, takes string
	context     bool
	gives       kind
}

var signatures = []signature{
	{"sum", "N", false, numbers},
	{"count", "a", false, numbers},
	{"max", "N", false, numbers},
	{"min", "N", false, numbers},
	{"average", "N", false, numbers},
	{"string", "x?b", true, texts},
	{"substring", "sk?k", true, texts},
	{"substringBefore", "ss", true, texts},
	{"substringAfter", "ss", true, texts},
	{"lowercase", "s", true, texts},
	{"uppercase", "s", true, texts},
	{"length", "s", true, numbers},
	{"trim", "s", true, texts},
	{"pad", "sk?s", true, texts},
	{"match", "sR?k", true, objectList},
	{"contains", "sR", true, booleans},
	{"replace", "sRP?k", true, texts},
	{"split", "sR?k", true, textList},
	{"join", "S?s", false, texts},
	{"formatNumber", "nF?H", true, texts},
	{"formatBase", "n?d", true, texts},
	{"formatInteger", "nI", true, texts},
	{"parseInteger", "sI", true, numbers},
	{"number", "s", true, numbers},
	{"floor", "n", true, numbers},
	{"ceil", "n", true, numbers},
	{"round", "n?k", true, numbers},
	{"abs", "n", true, numbers},
	{"sqrt", "n", true, numbers},
	{"power", "nk", true, numbers},
	{"boolean", "x", true, booleans},
	{"not", "x", true, booleans},
	{"map", "am", false, arrays},
	{"zip", "aa?aa", false, arrays},
	{"filter", "ap", false, arrays},
	{"single", "a?p", false, anything},
	{"reduce", "ar?x", false, anything},
	{"sift", "o?e", true, objects},
	{"keys", "x", true, textList},
	{"lookup", "xs", true, anything},
	{"append", "xx", false, arrays},
	{"exists", "x", false, booleans},
	{"spread", "x", true, objectList},
	{"merge", "O", false, objects},
	{"reverse", "a", false, arrays},
	{"each", "o?e", true, arrays},
	{"error", "?s", false, anything},
	{"assert", "b?s", false, anything},
	{"type", "x", false, texts},
	{"sort", "a?c", false, arrays},
	{"sort", "N", false, numberList},
	{"sort", "S", false, textList},
	{"distinct", "x", false, arrays},
	{"base64encode", "s", true, texts},
	{"base64decode", "u", true, texts},
	{"encodeUrlComponent", "s", true, texts},
	{"encodeUrl", "s", true, texts},
	{"decodeUrlComponent", "u", true, texts},
	{"decodeUrl", "u", true, texts},
	{"toMillis", "t?T", true, numbers},
	{"fromMillis", "i?Tz", true, texts},
	{"now", "?Tz", false, texts},
	{"millis", "", false, numbers},
	{"clone", "o", true, objects},
}

// named returns the functions with names, which commas separate.
func named(names string) (found []signature, err error) {
	if names == "" {
		return nil, nil
	}
	for name := range strings.SplitSeq(names, ",") {
		before := len(found)
		for _, s := range signatures {
			if s.name == name {
				found = append(found, s)
			}
		}
		if len(found) == before {
			return nil, fmt.Errorf("the generator knows no function %q", name)
		}
	}
	return found, nil
}

// related says which functions give what is wanted where a kind is.
func related(wanted, given kind) bool {
	switch wanted {
	case arrays:
		return given == arrays || given == numberList || given == textList || given == objectList
	case anything:
		return true
	default:
		return wanted == given
	}
}

// call writes a call of a function that mostly gives values of kind k.
func (g *generator) call(k kind) *tree {
	g.left--
	s := pick(g, signatures...)
	for range 200 {
		if related(k, s.gives) {
			break
		}
		s = pick(g, signatures...)
	}
	return g.callOf(s)
}

func (g *generator) callOf(s signature) *tree {
	if g.chance(40) {
		switch s.name {
		case "toMillis":
			return g.back(timeForms, "$toMillis", "$fromMillis", g.expression(instants))
		case "parseInteger":
			return g.back(wholeForms, "$parseInteger", "$formatInteger", g.numberLiteral())
		}
	}
	args := g.arguments(s)
	name := leaf("$" + s.name)
	switch n := g.IntN(20); {
	case n < 2 && len(args) > 0:
		return write(expression, args[0], " ~> ", write(expression, name, "(", listed(", ", args[1:]), ")"))
	case n == 2 && len(args) == 1:
		return write(expression, args[0], " ~> ", name)
	case n < 5 && s.context && len(args) > 0:
		return write(expression, g.steppable(args[0]), ".", write(expression, name, "(", listed(", ", args[1:]), ")"))
	case n == 5 && len(args) > 0:
		return g.partial(name, args)
	}
	return write(expression, name, "(", listed(", ", args), ")")
}

// steppable writes t so that a step can follow: behind a number or a boolean there can be none.
func (g *generator) steppable(t *tree) *tree {
	if text := t.String(); strings.IndexByte("-0123456789", text[0]) >= 0 || text == "true" || text == "false" || text == "null" {
		return write(expression, "(", t, ")")
	}
	return t
}

// back writes a call that reads what another one wrote by the same picture, or mostly the same.
func (g *generator) back(k kind, reader, writer string, from *tree) *tree {
	form := g.special(k)
	read := form
	if g.chance(15) {
		read = g.special(k)
	}
	return write(expression, reader, "(", write(expression, writer, "(", from, ", ", form, ")"), ", ", read, ")")
}

// arguments writes the arguments of a call.
func (g *generator) arguments(s signature) []*tree {
	required, more, _ := strings.Cut(s.takes, "?")
	var args []*tree
	for i, k := range []byte(required + more) {
		if i >= len(required) && g.chance(45) {
			break
		}
		args = append(args, g.expression(kind(k)))
	}
	switch {
	case s.context && len(args) > 0 && g.chance(8):
		args = args[1:]
	case len(args) > 0 && g.chance(2):
		args = args[:len(args)-1]
	case g.chance(2):
		args = append(args, g.expression(g.kind()))
	}
	return args
}

// partial writes a partial application and mostly the call that completes it.
func (g *generator) partial(name *tree, args []*tree) *tree {
	var kept, given []*tree
	for _, a := range args {
		if g.chance(50) {
			kept, given = append(kept, leaf("?")), append(given, a)
		} else {
			kept = append(kept, a)
		}
	}
	t := write(expression, name, "(", listed(", ", kept), ")")
	if g.chance(15) {
		return t
	}
	return write(expression, t, "(", listed(", ", given), ")")
}

// invocation writes a call of what is not the name of a built-in function.
func (g *generator) invocation(k kind) *tree {
	for _, v := range g.variables {
		if v.arity >= 0 && g.chance(60) {
			var args []*tree
			for range v.arity {
				args = append(args, g.expression(g.kind()))
			}
			return write(expression, "$", v.name, "(", listed(", ", args), ")")
		}
	}
	arity := g.IntN(3)
	var args []*tree
	for range arity {
		args = append(args, g.expression(g.kind()))
	}
	if g.chance(20) {
		return write(expression, g.expression(anything), "(", listed(", ", args), ")")
	}
	return write(expression, g.lambda(arity, k), "(", listed(", ", args), ")")
}

// arities are how many arguments functions are called with, and what they give.
var arities = map[kind]struct {
	most  int
	gives kind
}{
	predicates: {3, booleans}, mappers: {3, anything}, folders: {4, anything}, comparers: {2, booleans}, eachers: {3, anything}, functions: {3, anything},
}

// function writes an expression that is mostly a function.
func (g *generator) function(k kind) *tree {
	shape := arities[k]
	switch g.IntN(10) {
	case 0:
		return g.simple(functions)
	case 1:
		return g.partial(leaf("$"+pick(g, "substring", "append", "power", "pad", "lookup", "join", "map", "filter", "split")), []*tree{g.expression(texts), g.expression(numbers)})
	case 2:
		return write(expression, g.function(functions), " ~> ", g.function(k))
	case 3:
		return g.regex()
	}
	if k == comparers && g.chance(70) {
		return leaf(pick(g, "function($l, $r){$l > $r}", "function($l, $r){$l < $r}", "function($l, $r){$l.price > $r.price}", "function($l, $r){$string($l) > $string($r)}", "function($l, $r){true}", "function($l, $r){$l.a < $r.a}"))
	}
	if k == folders {
		return g.lambda(2+g.IntN(2), shape.gives)
	}
	return g.lambda(1+g.IntN(shape.most), shape.gives)
}

// lambda writes a function of arity arguments.
func (g *generator) lambda(arity int, k kind) *tree {
	scope, here := len(g.variables), g.here
	defer func() { g.variables, g.here = g.variables[:scope], here }()
	var names []*tree
	typed := ""
	for i := range arity {
		name := pick(g, "x", "y", "z", "i", "v", "a")
		names = append(names, write(glue, "$", name))
		example := value.Null
		if i == 0 {
			example = g.element()
		}
		g.variables = append(g.variables, variable{name, example, -1})
		typed += pick(g, "x", "n", "s", "a", "o", "x?", "n-", "j", "s-", "x+", "(ns)", "a<n>", "f", "b", "l", "u", "x-", "(sao)?")
	}
	kinds := ""
	if g.chance(8) {
		kinds = "<" + typed + pick(g, "", ":x", ":n", ":s") + ">"
	}
	return write(expression, pick(g, "function", "function", "λ"), "(", listed(", ", names), ")", write(optional, kinds), "{", g.expression(k), "}")
}
