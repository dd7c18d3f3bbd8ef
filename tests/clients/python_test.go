//go:build clients

package clients

import (
	"os/exec"
	"strings"
	"testing"
)

// pythons are the Pythons that have boto3, each boto3 once; Debian's is found even where another comes first.
func pythons(t *testing.T) []string {
	t.Helper()
	var found []string
	known := make(map[string]bool)
	for _, path := range onPath("python3", "/usr/bin/python3") {
		out, err := exec.Command(path, "-c", "import boto3; print(boto3.__file__)").Output()
		if file := string(out); err == nil && !known[file] {
			known[file] = true
			found = append(found, path)
		}
	}
	if len(found) == 0 {
		missing(t, "boto3")
	}
	return found
}

// python runs a program of testdata against s and returns what it printed.
func python(t *testing.T, s *server, program string, args ...string) string {
	t.Helper()
	return pythonOf(t, pythons(t)[0], s, program, args...)
}

func pythonOf(t *testing.T, path string, s *server, program string, args ...string) string {
	t.Helper()
	command := exec.Command(path, append([]string{program}, args...)...)
	command.Env = environment(s.endpoint())
	return run(t, command)
}

// TestPython brings every boto3 through the whole life of what the API has, and through the mistakes of
// an application.
func TestPython(t *testing.T) {
	t.Parallel()
	for _, path := range pythons(t) {
		t.Run(strings.ReplaceAll(path, "/", "_"), func(t *testing.T) {
			t.Parallel()
			s := start(t, t.TempDir(), "--config", "testdata/stepwell.yaml")
			t.Logf("boto3 %s", pythonOf(t, path, s, "life.py"))
			pythonOf(t, path, s, "lifecycle.py")
			pythonOf(t, path, s, "roles.py")
		})
	}
}
