package main

import (
	"math/rand/v2"
	"strconv"

	"github.com/stepwell/stepwell/value"
)

// generator makes random expressions that mostly mean something: it walks the input while it writes
// paths, and gives functions mostly what they take.
type generator struct {
	*rand.Rand
	// here is an example of the context where the generator writes.
	here value.Value
	// variables are those in scope.
	variables []variable
	// left bounds how much is written.
	left int
	// functions are those of which each expression calls one; empty: it is anything.
	functions []signature
	// plain says that arguments are literals, so that nearly all calls give what they are meant to.
	plain bool
}

// variable is a name in scope with an example of its value, or the number of arguments it takes as a
// function.
type variable struct {
	name    string
	example value.Value
	arity   int // -1: not a function
}

// newGenerator returns the generator of one case: seed, number and functions decide all that it makes.
func newGenerator(seed, number uint64, functions ...signature) *generator {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, number)), functions: functions}
	g.left = 4 + g.IntN(30)
	return g
}

// question makes a question and the tree of its expression.
func (g *generator) question() (question, *tree) {
	input := g.input()
	g.here = value.Trusted(input)
	variables := value.Trusted(`{"states":{"input":` + input + `,"context":{"Execution":{"Name":"run"}}},"n":7,"s":"text","l":[3,1,2]}`)
	for name, example := range variables.Members() {
		g.variables = append(g.variables, variable{name, example, -1})
	}
	t := g.whole()
	if g.chance(4) {
		t = g.broken(t)
	}
	if g.chance(2) {
		input = ""
	}
	return question{t.String(), input, variables.Text()}, t
}

// whole writes an expression, rather not a very short one.
func (g *generator) whole() *tree {
	if len(g.functions) > 0 {
		g.left /= 4
		if g.chance(70) {
			g.left, g.plain = 0, true
		}
		return g.callOf(pick(g, g.functions...))
	}
	t := g.expression(g.kind())
	for range 3 {
		if g.left < 3 || len(t.String()) > 20 {
			break
		}
		t = g.expression(g.kind())
	}
	return t
}

// chance is true in percent of 100 cases.
func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

func pick[T any](g *generator, from ...T) T { return from[g.IntN(len(from))] }

// kind is the type of the values that an expression is meant to have, as in a signature, and some that
// signatures do not tell apart.
type kind byte

const (
	anything     kind = 'x'
	numbers      kind = 'n'
	texts        kind = 's'
	booleans     kind = 'b'
	arrays       kind = 'a'
	objects      kind = 'o'
	functions    kind = 'f'
	numberList   kind = 'N'
	textList     kind = 'S'
	objectList   kind = 'O'
	smallNumbers kind = 'k' // whole, near 0
	predicates   kind = 'p' // function($item, $index, $array) → boolean
	mappers      kind = 'm' // function($item, $index, $array) → anything
	folders      kind = 'r' // function($before, $item) → anything
	comparers    kind = 'c' // function($left, $right) → boolean
	eachers      kind = 'e' // function($value, $key) → anything
	matchers     kind = 'R' // a regular expression or a string
	replacers    kind = 'P' // a string with $1, or a function of a match
	numberForms  kind = 'F' // a picture of a number
	wholeForms   kind = 'I' // a picture of an integer
	timeForms    kind = 'T' // a picture of a time
	formOptions  kind = 'H' // the third argument of $formatNumber
	instants     kind = 'i' // milliseconds
	timestamps   kind = 't' // a time as text
	zones        kind = 'z' // a time zone
	encodedTexts kind = 'u' // something encoded, or not
	radixes      kind = 'd'
)

func (g *generator) kind() kind {
	return pick(g, anything, anything, numbers, texts, booleans, arrays, arrays, objects, objects, functions)
}

// expression writes an expression that mostly has values of kind k.
func (g *generator) expression(k kind) *tree {
	g.left--
	if g.chance(2) {
		k = g.kind()
	}
	if g.left <= 0 {
		return g.simple(k)
	}
	if g.chance(12) {
		return g.wrapped(k)
	}
	switch k {
	case numbers:
		return g.number()
	case texts:
		return g.text()
	case booleans:
		return g.boolean()
	case arrays, numberList, textList, objectList:
		return g.array(k)
	case objects:
		return g.object()
	case functions, predicates, mappers, folders, comparers, eachers:
		return g.function(k)
	case anything:
		switch g.IntN(10) {
		case 0, 1, 2, 3:
			return g.pathTo(g.kind())
		case 4, 5:
			return g.call(anything)
		default:
			return g.expression(g.kind())
		}
	default:
		return g.special(k)
	}
}

