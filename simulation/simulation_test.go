package simulation

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
)

const (
	// stepsPerRun is how long a run does harm before it is to end well.
	stepsPerRun = 600
	// maxSteps is how long it may take to end.
	maxSteps = 60_000
)

// step does one thing that the seed chooses. harm lets faults happen and new executions begin.
func (w *world) step(harm bool) {
	synctest.Wait()
	w.settle()
	if w.fallen {
		w.note("restart")
		w.crash()
		return
	}
	ready := w.schedule.ready()
	choice := w.rng.IntN(100)
	switch {
	case len(ready) > 0 && choice < 70:
		who := ready[w.rng.IntN(len(ready))]
		w.note("%s", who)
		w.schedule.release(who)
	case choice < 85 && w.outside(harm):
	case harm && choice >= 97:
		w.harm()
	case len(ready) == 0 || choice >= 94:
		d := []time.Duration{time.Millisecond, time.Second, 7 * time.Second, time.Minute}[w.rng.IntN(4)]
		w.note("%s pass", d)
		time.Sleep(d)
	}
}

// outside lets somebody outside act. It is false when nobody had anything to do.
func (w *world) outside(harm bool) bool {
	switch choice := w.rng.IntN(10); {
	case choice < 5 && len(w.tasks) > 0:
		t := w.tasks[w.rng.IntN(len(w.tasks))]
		kind := w.rng.IntN(9)
		if !harm {
			kind = 0
		}
		w.note("answer handler %s with %d", t.IdempotencyKey, kind)
		o := w.outcome(t, kind)
		t.never = o.Never
		t.outcome <- o
		return true
	case choice < 6 && w.polls < 3:
		w.note("poll")
		w.poll()
		return true
	case choice < 8 && len(w.tokens) > 0:
		// The latest tokens are the likeliest to be open; an old one is a late or second answer.
		i := len(w.tokens) - 1 - min(w.rng.IntN(4), len(w.tokens)-1)
		if w.rng.IntN(4) == 0 {
			i = w.rng.IntN(len(w.tokens))
		}
		kind := w.rng.IntN(9)
		w.note("answer token %d with %d", i, kind)
		w.answer(w.tokens[i], kind)
		return true
	default:
		return w.client(harm)
	}
}

// client starts or stops an execution.
func (w *world) client(harm bool) bool {
	if again := slices.IndexFunc(w.starts, func(s *start) bool { return !s.acknowledged && !s.asking }); again >= 0 {
		w.note("start %s again", w.starts[again].name)
		w.ask(w.starts[again])
		return true
	}
	if !harm {
		return false
	}
	if len(w.starts) > 0 && w.rng.IntN(5) == 0 {
		if s := w.starts[w.rng.IntN(len(w.starts))]; s.acknowledged {
			w.note("stop %s", s.name)
			w.stop(s)
			return true
		}
	}
	if len(w.starts) > 0 && w.rng.IntN(6) == 0 {
		if s := w.starts[w.rng.IntN(len(w.starts))]; s.acknowledged && !s.asking {
			if w.rng.IntN(2) == 0 {
				w.note("start %s with another input", s.name)
				w.otherwise(s)
			} else {
				w.note("start %s once more", s.name)
				w.ask(s)
			}
			return true
		}
	}
	if w.express.asked < 12 && w.rng.IntN(4) == 0 {
		w.askExpress()
		return true
	}
	if len(w.starts) > 25 {
		return false
	}
	items := "1, 2, 3"
	if w.rng.IntN(150) == 0 {
		items += strings.Repeat(", 4", 130) // a step of it has too many events
	}
	s := &start{machine: fmt.Sprintf("m%d", w.rng.IntN(4)), name: fmt.Sprintf("e%d", len(w.starts)), input: fmt.Sprintf(input, w.rng.IntN(5), items)}
	w.starts = append(w.starts, s)
	w.note("start %s of %s", s.name, s.machine)
	w.ask(s)
	return true
}

// harm does one of the things that go wrong.
func (w *world) harm() {
	switch w.rng.IntN(5) {
	case 4:
		mode := []engine.ClockMode{engine.ClockAuto, engine.ClockHold, engine.ClockStep}[w.rng.IntN(3)]
		w.note("the clock is to %s", mode)
		_ = w.engine.SetClock(mode, 0) // the real one is not
	case 0:
		w.note("crash")
		w.crash()
	case 1:
		w.note("the next commit fails and is lost")
		w.disk.breakNext(false)
	case 2:
		w.note("the next commit fails and has landed")
		w.disk.breakNext(true)
	case 3:
		w.note("another server takes the shards")
		w.steal()
	}
}

