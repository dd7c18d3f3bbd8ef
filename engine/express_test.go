package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/store"
)

// observed are the events that an engine told of, by execution and in the order in which it did.
type observed struct {
	mu     sync.Mutex
	events map[string][]interpreter.Event
}

func (o *observed) observe(row store.Row, _ *store.Revision, events []interpreter.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.events == nil {
		o.events = make(map[string][]interpreter.Event)
	}
	o.events[engine.ExecutionARN(row)] = append(o.events[engine.ExecutionARN(row)], events...)
}

// facts names the facts of one execution, each on a line.
func (o *observed) facts(row store.Row) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var names strings.Builder
	for _, e := range o.events[engine.ExecutionARN(row)] {
		fmt.Fprintf(&names, "%T\n", e.Fact)
	}
	return strings.ReplaceAll(names.String(), "interpreter.", "")
}

// express creates an Express machine.
func (w *world) express(name, definition string) store.Machine {
	w.t.Helper()
	return w.machineOf(store.TypeExpress, name, definition)
}

// run runs a synchronous Express execution.
func (w *world) run(m store.Machine, input string) engine.Ended {
	w.t.Helper()
	ended, err := w.engine.RunExpress(w.t.Context(), engine.StartRequest{Machine: m, Input: w.value(input)})
	if err != nil {
		w.t.Fatal(err)
	}
	return ended
}

// nothingStored checks that no execution left a trace in the store.
func (w *world) nothingStored() {
	w.t.Helper()
	for _, space := range []kv.Space{kv.Rows, kv.Names, kv.Journal, kv.Awaits, kv.Timers, kv.Inbox, kv.Lists, kv.Retention, kv.Express} {
		if n := w.keys(space); n != 0 {
			w.t.Errorf("%d keys in the space %d, want none", n, space)
		}
	}
	if n := engine.Residents(w.engine); n != 0 {
		w.t.Errorf("%d executions are in memory, want none", n)
	}
	if running, bytes := engine.ExpressRoom(w.engine); running != 0 || bytes != 0 {
		w.t.Errorf("%d Express executions with %d bytes are counted, want none", running, bytes)
	}
}

// waitAndCall waits a second, then calls a function.
func waitAndCall(resource string) string {
	return `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1,"Next":"T"},"T":{"Type":"Task","Resource":"` + resource + `","End":true}}}`
}

// TestSynchronousExpressStoresNothing, whatever it does.
func TestSynchronousExpressStoresNothing(t *testing.T) {
	var seen observed
	inWorld(t, engine.Options{Observe: seen.observe}, func(w *world) {
		f := w.function("f", func(t integration.Task) integration.Outcome { return integration.Outcome{Output: t.Input} })
		pass, waits := w.express("pass", passMachine), w.express("waits", waitAndCall(f))
		for _, m := range []store.Machine{pass, waits} {
			ended := w.run(m, `{"a":1}`)
			if ended.Row.Status != interpreter.Succeeded || ended.Output.Text() != `{"a":1}` || ended.Bytes == 0 {
				t.Errorf("%s: it ended %s with %s and %d bytes", m.Name, ended.Row.Status, ended.Output.Text(), ended.Bytes)
			}
			if arn := engine.ExecutionARN(ended.Row); !strings.HasPrefix(arn, "arn:aws:states:us-east-1:123456789012:express:"+m.Name+":"+ended.Row.Name+":") {
				t.Errorf("its ARN is %s", arn)
			}
			facts := seen.facts(ended.Row)
			if !strings.HasPrefix(facts, "ExecutionStarted\nStateEntered\n") || !strings.HasSuffix(facts, "StateExited\nExecutionSucceeded\n") {
				t.Errorf("%s: seen was\n%s", m.Name, facts)
			}
		}
		if n := w.disk.count(); n != 0 {
			t.Errorf("%d commits", n)
		}
		w.nothingStored()
	})
}

// TestSynchronousExpressDoesNotWaitForTheDisk, though all shards do.
func TestSynchronousExpressDoesNotWaitForTheDisk(t *testing.T) {
	for name, standard := range map[string]string{"beside some that wait": waitMachine, "behind some that have ended": passMachine} {
		t.Run(name, func(t *testing.T) { expressBeside(t, standard) })
	}
}

func expressBeside(t *testing.T, definition string) {
	inWorld(t, engine.Options{MaxExpress: 3}, func(w *world) {
		standard, m := w.machine("standard", definition), w.express("m", waitMachine)
		release := w.disk.hold()
		defer release()
		for range 2000 {
			go func() { // it is answered when the disk moves, or the engine closes
				_, _ = w.engine.Start(w.t.Context(), engine.StartRequest{Machine: standard, Input: w.value(`{}`)})
			}()
		}
		synctest.Wait()
		for range 20 {
			if ended := w.run(m, `{}`); ended.Row.Status != interpreter.Succeeded {
				t.Errorf("it ended %s", ended.Row.Status)
			}
		}
	})
}

