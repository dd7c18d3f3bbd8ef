package stepwell

import (
	"fmt"
	"strings"

	"github.com/stepwell/stepwell/asl"
)

// Diagnostic is one finding about a definition.
type Diagnostic struct {
	// Severity is ERROR or WARNING. A definition with an error cannot be created.
	Severity string
	// Code and Message are AWS's where AWS has the finding too.
	Code, Message string
	// Location is like /States/A/Next; empty when the finding is about the whole.
	Location string
	// Line and Column count from 1; they are 0 when the finding is about the whole.
	Line, Column int
}

// String returns the finding in one line, without its place.
func (d Diagnostic) String() string {
	text, _, _ := strings.Cut(d.Message, "\n") // AWS repeats the definition there
	if d.Location != "" && !strings.HasPrefix(d.Location, "[") {
		text += " at " + d.Location
	}
	return fmt.Sprintf("%s: %s: %s", strings.ToLower(d.Severity), d.Code, text)
}

// Validate returns every finding about a definition, as ValidateStateMachineDefinition and the creation
// of a state machine would.
func Validate(definition string) []Diagnostic {
	_, found := asl.Parse(definition)
	all := make([]Diagnostic, 0, len(found))
	for _, d := range found {
		line, column, _ := d.Position(definition)
		all = append(all, Diagnostic{
			Severity: string(d.Severity), Code: d.Code, Message: d.Message, Location: d.Location, Line: line, Column: column,
		})
	}
	return all
}
