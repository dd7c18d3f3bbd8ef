package stepwell_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/sfn"
)

// callAs calls an operation, signed with an access key for a region, and returns the answer as it is.
func (a *api) callAs(key, region, operation, body string) (int, string) {
	a.t.Helper()
	header := target(operation)
	header["Authorization"] = "AWS4-HMAC-SHA256 Credential=" + key + "/20260102/" + region + "/states/aws4_request, SignedHeaders=host, Signature=0"
	status, _, text := a.post(header, body)
	return status, text
}

// TestNothingOfAnotherScopeIsVisible: every operation that takes an ARN answers for what is of another account
// or region as for what does not exist, and does nothing.
func TestNothingOfAnotherScopeIsVisible(t *testing.T) {
	a := newAPI(t)
	a.must("CreateStateMachine", with(create("m", returning(1)), `"publish":true`))
	a.must("CreateStateMachineAlias", alias("prod", route("m:1", 100)))
	a.must("CreateStateMachine", createExpress("fast", passOnly))
	a.must("CreateActivity", `{"name":"a"}`)
	execution := a.run("m:prod")["executionArn"].(string)
	execution = execution[strings.LastIndexByte(execution, ':')+1:]
	const own = "arn:aws:states:us-east-1:123456789012:"
	tested := make(map[string]bool)
	for _, c := range []struct{ operation, body, code string }{ // the body has § for the beginning of an ARN
		{"CreateStateMachineAlias", `{"name":"x","routingConfiguration":[{"stateMachineVersionArn":"§stateMachine:m:1","weight":100}]}`, "ResourceNotFound"},
		{"DeleteActivity", `{"activityArn":"§activity:a"}`, ""},
		{"DeleteStateMachine", `{"stateMachineArn":"§stateMachine:m"}`, ""},
		{"DeleteStateMachineAlias", `{"stateMachineAliasArn":"§stateMachine:m:prod"}`, ""},
		{"DeleteStateMachineVersion", `{"stateMachineVersionArn":"§stateMachine:m:1"}`, ""},
		{"DescribeActivity", `{"activityArn":"§activity:a"}`, "ActivityDoesNotExist"},
		{"DescribeExecution", `{"executionArn":"§execution:m:` + execution + `"}`, "ExecutionDoesNotExist"},
		{"DescribeStateMachine", `{"stateMachineArn":"§stateMachine:m"}`, "StateMachineDoesNotExist"},
		{"DescribeStateMachine", `{"stateMachineArn":"§stateMachine:m:1"}`, "StateMachineDoesNotExist"},
		{"DescribeStateMachineAlias", `{"stateMachineAliasArn":"§stateMachine:m:prod"}`, "ResourceNotFound"},
		{"DescribeStateMachineForExecution", `{"executionArn":"§execution:m:` + execution + `"}`, "ExecutionDoesNotExist"},
		{"GetActivityTask", `{"activityArn":"§activity:a"}`, "ActivityDoesNotExist"},
		{"GetExecutionHistory", `{"executionArn":"§execution:m:` + execution + `"}`, "ExecutionDoesNotExist"},
		{"ListExecutions", `{"stateMachineArn":"§stateMachine:m"}`, "StateMachineDoesNotExist"},
		{"ListExecutions", `{"stateMachineArn":"§stateMachine:m:prod"}`, "StateMachineDoesNotExist"},
		{"ListStateMachineAliases", `{"stateMachineArn":"§stateMachine:m"}`, "StateMachineDoesNotExist"},
		{"ListStateMachineVersions", `{"stateMachineArn":"§stateMachine:m"}`, ""},
		{"ListTagsForResource", `{"resourceArn":"§stateMachine:m"}`, "ResourceNotFound"},
		{"ListTagsForResource", `{"resourceArn":"§activity:a"}`, "ResourceNotFound"},
		{"PublishStateMachineVersion", `{"stateMachineArn":"§stateMachine:m"}`, "StateMachineDoesNotExist"},
		{"StartExecution", `{"stateMachineArn":"§stateMachine:m:prod"}`, "StateMachineDoesNotExist"},
		{"StartSyncExecution", `{"stateMachineArn":"§stateMachine:fast"}`, "StateMachineDoesNotExist"},
		{"StopExecution", `{"executionArn":"§execution:m:` + execution + `"}`, "ExecutionDoesNotExist"},
		{"TagResource", `{"resourceArn":"§stateMachine:m","tags":[{"key":"k","value":"v"}]}`, "ResourceNotFound"},
		{"TagResource", `{"resourceArn":"§activity:a","tags":[{"key":"k","value":"v"}]}`, "ResourceNotFound"},
		{"UntagResource", `{"resourceArn":"§stateMachine:m","tagKeys":["k"]}`, "ResourceNotFound"},
		{"UpdateStateMachine", `{"stateMachineArn":"§stateMachine:m","roleArn":"` + roleARN + `"}`, "StateMachineDoesNotExist"},
		{"UpdateStateMachineAlias", `{"stateMachineAliasArn":"§stateMachine:m:prod","description":"d"}`, "ResourceNotFound"},
	} {
		tested[c.operation] = true
		for _, scope := range []struct{ key, region string }{{"111111111111", "us-east-1"}, {"123456789012", "eu-west-1"}, {"x", "eu-west-1"}} {
			missing := fmt.Sprintf("arn:aws:states:%s:%s:", scope.region, map[bool]string{true: scope.key, false: "123456789012"}[scope.key != "x"])
			status, got := a.callAs(scope.key, scope.region, c.operation, strings.ReplaceAll(c.body, "§", own))
			wantStatus, want := a.callAs(scope.key, scope.region, c.operation, strings.ReplaceAll(c.body, "§", missing))
			if want = strings.ReplaceAll(want, missing, own); status != wantStatus || got != want {
				t.Errorf("%s as %v: got %d %s, want %d %s", c.operation, scope, status, got, wantStatus, want)
			}
			if ok := status == http.StatusOK; ok != (c.code == "") || !strings.Contains(got, c.code) {
				t.Errorf("%s as %v: got %d %s, want %q", c.operation, scope, status, got, c.code)
			}
		}
	}
	notThereYet := map[string]bool{"DescribeMapRun": true, "ListMapRuns": true, "RedriveExecution": true, "UpdateMapRun": true}
	for _, o := range sfn.Operations {
		if takesARN(o) && tested[o.Name] == notThereYet[o.Name] {
			t.Errorf("%s takes an ARN: tested %t, not there yet %t", o.Name, tested[o.Name], notThereYet[o.Name])
		}
	}
	if got := column(a.must("ListStateMachineAliases", on("stateMachineArn", "m")), "stateMachineAliases", "stateMachineAliasArn"); got != "m:prod" {
		t.Errorf("afterwards the aliases are %q", got)
	}
	a.must("DescribeActivity", `{"activityArn":"`+own+`activity:a"}`)
}

