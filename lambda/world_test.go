package lambda_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stepwell/stepwell/lambda"
)

// record is a log that can be read while it is written.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// world is a host with functions.
type world struct {
	t    *testing.T
	host *lambda.Host
	log  *record
}

// functions is a source that can be changed.
type functions struct {
	mu  sync.Mutex
	set *lambda.Set
}

func (s *functions) Functions() *lambda.Set {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.set
}

func (s *functions) Missing(string) {}

func (s *functions) change(t *testing.T, all ...*lambda.Function) {
	t.Helper()
	set, err := lambda.NewSet(all...)
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.set != nil {
		set = set.Keeping(s.set)
	}
	s.set = set
}

// newWorld makes a host that is closed at the end of the test, and then no goroutine of it is left.
func newWorld(t *testing.T, source lambda.Source) *world {
	t.Helper()
	w := &world{t: t, log: new(record)}
	before := runtime.NumGoroutine()
	w.host = lambda.New(lambda.Options{
		Source: source, Account: "123456789012", Region: "us-east-1", Endpoint: "http://127.0.0.1:1",
		Logger: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	t.Cleanup(func() {
		if err := w.host.Close(); err != nil {
			t.Error(err)
		}
		for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				text := make([]byte, 1<<20)
				t.Errorf("%d goroutines before, %d after\n%s", before, runtime.NumGoroutine(), text[:runtime.Stack(text, true)])
				break
			}
		}
		if t.Failed() {
			t.Log(w.log)
		}
	})
	return w
}

func withFunctions(t *testing.T, all ...*lambda.Function) *world {
	t.Helper()
	s := new(functions)
	s.change(t, all...)
	return newWorld(t, s)
}

// invoke calls a function and shows what came: the payload, after "error " if it is one.
func (w *world) invoke(function, event string) string {
	w.t.Helper()
	return show(w.host.Invoke(w.t.Context(), lambda.Request{Function: function, Payload: []byte(event), ClientContext: `{"custom":{"a":"b"}}`}))
}

func show(r lambda.Response, err error) string {
	var refused *lambda.Error
	switch {
	case errors.As(err, &refused):
		return fmt.Sprint(refused.Status, " ", refused)
	case err != nil:
		return err.Error()
	case r.FunctionError != "":
		return "error " + strings.ReplaceAll(string(r.Payload), r.RequestID, "ID")
	}
	return strings.ReplaceAll(string(r.Payload), r.RequestID, "ID")
}

// named is the name of a function that any account and region may have.
func named(name string) lambda.Name { return lambda.Name{Function: name} }

// language is a runtime with the function of testdata.
type language struct {
	name string
	code lambda.Runtime
	dir  string
}

// function is the language's function in its directory, or a copy.
func (l language) function(name string) *lambda.Function {
	return &lambda.Function{Name: named(name), Code: l.code, Dir: l.dir, Environment: map[string]string{"GREETING": "hi"}, Timeout: 20 * time.Second}
}

// languages are the runtimes that this machine has. Where it must have all, CI is set.
func languages(t testing.TB) []language {
	t.Helper()
	dir, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	var all []language
	for name, l := range map[string]language{
		"node":    {"node", lambda.Runtime{Language: lambda.Node, Handler: "index.handler", Args: []string{"node"}}, dir},
		"python3": {"python", lambda.Runtime{Language: lambda.Python, Handler: "app.handler", Args: []string{"python3"}}, dir},
	} {
		if has(t, name) {
			all = append(all, l)
		}
	}
	if has(t, "go") {
		path := bootstrap(t)
		all = append(all, language{"go", lambda.Runtime{Language: lambda.Go, Args: []string{"./" + filepath.Base(path)}}, filepath.Dir(path)})
	}
	return all
}

func has(t testing.TB, program string) bool {
	_, err := exec.LookPath(program)
	if err != nil && os.Getenv("CI") != "" {
		t.Fatal(err)
	}
	return err == nil
}

var build struct {
	once sync.Once
	path string
	err  error
}

// bootstrap builds the function of testdata/bootstrap, once.
func bootstrap(t testing.TB) string {
	t.Helper()
	build.once.Do(func() {
		build.path = filepath.Join(binaries, "bootstrap")
		build.err = compile(build.path)
	})
	if build.err != nil {
		t.Fatal(build.err)
	}
	return build.path
}

func compile(path string, flags ...string) error {
	c := exec.Command("go", append(append([]string{"build", "-o", path}, flags...), ".")...)
	c.Dir = filepath.Join("testdata", "bootstrap")
	c.Env = append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%v: %w\n%s", c.Args, err, out)
	}
	return nil
}

// binaries is a directory for what is built.
var binaries string

func TestMain(m *testing.M) {
	var err error
	if binaries, err = os.MkdirTemp("", "stepwell-lambda-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(binaries)
	os.Exit(code)
}

// each runs a test for each language.
func each(t *testing.T, test func(t *testing.T, l language)) {
	for _, l := range languages(t) {
		t.Run(l.name, func(t *testing.T) { test(t, l) })
	}
}

// eventually waits until good.
func eventually(t *testing.T, what string, good func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !good(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it never came to this: %s", what)
		}
	}
}
