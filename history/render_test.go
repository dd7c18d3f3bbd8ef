package history_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/history"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/value"
)

const (
	activity = "arn:aws:states:us-east-1:111111111111:activity:work"
	function = "arn:aws:lambda:us-east-1:111111111111:function:f"
	call     = "arn:aws:states:::sqs:sendMessage"
	child    = "arn:aws:states:::states:startExecution.sync:2"
)

var (
	identity = interpreter.Identity{RoleARN: "arn:aws:iam::111111111111:role/r", Region: "us-east-1"}
	data     = value.Trusted(`{"a": 1}`)
	name     = "E"
	cause    = "c"
	failure  = asl.Failure{Error: &name, Cause: &cause}
)

// cases are one event of each fact, and of each family of resources, with what AWS shows: the type
// and the details member, without the members that every event has.
var cases = []struct {
	name, want string
	fact       interpreter.Fact
}{
	{"execution started", `{"executionStartedEventDetails":{"input":"{\"a\": 1}","inputDetails":{"truncated":false},"roleArn":"arn:aws:iam::111111111111:role/r"},"type":"ExecutionStarted"}`, interpreter.ExecutionStarted{Input: data}},
	{"execution succeeded", `{"executionSucceededEventDetails":{"output":"{\"a\": 1}","outputDetails":{"truncated":false}},"type":"ExecutionSucceeded"}`, interpreter.ExecutionSucceeded{Output: data}},
	{"execution failed", `{"executionFailedEventDetails":{"cause":"c","error":"E"},"type":"ExecutionFailed"}`, interpreter.ExecutionFailed{Failure: failure}},
	{"execution failed without a reason", `{"executionFailedEventDetails":{},"type":"ExecutionFailed"}`, interpreter.ExecutionFailed{}},
	{"execution aborted", `{"executionAbortedEventDetails":{"cause":"c","error":"E"},"type":"ExecutionAborted"}`, interpreter.ExecutionAborted{Failure: failure}},
	{"execution aborted without a reason", `{"executionAbortedEventDetails":{},"type":"ExecutionAborted"}`, interpreter.ExecutionAborted{}},
	{"execution timed out", `{"executionTimedOutEventDetails":{"error":"States.Timeout"},"type":"ExecutionTimedOut"}`, interpreter.ExecutionTimedOut{}},
	{"state entered", `{"stateEnteredEventDetails":{"input":"{\"a\": 1}","inputDetails":{"truncated":false},"name":"S"},"type":"ChoiceStateEntered"}`, interpreter.StateEntered{Type: asl.TypeChoice, Name: "S", Input: data}},
	{"state exited", `{"stateExitedEventDetails":{"name":"S","output":"{\"a\": 1}","outputDetails":{"truncated":false}},"type":"MapStateExited"}`, interpreter.StateExited{Type: asl.TypeMap, Name: "S", Output: data, Next: "T"}},
	{"state aborted", `{"type":"WaitStateAborted"}`, interpreter.StateAborted{Type: asl.TypeWait}},
	{"parallel started", `{"type":"ParallelStateStarted"}`, interpreter.ParallelStarted{Input: data}},
	{"parallel succeeded", `{"type":"ParallelStateSucceeded"}`, interpreter.ParallelSucceeded{}},
	{"parallel failed", `{"type":"ParallelStateFailed"}`, interpreter.ParallelFailed{}},
	{"map started", `{"mapStateStartedEventDetails":{"length":3},"type":"MapStateStarted"}`, interpreter.MapStarted{Items: value.Trusted(`[1,2,3]`)}},
	{"map started without items", `{"mapStateStartedEventDetails":{"length":0},"type":"MapStateStarted"}`, interpreter.MapStarted{Items: value.Trusted(`[]`)}},
	{"map succeeded", `{"type":"MapStateSucceeded"}`, interpreter.MapSucceeded{}},
	{"map failed", `{"type":"MapStateFailed"}`, interpreter.MapFailed{}},
	{"iteration started", `{"mapIterationStartedEventDetails":{"index":0,"name":"M"},"type":"MapIterationStarted"}`, interpreter.MapIterationStarted{Name: "M", Input: data}},
	{"iteration succeeded", `{"mapIterationSucceededEventDetails":{"index":1,"name":"M"},"type":"MapIterationSucceeded"}`, interpreter.MapIterationSucceeded{Name: "M", Index: 1}},
	{"iteration failed", `{"mapIterationFailedEventDetails":{"index":1,"name":"M"},"type":"MapIterationFailed"}`, interpreter.MapIterationFailed{Name: "M", Index: 1}},
	{"iteration aborted", `{"mapIterationAbortedEventDetails":{"index":1,"name":"M"},"type":"MapIterationAborted"}`, interpreter.MapIterationAborted{Name: "M", Index: 1}},

	{"evaluation failed", `{"evaluationFailedEventDetails":{"cause":"c","error":"E","location":"Output/a[0]","state":"S"},"type":"EvaluationFailed"}`, interpreter.EvaluationFailed{State: "S", Location: "Output/a[0]", Failure: failure}},
	{"evaluation failed nowhere", `{"evaluationFailedEventDetails":{"cause":"c","error":"E","state":"S"},"type":"EvaluationFailed"}`, interpreter.EvaluationFailed{State: "S", Failure: failure}},

	{"activity scheduled", `{"activityScheduledEventDetails":{"heartbeatInSeconds":10,"input":"{\"a\": 1}","inputDetails":{"truncated":false},"resource":"` + activity + `","timeoutInSeconds":60},"type":"ActivityScheduled"}`, interpreter.TaskScheduled{Resource: activity, Input: data, TimeoutSeconds: 60, HeartbeatSeconds: 10}},
	{"activity scheduled without times", `{"activityScheduledEventDetails":{"input":"{\"a\": 1}","inputDetails":{"truncated":false},"resource":"` + activity + `"},"type":"ActivityScheduled"}`, interpreter.TaskScheduled{Resource: activity, Input: data}},
	{"activity started", `{"activityStartedEventDetails":{"workerName":"w"},"type":"ActivityStarted"}`, interpreter.TaskStarted{Resource: activity, Worker: "w"}},
	{"activity started by nobody in particular", `{"activityStartedEventDetails":{},"type":"ActivityStarted"}`, interpreter.TaskStarted{Resource: activity}},
	{"activity succeeded", `{"activitySucceededEventDetails":{"output":"{\"a\": 1}","outputDetails":{"truncated":false}},"type":"ActivitySucceeded"}`, interpreter.TaskSucceeded{Resource: activity, Output: data}},
	{"activity failed", `{"activityFailedEventDetails":{},"type":"ActivityFailed"}`, interpreter.TaskFailed{Resource: activity}},
	{"activity timed out", `{"activityTimedOutEventDetails":{"error":"E"},"type":"ActivityTimedOut"}`, interpreter.TaskTimedOut{Resource: activity, Failure: asl.Failure{Error: &name}, Heartbeat: true}},

	{"function scheduled", `{"lambdaFunctionScheduledEventDetails":{"input":"{\"a\": 1}","inputDetails":{"truncated":false},"resource":"` + function + `","timeoutInSeconds":5},"type":"LambdaFunctionScheduled"}`, interpreter.TaskScheduled{Resource: function, Input: data, TimeoutSeconds: 5, HeartbeatSeconds: 1}},
	{"function started", `{"type":"LambdaFunctionStarted"}`, interpreter.TaskStarted{Resource: function}},
	{"function succeeded", `{"lambdaFunctionSucceededEventDetails":{"output":"{\"a\": 1}","outputDetails":{"truncated":false}},"type":"LambdaFunctionSucceeded"}`, interpreter.TaskSucceeded{Resource: function, Output: data}},
	{"function failed", `{"lambdaFunctionFailedEventDetails":{"cause":"c","error":"E"},"type":"LambdaFunctionFailed"}`, interpreter.TaskFailed{Resource: function, Failure: failure}},
	{"function timed out", `{"lambdaFunctionTimedOutEventDetails":{"error":"E"},"type":"LambdaFunctionTimedOut"}`, interpreter.TaskTimedOut{Resource: function, Failure: asl.Failure{Error: &name}}},

	{"task scheduled", `{"taskScheduledEventDetails":{"parameters":"{\"a\": 1}","region":"us-east-1","resource":"sendMessage","resourceType":"sqs"},"type":"TaskScheduled"}`, interpreter.TaskScheduled{Resource: call, Input: data}},
	{"task started", `{"taskStartedEventDetails":{"resource":"startExecution.sync:2","resourceType":"states"},"type":"TaskStarted"}`, interpreter.TaskStarted{Resource: child}},
	{"task submitted", `{"taskSubmittedEventDetails":{"output":"{\"a\": 1}","outputDetails":{"truncated":false},"resource":"startExecution.sync:2","resourceType":"states"},"type":"TaskSubmitted"}`, interpreter.TaskSubmitted{Resource: child, Output: data}},
	{"task succeeded", `{"taskSucceededEventDetails":{"output":"{\"a\": 1}","outputDetails":{"truncated":false},"resource":"sendMessage","resourceType":"sqs"},"type":"TaskSucceeded"}`, interpreter.TaskSucceeded{Resource: call, Output: data}},
	{"task failed", `{"taskFailedEventDetails":{"resource":"sendMessage","resourceType":"sqs"},"type":"TaskFailed"}`, interpreter.TaskFailed{Resource: call}},
	{"task timed out", `{"taskTimedOutEventDetails":{"error":"E","resource":"sendMessage","resourceType":"sqs"},"type":"TaskTimedOut"}`, interpreter.TaskTimedOut{Resource: call, Failure: asl.Failure{Error: &name}}},
}

