package cli

import (
	"bytes"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stepwell/stepwell"
	"github.com/stepwell/stepwell/lambda"
)

func writeConfig(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "stepwell.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// oneLine is a function as one line, with DIR for the directory of its file.
func oneLine(f *lambda.Function, dir string) string {
	text := fmt.Sprintf("%s %T%[2]v timeout=%v concurrency=%d throttle=%t idle=%v env=%v dir=%s watch=%v",
		f.Name, f.Code, f.Timeout, f.Concurrency, f.Throttle, f.Idle, f.Environment, f.Dir, f.Watch)
	return strings.ReplaceAll(text, dir, "DIR")
}

func TestReadConfig(t *testing.T) {
	file := writeConfig(t, `# of every kind
functions:
  greet: 'fixed:{"greeting": "hello"}'
  "arn:aws:lambda:us-east-1:123456789012:function:same": "echo:"
  long: |-
    fixed:[1,
      2]
  map: { fixed: '7', env: {A: b, N: 1, E: } }
  copy: { echo: true }
  away: { url: "http://127.0.0.1:7000/fn", timeout: 10 }
  each: { command: [./run, --fast, 3], timeout: 1m30s, concurrency: 2, throttle: true, dir: sub }
  "order:live":
    runtime: go
    command: ./bin/bootstrap
    idle: 10s
  plain: { runtime: provided.al2023, dir: /opt/plain }
  charge: { runtime: node, handler: index.handler, dir: ./charge }
  score: { runtime: python3.12, handler: app.handler, dir: ./score, watch: [./score/app.py, lib], command: [.venv/bin/python, -X, dev] }
`)
	c, err := readConfig(file)
	if err != nil {
		t.Fatal(err)
	}
	const rest = " timeout=0s concurrency=0 throttle=false idle=0s env=map[] dir=DIR watch=[]"
	want := []string{
		"arn:aws:lambda:us-east-1:123456789012:function:same lambda.Echo{}" + rest,
		"away lambda.URL{http://127.0.0.1:7000/fn} timeout=10s concurrency=0 throttle=false idle=0s env=map[] dir=DIR watch=[]",
		"charge lambda.Runtime{nodejs index.handler [node]} timeout=0s concurrency=0 throttle=false idle=0s env=map[] dir=DIR/charge watch=[]",
		"copy lambda.Echo{}" + rest,
		"each lambda.Command{[./run --fast 3]} timeout=1m30s concurrency=2 throttle=true idle=0s env=map[] dir=DIR/sub watch=[]",
		`greet lambda.Fixed{{"greeting": "hello"}}` + strings.Replace(rest, "DIR", "", 1),
		"long lambda.Fixed{[1,\n  2]}" + strings.Replace(rest, "DIR", "", 1),
		"map lambda.Fixed{7} timeout=0s concurrency=0 throttle=false idle=0s env=map[A:b E: N:1] dir=DIR watch=[]",
		"order:live lambda.Runtime{provided  [./bin/bootstrap]} timeout=0s concurrency=0 throttle=false idle=10s env=map[] dir=DIR watch=[]",
		"plain lambda.Runtime{provided  [./bootstrap]} timeout=0s concurrency=0 throttle=false idle=0s env=map[] dir=/opt/plain watch=[]",
		"score lambda.Runtime{python app.handler [.venv/bin/python -X dev]} timeout=0s concurrency=0 throttle=false idle=0s env=map[] dir=DIR/score watch=[DIR/score/app.py DIR/lib]",
	}
	want[0] = strings.Replace(want[0], "DIR", "", 1)
	var got []string
	for _, f := range c.Functions.set.All() {
		got = append(got, oneLine(f, filepath.Dir(file)))
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestReadConfigWithoutFunctions(t *testing.T) {
	for _, text := range []string{"", "# nothing yet\n", "functions:\n", "functions: {}\n"} {
		if c, err := readConfig(writeConfig(t, text)); err != nil || len(c.Functions.set.All()) != 0 {
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

func TestReadConfigEvents(t *testing.T) {
	c, err := readConfig(writeConfig(t, "events:\n  audit: https://x:7000/events?key=1\n  other: http://127.0.0.1\n"))
	want := map[string]string{"audit": "https://x:7000/events?key=1", "other": "http://127.0.0.1"}
	if err != nil || !maps.Equal(c.Events.targets, want) {
		t.Errorf("readConfig: %v, %v; want %v", c.Events.targets, err, want)
	}
}

func TestReadConfigRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unknown section", "functions: {}\nfunction: {}\n", `stepwell.yaml:2:1: unknown field "function"`},
		{"no map", "functions: [a]\n", "stepwell.yaml:1:12: functions: want a map"},
		{"bad name", "functions:\n  gr eet: 'echo:'\n", `stepwell.yaml:2:3: functions: "gr eet" is neither the name nor the ARN of a function`},
		{"bad ARN", "functions:\n  arn:aws:s3:::x: 'echo:'\n", `stepwell.yaml:2:3: functions: "arn:aws:s3:::x" is neither`},
		{"bad kind", "functions:\n\n  f: exec\n", `stepwell.yaml:3:6: functions: f: "exec" is no function`},
		{"kind without quotes", "functions:\n  f:\n    echo:\n", "stepwell.yaml:3:11: functions: f: echo: want true or false"},
		{"nothing", "functions:\n  f:\n", "stepwell.yaml:2:6: functions: f: want fixed:JSON or echo:, or a map"},
		{"an empty map", "functions:\n  f: {}\n", "stepwell.yaml:2:6: functions: f: want fixed:JSON or echo:, or a map"},
		{"same key twice", "functions:\n  f: 'echo:'\n  f: 'echo:'\n", "stepwell.yaml:3:3: "},
		{"same name twice", "functions:\n  'f': 'echo:'\n  'f:$LATEST': 'echo:'\n", "stepwell.yaml:3:3: functions: there are two functions f"},
		{"unknown field", "functions:\n  f: { runtime: node, handle: x }\n", `stepwell.yaml:2:23: functions: f: unknown field "handle": there are command, concurrency, `},
		{"several kinds", "functions:\n  f: { echo: true, url: 'http://x' }\n", "stepwell.yaml:2:6: functions: f: want fixed:JSON or echo:, or a map with one of fixed, echo, url, command and runtime, not several"},
		{"a command and a URL", "functions:\n  f: { command: x, url: 'http://x' }\n", "not several"},
		{"no URL", "functions:\n  f: { url: localhost }\n", "stepwell.yaml:2:13: functions: f: url: want one that begins with http"},
		{"no JSON", "functions:\n  f: { fixed: '{' }\n", "stepwell.yaml:2:15: functions: f: the answer of fixed:{ is not JSON"},
		{"no runtime", "functions:\n  f: { runtime: ruby }\n", `stepwell.yaml:2:17: functions: f: runtime: "ruby" is none of node, python, go and provided`},
		{"no handler", "functions:\n  f: { runtime: node }\n", "stepwell.yaml:2:6: functions: f: a function of runtime node needs a handler"},
		{"no duration", "functions:\n  f: { echo: true, timeout: soon }\n", "stepwell.yaml:2:29: functions: f: timeout: want a duration up to 15m0s, such as 30s"},
		{"too long", "functions:\n  f: { echo: true, timeout: 16m }\n", "want a duration up to 15m0s"},
		{"too many", "functions:\n  f: { echo: true, concurrency: 1001 }\n", "stepwell.yaml:2:33: functions: f: concurrency: want a number from 1 to 1000"},
		{"no list", "functions:\n  f: { command: {a: b} }\n", "functions: f: command: want a list of texts"},
		{"an empty list", "functions:\n  f: { command: [] }\n", "functions: f: command: want a list that is not empty"},
		{"no environment", "functions:\n  f: { echo: true, env: [a] }\n", "functions: f: env: want a map"},
		{"a deep environment", "functions:\n  f: { echo: true, env: {A: [a]} }\n", "functions: f: env: A: want a text or a number"},
		{"unknown limit", "limits:\n  payload: 1\n", `stepwell.yaml:2:3: unknown field "payload"`},
		{"limit that is no number", "limits:\n  payloadBytes: much\n", "stepwell.yaml:2:17: "},
		{"no map of targets", "events: [a]\n", "stepwell.yaml:1:9: events: want a map"},
		{"no name of a target", "events:\n  a b: http://x\n", `stepwell.yaml:2:3: events: the event target "a b" has no name of `},
		{"no URL of a target", "events:\n  a: x\n", "stepwell.yaml:2:3: events: the event target a has no http or https URL"},
		{"a target that is no text", "events:\n  a: [http://x]\n", "stepwell.yaml:2:3: events: the event target a has no http or https URL"},
		{"a target twice", "events:\n  a: http://x\n  a: http://x\n", "stepwell.yaml:3:3: "},
		{"no YAML", "functions: {\n", "stepwell.yaml:1:"},
		{"no map at all", "functions\n", "stepwell.yaml:1:1: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := readConfig(writeConfig(t, c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got error %v; want one line with %s", err, c.want)
			}
		})
	}
	if _, err := readConfig("no-such-file"); err == nil || !strings.Contains(err.Error(), "no-such-file") {
		t.Errorf("a file that is missing: %v", err)
	}
}

func FuzzReadConfig(f *testing.F) {
	f.Add("functions:\n  a: { runtime: node, handler: x.y, env: {A: b}, timeout: 3s, watch: [a, b] }\n  b: 'echo:'\nlimits:\n  payloadBytes: 1\n")
	f.Add("functions: &a\n  a: *a\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := readConfig(writeConfig(t, text))
		if (c.Functions.set == nil) == (err == nil) {
			t.Errorf("got %v and %v", c.Functions.set, err)
		}
	})
}

