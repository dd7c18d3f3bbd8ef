package conformance

import (
	"fmt"
	"slices"
	"testing"
)

// TestAssignments: mocks whose states nobody recorded come in every order, the others stay.
func TestAssignments(t *testing.T) {
	r := record(t, `{"executions":[{"start_step":1,"mocks":[
		{"state":"A","result":{"text":"1"}},
		{"state":null,"candidate_states":["B","C"],"result":{"text":"2"}},
		{"state":null,"candidate_states":["B","C"],"result":{"text":"3"}},
		{"state":null,"candidate_states":["B","C"],"result":{"text":"4"}}]}]}`)
	var got []string
	for i, executions := range assignments(r) {
		order := fmt.Sprint(i, ":")
		for _, m := range executions[1].Mocks {
			order += m.Result.Text
		}
		got = append(got, order)
	}
	want := []string{"0:1234", "1:1243", "2:1324", "3:1342", "4:1423", "5:1432"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestAssignmentsOfNothing: a recording without such mocks is played once.
func TestAssignmentsOfNothing(t *testing.T) {
	n := 0
	for range assignments(record(t, `{}`)) {
		n++
	}
	if n != 1 {
		t.Errorf("played %d times", n)
	}
}
