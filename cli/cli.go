// Package cli is the command line of Stepwell: the subcommands serve, run, validate, bench, backup and version.
//
// Every flag can be given as an environment variable too, STEPWELL_ and its name in capitals:
// --listen is STEPWELL_LISTEN. A flag wins over its variable. Exit codes: 0 all went well, 1 it did
// not, 2 the command line was wrong.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"
)

// Exit codes of [Main].
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// Env is what a command sees of the world.
type Env struct {
	Stdout, Stderr io.Writer
	// Getenv looks up an environment variable.
	Getenv func(string) string
}

// command is one subcommand.
type command struct {
	name, args, summary, help string
	// run defines its flags, parses args with parse, and does the work.
	run func(ctx context.Context, env Env, c *command, args []string) error
}

func commands() []*command {
	return []*command{serveCommand, runCommand, validateCommand, benchCommand, backupCommand, versionCommand}
}

// Main runs the command that args (without the program's name) ask for and returns the exit code.
// It ends early and in order when ctx is done.
func Main(ctx context.Context, env Env, args []string) int {
	if len(args) == 2 && args[0] == "help" {
		args = []string{args[1], "--help"}
	}
	if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		fmt.Fprint(env.Stdout, usage())
		return exitOK
	}
	for _, c := range commands() {
		if c.name == args[0] || args[0] == "--"+c.name && c == versionCommand {
			return report(env, c.run(ctx, env, c, args[1:]))
		}
	}
	return report(env, usageError("unknown command %q; stepwell --help lists them", args[0]))
}

// errUsage marks errors of the command line itself.
type errUsage struct{ text string }

// Error implements error.
func (e errUsage) Error() string { return e.text }

func usageError(format string, args ...any) error { return errUsage{fmt.Sprintf(format, args...)} }

// errReported marks a failure that the command has told already.
var errReported = errors.New("reported")

func report(env Env, err error) int {
	var bad errUsage
	switch {
	case err == nil, errors.Is(err, pflag.ErrHelp):
		return exitOK
	case errors.Is(err, errReported):
		return exitFailed
	case errors.As(err, &bad):
		fmt.Fprintln(env.Stderr, "stepwell:", bad.text)
		return exitUsage
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(env.Stderr, "stepwell: interrupted")
		return exitFailed
	}
	fmt.Fprintln(env.Stderr, "stepwell:", err)
	return exitFailed
}

func usage() string {
	var b strings.Builder
	b.WriteString("stepwell runs AWS Step Functions state machines: the same API, language and history.\n\nUsage:\n\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "  stepwell %-22s %s\n", strings.TrimSpace(c.name+" "+c.args), c.summary)
	}
	b.WriteString("\nstepwell COMMAND --help says more about one of them. Every flag is an environment variable too:\n" +
		"--log-level is STEPWELL_LOG_LEVEL; a flag wins over its variable.\n")
	return b.String()
}

// flags returns an empty flag set that prints the command's help.
func (c *command) flags(env Env) *pflag.FlagSet {
	f := pflag.NewFlagSet(c.name, pflag.ContinueOnError)
	f.SortFlags = false
	f.SetOutput(io.Discard)
	f.Usage = func() {
		fmt.Fprintf(env.Stdout, "Usage: stepwell %s [flags]\n\n%s\n", strings.TrimSpace(c.name+" "+c.args), c.help)
		if f.HasFlags() {
			fmt.Fprintf(env.Stdout, "\nFlags:\n%s", f.FlagUsages())
		}
	}
	return f
}

// parse reads args into f; a flag that is not given takes its environment variable.
func parse(env Env, f *pflag.FlagSet, args []string) error {
	if err := f.Parse(args); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			return err
		}
		return usageError("%v", err)
	}
	var bad error
	f.VisitAll(func(flag *pflag.Flag) {
		name := variable(flag.Name)
		if v := env.Getenv(name); v != "" && !flag.Changed && bad == nil {
			if err := f.Set(flag.Name, v); err != nil {
				bad = usageError("%s: %v", name, err)
			}
		}
	})
	return bad
}

// variable is the environment variable of a flag.
func variable(flag string) string {
	return "STEPWELL_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// OSEnv is the Env of the process.
func OSEnv() Env { return Env{Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv} }
