package interpreter_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/value"
)

// follow does to stored what whoever gave c does to the awaits it keeps: it carries out the effects,
// and forgets the await that c answered once that is over.
func follow(stored map[interpreter.AwaitID]interpreter.Await, x *interpreter.Execution, c interpreter.Command, effects []interpreter.Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case interpreter.Begin:
			stored[e.Await.ID] = e.Await
		case interpreter.Change:
			stored[e.Await.ID] = e.Await
		case interpreter.Cancel:
			delete(stored, e.ID)
		}
	}
	if field := reflect.ValueOf(c).FieldByName("Await"); field.IsValid() {
		id := field.Interface().(interpreter.AwaitID)
		if _, open := x.Awaiting(id); !open {
			delete(stored, id)
		}
	}
}

// compareAwaits says how stored differs from what x waits for.
func compareAwaits(stored map[interpreter.AwaitID]interpreter.Await, x *interpreter.Execution) string {
	outstanding := x.Outstanding()
	for _, a := range outstanding {
		got, ok := stored[a.ID]
		if fmt.Sprint(got) != fmt.Sprint(a) {
			return fmt.Sprintf("the effects left %v (%t), outstanding is %v", got, ok, a)
		}
	}
	if len(stored) != len(outstanding) {
		return fmt.Sprintf("the effects left %d awaits, outstanding are %d", len(stored), len(outstanding))
	}
	return ""
}

// TestEveryFactHappens reads the source for the facts there are: the scenarios must bring about each,
// so each has an apply that a restored execution has gone through.
func TestEveryFactHappens(t *testing.T) {
	seen := make(map[string]bool)
	files, _ := filepath.Glob("testdata/scenarios/*.txtar")
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p := newPlayer(t, section(archive, "definition.json"), section(archive, "input.json"))
		for line := range strings.Lines(section(archive, "script")) {
			p.do(strings.TrimSpace(line))
		}
		for _, e := range p.journal {
			seen[reflect.TypeOf(e.Fact).Name()] = true
		}
	}
	source, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range source.Decls {
		if method, ok := decl.(*ast.FuncDecl); ok && method.Name.Name == "fact" {
			if name := method.Recv.List[0].Type.(*ast.Ident).Name; !seen[name] {
				t.Errorf("%s happens in no scenario", name)
			}
		}
	}
}

// tangle nests everything that can wait, fail, retry and catch.
const tangle = `{"TimeoutSeconds": 500, "StartAt": "Outer", "States": {
  "Outer": {"Type": "Parallel", "Branches": [
    {"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2,
      "ItemProcessor": {"StartAt": "Work", "States": {
        "Work": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f", "TimeoutSeconds": 9,
          "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "MaxAttempts": 2, "JitterStrategy": "FULL"}], "Next": "Rest"},
        "Rest": {"Type": "Wait", "Seconds": 2, "End": true}}},
      "Retry": [{"ErrorEquals": ["States.Timeout"], "MaxAttempts": 1}], "End": true}}},
    {"StartAt": "Human", "States": {"Human": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:111111111111:activity:a",
      "HeartbeatSeconds": 3, "TimeoutSeconds": 60, "Catch": [{"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "Human"}], "End": true}}},
    {"StartAt": "Child", "States": {"Child": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync",
      "Parameters": {"StateMachineArn": "arn:aws:states:us-east-1:111111111111:stateMachine:s"}, "End": true}}}],
    "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 2}],
    "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Outer"}], "Next": "Done"},
  "Done": {"Type": "Succeed"}}}`

// FuzzCommands gives random answers to a tangled execution. Whatever they are: a restored execution
// equals the live one, the effects leave exactly the outstanding awaits, visible ids have no gap, and
// an event never follows a later one.
func FuzzCommands(f *testing.F) {
	for seed := range uint64(40) {
		f.Add(seed, uint16(60))
	}
	program := parse(f, tangle)
	input := parseValue(f, `{"items": [1, 2, 3, 4, 5]}`)
	f.Fuzz(func(t *testing.T, seed uint64, length uint16) {
		random := rand.New(rand.NewPCG(seed, 1))
		x := interpreter.New(program, identity)
		stored := make(map[interpreter.AwaitID]interpreter.Await)
		var journal []interpreter.Event
		var c interpreter.Command = interpreter.Start{Input: input}
		moment := interpreter.Moment{Time: epoch, Seed: seed}
		for range length % 500 {
			step := x.Handle(moment, c)
			journal = append(journal, step.Events...)
			follow(stored, x, c, step.Effects)
			if diff := compareAwaits(stored, x); diff != "" {
				t.Fatalf("after %#v: %s", c, diff)
			}
			restored := interpreter.Restore(program, identity, slices.Values(journal))
			if diff := firstDifference(restored.Dump(), x.Dump()); diff != "" {
				t.Fatalf("after %#v: %s", c, diff)
			}
			if x.Size() < 0 {
				t.Fatalf("after %#v: size %d", c, x.Size())
			}
			if random.IntN(2) == 0 {
				x = restored
			}
			if x.Status() != interpreter.Running {
				break
			}
			c = randomCommand(random, x.Outstanding(), c)
			moment.Seed++
		}
		checkIDs(t, journal)
	})
}

// randomCommand answers one of the awaits in some way, rarely a sensible one.
func randomCommand(random *rand.Rand, awaits []interpreter.Await, last interpreter.Command) interpreter.Command {
	a := awaits[random.IntN(len(awaits))]
	if a.Kind == interpreter.AwaitTimer && a.ID.Seq == 1 && random.IntN(20) > 0 {
		a = awaits[random.IntN(len(awaits))]
	}
	busy := "Busy"
	switch n := random.IntN(40); {
	case n == 0:
		return interpreter.Stop{}
	case n < 3:
		return last
	case n < 5:
		return interpreter.FireTimer{Await: a.ID, Heartbeat: true}
	case n < 8:
		return interpreter.FailTask{Await: a.ID, Failure: asl.Failure{Error: &busy}}
	case n < 12:
		return interpreter.SubmitTask{Await: a.ID, Output: value.Int(1)}
	case n < 14:
		return interpreter.CloseChild{Await: a.ID, Succeeded: n == 12, Description: value.Object()}
	case n < 20:
		return interpreter.ClaimTask{Await: a.ID}
	case n < 30:
		return interpreter.CompleteTask{Await: a.ID, Output: value.Int(int64(n))}
	default:
		return interpreter.FireTimer{Await: a.ID}
	}
}

func checkIDs(t *testing.T, journal []interpreter.Event) {
	t.Helper()
	visible := int64(0)
	for i, e := range journal {
		if e.Seq != uint64(i+1) {
			t.Fatalf("event %d has the sequence %d", i+1, e.Seq)
		}
		if e.ID != 0 {
			visible++
		}
		if e.ID != 0 && e.ID != visible || e.Prev > visible || e.Prev == e.ID && e.ID != 0 {
			t.Fatalf("event %s: visible ids are up to %d", showEvent(e), visible)
		}
	}
}
