package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/store"
)

// outbox shows the changes that wait for a target: the executions by their names.
func (w *world) outbox(target string) string {
	w.t.Helper()
	var changes []string
	for c, err := range w.store.Outbox(w.t.Context(), target, store.StatusChange{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		row, err := w.store.Row(w.t.Context(), c.Execution)
		if err != nil {
			w.t.Fatal(err)
		}
		changes = append(changes, fmt.Sprintf("%s %d %s", row.Name, c.Number, c.Status))
	}
	return strings.Join(changes, ", ")
}

// TestStatusChangesAreAnnounced: to each target, whatever the change is, and told of when it is durable.
func TestStatusChangesAreAnnounced(t *testing.T) {
	var announced atomic.Int64
	options := engine.Options{EventTargets: []string{"a", "b"}, Announced: func(n int) { announced.Add(int64(n)) }}
	inWorld(t, options, func(w *world) {
		at := func(when string, n int64, want string) {
			w.t.Helper()
			for _, target := range options.EventTargets {
				if got := w.outbox(target); got != want {
					w.t.Errorf("%s: for %s there is %q, want %q", when, target, got, want)
				}
			}
			if got := announced.Load(); got != n {
				w.t.Errorf("%s: %d changes were announced, want %d", when, got, n)
			}
		}
		waits := w.start(w.machine("m", waitMachine), "waits", `{}`)
		at("after the start", 1, "waits 1 RUNNING")
		w.ends(waits.ID, interpreter.Succeeded)
		synctest.Wait()
		at("after the end", 2, "waits 1 RUNNING, waits 2 SUCCEEDED")
		if err := w.store.RemoveOutboxTarget(w.t.Context(), "a"); err != nil {
			w.t.Fatal(err)
		}
		if got := w.outbox("a") + w.outbox("b"); got != "waits 1 RUNNING, waits 2 SUCCEEDED" {
			w.t.Errorf("after removing those of a target there is %q", got)
		}
	})
	for name, c := range map[string]struct{ definition, want string }{
		"ends at once": {passMachine, "x 1 RUNNING, x 2 SUCCEEDED"},
		"fails":        {`{"StartAt":"F","States":{"F":{"Type":"Fail"}}}`, "x 1 RUNNING, x 2 FAILED"},
		"times out":    {strings.Replace(waitMachine, "{", `{"TimeoutSeconds":5,`, 1), "x 1 RUNNING, x 2 TIMED_OUT"},
		"is stopped":   {activity, "x 1 RUNNING, x 2 ABORTED"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, engine.Options{EventTargets: []string{"a"}}, func(w *world) {
				row := w.start(w.machine("m", c.definition), "x", `{}`)
				if name == "is stopped" {
					if _, err := w.engine.Stop(w.t.Context(), row.ID, nil, nil); err != nil {
						w.t.Fatal(err)
					}
				}
				if _, err := w.engine.Wait(w.t.Context(), row.ID); err != nil {
					w.t.Fatal(err)
				}
				if got := w.outbox("a"); got != c.want {
					w.t.Errorf("got %q, want %q", got, c.want)
				}
			})
		})
	}
}

// TestNothingIsAnnouncedInVain: not without a target, and never of an Express execution.
func TestNothingIsAnnouncedInVain(t *testing.T) {
	for _, targets := range [][]string{nil, {"a"}} {
		inWorld(t, engine.Options{EventTargets: targets, Announced: func(int) { t.Error("something was announced") }}, func(w *world) {
			if targets == nil {
				w.ends(w.start(w.machine("m", waitMachine), "", `{}`).ID, interpreter.Succeeded)
			}
			m := w.express("e", waitMachine)
			w.run(m, `{}`)
			w.start(m, "", `{}`)
			time.Sleep(2 * time.Minute)
			if n := w.keys(kv.Outbox); n != 0 {
				w.t.Errorf("%d changes are in the outbox", n)
			}
		})
	}
}

// batches keeps what is written, as it is written.
type batches struct {
	kv.Store
	seen func(kv.Batch)
}

func (b batches) Apply(ctx context.Context, batch kv.Batch) error {
	b.seen(batch)
	return b.Store.Apply(ctx, batch)
}

// TestAnnouncementAndChangeAreOneCommit: the store never has one without the other.
func TestAnnouncementAndChangeAreOneCommit(t *testing.T) {
	announced := 0
	inWorld(t, engine.Options{EventTargets: []string{"a"}}, func(w *world) {
		w.disk.Store = batches{w.backend, func(b kv.Batch) {
			rows, changes := make(map[string]bool), 0
			for _, p := range b.Puts {
				if p.Space == kv.Rows {
					rows[string(p.Key[2:])] = true
				}
			}
			for _, p := range b.Puts {
				if p.Space == kv.Outbox {
					changes++
					if !rows[string(p.Key[len(p.Key)-9:len(p.Key)-1])] {
						w.t.Error("a change is written without the row of its execution")
					}
				}
			}
			if changes < len(rows) {
				w.t.Errorf("%d changes are written with %d rows", changes, len(rows))
			}
			announced += changes
		}}
		m := w.machine("m", waitMachine)
		for range 20 {
			w.start(m, "", `{}`)
		}
		time.Sleep(2 * time.Minute)
		w.disk.fail(errors.New("broken"), false)
		if _, err := w.engine.Start(w.t.Context(), engine.StartRequest{Machine: m, Input: w.value(`{}`)}); err == nil {
			w.t.Error("a start succeeded on a broken disk")
		}
		if n := w.keys(kv.Outbox); n != 40 || announced != 40 {
			w.t.Errorf("%d changes are stored and %d were written, want 40", n, announced)
		}
	})
}
