package delivery_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/delivery"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
	"github.com/stepwell/stepwell/value"
)

var row = store.Row{Scope: store.Scope{Account: "123456789012", Region: "us-east-1"}, Machine: "m", Name: "e"}

const group = "arn:aws:logs:us-east-1:123456789012:log-group:g:*"

func revision(level, withData string) *store.Revision {
	return &store.Revision{
		MachineID: "id", Key: level + withData, RoleARN: "arn:aws:iam::123456789012:role/r",
		Logging: `{"level":"` + level + `","includeExecutionData":` + withData + `,"destinations":[{"cloudWatchLogsLogGroup":{"logGroupArn":"` + group + `"}}]}`,
	}
}

// run are the events of an execution that fails.
func run(payload string) []interpreter.Event {
	name, cause := "E", "<why>"
	failure := asl.Failure{Error: &name, Cause: &cause}
	v := value.Trusted(payload)
	facts := []interpreter.Fact{
		interpreter.ExecutionStarted{Input: v},
		interpreter.StateEntered{Type: asl.TypeTask, Name: "T", Input: v},
		interpreter.TaskScheduled{Resource: "arn:aws:lambda:us-east-1:123456789012:function:f", Input: v},
		interpreter.TaskStarted{Resource: "arn:aws:lambda:us-east-1:123456789012:function:f"},
		interpreter.TaskFailed{Resource: "arn:aws:lambda:us-east-1:123456789012:function:f", Failure: failure},
		interpreter.StateExited{Type: asl.TypeTask, Name: "T", Output: v},
		interpreter.WaitStarted{},
		interpreter.StateEntered{Type: asl.TypeFail, Name: "F", Input: v},
		interpreter.ExecutionFailed{Failure: failure},
	}
	events := make([]interpreter.Event, len(facts))
	id := int64(0)
	for i, f := range facts {
		events[i] = interpreter.Event{Seq: uint64(i + 1), Prev: id, Time: time.UnixMilli(1_700_000_000_123), Frame: "0", Fact: f}
		if _, private := f.(interpreter.WaitStarted); !private {
			id++
			events[i].ID = id
		}
	}
	return events
}

// logged are the lines that events leave in a log.
func logged(t *testing.T, r *store.Revision, events []interpreter.Event) []string {
	t.Helper()
	var b bytes.Buffer
	logs := delivery.NewLogs(delivery.NewLines(&b), slog.New(slog.DiscardHandler))
	logs.Observe(row, r, events)
	logs.Close()
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if delivered, dropped := logs.Counts(); b.Len() > 0 && int(delivered) != len(lines) || dropped != 0 {
		t.Errorf("%d delivered and %d dropped of %d lines", delivered, dropped, len(lines))
	}
	return lines
}

// TestEntries: the shape is that of AWS's, with and without data.
func TestEntries(t *testing.T) {
	lines := logged(t, revision("ALL", "true"), run(`{"a": 1}`))
	const arn = `"event_timestamp":"1700000000123","execution_arn":"arn:aws:states:us-east-1:123456789012:execution:m:e","redrive_count":"0"}`
	for i, want := range map[int]string{
		0: `{"id":"1","type":"ExecutionStarted","details":{"input":"{\"a\": 1}","inputDetails":{"truncated":false},"roleArn":"arn:aws:iam::123456789012:role/r"},"previous_event_id":"0",` + arn,
		3: `{"id":"4","type":"LambdaFunctionStarted","details":{},"previous_event_id":"3",` + arn,
		4: `{"id":"5","type":"LambdaFunctionFailed","details":{"error":"E","cause":"<why>"},"previous_event_id":"4",` + arn,
		7: `{"id":"8","type":"ExecutionFailed","details":{"error":"E","cause":"<why>"},"previous_event_id":"7",` + arn,
	} {
		if lines[i] != want {
			t.Errorf("got  %s\nwant %s", lines[i], want)
		}
	}
	lines = logged(t, revision("ALL", "false"), run(`{"a": 1}`))
	if want := `{"id":"1","type":"ExecutionStarted","details":{"roleArn":"arn:aws:iam::123456789012:role/r"},"previous_event_id":"0",` + arn; lines[0] != want {
		t.Errorf("got  %s\nwant %s", lines[0], want)
	}
}

