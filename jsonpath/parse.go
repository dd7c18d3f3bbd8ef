package jsonpath

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/stepwell/stepwell/value"
)

const (
	// maxSteps bounds what following a path can cost: each step reads over what is left of a value. No
	// value that was parsed is deeper.
	maxSteps = value.MaxDepth
	// maxNesting bounds filters and parentheses inside of each other.
	maxNesting = 32
)

// SyntaxError says why a text is no path.
type SyntaxError struct {
	// Text is the whole text that was parsed.
	Text string
	// Message says what is wrong, without repeating Text.
	Message string
}

// Error returns the message with the text.
func (e *SyntaxError) Error() string { return fmt.Sprintf("path %q: %s", e.Text, e.Message) }

// Parse reads a path of at most 1,000 steps. As in Jayway, blanks around it do not count, and other
// whitespace is part of a name. An error is a *[SyntaxError].
func Parse(text string) (*Path, error) {
	path, err := parse(text)
	if err != nil {
		return nil, err
	}
	return path, nil
}

func parse(text string) (*Path, *SyntaxError) {
	p := parser{text: text, rest: strings.Trim(text, " ")}
	path := &Path{text: text}
	if err := p.root(path); err != nil {
		return nil, err
	}
	for p.rest != "" {
		if err := p.next(path); err != nil {
			return nil, err
		}
	}
	path.close()
	return path, nil
}

// ParseReference reads a path that must be a reference path: one that names a single place, as
// ResultPath and the operands of Choice rules need it. The message of its *[SyntaxError] is in the
// words of AWS.
func ParseReference(text string) (*Path, error) {
	const refusal = "Value is not a Reference Path: "
	if !strings.HasPrefix(text, "$") {
		return nil, &SyntaxError{Text: text, Message: refusal + "Reference path didn't start with '$'"}
	}
	path, err := parse(text)
	if err == nil && path.rest != nil {
		err = &SyntaxError{Text: text, Message: "Reference path must not contain " + describe(path.rest[0])}
	}
	if err != nil {
		err.Message = refusal + err.Message
		return nil, err
	}
	return path, nil
}

// describe names what a selector is for a reader.
func describe(s selector) string {
	switch s := s.(type) {
	case descent:
		return "'..'"
	case wildcard:
		return "a wildcard"
	case members, elements:
		return "a union"
	case slice:
		return "a slice"
	case *call:
		return "the function '" + s.name + "()'"
	}
	return "a filter"
}

// parser reads rest from left to right.
type parser struct {
	text, rest string
	// inner says that a path inside of brackets or parentheses is read, which ends before an operator.
	inner bool
	// nesting counts the filters and parentheses that are open.
	nesting int
	// weight sums those of the regular expressions.
	weight int
}

// root reads "$", "$$" or "$name".
func (p *parser) root(path *Path) *SyntaxError {
	if !p.accept("$") {
		return p.fail("a path must start with '$'")
	}
	if p.accept("$") {
		path.root = rootContext
	}
	if p.rest == "" || p.rest[0] == '.' || p.rest[0] == '[' {
		return nil
	}
	name := p.until(".[")
	if path.root == rootContext || !IsIdentifier(name) {
		return p.fail("'$' must be followed by '.', '[' or the name of a variable")
	}
	path.root, path.variable = rootVariable, name
	return nil
}

// IsIdentifier reports whether a variable can have this name: it is a default identifier of Unicode
// (UAX #31).
func IsIdentifier(name string) bool {
	for i, r := range name {
		start := unicode.IsLetter(r) || unicode.In(r, unicode.Nl, unicode.Other_ID_Start)
		if !start && (i == 0 || !unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)) {
			return false
		}
	}
	return name != ""
}

// next reads one step or selector and adds it to path.
func (p *parser) next(path *Path) *SyntaxError {
	s, err := p.selector()
	if err != nil {
		return err
	}
	if len(path.steps)+len(path.rest) == maxSteps {
		return p.fail(fmt.Sprintf("a path has at most %d steps", maxSteps))
	}
	if n := len(path.rest); n > 0 {
		if f, ok := path.rest[n-1].(*call); ok {
			return p.fail("nothing can follow the function '" + f.name + "()'")
		}
	}
	if s, ok := s.(step); ok && path.rest == nil && !p.inner {
		path.steps = append(path.steps, s)
		return nil
	}
	path.rest = append(path.rest, s)
	return nil
}

// close completes a path that was read. A function behind a descent is one of all that is found.
func (p *Path) close() {
	last := len(p.rest) - 1
	if last > 1 && len(p.steps) == 0 {
		_, descends := p.rest[0].(descent)
		_, open := p.rest[last-1].(descent) // which needs the function to go on with
		if f, ok := p.rest[last].(*call); ok && descends && !open {
			p.whole, p.rest = f, p.rest[:last]
			return
		}
	}
	p.measure()
}

// measure finds out whether the path is indefinite.
func (p *Path) measure() {
	last := len(p.rest) - 1
	for i, s := range p.rest {
		p.indefinite = p.indefinite || s.indefinite(i == last)
	}
}

// selector reads what begins with a dot or a bracket.
func (p *parser) selector() (selector, *SyntaxError) {
	switch {
	case strings.HasPrefix(p.rest, ".."):
		p.rest = p.rest[1:]
		if bracket, ok := strings.CutPrefix(p.rest, ".["); ok {
			p.rest = "[" + bracket
		}
		if p.rest == "." || strings.HasPrefix(p.rest, "..") {
			return nil, p.fail("a name must follow '..'")
		}
		return descent{}, nil
	case p.accept("."):
		return p.dotted()
	case p.accept("["):
		return p.bracketed()
	}
	return nil, p.fail(fmt.Sprintf("unexpected %q", p.rest))
}

