package engine_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/interpreter"
)

// TestNearlyFullDisk: nothing new is taken, and the error says why; what runs goes on.
func TestNearlyFullDisk(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		m := w.machine("m", waitMachine)
		row := w.start(m, "", `{}`)
		w.disk.writable = errors.New("only 3 MB free")
		_, err := w.engine.Start(w.t.Context(), engine.StartRequest{Machine: m, Input: w.value(`{}`)})
		if err == nil || !strings.Contains(err.Error(), "only 3 MB free") {
			t.Errorf("a start on a full disk: %v", err)
		}
		w.ends(row.ID, interpreter.Succeeded)
		w.disk.writable = nil
		w.ends(w.start(m, "", `{}`).ID, interpreter.Succeeded)
	})
}

// TestPanicQuarantinesOneExecution: a journal that does not fit its program, or a panic while a
// command is handled, stops that execution only.
func TestPanicQuarantinesOneExecution(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		m := w.machine("m", activity)
		bad := w.start(m, "", `"bad"`)
		task := w.take(time.Second)
		waiter := make(chan error, 1)
		go func() {
			_, err := w.engine.Wait(w.t.Context(), bad.ID)
			waiter <- err
		}()
		synctest.Wait()
		engine.Break(w.engine, bad.ID)
		for range 2 {
			if err := w.engine.Complete(w.t.Context(), task.Token, w.value(`1`)); err == nil || !strings.Contains(err.Error(), "quarantined") {
				t.Errorf("an answer to a broken execution: %v", err)
			}
		}
		if err := <-waiter; err == nil || !strings.Contains(err.Error(), "quarantined") {
			t.Errorf("who waited for it was told %v", err)
		}
		good := w.start(m, "", `"good"`)
		if err := w.engine.Complete(w.t.Context(), w.take(time.Second).Token, w.value(`1`)); err != nil {
			t.Fatal(err)
		}
		w.ends(good.ID, interpreter.Succeeded)
		w.kill() // a restart restores it from what is durable
		if err := w.engine.Complete(w.t.Context(), task.Token, w.value(`1`)); err != nil {
			t.Fatal(err)
		}
		w.ends(bad.ID, interpreter.Succeeded)
	})
}

// TestIdle: with nothing to do no goroutine of the engine wakes up but once a day for retention.
func TestIdle(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		w.ends(w.start(w.machine("m", passMachine), "", `{}`).ID, interpreter.Succeeded)
		w.start(w.machine("w", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":864000,"End":true}}}`), "", `{}`)
		synctest.Wait()
		before := engine.Turns(w.engine)
		time.Sleep(9 * 24 * time.Hour)
		synctest.Wait()
		if n := engine.Turns(w.engine) - before; n > 0 {
			t.Errorf("the actors woke up %d times in nine idle days", n)
		}
	})
}
