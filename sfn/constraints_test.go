package sfn

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

const machineArn = "arn:aws:states:us-east-1:123456789012:stateMachine:m"

// invalid decodes body into in and returns the message of its ValidationException, "" where it is valid.
func invalid(t *testing.T, in interface{ Validate(Limits) error }, body string) string {
	t.Helper()
	if err := json.Unmarshal([]byte(body), in); err != nil {
		t.Fatalf("decode %s: %v", body, err)
	}
	err := in.Validate(Limits{})
	if err == nil {
		return ""
	}
	var e *Error
	if !errors.As(err, &e) || e.Code != CodeValidationException || e.Status != 400 {
		t.Fatalf("Validate = %#v, want a ValidationException", err)
	}
	return e.Message
}

func TestValidate(t *testing.T) {
	type input = interface{ Validate(Limits) error }
	const one = "1 validation error detected: "
	const pattern = `Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$`
	machine := func(extra string) string {
		return `{"name":"m","definition":"{}","roleArn":"r"` + extra + `}`
	}
	alias := func(name, routes string) string {
		return `{"name":"` + name + `","routingConfiguration":` + routes + `}`
	}
	const route = `[{"stateMachineVersionArn":"v","weight":100}]`

	cases := map[string]struct {
		in   input
		body string
		want string
	}{
		"nothing wrong":    {new(CreateStateMachineInput), machine(""), ""},
		"nothing required": {new(ListStateMachinesInput), `{}`, ""},
		"null": {
			new(CreateStateMachineInput), `{"name":"m","definition":null,"roleArn":"r"}`,
			one + "Value null at 'definition' failed to satisfy constraint: Member must not be null",
		},
		"several, in the model's order": {
			new(CreateStateMachineInput), `{"roleArn":""}`,
			"3 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null; " +
				"Value null at 'definition' failed to satisfy constraint: Member must not be null; " +
				"Value '' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 1",
		},
		"too short": {
			new(CreateActivityInput), `{"name":""}`,
			one + "Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1",
		},
		"longest": {new(CreateActivityInput), `{"name":"` + strings.Repeat("é", 80) + `"}`, ""},
		"too long": {
			new(CreateActivityInput), `{"name":"` + strings.Repeat("é", 81) + `"}`,
			one + "Value '" + strings.Repeat("é", 81) + "' at 'name' failed to satisfy constraint: Member must have length less than or equal to 80",
		},
		"characters are counted in UTF-16": {
			new(CreateActivityInput), `{"name":"` + strings.Repeat("😀", 41) + `"}`,
			one + "Value '" + strings.Repeat("😀", 41) + "' at 'name' failed to satisfy constraint: Member must have length less than or equal to 80",
		},
		"largest definition": {
			new(CreateStateMachineInput),
			`{"name":"m","roleArn":"r","definition":"` + strings.Repeat("x", 1048576) + `"}`, "",
		},
		"a sensitive value is not printed": {
			new(CreateStateMachineInput),
			`{"name":"m","roleArn":"r","definition":"` + strings.Repeat("x", 1048577) + `"}`,
			one + "Value at 'definition' failed to satisfy constraint: Member must have length less than or equal to 1048576",
		},
		"largest number": {new(ListExecutionsInput), `{"maxResults":1000}`, ""},
		"number too large": {
			new(ListExecutionsInput), `{"maxResults":1001}`,
			one + "Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000",
		},
		"number too small": {
			new(ListExecutionsInput), `{"maxResults":-1}`,
			one + "Value '-1' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 0",
		},
		"fraction too large": {
			new(UpdateMapRunInput), `{"mapRunArn":"a","toleratedFailurePercentage":101}`,
			one + "Value '101.0' at 'toleratedFailurePercentage' failed to satisfy constraint: Member must have value less than or equal to 100",
		},
		"enum": {
			new(ListExecutionsInput), `{"statusFilter":"succeeded"}`,
			one + "Value 'succeeded' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: " +
				"[SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]",
		},
		"pattern":          {new(CreateStateMachineAliasInput), alias("ALIAS@", route), one + "Value 'ALIAS@' at 'name' failed to satisfy constraint: " + pattern},
		"pattern, digits":  {new(CreateStateMachineAliasInput), alias("123", route), one + "Value '123' at 'name' failed to satisfy constraint: " + pattern},
		"pattern, matches": {new(CreateStateMachineAliasInput), alias("v1.2-x_Y", route), ""},
		"length and pattern": {
			new(CreateStateMachineAliasInput), alias("", route),
			"2 validation errors detected: Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1; " +
				"Value '' at 'name' failed to satisfy constraint: " + pattern,
		},
		"list too long": {
			new(CreateStateMachineAliasInput),
			alias("a", `[{"stateMachineVersionArn":"v1","weight":50},{"stateMachineVersionArn":"v2","weight":30},{"stateMachineVersionArn":"v3","weight":20}]`),
			one + "Value '[RoutingConfigurationListItem(stateMachineVersionArn=v1, weight=50), " +
				"RoutingConfigurationListItem(stateMachineVersionArn=v2, weight=30), " +
				"RoutingConfigurationListItem(stateMachineVersionArn=v3, weight=20)]' at 'routingConfiguration' " +
				"failed to satisfy constraint: Member must have length less than or equal to 2",
		},
		"list too short": {
			new(CreateStateMachineAliasInput), alias("a", `[]`),
			one + "Value '[]' at 'routingConfiguration' failed to satisfy constraint: Member must have length greater than or equal to 1",
		},
		"inside a list": {
			new(CreateStateMachineAliasInput), alias("a", `[{"stateMachineVersionArn":"v","weight":101}]`),
			one + "Value '101' at 'routingConfiguration.1.member.weight' failed to satisfy constraint: Member must have value less than or equal to 100",
		},
		"null inside a list": {
			new(CreateStateMachineAliasInput), alias("a", `[{"stateMachineVersionArn":"v","weight":1},{"weight":99}]`),
			one + "Value null at 'routingConfiguration.2.member.stateMachineVersionArn' failed to satisfy constraint: Member must not be null",
		},
		"inside a structure": {
			new(CreateStateMachineInput), machine(`,"encryptionConfiguration":{"kmsDataKeyReusePeriodSeconds":59}`),
			"2 validation errors detected: Value '59' at 'encryptionConfiguration.kmsDataKeyReusePeriodSeconds' failed to satisfy constraint: Member must have value greater than or equal to 60; " +
				"Value null at 'encryptionConfiguration.type' failed to satisfy constraint: Member must not be null",
		},
		"inside structures inside a list": {
			new(CreateStateMachineInput),
			machine(`,"loggingConfiguration":{"destinations":[{"cloudWatchLogsLogGroup":{"logGroupArn":""}}]}`),
			one + "Value '' at 'loggingConfiguration.destinations.1.member.cloudWatchLogsLogGroup.logGroupArn' failed to satisfy constraint: Member must have length greater than or equal to 1",
		},
		"list of strings": {
			new(UntagResourceInput), `{"resourceArn":"a","tagKeys":["k",""]}`,
			one + "Value '[k, ]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: " +
				"[Member must have length less than or equal to 128, Member must have length greater than or equal to 1]",
		},
		"client token": {
			new(RedriveExecutionInput), `{"executionArn":"a","clientToken":"a b"}`,
			one + "Value 'a b' at 'clientToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [!-~]+",
		},
		"trace header": {
			new(StartExecutionInput), `{"stateMachineArn":"` + machineArn + `","traceHeader":"é"}`,
			one + `Value 'é' at 'traceHeader' failed to satisfy constraint: Member must satisfy regular expression pattern: \p{ASCII}*`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := invalid(t, c.in, c.body); got != c.want {
				t.Errorf("violations\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestEveryInputWithRequiredMembersRefusesAnEmptyRequest(t *testing.T) {
	free := map[string]bool{"ListActivities": true, "ListExecutions": true, "ListStateMachines": true}
	for _, op := range Operations {
		in, ok := op.NewInput().(interface{ Validate(Limits) error })
		if !ok {
			t.Errorf("%sInput has no Validate", op.Name)
			continue
		}
		if got := in.Validate(Limits{}) == nil; got != free[op.Name] {
			t.Errorf("%s takes an empty request = %v, want %v", op.Name, got, free[op.Name])
		}
	}
}

func BenchmarkValidateStartExecution(b *testing.B) {
	in := &StartExecutionInput{StateMachineArn: new(machineArn), Name: new("n"), Input: new(strings.Repeat("x", 1000))}
	b.ReportAllocs()
	for b.Loop() {
		if err := in.Validate(Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