// dotted reads the name behind a dot.
func (p *parser) dotted() (selector, *SyntaxError) {
	stops := ".[( "
	if p.inner {
		stops += ")<>=!~&|,]"
	}
	name := p.until(stops)
	switch {
	case strings.HasPrefix(p.rest, "("):
		return p.call(name)
	case strings.HasPrefix(p.rest, " ") && !p.inner:
		return nil, p.fail("a name that contains blanks needs brackets: ['my name']")
	case name == "":
		return nil, p.fail("a name must follow '.'")
	case name == "*":
		return wildcard{}, nil
	}
	return named(name), nil
}

// call reads the arguments of a function, which are values and paths.
func (p *parser) call(name string) (selector, *SyntaxError) {
	f := &call{name: name, function: functions[name]}
	if f.function == nil {
		return nil, p.fail("there is no function '" + name + "()'")
	}
	if p.nesting++; p.nesting > maxNesting {
		return nil, p.fail("functions are nested too deep")
	}
	p.accept("(")
	for p.blanks(); !p.accept(")"); p.blanks() {
		if len(f.arguments) > 0 && !p.accept(",") {
			return nil, p.fail("the arguments of a function are not closed")
		}
		o, err := p.operand()
		if err != nil {
			return nil, err
		}
		f.arguments = append(f.arguments, o)
	}
	p.nesting--
	return f, nil
}

// bracketed reads what follows an opening bracket.
func (p *parser) bracketed() (selector, *SyntaxError) {
	p.blanks()
	var s selector
	var err *SyntaxError
	switch {
	case p.rest == "":
		return nil, p.fail("a bracket is not closed")
	case p.rest[0] == '\'' || p.rest[0] == '"':
		s, err = p.names()
	case p.accept("*"):
		s = wildcard{}
	case p.accept("?"):
		s, err = p.filter()
	default:
		s, err = p.indexes()
	}
	if err != nil {
		return nil, err
	}
	p.blanks()
	if !p.accept("]") {
		return nil, p.fail("a bracket is not closed")
	}
	return s, nil
}

// names reads quoted names with commas between them.
func (p *parser) names() (selector, *SyntaxError) {
	var names members
	for {
		name, err := p.quoted()
		if err != nil {
			return nil, err
		}
		names = append(names, named(name).name)
		p.blanks()
		if !p.accept(",") {
			break
		}
		p.blanks()
	}
	if len(names) == 1 {
		return step{name: names[0]}, nil
	}
	return names, nil
}

// quoted reads a text in quotes of either kind. A backslash before such a quote makes it a part of the
// text; any other one is itself a part of it, as AWS's recordings show.
func (p *parser) quoted() (string, *SyntaxError) {
	if p.rest == "" || p.rest[0] != '\'' && p.rest[0] != '"' {
		return "", p.fail("a quoted name must follow ','")
	}
	var name strings.Builder
	for i := 1; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == p.rest[0]:
			p.rest = p.rest[i+1:]
			return name.String(), nil
		case c == '\\' && i+1 < len(p.rest) && p.rest[i+1] == p.rest[0]:
			i++
			name.WriteByte(p.rest[i])
		default:
			name.WriteByte(c)
		}
	}
	return "", p.fail("a quoted name is not closed")
}

// named returns the step to a member, its name in the form that keys have.
func named(name string) step { return step{name: value.String(name).AsString()} }

// indexes reads an index, a union of indexes or a slice.
func (p *parser) indexes() (selector, *SyntaxError) {
	text := strings.TrimRight(p.until("]"), " ")
	if strings.Contains(text, ":") {
		return p.slice(text)
	}
	var e elements
	for part := range strings.SplitSeq(text, ",") {
		i, ok := number(strings.Trim(part, " "))
		if !ok {
			return nil, p.fail("brackets must hold quoted names, array indexes, a slice, '*' or a filter")
		}
		e.indexes = append(e.indexes, i)
	}
	if len(e.indexes) == 1 {
		return step{index: e.indexes[0], isIndex: true}, nil
	}
	return e, nil
}

// slice reads "from:to", of which one may be missing. A step behind them is ignored.
func (p *parser) slice(text string) (selector, *SyntaxError) {
	parts := strings.SplitN(text, ":", 3)
	s := slice{hasFrom: parts[0] != "", hasTo: parts[1] != ""}
	from, okFrom := number(parts[0])
	to, okTo := number(parts[1])
	bad := strings.Trim(text, "0123456789-:") != ""
	if bad || s.hasFrom != okFrom || s.hasTo != okTo || !okFrom && !okTo {
		return nil, p.fail("a slice is [from:to], [from:] or [:to]")
	}
	s.from, s.to = from, to
	return s, nil
}

// number reads a whole number of 32 bits.
func number(text string) (int, bool) {
	i, err := strconv.ParseInt(text, 10, 32)
	return int(i), err == nil && text[0] != '+'
}

// until returns what stands before the first of the given characters, and moves there.
func (p *parser) until(stops string) string {
	end := strings.IndexAny(p.rest, stops)
	if end < 0 {
		end = len(p.rest)
	}
	text := p.rest[:end]
	p.rest = p.rest[end:]
	return text
}

func (p *parser) blanks() { p.rest = strings.TrimLeft(p.rest, " ") }

// accept moves over token if the rest begins with it.
func (p *parser) accept(token string) bool {
	var ok bool
	p.rest, ok = strings.CutPrefix(p.rest, token)
	return ok
}

func (p *parser) fail(message string) *SyntaxError {
	return &SyntaxError{Text: p.text, Message: message}
}
