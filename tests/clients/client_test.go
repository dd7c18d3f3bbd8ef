//go:build clients

package clients

import (
	"encoding/json"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// endpointSince are the first versions of the AWS CLI that know AWS_ENDPOINT_URL, by major version.
var endpointSince = map[int]int{1: 29, 2: 13}

// environment is that of a user who points clients at endpoint, and at nothing else.
func environment(endpoint string) []string {
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
	return kept
}

// missing skips the test for want of a client, or fails it in CI.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed; `make test` installs it", what)
	}
	t.Skipf("%s is not installed; `make test` installs it", what)
}

// awsCLI is the aws command, and what it needs to be told.
type awsCLI struct {
	endpoint string
	// explicit says that this version wants --endpoint-url.
	explicit bool
}

// findAWS returns the aws command, pointed at s.
func findAWS(t *testing.T, s *server) awsCLI {
	t.Helper()
	out, err := exec.Command("aws", "--version").CombinedOutput()
	if err != nil {
		missing(t, "the AWS CLI")
	}
	version := regexp.MustCompile(`aws-cli/(\d+)\.(\d+)`).FindSubmatch(out)
	if version == nil {
		t.Fatalf("aws --version = %q", out)
	}
	major, _ := strconv.Atoi(string(version[1])) // digits, by the expression
	minor, _ := strconv.Atoi(string(version[2]))
	since, known := endpointSince[major]
	return awsCLI{endpoint: s.endpoint(), explicit: known && minor < since}
}

// run runs one aws command and returns what it printed, which must be JSON or nothing.
func (c awsCLI) run(t *testing.T, args ...string) any {
	t.Helper()
	out, err := c.command(args).Output()
	if err != nil {
		t.Fatalf("aws %s: %v\n%s", strings.Join(args, " "), err, stderr(err))
	}
	if len(out) == 0 {
		return nil
	}
	var v any
	if err := json.Unmarshal(out, &v); err != nil {
		t.Fatalf("aws %s printed %q: %v", strings.Join(args, " "), out, err)
	}
	return v
}

// refused runs one aws command that must fail and returns what it says.
func (c awsCLI) refused(t *testing.T, args ...string) string {
	t.Helper()
	out, err := c.command(args).Output()
	if err == nil {
		t.Fatalf("aws %s = %s, want an error", strings.Join(args, " "), out)
	}
	return strings.TrimSpace(stderr(err))
}

func (c awsCLI) command(args []string) *exec.Cmd {
	if c.explicit {
		args = append([]string{"--endpoint-url", c.endpoint}, args...)
	}
	command := exec.Command("aws", append([]string{"--output", "json"}, args...)...)
	command.Env = environment(c.endpoint)
	command.Dir = "testdata"
	return command
}

func stderr(err error) string {
	if exit, ok := err.(*exec.ExitError); ok {
		return string(exit.Stderr)
	}
	return err.Error()
}

// python runs a program of testdata against s and returns what it printed.
func python(t *testing.T, s *server, program string, args ...string) string {
	t.Helper()
	command := exec.Command(findPython(t), append([]string{program}, args...)...)
	command.Env = environment(s.endpoint())
	command.Dir = "testdata"
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", program, err, out, stderr(err))
	}
	return string(out)
}

// findPython returns a Python that has boto3. Debian's is found even where another comes first.
func findPython(t *testing.T) string {
	t.Helper()
	for _, path := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(path, "-c", "import boto3").Run() == nil {
			return path
		}
	}
	missing(t, "boto3")
	return ""
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
