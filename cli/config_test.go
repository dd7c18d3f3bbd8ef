package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepwell/stepwell"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/value"
)

func writeConfig(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "stepwell.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestReadConfig(t *testing.T) {
	const arn = "arn:aws:lambda:us-east-1:123456789012:function:"
	c, err := readConfig(writeConfig(t, `# functions that need no process
functions:
  `+arn+`greet: 'fixed:{"greeting": "hello"}'
  "`+arn+`same": "echo:"
  `+arn+`long: |-
    fixed:[1,
      2]
`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"greet": `{"greeting": "hello"}`, "same": "7", "long": "[1,\n  2]"}
	for name, output := range want {
		h := c.Functions[arn+name]
		if h == nil {
			t.Fatalf("there is no function %s", name)
		}
		if got := h.Run(t.Context(), integration.Task{Input: value.Int(7)}).Output.Text(); got != output {
			t.Errorf("%s answers %s, want %s", name, got, output)
		}
	}
	if len(c.Functions) != len(want) {
		t.Errorf("%d functions, want %d", len(c.Functions), len(want))
	}
}

func TestReadConfigWithoutFunctions(t *testing.T) {
	for _, text := range []string{"", "# nothing yet\n", "functions:\n", "functions: {}\n"} {
		if c, err := readConfig(writeConfig(t, text)); err != nil || len(c.Functions) != 0 {
			t.Errorf("readConfig(%q) = %v, %v", text, c, err)
		}
	}
}

func TestReadConfigLimits(t *testing.T) {
	c, err := readConfig(writeConfig(t, "limits:\n  payloadBytes: 1000000\n  historyEvents: 100000\n"))
	if want := (stepwell.Limits{PayloadBytes: 1_000_000, HistoryEvents: 100_000}); err != nil || c.Limits != want {
		t.Errorf("readConfig: %+v, %v; want %+v", c.Limits, err, want)
	}
}

func TestReadConfigRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unknown field", "functions: {}\nfunction: {}\n", `stepwell.yaml:2: unknown field "function"`},
		{"no map", "functions: [a]\n", "stepwell.yaml:1: functions: want a map"},
		{"bad ARN", "functions:\n  greet: 'echo:'\n", `stepwell.yaml:2: functions: "greet" is not the ARN of a function`},
		{"bad kind", "functions:\n\n  arn:aws:lambda:us-east-1:123456789012:function:f: exec\n", `stepwell.yaml:3: functions: arn:aws:lambda:us-east-1:123456789012:function:f: "exec" is no function`},
		{"kind without quotes", "functions:\n  arn:aws:lambda:us-east-1:123456789012:function:f:\n    echo:\n", "stepwell.yaml:3: functions: the kind of arn:aws:lambda:us-east-1:123456789012:function:f must be a text"},
		{"same key twice", "functions:\n  arn:aws:lambda:us-east-1:123456789012:function:f: 'echo:'\n  arn:aws:lambda:us-east-1:123456789012:function:f: 'echo:'\n", "stepwell.yaml:3: mapping key "},
		{"unknown limit", "limits:\n  payload: 1\n", `stepwell.yaml:2: unknown field "payload"`},
		{"limit that is no number", "limits:\n  payloadBytes: much\n", "stepwell.yaml:2: "},
		{"no YAML", "functions: {\n", "stepwell.yaml:1: "},
		{"no map at all", "functions\n", "stepwell.yaml:1: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := readConfig(writeConfig(t, c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got error %q; want one line with %q", err, c.want)
			}
		})
	}
	if _, err := readConfig("no-such-file"); err == nil || !strings.Contains(err.Error(), "no-such-file") {
		t.Errorf("a file that is missing: %v", err)
	}
}