// TestLevels: which events each level lets through.
func TestLevels(t *testing.T) {
	for level, want := range map[string][]string{
		"ALL": {
			"ExecutionStarted", "TaskStateEntered", "LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionFailed", "TaskStateExited",
			"FailStateEntered", "ExecutionFailed",
		},
		"ERROR": {"LambdaFunctionFailed", "FailStateEntered", "ExecutionFailed"},
		"FATAL": {"ExecutionFailed"},
		"OFF":   nil,
	} {
		var got []string
		for _, line := range logged(t, revision(level, "false"), run("{}")) {
			var e struct{ Type string }
			if line != "" && json.Unmarshal([]byte(line), &e) == nil {
				got = append(got, e.Type)
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %q, want %q", level, got, want)
		}
	}
}

// TestLongPayload is cut, and its details say so.
func TestLongPayload(t *testing.T) {
	for _, c := range []struct {
		payload   string
		truncated bool
	}{
		{`"` + strings.Repeat("x", 248<<10-10) + `"`, false},
		{`"` + strings.Repeat("x", 250<<10) + `"`, true},
		{`"` + strings.Repeat(`\"`, 70<<10) + `"`, true}, // escaped it is twice as long
		{`"` + strings.Repeat("ü", 125<<10) + `"`, true},
	} {
		var e struct {
			Details struct {
				Input        string
				InputDetails struct{ Truncated bool }
			}
		}
		line := logged(t, revision("ALL", "true"), run(c.payload)[:1])[0]
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		if e.Details.InputDetails.Truncated != c.truncated || (e.Details.Input == c.payload) == c.truncated || !strings.HasPrefix(c.payload, e.Details.Input) {
			t.Errorf("%.20s: truncated %t, with %d of %d bytes", c.payload, e.Details.InputDetails.Truncated, len(e.Details.Input), len(c.payload))
		}
		if len(line) > 249<<10 {
			t.Errorf("%.20s: the entry has %d bytes", c.payload, len(line))
		}
	}
}

// stuck is a destination that takes nothing before it is released.
type stuck struct {
	release chan struct{}
	err     error
	entries int
}

func (s *stuck) Deliver(entries []delivery.Entry) error {
	<-s.release
	s.entries += len(entries)
	return s.err
}

// TestNobodyWaitsForADestination: what it cannot take is dropped and counted.
func TestNobodyWaitsForADestination(t *testing.T) {
	for name, c := range map[string]struct {
		payload string
		steps   int
	}{
		"many":  {"{}", 25_000},
		"large": {`"` + strings.Repeat("x", 1<<20) + `"`, 200},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				to := &stuck{release: make(chan struct{})}
				logs := delivery.NewLogs(to, slog.New(slog.DiscardHandler))
				events := run(c.payload)[:1]
				for range c.steps {
					logs.Observe(row, revision("ALL", "true"), events)
				}
				close(to.release)
				logs.Close()
				delivered, dropped := logs.Counts()
				if dropped == 0 || int(delivered+dropped) != c.steps || int(delivered) != to.entries {
					t.Errorf("%d delivered and %d dropped of %d; the destination got %d", delivered, dropped, c.steps, to.entries)
				}
			})
		})
	}
}

// TestFailingDestination: its losses are counted, and told once a minute.
func TestFailingDestination(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := &stuck{release: make(chan struct{}), err: errors.New("no space")}
		close(to.release)
		var told bytes.Buffer
		logs := delivery.NewLogs(to, slog.New(slog.NewTextHandler(&told, nil)))
		for range 5 {
			logs.Observe(row, revision("ALL", "true"), run("{}"))
			time.Sleep(25 * time.Second)
		}
		logs.Close()
		logs.Close()
		if delivered, dropped := logs.Counts(); delivered != 0 || dropped != 40 {
			t.Errorf("%d delivered and %d dropped", delivered, dropped)
		}
		if n := strings.Count(told.String(), "no space"); n != 2 {
			t.Errorf("told %d times in 100 seconds, want 2:\n%s", n, told.String())
		}
	})
}

// TestRevisionsThatAskForNothing cost nothing.
func TestRevisionsThatAskForNothing(t *testing.T) {
	for _, logging := range []string{"", "{}", "damaged", `{"level":"ALL"}`} {
		r := &store.Revision{Key: logging, Logging: logging}
		want := ""
		if logging == `{"level":"ALL"}` {
			want = "ExecutionStarted"
		}
		if got := logged(t, r, run("{}")[:1])[0]; !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%q: got %s", logging, got)
		}
	}
}
