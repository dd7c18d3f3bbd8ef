package examples_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stepwell/stepwell"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/integration/mock"
	"github.com/stepwell/stepwell/value"
)

const (
	role       = "arn:aws:iam::123456789012:role/StepFunctions"
	activities = "arn:aws:states:us-east-1:123456789012:activity:"
	queue      = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
)

// patience is how long anything may take that is not waited for by the virtual clock.
const patience = 30 * time.Second

// world is a server on a virtual clock, the way to call it, and what is outside of it.
type world struct {
	t         *testing.T
	server    *stepwell.Server
	url       string
	execution string
	// messages are the task tokens in the messages that were sent to a queue.
	messages chan string
}

// newWorld makes the world of an example: its mocks, or somebody who plays a part.
func newWorld(t *testing.T, e example) *world {
	t.Helper()
	w := &world{t: t, messages: make(chan string, 9)}
	o := stepwell.Options{
		Clock: "virtual", Logger: slog.New(slog.DiscardHandler),
		Handlers: map[string]integration.Handler{queue: integration.HandlerFunc(w.deliver)},
	}
	if e.mocked {
		o.MockConfig = e.dir + "/mocks.json"
		file, err := mock.Open(o.MockConfig, o.Logger)
		if err != nil {
			t.Fatal(err)
		}
		o.Mock = (&turns{w: w, here: make(map[string]bool)}).mock(file)
	}
	var err error
	if w.server, err = stepwell.New(o); err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(w.server.Handler())
	w.url = h.URL
	t.Cleanup(func() {
		w.server.StopPolls()
		h.Close()
		if err := w.server.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// call calls an operation, which must succeed, and returns the members of its answer.
func (w *world) call(operation string, request any) map[string]any {
	w.t.Helper()
	body, err := json.Marshal(request)
	if err != nil {
		w.t.Fatal(err)
	}
	answer := make(map[string]any)
	if err := json.Unmarshal(w.post("/", operation, body), &answer); err != nil {
		w.t.Fatal(err)
	}
	return answer
}

// post sends a request, which must succeed.
func (w *world) post(path, operation string, body []byte) []byte {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	answer, err := w.send(ctx, path, operation, body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer
}

func (w *world) send(ctx context.Context, path, operation string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("X-Amz-Target", "AWSStepFunctions."+operation)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s%s: %d %s", path, operation, resp.StatusCode, text)
	}
	return text, err
}

// create makes a state machine and the activities that it names, and returns its ARN.
func (w *world) create(name, definition string) string {
	w.t.Helper()
	for _, rest := range strings.Split(definition, activities)[1:] {
		activity, _, _ := strings.Cut(rest, `"`)
		w.call("CreateActivity", map[string]string{"name": activity})
	}
	made := w.call("CreateStateMachine", map[string]string{"name": name, "definition": definition, "roleArn": role})
	return made["stateMachineArn"].(string)
}

func (w *world) start(machine, name, input string) {
	w.t.Helper()
	var line bytes.Buffer
	if err := json.Compact(&line, []byte(input)); err != nil {
		w.t.Fatal(err)
	}
	started := w.call("StartExecution", map[string]string{"stateMachineArn": machine, "name": name, "input": line.String()})
	w.execution = started["executionArn"].(string)
}

// executionsOf returns the executions of a state machine.
func (w *world) executionsOf(name string) []string {
	w.t.Helper()
	var found []string
	machine := "arn:aws:states:us-east-1:123456789012:stateMachine:" + name
	for _, e := range w.call("ListExecutions", map[string]string{"stateMachineArn": machine})["executions"].([]any) {
		found = append(found, e.(map[string]any)["executionArn"].(string))
	}
	return found
}

// ended waits until an execution has ended, and shows its history and how it ended.
func (w *world) ended(execution string) string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	result, err := w.server.Wait(ctx, execution)
	if err != nil {
		w.t.Fatalf("%v\n%s", err, show(w.history(execution)))
	}
	end := result.Status + " " + result.Output
	if result.Error != "" {
		end += result.Error + ": " + result.Cause
	}
	return show(w.history(execution)) + masked(end) + "\n"
}

// history returns the events of an execution so far.
func (w *world) history(execution string) []event {
	w.t.Helper()
	events, err := w.events(w.t.Context(), execution)
	if err != nil {
		w.t.Fatal(err)
	}
	return events
}

func (w *world) events(ctx context.Context, execution string) ([]event, error) {
	body, _ := json.Marshal(map[string]any{"executionArn": execution, "maxResults": 1000}) // it always encodes
	text, err := w.send(ctx, "/", "GetExecutionHistory", body)
	if err != nil {
		return nil, err
	}
	var page struct{ Events []event }
	return page.Events, json.Unmarshal(text, &page)
}

// deadline lets the clock jump to the next deadline, although somebody is waited for.
func (w *world) deadline() {
	w.t.Helper()
	before := len(w.history(w.execution))
	w.post("/_stepwell/clock", "", []byte(`{"mode": "step"}`))
	for begun := time.Now(); len(w.history(w.execution)) == before; time.Sleep(time.Millisecond) {
		if time.Since(begun) > patience {
			w.t.Fatal("no deadline was reached")
		}
	}
	w.post("/_stepwell/clock", "", []byte(`{"mode": "auto"}`))
}

// take takes a task of an activity, as a worker does, and returns its token.
func (w *world) take(activity, worker string) string {
	w.t.Helper()
	return w.call("GetActivityTask", map[string]string{"activityArn": activities + activity, "workerName": worker})["taskToken"].(string)
}

// message waits for a message in the queue, and returns the task token that its author put in.
func (w *world) message() string {
	w.t.Helper()
	select {
	case token := <-w.messages:
		return token
	case <-time.After(patience):
		w.t.Fatal("no message came")
		return ""
	}
}

// deliver stands in for the queue.
func (w *world) deliver(_ context.Context, t integration.Task) integration.Outcome {
	body, _ := t.Input.Get("MessageBody")
	token, _ := body.Get("token")
	w.messages <- token.AsString()
	answer := value.Object(value.Member{Key: "MessageId", Value: value.String("m-1")})
	return integration.Outcome{Submitted: true, Output: answer}
}
