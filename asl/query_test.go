package asl

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/jsonata"
	"github.com/stepwell/stepwell/value"
)

// TestQueriesReadOnce checks that the expressions of a field, and the fields of a scope, share what was
// read of the input, and a budget.
func TestQueriesReadOnce(t *testing.T) {
	const expressions = 2000
	output := strings.Repeat(`"{% $count($states.input.items) %}",`, expressions)
	program, diagnostics := Parse(fmt.Sprintf(
		`{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Pass","End":true,"Output":[%s]}}}`,
		strings.TrimSuffix(output, ",")))
	if program == nil {
		t.Fatal(diagnostics)
	}
	input := parsed(t, `{"items": [`+strings.Repeat(`{"a": "b"}, `, 10_000)+`1]}`)
	states := value.Object(value.Member{Key: "input", Value: input})
	asked := 0
	scope := NewQueryScope(jsonata.Env{Variable: func(name string) (value.Value, bool) {
		if name == "states" {
			asked++
		}
		return states, name == "states"
	}})
	query := program.Root.State("A").(*Pass).Output
	v, err := query.Eval(scope)
	if err != nil || v.Len() != expressions || v.Index(0).Text() != "10001" {
		t.Fatalf("%.100s, %v", v.Text(), err)
	}
	if steps := scope.Steps(); asked != 1 || steps > 100*expressions {
		t.Errorf("asked %d times, %d steps", asked, steps)
	}
	if _, err := query.Eval(scope); err != nil || asked != 1 {
		t.Errorf("the second time: asked %d times, %v", asked, err)
	}
}
