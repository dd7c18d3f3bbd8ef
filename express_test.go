package stepwell_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stepwell/stepwell"
	"github.com/stepwell/stepwell/delivery"
)

const failOnly = `{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E","Cause":"C"}}}`

func createExpress(name, definition string) string {
	return with(create(name, definition), `"type":"EXPRESS"`)
}

// without is an answer without the members whose values change from call to call.
func without(answer map[string]any, keys ...string) map[string]any {
	for _, k := range keys {
		delete(answer, k)
	}
	return answer
}

// TestStartSyncExecution answers with what became of an execution, whatever that is.
func TestStartSyncExecution(t *testing.T) {
	a := newAPIWith(t, stepwell.Options{Clock: "virtual"})
	included := map[string]any{"included": true}
	billing := func(milliseconds float64) map[string]any {
		return map[string]any{"billedDurationInMilliseconds": milliseconds, "billedMemoryUsedInMB": 64.}
	}
	for _, c := range []struct {
		name, definition, members string
		want                      map[string]any // but for ARNs and dates
	}{
		{
			"succeeds", passOnly, `"input":"{\"a\" : 1}","name":"n","traceHeader":"Root=1"`,
			map[string]any{
				"name": "n", "status": "SUCCEEDED", "input": `{"a" : 1}`, "inputDetails": included, "output": `{"a" : 1}`, "outputDetails": included,
				"traceHeader": "Root=1", "billingDetails": billing(100),
			},
		},
		{
			"fails", failOnly, `"name":"n"`,
			map[string]any{
				"name": "n", "status": "FAILED", "error": "E", "cause": "C", "input": "{}", "inputDetails": included, "outputDetails": included,
				"billingDetails": billing(100),
			},
		},
		{
			"lasts", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":600,"End":true}}}`, `"name":"n"`,
			map[string]any{
				"name": "n", "status": "TIMED_OUT", "error": "States.Timeout", "input": "{}", "inputDetails": included, "outputDetails": included,
				"billingDetails": billing(300_000),
			},
		},
		{
			"secret", passOnly, `"name":"n","includedData":"METADATA_ONLY"`,
			map[string]any{
				"name": "n", "status": "SUCCEEDED", "inputDetails": map[string]any{"included": false}, "outputDetails": map[string]any{"included": false},
				"billingDetails": billing(100),
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			a.t = t
			a.must("CreateStateMachine", createExpress(c.name, c.definition))
			got := a.must("StartSyncExecution", `{"stateMachineArn":"`+machineARN+c.name+`",`+c.members+`}`)
			arn, _ := got["executionArn"].(string)
			if prefix := "arn:aws:states:us-east-1:123456789012:express:" + c.name + ":n:"; !strings.HasPrefix(arn, prefix) || len(arn) != len(prefix)+36 {
				t.Errorf("the ARN is %s", arn)
			}
			if got["stateMachineArn"] != machineARN+c.name || got["stopDate"].(float64) < got["startDate"].(float64) {
				t.Errorf("got %v", got)
			}
			if got := without(got, "executionArn", "stateMachineArn", "startDate", "stopDate"); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %v\nwant %v", got, c.want)
			}
		})
	}
}

// TestExpressIsNotFoundAfterwards: what an Express execution did nobody can ask for, and its machine
// has no list.
func TestExpressIsNotFoundAfterwards(t *testing.T) {
	a := newAPI(t)
	a.must("CreateStateMachine", createExpress("m", passOnly))
	a.must("CreateStateMachine", create("standard", passOnly))
	if got := a.must("DescribeStateMachine", `{"stateMachineArn":"`+machineARN+`m"}`)["type"]; got != "EXPRESS" {
		t.Errorf("the type is %v", got)
	}
	start := `{"stateMachineArn":"` + machineARN + `m","name":"again"}`
	first, second := a.must("StartExecution", start), a.must("StartExecution", start)
	arn, _ := first["executionArn"].(string)
	if arn == second["executionArn"] || !strings.HasPrefix(arn, "arn:aws:states:us-east-1:123456789012:express:m:again:") {
		t.Errorf("the ARNs are %s and %s", arn, second["executionArn"])
	}
	notFound := "Invalid Arn: 'Resource type not valid in this context: express'"
	notSupported := "This operation is not supported by this type of state machine"
	for _, c := range []struct{ operation, body, code, message string }{
		{"DescribeExecution", `{"executionArn":"` + arn + `"}`, "InvalidArn", notFound},
		{"GetExecutionHistory", `{"executionArn":"` + arn + `"}`, "InvalidArn", notFound},
		{"StopExecution", `{"executionArn":"` + arn + `"}`, "InvalidArn", notFound},
		{"DescribeStateMachineForExecution", `{"executionArn":"` + arn + `"}`, "InvalidArn", notFound},
		{"ListExecutions", `{"stateMachineArn":"` + machineARN + `m"}`, "StateMachineTypeNotSupported", notSupported},
		{"StartSyncExecution", `{"stateMachineArn":"` + machineARN + `standard"}`, "StateMachineTypeNotSupported", notSupported},
		{"StartSyncExecution", `{"stateMachineArn":"` + machineARN + `gone"}`, "StateMachineDoesNotExist", "State Machine Does Not Exist: '" + machineARN + "gone'"},
		{"StartSyncExecution", `{"stateMachineArn":"no"}`, "InvalidArn", "Invalid Arn: 'Invalid ARN prefix: no'"},
		{"StartSyncExecution", `{"stateMachineArn":"` + machineARN + `m","name":"a b"}`, "InvalidName", "Invalid Name: 'a b'"},
		{"StartSyncExecution", `{"stateMachineArn":"` + machineARN + `m","input":""}`, "InvalidExecutionInput", "Invalid State Machine Execution Input: 'Invalid execution input.'"},
		{
			"CreateStateMachine", createExpress("x", `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:a","End":true}}}`),
			"InvalidDefinition", "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Express state machine does not support Activity ARN at /States/T/Resource'",
		},
		{
			"UpdateStateMachine", `{"stateMachineArn":"` + machineARN + `m","definition":` + quote(`{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","Parameters":{"StateMachineArn":"a"},"End":true}}}`) + `}`,
			"InvalidDefinition", "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Express state machine does not support '.sync' service integration at /States/T/Resource'",
		},
	} {
		status, got := a.call(c.operation, c.body)
		if status != http.StatusBadRequest || got["__type"] != c.code || got["message"] != c.message {
			t.Errorf("%s %s: got %d %v\nwant %s: %s", c.operation, c.body, status, got, c.code, c.message)
		}
		if !mayAnswer(c.operation, c.code) {
			t.Errorf("the model does not list %s for %s", c.code, c.operation)
		}
	}
}

