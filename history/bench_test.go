package history_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/history"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/value"
)

// journals are events as executions write them, one of each kind of state.
func journals(b *testing.B) []interpreter.Event {
	b.Helper()
	const definition = `{"StartAt": "P", "States": {
		"P": {"Type": "Pass", "Result": {"a": [1, 2, 3]}, "Next": "M"},
		"M": {"Type": "Map", "ItemsPath": "$.a", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}, "Next": "T"},
		"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f", "Payload.$": "$"}, "End": true}}}`
	program, found := asl.Parse(definition)
	if program == nil {
		b.Fatal(asl.Messages(found))
	}
	x := interpreter.New(program, interpreter.Identity{})
	now := interpreter.Moment{Time: time.Unix(0, 0)}
	step := x.Handle(now, interpreter.Start{Input: value.Object()})
	end := x.Handle(now, interpreter.CompleteTask{Await: step.Effects[0].(interpreter.Begin).Await.ID, Output: value.Int(1)})
	return slices.Concat(step.Events, end.Events)
}

// BenchmarkRender shows the events of an execution, one after the other.
func BenchmarkRender(b *testing.B) {
	events := journals(b)
	b.ReportAllocs()
	i, shown := 0, 0
	for b.Loop() {
		if _, visible := history.Render(events[i%len(events)], interpreter.Identity{}, true); visible {
			shown++
		}
		i++
	}
	if shown == 0 {
		b.Fatal("no event has a place in the history")
	}
}
