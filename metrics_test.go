package stepwell_test

import (
	"strings"
	"testing"
)

// TestMetrics: executions are counted by machine and end, and the server says what it holds.
func TestMetrics(t *testing.T) {
	a := newAPI(t)
	fail := `{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E"}}}`
	for range 2 {
		a.outcome("good", passOnly, `1`)
	}
	a.outcome("bad", fail, `1`)
	text := metrics(t, a)
	for _, want := range []string{
		`stepwell_executions_started_total{machine="` + machineARN + `good"} 2`,
		`stepwell_executions_ended_total{machine="` + machineARN + `good",status="SUCCEEDED"} 2`,
		`stepwell_executions_ended_total{machine="` + machineARN + `bad",status="FAILED"} 1`,
		`stepwell_execution_seconds_count{status="SUCCEEDED"} 2`,
		"stepwell_commit_seconds_count ", "stepwell_commit_steps_sum ", "stepwell_uncommitted_steps 0", "stepwell_activity_tasks_waiting 0",
		"stepwell_express_executions_running 0", "stepwell_executions_in_memory ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}
