package sfn

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"
)

func TestTimestampJSON(t *testing.T) {
	cases := map[string]struct {
		millis int64
		want   string
	}{
		"whole":          {1700000000000, "1700000000"},
		"three digits":   {1700000000123, "1700000000.123"},
		"leading zeros":  {1700000000007, "1700000000.007"},
		"trailing zeros": {1700000000100, "1700000000.1"},
		"epoch":          {0, "0"},
		"before":         {-1500, "-1.5"},
		"just before":    {-1, "-0.001"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			at := time.UnixMilli(c.millis)
			got, err := json.Marshal(NewTimestamp(at))
			if err != nil || string(got) != c.want {
				t.Fatalf("Marshal = %s, %v, want %s", got, err, c.want)
			}
			var back Timestamp
			if err := json.Unmarshal(got, &back); err != nil || !back.Equal(at) {
				t.Errorf("Unmarshal(%s) = %v, %v, want %v", got, back, err, at)
			}
		})
	}
}

func TestTimestampReadsWhatOthersWrite(t *testing.T) {
	want := time.UnixMilli(1700000000123).UTC()
	for _, text := range []string{"1700000000.123", "1.700000000123E9", "1700000000.1230001"} {
		var got Timestamp
		if err := json.Unmarshal([]byte(text), &got); err != nil || got.Time != want {
			t.Errorf("Unmarshal(%s) = %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{`"2023-11-14T22:13:20Z"`, "1e300", "true"} {
		if err := json.Unmarshal([]byte(text), new(Timestamp)); err == nil {
			t.Errorf("Unmarshal(%s) succeeded", text)
		}
	}
}

func TestPresence(t *testing.T) {
	cases := map[string]struct {
		value any
		want  string
	}{
		"absent members are left out": {&ListExecutionsOutput{}, `{}`},
		"an empty list is present":    {&ListExecutionsOutput{Executions: []ExecutionListItem{}}, `{"executions":[]}`},
		"zeros are present": {
			&ExecutionListItem{RedriveCount: new(int64(0)), Name: new("")},
			`{"name":"","redriveCount":0}`,
		},
		"an enum is a string": {&StartSyncExecutionOutput{Status: new(SyncExecutionStatusTimedOut)}, `{"status":"TIMED_OUT"}`},
		"a map of lists": {
			&DescribeStateMachineOutput{VariableReferences: map[string][]string{"S": {"a", "b"}}},
			`{"variableReferences":{"S":["a","b"]}}`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := json.Marshal(c.value)
			if err != nil || string(got) != c.want {
				t.Errorf("Marshal = %s, %v, want %s", got, err, c.want)
			}
		})
	}
}

func TestDeref(t *testing.T) {
	if got := Deref[string](nil); got != "" {
		t.Errorf("Deref(nil) = %q", got)
	}
	if got := Deref(new(int64(3))); got != 3 {
		t.Errorf("Deref(&3) = %d", got)
	}
}

// modelOperations reads what the tests compare with, independently of the generator.
func modelOperations(t *testing.T) map[string]struct {
	Errors []struct{ Shape string }
} {
	t.Helper()
	data, err := os.ReadFile("model/sfn-2016-11-23.json")
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		Operations map[string]struct {
			Errors []struct{ Shape string }
		}
	}
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m.Operations
}

func TestOperationsAreTheModels(t *testing.T) {
	want := modelOperations(t)
	names := make([]string, len(Operations))
	for i, op := range Operations {
		names[i] = op.Name
		var codes []string
		for _, e := range want[op.Name].Errors {
			codes = append(codes, e.Shape)
		}
		if !slices.Equal(op.Errors, codes) {
			t.Errorf("errors of %s\n got %v\nwant %v", op.Name, op.Errors, codes)
		}
		for suffix, shape := range map[string]any{"Input": op.NewInput(), "Output": op.NewOutput()} {
			if got := reflect.TypeOf(shape).Elem().Name(); got != op.Name+suffix {
				t.Errorf("%s of %s is a %s", suffix, op.Name, got)
			}
		}
	}
	if sorted := slices.Sorted(maps.Keys(want)); !slices.Equal(names, sorted) {
		t.Errorf("operations\n got %v\nwant %v", names, sorted)
	}
	if len(names) != 37 {
		t.Errorf("%d operations, want 37", len(names))
	}
}

func TestSyncHostPrefix(t *testing.T) {
	var got []string
	for _, op := range Operations {
		if op.HostPrefix != "" {
			got = append(got, op.HostPrefix+op.Name)
		}
	}
	if want := []string{"sync-StartSyncExecution", "sync-TestState"}; !slices.Equal(got, want) {
		t.Errorf("operations with a host prefix = %v, want %v", got, want)
	}
}

func BenchmarkEncodeHistory(b *testing.B) {
	events := make([]HistoryEvent, 1000)
	for i := range events {
		events[i] = HistoryEvent{
			Id: new(int64(i + 1)), PreviousEventId: new(int64(i)),
			Type: new(HistoryEventTypePassStateEntered), Timestamp: NewTimestamp(time.UnixMilli(1700000000123)),
			StateEnteredEventDetails: &StateEnteredEventDetails{
				Name: new("Hello World"), Input: new(`{"a": 1}`),
				InputDetails: &HistoryEventExecutionDataDetails{Truncated: new(false)},
			},
		}
	}
	out := &GetExecutionHistoryOutput{Events: events}
	b.ReportAllocs()
	for b.Loop() {
		data, err := json.Marshal(out)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(data)))
	}
}
