package conformance

import (
	"testing"

	"github.com/stepwell/stepwell/value"
)

func TestResolve(t *testing.T) {
	response := parse(t, `{"arn":"a:b","list":[{"x":1},{"y":2},{"x":3}],"text":"{\"inner\":[true]}"}`)
	transcript := Transcript{
		{Call: "Create", Response: &response},
		{Call: "Start", Error: &APIError{Code: "InvalidName", Message: "Invalid Name", Status: 400}},
		{},
	}
	for _, c := range []struct{ template, want string }{
		{`"no reference"`, `"no reference"`},
		{`"{{steps[0].response.arn}}"`, `"a:b"`},
		{`"{{steps[0].response.list[1]}}"`, `{"y":2}`},
		{`"{{steps[0].response.list[*].x}}"`, `[1,3]`},
		{`"{{steps[0].response.list[*].y}}"`, `2`},
		{`"{{steps[0].response.text.inner[0]}}"`, `true`},
		{`{"a":["{{steps[0].response.arn}}:{{steps[0].response.list[0].x}}",1.0]}`, `{"a":["a:b:1",1.0]}`},
		{`"{{steps[1].error}}"`, `"An error occurred (InvalidName) when calling the Start operation: Invalid Name"`},
		{`"{{steps[1].error.typename}}"`, `"InvalidName"`},
		{
			`"{{steps[1].error.response}}"`,
			`{"Error":{"Code":"InvalidName","Message":"Invalid Name"},"message":"Invalid Name","ResponseMetadata":{"HTTPStatusCode":400}}`,
		},
		{`"{{steps[0].response.gone}}"`, ``},
		{`"{{steps[0].error}}"`, ``},
		{`"{{steps[1].response}}"`, ``},
		{`["x{{steps[2].response}}"]`, ``},
		{`"{{steps[3].response}}"`, ``},
	} {
		got, err := transcript.Resolve(parse(t, c.template))
		switch {
		case c.want == "" && err == nil:
			t.Errorf("%s: got %s, want an error", c.template, got.Text())
		case c.want != "" && (err != nil || !value.Equal(got, parse(t, c.want))):
			t.Errorf("%s: got %s, %v, want %s", c.template, got.Text(), err, c.want)
		}
	}
}

func TestPattern(t *testing.T) {
	path := Path{"key", "events", 4, "details", "output"}
	for text, want := range map[string]bool{
		"$.key.events[4].details.output":  true,
		"$.key.events[*].details.output":  true,
		"$.key.events[3].details.output":  false,
		"$..output":                       true,
		"$..events..output":               true,
		"$..details":                      false,
		"$..events[4].details.output":     true,
		"$.key.events[4].details":         false,
		"$.key.events[4].details.*":       true,
		"$.key..details.output":           true,
		"$.key.events[4].details.output.": true,
	} {
		if got := parsePattern(text).matches(path); got != want {
			t.Errorf("%s matches %s: %v, want %v", text, path, got, want)
		}
	}
	if got, want := path.String(), "$.key.events[4].details.output"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
