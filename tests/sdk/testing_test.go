package sdk

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/stepwell/stepwell"
)

const yearMachine = `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":31536000,"End":true}}}`

// move posts a body to the clock of the server at url.
func move(t *testing.T, url, body string) (status int, text string) {
	t.Helper()
	r, err := http.Post(url+"/_stepwell/clock", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(b)
}

// describe returns an execution as soon as it has ended.
func describe(t *testing.T, client *sfn.Client, execution *string) *sfn.DescribeExecutionOutput {
	t.Helper()
	finished(t, client, execution)
	d, err := client.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: execution})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestVirtualClock: a year passes at once, and the execution sees all of it.
func TestVirtualClock(t *testing.T) {
	_, client, _ := serveWith(t, stepwell.Options{Clock: "virtual"})
	d := describe(t, client, start(t, client, create(t, client, "year", yearMachine)))
	if lasted := d.StopDate.Sub(*d.StartDate); d.Status != types.ExecutionStatusSucceeded || lasted.Truncate(time.Minute) != 365*24*time.Hour {
		t.Errorf("got %s after %s, want SUCCEEDED after a year", d.Status, lasted) // and what the steps took
	}
}

// TestHeldClock jumps when it is told to, and not before what it waits for is stopped.
func TestHeldClock(t *testing.T) {
	_, client, url := serveWith(t, stepwell.Options{Clock: "hold"})
	machine := create(t, client, "year", yearMachine)
	stopped := start(t, client, machine)
	if _, err := client.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: stopped}); err != nil {
		t.Fatal(err)
	}
	if d := describe(t, client, stopped); d.Status != types.ExecutionStatusAborted {
		t.Errorf("got %s, want ABORTED", d.Status)
	}
	if status, text := move(t, url, `{"time":"2031-05-06T07:08:09Z"}`); status != 200 {
		t.Errorf("time: %d %s", status, text)
	}
	waiting, other := start(t, client, machine), start(t, client, machine)
	if status, text := move(t, url, `{"mode":"step","executionArn":"`+*waiting+`"}`); status != 200 {
		t.Errorf("step: %d %s", status, text)
	}
	if d := describe(t, client, waiting); d.Status != types.ExecutionStatusSucceeded || d.StartDate.UTC().Format(time.DateOnly) != "2031-05-06" {
		t.Errorf("got %s from %s, want SUCCEEDED from 2031-05-06", d.Status, d.StartDate)
	}
	if d, err := client.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: other}); err != nil || d.Status != types.ExecutionStatusRunning {
		t.Errorf("another tree: got %v %v, want RUNNING", d, err)
	}
	if status, text := move(t, url, `{"mode":"auto"}`); status != 200 {
		t.Errorf("auto: %d %s", status, text)
	}
	if d := describe(t, client, other); d.Status != types.ExecutionStatusSucceeded {
		t.Errorf("got %s, want SUCCEEDED", d.Status)
	}
}

// TestClockRefuses what it does not understand, in words that help.
func TestClockRefuses(t *testing.T) {
	_, _, virtual := serveWith(t, stepwell.Options{Clock: "virtual"})
	_, _, real := serveWith(t, stepwell.Options{})
	for _, c := range []struct {
		url, body string
		status    int
		want      string
	}{
		{virtual, `{`, 400, "unexpected EOF"},
		{virtual, `{"mode":"fast"}`, 400, "none of"},
		{virtual, `{"speed":2}`, 400, "speed"},
		{virtual, `{"mode":"step","executionArn":"arn:aws:states:us-east-1:123456789012:execution:m:e"}`, 404, "Execution Does Not Exist"},
		{real, `{"mode":"step"}`, 409, "--clock virtual"},
		{real, `{"time":"2031-05-06T07:08:09Z"}`, 409, "--clock virtual"},
		{virtual, `{"time":"tomorrow"}`, 400, "tomorrow"},
	} {
		if status, text := move(t, c.url, c.body); status != c.status || !strings.Contains(text, c.want) {
			t.Errorf("%s: got %d %s, want %d with %s", c.body, status, text, c.status, c.want)
		}
	}
	if _, err := stepwell.New(stepwell.Options{Clock: "sundial"}); err == nil || !strings.Contains(err.Error(), `"sundial"`) {
		t.Errorf("an unknown clock: %v", err)
	}
}