// run plays a seed. It returns the steps that were taken.
func (w *world) run() error {
	for range stepsPerRun {
		if w.step(true); w.failed() != nil {
			return w.failed()
		}
	}
	w.note("no more harm")
	_ = w.engine.SetClock(engine.ClockAuto, 0) // the real one is not
	for i := 0; !w.over(); i++ {
		if w.step(false); w.failed() != nil {
			return w.failed()
		}
		if i > maxSteps {
			return errors.New("the executions do not end")
		}
	}
	return w.conclude()
}

// over says that everything has ended and everybody rests.
func (w *world) over() bool {
	synctest.Wait()
	if w.fallen || len(w.schedule.ready()) > 0 || slices.ContainsFunc(w.starts, func(s *start) bool { return !s.acknowledged }) {
		return false
	}
	for i := range 4 {
		m, err := w.checks.store.Machine(context.Background(), store.Scope{Account: account, Region: region}, fmt.Sprintf("m%d", i))
		w.must(err)
		for range w.checks.store.Executions(context.Background(), m.ID, interpreter.Running, store.Cursor{}) {
			return false
		}
	}
	return w.expressOver()
}

// conclude checks the end.
func (w *world) conclude() error {
	if err := errors.Join(w.checks.nothingLeft(), w.keptPromises()); err != nil {
		return err
	}
	for _, s := range w.starts {
		row, err := w.checks.store.Lookup(context.Background(), store.Scope{Account: account, Region: region}, s.machine, s.name)
		if err != nil {
			return fmt.Errorf("%s was acknowledged and is lost: %w", s.name, err)
		}
		if err := w.checks.execution(row.ID, true); err != nil {
			return fmt.Errorf("execution %s: %w", s.name, err)
		}
	}
	return nil
}

// seen counts what became of executions.
type seen map[interpreter.Status]int

// count counts all executions of a world, nested ones included.
func (w *world) count(all seen) {
	for i := range 4 {
		m, err := w.checks.store.Machine(context.Background(), store.Scope{Account: account, Region: region}, fmt.Sprintf("m%d", i))
		w.must(err)
		for row := range w.checks.store.Executions(context.Background(), m.ID, "", store.Cursor{}) {
			all[row.Status]++
		}
	}
}

// simulate plays one seed in a bubble of its own, and returns what happened. It counts in all.
func simulate(t *testing.T, seed uint64, all seen) (trace []string, err error) {
	synctest.Test(t, func(*testing.T) {
		w := newWorld(seed)
		err = w.run()
		if err == nil {
			err = w.failed()
		}
		trace = w.trace
		w.count(all)
		w.disk.kill()
		w.schedule.releaseAll()
		_ = w.engine.Close() // it reports that the disk is dead
	})
	return trace, err
}

// TestSimulation plays seeds: STEPWELL_RUNS of them from STEPWELL_SEED on, or for ten seconds.
func TestSimulation(t *testing.T) {
	seed, runs := number(t, "STEPWELL_SEED", uint64(time.Now().UnixNano())>>8&0xffffffff), number(t, "STEPWELL_RUNS", 0)
	limit := 10 * time.Second
	if testing.Short() {
		limit = 2 * time.Second
	}
	played, steps, all := uint64(0), 0, make(seen)
	for began := time.Now(); runs > 0 && played < runs || runs == 0 && time.Since(began) < limit; played++ {
		trace, err := simulate(t, seed+played, all)
		steps += len(trace)
		if err != nil {
			t.Fatalf("seed %d, after %d steps: %v\nThe last steps:\n  %s\nIt replays with: make simulate SEED=%d RUNS=1",
				seed+played, len(trace), err, strings.Join(trace[max(0, len(trace)-40):], "\n  "), seed+played)
		}
	}
	t.Logf("%d seeds from %d, %d steps; executions: %v", played, seed, steps, all)
	if runs == 0 && (all[interpreter.Succeeded] == 0 || all[interpreter.Failed] == 0 || all[interpreter.Aborted] == 0) {
		t.Error("the executions did not end in all the ways that there are")
	}
}

func number(t *testing.T, variable string, fallback uint64) uint64 {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return fallback
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

// TestReplaysExactly: the same seed does the same things.
func TestReplaysExactly(t *testing.T) {
	for seed := range uint64(20) {
		first, err := simulate(t, seed, make(seen))
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		second, _ := simulate(t, seed, make(seen))
		if i := firstDifference(first, second); i >= 0 {
			t.Fatalf("seed %d: step %d of %d and %d differs: %q and %q", seed, i, len(first), len(second), first[i:min(i+1, len(first))], second[i:min(i+1, len(second))])
		}
	}
}

func firstDifference(a, b []string) int {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			return i
		}
	}
	return -1
}
