package asl

import "testing"

func TestMatches(t *testing.T) {
	named := func(name string) Failure { return Failure{Error: &name} }
	for _, c := range []struct {
		name      string
		equals    []string
		failure   Failure
		heartbeat bool
		want      bool
	}{
		{"own name", []string{"A", "B"}, named("B"), false, true},
		{"other name", []string{"A"}, named("B"), false, false},
		{"no names", nil, named("B"), false, false},
		{"ALL and a custom error", []string{"States.ALL"}, named("B"), false, true},
		{"ALL and Timeout", []string{"States.ALL"}, named("States.Timeout"), false, true},
		{"ALL and Runtime", []string{"States.ALL"}, named("States.Runtime"), false, false},
		{"Runtime by name", []string{"States.Runtime"}, named("States.Runtime"), false, false},
		{"TaskFailed and Runtime", []string{"States.TaskFailed"}, named("States.Runtime"), false, false},
		{"ALL and DataLimitExceeded", []string{"States.ALL"}, named("States.DataLimitExceeded"), false, true},
		{"TaskFailed and DataLimitExceeded", []string{"States.TaskFailed"}, named("States.DataLimitExceeded"), false, false},
		{"DataLimitExceeded by name", []string{"States.DataLimitExceeded"}, named("States.DataLimitExceeded"), false, true},
		{"TaskFailed and a custom error", []string{"States.TaskFailed"}, named("B"), false, true},
		{"TaskFailed by name", []string{"States.TaskFailed"}, named("States.TaskFailed"), false, true},
		{"TaskFailed and Timeout", []string{"States.TaskFailed"}, named("States.Timeout"), false, false},
		{"TaskFailed and a missed heartbeat", []string{"States.TaskFailed"}, named("States.Timeout"), true, false},
		{"HeartbeatTimeout and a missed heartbeat", []string{"States.HeartbeatTimeout"}, named("States.Timeout"), true, true},
		{"Timeout and a missed heartbeat", []string{"States.Timeout"}, named("States.Timeout"), true, true},
		{"HeartbeatTimeout and a timeout", []string{"States.HeartbeatTimeout"}, named("States.Timeout"), false, false},
		{"ALL and no name", []string{"States.ALL"}, Failure{}, false, true},
		{"TaskFailed and no name", []string{"States.TaskFailed"}, Failure{}, false, true},
		{"a name and no name", []string{""}, Failure{}, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Matches(c.equals, c.failure, c.heartbeat); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