// TestExpressIsRunAgainAfterACrash: from the beginning, under the same ARN, until it has ended; what
// still comes for the run before the crash counts for nothing.
func TestExpressIsRunAgainAfterACrash(t *testing.T) {
	for _, clock := range []engine.ClockMode{engine.ClockReal, engine.ClockAuto} {
		t.Run(string("clock "+clock), func(t *testing.T) {
			var seen observed
			inWorld(t, engine.Options{Observe: seen.observe, Clock: clock}, func(w *world) {
				var stuck atomic.Bool
				stuck.Store(true)
				keys := make(chan string, 10)
				arn := "arn:aws:lambda:us-east-1:123456789012:function:f"
				w.handlers.Register(arn, integration.HandlerFunc(func(ctx context.Context, t integration.Task) integration.Outcome {
					keys <- t.IdempotencyKey
					if stuck.Load() {
						<-ctx.Done()
					}
					return integration.Outcome{Output: t.Input}
				}))
				row := w.start(w.express("m", waitAndCall(arn)), "name", `{"x":1}`)
				if n := w.keys(kv.Express); n != 1 {
					t.Errorf("%d Express executions are stored when the start is answered, want 1", n)
				}
				time.Sleep(2 * time.Second)
				w.kill()
				time.Sleep(2 * time.Second)
				synctest.Wait()
				stuck.Store(false)
				w.kill()
				time.Sleep(2 * time.Second)
				synctest.Wait()
				w.kill()
				run := "ExecutionStarted\nStateEntered\nWaitStarted\nStateExited\nStateEntered\nTaskScheduled\nTaskStarted\n"
				if got, want := seen.facts(row), run+run+run+"TaskSucceeded\nStateExited\nExecutionSucceeded\n"; got != want {
					t.Errorf("seen was\n%s\nwant\n%s", got, want)
				}
				if a, b, c := <-keys, <-keys, <-keys; a == b || b == c {
					t.Errorf("the handler saw the idempotency keys %s, %s and %s, want one for each run", a, b, c)
				}
				w.nothingStored()
			})
		})
	}
}

// TestExpressThatEndsAtOnce leaves nothing to be done again, and needs no commit.
func TestExpressThatEndsAtOnce(t *testing.T) {
	var seen observed
	inWorld(t, engine.Options{Observe: seen.observe}, func(w *world) {
		m := w.express("m", passMachine)
		first, second := w.start(m, "same", `{}`), w.start(m, "same", `{}`)
		if engine.ExecutionARN(first) == engine.ExecutionARN(second) {
			t.Errorf("two executions have the ARN %s", engine.ExecutionARN(first))
		}
		for _, row := range []store.Row{first, second} {
			if facts := seen.facts(row); !strings.HasSuffix(facts, "ExecutionSucceeded\n") {
				t.Errorf("seen was\n%s", facts)
			}
		}
		if n := w.disk.count(); n != 0 {
			t.Errorf("%d commits", n)
		}
		w.nothingStored()
	})
}

// TestExpressActsWhenItIsDurable: no task is called before the start is on the disk.
func TestExpressActsWhenItIsDurable(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		called := make(chan time.Time, 1)
		f := w.function("f", func(t integration.Task) integration.Outcome {
			called <- time.Now()
			return integration.Outcome{Output: t.Input}
		})
		m := w.express("m", waitAndCall(f))
		release := w.disk.hold()
		answered := make(chan store.Row, 1)
		go func() { answered <- w.start(m, "", `{}`) }()
		time.Sleep(10 * time.Second)
		if len(called) != 0 || len(answered) != 0 {
			t.Errorf("%d calls and %d answers left while the disk stood still", len(called), len(answered))
		}
		release()
		<-answered
		<-called
		synctest.Wait()
		w.nothingStored()
	})
}

// TestExpressIsToldInOrder, also when a step comes while the start, which is durable, is being told.
func TestExpressIsToldInOrder(t *testing.T) {
	var seen observed
	slowly := func(row store.Row, r *store.Revision, events []interpreter.Event) {
		if events[0].Seq == 1 {
			time.Sleep(2 * time.Second)
		}
		seen.observe(row, r, events)
	}
	inWorld(t, engine.Options{Observe: slowly}, func(w *world) {
		row := w.start(w.express("m", `{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":1,"Next":"B"},"B":{"Type":"Wait","Seconds":10,"End":true}}}`), "", `{}`)
		time.Sleep(time.Minute)
		synctest.Wait()
		const want = "ExecutionStarted\nStateEntered\nWaitStarted\nStateExited\nStateEntered\nWaitStarted\nStateExited\nExecutionSucceeded\n"
		if got := seen.facts(row); got != want {
			t.Errorf("told:\n%swant:\n%s", got, want)
		}
	})
}

