package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/stepwell/stepwell/bench"
	"github.com/stepwell/stepwell/cli"
	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/kv/pebble"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"stepwell": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		code := cli.Main(ctx, cli.OSEnv(), os.Args[1:])
		stop()
		os.Exit(code)
	}})
}

// TestScripts runs the sessions in testdata. $ADDRESS is an address of the session's own.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			env.Setenv("ADDRESS", l.Addr().String())
			return l.Close()
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"healthy": healthy, "measured": measured, "newer": newer},
	})
}

// interrupting is a writer that interrupts a command once its output has a word.
type interrupting struct {
	bytes.Buffer
	word      string
	interrupt func()
}

func (w *interrupting) Write(p []byte) (int, error) {
	defer func() {
		if strings.Contains(w.String(), w.word) {
			w.interrupt()
		}
	}()
	return w.Buffer.Write(p)
}

// TestInterruptedRun: a run that is interrupted ends, and says so.
func TestInterruptedRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "wait.json")
	if err := os.WriteFile(file, []byte(`{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	stderr := &interrupting{word: "WaitStateEntered", interrupt: cancel}
	env := cli.Env{Stdout: io.Discard, Stderr: stderr, Getenv: func(string) string { return "" }}
	if code := cli.Main(ctx, env, []string{"run", file}); code != 1 || !strings.HasSuffix(stderr.String(), "stepwell: interrupted\n") {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
}

// healthy waits until the server at $ADDRESS answers.
func healthy(ts *testscript.TestScript, _ bool, _ []string) {
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		resp, err := http.Get("http://" + ts.Getenv("ADDRESS") + "/healthz")
		if err == nil {
			ts.Check(resp.Body.Close())
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("no server: %v", err)
		}
	}
}

// measured checks that a report has executions of each workload, and no errors.
func measured(ts *testscript.TestScript, _ bool, args []string) {
	var report bench.Report
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &report))
	var names []string
	for _, r := range report.Results {
		names = append(names, r.Workload)
		if r.Executions == 0 || r.Errors > 0 || r.PerSecond <= 0 || r.Server.CPUMilliseconds == nil {
			ts.Fatalf("%+v", r)
		}
	}
	if !slices.Equal(names, args[1:]) {
		ts.Fatalf("results of %q, want %q", names, args[1:])
	}
}

// newer marks a store as written by a release that does not exist yet.
func newer(ts *testscript.TestScript, _ bool, args []string) {
	s, err := pebble.Open(ts.MkAbs(args[0]), pebble.Options{})
	ts.Check(err)
	ts.Check(s.Apply(context.Background(), kv.Batch{Puts: []kv.Pair{{Space: kv.Meta, Key: []byte("f"), Value: []byte{99}}}}))
	ts.Check(s.Close())
}