// wrapped writes what can stand around an expression of any kind.
func (g *generator) wrapped(k kind) *tree {
	switch g.IntN(9) {
	case 0:
		return write(expression, "(", g.expression(k), ")")
	case 1:
		return g.block(k)
	case 2:
		return write(expression, g.expression(booleans), " ? ", g.expression(k), " : ", g.expression(k))
	case 3:
		return write(expression, pick(g, leaf("true"), g.expression(booleans)), " ? ", g.expression(k))
	case 4:
		return write(expression, g.expression(k), g.postfix())
	case 5:
		return write(expression, "(", g.expression(k), ")", g.postfix())
	case 6:
		return write(expression, "/* ", pick(g, "note", "*", "/", "é"), " */ ", g.expression(k))
	case 7:
		return g.invocation(k)
	default:
		return g.call(k)
	}
}

// block writes a block that binds variables.
func (g *generator) block(k kind) *tree {
	scope := len(g.variables)
	defer func() { g.variables = g.variables[:scope] }()
	var parts []*tree
	for range 1 + g.IntN(2) {
		name := g.name()
		if g.chance(30) {
			arity := g.IntN(3)
			parts = append(parts, write(expression, "$", name, " := ", g.lambda(arity, g.kind())))
			g.variables = append(g.variables, variable{name, value.Null, arity})
			continue
		}
		parts = append(parts, write(expression, "$", name, " := ", g.expression(g.kind())))
		g.variables = append(g.variables, variable{name, value.Null, -1})
	}
	parts = append(parts, g.expression(k))
	end := ""
	if g.chance(5) {
		end = ";"
	}
	return write(expression, "(", listed("; ", parts), end, ")")
}

// name makes a name for a variable; it may hide another one or a built-in function.
func (g *generator) name() string {
	if g.chance(3) {
		return pick(g, "sum", "string", "states", "map", "clone", "$")
	}
	return pick(g, "x", "y", "z", "f", "g", "h", "i", "v")
}

// variable writes one of the variables in scope, rather one of kind k.
func (g *generator) variable(k kind) *tree {
	if g.chance(3) {
		return leaf(pick(g, "$", "$$", "$undefined", "$x"))
	}
	v := pick(g, g.variables...)
	for range 5 {
		if v.arity < 0 == (k != functions) && is(v.example, k) {
			break
		}
		v = pick(g, g.variables...)
	}
	return leaf("$" + v.name)
}

// simple writes an expression without others in it.
func (g *generator) simple(k kind) *tree {
	switch {
	case g.plain:
		return g.literal(k)
	case g.chance(20):
		return g.variable(k)
	case g.chance(25) && k != functions:
		return g.pathTo(k)
	}
	return g.literal(k)
}

// literal writes a small expression of kind k.
func (g *generator) literal(k kind) *tree {
	switch k {
	case numbers:
		return g.numberLiteral()
	case texts:
		return g.textLiteral()
	case booleans:
		return leaf(pick(g, "true", "false"))
	case arrays, objectList:
		return leaf(pick(g, "[]", "[1]", "[1, 2, 3]", `["a", "b"]`, `[[1], [2, [3]]]`, `[{"a": 1}, {"a": 2, "b": 3}]`, "[1..4]", "*", "**", "$l"))
	case numberList:
		return leaf(pick(g, "[]", "[1]", "[1, 2.5, 3]", "[1..4]", "$l", "[3, -1, 0]"))
	case textList:
		return leaf(pick(g, "[]", `["a"]`, `["b", "a", "b"]`, `["é", "", "10", "9"]`))
	case objects:
		return leaf(pick(g, "{}", `{"a": 1}`, `{"a": {"b": [1, 2]}, "c": null}`, `{"b": 1, "a": "x", "1": true}`, "$", "$$", "$states"))
	case functions, predicates, mappers, folders, comparers, eachers:
		return leaf(pick(g, "$string", "$sum", "$uppercase", "$count", "$not", "$exists", "$append", "$boolean", "$number", "$lookup", "$substring",
			"function($x){$x}", "function($x, $y){$x > $y}", "function(){1}", "function($x, $y){[$x, $y]}", "/a/", "λ($x){$x}"))
	case anything:
		return leaf(pick(g, "null", "true", "1", `"a"`, "[]", "{}", "$", "$$", "nothing", "*", "**"))
	default:
		return g.special(k)
	}
}

// number writes an expression that is mostly a number.
func (g *generator) number() *tree {
	switch g.IntN(10) {
	case 0:
		return g.numberLiteral()
	case 1, 2:
		return g.pathTo(numbers)
	case 3:
		return write(expression, "-", g.expression(numbers))
	case 4, 5, 6:
		return g.call(numbers)
	default:
		return write(expression, g.expression(numbers), pick(g, " + ", " - ", " * ", " / ", " % ", "-", "*", "%"), g.expression(numbers))
	}
}

