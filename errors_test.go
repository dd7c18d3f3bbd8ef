package stepwell_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stepwell/stepwell"
	"github.com/stepwell/stepwell/sfn"
)

const (
	activityARN  = "arn:aws:states:us-east-1:123456789012:activity:"
	executionARN = "arn:aws:states:us-east-1:123456789012:execution:"
)

// unprovoked are the errors of the model that no request can provoke here, and why, by the code, or by
// operation and code.
var unprovoked = map[string]string{
	sfn.CodeActivityLimitExceeded:       "there is no quota",
	sfn.CodeExecutionLimitExceeded:      "there is no quota",
	sfn.CodeStateMachineLimitExceeded:   "there is no quota",
	sfn.CodeActivityWorkerLimitExceeded: "it takes workers that wait: see engine.TestTooManyWaitingWorkers",
	sfn.CodeKmsAccessDeniedException:    "there are no keys",
	sfn.CodeKmsInvalidStateException:    "there are no keys",
	sfn.CodeKmsThrottlingException:      "there are no keys",
	sfn.CodeInvalidTracingConfiguration: "there is nothing in one that could be wrong",
	sfn.CodeStateMachineDeleting:        "a machine goes at once",
	sfn.CodeTaskDoesNotExist:            "the tasks of an activity outlive it",

	"CreateStateMachine " + sfn.CodeConflictException:            "the name is taken by another machine, or by the same",
	"CreateStateMachine " + sfn.CodeStateMachineTypeNotSupported: "there are two types, and the model's enum is checked before",
	"CreateStateMachineAlias " + sfn.CodeInvalidName:             "the pattern is checked before",
	"DeleteStateMachineAlias " + sfn.CodeConflictException:       "a change that comes in between is waited for",
	"DeleteStateMachineAlias " + sfn.CodeResourceNotFound:        "it is success",
	"ListExecutions " + sfn.CodeResourceNotFound:                 "it is for Map Runs",
	"UpdateStateMachine " + sfn.CodeConflictException:            "a change that comes in between is waited for",
	"UpdateStateMachineAlias " + sfn.CodeConflictException:       "a change that comes in between is waited for",
}

// refusal is a request and what answers it.
type refusal struct {
	operation, body string
	status          int
	code, message   string // the message, or a part of it after "…"
}

