package bench

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stepwell/stepwell/asl"
)

func TestCheck(t *testing.T) {
	good := func() Options {
		return Options{Workloads: []string{"pass5"}, Concurrency: []int{1}, Duration: time.Second}
	}
	for _, c := range []struct {
		name   string
		change func(*Options)
		want   string // empty: nothing is wrong
	}{
		{"good", func(*Options) {}, ""},
		{"no workload", func(o *Options) { o.Workloads = nil }, "at least one workload"},
		{"unknown workload", func(o *Options) { o.Workloads = []string{"pass5", "fly"} }, `the workload "fly" is none of pass5, express5, steps3, wait,`},
		{"no client", func(o *Options) { o.Concurrency = []int{0} }, "the concurrency 0 is not from 1"},
		{"no duration", func(o *Options) { o.Duration = 0 }, "the duration must be more than 0"},
		{"limit", func(o *Options) { o.Limit = true }, ""},
		{"limit of waiting", func(o *Options) { o.Limit, o.Workloads = true, []string{"wait"} }, "wait has no limit to compare with: it waits"},
		{"limit of an endpoint", func(o *Options) { o.Limit, o.Endpoint = true, "http://localhost" }, "not of an endpoint"},
		{"rounds", func(o *Options) { o.Rounds = -1 }, "-1 rounds"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := good()
			c.change(&o)
			err := o.Check()
			if c.want == "" && err != nil || c.want != "" && (!errors.Is(err, ErrOptions) || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v; want %q", err, c.want)
			}
		})
	}
}

func TestDefinitionsAreGood(t *testing.T) {
	for _, w := range workloads {
		definition := w.definition("arn:aws:states:us-east-1:123456789012:activity:work")
		if program, diagnostics := asl.Parse(definition); program == nil {
			t.Errorf("%s: %s", w.name, asl.Messages(diagnostics))
		}
	}
}

func TestNullServerAnswersByOperation(t *testing.T) {
	server := httptest.NewServer(nullHandler(map[string]string{"StartExecution": `{"executionArn":"x"}`}))
	defer server.Close()
	c := newClient(server.URL)
	defer c.close()
	if arn, err := c.start(t.Context(), []byte("{}")); arn != "x" || err != nil {
		t.Errorf("start: %q, %v", arn, err)
	}
	if _, err := c.describe(t.Context(), "x"); err == nil || !strings.Contains(err.Error(), "DescribeExecution: 400") {
		t.Errorf("an operation without an answer: %v", err)
	}
}

// TestUserReportsWhatFailed: executions that do not succeed are errors that say why.
func TestUserReportsWhatFailed(t *testing.T) {
	server := httptest.NewServer(nullHandler(map[string]string{
		"StartExecution":    `{"executionArn":"x"}`,
		"DescribeExecution": `{"status":"FAILED","error":"Oops","cause":"on purpose"}`,
	}))
	defer server.Close()
	c := newClient(server.URL)
	defer c.close()
	u := user{scene: &scene{client: c}}
	if err := u.run(t.Context()); err == nil || err.Error() != "an execution ended FAILED: Oops: on purpose" {
		t.Errorf("got %v", err)
	}
}

func TestUsageOfAServerWithoutMetrics(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	c := newClient(server.URL)
	defer c.close()
	if got, err := c.usage(t.Context()); len(got) != 0 || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestOwnEnvironment(t *testing.T) {
	got := ownEnvironment([]string{"HOME=/", "STEPWELL_CLOCK=virtual", "SFN_MOCK_CONFIG=x", "SFN=1"})
	if want := []string{"HOME=/", "SFN=1"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTable(t *testing.T) {
	r := Report{Results: []Result{{
		Workload: "pass5", Concurrency: 16, Executions: 100, PerSecond: 50, Errors: 2, ErrorExamples: []string{"Oops"},
		Server: Usage{CPUMilliseconds: new(0.1234), ResidentBytes: new(float64(3 << 20))},
		Limit:  &Limit{Rounds: 3, ServerToLimit: 0.456},
	}}}
	var b strings.Builder
	if err := r.WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{" 0.123 ", "-        3\n", "pass5 with 16 clients: Oops\n", " 0.46\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func TestFindEndpoint(t *testing.T) {
	found := make(chan string, 1)
	findEndpoint(io.MultiReader(strings.NewReader("hello\nit serves on http://127.0.0.1:80 (store x).\nhttp://other\n")), found)
	if got := <-found; got != "http://127.0.0.1:80" {
		t.Errorf("got %q", got)
	}
}
