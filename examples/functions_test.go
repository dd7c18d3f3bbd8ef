package examples_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/cli"
)

// TestFunctions runs the commands of functions/README.md: each gives the output that it shows.
func TestFunctions(t *testing.T) {
	for _, program := range []string{"python3", "node"} {
		if _, err := exec.LookPath(program); err != nil && os.Getenv("CI") == "" {
			t.Skip(err)
		}
	}
	readme := read(t, "functions/README.md")
	t.Chdir("..")
	commands := regexp.MustCompile(`(?s)\n    bin/stepwell (run [^\n]*)\n.*?\n    ({[^\n]*)\n`).FindAllStringSubmatch(readme, -1)
	if len(commands) != 2 {
		t.Errorf("%d commands", len(commands))
	}
	for _, c := range commands {
		var args []string
		for _, arg := range regexp.MustCompile(`'[^']*'|\S+`).FindAllString(c[1], -1) {
			args = append(args, strings.Trim(arg, "'"))
		}
		var stdout, stderr strings.Builder
		env := cli.Env{Stdout: &stdout, Stderr: &stderr, Getenv: func(string) string { return "" }}
		code := cli.Main(t.Context(), env, args)
		want, open := strings.CutSuffix(c[2], "…")
		if got := strings.TrimSpace(stdout.String()); code != 0 || got != want && !(open && strings.HasPrefix(got, want)) {
			t.Errorf("%s\ngot  %s\nwant %s\n%s", c[1], got, c[2], &stderr)
		}
	}
}
