package bench

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// loop is a closed loop: each of its clients does one thing after another, without a pause.
type loop struct {
	clients          int
	warmup, duration time.Duration
	// client makes what one client does again and again.
	client func() func(context.Context) error
	// begin and end, unless nil, are called when the counting begins and ends.
	begin, end func() error
	// progress, unless nil, is told how many were done so far.
	progress func(done int64, since time.Duration)
}

// tally is what a loop counted.
type tally struct {
	latencies []time.Duration
	errors    int
	examples  []string // of errors, a few different ones
	elapsed   time.Duration
}

// perSecond is how many succeeded each second.
func (t *tally) perSecond() float64 { return float64(len(t.latencies)) / t.elapsed.Seconds() }

// add joins what another loop counted.
func (t *tally) add(u tally) {
	t.latencies = append(t.latencies, u.latencies...)
	t.errors += u.errors
	t.elapsed += u.elapsed
	for _, e := range u.examples {
		t.example(e)
	}
}

func (t *tally) example(text string) {
	for _, e := range t.examples {
		if e == text {
			return
		}
	}
	if len(t.examples) < maxExamples {
		t.examples = append(t.examples, text)
	}
}

const (
	maxExamples = 3
	// maxDrain is how long what was begun may take once the loop is over; then it is an error.
	maxDrain = 30 * time.Second
	// afterError keeps a server that is gone from being asked a million times.
	afterError    = 10 * time.Millisecond
	progressEvery = 250 * time.Millisecond
)

// run runs the loop. What ends while it counts is counted, errors at any time.
func (l loop) run(ctx context.Context) (tally, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		counting, stopping atomic.Bool
		done               atomic.Int64
		clients            sync.WaitGroup
		tallies            = make([]tally, l.clients)
	)
	for i := range tallies {
		clients.Go(func() {
			work := l.client()
			for !stopping.Load() && ctx.Err() == nil {
				began := time.Now()
				if err := work(ctx); err != nil {
					tallies[i].fail(ctx, err)
					continue
				}
				done.Add(1)
				if counting.Load() {
					tallies[i].latencies = append(tallies[i].latencies, time.Since(began))
				}
			}
		})
	}
	elapsed, err := l.watch(ctx, &counting, &done)
	stopping.Store(true)
	drained := time.AfterFunc(maxDrain, cancel)
	defer drained.Stop()
	if err != nil {
		cancel()
	}
	clients.Wait()
	total := tally{elapsed: elapsed}
	for _, t := range tallies {
		total.add(t)
	}
	return total, err
}

// fail counts an error, unless it is only that the loop was interrupted.
func (t *tally) fail(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	t.errors++
	t.example(err.Error())
	pause(ctx, afterError)
}

// watch waits for the warm-up, then counts for the duration, and returns how long that took.
func (l loop) watch(ctx context.Context, counting *atomic.Bool, done *atomic.Int64) (time.Duration, error) {
	if err := l.wait(ctx, l.warmup, done); err != nil {
		return 0, err
	}
	if err := call(l.begin); err != nil {
		return 0, err
	}
	began := time.Now()
	counting.Store(true)
	err := l.wait(ctx, l.duration, done)
	counting.Store(false)
	elapsed := time.Since(began)
	if err != nil {
		return elapsed, err
	}
	return elapsed, call(l.end)
}

func call(f func() error) error {
	if f == nil {
		return nil
	}
	return f()
}

// wait waits for d, and tells how far the loop is.
func (l loop) wait(ctx context.Context, d time.Duration, done *atomic.Int64) error {
	began, before := time.Now(), done.Load()
	over := time.NewTimer(d)
	defer over.Stop()
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		select {
		case <-over.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			if l.progress != nil {
				l.progress(done.Load()-before, time.Since(began))
			}
		}
	}
}
