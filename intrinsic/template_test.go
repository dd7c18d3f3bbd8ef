package intrinsic

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/jsonpath"
	"github.com/stepwell/stepwell/value"
)

func TestEval(t *testing.T) {
	const input = `{"a": {"b": [1, 2]}, "s": "text", "n": null}`
	tests := []struct{ name, template, want string }{
		{"constant", `{"x": 1, "y": [ {"z": "\/"} ]}`, `{"x":1,"y":[{"z":"/"}]}`},
		{"scalar", `1.50`, `1.50`},
		{"string that looks like a path", `{"x": "$.s"}`, `{"x":"$.s"}`},
		{"path", `{"x.$": "$.s"}`, `{"x":"text"}`},
		{"whole input", `{"x.$": "$"}`, `{"x":{"a":{"b":[1,2]},"s":"text","n":null}}`},
		{"null found", `{"x.$": "$.n"}`, `{"x":null}`},
		{"context", `{"x.$": "$$.State.Name"}`, `{"x":"S"}`},
		{"nested object", `{"o": {"p": {"q.$": "$.a.b[1]", "r": true}}}`, `{"o":{"p":{"r":true,"q":2}}}`},
		{"in arrays", `[1, {"x.$": "$.s"}, [{"y.$": "$.a.b[0]"}], "$.s"]`, `[1,{"x":"text"},[{"y":1}],"$.s"]`},
		{"past the end of an array", `{"x.$": "$.a.b[5]"}`, `{"x":null}`},
		{"before the start of an array", `{"x.$": "$.a.b[-3]"}`, `{"x":null}`},
		{"static keys come first", `{"b.$": "$.s", "z": 1, "a.$": "$.s", "c": {"k.$": "$.s"}}`, `{"z":1,"c":{"k":"text"},"a":"text","b":"text"}`},
		{"ending in the middle", `{"a.$.b": "$.s"}`, `{"a.$.b":"$.s"}`},
		{"empty name", `{".$": "$.s"}`, `{"":"text"}`},
		{"variable", `{"x.$": "$v.k"}`, `{"x":7}`},
		{"indefinite path", `{"x.$": "$.a.b[*]", "y.$": "$.none[*].z"}`, `{"x":[1,2],"y":[]}`},
		{"function", `{"x.$": "States.Format('{}-{}', $.s, $v.k)"}`, `{"x":"text-7"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := mustParse(t, test.template).Eval(scope(input))
			if err != nil || got.Text() != test.want {
				t.Errorf("Eval\n got %s, %v\nwant %s", got.Text(), err, test.want)
			}
		})
	}
}

func TestEvalErrors(t *testing.T) {
	const input = `{"a": {"b": [1, 2]}, "s": "text"}`
	const shown = `{"a":{"b":[1,2]},"s":"text"}`
	tests := []struct{ name, template, path, field string }{
		{"missing", `{"value.$": "$.x"}`, `$.x`, `value.$`},
		{"missing on the way", `{"o": [{"v.$": "$.x.y"}]}`, `$.x.y`, `v.$`},
		{"missing in the context", `{"value.$": "$$.Execution.Input"}`, `$$.Execution.Input`, `value.$`},
		{"index of no array", `{"v.$": "$.s[0]"}`, `$.s[0]`, `v.$`},
		{"member of no object", `{"v.$": "$.s.x"}`, `$.s.x`, `v.$`},
		{"behind the end of an array", `{"v.$": "$.a.b[5].c"}`, `$.a.b[5].c`, `v.$`},
		{"no such variable", `{"v.$": "$w.x"}`, `$w.x`, `v.$`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v, err := mustParse(t, test.template).Eval(scope(input))
			want := fmt.Sprintf("The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'", test.path, test.field, shown)
			var got *EvalError
			if !errors.As(err, &got) || got.Message != want {
				t.Errorf("Eval = %s, error\n got %v\nwant %s", v.Text(), err, want)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	invalid := func(key string) string {
		return "The value for the field '" + key + "' must be a valid JSONPath or a valid intrinsic function call"
	}
	tests := []struct{ name, template, key, message string }{
		{"no path", `{"parsed.$": "text"}`, "parsed.$", invalid("parsed.$")},
		{"empty", `{"a": [{"parsed.$": ""}]}`, "parsed.$", invalid("parsed.$")},
		{"number", `{"x.$": 1}`, "x.$", invalid("x.$")},
		{"object", `{"x.$": {"y.$": "$"}}`, "x.$", invalid("x.$")},
		{"broken path", `{"x.$": "$.a["}`, "x.$", invalid("x.$")},
		{"broken call", `{"x.$": "States.UUID("}`, "x.$", invalid("x.$")},
		{"collision", `{"x.$": "$.a", "x": 1}`, "x.$", "The field 'x.$' collides with the field 'x'"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse(value.Trusted(test.template))
			var got *Error
			if !errors.As(err, &got) {
				t.Fatalf("Parse(%s) error = %v, want an *Error", test.template, err)
			}
			want := Error{test.key, test.message}
			if *got != want {
				t.Errorf("Parse(%s) error\n got %+v\nwant %+v", test.template, *got, want)
			}
		})
	}
}

// TestParseDeepTemplate bounds what is allocated: a text inside of many arrays is written once, not
// once for each of them.
func TestParseDeepTemplate(t *testing.T) {
	const depth, size = value.MaxDepth, 1 << 16
	v, err := value.Parse(strings.Repeat("[ ", depth) + `"` + strings.Repeat(`\/`, size/2) + `"` + strings.Repeat("]", depth))
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Parse(v); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if got, most := after.TotalAlloc-before.TotalAlloc, uint64(50*size); got > most {
		t.Errorf("Parse of a template of %d bytes allocates %d bytes, want at most %d", v.Size(), got, most)
	}
}

// TestHashOrder expects what a Java HashMap gave for the same insertions.
func TestHashOrder(t *testing.T) {
	words := strings.Fields("TableName Key Item QueueUrl MessageBody MessageAttributes FunctionName Payload StateMachineArn Input Name Cluster " +
		"TaskDefinition LaunchType Überschrift 日本 😀 Subject TopicArn Message Bucket Region Tags Cpu Memory Image")
	tests := []struct {
		name string
		in   []string
		want string
	}{
		{"none", nil, ""},
		{"recorded", []string{"StateMachineArn", "Input", "Name"}, "Input StateMachineArn Name"},
		{"same bucket", []string{"Aa", "BB"}, "Aa BB"},
		{"same bucket, the other way", []string{"BB", "Aa"}, "BB Aa"},
		{"12 keys in 16 buckets", words[:12], "TableName Item MessageAttributes FunctionName Input Cluster Payload StateMachineArn Key QueueUrl MessageBody Name"},
		{"13 keys in 32 buckets", words[:13], "Cluster StateMachineArn QueueUrl Name TableName Item MessageAttributes FunctionName Input TaskDefinition Payload Key MessageBody"},
		{
			"24 keys in 32 buckets", words[:24],
			"TopicArn Message Cluster Cpu StateMachineArn 日本 LaunchType Subject QueueUrl Name TableName Item MessageAttributes " +
				"FunctionName Input TaskDefinition Überschrift Bucket 😀 Region Payload Key Tags MessageBody",
		},
		{
			"26 keys in 64 buckets", words,
			"TopicArn Message Memory Cpu Image LaunchType QueueUrl Name Item FunctionName Input Tags Cluster StateMachineArn 日本 " +
				"Subject TableName MessageAttributes TaskDefinition Überschrift Bucket 😀 Region Payload Key MessageBody",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := order(test.in); got != test.want {
				t.Errorf("order of %s\n got %s\nwant %s", test.in, got, test.want)
			}
		})
	}
}

// order sorts names as keys of a template.
func order(names []string) string {
	var fields []field
	for _, name := range names {
		fields = append(fields, field{name: name})
	}
	var sorted []string
	for _, f := range hashOrder(fields, func(f field) uint32 { return stringHash(f.name) }) {
		sorted = append(sorted, f.name)
	}
	return strings.Join(sorted, " ")
}

// FuzzParse checks that no template or input makes compiling or evaluating panic, and that results
// are JSON.
func FuzzParse(f *testing.F) {
	for _, template := range []string{`{"a.$":"$.b","c":[{"d.$":"$$.x"}]}`, `{"a.$":"States.UUID()"}`, `{"a.$":1}`, `[{"a":1}]`, `"x"`, `{"a":1,"a.$":"$"}`, `{"a.$":"$..b","c.$":"$v[*]"}`} {
		f.Add(template, `{"b":[1]}`)
	}
	f.Fuzz(func(t *testing.T, template, input string) {
		v, err := value.Parse(template)
		if err != nil {
			return
		}
		compiled, err := Parse(v)
		if err != nil {
			return
		}
		in, err := value.Parse(input)
		if err != nil {
			return
		}
		out, err := compiled.Eval(jsonpath.Scope{Input: in})
		if err != nil {
			return
		}
		if _, err := value.Parse(out.Text()); err != nil && !strings.Contains(err.Error(), "nesting depth") {
			t.Fatalf("Eval of %q on %q = %q: %v", template, input, out.Text(), err)
		}
	})
}

func BenchmarkEval(b *testing.B) {
	items := strings.Repeat(`{"sku":"A-1","quantity":2,"price":10.95},`, 48) + `null`
	in, err := value.Parse(`{"order":{"id":"4f9e","customer":"Zoë"},"items":[` + items + `]}`)
	if err != nil {
		b.Fatal(err)
	}
	template := mustParse(b, `{"TableName":"orders","Item":{"Id":{"S.$":"$.order.id"},"Customer":{"S.$":"$.order.customer"},"Kind":{"S":"new"}},"items.$":"$.items"}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := template.Eval(jsonpath.Scope{Input: in}); err != nil {
			b.Fatal(err)
		}
	}
}

func scope(input string) jsonpath.Scope {
	return jsonpath.Scope{
		Input:   value.Trusted(input),
		Context: func() value.Value { return value.Trusted(`{"State":{"Name":"S"}}`) },
		Variables: func(name string) (value.Value, bool) {
			return value.Trusted(`{"k":7}`), name == "v"
		},
	}
}

func mustParse(t testing.TB, template string) *Template {
	t.Helper()
	v, err := value.Parse(template)
	if err != nil {
		t.Fatalf("value.Parse(%s) error = %v", template, err)
	}
	compiled, err := Parse(v)
	if err != nil {
		t.Fatalf("Parse(%s) error = %v", template, err)
	}
	return compiled
}
