// Package jsonata compiles and evaluates JSONata expressions as AWS Step Functions does.
//
// The language is that of docs.jsonata.org in the version 2.0.6, with what AWS adds ($partition,
// $range, $hash, $random with a seed, $uuid, $parse) and without $eval. [Compile] makes an
// [Expression] of a source text, and [Expression.Eval] evaluates it, within [Limits], over JSON values
// of package value. An Expression is immutable; an evaluation depends on its [Env] alone. Several
// expressions over the same values are evaluated in a [Session].
//
// # Sequences and singletons
//
// A step of a path, a predicate and the functions that go through an array give a sequence: an array
// that is flagged as one. Two rules apply to it. When it goes into the result of an outer step, its
// elements go in, not the sequence itself. And at the end of every expression an empty sequence becomes
// nothing (undefined) and a sequence of one item becomes that item; the [] syntax flags the sequence so
// that it stays an array. Arrays of the data, and those that an array constructor writes out, are not
// sequences: they are flattened by a path as well, but never reduced to their only element.
//
// # Phases
//
// scan.go cuts the source into tokens, parse.go reads them into a tree as it is written, and analyse.go
// makes of that the tree of typed nodes that is evaluated: with flat paths, predicates and bindings at
// their steps, the steps that each % means, and the calls that end a function marked, so that
// they do not grow the depth. eval.go and its neighbours give each node its meaning on items (item.go),
// which read JSON text only where somebody looks. Functions are in the files function_*.go; signature.go
// checks their arguments. budget.go counts what an evaluation costs, error.go has the codes and messages.
//
// The package writes neither numbers and dates by picture (package picture) nor matches regular
// expressions (package regex) itself.
package jsonata

import (
	"math/rand/v2"
	"time"
	"unicode/utf8"

	"github.com/stepwell/stepwell/value"
)

// Expression is a compiled expression. Any number of goroutines may use it at the same time.
type Expression struct {
	source     string
	root       node
	names      []string // of the variables, by symbol
	symbols    map[string]symbol
	bound      []bool
	variables  []string
	references []string
	fields     map[string][]Field
}

// Compile reads an expression, without the {% %} around it. The error is an *Error.
func Compile(source string) (*Expression, error) {
	x, err := compile(source)
	if err == nil {
		return x, nil
	}
	failure, ok := err.(*Error)
	if !ok {
		failure = plainError(err.Error())
	}
	e := &evaluator{Session: newSession(Env{})}
	return nil, e.finish(failure)
}

func compile(source string) (*Expression, error) {
	if !utf8.ValidString(source) {
		source = value.String(source).AsString()
	}
	s, err := parse(source)
	if err != nil {
		return nil, err
	}
	a := newAnalysis()
	root, err := a.root(s)
	if err != nil {
		return nil, err
	}
	x := &Expression{source: source, root: root, names: a.names, symbols: a.symbols, bound: make([]bool, len(a.names))}
	for s := range a.bound {
		x.bound[s] = true
	}
	x.collect()
	return x, nil
}

// String returns the source. Bytes that were not UTF-8 are replaced.
func (x *Expression) String() string { return x.source }

// Variables returns the names of the variables, without "$", that the expression uses and does not bind
// itself, each once, in the order of writing. Names of functions are among them.
func (x *Expression) Variables() []string { return x.variables }

// References returns what in the expression refers to its context, which expressions in Step Functions
// do not have: names such as "phone" at the top level, "$" there, and "$$" anywhere; each once, in the
// order of writing. What a later step, a predicate, a grouping or an order-by refers to is its own
// context.
func (x *Expression) References() []string { return x.references }

// Field is a name that directly follows a variable in a path.
type Field struct {
	Name string
	// Position is behind the name, in UTF-16 units from the beginning of the expression.
	Position int
}

// Fields returns the names that directly follow a variable, such as input for the variable states in
// $states.input, in the order of writing.
func (x *Expression) Fields(variable string) []Field { return x.fields[variable] }

// Env is all that an evaluation depends on. The zero Env is an undefined input and no variables.
type Env struct {
	// Input is the context, $ and $$; nil is undefined.
	Input *value.Value
	// Variable returns the value of a variable by its name without "$". Its variables come before
	// built-in functions. It is asked once per name in an evaluation; a Session keeps what it gave.
	Variable func(name string) (value.Value, bool)
	// Time is what $now and $millis say.
	Time time.Time
	// Random is the source of $random, $shuffle and $uuid. When it is nil they give an error.
	Random *rand.Rand
	Limits Limits
}

// Eval evaluates the expression. The error is an *Error.
func (x *Expression) Eval(env Env) (Result, error) { return x.eval(newSession(env)) }

// IsFunction says whether name, without "$", is a built-in function.
func IsFunction(name string) bool {
	_, ok := builtins[name]
	return ok
}
