package jsonpath

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// maxSteps bounds what following a path can cost: each step reads over what is left of a value. No
// value that was parsed is deeper.
const maxSteps = value.MaxDepth

// SyntaxError says why a text is no path that this package evaluates.
type SyntaxError struct {
	// Text is the whole text that was parsed.
	Text string
	// Message says what is wrong, without repeating Text.
	Message string
	// Unsupported says that the text uses a part of JSONPath that this package leaves out.
	Unsupported bool
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
	return p.path()
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
	if err != nil {
		err.Message = refusal + err.Message
		return nil, err
	}
	return path, nil
}

// parser reads rest from left to right.
type parser struct {
	text, rest string
}

func (p *parser) path() (*Path, *SyntaxError) {
	path := &Path{text: p.text}
	if err := p.root(path); err != nil {
		return nil, err
	}
	for p.rest != "" {
		s, err := p.step()
		if err != nil {
			return nil, err
		}
		if len(path.steps) == maxSteps {
			return nil, p.fail(fmt.Sprintf("a path has at most %d steps", maxSteps))
		}
		path.steps = append(path.steps, s)
	}
	return path, nil
}

// root reads "$" or "$$".
func (p *parser) root(path *Path) *SyntaxError {
	if !p.accept("$") {
		return p.fail("a path must start with '$'")
	}
	path.context = p.accept("$")
	if p.rest != "" && p.rest[0] != '.' && p.rest[0] != '[' {
		return p.unsupported("a variable ('$name')")
	}
	return nil
}

func (p *parser) step() (step, *SyntaxError) {
	switch {
	case strings.HasPrefix(p.rest, ".."):
		return step{}, p.unsupported("recursive descent ('..')")
	case p.accept("."):
		return p.dotted()
	case p.accept("["):
		return p.bracketed()
	}
	return step{}, p.fail(fmt.Sprintf("unexpected %q", p.rest))
}

// dotted reads the name behind a dot.
func (p *parser) dotted() (step, *SyntaxError) {
	if strings.HasPrefix(p.rest, "*") {
		return step{}, p.unsupported("a wildcard ('*')")
	}
	end := strings.IndexAny(p.rest, ".[( ")
	if end < 0 {
		end = len(p.rest)
	}
	name := p.rest[:end]
	p.rest = p.rest[end:]
	switch {
	case strings.HasPrefix(p.rest, "("):
		return step{}, p.unsupported("the function '" + name + "()'")
	case strings.HasPrefix(p.rest, " "):
		return step{}, p.fail("a name that contains blanks needs brackets: ['my name']")
	case name == "":
		return step{}, p.fail("a name must follow '.'")
	}
	return named(name), nil
}

// bracketed reads what follows an opening bracket.
func (p *parser) bracketed() (step, *SyntaxError) {
	p.blanks()
	var s step
	var err *SyntaxError
	switch {
	case p.rest == "":
		return s, p.fail("a bracket is not closed")
	case p.rest[0] == '\'' || p.rest[0] == '"':
		s, err = p.quoted()
	case p.rest[0] == '*':
		return s, p.unsupported("a wildcard ('*')")
	case p.rest[0] == '?':
		return s, p.unsupported("a filter ('?')")
	case p.rest[0] == '(' || p.rest[0] == '@':
		return s, p.unsupported("an expression in brackets")
	default:
		s, err = p.index()
	}
	if err != nil {
		return s, err
	}
	return s, p.closing()
}

// quoted reads a name in quotes of either kind. A backslash before such a quote makes it a part of the
// name; any other one is itself a part of it, as AWS's recordings show.
func (p *parser) quoted() (step, *SyntaxError) {
	var name strings.Builder
	for i := 1; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == p.rest[0]:
			p.rest = p.rest[i+1:]
			return named(name.String()), nil
		case c == '\\' && i+1 < len(p.rest) && p.rest[i+1] == p.rest[0]:
			i++
			name.WriteByte(p.rest[i])
		default:
			name.WriteByte(c)
		}
	}
	return step{}, p.fail("a quoted name is not closed")
}

// named returns the step to a member, its name in the form that keys have.
func named(name string) step { return step{name: value.String(name).AsString()} }

// index reads a number, negative to count from the end.
func (p *parser) index() (step, *SyntaxError) {
	digits := strings.TrimPrefix(p.rest, "-")
	end := len(p.rest) - len(strings.TrimLeft(digits, "0123456789"))
	if strings.HasPrefix(p.rest[end:], ":") {
		return step{}, p.unsupported("a slice (':')")
	}
	i, err := strconv.ParseInt(p.rest[:end], 10, 32)
	if err != nil {
		return step{}, p.fail("brackets must hold a quoted name or an array index")
	}
	p.rest = p.rest[end:]
	return step{index: int(i), isIndex: true}, nil
}

// closing reads the end of a bracket.
func (p *parser) closing() *SyntaxError {
	p.blanks()
	switch {
	case p.accept("]"):
		return nil
	case strings.HasPrefix(p.rest, ","):
		return p.unsupported("a union (',')")
	case strings.HasPrefix(p.rest, ":"):
		return p.unsupported("a slice (':')")
	}
	return p.fail("a bracket is not closed")
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

func (p *parser) unsupported(construct string) *SyntaxError {
	return &SyntaxError{Text: p.text, Message: construct + " is not supported", Unsupported: true}
}
