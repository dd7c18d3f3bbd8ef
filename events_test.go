package stepwell_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stepwell/stepwell"
)

// eventTarget takes events until it is told not to.
type eventTarget struct {
	t      *testing.T
	url    string
	down   atomic.Bool
	asked  chan struct{}
	events chan map[string]any
}

func newEventTarget(t *testing.T) *eventTarget {
	e := &eventTarget{t: t, asked: make(chan struct{}, 100), events: make(chan map[string]any, 100)}
	h := httptest.NewServer(e)
	t.Cleanup(h.Close)
	e.url = h.URL + "/events"
	return e
}

// ServeHTTP implements [http.Handler].
func (e *eventTarget) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(r.Body)
	var event map[string]any
	if err != nil || r.Method != http.MethodPost || r.URL.Path != "/events" || r.Header.Get("Content-Type") != "application/json" {
		e.t.Errorf("got %s %s with %v and the error %v", r.Method, r.URL, r.Header, err)
	}
	if err := json.Unmarshal(text, &event); err != nil {
		e.t.Errorf("%v in %s", err, text)
	}
	if e.down.Load() {
		http.Error(w, "down", http.StatusServiceUnavailable)
		e.asked <- struct{}{}
		return
	}
	e.events <- event
}

// next waits for the next event.
func (e *eventTarget) next() map[string]any { return <-e.events }

// TestEvents: every change of the status of a Standard execution is told to every target, and tells what
// DescribeExecution does.
func TestEvents(t *testing.T) {
	targets := []*eventTarget{newEventTarget(t), newEventTarget(t)}
	a := newAPIWith(t, stepwell.Options{EventTargets: map[string]string{"one": targets[0].url, "two": targets[1].url}})
	a.must("CreateStateMachine", with(create("m", passOnly), `"publish":true`))
	a.must("CreateStateMachine", create("fails", failOnly))
	a.must("CreateStateMachine", createExpress("express", passOnly))
	a.must("StartSyncExecution", `{"stateMachineArn":"`+machineARN+`express"}`)
	a.must("StartExecution", `{"stateMachineArn":"`+machineARN+`express"}`)
	for machine, status := range map[string]string{"m:1": "SUCCEEDED", "fails": "FAILED"} {
		arn := a.must("StartExecution", `{"stateMachineArn":"`+machineARN+machine+`","input":"{\"a\" : 1}"}`)["executionArn"].(string)
		described := a.must("DescribeExecution", `{"executionArn":"`+arn+`"}`)
		for _, target := range targets {
			for _, want := range []string{"RUNNING", status} {
				event := target.next()
				if resources := fmt.Sprint(event["resources"]); event["source"] != "aws.states" || resources != "["+arn+"]" {
					t.Errorf("got %v, want one of %s", event, arn)
				}
				detail := event["detail"].(map[string]any)
				if got := detail["status"]; got != want || len(detail) != 18 {
					t.Errorf("%s: got %v of %v", machine, got, detail)
				}
				if want == status && !reflect.DeepEqual(told(detail), told(described)) {
					t.Errorf("%s: got  %v\nwant %v", machine, told(detail), told(described))
				}
			}
		}
	}
	if m := metrics(t, a); !strings.Contains(m, "\nstepwell_event_attempts_failed_total 0\n") || !strings.Contains(m, "\nstepwell_events_delivered_total ") || !strings.Contains(m, "\nstepwell_events_waiting ") {
		t.Errorf("the metrics are %s", m)
	}
}

// told is what an event and DescribeExecution tell both, with times in milliseconds and without what is
// null.
func told(members map[string]any) map[string]any {
	all := maps.Clone(members)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	for _, date := range []string{"startDate", "stopDate"} {
		if at := all[date].(float64); at < 1e11 {
			all[date] = math.Round(at * 1000)
		}
	}
	return all
}

// metrics is what GET /metrics answers.
func metrics(t *testing.T, a *api) string {
	t.Helper()
	r, err := http.Get(a.url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestEventsOutliveTheServer: what a target did not take waits in the store, for as long as the target
// is configured.
func TestEventsOutliveTheServer(t *testing.T) {
	target := newEventTarget(t)
	target.down.Store(true)
	o := stepwell.Options{Store: "pebble:" + t.TempDir(), EventTargets: map[string]string{"one": target.url, "gone": target.url}}
	a := newAPIWith(t, o)
	a.must("CreateStateMachine", create("m", passOnly))
	a.must("StartExecution", `{"stateMachineArn":"`+machineARN+`m","name":"x"}`)
	<-target.asked
	<-target.asked
	if err := a.server.Close(); err != nil {
		t.Fatal(err)
	}
	target.down.Store(false)
	delete(o.EventTargets, "gone")
	a = newAPIWith(t, o)
	for _, want := range []string{"RUNNING", "SUCCEEDED"} {
		if detail := target.next()["detail"].(map[string]any); detail["name"] != "x" || detail["status"] != want {
			t.Errorf("got %v, want %s", detail, want)
		}
	}
	if err := a.server.Close(); err != nil {
		t.Fatal(err)
	}
	if n := len(target.events); n != 0 {
		t.Errorf("%d events more than two came", n)
	}
}

// TestEventTargetsAreChecked before a server opens its store.
func TestEventTargetsAreChecked(t *testing.T) {
	_, err := stepwell.New(stepwell.Options{EventTargets: map[string]string{"audit": "localhost:7000"}})
	if err == nil || err.Error() != "the event target audit has no http or https URL" {
		t.Errorf("got %v", err)
	}
}
