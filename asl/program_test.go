package asl

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/intrinsic"
	"github.com/stepwell/stepwell/jsonpath"
	"github.com/stepwell/stepwell/value"
)

func path(t *testing.T, text string) *jsonpath.Path {
	t.Helper()
	p, err := jsonpath.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// parsed returns the Value of text as a part of a text with blanks, which a Value remembers.
func parsed(t *testing.T, text string) value.Value {
	t.Helper()
	v, err := value.Parse("[ " + text + " ]")
	if err != nil {
		t.Fatal(err)
	}
	return v.Index(0)
}

func template(t *testing.T, text string) *intrinsic.Template {
	t.Helper()
	template, err := intrinsic.Parse(parsed(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return template
}

func text(s string) *string { return &s }

// TestProgram compiles one state of a kind beside states A and B that it may lead to.
func TestProgram(t *testing.T) {
	leaf := &Succeed{Common: Common{Name: "I"}}
	block := &Block{StartAt: "I", States: []State{leaf}, byName: map[string]State{"I": leaf}}
	const inner = `{"StartAt":"I","States":{"I":{"Type":"Succeed"}}}`
	base := func(next string) Common { return Common{Name: "S", Next: next} }

	for _, c := range []struct {
		name, state string
		want        State
	}{
		{"pass", `{"Type":"Pass","Comment":"c","InputPath":"$.a","OutputPath":null,"Result":null,"ResultPath":"$.r","Next":"A"}`, &Pass{
			Common: Common{
				Name: "S", Comment: "c", Next: "A",
				InputPath: Selector{Path: path(t, "$.a")}, OutputPath: Selector{Discard: true},
			},
			Result: parsed(t, "null"), HasResult: true, ResultPath: Target{Path: path(t, "$.r")},
		}},
		{"bare pass", `{"Type":"Pass","End":true}`, &Pass{Common: base("")}},
		{"task", `{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","Parameters":{"a.$":"$.x"},
			"ResultSelector":{"b.$":"$"},"ResultPath":null,"TimeoutSeconds":9,"HeartbeatSeconds":3,
			"Retry":[{"ErrorEquals":["E"]},{"ErrorEquals":["States.ALL"],"IntervalSeconds":0,"MaxAttempts":0,"BackoffRate":1.5,"MaxDelaySeconds":7,"JitterStrategy":"FULL"}],
			"Catch":[{"ErrorEquals":["E","F"],"Next":"B","ResultPath":"$.e"},{"ErrorEquals":["States.ALL"],"Next":"A","ResultPath":null}],"Next":"A"}`, &Task{
			Common:         base("A"),
			Resource:       Resource{ARN: "arn:aws:lambda:us-east-1:123456789012:function:f", Kind: FunctionResource},
			Parameters:     Template{Payload: template(t, `{"a.$":"$.x"}`)},
			ResultSelector: template(t, `{"b.$":"$"}`),
			ResultPath:     Target{Discard: true},
			TimeoutSeconds: Integer{Value: 9}, HeartbeatSeconds: Integer{Value: 3},
			Retry: []Retrier{
				{ErrorEquals: []string{"E"}, IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2},
				{ErrorEquals: []string{"States.ALL"}, BackoffRate: 1.5, MaxDelaySeconds: 7, FullJitter: true},
			},
			Catch: []Catcher{
				{ErrorEquals: []string{"E", "F"}, Next: "B", ResultPath: Target{Path: path(t, "$.e")}},
				{ErrorEquals: []string{"States.ALL"}, Next: "A", ResultPath: Target{Discard: true}},
			},
		}},
		{"wait of no seconds", `{"Type":"Wait","Seconds":0,"Next":"A"}`, &Wait{Common: base("A"), HasSeconds: true}},
		{"wait for a time", `{"Type":"Wait","Timestamp":"2026-01-02T03:04:05Z","Next":"A"}`, &Wait{Common: base("A"), Timestamp: "2026-01-02T03:04:05Z"}},
		{"wait for a path", `{"Type":"Wait","SecondsPath":"$.s","Next":"A"}`, &Wait{Common: base("A"), SecondsPath: path(t, "$.s")}},
		{"wait for the time of a path", `{"Type":"Wait","TimestampPath":"$$.Execution.StartTime","Next":"A"}`, &Wait{
			Common: base("A"), TimestampPath: path(t, "$$.Execution.StartTime"),
		}},
		{"choice", `{"Type":"Choice","Default":"B","Choices":[
			{"And":[{"Variable":"$.a","IsNull":true},{"Or":[{"Variable":"$.b","StringEqualsPath":"$.c"}]}],"Next":"A"},
			{"Not":{"Variable":"$.n","NumericEquals":1.0},"Next":"B"}]}`, &Choice{
			Common: base(""), Default: "B", Rules: []Rule{
				{Next: "A", Condition: And{
					&Comparison{Variable: path(t, "$.a"), Operator: "IsNull", Operand: parsed(t, "true")},
					Or{&Comparison{Variable: path(t, "$.b"), Operator: "StringEquals", Path: path(t, "$.c")}},
				}},
				{Next: "B", Condition: Not{&Comparison{Variable: path(t, "$.n"), Operator: "NumericEquals", Operand: parsed(t, "1.0")}}},
			},
		}},
		{"fail", `{"Type":"Fail","Error":"","Cause":"c"}`, &Fail{Common: base(""), Failure: Failure{Error: text(""), Cause: text("c")}}},
		{"bare fail", `{"Type":"Fail"}`, &Fail{Common: base("")}},
		{"parallel", `{"Type":"Parallel","Branches":[` + inner + `],"Parameters":{"p":1},"ResultSelector":{"r":1},"ResultPath":"$","Next":"A"}`, &Parallel{
			Common: base("A"), Branches: []*Block{block},
			Parameters: Template{Payload: template(t, `{"p":1}`)}, ResultSelector: template(t, `{"r":1}`), ResultPath: Target{Path: path(t, "$")},
		}},
		{"map", `{"Type":"Map","ItemProcessor":` + inner + `,"ItemsPath":"$.i","ItemSelector":{"v.$":"$$.Map.Item.Value"},"MaxConcurrency":2,"Next":"A"}`, &Map{
			Common: base("A"), Processor: block, processorField: "ItemProcessor", ItemsPath: path(t, "$.i"),
			ItemSelector: Template{Payload: template(t, `{"v.$":"$$.Map.Item.Value"}`)}, MaxConcurrency: Integer{Value: 2},
		}},
		{"map in old words", `{"Type":"Map","Iterator":` + inner + `,"Parameters":{"v":1},"Next":"A"}`, &Map{
			Common: base("A"), Processor: block, processorField: "Iterator", ItemSelector: Template{Payload: template(t, `{"v":1}`)},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, ds := Parse(`{"StartAt":"X","TimeoutSeconds":5,"Comment":"m","States":{
				"X":{"Type":"Choice","Default":"S","Choices":[{"Variable":"$.x","IsPresent":true,"Next":"A"},{"Variable":"$.y","IsPresent":true,"Next":"B"}]},
				"S":` + c.state + `,"A":{"Type":"Succeed"},"B":{"Type":"Succeed"}}}`)
			if p == nil {
				t.Fatal(ds)
			}
			if got := p.Root.State("S"); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got:\n%+v\nwant:\n%+v", got, c.want)
			}
			if got := p.Root.State("S").Type(); !strings.Contains(c.state, `"Type":"`+string(got)+`"`) {
				t.Errorf("got type %s of %s", got, c.state)
			}
		})
	}
}

func TestProgramItself(t *testing.T) {
	p, ds := Parse(`{"Comment":"c","TimeoutSeconds":60,"StartAt":"b","States":{"b":{"Type":"Pass","Next":"a"},"a":{"Type":"Succeed"}}}`)
	if p == nil {
		t.Fatal(ds)
	}
	var names []string
	for _, s := range p.Root.States {
		names = append(names, s.Base().Name)
	}
	if got, want := strings.Join(names, " "), "b a"; got != want {
		t.Errorf("got states %q, want them in the definition's order, %q", got, want)
	}
	if p.Comment != "c" || p.TimeoutSeconds != 60 || p.Root.StartAt != "b" {
		t.Errorf("got %+v with %+v", p, p.Root)
	}
	if got := p.Root.State("c"); got != nil {
		t.Errorf("got a state %v that is not there", got)
	}
}
