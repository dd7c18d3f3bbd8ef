package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
)

// TestPausedCommitter: while the disk stands still the actors go on, no answer leaves, no handler is
// called, and reads show nothing uncommitted.
func TestPausedCommitter(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		var called atomic.Int64
		m := w.machine("m", taskMachine(w.function("f", func(integration.Task) integration.Outcome {
			called.Add(1)
			return integration.Outcome{Output: w.value(`"done"`)}
		})))
		release := w.disk.hold()
		const starts = 20
		answers := make(chan store.Row, starts)
		for i := range starts {
			go func() { answers <- w.start(m, fmt.Sprintf("e%d", i), `{}`) }()
		}
		synctest.Wait()
		if len(answers) != 0 || called.Load() != 0 {
			t.Errorf("%d answers and %d calls left before anything was durable", len(answers), called.Load())
		}
		if n := w.listed(m); n != 0 {
			t.Errorf("reads show %d executions that are not durable", n)
		}
		if busy := engine.Uncommitted(w.engine); busy != starts {
			t.Errorf("the actors decided %d steps while the disk stood still, want %d", busy, starts)
		}
		release()
		for range starts {
			w.ends((<-answers).ID, interpreter.Succeeded)
		}
		if n := w.listed(m); n != starts || called.Load() != starts {
			t.Errorf("%d executions listed and %d calls, want %d of each", n, called.Load(), starts)
		}
	})
}

// listed counts the executions of a machine that reads show.
func (w *world) listed(m store.Machine) int {
	w.t.Helper()
	n := 0
	for _, err := range w.store.Executions(w.t.Context(), m.ID, "", store.Cursor{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		n++
	}
	return n
}

// TestGroupCommit: what arrives during a sync goes into the next one together.
func TestGroupCommit(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		m := w.machine("m", passMachine)
		release := w.disk.hold()
		const starts = 100
		done := make(chan store.Row, starts)
		for range starts {
			go func() { done <- w.start(m, "", `{}`) }()
			synctest.Wait()
		}
		release()
		for range starts {
			<-done
		}
		if n := w.disk.count(); n != 2 {
			t.Errorf("%d starts took %d commits, want 2: the first, and all that arrived meanwhile", starts, n)
		}
	})
}

// TestCommitLimits: a commit has at most 500 steps, or 1 MB unless one step alone has more.
func TestCommitLimits(t *testing.T) {
	for name, c := range map[string]struct {
		starts, bytes, commits int
	}{
		"steps": {1201, 10, 1 + 3},    // the first alone, then 500, 500 and 200
		"bytes": {13, 200_000, 1 + 3}, // the first alone, then five, five and two
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, engine.Options{}, func(w *world) {
				m := w.machine("m", `{"StartAt":"S","States":{"S":{"Type":"Succeed"}}}`)
				input := randomText(c.bytes)
				release := w.disk.hold()
				done := make(chan store.Row, c.starts)
				for range c.starts {
					go func() { done <- w.start(m, "", input) }()
					synctest.Wait()
				}
				release()
				for range c.starts {
					<-done
				}
				if n := w.disk.count(); n != c.commits {
					t.Errorf("%d starts took %d commits, want %d", c.starts, n, c.commits)
				}
			})
		})
	}
}

// randomText is a JSON string of about n bytes that does not compress.
func randomText(n int) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"
	rng, b := rand.New(rand.NewPCG(1, 2)), make([]byte, n)
	for i := range b {
		b[i] = letters[rng.IntN(len(letters))]
	}
	return `"` + string(b) + `"`
}

