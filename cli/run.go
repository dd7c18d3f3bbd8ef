package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/stepwell/stepwell"
)

var runCommand = &command{
	name: "run", args: "FILE", summary: "run a state machine once, in this process",
	help: `Runs the state machine in FILE (- is standard input) once, in memory. Its output goes to standard
output, its history as it happens and how it ended to standard error. The exit code is 1 when it did not succeed.`,
	run: run,
}

func run(ctx context.Context, env Env, c *command, args []string) error {
	f := c.flags(env)
	input := f.StringP("input", "i", "{}", "the input: a `JSON` text, or @FILE")
	clock := f.String("clock", "real", "the `clock` of the execution: real, or virtual, where waiting takes no time")
	quiet := f.BoolP("quiet", "q", false, "do not show the history")
	if err := parse(env, f, args); err != nil {
		return err
	}
	if f.NArg() != 1 {
		return usageError("run wants one file with a definition; stepwell run --help says more")
	}
	definition, err := readFile(f.Arg(0))
	if err != nil {
		return err
	}
	if file, ok := strings.CutPrefix(*input, "@"); ok {
		if *input, err = readFile(file); err != nil {
			return err
		}
	}
	server, err := stepwell.New(stepwell.Options{Clock: *clock, Logger: slog.New(slog.NewTextHandler(env.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		return err
	}
	err = runOn(ctx, env, server, definition, *input, *quiet)
	if closeErr := server.Close(); err == nil {
		err = closeErr
	}
	return err
}

func readFile(name string) (string, error) {
	if name == "-" {
		b, err := io.ReadAll(os.Stdin)
		return string(b), err
	}
	b, err := os.ReadFile(name)
	return string(b), err
}

func runOn(ctx context.Context, env Env, server *stepwell.Server, definition, input string, quiet bool) error {
	began := time.Now()
	execution, err := server.Start(ctx, definition, input)
	if err != nil {
		return err
	}
	if !quiet {
		if err := server.Watch(ctx, execution, func(e stepwell.Event) { fmt.Fprintln(env.Stderr, line(e)) }); err != nil {
			return err
		}
	}
	result, err := server.Wait(ctx, execution)
	if err != nil {
		return err
	}
	fmt.Fprintf(env.Stderr, "%s after %s\n", result.Status, time.Since(began).Round(time.Millisecond))
	if result.Status != "SUCCEEDED" {
		if result.Error != "" || result.Cause != "" {
			fmt.Fprintf(env.Stderr, "%s: %s\n", result.Error, result.Cause)
		}
		return errReported
	}
	fmt.Fprintln(env.Stdout, result.Output)
	return nil
}

// line shows an event in one line: number, type and what it is about.
func line(e stepwell.Event) string {
	what := ""
	switch {
	case e.StateEnteredEventDetails != nil:
		what = *e.StateEnteredEventDetails.Name
	case e.StateExitedEventDetails != nil:
		what = *e.StateExitedEventDetails.Name
	}
	return strings.TrimSpace(fmt.Sprintf("%5d  %-24s %s", *e.Id, *e.Type, what))
}