// TestConfigFile: a change is taken up, a bad one said and not taken, and a missing function told with
// the lines that make one.
func TestConfigFile(t *testing.T) {
	file := writeConfig(t, "functions:\n  a: 'fixed:1'\n  b: 'echo:'\n")
	var log, stderr bytes.Buffer
	f, err := openConfig(file, &stderr, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	written := time.Now()
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		written = written.Add(time.Second) // a file system may tell no shorter times apart
		if err := os.Chtimes(file, written, written); err != nil {
			t.Fatal(err)
		}
	}
	names := func() (names string) {
		for _, f := range f.Functions().All() {
			names += f.Name.String() + " "
		}
		return names
	}
	before := f.Functions()
	write("functions:\n  a: 'fixed:1'\n  c: { runtime: nod }\n")
	if got := names(); got != "a b " || f.Functions() != before {
		t.Errorf("after a bad change there are %s", got)
	}
	if n := strings.Count(log.String(), `stepwell.yaml:3:17: functions: c: runtime: `); n != 1 {
		t.Errorf("the bad change was told %d times\n%s", n, &log)
	}
	write("functions:\n  a: 'fixed:1'\n  c: 'echo:'\nlimits:\n  payloadBytes: 1000000\n")
	if got := names(); got != "a c " || f.Functions().All()[0] != before.All()[0] {
		t.Errorf("after a good change there are %s; the first is the same: %t", got, f.Functions().All()[0] == before.All()[0])
	}
	if !strings.Contains(log.String(), "a restart takes them up") {
		t.Errorf("nothing is said of the limits\n%s", &log)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if got := names(); got != "a c " {
		t.Errorf("without a file there are %s", got)
	}
	f.Missing("d")
	if !strings.Contains(stderr.String(), "\nfunctions:\n  d: { runtime: python, handler: app.handler, dir: ./d }\n") {
		t.Errorf("of a missing function it is said\n%s", &stderr)
	}
	if _, err := readConfig(writeConfig(t, stderr.String()[strings.Index(stderr.String(), "functions:\n"):])); err != nil {
		t.Errorf("the lines to add: %v", err)
	}
}
