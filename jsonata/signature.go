package jsonata

import "strings"

// signature says which arguments a function takes, docs.jsonata.org "Function signature syntax". The
// type that a function returns is read over.
type signature struct {
	params []param
}

// param is one parameter of a signature.
type param struct {
	// types are the symbols of the arguments that fit; "m", a missing value, is one of them.
	types string
	// subtype is the type of the elements of an array, where it was given.
	subtype         string
	array           bool
	optional, many  bool
	context         bool // a missing argument is replaced by the context
	parameterizable bool // a type in < > may follow
}

const anyTypes = "asnblfom"

// parseSignature reads text, which begins with "<". With an error comes its place in text.
func parseSignature(text string) (*signature, int, *Error) {
	s := &signature{}
	for i := 1; i < len(text) && text[i] != ':'; i++ {
		end, err := s.symbol(text, i)
		if err != nil {
			return nil, i, err
		}
		i = end
	}
	return s, 0, nil
}

// symbol reads the symbol at i and returns its last byte. What is no symbol is read over.
func (s *signature) symbol(text string, i int) (int, *Error) {
	var before param // what a mark without a type applies to is forgotten
	last := &before
	if n := len(s.params); n > 0 {
		last = &s.params[n-1]
	}
	switch c := text[i]; c {
	case 's', 'n', 'b', 'l', 'o':
		s.params = append(s.params, param{types: string(c) + "m"})
	case 'a':
		s.params = append(s.params, param{types: anyTypes, array: true, parameterizable: true})
	case 'f':
		s.params = append(s.params, param{types: "f", parameterizable: true})
	case 'j':
		s.params = append(s.params, param{types: "asnblom"})
	case 'x':
		s.params = append(s.params, param{types: anyTypes})
	case '-':
		last.context, last.optional = true, true
	case '?':
		last.optional = true
	case '+':
		last.many = true
	case '(':
		return s.choice(text, i)
	case '<':
		if !last.parameterizable {
			return 0, &Error{Code: "S0401"}
		}
		end := closing(text, i, '<', '>')
		last.subtype = text[i+1 : end]
		return end, nil
	}
	return i, nil
}

func (s *signature) choice(text string, i int) (int, *Error) {
	end := closing(text, i, '(', ')')
	types := text[i+1 : end]
	if strings.Contains(types, "<") {
		return 0, &Error{Code: "S0402"}
	}
	s.params = append(s.params, param{types: types + "m"})
	return end, nil
}

// closing returns where the bracket at i is closed, or the end of text.
func closing(text string, i int, opens, closes byte) int {
	depth := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case opens:
			depth++
		case closes:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(text)
}

// mustSignature reads the signature of a built-in function.
func mustSignature(text string) *signature {
	s, _, err := parseSignature(text)
	if err != nil {
		panic("jsonata: bad signature " + text)
	}
	return s
}

// symbolOf is the type of an argument.
func symbolOf(i item) byte {
	const symbols = "mlbnsaofo"
	return symbols[i.kind]
}

// maxArguments bounds the work of matching arguments with a signature, which can grow with the third
// power of their number.
const maxArguments = 64

// validate returns the arguments as the function wants them: with the context where it stands in for
// a missing one, and single values as arrays where arrays are wanted.
func (b *budget) validate(s *signature, args []item, context item) ([]item, error) {
	if len(args) > maxArguments || len(s.params) > maxArguments {
		return nil, errStack()
	}
	m := matching{params: s.params, args: args, whole: true}
	matched := m.match(0, 0)
	if err := b.spend(1 + m.work/itemsPerStep); err != nil {
		return nil, err
	}
	if !matched {
		return nil, s.mismatch(args)
	}
	valid := make([]item, 0, max(len(args), len(s.params)))
	at := 0
	for i := range s.params {
		p, count := &s.params[i], m.count(i)
		if count == 0 {
			given, err := p.missing(args, at, context)
			if err != nil {
				return nil, err
			}
			valid = append(valid, given)
			if !p.context {
				at++
			}
			continue
		}
		first := at
		for range count {
			given := p.given(args, first, at)
			if a := given.array(); a != nil && p.subtype != "" {
				if err := b.spend(a.len() / itemsPerStep); err != nil {
					return nil, err
				}
			}
			given, err := p.fit(given, at, count)
			if err != nil {
				return nil, err
			}
			valid = append(valid, given)
			at++
		}
	}
	return valid, nil
}

