package mock_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/integration/mock"
	"github.com/stepwell/stepwell/value"
)

// config is a mock configuration with one machine, of which rest is the responses.
func config(responses string) string {
	return `{"StateMachines": {"M": {"TestCases": {"Case": {"S": "r"}}}}, "MockedResponses": {` + responses + `}}`
}

// TestParseSaysWhatIsWrong where the file is bad.
func TestParseSaysWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"no JSON":          {`{`, "Unexpected end-of-input"},
		"no object":        {`[]`, "the mock configuration must be an object"},
		"a typo":           {`{"MockedResponse": {}}`, `unknown field "MockedResponse"`},
		"no such response": {config(``), `StateMachines.M.TestCases.Case.S names "r", which MockedResponses does not have`},
		"no name":          {`{"StateMachines": {"M": {"TestCases": {"Case": {"S": 1}}}}}`, "StateMachines.M.TestCases.Case.S must be the name of a mocked response"},
		"machine":          {`{"StateMachines": {"M": 1}}`, "StateMachines.M must be an object"},
		"cases":            {`{"StateMachines": {"M": {"TestCases": []}}}`, "StateMachines.M.TestCases must be an object"},
		"empty":            {config(`"r": {}`), "MockedResponses.r has no response"},
		"no number":        {config(`"r": {"x": {"Return": 1}}`), "MockedResponses.r.x: the number of a response"},
		"backwards":        {config(`"r": {"3-1": {"Return": 1}}`), "MockedResponses.r.3-1: the number of a response"},
		"twice":            {config(`"r": {"0-2": {"Return": 1}, "2": {"Return": 1}}`), "another response has one of these numbers too"},
		"neither":          {config(`"r": {"0": {}}`), "MockedResponses.r.0 must have either Return or Throw"},
		"both":             {config(`"r": {"0": {"Return": 1, "Throw": {"Error": "E"}}}`), "MockedResponses.r.0 must have either Return or Throw"},
		"no error":         {config(`"r": {"0": {"Throw": {"Cause": "C"}}}`), "MockedResponses.r.0.Throw has no Error"},
		"a number":         {config(`"r": {"0": {"Throw": {"Error": 1}}}`), "MockedResponses.r.0.Throw.Error must be a string"},
		"an unknown field": {config(`"r": {"0": {"Throw": {"Error": "E", "Reason": "R"}}}`), "MockedResponses.r.0.Throw.Reason is unknown"},
	} {
		if _, err := mock.Parse(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s in it", name, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(config(`"r": {"0": {"Return": {}}, "1-3": {"Throw": {"Error": "E", "Cause": "C"}}}`))
	f.Fuzz(func(t *testing.T, text string) {
		c, err := mock.Parse(text)
		if (c == nil) == (err == nil) {
			t.Errorf("got %v and %v", c, err)
		}
	})
}

// open writes text to a file and opens that.
func open(t *testing.T, text string) (*mock.File, func(text string)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mocks.json")
	written := time.Now()
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		written = written.Add(time.Second) // a file system may tell no shorter times apart
		if err := os.Chtimes(path, written, written); err != nil {
			t.Fatal(err)
		}
	}
	write(text)
	f, err := mock.Open(path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return f, write
}

// answer is what a file answers an invocation of the state S with: its output or its error and cause.
func answer(t *testing.T, f *mock.File, invocation int, resource string) (text string, submitted bool) {
	t.Helper()
	h, ok := f.Handler("M", "Case", "S")
	if !ok {
		return "", false
	}
	o := h.Run(t.Context(), integration.Task{
		State: "S", Invocation: invocation, Resource: resource, Submit: func(value.Value) { submitted = true },
	})
	if o.Failure != nil {
		return *o.Failure.Error + ": " + *o.Failure.Cause, submitted
	}
	return o.Output.Text(), submitted
}

// TestAnswersByInvocation, ranges included.
func TestAnswersByInvocation(t *testing.T) {
	f, _ := open(t, config(`"r": {"0": {"Return": {"a":  1}}, "1-2": {"Throw": {"Error": "E", "Cause": "C"}}}`))
	for i, want := range []string{
		`{"a":1}`, "E: C", "E: C",
		`States.TaskFailed: The mocked response "r" has no answer for invocation 3 of the state "S".`,
	} {
		if got, _ := answer(t, f, i+1, "arn:aws:lambda:us-east-1:123456789012:function:f"); got != want {
			t.Errorf("invocation %d: got %s, want %s", i, got, want)
		}
	}
	if _, ok := f.Handler("M", "Case", "Other"); ok {
		t.Error("a state that the test case does not mention is mocked")
	}
}

// TestSubmitsWhatAResultFollows for jobs and callbacks, and nothing else.
func TestSubmitsWhatAResultFollows(t *testing.T) {
	f, _ := open(t, config(`"r": {"0": {"Return": 1}}`))
	for resource, want := range map[string]bool{
		"arn:aws:states:::sqs:sendMessage":                    false,
		"arn:aws:states:::sqs:sendMessage.waitForTaskToken":   true,
		"arn:aws:states:::glue:startJobRun.sync":              true,
		"arn:aws:states:::states:startExecution.sync:2":       true,
		"arn:aws:states:us-east-1:123456789012:activity:work": false,
	} {
		if got, submitted := answer(t, f, 1, resource); got != "1" || submitted != want {
			t.Errorf("%s: got %s, submitted %t, want %t", resource, got, submitted, want)
		}
	}
}

// TestFunctionGivesThePayload of a response in the form of Lambda's API; the action lambda:invoke gives
// all of it.
func TestFunctionGivesThePayload(t *testing.T) {
	f, _ := open(t, config(`"r": {"0": {"Return": {"StatusCode": 200, "Payload": {"a": 1}}}}`))
	for resource, want := range map[string]string{
		"arn:aws:lambda:us-east-1:123456789012:function:f": `{"a":1}`,
		"arn:aws:states:::lambda:invoke":                   `{"StatusCode":200,"Payload":{"a":1}}`,
	} {
		if got, _ := answer(t, f, 1, resource); got != want {
			t.Errorf("%s: got %s, want %s", resource, got, want)
		}
	}
}

// TestReadsAgain when the file changes; a bad file is refused for what starts, and what runs has the
// last good one.
func TestReadsAgain(t *testing.T) {
	f, write := open(t, config(`"r": {"0": {"Return": 1}}`))
	if err := f.Check("M", "Case"); err != nil {
		t.Error(err)
	}
	write(config(`"r": {"0": {"Return": 2}}`))
	if err := f.Check("M", "Case"); err != nil {
		t.Error(err)
	}
	if got, _ := answer(t, f, 1, ""); got != "2" {
		t.Errorf("after a change: got %s, want 2", got)
	}
	write(`{`)
	if err := f.Check("M", "Case"); err == nil || !strings.Contains(err.Error(), "mocks.json cannot be used: Unexpected end-of-input") {
		t.Errorf("a bad file: %v", err)
	}
	if got, _ := answer(t, f, 1, ""); got != "2" {
		t.Errorf("after a bad change: got %s, want 2", got)
	}
	write(config(`"r": {"0": {"Return": 3}}`))
	if err := f.Check("M", "Case"); err != nil {
		t.Error(err)
	}
	for _, c := range []struct{ machine, testCase, want string }{
		{"N", "Case", `no state machine "N"`}, {"M", "Other", `no test case "Other" of the state machine "M"`},
	} {
		if err := f.Check(c.machine, c.testCase); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s#%s: got %v, want %s in it", c.machine, c.testCase, err, c.want)
		}
	}
}
