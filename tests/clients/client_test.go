//go:build clients

package clients

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// environment is that of a user who points clients at endpoint, and at nothing else; more may change it.
func environment(endpoint string, more ...string) []string {
	var kept []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "AWS_") && !strings.HasPrefix(v, "STEPWELL_") && !strings.Contains(strings.ToLower(v), "_proxy=") {
			kept = append(kept, v)
		}
	}
	kept = append(kept, "AWS_DEFAULT_REGION=us-east-1", "AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=y",
		"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
		"AWS_PAGER=", "PYTHONDONTWRITEBYTECODE=1")
	if endpoint != "" {
		kept = append(kept, "AWS_ENDPOINT_URL="+endpoint)
	}
	return append(kept, more...)
}

// missing skips the test for want of a client, or fails it in CI.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed; `make test-clients` installs it", what)
	}
	t.Skipf("%s is not installed; `make test-clients` installs it", what)
}

// onPath are the executables of a name that PATH leads to, each once, and those of the paths given.
func onPath(name string, also ...string) []string {
	var found, files []string
	candidates := also
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		candidates = append(candidates, filepath.Join(dir, name))
	}
	for _, path := range candidates {
		path, err := exec.LookPath(path)
		if err != nil {
			continue
		}
		file, err := filepath.EvalSymlinks(path)
		if err == nil && !slices.Contains(files, file) {
			found, files = append(found, path), append(files, file)
		}
	}
	return found
}

// run runs a command of a client to its end, in testdata, and returns what it printed.
func run(t *testing.T, command *exec.Cmd) string {
	t.Helper()
	command.Dir = "testdata"
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", strings.Join(command.Args, " "), err, out, stderr(err))
	}
	return string(out)
}

func stderr(err error) string {
	if exit, ok := err.(*exec.ExitError); ok {
		return string(exit.Stderr)
	}
	return err.Error()
}

// equal compares JSON values whole.
func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if reflect.DeepEqual(got, want) {
		return
	}
	t.Errorf("%s =\n%s\nwant\n%s", what, indented(got), indented(want))
}

func indented(v any) string {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// parsed is the JSON value of a text.
func parsed(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// without replaces the members of v that are called names, at any depth, by the text "…", after a
// look that they hold something.
func without(t *testing.T, v any, names ...string) any {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		for _, name := range names {
			if member, ok := v[name]; ok {
				if member == nil || member == "" {
					t.Errorf("the member %s is empty", name)
				}
				v[name] = "…"
			}
		}
		for _, member := range v {
			without(t, member, names...)
		}
	case []any:
		for _, element := range v {
			without(t, element, names...)
		}
	}
	return v
}
