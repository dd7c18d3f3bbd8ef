package jsonata

// builtin is a function of the language.
type builtin struct {
	name string
	// typed is the signature.
	typed *signature
	// takes is how many arguments it can make use of, as JavaScript counts them.
	takes int
	run   func(e *evaluator, args []item) (item, error)
}

func (b *builtin) arity() int            { return b.takes }
func (b *builtin) signature() *signature { return b.typed }

func (b *builtin) call(e *evaluator, _ *function, args []item, _ item) (item, error) {
	return b.run(e, args)
}

// builtins are the functions by name. They are filled in by init, because functions call functions.
var builtins map[string]*builtin

func init() {
	builtins = map[string]*builtin{}
	for _, group := range [][]definition{
		stringFunctions, matchFunctions, encodingFunctions, numberFunctions, arrayFunctions, objectFunctions,
		higherFunctions, timeFunctions, awsFunctions,
	} {
		for _, d := range group {
			builtins[d.name] = &builtin{d.name, mustSignature(d.signature), d.takes, d.run}
		}
	}
}

// definition is a line in a table of functions.
type definition struct {
	name, signature string
	takes           int
	run             func(e *evaluator, args []item) (item, error)
}

// defined makes a function that gives nothing for nothing of one that wants its first argument.
func defined(run func(e *evaluator, args []item) (item, error)) func(e *evaluator, args []item) (item, error) {
	return func(e *evaluator, args []item) (item, error) {
		if !args[0].defined() {
			return undefined, nil
		}
		return run(e, args)
	}
}
