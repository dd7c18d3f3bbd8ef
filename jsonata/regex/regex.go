// Package regex matches ECMAScript regular expressions by backtracking, within a budget of steps.
//
// JSONata expressions carry the regular expressions of JavaScript: with lookahead and lookbehind,
// backreferences, and groups that each round of a loop empties. Package regexp of the standard
// library has none of these. What it has, a time linear in the text, is replaced by the budget: a
// catastrophic expression ends with [ErrSteps], after the same number of steps on every machine, so
// that a pure evaluator needs no clock.
//
// [Compile] parses the pattern into a tree (parse.go, escape.go, class.go), and the tree into a
// program (compile.go), which grows with the pattern alone: counted loops count, they are not
// unrolled. [Regexp.Match] runs the program (machine.go) with a stack of its own, so that neither
// long texts nor deep backtracking use Go's stack.
//
// The syntax is that of ECMA-262 §22.2.1 without the u flag, with Annex B §B.1.2; the meaning is
// that of §22.2.2, with one difference: a character is a code point, where JavaScript takes UTF-16
// units. So "." matches the whole of an emoji, of which JavaScript would match half, and a class
// can hold one. Offsets are those of bytes in the text.
package regex

import (
	"errors"
	"strings"
)

// ErrSteps is what Match returns when its budget is used up.
var ErrSteps = errors.New("regular expression takes too many steps")

// ErrStack is what Match returns when it would have to remember more than maxStack alternatives,
// or the text is longer than maxText bytes.
var ErrStack = errors.New("regular expression needs too much memory")

// defaultSteps is the budget of a Match that is given none.
const defaultSteps = 10_000_000

// maxText is the length of text that can be matched, in bytes: positions are kept in 32 bits.
const maxText = 1 << 30

// Regexp is a compiled regular expression. It is immutable.
type Regexp struct {
	pattern, flags string
	program
}

// Match is where a regular expression matched.
type Match struct {
	// Start and End delimit the match, in bytes.
	Start, End int
	// Groups are the capturing groups in the order of their parentheses: Groups[0] is group 1.
	Groups []Group
}

// Group is where a capturing group matched, in bytes. Both are -1 when it took no part.
type Group struct {
	Start, End int
}

// SyntaxError says why a pattern or its flags are refused, in the words of the JavaScript engine V8.
type SyntaxError struct {
	Message string
}

// Error returns the message.
func (e *SyntaxError) Error() string { return e.Message }

// Compile parses a pattern with the flags i (ignore case), m (^ and $ match at lines) and g, which
// has no meaning here. Its errors are of type *SyntaxError.
func Compile(pattern, flags string) (*Regexp, error) {
	for i, flag := range flags {
		if !strings.ContainsRune("gim", flag) || strings.ContainsRune(flags[:i], flag) {
			return nil, &SyntaxError{Message: "Invalid flags supplied to RegExp constructor '" + flags + "'"}
		}
	}
	p := newParser(pattern, strings.Contains(flags, "i"))
	tree, problem := p.pattern()
	if problem != "" {
		return nil, &SyntaxError{Message: "Invalid regular expression: /" + pattern + "/" + flags + ": " + problem}
	}
	r := &Regexp{pattern: pattern, flags: flags}
	r.program = compile(tree, p.groups, p.fold, strings.Contains(flags, "m"))
	return r, nil
}

// String returns the expression as a JavaScript literal.
func (r *Regexp) String() string { return "/" + r.pattern + "/" + r.flags }

// NumGroups returns the number of capturing groups.
func (r *Regexp) NumGroups() int { return r.groups }

// Match finds the first match that starts at byte from of text or later, and says whether there is
// one. What precedes from is seen by lookbehind, ^ and \b. Match counts steps down by the work that
// it does; with nil it has a budget of its own. The error is ErrSteps or ErrStack.
func (r *Regexp) Match(text string, from int, steps *int) (Match, bool, error) {
	if from < 0 || from > len(text) {
		return Match{}, false, nil
	}
	if len(text) > maxText {
		return Match{}, false, ErrStack
	}
	budget := defaultSteps
	if steps != nil {
		budget = *steps
	}
	m := newMachine(&r.program, text, budget)
	start, end, err := m.search(from)
	if steps != nil {
		*steps = max(m.steps, 0)
	}
	if err != nil || start < 0 {
		return Match{}, false, err
	}
	return Match{Start: start, End: end, Groups: m.captured()}, true, nil
}