// TestAnswerWithoutWritesWaits: an answer that writes nothing leaves after the steps before it.
func TestAnswerWithoutWritesWaits(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		m := w.machine("m", waitMachine)
		first := w.start(m, "same", `{}`)
		release := w.disk.hold()
		go func() { _, _ = w.engine.Stop(w.t.Context(), first.ID, nil, nil) }()
		synctest.Wait()
		answered := make(chan error, 1)
		go func() {
			_, err := w.engine.Start(w.t.Context(), engine.StartRequest{Machine: m, Name: "same", Input: w.value(`{}`)})
			answered <- err
		}()
		synctest.Wait()
		if len(answered) != 0 {
			t.Error("an error left that rests on a step that is not durable")
		}
		release()
		if err := <-answered; !errors.Is(err, engine.ErrExists) {
			t.Errorf("got %v, want ErrExists", err)
		}
	})
}

// TestThrottling: beyond the cap of uncommitted steps callers are refused, and nobody else is hurt.
func TestThrottling(t *testing.T) {
	inWorld(t, engine.Options{MaxUncommitted: 3}, func(w *world) {
		m := w.machine("m", waitMachine)
		row := w.start(m, "", `{}`)
		release := w.disk.hold()
		errs := make(chan error, 10)
		for range 10 {
			go func() {
				_, err := w.engine.Stop(w.t.Context(), row.ID, nil, nil)
				errs <- err
			}()
			synctest.Wait()
		}
		release()
		throttled := 0
		for range 10 {
			if errors.Is(<-errs, engine.ErrThrottled) {
				throttled++
			}
		}
		if throttled != 6 {
			t.Errorf("%d of 10 stops were throttled, want 6: four were let in before the cap was seen", throttled)
		}
	})
}

// TestFailedCommitStopsTheEngine: after a commit failed nothing is acknowledged any more, and what
// was acknowledged before is there after a restart.
func TestFailedCommitStopsTheEngine(t *testing.T) {
	for name, landing := range map[string]bool{"lost": false, "landed": true} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, engine.Options{}, func(w *world) {
				m := w.machine("m", waitMachine)
				kept := w.start(m, "kept", `{}`)
				broken := errors.New("the disk is broken")
				w.disk.fail(broken, landing)
				_, err := w.engine.Start(w.t.Context(), engine.StartRequest{Machine: m, Name: "lost", Input: w.value(`{}`)})
				if !errors.Is(err, engine.ErrClosed) {
					t.Errorf("a start after a failed commit: %v, want ErrClosed", err)
				}
				if err := <-w.fatal; !errors.Is(err, broken) {
					t.Errorf("fatal was told %v", err)
				}
				if _, err := w.engine.Stop(w.t.Context(), kept.ID, nil, nil); !errors.Is(err, engine.ErrClosed) {
					t.Errorf("a stop after a failed commit: %v, want ErrClosed", err)
				}
				w.kill()
				w.ends(kept.ID, interpreter.Succeeded)
				_, err = w.store.Lookup(w.t.Context(), scope, "m", "lost")
				if found := err == nil; found != landing {
					t.Errorf("the start that nobody was told of: found %t, landed %t", found, landing)
				}
			})
		})
	}
}

// TestNamesAreIdempotent: the same name and input again is the same execution while it runs.
func TestNamesAreIdempotent(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		m := w.machine("m", waitMachine)
		first := w.start(m, "n", `{"a":1}`)
		for _, step := range []string{"in memory", "after a crash"} {
			if again := w.start(m, "n", `{"a":1}`); again.ID != first.ID || !again.Start.Equal(first.Start) {
				t.Errorf("%s: the same start made %x at %s, want %x at %s", step, again.ID, again.Start, first.ID, first.Start)
			}
			row, err := w.engine.Start(w.t.Context(), engine.StartRequest{Machine: m, Name: "n", Input: w.value(`{"a":2}`)})
			if !errors.Is(err, engine.ErrExists) || row.ID != first.ID {
				t.Errorf("%s: another input: %v", step, err)
			}
			w.kill()
		}
		w.ends(first.ID, interpreter.Succeeded)
		_, err := w.engine.Start(w.t.Context(), engine.StartRequest{Machine: m, Name: "n", Input: w.value(`{"a":1}`)})
		if !errors.Is(err, engine.ErrExists) {
			t.Errorf("after its end: %v, want ErrExists", err)
		}
	})
}

