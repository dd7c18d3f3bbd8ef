//go:build clients

package clients

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestKill kills the server while executions wait, work and run children, and starts it again on
// the same store.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	first := start(t, dir)
	state := python(t, first, "restart.py", "before")
	first.kill()
	python(t, start(t, dir), "restart.py", "after", state)
}

// TestTerminate sends SIGTERM while a worker polls: the server ends in order, with exit code 0, and
// what it knew is there afterwards.
func TestTerminate(t *testing.T) {
	dir := t.TempDir()
	first := start(t, dir)
	arns := parsed(t, python(t, first, "tutorial.py")).(map[string]any)
	execution, _ := arns["executionArn"].(string)
	if code := first.terminate(); code != 0 {
		t.Fatalf("exit code %d after SIGTERM\n%s", code, first.log)
	}
	second := start(t, dir)
	described := findAWS(t, second).run(t, "stepfunctions", "describe-execution", "--execution-arn", execution)
	if status := described.(map[string]any)["status"]; status != "SUCCEEDED" {
		t.Errorf("status = %v after a restart, want SUCCEEDED", status)
	}
}

// TestSecondServer shows what happens to a second server on the same directory.
func TestSecondServer(t *testing.T) {
	dir := t.TempDir()
	start(t, dir)
	second := stepwell(t, "serve", "--listen", freeAddress(t), "--store", "pebble:"+dir)
	if second.code != 1 || !strings.Contains(second.stderr, dir) {
		t.Errorf("a second server exits with %d and says %q, want 1 and the directory", second.code, second.stderr)
	}
}

// TestRunCommand runs definitions without a server.
func TestRunCommand(t *testing.T) {
	for name, c := range map[string]struct {
		definition string
		args       []string
		code       int
		stdout     string
	}{
		"output": {
			`{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}`,
			[]string{"--input", `{"n": 1}`},
			0, `{"n": 1}`,
		},
		"failure": {`{"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "E"}}}`, nil, 1, ""},
		"broken":  {`{"StartAt": "A"}`, nil, 1, ""},
		"usage":   {`{}`, []string{"--nonsense"}, 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "machine.json")
			if err := os.WriteFile(file, []byte(c.definition), 0o600); err != nil {
				t.Fatal(err)
			}
			got := stepwell(t, append([]string{"run", file}, c.args...)...)
			if got.code != c.code || strings.TrimSpace(got.stdout) != c.stdout {
				t.Errorf("exit code %d, output %q; want %d, %q\n%s", got.code, got.stdout, c.code, c.stdout, got.stderr)
			}
		})
	}
}