// TestErrorsOfTheAPI: bad input gets AWS's code, status and words, each error of the model that can be
// provoked for each operation.
func TestErrorsOfTheAPI(t *testing.T) {
	a := newAPIWith(t, stepwell.Options{Limits: stepwell.Limits{Versions: 2, Aliases: 2}})
	for _, name := range []string{"m", "other"} {
		a.must("CreateStateMachine", with(create(name, returning(1)), `"publish":true`))
	}
	a.must("UpdateStateMachine", with(update("m", returning(2)), `"publish":true`))
	a.must("CreateStateMachineAlias", with(alias("prod", route("m:1", 100)), `"description":"d"`))
	a.must("CreateStateMachineAlias", alias("zz", route("m:1", 50)+`,`+route("m:2", 50)))
	a.must("UpdateStateMachine", update("m", returning(3)))
	a.must("CreateStateMachine", create("here", passOnly))
	a.must("CreateStateMachine", createExpress("express", passOnly))
	a.must("CreateActivity", `{"name":"here","encryptionConfiguration":{"type":"CUSTOMER_MANAGED_KMS_KEY","kmsKeyId":"k"}}`)
	done := a.must("StartExecution", with(on("stateMachineArn", "here"), `"name":"once"`))["executionArn"].(string)
	execution := a.run("m:prod")["executionArn"].(string)
	closed := a.closedToken()

	const (
		noArn            = "Invalid Arn: 'Invalid ARN prefix: no_arn'"
		wrongType        = "Invalid Arn: 'Resource type not valid in this context: stateMachine'"
		wrongTypeExpress = "Invalid Arn: 'Resource type not valid in this context: express'"
		notReference     = "Request references a resource that does not exist."
		forged           = "Invalid Token: 'Invalid token'"
		timedOut         = "Task Timed Out: 'Provided task does not exist anymore'"
		conflict         = "Failed to create alias because an alias with the same name and a different routing configuration already exists."
		express          = "arn:aws:states:us-east-1:123456789012:express:express:name:id"
		activityTask     = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"` + activityARN + `here","End":true}}}`
	)
	elsewhere := strings.Replace(machineARN, "us-east-1", "eu-west-1", 1)
	tags51 := `"tags":[` + strings.Repeat(`{"key":"k","value":"v"},`, 50) + `{"key":"k","value":"v"}]`
	deep := strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)
	gone := func(what string) string { return "State Machine Does Not Exist: '" + machineARN + what + "'" }
	labelled := func(what string) string {
		return "The ARN of a labeled Map state is not supported by this operation: '" + machineARN + what + "'"
	}
	received := func(arns ...string) string {
		for i := range arns {
			arns[i] = machineARN + arns[i]
		}
		return " Received: [" + strings.Join(arns, ", ") + "]"
	}
	on := func(member, arn string) string { return `{` + quote(member) + `:` + quote(arn) + `}` }
	versionOf := func(qualified string) string { return on("stateMachineVersionArn", machineARN+qualified) }
	aliasOf := func(qualified string) string { return on("stateMachineAliasArn", machineARN+qualified) }
	machine := func(qualified string) string { return on("stateMachineArn", machineARN+qualified) }
	activity := func(name string) string { return on("activityArn", activityARN+name) }
	resource := func(arn string) string { return on("resourceArn", arn) }
	long := func(n int) string { return quote(strings.Repeat("x", n)) }
	definition := `"definition":` + quote(returning(3))

	provoked := make(map[string]bool)
	for _, c := range []refusal{
		{"CreateActivity", `{"name":""}`, 400, "ValidationException", "…Member must have length greater than or equal to 1"},
		{"CreateActivity", `{"name":"` + strings.Repeat("n", 81) + `"}`, 400, "ValidationException", "…Member must have length less than or equal to 80"},
		{"CreateActivity", `{"name":"a b"}`, 400, "InvalidName", "Invalid Name: 'a b'"},
		{"CreateActivity", `{"name":"x","encryptionConfiguration":{"type":"AWS_OWNED_KEY","kmsDataKeyReusePeriodSeconds":60}}`, 400, "InvalidEncryptionConfiguration", "Custom kmsDataKeyReusePeriodSeconds is not allowed when selecting AWS_OWNED_KEY."},
		{"CreateActivity", `{"name":"x",` + tags51 + `}`, 400, "TooManyTags", "…"},
		{"CreateActivity", `{"name":"here","encryptionConfiguration":{"type":"AWS_OWNED_KEY"}}`, 400, "ActivityAlreadyExists", "Activity Already Exists: 'arn:aws:states:us-east-1:123456789012:activity:here'"},
		{"CreateStateMachine", with(create("m", returning(3)), `"publish":true`), 200, "", ""},
		{"CreateStateMachine", with(create("x", passOnly), `"publish":false,"versionDescription":"v"`), 400, "ValidationException", "Version description can only be set when publish is true"},
		{"CreateStateMachine", with(create("x", passOnly), `"tags":[{"key":"aws:x","value":""}]`), 400, "ValidationException", "Tag keys that begin with 'aws:' are reserved: 'aws:x'"},
		{"CreateStateMachine", `{"definition":"{}","roleArn":"r"}`, 400, "ValidationException", "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null"},
		{"CreateStateMachine", create("x", "not a definition"), 400, "InvalidDefinition", "…Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: Unrecognized token 'not'"},
		{"CreateStateMachine", create("x", `{"States":{"P":{"Type":"Succeed"}}}`), 400, "InvalidDefinition", "…SCHEMA_VALIDATION_FAILED: These fields are required: [StartAt]"},
		{"CreateStateMachine", create("x", deep), 400, "InvalidDefinition", "…"},
		{"CreateStateMachine", create("x", `{"Comment":"`+strings.Repeat("c", 1_048_576)+`"}`), 400, "ValidationException", "…Member must have length less than or equal to 1048576"},
		{"CreateStateMachine", create("here", passOnly+" "), 400, "StateMachineAlreadyExists", "State Machine Already Exists: '" + machineARN + "here'"},
		{"CreateStateMachine", with(create("x", passOnly), `"loggingConfiguration":{"level":"ALL"}`), 400, "InvalidLoggingConfiguration", "Invalid Logging Configuration: Must specify exactly one Log Destination."},
		{"CreateStateMachine", with(create("x", passOnly), `"encryptionConfiguration":{"type":"CUSTOMER_MANAGED_KMS_KEY"}`), 400, "InvalidEncryptionConfiguration", "Must set a valid kmsKeyId."},
		{"CreateStateMachine", with(create("x", passOnly), tags51), 400, "TooManyTags", "…"},
		{"CreateStateMachine", with(create("x", passOnly), `"versionDescription":"v"`), 400, "ValidationException", "Version description can only be set when publish is true"},
		{"CreateStateMachine", create("a b", passOnly), 400, "InvalidName", "Invalid Name: 'a b'"},
		{"CreateStateMachine", strings.Replace(create("x", passOnly), roleARN, "role", 1), 400, "InvalidArn", "Invalid Arn: 'Invalid ARN prefix: role'"},
		{"CreateStateMachine", createExpress("x", activityTask), 400, "InvalidDefinition", "…Express state machine does not support Activity ARN at /States/T/Resource"},
		{"CreateStateMachineAlias", alias("123", route("m:1", 100)), 400, "ValidationException", `…Value '123' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$`},
		{"CreateStateMachineAlias", `{"name":"x"}`, 400, "ValidationException", "…Value null at 'routingConfiguration' failed to satisfy constraint: Member must not be null"},
		{"CreateStateMachineAlias", alias("x", ``), 400, "ValidationException", "…Member must have length greater than or equal to 1"},
		{"CreateStateMachineAlias", alias("x", `{"weight":100}`), 400, "ValidationException", "…Value null at 'routingConfiguration.1.member.stateMachineVersionArn'"},
		{"CreateStateMachineAlias", alias("x", `{"stateMachineVersionArn":"`+machineARN+`m:1"}`), 400, "ValidationException", "…Value null at 'routingConfiguration.1.member.weight'"},
		{"CreateStateMachineAlias", alias("x", route("m:1", 101)), 400, "ValidationException", "1 validation error detected: Value '101' at 'routingConfiguration.1.member.weight' failed to satisfy constraint: Member must have value less than or equal to 100"},
		{"CreateStateMachineAlias", alias("x", `{"stateMachineVersionArn":"no_arn","weight":100}`), 400, "InvalidArn", noArn},
		{"CreateStateMachineAlias", alias("x", route("m", 100)), 400, "ValidationException", "Routing configuration must contain state machine version ARNs." + received("m")},
		{"CreateStateMachineAlias", alias("x", route("m:prod", 100)), 400, "ValidationException", "Routing configuration must contain state machine version ARNs." + received("m:prod")},
		{"CreateStateMachineAlias", alias("x", route("m:1", 50)+","+route("m:1", 50)), 400, "ValidationException", "Routing configuration must contain distinct state machine version ARNs." + received("m:1", "m:1")},
		{"CreateStateMachineAlias", alias("x", route("m:1", 50)+","+route("other:1", 50)), 400, "ValidationException", "Routing configuration must contain versions of the same state machine." + received("m:1", "other:1")},
		{"CreateStateMachineAlias", alias("x", route("m:1", 70)+","+route("m:2", 29)), 400, "ValidationException", "Sum of routing configuration weights must equal 100. Received: [70, 29]"},
		{"CreateStateMachineAlias", alias("x", route("m:9", 100)), 404, "ResourceNotFound", notReference},
		{"CreateStateMachineAlias", alias("x", route("none:1", 100)), 404, "ResourceNotFound", notReference},
		{"CreateStateMachineAlias", alias("x", `{"stateMachineVersionArn":"`+elsewhere+`m:1","weight":100}`), 404, "ResourceNotFound", notReference},
		{"CreateStateMachineAlias", alias("x", route("m:1", 100)), 402, "ServiceQuotaExceededException", "The state machine has the maximum number of aliases already: 2"},
		{"CreateStateMachineAlias", alias("prod", route("m:1", 100)), 409, "ConflictException", conflict},
		{"CreateStateMachineAlias", with(alias("prod", route("m:2", 100)), `"description":"d"`), 409, "ConflictException", conflict},
		{"DeleteActivity", on("activityArn", "no_arn"), 400, "InvalidArn", noArn},
		{"DeleteActivity", on("activityArn", machineARN+"m"), 400, "InvalidArn", wrongType},
		{"DeleteActivity", activity("none"), 200, "", ""},
		{"DeleteActivity", activity("here:1"), 200, "", ""},
		{"DeleteStateMachine", machine("m:1"), 400, "InvalidArn", wrongType},
		{"DeleteStateMachine", machine("m:prod"), 400, "InvalidArn", wrongType},
		{"DeleteStateMachine", machine("m/label"), 400, "ValidationException", labelled("m/label")},
		{"DeleteStateMachine", on("stateMachineArn", elsewhere+"m"), 200, "", ""},
		{"DeleteStateMachine", on("stateMachineArn", "no_arn"), 400, "InvalidArn", noArn},
		{"DeleteStateMachine", machine("none"), 200, "", ""},
		{"DeleteStateMachineAlias", on("stateMachineAliasArn", "no_arn"), 400, "InvalidArn", noArn},
		{"DeleteStateMachineAlias", aliasOf("m:1"), 400, "InvalidArn", wrongType},
		{"DeleteStateMachineAlias", aliasOf("none:prod"), 200, "", ""},
		{"DeleteStateMachineAlias", aliasOf("m/label:prod"), 400, "ValidationException", labelled("m/label:prod")},
		{"DeleteStateMachineVersion", on("stateMachineVersionArn", "no_arn"), 400, "InvalidArn", noArn},
		{"DeleteStateMachineVersion", versionOf("m"), 400, "InvalidArn", wrongType},
		{"DeleteStateMachineVersion", versionOf("m:prod"), 400, "InvalidArn", wrongType},
		{"DeleteStateMachineVersion", versionOf("m/label"), 400, "ValidationException", labelled("m/label")},
		{"DeleteStateMachineVersion", versionOf("m:1"), 409, "ConflictException", "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [prod, zz]"},
		{"DeleteStateMachineVersion", versionOf("m:2"), 409, "ConflictException", "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [zz]"},
		{"DeleteStateMachineVersion", versionOf("none:1"), 200, "", ""},
		{"DeleteStateMachineVersion", on("stateMachineVersionArn", elsewhere+"m:1"), 200, "", ""},
		{"DescribeActivity", on("activityArn", "no_arn"), 400, "InvalidArn", noArn},
		{"DescribeActivity", on("activityArn", machineARN+"m"), 400, "InvalidArn", wrongType},
		{"DescribeActivity", activity("none"), 400, "ActivityDoesNotExist", "Activity Does Not Exist: '" + activityARN + "none'"},
		{"DescribeActivity", activity("here:1"), 400, "ActivityDoesNotExist", "Activity Does Not Exist: '" + activityARN + "here:1'"},
		{"DescribeExecution", `{"executionArn":"` + machineARN + `here"}`, 400, "InvalidArn", "Invalid Arn: 'Resource type not valid in this context: stateMachine'"},
		{"DescribeExecution", on("executionArn", "no_arn"), 400, "InvalidArn", noArn},
		{"DescribeExecution", on("executionArn", express), 400, "InvalidArn", wrongTypeExpress},
		{"DescribeExecution", on("executionArn", executionARN+"here:none"), 400, "ExecutionDoesNotExist", "Execution Does Not Exist: '" + executionARN + "here:none'"},
		{"DescribeExecution", on("executionArn", executionARN+"here"), 400, "ExecutionDoesNotExist", "Execution Does Not Exist: '" + executionARN + "here'"},
		{"DescribeExecution", with(on("executionArn", done), `"includedData":"SOME"`), 400, "ValidationException", "…Member must satisfy enum value set: "},
		{"DescribeMapRun", on("mapRunArn", machineARN+"m"), 501, "UnknownOperationException", "DescribeMapRun is not implemented by this server yet."},
		{"DescribeStateMachine", machine("m:9"), 400, "StateMachineDoesNotExist", gone("m:9")},
		{"DescribeStateMachine", machine("m:01"), 400, "StateMachineDoesNotExist", gone("m:01")},
		{"DescribeStateMachine", machine("none:1"), 400, "StateMachineDoesNotExist", gone("none:1")},
		{"DescribeStateMachine", machine("m:prod"), 400, "StateMachineDoesNotExist", gone("m:prod")},
		{"DescribeStateMachine", on("stateMachineArn", "no_arn"), 400, "InvalidArn", "Invalid Arn: 'Invalid ARN prefix: no_arn'"},
		{"DescribeStateMachine", machine("gone"), 400, "StateMachineDoesNotExist", "State Machine Does Not Exist: '" + machineARN + "gone'"},
		{"DescribeStateMachine", `{"stateMachineArn":"arn:aws:states:us-west-2:123456789012:stateMachine:here"}`, 400, "StateMachineDoesNotExist", "…"},
		{"DescribeStateMachineAlias", on("stateMachineAliasArn", "no_arn"), 400, "InvalidArn", noArn},
		{"DescribeStateMachineAlias", aliasOf("m"), 400, "InvalidArn", wrongType},
		{"DescribeStateMachineAlias", aliasOf("m:1"), 400, "InvalidArn", wrongType},
		{"DescribeStateMachineAlias", aliasOf("m:none"), 404, "ResourceNotFound", notReference},
		{"DescribeStateMachineAlias", aliasOf("none:prod"), 404, "ResourceNotFound", notReference},
		{"DescribeStateMachineAlias", on("stateMachineAliasArn", elsewhere+"m:prod"), 404, "ResourceNotFound", notReference},
		{"DescribeStateMachineAlias", aliasOf("m/label:prod"), 400, "ValidationException", labelled("m/label:prod")},
		{"DescribeStateMachineForExecution", on("executionArn", "no_arn"), 400, "InvalidArn", noArn},
		{"DescribeStateMachineForExecution", on("executionArn", express), 400, "InvalidArn", wrongTypeExpress},
		{"DescribeStateMachineForExecution", on("executionArn", executionARN+"here:none"), 400, "ExecutionDoesNotExist", "Execution Does Not Exist: '" + executionARN + "here:none'"},
		{"GetActivityTask", `{"activityArn":"arn:aws:states:us-east-1:123456789012:activity:no"}`, 400, "ActivityDoesNotExist", "Activity Does Not Exist: 'arn:aws:states:us-east-1:123456789012:activity:no'"},
		{"GetActivityTask", on("activityArn", "no_arn"), 400, "InvalidArn", noArn},
		{"GetActivityTask", on("activityArn", done), 400, "InvalidArn", "Invalid Arn: 'Resource type not valid in this context: execution'"},
		{"GetExecutionHistory", `{"executionArn":"arn:aws:states:us-east-1:123456789012:execution:here:no"}`, 400, "ExecutionDoesNotExist", "Execution Does Not Exist: 'arn:aws:states:us-east-1:123456789012:execution:here:no'"},
		{"GetExecutionHistory", on("executionArn", "no_arn"), 400, "InvalidArn", noArn},
		{"GetExecutionHistory", on("executionArn", express), 400, "InvalidArn", wrongTypeExpress},
		{"GetExecutionHistory", with(on("executionArn", done), `"nextToken":"forged"`), 400, "InvalidToken", forged},
		{"ListActivities", `{"nextToken":"forged"}`, 400, "InvalidToken", forged},
		{"ListActivities", `{"maxResults":-1}`, 400, "ValidationException", "…Member must have value greater than or equal to 0"},
		{"ListExecutions", machine("m:9"), 400, "StateMachineDoesNotExist", gone("m:9")},
		{"ListExecutions", machine("m:none"), 400, "StateMachineDoesNotExist", gone("m:none")},
		{"ListExecutions", with(machine("m:prod"), `"nextToken":"forged"`), 400, "InvalidToken", forged},
		{"ListExecutions", with(machine("here"), `"statusFilter":"DONE"`), 400, "ValidationException", "…Member must satisfy enum value set: "},
		{"ListExecutions", `{}`, 400, "ValidationException", "Either stateMachineArn or mapRunArn must be specified"},
		{"ListExecutions", on("stateMachineArn", "no_arn"), 400, "InvalidArn", noArn},
		{"ListExecutions", machine("express"), 400, "StateMachineTypeNotSupported", "This operation is not supported by this type of state machine"},
		{"ListExecutions", with(machine("m"), `"statusFilter":"PENDING_REDRIVE"`), 400, "ValidationException", "…PENDING_REDRIVE"},
		{"ListMapRuns", on("executionArn", done), 501, "UnknownOperationException", "ListMapRuns is not implemented by this server yet."},
		{"ListStateMachineAliases", on("stateMachineArn", "no_arn"), 400, "InvalidArn", noArn},
		{"ListStateMachineAliases", machine("none"), 400, "StateMachineDoesNotExist", gone("none")},
		{"ListStateMachineAliases", machine("m:prod"), 400, "StateMachineDoesNotExist", gone("m:prod")},
		{"ListStateMachineAliases", machine("m:9"), 404, "ResourceNotFound", notReference},
		{"ListStateMachineAliases", with(machine("m"), `"nextToken":"forged"`), 400, "InvalidToken", forged},
		{"ListStateMachineAliases", with(machine("m"), `"maxResults":1001`), 400, "ValidationException", "…Member must have value less than or equal to 1000"},
		{"ListStateMachineVersions", on("stateMachineArn", "no_arn"), 400, "InvalidArn", noArn},
		{"ListStateMachineVersions", machine("m:1"), 400, "InvalidArn", wrongType},
		{"ListStateMachineVersions", machine("m/label"), 400, "ValidationException", labelled("m/label")},
		{"ListStateMachineVersions", with(machine("m"), `"nextToken":"forged"`), 400, "InvalidToken", forged},
		{"ListStateMachineVersions", with(machine("m"), `"nextToken":`+long(1025)), 400, "ValidationException", "…Member must have length less than or equal to 1024"},
		{"ListStateMachineVersions", with(machine("m"), `"maxResults":1001`), 400, "ValidationException", "…Member must have value less than or equal to 1000"},
		{"ListStateMachineVersions", machine("none"), 200, "", ""},
		{"ListStateMachineVersions", on("stateMachineArn", elsewhere+"m"), 200, "", ""},
		{"ListStateMachines", `{"nextToken":"forged"}`, 400, "InvalidToken", "Invalid Token: 'Invalid token'"},
		{"ListStateMachines", `{"maxResults":1001}`, 400, "ValidationException", "…Member must have value less than or equal to 1000"},
		{"ListStateMachines", `{"maxResults":`, 400, "SerializationException", "…"},
		{"ListStateMachines", `{"maxResults":"many"}`, 400, "SerializationException", "…"},
		{"ListStateMachines", `{"x":` + deep + `}`, 400, "SerializationException", "…"},
		{"ListTagsForResource", resource("no_arn"), 400, "InvalidArn", noArn},
		{"ListTagsForResource", resource("arn:aws:states:us-east-1:123456789012:activity:none"), 404, "ResourceNotFound", "Resource not found: 'arn:aws:states:us-east-1:123456789012:activity:none'"},
		{"ListTagsForResource", resource(machineARN + "m:1"), 404, "ResourceNotFound", "Resource not found: '" + machineARN + "m:1'"},
		{"PublishStateMachineVersion", on("stateMachineArn", "no_arn"), 400, "InvalidArn", noArn},
		{"PublishStateMachineVersion", on("stateMachineArn", execution), 400, "InvalidArn", "Invalid Arn: 'Resource type not valid in this context: execution'"},
		{"PublishStateMachineVersion", machine("none"), 400, "StateMachineDoesNotExist", gone("none")},
		{"PublishStateMachineVersion", on("stateMachineArn", elsewhere+"m"), 400, "StateMachineDoesNotExist", "…eu-west-1"},
		{"PublishStateMachineVersion", machine("m:1"), 400, "StateMachineDoesNotExist", gone("m:1")},
		{"PublishStateMachineVersion", machine("m:prod"), 400, "StateMachineDoesNotExist", gone("m:prod")},
		{"PublishStateMachineVersion", machine("m/label"), 400, "ValidationException", labelled("m/label")},
		{"PublishStateMachineVersion", with(machine("m"), `"description":`+long(257)), 400, "ValidationException", "…Member must have length less than or equal to 256"},
		{"PublishStateMachineVersion", machine("m"), 402, "ServiceQuotaExceededException", "The state machine has the maximum number of versions already: 2"},
		{"PublishStateMachineVersion", with(machine("other"), `"revisionId":"r"`), 409, "ConflictException", "Failed to publish the State Machine version for revision r. The current State Machine revision is INITIAL."},
		{"RedriveExecution", `{"executionArn":"` + done + `"}`, 501, "UnknownOperationException", "RedriveExecution is not implemented by this server yet."},
		{"SendTaskFailure", `{"taskToken":"forged"}`, 400, "InvalidToken", forged},
		{"SendTaskFailure", on("taskToken", closed), 400, "TaskTimedOut", timedOut},
		{"SendTaskFailure", with(on("taskToken", closed), `"error":`+long(257)), 400, "ValidationException", "…Member must have length less than or equal to 256"},
		{"SendTaskHeartbeat", `{"taskToken":"forged"}`, 400, "InvalidToken", forged},
		{"SendTaskHeartbeat", on("taskToken", closed), 400, "TaskTimedOut", timedOut},
		{"SendTaskSuccess", `{"taskToken":"forged","output":"{}"}`, 400, "InvalidToken", "Invalid Token: 'Invalid token'"},
		{"SendTaskSuccess", `{"taskToken":"forged","output":"not json"}`, 400, "InvalidOutput", "…Unrecognized token 'not'"},
		{"SendTaskSuccess", with(on("taskToken", closed), `"output":"1"`), 400, "TaskTimedOut", timedOut},
		{"SendTaskSuccess", with(on("taskToken", closed), `"output":"\"`+strings.Repeat("ü", 200_000)+`\""`), 400, "InvalidOutput", "…exceeds the maximum of 262144 bytes"},
		{"StartExecution", machine("m:9"), 400, "StateMachineDoesNotExist", gone("m:9")},
		{"StartExecution", machine("m:0"), 400, "StateMachineDoesNotExist", gone("m:0")},
		{"StartExecution", machine("m:none"), 400, "StateMachineDoesNotExist", gone("m:none")},
		{"StartExecution", machine("none:prod"), 400, "StateMachineDoesNotExist", gone("none:prod")},
		{"StartExecution", on("stateMachineArn", elsewhere+"m:1"), 400, "StateMachineDoesNotExist", "…eu-west-1"},
		{"StartExecution", machine("m/label"), 400, "ValidationException", labelled("m/label")},
		{"StartExecution", with(machine("here"), `"input":""`), 400, "InvalidExecutionInput", "Invalid State Machine Execution Input: 'Invalid execution input.'"},
		{"StartExecution", with(machine("here"), `"input":"not json"`), 400, "InvalidExecutionInput", "Invalid State Machine Execution Input: 'Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')'"},
		{"StartExecution", with(machine("here"), `"input":"{'a': 1}"`), 400, "InvalidExecutionInput", "Invalid State Machine Execution Input: 'Unexpected character (''' (code 39)): was expecting double-quote to start field name'"},
		{"StartExecution", with(machine("here"), `"input":"`+deep+`"`), 400, "InvalidExecutionInput", "…"},
		{"StartExecution", with(machine("here"), `"input":"`+strings.Repeat("1", 262_145)+`"`), 400, "ValidationException", "…Member must have length less than or equal to 262144"},
		{"StartExecution", with(machine("here"), `"input":"\"`+strings.Repeat("ü", 200_000)+`\""`), 400, "InvalidExecutionInput", "…exceeds the maximum of 262144 bytes"},
		{"StartExecution", with(machine("here"), `"name":"once"`), 400, "ExecutionAlreadyExists", "Execution Already Exists: '" + done + "'"},
		{"StartExecution", on("stateMachineArn", "no_arn"), 400, "InvalidArn", noArn},
		{"StartExecution", with(machine("here"), `"name":"a b"`), 400, "InvalidName", "Invalid Name: 'a b'"},
		{"StartExecution", machine("none"), 400, "StateMachineDoesNotExist", gone("none")},
		{"StartSyncExecution", on("stateMachineArn", "no_arn"), 400, "InvalidArn", noArn},
		{"StartSyncExecution", machine("express/label"), 400, "ValidationException", labelled("express/label")},
		{"StartSyncExecution", machine("none"), 400, "StateMachineDoesNotExist", gone("none")},
		{"StartSyncExecution", machine("express:1"), 400, "StateMachineDoesNotExist", gone("express:1")},
		{"StartSyncExecution", machine("here"), 400, "StateMachineTypeNotSupported", "This operation is not supported by this type of state machine"},
		{"StartSyncExecution", with(machine("express"), `"name":"a b"`), 400, "InvalidName", "Invalid Name: 'a b'"},
		{"StartSyncExecution", with(machine("express"), `"input":"not json"`), 400, "InvalidExecutionInput", "…Unrecognized token 'not'"},
		{"StopExecution", `{"executionArn":"arn:aws:states:us-east-1:123456789012:express:a:b:c"}`, 400, "InvalidArn", "Invalid Arn: 'Resource type not valid in this context: express'"},
		{"StopExecution", on("executionArn", "no_arn"), 400, "InvalidArn", noArn},
		{"StopExecution", on("executionArn", executionARN+"here:none"), 400, "ExecutionDoesNotExist", "Execution Does Not Exist: '" + executionARN + "here:none'"},
		{"StopExecution", with(on("executionArn", done), `"cause":`+long(32_769)), 400, "ValidationException", "…Member must have length less than or equal to 32768"},
		{"StopExecution", on("executionArn", done), 200, "", ""},
		{"TagResource", with(resource(machineARN+"m"), tags51), 400, "TooManyTags", "…"},
		{"TagResource", with(resource("no_arn"), `"tags":[]`), 400, "InvalidArn", noArn},
		{"TagResource", with(resource(execution), `"tags":[]`), 400, "InvalidArn", "Invalid Arn: 'Resource type not valid in this context: execution'"},
		{"TagResource", with(resource(machineARN+"m:1"), `"tags":[]`), 404, "ResourceNotFound", "Resource not found: '" + machineARN + "m:1'"},
		{"TagResource", with(resource(machineARN+"m:prod"), `"tags":[]`), 404, "ResourceNotFound", "Resource not found: '" + machineARN + "m:prod'"},
		{"TagResource", with(resource(machineARN+"none"), `"tags":[]`), 404, "ResourceNotFound", "Resource not found: '" + machineARN + "none'"},
		{"TagResource", resource(machineARN + "m"), 400, "ValidationException", "…Value null at 'tags' failed to satisfy constraint: Member must not be null"},
		{"TagResource", with(resource(machineARN+"m"), `"tags":[{"key":"k"},{"value":"v"}]`), 400, "ValidationException", "1 validation error detected: Value null at 'tags.2.member.key' failed to satisfy constraint: Member must not be null"},
		{"TagResource", with(resource(machineARN+"m"), `"tags":[{"key":"AWS:k","value":""}]`), 400, "ValidationException", "Tag keys that begin with 'aws:' are reserved: 'AWS:k'"},
		{"TagResource", with(resource(machineARN+"m"), `"tags":[{"key":`+long(129)+`,"value":""}]`), 400, "ValidationException", "…Member must have length less than or equal to 128"},
		{"TestState", `{"definition":"{}"}`, 501, "UnknownOperationException", "TestState is not implemented by this server yet."},
		{"UntagResource", with(resource("no_arn"), `"tagKeys":[]`), 400, "InvalidArn", noArn},
		{"UntagResource", with(resource(machineARN+"m:1"), `"tagKeys":["k"]`), 404, "ResourceNotFound", "Resource not found: '" + machineARN + "m:1'"},
		{"UntagResource", resource(machineARN + "m"), 400, "ValidationException", "…Value null at 'tagKeys' failed to satisfy constraint: Member must not be null"},
		{"UpdateMapRun", on("mapRunArn", machineARN+"m"), 501, "UnknownOperationException", "UpdateMapRun is not implemented by this server yet."},
		{"UpdateStateMachine", with(machine("m"), definition+`,"versionDescription":"v"`), 400, "ValidationException", "Version description can only be set when publish is true"},
		{"UpdateStateMachine", with(machine("m"), `"publish":true`), 400, "MissingRequiredParameter", "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified"},
		{"UpdateStateMachine", with(machine("m"), `"publish":true,`+definition), 402, "ServiceQuotaExceededException", "The state machine has the maximum number of versions already: 2"},
		{"UpdateStateMachine", with(machine("m:1"), definition), 400, "StateMachineDoesNotExist", gone("m:1")},
		{"UpdateStateMachine", with(machine("m:prod"), definition), 400, "StateMachineDoesNotExist", gone("m:prod")},
		{"UpdateStateMachine", with(machine("m/label"), definition), 400, "ValidationException", labelled("m/label")},
		{"UpdateStateMachine", with(machine("m"), `"definition":"{}"`), 400, "InvalidDefinition", "…SCHEMA_VALIDATION_FAILED"},
		{"UpdateStateMachine", with(machine("m"), `"loggingConfiguration":{"level":"ALL","destinations":[{}]}`), 400, "InvalidLoggingConfiguration", "Invalid Logging Configuration: Must set valid CloudWatch Log Group ARN."},
		{"UpdateStateMachine", with(machine("m"), `"loggingConfiguration":{"level":"ALL","destinations":[{"cloudWatchLogsLogGroup":{"logGroupArn":"arn:aws:s3:::b"}}]}`), 400, "InvalidLoggingConfiguration", "Invalid Logging Configuration: Provided ARN is not CloudWatch Logs Log Group ARN."},
		{"UpdateStateMachine", with(machine("m"), `"loggingConfiguration":{"level":"ALL","destinations":[{"cloudWatchLogsLogGroup":{"logGroupArn":"arn:aws:logs:us-east-1:123456789012:log-group:g"}}]}`), 400, "InvalidLoggingConfiguration", "Invalid Logging Configuration: Log Group ARN must be provided with '*' qualifier."},
		{"UpdateStateMachine", with(machine("here"), `"loggingConfiguration":{"level":"FATAL","destinations":[{},{}]}`), 400, "InvalidLoggingConfiguration", "Invalid Logging Configuration: Must specify exactly one Log Destination."},
		{"UpdateStateMachine", with(machine("here"), `"encryptionConfiguration":{"type":"AWS_OWNED_KEY","kmsKeyId":"k"}`), 400, "InvalidEncryptionConfiguration", "Custom kmsKeyId is not allowed when selecting AWS_OWNED_KEY."},
		{"UpdateStateMachine", machine("here"), 400, "MissingRequiredParameter", "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified"},
		{"UpdateStateMachine", with(on("stateMachineArn", "no_arn"), definition), 400, "InvalidArn", noArn},
		{"UpdateStateMachine", with(machine("m"), `"roleArn":"role"`), 400, "InvalidArn", "Invalid Arn: 'Invalid ARN prefix: role'"},
		{"UpdateStateMachine", with(machine("none"), definition), 400, "StateMachineDoesNotExist", gone("none")},
		{"UpdateStateMachine", with(machine("express"), `"definition":`+quote(activityTask)), 400, "InvalidDefinition", "…Express state machine does not support Activity ARN at /States/T/Resource"},
		{"UpdateStateMachineAlias", with(on("stateMachineAliasArn", "no_arn"), `"description":""`), 400, "InvalidArn", noArn},
		{"UpdateStateMachineAlias", aliasOf("m:prod"), 400, "ValidationException", "Either the description or the routing configuration must be specified"},
		{"UpdateStateMachineAlias", with(aliasOf("m:none"), `"description":"d"`), 404, "ResourceNotFound", notReference},
		{"UpdateStateMachineAlias", with(aliasOf("m:prod"), `"description":`+long(257)), 400, "ValidationException", "…Member must have length less than or equal to 256"},
		{"UpdateStateMachineAlias", with(aliasOf("m:prod"), `"routingConfiguration":[`+route("m:9", 100)+`]`), 404, "ResourceNotFound", notReference},
		{"UpdateStateMachineAlias", with(aliasOf("m:prod"), `"routingConfiguration":[`+route("m:1", 99)+`]`), 400, "ValidationException", "Sum of routing configuration weights must equal 100. Received: [99]"},
		{"UpdateStateMachineAlias", with(aliasOf("m:prod"), `"routingConfiguration":[`+route("other:1", 100)+`]`), 400, "ValidationException", "Routing configuration must contain versions of the state machine of the alias." + received("other:1")},
		{"UpdateStateMachineAlias", with(aliasOf("m/label:prod"), `"description":"d"`), 400, "ValidationException", labelled("m/label:prod")},
		{"ValidateStateMachineDefinition", `{}`, 400, "ValidationException", "…Value null at 'definition' failed to satisfy constraint: Member must not be null"},
		{"ValidateStateMachineDefinition", `{"definition":"{}","maxResults":101}`, 400, "ValidationException", "…Member must have value less than or equal to 100"},
		{"Explode", `{}`, 400, "UnknownOperationException", "…"},
	} {
		t.Run(c.operation+" "+c.code+" "+c.body[:min(len(c.body), 99)], func(t *testing.T) {
			a.t = t
			a.refuse(c)
		})
		provoked[c.operation+" "+c.code] = true
	}
	a.t = t
	if _, got := a.call("StartExecution", machine("m/label")); got["reason"] != string(sfn.ValidationExceptionReasonApiDoesNotSupportLabeledArns) {
		t.Errorf("the reason is %v", got["reason"])
	}
	if _, got := a.call("CreateStateMachineAlias", alias("x", route("m", 100))); got["reason"] != string(sfn.ValidationExceptionReasonInvalidRoutingConfiguration) {
		t.Errorf("the reason is %v", got["reason"])
	}
	for _, o := range sfn.Operations {
		for _, code := range o.Errors {
			both := o.Name + " " + code
			excused := unprovoked[code] != "" || unprovoked[both] != ""
			if notThere := provoked[o.Name+" "+sfn.CodeUnknownOperationException]; !notThere && excused == provoked[both] {
				t.Errorf("%s: provoked %t, excused %t", both, provoked[both], excused)
			}
		}
	}
}

// refuse makes a request and compares its answer.
func (a *api) refuse(c refusal) {
	a.t.Helper()
	status, got := a.call(c.operation, c.body)
	code, _ := got["__type"].(string)
	message, _ := got["message"].(string)
	part, isPart := strings.CutPrefix(c.message, "…")
	if code != "" && !mayAnswer(c.operation, code) {
		a.t.Errorf("the model does not list %s for %s", code, c.operation)
	}
	if status != c.status || code != c.code || isPart && !strings.Contains(message, part) || !isPart && message != c.message {
		a.t.Errorf("got  %d %s: %.300s\nwant %d %s: %s", status, code, message, c.status, c.code, c.message)
	}
}

// closedToken is the token of an activity task that has ended.
func (a *api) closedToken() string {
	a.t.Helper()
	activity := a.must("CreateActivity", `{"name":"closed"}`)["activityArn"].(string)
	a.must("CreateStateMachine", create("closed", `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"`+activity+`","End":true}}}`))
	a.must("StartExecution", on("stateMachineArn", "closed"))
	token := a.must("GetActivityTask", `{"activityArn":`+quote(activity)+`}`)["taskToken"].(string)
	a.must("SendTaskSuccess", `{"taskToken":`+quote(token)+`,"output":"1"}`)
	return token
}

// mayAnswer reports whether an error is one that the model lists for an operation, or that any may answer.
func mayAnswer(operation, code string) bool {
	common := []string{sfn.CodeValidationException, sfn.CodeSerializationException, sfn.CodeUnknownOperationException}
	i := slices.IndexFunc(sfn.Operations, func(o sfn.Operation) bool { return o.Name == operation })
	return slices.Contains(common, code) || i >= 0 && slices.Contains(sfn.Operations[i].Errors, code)
}
