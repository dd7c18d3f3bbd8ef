package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/stepwell/stepwell/bench"
)

var benchCommand = &command{
	name: "bench", summary: "measure a server",
	help: `Measures a server over HTTP, in a closed loop: each client starts an execution, waits until it has
ended, and starts the next. Without --endpoint it starts a server of its own, with a store in a
directory that it removes afterwards. docs/benchmarks.md says what the numbers mean.

Workloads: ` + strings.Join(bench.Workloads(), ", ") + `.`,
	run: runBench,
}

func runBench(ctx context.Context, env Env, c *command, args []string) error {
	f := c.flags(env)
	o := bench.Options{Stderr: env.Stderr}
	f.StringVar(&o.Endpoint, "endpoint", "", "the `URL` of a server to measure (default one of its own)")
	f.StringSliceVar(&o.Workloads, "workload", []string{"pass5"}, "one or more `names`, separated by commas")
	f.IntSliceVar(&o.Concurrency, "concurrency", []int{16}, "one or more `numbers` of clients; each is measured with each workload")
	f.DurationVar(&o.Duration, "duration", 5*time.Second, "how long each is measured")
	f.DurationVar(&o.Warmup, "warmup", time.Second, "how long it runs before that")
	f.BoolVar(&o.Limit, "limit", false, "also measure what the server stands on: a bare log, its store alone, HTTP alone")
	f.IntVar(&o.Rounds, "rounds", 3, "how often each is measured with --limit, in turns")
	f.StringVar(&o.Dir, "dir", ".", "the `directory`, and so the disk, in which its own server keeps its store")
	asJSON := f.Bool("json", false, "print JSON instead of a table")
	profile := f.String(cpuProfileFlag, "", "write a CPU profile of its own server to this `FILE`")
	null := f.Bool(bench.NullServerFlag, false, "be the server that does nothing")
	_ = f.MarkHidden(bench.NullServerFlag) // it is there
	if err := parse(env, f, args); err != nil {
		return err
	}
	if *null {
		return bench.ServeNull(ctx, os.Stdin, env.Stdout)
	}
	if f.NArg() > 0 {
		return usageError("bench takes no arguments, but got %q", f.Args())
	}
	if err := o.Check(); err != nil {
		return usageError("%v", err)
	}
	if *profile != "" {
		if o.Endpoint != "" {
			return usageError("--%s is for a server of the bench's own, not for an endpoint", cpuProfileFlag)
		}
		o.ServerFlags = []string{"--" + cpuProfileFlag, *profile}
	}
	return measure(ctx, env, o, *asJSON)
}

// measure runs the bench and prints its report. Errors of executions make it fail, after that.
func measure(ctx context.Context, env Env, o bench.Options, asJSON bool) error {
	var err error
	if o.Executable, err = os.Executable(); err != nil {
		return fmt.Errorf("find the stepwell binary: %w", err)
	}
	o.Args0 = os.Args[0]
	clear := func() {}
	if file, ok := env.Stderr.(*os.File); ok && isTerminal(file) {
		o.Progress = func(line string) { fmt.Fprintf(env.Stderr, "\r\x1b[K%s", line) }
		clear = func() { fmt.Fprint(env.Stderr, "\r\x1b[K") }
	}
	report, err := bench.Run(ctx, o)
	clear()
	if err != nil {
		return err
	}
	report.Version = versionText()
	if err := show(env, &report, asJSON); err != nil {
		return err
	}
	if n := report.Errors(); n > 0 {
		return errors.New(plural(n, "execution or request", "executions or requests") + " failed: the numbers mean little")
	}
	return nil
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func show(env Env, r *bench.Report, asJSON bool) error {
	if !asJSON {
		return r.WriteTable(env.Stdout)
	}
	e := json.NewEncoder(env.Stdout)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