func TestRender(t *testing.T) {
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			got := render(t, test.fact, true)
			for _, member := range []string{"id", "previousEventId", "timestamp"} {
				if _, ok := got[member]; !ok {
					t.Errorf("%s is missing", member)
				}
				delete(got, member)
			}
			if text := encode(t, got); text != test.want {
				t.Errorf("got %s\nwant %s", text, test.want)
			}
		})
	}
}

func TestRenderWithoutData(t *testing.T) {
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			got, full := render(t, test.fact, false), render(t, test.fact, true)
			for member, details := range full {
				if details, ok := details.(map[string]any); ok {
					for _, dropped := range []string{"input", "inputDetails", "output", "outputDetails"} {
						delete(details, dropped)
					}
					full[member] = details
				}
			}
			if encode(t, got) != encode(t, full) {
				t.Errorf("got %s\nwant %s", encode(t, got), encode(t, full))
			}
		})
	}
}

func TestRenderIDs(t *testing.T) {
	e := interpreter.Event{Seq: 9, ID: 7, Prev: 3, Time: time.UnixMilli(1700000000123), Fact: interpreter.MapFailed{}}
	shown, ok := history.Render(e, identity, true)
	if want := `{"id":7,"previousEventId":3,"timestamp":1700000000.123,"type":"MapStateFailed"}`; !ok || encode(t, decode(t, shown)) != want {
		t.Errorf("got %s %t\nwant %s", encode(t, decode(t, shown)), ok, want)
	}
}

