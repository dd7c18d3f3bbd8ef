package engine_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
)

const year = 365 * 24 * time.Hour

const yearMachine = `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":31536000,"End":true}}}`

// instantly runs f and checks that the machine's clock stood still meanwhile.
func instantly(t *testing.T, f func()) {
	t.Helper()
	began := time.Now()
	f()
	if d := time.Since(began); d > 0 {
		t.Errorf("it took %s of the real clock", d)
	}
}

// lasted checks how much time an execution saw.
func lasted(t *testing.T, row store.Row, want time.Duration) {
	t.Helper()
	if got := row.Stop.Sub(row.Start); got != want {
		t.Errorf("the execution lasted %s, want %s", got, want)
	}
}

// TestVirtualClockJumps: what only waits for time ends at once, and sees all of that time; so do a
// nested execution that its parent waits for, the delays of retries, and a task that is never answered.
func TestVirtualClockJumps(t *testing.T) {
	inWorld(t, engine.Options{Clock: engine.ClockAuto}, func(w *world) {
		w.machine("child", yearMachine)
		never := w.function("never", func(integration.Task) integration.Outcome { return integration.Outcome{Never: true} })
		for name, c := range map[string]struct {
			definition string
			status     interpreter.Status
			lasts      time.Duration
		}{
			"wait":   {yearMachine, interpreter.Succeeded, year},
			"nested": {childMachine("child", ".sync:2"), interpreter.Succeeded, year},
			"retry": {`{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:none",
			  "Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":100,"MaxAttempts":2,"BackoffRate":3}],"End":true}}}`, interpreter.Failed, 400 * time.Second},
			"never": {`{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"` + never + `","TimeoutSeconds":1000,"End":true}}}`, interpreter.Failed, 1000 * time.Second},
			"branches": {`{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
			  {"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":30,"Next":"B"},"B":{"Type":"Wait","Seconds":30,"End":true}}},
			  {"StartAt":"C","States":{"C":{"Type":"Wait","Seconds":45,"End":true}}}]}}}`, interpreter.Succeeded, time.Minute},
		} {
			t.Logf("case %s", name)
			m := w.machine(name, c.definition)
			instantly(t, func() { lasted(t, w.ends(w.start(m, "", `{}`).ID, c.status), c.lasts) })
		}
		synctest.Wait()
		if n := engine.Clocks(w.engine); n != 0 {
			t.Errorf("%d clocks are left", n)
		}
	})
}

// TestVirtualClockOfOneTree: a year in one tree does not expire a worker's task in another, nor does
// a clock jump while a worker has a task.
func TestVirtualClockOfOneTree(t *testing.T) {
	inWorld(t, engine.Options{Clock: engine.ClockAuto}, func(w *world) {
		task := w.start(w.machine("task", activity), "", `{}`)
		instantly(t, func() {
			w.ends(w.start(w.machine("year", yearMachine), "", `{}`).ID, interpreter.Succeeded)
			token := w.take(time.Second).Token
			if err := w.engine.Heartbeat(w.t.Context(), token); err != nil {
				t.Error(err)
			}
			if err := w.engine.Complete(w.t.Context(), token, w.value(`1`)); err != nil {
				t.Error(err)
			}
			lasted(t, w.ends(task.ID, interpreter.Succeeded), 0)
		})
	})
}

// TestHeldClock runs like the real clock; a step jumps once, also past a worker's task.
func TestHeldClock(t *testing.T) {
	inWorld(t, engine.Options{Clock: engine.ClockHold}, func(w *world) {
		m := w.machine("m", `{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":60,"Next":"B"},"B":{"Type":"Wait","Seconds":60,"End":true}}}`)
		began := time.Now()
		w.ends(w.start(m, "", `{}`).ID, interpreter.Succeeded)
		if d := time.Since(began); d != 2*time.Minute {
			t.Errorf("a held clock ran for %s in two minutes", d)
		}
		stepped := w.start(m, "", `{}`)
		worker := w.start(w.machine("task", activity), "", `{}`)
		w.take(time.Second)
		instantly(t, func() {
			w.move(engine.ClockStep, 0)
			synctest.Wait()
			w.ends(worker.ID, interpreter.Failed) // its heartbeat was missed
			w.move(engine.ClockStep, stepped.ID)
			lasted(t, w.ends(stepped.ID, interpreter.Succeeded), 2*time.Minute)
		})
		auto := w.start(m, "", `{}`)
		instantly(t, func() {
			w.move(engine.ClockAuto, auto.ID)
			w.ends(auto.ID, interpreter.Succeeded)
			w.move(engine.ClockHold, auto.ID) // it has ended: nothing happens
		})
	})
}

