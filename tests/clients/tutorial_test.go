//go:build clients

package clients

import (
	"regexp"
	"strings"
	"testing"
)

const (
	role    = "arn:aws:iam::123456789012:role/StepFunctions-HelloWorld"
	machine = "arn:aws:states:us-east-1:123456789012:stateMachine:HelloWorldStateMachine"
)

// TestTutorial is the first thing that people do with Step Functions: a role with the AWS CLI, a
// state machine with boto3, and its execution and history with the AWS CLI.
func TestTutorial(t *testing.T) {
	s := start(t, t.TempDir())
	aws := findAWS(t, s)

	created := aws.run(t, "iam", "create-role", "--role-name", "StepFunctions-HelloWorld",
		"--assume-role-policy-document", "file://trust.json", "--query",
		"{Role: Role.{Path: Path, RoleName: RoleName, RoleId: RoleId, CreateDate: CreateDate, Arn: Arn, AssumeRolePolicyDocument: AssumeRolePolicyDocument}}")
	equal(t, "create-role", without(t, created, "RoleId", "CreateDate"), parsed(t, `{"Role": {
		"Path": "/", "RoleName": "StepFunctions-HelloWorld", "RoleId": "…", "CreateDate": "…",
		"Arn": "`+role+`",
		"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{
			"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}]}}}`))

	arns := parsed(t, python(t, s, "tutorial.py")).(map[string]any)
	equal(t, "stateMachineArn", arns["stateMachineArn"], machine)
	execution, _ := arns["executionArn"].(string)
	name, found := strings.CutPrefix(execution, "arn:aws:states:us-east-1:123456789012:execution:HelloWorldStateMachine:")
	if !found || !regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(name) {
		t.Fatalf("executionArn = %q", execution)
	}

	described := aws.run(t, "stepfunctions", "describe-execution", "--execution-arn", execution)
	equal(t, "describe-execution", without(t, described, "startDate", "stopDate"), parsed(t, `{
		"executionArn": "`+execution+`", "stateMachineArn": "`+machine+`", "name": "`+name+`",
		"status": "SUCCEEDED", "startDate": "…", "stopDate": "…",
		"input": "{}", "inputDetails": {"included": true},
		"output": "\"Hello, World!\"", "outputDetails": {"included": true},
		"redriveCount": 0, "redriveStatus": "NOT_REDRIVABLE",
		"redriveStatusReason": "Execution is SUCCEEDED and cannot be redriven"}`))

	history := aws.run(t, "stepfunctions", "get-execution-history", "--execution-arn", execution)
	equal(t, "get-execution-history", without(t, history, "timestamp"), parsed(t, `{"events": [
		{"timestamp": "…", "type": "ExecutionStarted", "id": 1, "previousEventId": 0, "executionStartedEventDetails": {
			"input": "{}", "inputDetails": {"truncated": false}, "roleArn": "`+role+`"}},
		{"timestamp": "…", "type": "PassStateEntered", "id": 2, "previousEventId": 0, "stateEnteredEventDetails": {
			"name": "Hello World", "input": "{}", "inputDetails": {"truncated": false}}},
		{"timestamp": "…", "type": "PassStateExited", "id": 3, "previousEventId": 2, "stateExitedEventDetails": {
			"name": "Hello World", "output": "\"Hello, World!\"", "outputDetails": {"truncated": false}}},
		{"timestamp": "…", "type": "ExecutionSucceeded", "id": 4, "previousEventId": 3, "executionSucceededEventDetails": {
			"output": "\"Hello, World!\"", "outputDetails": {"truncated": false}}}]}`))
}

// TestErrorsReadAsOnAWS shows what a user of the AWS CLI sees after a mistake.
func TestErrorsReadAsOnAWS(t *testing.T) {
	s := start(t, t.TempDir())
	aws := findAWS(t, s)
	nowhere := "arn:aws:states:us-east-1:123456789012:stateMachine:nowhere"
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"unknown machine": {
			[]string{"start-execution", "--state-machine-arn", nowhere},
			"An error occurred (StateMachineDoesNotExist) when calling the StartExecution operation: State Machine Does Not Exist: '" + nowhere + "'",
		},
		"not an ARN": {
			[]string{"describe-state-machine", "--state-machine-arn", "nowhere"},
			"An error occurred (InvalidArn) when calling the DescribeStateMachine operation: Invalid Arn: 'Invalid ARN prefix: nowhere'",
		},
		"missing transition target": {
			[]string{
				"create-state-machine", "--name", "broken", "--role-arn", role, "--definition",
				`{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}`,
			},
			"An error occurred (InvalidDefinition) when calling the CreateStateMachine operation: Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next, MISSING_END_STATE: Workflow has no terminal state at null'",
		},
		"tags of an unknown machine": {
			[]string{"list-tags-for-resource", "--resource-arn", nowhere},
			"An error occurred (ResourceNotFound) when calling the ListTagsForResource operation: Resource not found: '" + nowhere + "'",
		},
	} {
		t.Run(name, func(t *testing.T) {
			// Newer versions of the command begin with "aws: [ERROR]: ".
			got := aws.refused(t, append([]string{"stepfunctions"}, c.args...)...)
			if !strings.HasSuffix(got, c.want) {
				t.Errorf("aws says\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}
