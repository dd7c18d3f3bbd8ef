package delivery_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
)

// TestEventShape: all of an event, for every status.
func TestEventShape(t *testing.T) {
	const (
		head = `{"version":"0","id":"ID","detail-type":"Step Functions Execution Status Change","source":"aws.states","account":"123456789012","time":"2000-01-01T00:0%s:00Z",` +
			`"region":"us-east-1","resources":["arn:aws:states:us-east-1:123456789012:execution:m:x"],"detail":{"executionArn":"arn:aws:states:us-east-1:123456789012:execution:m:x",` +
			`"stateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:m","name":"x","status":"%s","startDate":946684800000,"stopDate":%s,"input":"{\"a\" : \"<&\"}",`
		via        = `"stateMachineVersionArn":"arn:aws:states:us-east-1:123456789012:stateMachine:m:3","stateMachineAliasArn":"arn:aws:states:us-east-1:123456789012:stateMachine:m:prod",`
		started    = `"output":null,` + via + `"redriveCount":0,"redriveDate":null,"redriveStatus":"NOT_REDRIVABLE","redriveStatusReason":"Execution is RUNNING and cannot be redriven","inputDetails":{"included":true},"outputDetails":null,"error":null,"cause":null}}`
		redrivable = `"output":null,` + via + `"redriveCount":0,"redriveDate":null,"redriveStatus":"REDRIVABLE","redriveStatusReason":null,"inputDetails":{"included":true},"outputDetails":null,`
	)
	id := regexp.MustCompile(`"id":"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"`)
	for _, c := range []struct{ name, definition, want string }{
		{
			"succeeds", waitMachine, fmt.Sprintf(head, "1", "SUCCEEDED", "946684860000") + `"output":"{\"a\" : \"<&\"}",` + via +
				`"redriveCount":0,"redriveDate":null,"redriveStatus":"NOT_REDRIVABLE","redriveStatusReason":"Execution is SUCCEEDED and cannot be redriven","inputDetails":{"included":true},"outputDetails":{"included":true},"error":null,"cause":null}}`,
		},
		{"fails", failMachine, fmt.Sprintf(head, "0", "FAILED", "946684800000") + redrivable + `"error":"E","cause":"<why>"}}`},
		{"times out", strings.Replace(waitMachine, "{", `{"TimeoutSeconds":60,`, 1), fmt.Sprintf(head, "1", "TIMED_OUT", "946684860000") + redrivable + `"error":null,"cause":null}}`},
		{"is stopped", waitMachine, fmt.Sprintf(head, "0", "ABORTED", "946684800000") + redrivable + `"error":"E","cause":"C"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, []string{"a"}, func(w *world) {
				row := w.start(w.machine("m", c.definition), "x", `{"a" : "<&"}`)
				if c.name == "is stopped" {
					if _, err := w.engine.Stop(w.t.Context(), row.ID, new("E"), new("C")); err != nil {
						w.t.Fatal(err)
					}
				}
				w.ends(row)
				synctest.Wait()
				w.sink.mu.Lock()
				defer w.sink.mu.Unlock()
				got := w.sink.got["a"]
				for i, want := range []string{fmt.Sprintf(head, "0", "RUNNING", "null") + started, c.want} {
					if i >= len(got) || id.ReplaceAllString(got[i], `"id":"ID"`) != want {
						w.t.Errorf("got  %v\nwant %s", got, want)
					}
				}
				if len(got) != 2 || id.FindString(got[0]) == id.FindString(got[1]) {
					w.t.Errorf("%d events, want two with different ids", len(got))
				}
			})
		})
	}
}

// TestEventsWithLongPayloads leave out the input when both are too long, and the output when it alone is.
func TestEventsWithLongPayloads(t *testing.T) {
	const limit = 248 << 10
	for _, c := range []struct {
		payload                               string
		startedInput, endedInput, endedOutput bool
	}{
		{`"` + strings.Repeat("x", limit/2-len(`\"\"`)) + `"`, true, true, true},
		{`"` + strings.Repeat("x", limit/2) + `"`, true, false, true},
		{`"` + strings.Repeat("x", limit-len(`\"\"`)) + `"`, true, false, true},
		{`"` + strings.Repeat("x", limit) + `"`, false, false, false},
		{`"` + strings.Repeat(`\"`, limit/4) + `"`, false, false, false}, // it is escaped once more
	} {
		inWorld(t, []string{"a"}, func(w *world) {
			w.ends(w.start(w.machine("m", passMachine), "x", c.payload))
			synctest.Wait()
			events := w.sink.events(w.t, "a")
			if len(events) != 2 {
				w.t.Fatalf("%d events", len(events))
			}
			started, ended := events[0].Detail, events[1].Detail
			for what, got := range map[string][3]bool{
				"RUNNING, input":    {started.Input != nil, started.InputDetails.Included, c.startedInput},
				"SUCCEEDED, input":  {ended.Input != nil, ended.InputDetails.Included, c.endedInput},
				"SUCCEEDED, output": {ended.Output != nil, ended.OutputDetails.Included, c.endedOutput},
			} {
				if got[0] != got[2] || got[1] != got[2] {
					w.t.Errorf("%d bytes: %s: is there: %t, included: %t, want %t", len(c.payload), what, got[0], got[1], got[2])
				}
			}
		})
	}
}
