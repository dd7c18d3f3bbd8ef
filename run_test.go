package stepwell_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepwell/stepwell"
)

// TestStartMachine: a state machine with a name is started by its ARN, for a test case if it names one.
func TestStartMachine(t *testing.T) {
	mocks := filepath.Join(t.TempDir(), "mocks.json")
	err := os.WriteFile(mocks, []byte(`{"StateMachines": {"m": {"TestCases": {"Case": {"T": "One"}}}},
		"MockedResponses": {"One": {"0": {"Return": 1}}}}`), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	server, err := stepwell.New(stepwell.Options{MockConfig: mocks, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	const task = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","End":true}}}`
	machine, err := server.Define(t.Context(), "m", task)
	if err != nil || machine != machineARN+"m" {
		t.Fatalf("Define: %s, %v", machine, err)
	}
	if again, err := server.Define(t.Context(), "m", task); err != nil || again != machine {
		t.Errorf("Define again: %s, %v", again, err)
	}
	if _, err := server.Define(t.Context(), "m", passOnly); err == nil || !strings.Contains(err.Error(), "State Machine Already Exists") {
		t.Errorf("Define another: %v", err)
	}
	for start, want := range map[string]stepwell.Result{
		machine + "#Case": {Status: "SUCCEEDED", Output: "1"},
		machine:           {Status: "FAILED", Error: "Lambda.ResourceNotFoundException"},
	} {
		execution, err := server.StartMachine(t.Context(), start, `{}`)
		if err != nil {
			t.Fatal(err)
		}
		got, err := server.Wait(t.Context(), execution)
		got.ExecutionARN, got.Cause = "", ""
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", start, got, err, want)
		}
	}
	if _, err := server.StartMachine(t.Context(), machine+"#Other", ""); err == nil || !strings.Contains(err.Error(), `no test case "Other"`) {
		t.Errorf("no such test case: %v", err)
	}
}