// TestExpressTimesOut after five minutes, or what its machine says if that is less.
func TestExpressTimesOut(t *testing.T) {
	const wait = `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":100000,"End":true}}%s}`
	for limit, seconds := range map[string]int{"": 300, `,"TimeoutSeconds":7`: 7, `,"TimeoutSeconds":3000`: 300} {
		t.Run(limit, func(t *testing.T) {
			inWorld(t, engine.Options{TimerWindow: time.Minute}, func(w *world) {
				time.Sleep(time.Hour) // the window of deadlines lies in the past
				began := time.Now()
				ended := w.run(w.express("m", fmt.Sprintf(wait, limit)), `{}`)
				late := time.Since(began) - time.Duration(seconds)*time.Second
				if ended.Row.Status != interpreter.TimedOut || late < 0 || late > 10*time.Millisecond {
					t.Errorf("it ended %s after %s", ended.Row.Status, time.Since(began))
				}
				w.nothingStored()
			})
		})
	}
}

// TestExpressHasNoHistoryLimit, while a Standard execution of the same definition has.
func TestExpressHasNoHistoryLimit(t *testing.T) {
	const loop = `{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericGreaterThan":100,"Next":"End"}],"Default":"Add"},
	  "Add":{"Type":"Pass","Parameters":{"n.$":"States.MathAdd($.n,1)"},"Next":"C"},"End":{"Type":"Succeed"}}}`
	inWorld(t, engine.Options{Limits: interpreter.Limits{HistoryEvents: 50}}, func(w *world) {
		w.ends(w.start(w.machine("standard", loop), "", `{"n":0}`).ID, interpreter.Failed)
		if ended := w.run(w.express("express", loop), `{"n":0}`); ended.Output.Text() != `{"n":101}` {
			t.Errorf("it ended %s with %s", ended.Row.Status, ended.Output.Text())
		}
	})
}

// TestExpressIsThrottled: there is room for some at once, then again when they have ended.
func TestExpressIsThrottled(t *testing.T) {
	inWorld(t, engine.Options{MaxExpress: 3}, func(w *world) {
		m := w.express("m", waitMachine)
		var waiting sync.WaitGroup
		waiting.Go(func() { w.run(m, `{}`) })
		for range 2 {
			w.start(m, "", `{}`)
		}
		synctest.Wait()
		req := engine.StartRequest{Machine: m, Input: w.value(`{}`)}
		if _, err := w.engine.RunExpress(w.t.Context(), req); !errors.Is(err, engine.ErrThrottled) {
			t.Errorf("a synchronous one too many: %v", err)
		}
		if _, err := w.engine.Start(w.t.Context(), req); !errors.Is(err, engine.ErrThrottled) {
			t.Errorf("an asynchronous one too many: %v", err)
		}
		w.express("child", passMachine)
		parent := w.ends(w.start(w.machine("parent", childMachine("child", "")), "", `{}`).ID, interpreter.Failed)
		if got := *parent.Failure.Error; got != "StepFunctions.ThrottlingException" {
			t.Errorf("a task that starts one too many: %s", got)
		}
		waiting.Wait()
		time.Sleep(time.Minute)
		w.run(m, `{}`)
	})
}

// TestExpressMemoryIsBounded: what they hold counts too.
func TestExpressMemoryIsBounded(t *testing.T) {
	inWorld(t, engine.Options{MaxResidentBytes: 100_000}, func(w *world) {
		m := w.express("m", waitMachine)
		w.start(m, "", randomText(200_000))
		req := engine.StartRequest{Machine: m, Input: w.value(`{}`)}
		if _, err := w.engine.Start(w.t.Context(), req); !errors.Is(err, engine.ErrThrottled) {
			t.Errorf("one more: %v", err)
		}
		time.Sleep(2 * time.Minute)
		w.run(w.express("pass", passMachine), `{}`)
		w.nothingStored()
	})
}

// TestPanicInExpress: who waits is told, and the room is given back.
func TestPanicInExpress(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		m := w.express("m", waitMachine)
		failed := make(chan error, 1)
		go func() {
			_, err := w.engine.RunExpress(w.t.Context(), engine.StartRequest{Machine: m, Input: w.value(`{}`)})
			failed <- err
		}()
		synctest.Wait()
		engine.BreakAll(w.engine)
		if err := <-failed; err == nil || !strings.Contains(err.Error(), "quarantined") {
			t.Errorf("who waited was told %v", err)
		}
		w.nothingStored()
	})
}

