package cli

import (
	"context"
	"encoding/json"
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

Nobody else takes part: a task for an activity waits for a worker that does not come, a nested execution finds only
the machines that --machine names, and a task only the functions that --config names. With --mock-config and --test-case
the Task states that the test case mentions get their answers from that file. To run the others, use serve.`,
	run: run,
}

// job is what a command line asks to be run.
type job struct {
	definition, input string
	// machine is the name that the definition gets, testCase one of its test cases; both are empty when
	// nothing is mocked.
	machine, testCase string
	// others are the definitions of the machines that nested executions find, by name.
	others map[string]string
	quiet  bool
}

func run(ctx context.Context, env Env, c *command, args []string) error {
	f := c.flags(env)
	input := f.StringP("input", "i", "{}", "the input: a `JSON` text, or @FILE")
	clock := f.String("clock", "real", "the `clock` of the execution: real, or virtual, where waiting takes no time")
	mocks := f.String("mock-config", "", "a mock configuration `FILE`, in the format of AWS Step Functions Local")
	testCase := f.String("test-case", "", "the test `case` of the mock configuration to run, as NAME or MACHINE#NAME")
	config := f.String("config", "", "a configuration `FILE`, stepwell.yaml: the functions that answer tasks, and limits")
	machines := f.StringArray("machine", nil, "a state machine that nested executions start, as `NAME=FILE`; can be given again")
	quiet := f.BoolP("quiet", "q", false, "do not show the history")
	if err := parse(env, f, args); err != nil {
		return err
	}
	if f.NArg() != 1 {
		return usageError("run wants one file with a definition; stepwell run --help says more")
	}
	if (*mocks == "") != (*testCase == "") {
		return usageError("--mock-config and --test-case are of use only together")
	}
	j := job{input: *input, quiet: *quiet}
	if err := j.read(env, f.Arg(0), *machines); err != nil {
		return err
	}
	server, err := newServer(env, stepwell.Options{Clock: *clock, MockConfig: *mocks}, *config, *quiet)
	if err != nil {
		return err
	}
	if *mocks != "" {
		j.machine, j.testCase, err = findTestCase(*mocks, *testCase)
	}
	if err == nil {
		err = j.runOn(ctx, env, server)
	}
	if closeErr := server.Close(); err == nil {
		err = closeErr
	}
	return err
}

// newServer makes the server of a run. What its functions print is shown, unless it is to be quiet.
func newServer(env Env, o stepwell.Options, config string, quiet bool) (*stepwell.Server, error) {
	level := slog.LevelWarn
	if config != "" && !quiet {
		level = slog.LevelInfo
	}
	o.Logger = slog.New(slog.NewTextHandler(env.Stderr, &slog.HandlerOptions{Level: level}))
	file, err := openConfig(config, env.Stderr, o.Logger)
	if err != nil {
		return nil, err
	}
	o.Functions, o.Limits = file, file.limits
	return stepwell.New(o)
}

// read reads the files: that of the definition, those of the other machines, and the input's, if it
// is in one.
func (j *job) read(env Env, file string, machines []string) (err error) {
	if j.definition, err = readDefinition(env, file); err != nil {
		return err
	}
	j.others = make(map[string]string)
	for _, m := range machines {
		name, file, ok := strings.Cut(m, "=")
		if !ok {
			return usageError("--machine wants NAME=FILE, not %q", m)
		}
		if j.others[name], err = readDefinition(env, file); err != nil {
			return err
		}
	}
	if file, ok := strings.CutPrefix(j.input, "@"); ok {
		j.input, err = readFile(file)
	}
	return err
}

// readDefinition reads a file, and tells all that is wrong with the definition in it.
func readDefinition(env Env, file string) (string, error) {
	definition, err := readFile(file)
	if err == nil && refused(env, file, definition) {
		err = errReported
	}
	return definition, err
}

func readFile(name string) (string, error) {
	if name == "-" {
		b, err := io.ReadAll(os.Stdin)
		return string(b), err
	}
	b, err := os.ReadFile(name)
	return string(b), err
}

// findTestCase returns what a test case names, MACHINE#NAME or only NAME: then the machine is the one
// in the mock configuration that has a test case of that name.
func findTestCase(file, testCase string) (machine, name string, err error) {
	if machine, name, ok := strings.Cut(testCase, "#"); ok {
		return machine, name, nil
	}
	text, err := readFile(file)
	if err != nil {
		return "", "", err
	}
	var mocks struct {
		StateMachines map[string]struct{ TestCases map[string]any }
	}
	if err := json.Unmarshal([]byte(text), &mocks); err != nil {
		return "", "", fmt.Errorf("%s: %w", file, err)
	}
	var found []string
	for machine, m := range mocks.StateMachines {
		if _, ok := m.TestCases[testCase]; ok {
			found = append(found, machine)
		}
	}
	switch len(found) {
	case 1:
		return found[0], testCase, nil
	case 0:
		return "", "", fmt.Errorf("%s has no test case %q", file, testCase)
	}
	return "", "", fmt.Errorf("%s has the test case %q of several state machines: say MACHINE#%[2]s", file, testCase)
}

// start begins the job's execution and returns its ARN.
func (j job) start(ctx context.Context, server *stepwell.Server) (string, error) {
	for name, definition := range j.others {
		if _, err := server.Define(ctx, name, definition); err != nil {
			return "", err
		}
	}
	if j.testCase == "" {
		return server.Start(ctx, j.definition, j.input)
	}
	machine, err := server.Define(ctx, j.machine, j.definition)
	if err != nil {
		return "", err
	}
	return server.StartMachine(ctx, machine+"#"+j.testCase, j.input)
}

func (j job) runOn(ctx context.Context, env Env, server *stepwell.Server) error {
	began := time.Now()
	execution, err := j.start(ctx, server)
	if err != nil {
		return err
	}
	if !j.quiet {
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
		return *e.ActivityScheduledEventDetails.Resource + " (waits for a worker, unless it is mocked)"
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
