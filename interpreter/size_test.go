package interpreter_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stepwell/stepwell/interpreter"
)

// TestSizeOfFailedChildren: what branches and iterations hold that never came to an end is given back
// once and not twice, however often they fail.
func TestSizeOfFailedChildren(t *testing.T) {
	const fails = `{"StartAt": "F%[1]d", "States": {"F%[1]d": {"Type": "Fail", "Error": "E"}}}`
	for name, state := range map[string]string{
		"Parallel": `"Type": "Parallel", "Branches": [` + fmt.Sprintf(fails, 1) + `, {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}]`,
		"Map":      `"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": ` + fmt.Sprintf(fails, 2),
	} {
		t.Run(name, func(t *testing.T) {
			program := parse(t, `{"StartAt": "S", "States": {"S": {`+state+`, "ResultPath": null,
				"Catch": [{"ErrorEquals": ["E"], "ResultPath": null, "Next": "W"}], "Next": "W"}, "W": {"Type": "Wait", "Seconds": 1, "Next": "C"},
				"C": {"Type": "Choice", "Choices": [{"Variable": "$.items", "IsPresent": true, "Next": "S"}], "Default": "D"}, "D": {"Type": "Succeed"}}}`)
			x := interpreter.New(program, identity)
			now := interpreter.Moment{Time: epoch}
			step := x.Handle(now, interpreter.Start{Input: parseValue(t, `{"items": [1, 2, 3, 4, 5, 6, 7, 8]}`)})
			journal := step.Events
			first := x.Size()
			for range 100 {
				step = x.Handle(now, interpreter.FireTimer{Await: step.Effects[len(step.Effects)-1].(interpreter.Begin).Await.ID})
				journal = append(journal, step.Events...)
			}
			if x.Size() != first {
				t.Errorf("it holds %d bytes after a hundred rounds, after the first %d", x.Size(), first)
			}
			if restored := interpreter.Restore(program, identity, slices.Values(journal)); restored.Size() != x.Size() {
				t.Errorf("restored it holds %d bytes, want %d", restored.Size(), x.Size())
			}
		})
	}
}
