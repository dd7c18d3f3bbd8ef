package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/stepwell/stepwell"
)

var runCommand = &command{
	name: "run", args: "FILE", summary: "run a state machine once, in this process",
	help: `Runs the state machine in FILE (- is standard input) once, in memory. Its output goes to standard
output, its history as it happens and how it ended to standard error. The exit code is 1 when it did not succeed.

Nobody else takes part: a task for an activity waits for ever unless it has a timeout, a nested execution finds no
machine, and a function is not found. To run these, use serve.`,
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
	if refused(env, f.Arg(0), definition) {
		return errReported
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
	return strings.TrimRight(fmt.Sprintf("%5d  %-24s %s", *e.Id, *e.Type, about(e)), " ")
}

// about is what an event is about: a state, a resource, an iteration, or what went wrong.
func about(e stepwell.Event) string {
	switch {
	case e.StateEnteredEventDetails != nil:
		return *e.StateEnteredEventDetails.Name
	case e.StateExitedEventDetails != nil:
		return *e.StateExitedEventDetails.Name
	case e.ActivityScheduledEventDetails != nil:
		return *e.ActivityScheduledEventDetails.Resource + " (waits for a worker, and a run has none)"
	case e.LambdaFunctionScheduledEventDetails != nil:
		return *e.LambdaFunctionScheduledEventDetails.Resource
	case e.TaskScheduledEventDetails != nil:
		return *e.TaskScheduledEventDetails.ResourceType + ":" + *e.TaskScheduledEventDetails.Resource
	case e.MapIterationStartedEventDetails != nil:
		return fmt.Sprintf("%s %d", *e.MapIterationStartedEventDetails.Name, *e.MapIterationStartedEventDetails.Index)
	}
	return wrong(e)
}

// wrong is the error and cause of an event, as far as it has them.
func wrong(e stepwell.Event) string {
	var name, cause *string
	switch {
	case e.ActivityFailedEventDetails != nil:
		name, cause = e.ActivityFailedEventDetails.Error, e.ActivityFailedEventDetails.Cause
	case e.ActivityTimedOutEventDetails != nil:
		name, cause = e.ActivityTimedOutEventDetails.Error, e.ActivityTimedOutEventDetails.Cause
	case e.LambdaFunctionFailedEventDetails != nil:
		name, cause = e.LambdaFunctionFailedEventDetails.Error, e.LambdaFunctionFailedEventDetails.Cause
	case e.LambdaFunctionTimedOutEventDetails != nil:
		name, cause = e.LambdaFunctionTimedOutEventDetails.Error, e.LambdaFunctionTimedOutEventDetails.Cause
	case e.TaskFailedEventDetails != nil:
		name, cause = e.TaskFailedEventDetails.Error, e.TaskFailedEventDetails.Cause
	case e.TaskTimedOutEventDetails != nil:
		name, cause = e.TaskTimedOutEventDetails.Error, e.TaskTimedOutEventDetails.Cause
	case e.ExecutionFailedEventDetails != nil:
		name, cause = e.ExecutionFailedEventDetails.Error, e.ExecutionFailedEventDetails.Cause
	}
	return strings.Join(slices.DeleteFunc([]string{deref(name), deref(cause)}, func(s string) bool { return s == "" }), ": ")
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
