// Package bench measures a Stepwell server from outside, over HTTP, and says how far it is from what
// its disk and its loopback allow.
//
// [Run] drives workloads in a closed loop: each of so many clients starts an execution, waits until it
// has ended, and starts the next. It measures the server at an endpoint, or starts one: a child process
// of the same binary with a store of its own. What a number means is in docs/benchmarks.md.
//
// With [Options].Limit it also measures, in turns with the server and on the same disk, what the server
// stands on: a bare log, the embedded store alone with the very commits of the workload, and an HTTP
// server that does nothing. The server can be no faster than these together.
//
// The package knows the API only as a client does. Of the server's own packages it uses the store and
// the engine, to find out what a workload commits.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"
)

// Options says what to measure. Workloads, Concurrency and Duration are required, and Executable
// unless there is an Endpoint.
type Options struct {
	// Endpoint is the URL of a server; empty means one of the bench's own.
	Endpoint string
	// Workloads are names of [Workloads], Concurrency numbers of clients; each pair is measured.
	Workloads   []string
	Concurrency []int
	// Warmup comes before Duration, with the same load, and is not counted.
	Warmup, Duration time.Duration
	// Limit also measures what the server stands on, in Rounds rounds (0 means 3) of Duration for each
	// part. It needs a server of the bench's own.
	Limit  bool
	Rounds int

	// Dir is where the bench's own server has its store, in a directory that is removed afterwards.
	Dir string
	// Executable is the stepwell binary, Args0 what it is called by, ServerFlags what its serve gets
	// besides.
	Executable, Args0 string
	ServerFlags       []string
	// Stderr gets what child processes complain of; nil means nobody.
	Stderr io.Writer
	// Progress, unless nil, is told what goes on, a few times a second.
	Progress func(line string)
}

func (o *Options) setDefaults() {
	if o.Rounds == 0 {
		o.Rounds = 3
	}
	if o.Stderr == nil {
		o.Stderr = io.Discard
	}
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
}

// ErrOptions marks errors of the Options themselves.
var ErrOptions = errors.New("cannot measure this")

// Check returns an error, which is an [ErrOptions], unless the Options can be measured.
func (o *Options) Check() error {
	if len(o.Workloads) == 0 || len(o.Concurrency) == 0 {
		return fmt.Errorf("%w: want at least one workload and one concurrency", ErrOptions)
	}
	for _, name := range o.Workloads {
		w, ok := findWorkload(name)
		if !ok {
			return fmt.Errorf("%w: the workload %q is none of %s", ErrOptions, name, strings.Join(Workloads(), ", "))
		}
		if o.Limit && w.unlimited != "" {
			return fmt.Errorf("%w: the workload %s has no limit to compare with: %s", ErrOptions, name, w.unlimited)
		}
	}
	for _, n := range o.Concurrency {
		if n < 1 || n > maxClients {
			return fmt.Errorf("%w: the concurrency %d is not from 1 to %d", ErrOptions, n, maxClients)
		}
	}
	switch {
	case o.Duration <= 0 || o.Warmup < 0:
		return fmt.Errorf("%w: the duration must be more than 0, the warm-up not less", ErrOptions)
	case o.Limit && o.Endpoint != "":
		return fmt.Errorf("%w: a limit is that of the disk and loopback of the bench's own server, not of an endpoint", ErrOptions)
	case o.Rounds < 0:
		return fmt.Errorf("%w: %d rounds", ErrOptions, o.Rounds)
	}
	return nil
}

// maxClients bounds the connections and goroutines of one measurement.
const maxClients = 4096

// Run measures. When ctx ends first, it stops what it started and returns the cause.
func Run(ctx context.Context, o Options) (Report, error) {
	o.setDefaults()
	report := Report{
		System:   System{CPUs: runtime.NumCPU(), OS: runtime.GOOS, Architecture: runtime.GOARCH},
		Endpoint: o.Endpoint, DurationSeconds: o.Duration.Seconds(), WarmupSeconds: o.Warmup.Seconds(),
	}
	if err := o.Check(); err != nil {
		return report, err
	}
	for _, name := range o.Workloads {
		w, _ := findWorkload(name)
		for _, n := range o.Concurrency {
			r, err := measure(ctx, o, w, n)
			if err != nil {
				return report, fmt.Errorf("%s with %d clients: %w", name, n, err)
			}
			report.Results = append(report.Results, r)
		}
	}
	return report, nil
}

// measure makes one row of the report. A server of the bench's own is a new one for each.
func measure(ctx context.Context, o Options, w workload, clients int) (r Result, err error) {
	p, err := newPlace(o)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	s, err := setUp(ctx, p.client, w, clients)
	if err != nil {
		return r, err
	}
	// What was set up goes too when ctx is done; with a server that is gone there is nothing to remove.
	defer func() { err = errors.Join(err, s.tearDown(context.WithoutCancel(ctx))) }()
	m := &measurement{place: p, scene: s, clients: clients}
	if o.Limit {
		err = m.compare(ctx)
	} else {
		err = m.server(ctx)
	}
	if err != nil {
		return r, err
	}
	return m.result(ctx)
}