// TestConcurrentStartsOfOneName make one execution.
func TestConcurrentStartsOfOneName(t *testing.T) {
	inWorld(t, engine.Options{MaxResidentBytes: 1}, func(w *world) {
		m := w.machine("m", passMachine)
		ids := make(chan store.ExecutionID, 50)
		for range cap(ids) {
			go func() {
				row, err := w.engine.Start(w.t.Context(), engine.StartRequest{Machine: m, Name: "n", Input: w.value(`{}`)})
				if err != nil && !errors.Is(err, engine.ErrExists) {
					t.Error(err)
				}
				ids <- row.ID
			}()
		}
		first := <-ids
		for range cap(ids) - 1 {
			if id := <-ids; id != first {
				t.Errorf("the name belongs to %x and to %x", first, id)
			}
		}
		if n := w.listed(m); n != 1 {
			t.Errorf("%d executions", n)
		}
	})
}

// TestEviction: executions leave memory when there are too many bytes, and come back when something
// happens to them.
func TestEviction(t *testing.T) {
	inWorld(t, engine.Options{MaxResidentBytes: 1}, func(w *world) {
		m := w.machine("m", waitMachine)
		var ids []store.ExecutionID
		for range 300 {
			ids = append(ids, w.start(m, "", `{}`).ID)
		}
		synctest.Wait()
		if n := engine.Residents(w.engine); n > store.Shards {
			t.Errorf("%d executions are in memory, want at most one a shard", n)
		}
		for _, id := range ids {
			w.ends(id, interpreter.Succeeded)
		}
	})
}

// TestTimerWindow: a deadline beyond the window is found again in time, also after a crash.
func TestTimerWindow(t *testing.T) {
	inWorld(t, engine.Options{TimerWindow: time.Minute}, func(w *world) {
		m := w.machine("m", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":100000,"End":true}}}`)
		began := time.Now()
		row := w.start(m, "", `{}`)
		time.Sleep(50_000 * time.Second) // in the bubble's time
		w.kill()
		w.ends(row.ID, interpreter.Succeeded)
		if late := time.Since(began) - 100_000*time.Second; late < 0 || late > 10*time.Millisecond {
			t.Errorf("the wait ended %s late", late)
		}
	})
}

// TestStop ends an execution once.
func TestStop(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		row := w.start(w.machine("m", waitMachine), "", `{}`)
		name, cause := "Why", "because"
		stopped, err := w.engine.Stop(w.t.Context(), row.ID, &name, &cause)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		again, err := w.engine.Stop(w.t.Context(), row.ID, nil, nil)
		if err != nil || !again.Equal(stopped) {
			t.Errorf("stopped at %s, and again at %s (%v)", stopped, again, err)
		}
		got := w.ends(row.ID, interpreter.Aborted)
		if *got.Failure.Error != name || *got.Failure.Cause != cause || !got.Stop.Equal(stopped) {
			t.Errorf("the row has %+v", got)
		}
		w.nothingLeft()
	})
}

// nothingLeft checks that the store has no await, deadline, message or queued task any more.
func (w *world) nothingLeft() {
	w.t.Helper()
	ctx := context.Background()
	for a, err := range w.store.Awaits(ctx) {
		w.t.Errorf("left over: %+v %v", a, err)
	}
	for m, err := range w.store.Inbox(ctx) {
		w.t.Errorf("left over: %+v %v", m, err)
	}
	for q, err := range w.store.Queued(ctx) {
		w.t.Errorf("left over: %+v %v", q, err)
	}
	for x, err := range w.store.Express(ctx) {
		w.t.Errorf("left over: %+v %v", x, err)
	}
	for shard := range uint16(store.Shards) {
		timers, _, err := w.store.Timers(ctx, shard, time.Time{}, time.Now().Add(1e6*time.Hour))
		if err != nil || len(timers) > 0 {
			w.t.Errorf("left over: %v %v", timers, err)
		}
	}
}
