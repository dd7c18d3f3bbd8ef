package conformance

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/integration/function"
	"github.com/stepwell/stepwell/lambda"
	"github.com/stepwell/stepwell/value"
)

// handlers are functions that do what those did that the recordings were made with, by the name of
// their file there; lines and names matter where an error shows them.
var handlers = map[string]string{
	"id_function.py":         "def handler(event, context):\n    return event\n",
	"echo_function.py":       "def handler(event, context):\n    return {\"Return\": \"HelloWorld\"}\n",
	"return_bytes_str.py":    "def handler(event, context):\n    return \"HelloWorld!\"\n",
	"large_output_string.py": "def handler(event, context):\n    return \"é\" * 200000\n",
	"raise_exception.py":     "def handler(event, context):\n    raise Exception(\"Some exception was raised.\")\n",
	"raise_custom_exception.py": "class CustomException(Exception):\n    pass\n\n\n# The error is that of the ninth line.\n#\n\n" +
		"def handler(event, context):\n    raise CustomException()\n",
}

// onAWS lets a handler find itself where it was on AWS: errors show that.
const onAWS = `
import linecache
name = "/var/task/handler.py"
source = open("source.py").read()
linecache.cache[name] = (len(source), None, source.splitlines(True), name)
module = {"__name__": "handler"}
exec(compile(source, name, "exec"), module)
handler = module["handler"]
`

// TestRecordingsWithRealFunctions plays the recordings whose functions are simple with Python processes
// instead of their mocks: what conforms with the mocks does so with them.
func TestRecordingsWithRealFunctions(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil && os.Getenv("CI") == "" {
		t.Skip("there is no Python")
	}
	dir, err := Folder("..")
	if err != nil || dir == "" {
		t.Skip("there are no recordings")
	}
	cases, err := Load(dir, regexp.MustCompile(""))
	if err != nil {
		t.Fatal(err)
	}
	host := hostOf(t)
	real, same := 0, 0
	for _, c := range cases {
		r, ok := c.(*Recording)
		if !ok || !simple(r) {
			continue
		}
		mocked := r.Play(t.Context())
		r.real = realOf(r, host)
		with := r.Play(t.Context())
		real++
		switch {
		case with.Passed():
			same++
		case mocked.Passed():
			t.Errorf("%s conforms with mocks, and not with real functions\n%s", r.ID(), with.Differences[0])
		}
	}
	t.Logf("%d of %d recordings with simple functions conform with real ones", same, real)
}

// functionsOf are the handlers of a recording by the names of the functions.
func functionsOf(r *Recording) map[string]string {
	all := map[string]string{}
	for _, s := range r.Steps {
		if s.Service == "lambda" && s.Call == "CreateFunction" {
			name, _ := s.Request.Get("FunctionName")
			handler, _ := s.Request.Get("handler")
			all[name.AsString()] = handler.AsString()
		}
	}
	return all
}

// simple says that a recording has functions, and that all are known.
func simple(r *Recording) bool {
	all := functionsOf(r)
	for _, handler := range all {
		if handlers[handler] == "" {
			return false
		}
	}
	return len(all) > 0
}

// hostOf is a host with the handlers, by the names of their files.
func hostOf(t *testing.T) *lambda.Host {
	t.Helper()
	var all []*lambda.Function
	for file, source := range handlers {
		dir := t.TempDir()
		for name, text := range map[string]string{"source.py": source, "run.py": onAWS} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, &lambda.Function{
			Name: lambda.Name{Function: strings.TrimSuffix(file, ".py")}, Dir: dir, Timeout: time.Minute,
			Code: lambda.Runtime{Language: lambda.Python, Handler: "run.handler", Args: []string{"python3"}},
		})
	}
	set, err := lambda.NewSet(all...)
	if err != nil {
		t.Fatal(err)
	}
	host := lambda.New(lambda.Options{Source: set, Account: account, Region: region, Logger: slog.New(slog.DiscardHandler)})
	t.Cleanup(func() {
		if err := host.Close(); err != nil {
			t.Error(err)
		}
	})
	return host
}

// realOf does the tasks of the functions of a recording.
func realOf(r *Recording, host *lambda.Host) func(context.Context, integration.Task) (integration.Outcome, bool) {
	names := functionsOf(r)
	return func(ctx context.Context, t integration.Task) (integration.Outcome, bool) {
		h, ok := function.Tasks{Host: host}.Handler(t.Resource)
		if !ok {
			return integration.Outcome{}, false
		}
		for name, handler := range names {
			known := strings.TrimSuffix(handler, ".py")
			t.Resource = strings.Replace(t.Resource, ":function:"+name, ":function:"+known, 1)
			if given, ok := t.Input.Get("FunctionName"); ok {
				t.Input = replace(t.Input, "FunctionName", value.String(strings.Replace(given.AsString(), name, known, 1)))
			}
		}
		return h.Run(ctx, t), true
	}
}