func (w *world) move(mode engine.ClockMode, id store.ExecutionID) {
	w.t.Helper()
	if err := w.engine.SetClock(mode, id); err != nil {
		w.t.Error(err)
	}
}

// TestRealClockHasNoModes refuses to be moved.
func TestRealClockHasNoModes(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		if err := w.engine.SetClock(engine.ClockStep, 0); !errors.Is(err, engine.ErrRealClock) {
			t.Errorf("got %v, want ErrRealClock", err)
		}
	})
}

// TestVirtualClockAfterACrash goes on from the latest event, and jumps again.
func TestVirtualClockAfterACrash(t *testing.T) {
	inWorld(t, engine.Options{Clock: engine.ClockHold}, func(w *world) {
		w.machine("child", yearMachine)
		m := w.machine("m", `{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":31536000,"Next":"B"},"B":{
		  "Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","End":true,
		  "Parameters":{"StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:child"}}}}`)
		row := w.start(m, "", `{}`)
		synctest.Wait()
		instantly(t, func() {
			w.move(engine.ClockStep, row.ID)
			synctest.Wait()
			w.kill()
			synctest.Wait()
			w.move(engine.ClockAuto, 0)
			lasted(t, w.ends(row.ID, interpreter.Succeeded), 2*year)
		})
	})
}

// TestVirtualClockWhileClosing: a handler that is cancelled because the engine closes does not let the
// clock jump to its task's deadline; the task is sent again.
func TestVirtualClockWhileClosing(t *testing.T) {
	inWorld(t, engine.Options{Clock: engine.ClockAuto}, func(w *world) {
		blocked := true
		const resource = "arn:aws:lambda:us-east-1:123456789012:function:f"
		w.handlers.Register(resource, integration.HandlerFunc(func(ctx context.Context, t integration.Task) integration.Outcome {
			if blocked {
				<-ctx.Done()
			}
			return integration.Outcome{Output: t.Input}
		}))
		m := w.machine("m", `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"`+resource+`","TimeoutSeconds":100,"End":true}}}`)
		row := w.start(m, "", `{}`)
		synctest.Wait()
		if err := w.engine.Close(); err != nil {
			t.Fatal(err)
		}
		blocked = false
		w.open()
		w.ends(row.ID, interpreter.Succeeded)
	})
}

// TestRetentionIsReal: what closed just now is kept, whatever its own clock showed.
func TestRetentionIsReal(t *testing.T) {
	inWorld(t, engine.Options{Clock: engine.ClockAuto}, func(w *world) {
		if err := w.engine.StartClocks(time.Now().Add(-2 * year)); err != nil {
			t.Fatal(err)
		}
		row := w.ends(w.start(w.machine("m", passMachine), "", `{}`).ID, interpreter.Succeeded)
		if row.Start.After(time.Now().Add(-year)) {
			t.Errorf("it started at %s by its own clock", row.Start)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if _, err := w.store.Row(w.t.Context(), row.ID); err != nil {
			t.Errorf("it was removed: %v", err)
		}
	})
}

// TestHeartbeatWhileOthersLoad: that an execution leaves memory and comes back grants no heartbeat.
func TestHeartbeatWhileOthersLoad(t *testing.T) {
	inWorld(t, engine.Options{Clock: engine.ClockHold, MaxResidentBytes: 1}, func(w *world) {
		row := w.start(w.machine("m", `{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
		  {"StartAt":"A","States":{"A":{"Type":"Task","Resource":"`+activityARN+`","HeartbeatSeconds":30,"End":true}}},
		  {"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":20,"Next":"C"},"C":{"Type":"Wait","Seconds":20,"End":true}}}]}}}`), "", `{}`)
		w.take(time.Second)
		lasted(t, w.ends(row.ID, interpreter.Failed), 30*time.Second)
	})
}