// takesARN reports whether a request names something that exists by its ARN.
func takesARN(o sfn.Operation) bool {
	t := reflect.TypeOf(o.NewInput()).Elem()
	for i := range t.NumField() {
		if name := t.Field(i).Name; strings.HasSuffix(name, "Arn") && name != "RoleArn" {
			return true
		}
	}
	return false
}

// TestScopes: each account and each region has its own names, lists and pages; task tokens work from anywhere.
func TestScopes(t *testing.T) {
	a := newAPI(t)
	type scope struct{ key, region, prefix string }
	scopes := []scope{
		{"x", "us-east-1", "arn:aws:states:us-east-1:123456789012:"},
		{"x", "eu-west-1", "arn:aws:states:eu-west-1:123456789012:"},
		{"111111111111", "us-east-1", "arn:aws:states:us-east-1:111111111111:"},
		{"222222222222", "eu-west-1", "arn:aws:states:eu-west-1:222222222222:"},
	}
	must := func(s scope, operation, body string) map[string]any {
		t.Helper()
		status, text := a.callAs(s.key, s.region, operation, strings.ReplaceAll(body, "§", s.prefix))
		var members map[string]any
		if err := json.Unmarshal([]byte(text), &members); err != nil || status != http.StatusOK {
			t.Fatalf("%s as %v: %d %s", operation, s, status, text)
		}
		return members
	}
	task := `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"§activity:a","End":true}}}`
	tokens := make(map[scope]string)
	for _, s := range scopes {
		must(s, "CreateActivity", `{"name":"a"}`)
		must(s, "CreateActivity", `{"name":"b"}`)
		for _, name := range []string{"m", "n"} {
			if made := must(s, "CreateStateMachine", create(name, task))["stateMachineArn"]; made != s.prefix+"stateMachine:"+name {
				t.Errorf("as %v: made %s", s, made)
			}
		}
		if started := must(s, "StartExecution", `{"stateMachineArn":"§stateMachine:m","name":"e"}`)["executionArn"]; started != s.prefix+"execution:m:e" {
			t.Errorf("as %v: started %s", s, started)
		}
		tokens[s] = must(s, "GetActivityTask", `{"activityArn":"§activity:a"}`)["taskToken"].(string)
	}
	for i, s := range scopes {
		for operation, list := range map[string]string{"ListStateMachines": "stateMachines", "ListActivities": "activities"} {
			if n := len(must(s, operation, `{}`)[list].([]any)); n != 2 {
				t.Errorf("%s as %v: %d", operation, s, n)
			}
			token := must(s, operation, `{"maxResults":1}`)["nextToken"].(string)
			other := scopes[(i+1)%len(scopes)]
			if _, text := a.callAs(other.key, other.region, operation, `{"nextToken":`+quote(token)+`}`); !strings.Contains(text, "InvalidToken") {
				t.Errorf("%s as %v goes on where %v was: %s", operation, other, s, text)
			}
		}
		must(scopes[(i+1)%len(scopes)], "SendTaskSuccess", `{"output":"1","taskToken":`+quote(tokens[s])+`}`)
		if got := must(s, "DescribeExecution", `{"executionArn":"§execution:m:e"}`)["status"]; got != "SUCCEEDED" {
			t.Errorf("as %v: the execution is %v", s, got)
		}
	}
	if n := len(a.must("ListStateMachines", `{}`)["stateMachines"].([]any)); n != 2 {
		t.Errorf("a request that is not signed sees %d machines, want those of the account and region of the server", n)
	}
}
