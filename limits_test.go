package stepwell_test

import (
	"strings"
	"testing"

	"github.com/stepwell/stepwell"
)

// TestLimits: what AWS's limits refuse runs where they are lifted, and fails where they are not.
func TestLimits(t *testing.T) {
	longName := strings.Repeat("n", 100)
	long := `"` + strings.Repeat("x", 300_000) + `"`
	tight := stepwell.Limits{
		PayloadBytes: 1000, HistoryEvents: 10, AssignBytes: 500, VariablesBytes: 400, MapConcurrency: 1,
	}
	lifted := stepwell.Limits{PayloadBytes: 1_000_000, NameCharacters: 100, DefinitionBytes: 2_000_000}
	assign := `{"StartAt":"A","States":{"A":{"Type":"Pass","Assign":{"x":"` + strings.Repeat("x", 450) + `"},"End":true}}}`
	loop := `{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$","IsPresent":true,"Next":"C"}],"Default":"D"},"D":{"Type":"Succeed"}}}`
	arguments := strings.Replace(passOnly, `"Pass"`, `"Pass","Parameters":{"a.$":"States.Array(`+strings.Repeat("1,", 40)+`1)"}`, 1)
	for _, c := range []struct {
		name, machine, definition, input string
		limits                           stepwell.Limits
		want                             string // in what DescribeExecution or the first error says
	}{
		{"payload too long", "m", passOnly, long, stepwell.Limits{}, "Member must have length less than or equal to 262144"},
		{"payload lifted", "m", passOnly, long, lifted, "SUCCEEDED"},
		{"payload lowered", "m", passOnly, long[:2000] + `"`, tight, "Member must have length less than or equal to 1000"},
		{"output lowered", "m", strings.Replace(passOnly, `"Pass"`, `"Pass","Result":`+long[:2000]+`"`, 1), `1`, tight, "States.DataLimitExceeded"},
		{"history lowered", "m", loop, `1`, tight, "The execution reached the maximum number of history events (10)."},
		{"variables lowered", "m", assign, `1`, tight, "The variables of the execution exceed the maximum of 400 bytes."},
		{"variables", "m", assign, `1`, stepwell.Limits{}, "SUCCEEDED"},
		{"name too long", longName, passOnly, `1`, stepwell.Limits{}, "Member must have length less than or equal to 80"},
		{"state name too long", "m", strings.ReplaceAll(passOnly, `"P"`, `"`+longName+`"`), `1`, stepwell.Limits{}, "exceeds the 80-character limit"},
		{"names lifted", longName, strings.ReplaceAll(passOnly, `"P"`, `"`+longName+`"`), `1`, lifted, "SUCCEEDED"},
		{"definition too long", "m", passOnly + strings.Repeat(" ", 1_100_000), `1`, stepwell.Limits{}, "Member must have length less than or equal to 1048576"},
		{"definition lifted", "m", passOnly + strings.Repeat(" ", 1_100_000), `1`, lifted, "SUCCEEDED"},
		{"arguments", "m", arguments, `1`, stepwell.Limits{}, "must be a valid JSONPath or a valid intrinsic function call"},
		{"arguments lifted", "m", arguments, `1`, stepwell.Limits{CallArguments: 41}, "SUCCEEDED"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := newAPIWith(t, stepwell.Options{Limits: c.limits}).outcome(c.machine, c.definition, c.input); !strings.Contains(got, c.want) {
				t.Errorf("got %.300s, want %s in it", got, c.want)
			}
		})
	}
}

// outcome creates a machine and runs it once: what its end, or the first error, says.
func (a *api) outcome(machine, definition, input string) string {
	a.t.Helper()
	status, out := a.call("CreateStateMachine", create(machine, definition))
	if status == 200 {
		status, out = a.call("StartExecution", `{"stateMachineArn":"`+machineARN+machine+`","input":`+quote(input)+`}`)
	}
	if status != 200 {
		return out["message"].(string)
	}
	arn := out["executionArn"].(string)
	if _, err := a.server.Wait(a.t.Context(), arn); err != nil {
		a.t.Fatal(err)
	}
	out = a.must("DescribeExecution", `{"executionArn":"`+arn+`"}`)
	text := out["status"].(string)
	for _, member := range []string{"error", "cause"} {
		if s, ok := out[member].(string); ok {
			text += " " + s
		}
	}
	return text
}

// TestMissingActivity: a task of an activity that does not exist ends the execution at once, as long as it
// does not; a restart knows which exist.
func TestMissingActivity(t *testing.T) {
	task := `{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"` + activityARN + `work","End":true}}}`
	work := `{"name":"work","activityArn":"` + activityARN + `work"}`
	store := "pebble:" + t.TempDir()
	missing := func(a *api) {
		a.t.Helper()
		const want = "FAILED States.Runtime An error occurred while executing the state 'A' (entered at the event id #2). " +
			"The activity " + activityARN + "work does not exist."
		if got := a.outcome("m", task, `1`); got != want {
			a.t.Errorf("got %s, want %s", got, want)
		}
	}
	t.Run("never made", func(t *testing.T) {
		a := newAPIWith(t, stepwell.Options{Store: store})
		missing(a)
		a.must("CreateActivity", work)
	})
	t.Run("made and deleted", func(t *testing.T) {
		a := newAPIWith(t, stepwell.Options{Store: store})
		a.must("StartExecution", on("stateMachineArn", "m"))
		if got := a.must("GetActivityTask", work); got["taskToken"] == nil {
			t.Errorf("got %v, want a task", got)
		}
		a.must("DeleteActivity", work)
		missing(a)
	})
	t.Run("stays deleted", func(t *testing.T) { missing(newAPIWith(t, stepwell.Options{Store: store})) })
}