// text writes an expression that is mostly a string.
func (g *generator) text() *tree {
	switch g.IntN(9) {
	case 0, 1:
		return g.textLiteral()
	case 2:
		return g.pathTo(texts)
	case 3, 4:
		return write(expression, g.expression(texts), " & ", g.expression(pick(g, texts, anything)))
	default:
		return g.call(texts)
	}
}

// boolean writes an expression that is mostly true or false.
func (g *generator) boolean() *tree {
	switch g.IntN(8) {
	case 0:
		return leaf(pick(g, "true", "false"))
	case 1:
		return g.pathTo(booleans)
	case 2, 3:
		k := pick(g, numbers, texts)
		return write(expression, g.expression(k), pick(g, " < ", " <= ", " > ", " >= "), g.expression(k))
	case 4:
		k := g.kind()
		return write(expression, g.expression(k), pick(g, " = ", " != ", " = "), g.expression(k))
	case 5:
		return write(expression, g.expression(booleans), pick(g, " and ", " or "), g.expression(booleans))
	case 6:
		return write(expression, g.expression(anything), " in ", g.expression(arrays))
	default:
		return g.call(booleans)
	}
}

// elements are the kinds of what is in an array.
var elements = map[kind]kind{arrays: anything, numberList: numbers, textList: texts, objectList: objects}

// array writes an expression that is mostly an array.
func (g *generator) array(k kind) *tree {
	switch g.IntN(8) {
	case 0, 1:
		var items []*tree
		for range g.IntN(4) {
			items = append(items, g.expression(elements[k]))
		}
		return write(expression, "[", listed(", ", items), "]")
	case 2:
		return write(expression, "[", g.expression(smallNumbers), "..", g.expression(smallNumbers), "]")
	case 3, 4, 5:
		return g.pathTo(k)
	case 6:
		return write(expression, g.expression(k), g.postfix())
	default:
		return g.call(k)
	}
}

// object writes an expression that is mostly an object.
func (g *generator) object() *tree {
	switch g.IntN(7) {
	case 0, 1:
		return write(expression, g.braces())
	case 2:
		return g.pathTo(objects)
	case 3:
		return write(expression, g.expression(objectList), g.braces())
	case 4, 5:
		return g.transformed()
	default:
		return g.call(objects)
	}
}

// braces writes an object constructor or a grouping.
func (g *generator) braces() *tree {
	var members []*tree
	for range g.IntN(4) {
		key := g.textLiteral()
		if g.chance(30) {
			key = g.expression(texts)
		}
		members = append(members, write(glue, key, ": ", g.expression(anything)))
	}
	return write(glue, "{", listed(", ", members), "}")
}

// transformed writes an application of a transformer.
func (g *generator) transformed() *tree {
	remove := write(optional)
	if g.chance(30) {
		remove = write(optional, ", ", g.expression(pick(g, texts, textList)))
	}
	pattern := g.pathTo(objects)
	change := g.expression(objects)
	transformer := write(expression, "|", pattern, "|", change, remove, "|")
	if g.chance(10) {
		return transformer
	}
	return write(expression, g.expression(pick(g, objects, arrays)), " ~> ", transformer)
}

// broken spoils an expression: it takes away, repeats or inserts something.
func (g *generator) broken(t *tree) *tree {
	words := split(t.String())
	for range 1 + g.IntN(2) {
		at := g.IntN(len(words) + 1)
		switch {
		case at < len(words) && g.chance(50):
			words = append(words[:at:at], words[at+1:]...)
		default:
			odd := pick(g, "(", ")", "[", "]", "{", "}", ",", ";", ":", "?", ".", "..", "|", "@", "#", "$", "%", "^", "&", "*", "**", "+", "-", "/",
				"<", ">", "=", "!=", "~>", ":=", "and", "or", "in", "true", "null", "function", "λ", "'", `"`, "`", "\\", "!", "~", "1", "1.", "1e", "a", "$a",
				" ", "\n", "/*", "*/", "é", "😀", "?:", "??", "$x := ", "-1", "%.", "@$v", "#$v", "<n:n>", "1e999", `"\u12"`, `"\x"`, "^(", "^(>a)", "[]", "{a:1}")
			words = append(words[:at:at], append([]string{odd}, words[at:]...)...)
		}
	}
	var text string
	for _, w := range words {
		text += w
	}
	return tokens(text)
}

func quoted(s string) string { return strconv.Quote(s) }
