package interpreter_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/value"
)

// chain returns a definition of n states of one kind in a row, given without Next.
func chain(n int, state string) string {
	var b strings.Builder
	b.WriteString(`{"StartAt": "S0", "States": {`)
	for i := range n {
		fmt.Fprintf(&b, `"S%d": {%s, "Next": "S%d"}, `, i, state, i+1)
	}
	fmt.Fprintf(&b, `"S%d": {"Type": "Succeed"}}}`, n)
	return b.String()
}

// finish runs an execution to its end: every task succeeds with its own input, every timer fires.
func finish(tb testing.TB, program *asl.Program, input value.Value) (*interpreter.Execution, []interpreter.Event) {
	tb.Helper()
	x := interpreter.New(program, identity)
	now := interpreter.Moment{Time: epoch, Seed: 1}
	step := x.Handle(now, interpreter.Start{Input: input})
	journal := step.Events
	waiting := step.Effects
	for len(waiting) > 0 {
		begin, ok := waiting[0].(interpreter.Begin)
		if waiting = waiting[1:]; !ok {
			continue
		}
		var c interpreter.Command = interpreter.CompleteTask{Await: begin.Await.ID, Output: begin.Await.Input}
		if begin.Await.Kind == interpreter.AwaitTimer {
			c = interpreter.FireTimer{Await: begin.Await.ID}
		}
		step := x.Handle(now, c)
		journal = append(journal, step.Events...)
		waiting = append(waiting, step.Effects...)
	}
	return x, journal
}

func benchmark(b *testing.B, definition, input string, transitions int) {
	program, v := parse(b, definition), parseValue(b, input)
	b.ReportAllocs()
	for b.Loop() {
		if x, _ := finish(b, program, v); x.Status() == interpreter.Running {
			b.Fatal("the execution did not end")
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(transitions), "ns/transition")
}

// BenchmarkTransition measures one state of each kind, entered and left, in a chain of 100.
func BenchmarkTransition(b *testing.B) {
	states := map[string]string{
		"Pass":       `"Type": "Pass"`,
		"PassResult": `"Type": "Pass", "Parameters": {"x.$": "$.a", "y": 1}, "ResultPath": "$.r"`,
		"Task":       `"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f"`,
		"Wait":       `"Type": "Wait", "Seconds": 1`,
		"Parallel":   `"Type": "Parallel", "ResultPath": null, "Branches": [{"StartAt": "%d", "States": {"%d": {"Type": "Pass", "End": true}}}]`,
		"Map":        `"Type": "Map", "ItemsPath": "$.items", "ResultPath": null, "ItemProcessor": {"StartAt": "%d", "States": {"%d": {"Type": "Pass", "End": true}}}`,
	}
	for _, name := range []string{"Pass", "PassResult", "Task", "Wait", "Parallel", "Map"} {
		b.Run(name, func(b *testing.B) {
			definition := chain(100, states[name])
			for i := 1; strings.Contains(definition, "%d"); i++ {
				definition = strings.Replace(definition, "%d", fmt.Sprintf("Inner%d", i), 1)
				definition = strings.Replace(definition, "%d", fmt.Sprintf("Inner%d", i), 1)
			}
			benchmark(b, definition, `{"a": 1, "items": [1]}`, 100)
		})
	}
	for name, state := range map[string]string{"Succeed": `"Type": "Succeed"`, "Fail": `"Type": "Fail", "Error": "E", "Cause": "c"`} {
		b.Run(name, func(b *testing.B) {
			benchmark(b, `{"StartAt": "S", "States": {"S": {`+state+`}}}`, `{"a": 1, "items": [1]}`, 1)
		})
	}
	b.Run("Choice", func(b *testing.B) { benchmark(b, choices(100), `{"a": 1}`, 100) })
}

// choices returns a definition of n Choice states in a row.
func choices(n int) string {
	var b strings.Builder
	b.WriteString(`{"StartAt": "S0", "States": {`)
	for i := range n {
		fmt.Fprintf(&b, `"S%d": {"Type": "Choice", "Choices": [{"Variable": "$.a", "NumericEquals": 1, "Next": "S%d"}]}, `, i, i+1)
	}
	fmt.Fprintf(&b, `"S%d": {"Type": "Succeed"}}}`, n)
	return b.String()
}

// BenchmarkFivePasses runs a whole execution of five Pass states.
func BenchmarkFivePasses(b *testing.B) { benchmark(b, chain(5, `"Type": "Pass"`), `{"a": 1}`, 5) }

// BenchmarkFivePassesParallel is the same on all processors.
func BenchmarkFivePassesParallel(b *testing.B) {
	program, v := parse(b, chain(5, `"Type": "Pass"`)), parseValue(b, `{"a": 1}`)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			finish(b, program, v)
		}
	})
}

const mapOfPasses = `{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
	"ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}}`

func items(n int) string {
	return "[" + strings.Repeat(`{"id": 1, "name": "item"},`, n-1) + `{"id": 2}]`
}

// BenchmarkMap runs an inline Map of 1,000 Pass items, and of 4,000 to show that time is linear.
func BenchmarkMap(b *testing.B) {
	for _, n := range []int{1000, 4000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchmark(b, mapOfPasses, items(n), n) })
	}
}

const loop = `{"StartAt": "C", "States": {"C": {"Type": "Choice", "Default": "D",
	"Choices": [{"Variable": "$.go", "BooleanEquals": true, "Next": "C"}]}, "D": {"Type": "Succeed"}}}`

// BenchmarkLoop runs a Choice loop to its end at 25,000 events.
func BenchmarkLoop(b *testing.B) {
	benchmark(b, loop, `{"go": true}`, int(interpreter.AWSLimits.HistoryEvents/2))
}

// BenchmarkRestore folds a journal of 25,000 events.
func BenchmarkRestore(b *testing.B) {
	program := parse(b, loop)
	_, journal := finish(b, program, parseValue(b, `{"go": true}`))
	b.ReportAllocs()
	for b.Loop() {
		interpreter.Restore(program, identity, slices.Values(journal))
	}
}