// mocked is a machine with a task of every kind, each after the other.
const mocked = `{"StartAt":"Function","States":{
  "Function": {"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:nowhere","Next":"Activity",
    "Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":60}]},
  "Activity": {"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:nobody","Next":"Service"},
  "Service":  {"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","Parameters":{"QueueUrl":"q","MessageBody":"m"},"Next":"Callback"},
  "Callback": {"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{"QueueUrl":"q","MessageBody":{"t.$":"$$.Task.Token"}},"Next":"Nested"},
  "Nested":   {"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","Parameters":{"StateMachineArn":"nowhere"},"Next":"Real"},
  "Real":     {"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:real","End":true}}}`

const mockConfig = `{
  "StateMachines": {"m": {"TestCases": {"Case": {"Function": "twice", "Activity": "one", "Service": "one", "Callback": "one", "Nested": "one"}}}},
  "MockedResponses": {
    "twice": {"0-1": {"Throw": {"Error": "Busy", "Cause": "not yet"}}, "2": {"Return": {"from": "mock"}}},
    "one": {"0": {"Return": [1]}}}}`

// TestMockConfig: the tasks of a test case answer what the file says, whatever they are; a state that
// the test case does not mention is done for real.
func TestMockConfig(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mocks.json")
	if err := os.WriteFile(file, []byte(mockConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	server, client, _ := serveWith(t, stepwell.Options{Clock: "virtual", MockConfig: file})
	server.Func("arn:aws:lambda:us-east-1:123456789012:function:real", echo)
	machine := create(t, client, "m", mocked)
	execution := start(t, client, aws.String(*machine+"#Case"))
	var got strings.Builder
	for _, e := range finished(t, client, execution) {
		fmt.Fprintln(&got, e.Id, e.PreviousEventId, e.Type)
	}
	if got.String() != mockedHistory {
		t.Errorf("got\n%s\nwant\n%s", &got, mockedHistory)
	}
	if d := describe(t, client, execution); aws.ToString(d.Output) != "[1]" || *d.StateMachineArn != *machine {
		t.Errorf("got the output %v of %s", aws.ToString(d.Output), *d.StateMachineArn)
	}
	for arn, want := range map[string]string{
		*machine + "#Other":                            `no test case "Other" of the state machine "m"`,
		*create(t, client, "n", yearMachine) + "#Case": `no state machine "n"`,
	} {
		_, err := client.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &arn})
		if err == nil || !strings.Contains(err.Error(), "ValidationException") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", arn, err, want)
		}
	}
}

const mockedHistory = `1 0 ExecutionStarted
2 0 TaskStateEntered
3 2 LambdaFunctionScheduled
4 3 LambdaFunctionStarted
5 4 LambdaFunctionFailed
6 5 LambdaFunctionScheduled
7 6 LambdaFunctionStarted
8 7 LambdaFunctionFailed
9 8 LambdaFunctionScheduled
10 9 LambdaFunctionStarted
11 10 LambdaFunctionSucceeded
12 11 TaskStateExited
13 12 TaskStateEntered
14 13 ActivityScheduled
15 14 ActivityStarted
16 15 ActivitySucceeded
17 16 TaskStateExited
18 17 TaskStateEntered
19 18 TaskScheduled
20 19 TaskStarted
21 20 TaskSucceeded
22 21 TaskStateExited
23 22 TaskStateEntered
24 23 TaskScheduled
25 24 TaskStarted
26 25 TaskSubmitted
27 26 TaskSucceeded
28 27 TaskStateExited
29 28 TaskStateEntered
30 29 TaskScheduled
31 30 TaskStarted
32 31 TaskSubmitted
33 32 TaskSucceeded
34 33 TaskStateExited
35 34 TaskStateEntered
36 35 LambdaFunctionScheduled
37 36 LambdaFunctionStarted
38 37 LambdaFunctionSucceeded
39 38 TaskStateExited
40 39 ExecutionSucceeded
`

// TestMockConfigRefusals: a bad file stops the server from starting; without a file a test case is refused.
func TestMockConfigRefusals(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mocks.json")
	if _, err := stepwell.New(stepwell.Options{MockConfig: file}); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("a file that does not exist: %v", err)
	}
	_, client, _ := serveWith(t, stepwell.Options{})
	arn := *create(t, client, "m", yearMachine) + "#Case"
	_, err := client.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &arn})
	if err == nil || !strings.Contains(err.Error(), "has no mock configuration") {
		t.Errorf("got %v", err)
	}
}