// given is argument at, or the first one of the parameter: as in the reference implementation only
// arrays are told apart where a parameter takes many.
func (p *param) given(args []item, first, at int) item {
	if !p.array {
		at = first
	}
	if at < len(args) {
		return args[at]
	}
	return undefined
}

// missing is what a parameter without an argument gets.
func (p *param) missing(args []item, at int, context item) (item, error) {
	if !p.context {
		if at < len(args) {
			return args[at], nil
		}
		return undefined, nil
	}
	if strings.IndexByte(p.types, symbolOf(context)) < 0 {
		return undefined, &Error{Code: "T0411", value: context, index: number(float64(at + 1))}
	}
	return context, nil
}

// fit makes an array of an argument where the parameter is one, and checks the elements.
func (p *param) fit(given item, at, count int) (item, error) {
	if !p.array || !given.defined() {
		return given, nil
	}
	a := given.array()
	if !p.elementsFit(given, a, count) {
		return undefined, &Error{Code: "T0412", value: given, index: number(float64(at + 1)), kind: plural(p.subtype)}
	}
	if a == nil {
		return list(&array{items: []item{given}}), nil
	}
	return given, nil
}

func (p *param) elementsFit(given item, a *array, count int) bool {
	switch {
	case p.subtype == "":
		return true
	case a == nil:
		return count == 1 && p.subtype == string(symbolOf(given))
	case a.len() == 0:
		return true
	case symbolOf(a.list()[0]) != p.subtype[0]:
		return false
	}
	for _, i := range a.list() {
		if symbolOf(i) != p.subtype[0] {
			return false
		}
	}
	return true
}

// plural is the type of elements as messages name it; undefined where they have no name for it.
func plural(subtype string) item {
	names := map[string]string{
		"a": "arrays", "b": "booleans", "f": "functions", "n": "numbers", "o": "objects", "s": "strings",
	}
	if name, ok := names[subtype]; ok {
		return text(name)
	}
	return undefined
}

// mismatch is the error of arguments that do not match: it names the first one that cannot be matched.
func (s *signature) mismatch(args []item) error {
	good := 0
	for n := 1; n <= len(s.params); n++ {
		m := matching{params: s.params[:n], args: args}
		if !m.match(0, 0) {
			break
		}
		good = m.end
	}
	err := &Error{Code: "T0410", index: number(float64(good + 1))}
	if good < len(args) {
		err.value = args[good]
	}
	return err
}

// matching distributes arguments over parameters, as many as fit to the first ones, and goes back
// where the rest does not fit then.
type matching struct {
	params []param
	args   []item
	whole  bool // all arguments have to be matched
	end    int  // how many were
	work   int  // arguments looked at
	counts [8]int
	more   []int
	failed map[[2]int]bool
}

func (m *matching) count(i int) int {
	if i < len(m.counts) {
		return m.counts[i]
	}
	return m.more[i-len(m.counts)]
}

func (m *matching) setCount(i, count int) {
	if i < len(m.counts) {
		m.counts[i] = count
		return
	}
	if m.more == nil {
		m.more = make([]int, len(m.params)-len(m.counts))
	}
	m.more[i-len(m.counts)] = count
}

// match matches the parameters from i on with the arguments from at on.
func (m *matching) match(i, at int) bool {
	if i == len(m.params) {
		m.end = at
		return !m.whole || at == len(m.args)
	}
	if m.failed[[2]int{i, at}] {
		return false
	}
	p := &m.params[i]
	most, least := 1, 1
	if p.many {
		most = len(m.args)
	}
	if p.optional {
		least = 0
	}
	fitting := 0
	for fitting < most && at+fitting < len(m.args) && strings.IndexByte(p.types, symbolOf(m.args[at+fitting])) >= 0 {
		fitting++
	}
	m.work += fitting + 1
	for count := fitting; count >= least; count-- {
		m.setCount(i, count)
		if m.match(i+1, at+count) {
			return true
		}
	}
	if m.failed == nil {
		m.failed = map[[2]int]bool{}
	}
	m.failed[[2]int{i, at}] = true
	return false
}
