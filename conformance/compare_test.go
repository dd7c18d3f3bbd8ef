package conformance

import (
	"encoding/json"
	"testing"

	"github.com/stepwell/stepwell/value"
)

// parse returns the value of JSON text.
func parse(t *testing.T, text string) value.Value {
	t.Helper()
	v, err := value.Parse(text)
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// record returns the Recording of JSON text.
func record(t *testing.T, text string) *Recording {
	t.Helper()
	r := &Recording{file: "here"}
	if err := json.Unmarshal([]byte(text), r); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return r
}

func TestCompare(t *testing.T) {
	const bound = `"placeholders":[{"token":"<id:1>","bind":true},{"token":"<id:2>","bind":true},{"token":"<n>","match":"[0-9]+"},{"token":"any","whole":true}]`
	for _, c := range []struct {
		name, more, want, got string
		conforms              bool
	}{
		{"equal", ``, `{"a":[1,"x",true,null]}`, `{"a":[1,"x",true,null]}`, true},
		{"the order of keys", ``, `{"a":1,"b":2}`, `{"b":2,"a":1}`, true},
		{"numbers by value", ``, `[1,10]`, `[1.0,1e1]`, true},
		{"no number but a text", ``, `1`, `"1"`, false},
		{"a missing key", ``, `{"a":1,"b":2}`, `{"a":1}`, false},
		{"a further key", ``, `{"a":1}`, `{"a":1,"b":2}`, false},
		{"a key that AWS added", ``, `{"a":1}`, `{"a":1,"redriveCount":0}`, true},
		{"a shorter list", ``, `[1,2]`, `[1]`, false},
		{"another order of a list", ``, `[1,2]`, `[2,1]`, false},
		{"transport data", ``, `{"ResponseMetadata":{"HTTPHeaders":{},"HTTPStatusCode":200}}`, `{}`, true},
		{"another status", ``, `{"ResponseMetadata":{"HTTPStatusCode":200}}`, `{"ResponseMetadata":{"HTTPStatusCode":400}}`, false},

		{"parsed JSON", ``, `{"output":{"a":1}}`, `{"output":"{\"a\": 1.0}"}`, true},
		{"parsed JSON of another kind", ``, `{"output":{"a":1}}`, `{"output":"[1]"}`, false},
		{"JSON texts", ``, `"[1, 2]"`, `"[1,2]"`, true},
		{"JSON texts that differ", ``, `"[1, 2]"`, `"[1,3]"`, false},
		{"texts that are no containers", ``, `"1.0"`, `"1"`, false},

		{"a whole placeholder", bound, `["any","timestamp"]`, `[{"x":1},1.5]`, true},
		{"a whole placeholder without a value", bound, `{"a":"any"}`, `{}`, false},
		{"a bound placeholder", bound, `["<id:1>","x<id:1>y","<id:2>"]`, `["a","xay","b"]`, true},
		{"a bound placeholder with two values", bound, `["<id:1>","<id:1>"]`, `["a","b"]`, false},
		{"a bound placeholder twice in a text", bound, `"<id:1>-<id:1>"`, `"a-b"`, false},
		{"a placeholder as it is", bound, `["<id:1>","<id:1>"]`, `["a","<id:1>"]`, true},
		{"a placeholder with a rule", bound, `"no <n>"`, `"no 12"`, true},
		{"a placeholder's rule is broken", bound, `"no <n>"`, `"no x"`, false},
		{"region and account", ``, `["arn:<partition>:s:<region>:111111111111:a","<region>"]`, `["arn:aws:s:eu-west-1:123456789012:a","eu-west-1"]`, true},
		{"two regions", ``, `["<region>","<region>"]`, `["eu-west-1","us-east-1"]`, false},
		{"dates inside texts", ``, `"at date, date"`, `"at 2026-01-01T00:00:00Z, 2027-01-01T00:00:00.5Z"`, true},
		{"placeholders in JSON texts", bound, `"{\"a\": \"<id:1>\"}"`, `"{\"a\":\"x\"}"`, true},
		{
			"one token with several values", `"placeholders":[{"token":"<r>","value":"a","bind":true},{"token":"<r>","value":"b","bind":true}]`,
			`["<r>","<r>"]`, `["a","b"]`, true,
		},
		{
			"a value that is not the token's", `"placeholders":[{"token":"<r>","value":"a","bind":true}]`,
			`"<r>"`, `"c"`, false,
		},

		{"an unordered list", `"normalised":["sorted_list:names"]`, `{"names":["a","b"]}`, `{"names":["b","a"]}`, true},
		{"below an unordered list", `"normalised":["sorted_list:names"]`, `{"names":{"s":["a","b"]}}`, `{"names":{"s":["b","a"]}}`, true},
		{"an unordered list that differs", `"normalised":["sorted_list:names"]`, `{"names":["a","a"]}`, `{"names":["a","b"]}`, false},
		{
			"the right partner is not the first", `"normalised":["sorted_list:names"],` + bound,
			`{"names":["<id:1>","<id:2>",["<id:1>"]]}`, `{"names":["y","x",["x"]]}`, true,
		},
		{"a path that does not count", `"kind":"local_mock","localstack_skips":["$..a.b"]`, `{"a":{"b":1}}`, `{"a":{"b":2}}`, true},
		{"a path that counts", `"kind":"execution","localstack_skips":["$..a.b"]`, `{"a":{"b":1}}`, `{"a":{"b":2}}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			more := c.more
			if more != "" {
				more += ","
			}
			r := record(t, `{`+more+`"actual":{"k":"{{steps[0].response}}"},"expected":{"k":`+c.want+`}}`)
			response := parse(t, c.got)
			differences := r.compare(Transcript{{Call: "Do", Response: &response}}, told{})
			if (len(differences) == 0) != c.conforms {
				t.Errorf("differences %v, want conforming %v", differences, c.conforms)
			}
		})
	}
}

func TestCompareHistories(t *testing.T) {
	const shuffled = `"normalised":["parallel_events_unordered"],`
	for _, c := range []struct {
		name, more, want, got string
		conforms              bool
	}{
		{"equal", ``, `[{"id":1,"type":"A"},{"id":2,"type":"B"}]`, `[{"id":1,"type":"A"},{"id":2,"type":"B"}]`, true},
		{"another id", ``, `[{"id":1,"type":"A"}]`, `[{"id":2,"type":"A"}]`, false},
		{"an event less", ``, `[{"id":1,"type":"A"},{"id":2,"type":"B"}]`, `[{"id":1,"type":"A"}]`, false},
		{
			"events of a Parallel state", shuffled,
			`[{"id":1,"type":"ParallelStateStarted"},{"id":0,"previousEventId":0,"type":"B"},{"id":[0],"previousEventId":0,"type":"A"},{"id":4,"type":"ParallelStateExited"}]`,
			`[{"id":1,"type":"ParallelStateStarted"},{"id":2,"previousEventId":1,"type":"A"},{"id":3,"previousEventId":1,"type":"B"},{"id":4,"type":"ParallelStateExited"}]`, true,
		},
		{
			"another event in a Parallel state", shuffled,
			`[{"id":1,"type":"ParallelStateStarted"},{"id":0,"type":"B"},{"id":0,"type":"A"}]`,
			`[{"id":1,"type":"ParallelStateStarted"},{"id":2,"type":"A"},{"id":3,"type":"A"}]`, false,
		},
		{
			"the exit after a map run", ``,
			`[{"id":1,"type":"MapRunStarted"},{"id":2,"previousEventId":1,"type":"MapRunSucceeded"},{"id":3,"previousEventId":2,"type":"MapStateExited"}]`,
			`[{"id":1,"type":"MapRunStarted"},{"id":2,"previousEventId":1,"type":"MapRunSucceeded"},{"id":3,"previousEventId":1,"type":"MapStateExited"}]`, true,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := record(t, `{`+c.more+`"actual":{"k":"{{steps[0].response}}"},"expected":{"k":{"events":`+c.want+`}}}`)
			response := parse(t, `{"events":`+c.got+`}`)
			differences := r.compare(Transcript{{Call: "Do", Response: &response}}, told{})
			if (len(differences) == 0) != c.conforms {
				t.Errorf("differences %v, want conforming %v", differences, c.conforms)
			}
		})
	}
}

// TestDifference: a difference shows what was wanted above what was got, and the events around it.
func TestDifference(t *testing.T) {
	r := record(t, `{"actual":{"h":"{{steps[0].response}}"},"expected":{"h":{"events":[{"id":1,"type":"Started"},{"id":2,"type":"Entered"},{"id":3,"type":"Exited"}]}}}`)
	response := parse(t, `{"events":[{"id":1,"type":"Started"},{"id":2,"type":"Failed","error":"x"}]}`)
	got := r.compare(Transcript{{Call: "GetExecutionHistory", Response: &response}}, told{})[0].String()
	want := `  at   $.h.events[1].type
  want "Entered"
  got  "Failed"
        0 Started
    >   1 Entered                          got Failed
        2 Exited                           got (no event)
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestCompareLogs: the log entries of a server are compared like its answers.
func TestCompareLogs(t *testing.T) {
	r := record(t, `{"actual":{"a":"{{logs}}","b":{"c":"{{logs[last]}}"}},"expected":{"a":[{"id":"1"},{"id":"2"}],"b":{"c":{"id":"2"}}}}`)
	one, two := parse(t, `{"id":"1"}`), parse(t, `{"id":"2"}`)
	for wrong, logs := range map[int][]value.Value{0: {one, two}, 1: {two, two}, 2: {one, two, one}, 3: nil} {
		if got := r.compare(nil, told{logs: logs}); (len(got) > 0) != (wrong > 0) {
			t.Errorf("%v: got %v", logs, got)
		}
	}
}

// TestCompareEvents: the events of a server are compared like its answers.
func TestCompareEvents(t *testing.T) {
	r := record(t, `{"actual":{"a":"{{eventbridge-events}}"},"expected":{"a":[{"id":"1"},{"id":"2"}]}}`)
	one, two := parse(t, `{"id":"1"}`), parse(t, `{"id":"2"}`)
	if n := r.eventCount(); n != 2 {
		t.Errorf("%d events are expected, want 2", n)
	}
	for wrong, events := range [][]value.Value{{one, two}, {two, one}, {one}, nil} {
		if got := r.compare(nil, told{events: events}); (len(got) > 0) != (wrong > 0) {
			t.Errorf("%v: got %v", events, got)
		}
	}
}

// TestForeignKeysAreNotCompared: what no answer of the server tells, and what an SDK said itself.
func TestForeignKeysAreNotCompared(t *testing.T) {
	r := record(t, `{"actual":{"d":"{{eventbridge-events}}","e":"x","f":"y","g":"{{steps[0].response}}"},
		"steps":[{"service":"s3","call":"GetObject"},{"helper":"events_to_sqs_queue"}],
		"expected":{"e":"x","f":"z"},"client_side_keys":["f"]}`)
	if got := r.compare(nil, told{}); len(got) > 0 {
		t.Errorf("got %v", got)
	}
}
