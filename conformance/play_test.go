package conformance

import (
	"strings"
	"testing"

	"github.com/stepwell/stepwell/value"
)

// played plays a Recording of a machine that is created and started, of further steps, and of a
// history with events of some types.
func played(t *testing.T, definition, mocks, steps, types string) Result {
	t.Helper()
	quoted := value.String(parse(t, definition).Compact()).Text()
	r := record(t, `{"kind":"execution","placeholders":[],
		"steps":[
			{"n":0,"call":"CreateActivity","request":{"name":"work"}},
			{"n":1,"call":"CreateStateMachine","request":{"name":"m","definition":`+quoted+`,"roleArn":"arn:aws:iam::111111111111:role/r"}},
			{"n":2,"call":"StartExecution","request":{"stateMachineArn":"{{steps[1].response.stateMachineArn}}","input":"{}"}},
			`+steps+`,
			{"n":4,"call":"GetExecutionHistory","request":{"executionArn":"{{steps[2].response.executionArn}}"}}],
		"executions":[{"start_step":2,"definition":`+definition+`,"mocks":[`+mocks+`]}],
		"actual":{"types":"{{steps[4].response.events[*].type}}"},
		"expected":{"types":`+types+`}}`)
	return r.Play(t.Context())
}

const (
	end  = `{"n":3,"wait":"execution_terminated","request":{"executionArn":"{{steps[2].response.executionArn}}"}}`
	stop = `{"n":3,"call":"StopExecution","request":{"executionArn":"{{steps[2].response.executionArn}}"}}`

	waiting  = `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":31536000,"End":true}}}`
	working  = `{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"{{steps[0].response.activityArn}}","TimeoutSeconds":60,"End":true}}}`
	retrying = `{"StartAt":"F","States":{"F":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:111111111111:function:f",
		"TimeoutSeconds":60,"Retry":[{"ErrorEquals":["Once","States.Timeout"],"IntervalSeconds":3600}],"End":true}}}`
)

func TestPlay(t *testing.T) {
	mock := func(attempt, outcome string) string {
		return `{"state":"F","entry":1,"attempt":` + attempt + `,"service":"lambda","action":"function",` + outcome + `}`
	}
	for _, c := range []struct{ name, definition, mocks, steps, types string }{
		{"a year passes while the client waits", waiting, ``, end, `["ExecutionStarted","WaitStateEntered","WaitStateExited","ExecutionSucceeded"]`},
		{"nothing passes before a stop", waiting, ``, stop, `["ExecutionStarted","WaitStateEntered","ExecutionAborted"]`},
		{
			"each attempt has its answer", retrying, mock("2", `"result":{"output":2}`) + "," + mock("1", `"error":{"error":"Once","cause":{"a":1}}`), end,
			`["ExecutionStarted","TaskStateEntered","LambdaFunctionScheduled","LambdaFunctionStarted","LambdaFunctionFailed",
			"LambdaFunctionScheduled","LambdaFunctionStarted","LambdaFunctionSucceeded","TaskStateExited","ExecutionSucceeded"]`,
		},
		{
			"no answer", retrying, mock("1", `"timed_out":{"error":"States.Timeout"}`) + "," + mock("2", `"result":{"text":"2"}`), end,
			`["ExecutionStarted","TaskStateEntered","LambdaFunctionScheduled","LambdaFunctionStarted","LambdaFunctionTimedOut",
			"LambdaFunctionScheduled","LambdaFunctionStarted","LambdaFunctionSucceeded","TaskStateExited","ExecutionSucceeded"]`,
		},
		{
			"a worker", working, `{"state":"A","entry":1,"attempt":1,"service":"activity","result":{"output":{}}}`, end,
			`["ExecutionStarted","TaskStateEntered","ActivityScheduled","ActivityStarted","ActivitySucceeded","TaskStateExited","ExecutionSucceeded"]`,
		},
		{
			"a worker that fails", working, `{"state":"A","entry":1,"attempt":1,"service":"activity","error":{"error":"E"}}`, end,
			`["ExecutionStarted","TaskStateEntered","ActivityScheduled","ActivityStarted","ActivityFailed","ExecutionFailed"]`,
		},
		{
			"a worker that takes the task and is never heard of again", working,
			`{"state":"A","entry":1,"attempt":1,"service":"activity","worker_name":"w","timed_out":{"error":"States.Timeout"}}`, end,
			`["ExecutionStarted","TaskStateEntered","ActivityScheduled","ActivityStarted","ActivityTimedOut","ExecutionFailed"]`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if r := played(t, c.definition, c.mocks, c.steps, c.types); !r.Passed() {
				t.Errorf("%s notes %q", r.Differences[0], r.Notes)
			}
		})
	}
}

// TestPlayFails: what cannot be played, or is not in the recording, never conforms.
func TestPlayFails(t *testing.T) {
	const all = `["ExecutionStarted","WaitStateEntered","WaitStateExited","ExecutionSucceeded"]`
	for _, c := range []struct{ name, definition, steps, types, want string }{
		{"an unknown wait", waiting, `{"n":3,"wait":"full_moon"}`, all, "step 3, full_moon: this wait is not known"},
		{"an unknown step", waiting, `{"n":3}`, all, "this kind of step is not known"},
		{"an unknown call", waiting, `{"n":3,"call":"Explode","request":{}}`, all, "Explode: UnknownOperationException"},
		{"a reference to nothing", waiting, `{"n":3,"call":"DescribeExecution","request":{"executionArn":"{{steps[0].response.gone}}"}}`, all, "there is no such value"},
		{"no mock", retrying, end, all, `nothing is recorded for the state "F", entry 1, iteration [], attempt 1`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := played(t, c.definition, ``, c.steps, c.types)
			told := strings.Join(r.Notes, "\n")
			for _, d := range r.Differences {
				told += d.String()
			}
			if r.Passed() || !strings.Contains(told, c.want) {
				t.Errorf("passed %v, got %s\nwant %s", r.Passed(), told, c.want)
			}
		})
	}
}