// TestExpressExecutionsAreBounded: one too many is refused as AWS refuses a caller who asks too often.
func TestExpressExecutionsAreBounded(t *testing.T) {
	a := newAPIWith(t, stepwell.Options{MaxExpress: 1, Clock: "hold"})
	a.must("CreateStateMachine", createExpress("m", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1,"End":true}}}`))
	start := `{"stateMachineArn":"` + machineARN + `m"}`
	a.must("StartExecution", start)
	for _, operation := range []string{"StartExecution", "StartSyncExecution"} {
		status, got := a.call(operation, start)
		if status != http.StatusBadRequest || got["__type"] != "ThrottlingException" || got["message"] != "Rate exceeded" {
			t.Errorf("%s: got %d %v", operation, status, got)
		}
	}
}

// TestSyncHost: SDKs send StartSyncExecution to a host of its own, and a proxy's client sends the whole
// URL.
func TestSyncHost(t *testing.T) {
	a := newAPI(t)
	a.must("CreateStateMachine", createExpress("m", passOnly))
	body := `{"stateMachineArn":"` + machineARN + `m"}`
	for _, target := range []string{"/", "http://sync-states.us-east-1.amazonaws.com/", "http://sync-127.0.0.1:8083"} {
		answer := a.raw("POST " + target + " HTTP/1.1\r\nHost: sync-states.us-east-1.amazonaws.com\r\n" +
			"X-Amz-Target: AWSStepFunctions.StartSyncExecution\r\nConnection: close\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body)
		if !strings.HasPrefix(answer, "HTTP/1.1 200 ") || !strings.Contains(answer, `"status":"SUCCEEDED"`) {
			t.Errorf("POST %s: got %.300s", target, answer)
		}
	}
}

// TestLogsOfExecutions: what the logging configuration of a machine asks for, of Standard and Express
// executions alike.
func TestLogsOfExecutions(t *testing.T) {
	const destination = `"destinations":[{"cloudWatchLogsLogGroup":{"logGroupArn":"arn:aws:logs:us-east-1:123456789012:log-group:g:*"}}]`
	logging := func(level, withData string) string {
		return `"loggingConfiguration":{"level":"` + level + `","includeExecutionData":` + withData + `,` + destination + `}`
	}
	var lines bytes.Buffer
	a := newAPIWith(t, stepwell.Options{Logs: delivery.NewLines(&lines)})
	a.must("CreateStateMachine", with(createExpress("all", passOnly), logging("ALL", "true")))
	a.must("CreateStateMachine", with(createExpress("errors", failOnly), logging("ERROR", "false")))
	a.must("CreateStateMachine", with(create("fatal", failOnly), logging("FATAL", "true")))
	a.must("CreateStateMachine", with(create("off", failOnly), logging("OFF", "true")))
	a.must("CreateStateMachine", create("none", failOnly))
	var arns []string
	for operation, machines := range map[string][]string{"StartSyncExecution": {"all", "errors"}, "StartExecution": {"all", "fatal", "off", "none"}} {
		for _, m := range machines {
			arns = append(arns, m, a.must(operation, `{"stateMachineArn":"`+machineARN+m+`"}`)["executionArn"].(string))
		}
	}
	if err := a.server.Close(); err != nil {
		t.Fatal(err)
	}
	got := make(map[string][]string)
	for line := range strings.Lines(lines.String()) {
		var e struct {
			Type         string
			ExecutionARN string `json:"execution_arn"`
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		got[e.ExecutionARN] = append(got[e.ExecutionARN], e.Type)
	}
	want := map[string][]string{
		"all":    {"ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"},
		"errors": {"FailStateEntered", "ExecutionFailed"}, "fatal": {"ExecutionFailed"},
	}
	for i := 0; i < len(arns); i += 2 {
		if got := got[arns[i+1]]; !reflect.DeepEqual(got, want[arns[i]]) {
			t.Errorf("the log of %s has %q, want %q", arns[i+1], got, want[arns[i]])
		}
	}
}