// TestDamagedExpressRecord: what cannot be run again stays where it is, and the others run.
func TestDamagedExpressRecord(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		var calls atomic.Int64
		f := w.function("f", func(t integration.Task) integration.Outcome {
			calls.Add(1)
			return integration.Outcome{Output: t.Input}
		})
		w.start(w.express("m", waitAndCall(f)), "", `{}`)
		damaged := make([]byte, 10)
		if err := w.backend.Apply(w.t.Context(), kv.Batch{Puts: []kv.Pair{{Space: kv.Express, Key: damaged, Value: []byte{99}}}}); err != nil {
			t.Fatal(err)
		}
		w.kill()
		time.Sleep(time.Minute)
		if calls.Load() != 1 || w.keys(kv.Express) != 1 {
			t.Errorf("%d calls and %d records, want 1 of each", calls.Load(), w.keys(kv.Express))
		}
	})
}

// TestNestedExpress: a Standard execution starts an Express one and does not wait for it, and the
// other way round.
func TestNestedExpress(t *testing.T) {
	var seen observed
	inWorld(t, engine.Options{Observe: seen.observe}, func(w *world) {
		calls := make(chan string, 10)
		f := w.function("f", func(t integration.Task) integration.Outcome {
			calls <- t.ExecutionARN
			return integration.Outcome{Output: t.Input}
		})
		w.express("inner", waitAndCall(f))
		w.machine("standard", waitAndCall(f))

		row := w.ends(w.start(w.machine("outer", childMachine("inner", "")), "", `{}`).ID, interpreter.Succeeded)
		if out := w.output(row.ID); !strings.Contains(out, `"ExecutionArn":"arn:aws:states:us-east-1:123456789012:express:inner:`) {
			t.Errorf("the task's result is %s", out)
		}
		time.Sleep(2 * time.Second)
		ended := w.run(w.express("outer2", childMachine("standard", "")), `{}`)
		if out := ended.Output.Text(); !strings.Contains(out, `"ExecutionArn":"arn:aws:states:us-east-1:123456789012:execution:standard:`) {
			t.Errorf("the task's result is %s", out)
		}
		w.run(w.express("outer3", childMachine("inner", "")), `{}`)
		time.Sleep(2 * time.Second)
		if called := fmt.Sprint(<-calls, <-calls, <-calls); strings.Count(called, ":express:inner:") != 2 || strings.Count(called, ":execution:standard:") != 1 {
			t.Errorf("the children called: %s", called)
		}
		row = w.ends(w.start(w.machine("waits", childMachine("inner", ".sync")), "", `{}`).ID, interpreter.Failed)
		if *row.Failure.Error != "StepFunctions.StateMachineTypeNotSupportedException" {
			t.Errorf("waiting for an Express execution: %s", *row.Failure.Error)
		}
		w.nothingLeft()
	})
}

// TestNestedExpressAfterACrash: the child of a Standard execution is run again too.
func TestNestedExpressAfterACrash(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		var calls atomic.Int64
		f := w.function("f", func(t integration.Task) integration.Outcome {
			calls.Add(1)
			return integration.Outcome{Output: t.Input}
		})
		w.express("inner", waitAndCall(f))
		w.ends(w.start(w.machine("outer", childMachine("inner", "")), "", `{}`).ID, interpreter.Succeeded)
		w.kill()
		time.Sleep(2 * time.Second)
		if calls.Load() != 1 {
			t.Errorf("the child called %d times, want once", calls.Load())
		}
		w.nothingLeft()
	})
}

// TestExpressOnAVirtualClock: five minutes pass at once.
func TestExpressOnAVirtualClock(t *testing.T) {
	inWorld(t, engine.Options{Clock: engine.ClockAuto}, func(w *world) {
		began := time.Now()
		ended := w.run(w.express("m", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":299,"End":true}}}`), `{}`)
		if took := ended.Row.Stop.Sub(ended.Row.Start); ended.Row.Status != interpreter.Succeeded || took != 299*time.Second || time.Since(began) > time.Second {
			t.Errorf("it ended %s after %s, in %s", ended.Row.Status, took, time.Since(began))
		}
		if n := engine.Clocks(w.engine); n != 0 {
			t.Errorf("%d clocks are left", n)
		}
	})
}

// TestExpressWhileClosing: who waits for an execution is not left waiting.
func TestExpressWhileClosing(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		m := w.express("m", waitMachine)
		failed := make(chan error, 1)
		go func() {
			_, err := w.engine.RunExpress(w.t.Context(), engine.StartRequest{Machine: m, Input: w.value(`{}`)})
			failed <- err
		}()
		synctest.Wait()
		if err := w.engine.Close(); err != nil {
			t.Error(err)
		}
		if err := <-failed; !errors.Is(err, engine.ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
	})
}
