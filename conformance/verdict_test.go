package conformance

import (
	"encoding/json"
	"testing"

	"github.com/stepwell/stepwell/value"
)

func TestVerdictCompare(t *testing.T) {
	for _, c := range []struct {
		name, verdict, ending string
		conforms              bool
	}{
		{"output", `{"status":"SUCCEEDED","output":{"a":1,"b":2}}`, `{"status":"SUCCEEDED","output":"{\"b\":2.0,\"a\":1}"}`, true},
		{"output null", `{"status":"SUCCEEDED","output":null}`, `{"status":"SUCCEEDED","output":"null"}`, true},
		{"another output", `{"status":"SUCCEEDED","output":[1]}`, `{"status":"SUCCEEDED","output":"[2]"}`, false},
		{"output unknown", `{"status":"SUCCEEDED","output_unknown":true}`, `{"status":"SUCCEEDED","output":"7"}`, true},
		{"another status", `{"status":"SUCCEEDED","output_unknown":true}`, `{"status":"FAILED"}`, false},
		{"expression", `{"status":"SUCCEEDED","output_pattern":"^[0-9]$"}`, `{"status":"SUCCEEDED","output":"\"7\""}`, true},
		{"expression and a number", `{"status":"SUCCEEDED","output_pattern":"^[0-9]$"}`, `{"status":"SUCCEEDED","output":"7"}`, false},
		{"range", `{"status":"SUCCEEDED","output_pattern":{"a":{"integer_from":1,"integer_below":3},"b":{"equals_field":"a"}}}`, `{"status":"SUCCEEDED","output":"{\"a\":2,\"b\":2}"}`, true},
		{"out of range", `{"status":"SUCCEEDED","output_pattern":{"a":{"integer_from":1,"integer_below":3}}}`, `{"status":"SUCCEEDED","output":"{\"a\":3}"}`, false},
		{"no integer", `{"status":"SUCCEEDED","output_pattern":{"a":{"integer_from":1,"integer_below":3}}}`, `{"status":"SUCCEEDED","output":"{\"a\":1.5}"}`, false},
		{"any number", `{"status":"SUCCEEDED","output_pattern":{"a":{"number_from":1,"number_below":3}}}`, `{"status":"SUCCEEDED","output":"{\"a\":1.5}"}`, true},
		{"a further field", `{"status":"SUCCEEDED","output_pattern":{"a":"x"}}`, `{"status":"SUCCEEDED","output":"{\"a\":\"x\",\"b\":1}"}`, false},
		{"error", `{"status":"FAILED","error":"E","cause":"C"}`, `{"status":"FAILED","error":"E","cause":"C"}`, true},
		{"another cause", `{"status":"FAILED","error":"E","cause":"C"}`, `{"status":"FAILED","error":"E","cause":"D"}`, false},
		{"cause not known", `{"status":"FAILED","error":"E","cause_inferred":"C"}`, `{"status":"FAILED","error":"E","cause":"D"}`, true},
		{"no cause", `{"status":"FAILED","error":"E","cause_absent":true}`, `{"status":"FAILED","error":"E"}`, true},
		{"a cause", `{"status":"FAILED","error":"E","cause_absent":true}`, `{"status":"FAILED","error":"E","cause":""}`, false},
		{"diagnostics", `{"status":"INVALID_DEFINITION","diagnostics":["a","b"]}`, `{"status":"INVALID_DEFINITION","diagnostics":["a","b"]}`, true},
		{"another order of diagnostics", `{"status":"INVALID_DEFINITION","diagnostics":["a","b"]}`, `{"status":"INVALID_DEFINITION","diagnostics":["b","a"]}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var v Verdict
			if err := json.Unmarshal([]byte(c.verdict), &v); err != nil {
				t.Fatal(err)
			}
			if got := v.compare(parse(t, c.ending)); (len(got) == 0) != c.conforms {
				t.Errorf("differences %v, want conforming %v", got, c.conforms)
			}
		})
	}
}

func TestMessagesOf(t *testing.T) {
	const text = "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [Next, End] at /States/My state, " +
		"MISSING_TRANSITION_TARGET: Missing 'Next' target: B at null' (Service: X; Status Code: 400)"
	got := messagesOf(text[:len(text)-len(" (Service: X; Status Code: 400)")])
	want := parse(t, `["These fields are required: [Next, End]","Missing 'Next' target: B"]`)
	if !value.Equal(got, want) {
		t.Errorf("got %s, want %s", got.Text(), want.Text())
	}
}