func TestPrivateEventsAreNotShown(t *testing.T) {
	for _, fact := range []interpreter.Fact{interpreter.WaitStarted{}, interpreter.RetryScheduled{}, interpreter.Paused{}, interpreter.CallbackReceived{}} {
		if shown, ok := history.Render(interpreter.Event{Seq: 4, Prev: 2, Fact: fact}, identity, true); ok {
			t.Errorf("%T is shown: %+v", fact, shown)
		}
	}
}

// TestEveryFactIsCovered reads the interpreter's source for its facts: each must be among the cases
// or private.
func TestEveryFactIsCovered(t *testing.T) {
	covered := map[string]bool{"WaitStarted": true, "RetryScheduled": true, "Paused": true, "CallbackReceived": true}
	for _, test := range cases {
		covered[reflect.TypeOf(test.fact).Name()] = true
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "interpreter", "event.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	facts := 0
	for _, decl := range file.Decls {
		method, ok := decl.(*ast.FuncDecl)
		if !ok || method.Name.Name != "fact" {
			continue
		}
		facts++
		if name := method.Recv.List[0].Type.(*ast.Ident).Name; !covered[name] {
			t.Errorf("no case for %s", name)
		}
	}
	if facts == 0 {
		t.Error("no facts found")
	}
}

func render(t *testing.T, fact interpreter.Fact, includeData bool) map[string]any {
	t.Helper()
	shown, ok := history.Render(interpreter.Event{Seq: 2, ID: 2, Prev: 1, Time: time.UnixMilli(5), Fact: fact}, identity, includeData)
	if !ok {
		t.Fatalf("%T is not shown", fact)
	}
	return decode(t, shown)
}

func decode(t *testing.T, shown any) map[string]any {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal([]byte(encode(t, shown)), &members); err != nil {
		t.Fatal(err)
	}
	return members
}

func encode(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
