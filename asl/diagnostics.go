package asl

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/stepwell/stepwell/value"
)

// Diagnostic is one finding about a definition, as ValidateStateMachineDefinition reports it.
type Diagnostic struct {
	Severity Severity
	Code     string
	Message  string
	// Location is like /States/A/Next; empty when the finding has none.
	Location string

	at           *location
	line, column int // of a syntax error
}

// Position returns the line and column, both from 1, at which the finding is in the definition that
// it is about: that of the field, or of the object that lacks it. It is false for a finding about the
// definition as a whole.
func (d Diagnostic) Position(definition string) (line, column int, ok bool) {
	if d.at == nil {
		return d.line, d.column, d.line > 0
	}
	place := value.Place(definition, d.at.path()...)
	before := definition[:place]
	start := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[start:]) + 1, true
}

// Severity is ERROR or WARNING.
type Severity string

// The severities of a Diagnostic.
const (
	SeverityError   Severity = "ERROR"
	SeverityWarning Severity = "WARNING"
)

// The codes of Diagnostics. All are AWS's but [CodeUnsupportedFeature].
const (
	CodeSchema           = "SCHEMA_VALIDATION_FAILED"
	CodeInvalidJSON      = "INVALID_JSON_DESCRIPTION"
	CodeMissingTarget    = "MISSING_TRANSITION_TARGET"
	CodeMissingEnd       = "MISSING_END_STATE"
	CodeTooDeep          = "TOO_DEEPLY_NESTED"
	CodeDuplicateName    = "DUPLICATE_STATE_NAME"
	CodeInvalidStateName = "INVALID_STATE_NAME"
	CodeReservedVariable = "RESERVED_VARIABLE_NAME"
	CodeInvalidVariable  = "INVALID_VARIABLE_NAME"
	CodeInvalidQuery     = "INVALID_JSONATA_EXPRESSION"
	CodeUnsupportedQuery = "UNSUPPORTED_JSONATA_EXPRESSION"
	CodeNoDollar         = "NO_DOLLAR"
	CodeNoPath           = "NO_PATH"
	CodeStaticResult     = "PASS_RESULT_IS_STATIC"
	// CodeUnsupportedFeature marks what AWS accepts and this package does not compile.
	CodeUnsupportedFeature = "UNSUPPORTED_FEATURE"
)

// Messages joins the errors among ds as the InvalidDefinition exception of CreateStateMachine shows
// them: "CODE: message at location, CODE: message at location", with null for no location.
func Messages(ds []Diagnostic) string {
	var joined strings.Builder
	for _, d := range ds {
		if d.Severity != SeverityError {
			continue
		}
		if joined.Len() > 0 {
			joined.WriteString(", ")
		}
		fmt.Fprintf(&joined, "%s: %s at %s", d.Code, d.Message, cmp.Or(d.Location, "null"))
	}
	return joined.String()
}

// The limits on what one Parse reports: a definition of a megabyte can be wrong in a hundred
// thousand places, each with a name as long as the rest of it.
const (
	maxFindings     = 1000
	maxFindingBytes = 1 << 20
)

// findings collects Diagnostics up to a limit.
type findings struct {
	list  []Diagnostic
	bytes int
}

func (f *findings) full() bool {
	return len(f.list) >= maxFindings || f.bytes >= maxFindingBytes
}

// add records an error at a place, nil meaning none.
func (f *findings) add(code string, at *location, message string) {
	f.note(SeverityError, code, at, message)
}

// note records a finding at a place, nil meaning none.
func (f *findings) note(severity Severity, code string, at *location, message string) {
	if f.full() {
		return
	}
	d := Diagnostic{Severity: severity, Code: code, Message: message, Location: at.String(), at: at}
	f.bytes += len(d.Message) + len(d.Location)
	f.list = append(f.list, d)
}

// location is a place in a definition. It is a chain up to the root, which is written only when a
// finding needs it.
type location struct {
	parent *location
	// step is a key; when it is empty, index is the place in an array.
	step  string
	index int
}

// root is the location of the whole definition.
var root = &location{}

// field returns the location of a member of the object at l.
func (l *location) field(key string) *location { return &location{parent: l, step: "/" + key} }

// element returns the location of an element of the array at l.
func (l *location) element(i int) *location { return &location{parent: l, index: i} }

// String writes l as AWS does: /States/C/Choices[0]/Next, keys unescaped; "/" is the root, and ""
// the location of a finding that has none.
func (l *location) String() string {
	switch {
	case l == nil:
		return ""
	case l.parent == nil:
		return "/"
	}
	return l.from(root)
}

// within writes where l is inside of outer: Output/a[0].
func (l *location) within(outer *location) string { return strings.TrimPrefix(l.from(outer), "/") }

func (l *location) from(outer *location) string {
	var text strings.Builder
	for _, step := range l.path()[len(outer.path()):] {
		switch step := step.(type) {
		case string:
			text.WriteString("/" + step)
		case int:
			text.WriteString("[" + strconv.Itoa(step) + "]")
		}
	}
	return text.String()
}

// path returns the keys (string) and indexes (int) that lead to l.
func (l *location) path() []any {
	var steps []any
	for ; l.parent != nil; l = l.parent {
		if l.step != "" {
			steps = append(steps, l.step[1:])
		} else {
			steps = append(steps, l.index)
		}
	}
	slices.Reverse(steps)
	return steps
}
