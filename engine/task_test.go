package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/store"
)

// TestTaskIsSentAgainAfterACrash, with the same idempotency key; its result counts once.
func TestTaskIsSentAgainAfterACrash(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		var keys []string
		stuck := true
		m := w.machine("m", taskMachine("arn:aws:lambda:us-east-1:123456789012:function:f"))
		w.handlers.Register("arn:aws:lambda:us-east-1:123456789012:function:f",
			integration.HandlerFunc(func(ctx context.Context, t integration.Task) integration.Outcome {
				keys = append(keys, t.IdempotencyKey)
				if stuck {
					<-ctx.Done()
				}
				return integration.Outcome{Output: t.Input}
			}))
		row := w.start(m, "", `{"x":1}`)
		synctest.Wait()
		w.kill()
		synctest.Wait()
		stuck = false
		w.kill()
		w.ends(row.ID, interpreter.Succeeded)
		if len(keys) != 3 || keys[0] != keys[1] || keys[1] != keys[2] {
			t.Errorf("the handler saw the keys %q, want the same three times", keys)
		}
		if got := w.output(row.ID); got != `{"x":1}` {
			t.Errorf("output %s", got)
		}
		if n := strings.Count(w.journal(row.ID), "StateEntered"); n != 1 {
			t.Errorf("the state was entered %d times", n)
		}
		w.nothingLeft()
	})
}

// TestTaskFailures: a handler's failure, a panic, and no handler at all fail the task, not the server.
func TestTaskFailures(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		name, cause := "Custom", "it broke"
		for want, resource := range map[string]string{
			"Custom": w.function("fails", func(integration.Task) integration.Outcome {
				return integration.Outcome{Failure: &asl.Failure{Error: &name, Cause: &cause}}
			}),
			"Lambda.Unknown":                   w.function("panics", func(integration.Task) integration.Outcome { panic("oh") }),
			"Lambda.ResourceNotFoundException": "arn:aws:lambda:us-east-1:123456789012:function:nobody",
		} {
			row := w.ends(w.start(w.machine(want, taskMachine(resource)), "", `{}`).ID, interpreter.Failed)
			if *row.Failure.Error != want {
				t.Errorf("got %s: %s, want %s", *row.Failure.Error, *row.Failure.Cause, want)
			}
		}
	})
}

// TestStopCancelsHandlers: the context of a task that nobody waits for any more ends.
func TestStopCancelsHandlers(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		cancelled := make(chan struct{})
		w.handlers.Register("arn:aws:lambda:us-east-1:123456789012:function:f",
			integration.HandlerFunc(func(ctx context.Context, _ integration.Task) integration.Outcome {
				<-ctx.Done()
				close(cancelled)
				return integration.Outcome{}
			}))
		row := w.start(w.machine("m", taskMachine("arn:aws:lambda:us-east-1:123456789012:function:f")), "", `{}`)
		synctest.Wait()
		if _, err := w.engine.Stop(w.t.Context(), row.ID, nil, nil); err != nil {
			t.Fatal(err)
		}
		<-cancelled
	})
}

// take polls for an activity task.
func (w *world) take(wait time.Duration) engine.ActivityTask {
	w.t.Helper()
	task, ok, err := w.engine.TakeActivity(w.t.Context(), activityARN, "worker", wait)
	if err != nil || !ok {
		w.t.Fatalf("no activity task: %t, %v; queued: %v", ok, err, w.engine)
	}
	return task
}

// TestActivities: tasks are given out oldest first, each once, and ClaimTask is durable before the
// worker has its token.
func TestActivities(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		m := w.machine("m", activity)
		var rows []store.Row
		for i := range 10 {
			rows = append(rows, w.start(m, "", fmt.Sprint(i)))
			time.Sleep(time.Second)
		}
		for i := range rows {
			task := w.take(time.Minute)
			if got := task.Input.Text(); got != fmt.Sprint(i) {
				t.Errorf("task %d has the input %s", i, got)
			}
			if j := w.journal(rows[i].ID); !strings.Contains(j, "TaskStarted") {
				t.Errorf("the worker has task %d, but the journal does not know:\n%s", i, j)
			}
			if err := w.engine.Complete(w.t.Context(), task.Token, w.value(`"ok"`)); err != nil {
				t.Error(err)
			}
			w.ends(rows[i].ID, interpreter.Succeeded)
			if err := w.engine.Complete(w.t.Context(), task.Token, w.value(`"again"`)); !errors.Is(err, engine.ErrTaskClosed) {
				t.Errorf("a second answer: %v, want ErrTaskClosed", err)
			}
		}
		if _, ok, err := w.engine.TakeActivity(w.t.Context(), activityARN, "", time.Second); ok || err != nil {
			t.Errorf("an eleventh task: %t, %v", ok, err)
		}
		w.nothingLeft()
	})
}

// TestWaitingWorkers get tasks as they come; one that left loses none.
func TestWaitingWorkers(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		m := w.machine("m", activity)
		gone, cancel := context.WithCancel(w.t.Context())
		left := make(chan bool)
		go func() {
			_, ok, _ := w.engine.TakeActivity(gone, activityARN, "", time.Minute)
			left <- ok
		}()
		synctest.Wait()
		cancel()
		if <-left {
			t.Error("a worker that left got a task")
		}
		tokens := make(chan string)
		for range 5 {
			go func() { tokens <- w.take(time.Minute).Token }()
		}
		synctest.Wait()
		for range 5 {
			w.start(m, "", `{}`)
		}
		seen := make(map[string]bool)
		for range 5 {
			seen[<-tokens] = true
		}
		if len(seen) != 5 {
			t.Errorf("5 workers got %d tasks", len(seen))
		}
	})
}

// TestTooManyWaitingWorkers are refused; a task that comes goes to one of the others.
func TestTooManyWaitingWorkers(t *testing.T) {
	const most = 20
	inWorld(t, engine.Options{MaxActivityPollers: most}, func(w *world) {
		answers := make(chan error, most)
		for range most {
			go func() {
				_, _, err := w.engine.TakeActivity(w.t.Context(), activityARN, "", time.Minute)
				answers <- err
			}()
		}
		synctest.Wait()
		if _, _, err := w.engine.TakeActivity(w.t.Context(), activityARN, "", time.Minute); !errors.Is(err, engine.ErrTooManyPollers) {
			t.Errorf("got %v, want ErrTooManyPollers", err)
		}
		for range most {
			if err := <-answers; err != nil {
				t.Error(err)
			}
		}
	})
}

// TestActivitiesSurviveACrash: a task that nobody took is offered again; one that was taken is not,
// and its old token still works.
func TestActivitiesSurviveACrash(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		m := w.machine("m", activity)
		taken := w.start(m, "", `"taken"`)
		task := w.take(time.Second)
		waiting := w.start(m, "", `"waiting"`)
		w.kill()
		other := w.take(time.Second)
		if got := other.Input.Text(); got != `"waiting"` {
			t.Errorf("after the crash a worker got %s", got)
		}
		for _, token := range []string{task.Token, other.Token} {
			if err := w.engine.Complete(w.t.Context(), token, w.value(`1`)); err != nil {
				t.Error(err)
			}
		}
		w.ends(taken.ID, interpreter.Succeeded)
		w.ends(waiting.ID, interpreter.Succeeded)
	})
}

// TestHeartbeats: each moves the deadline; a restart grants one fresh interval; silence is a timeout.
func TestHeartbeats(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		row := w.start(w.machine("m", activity), "", `{}`)
		time.Sleep(time.Hour) // nobody has it: no clock runs
		task := w.take(time.Second)
		for range 5 {
			time.Sleep(29 * time.Second)
			if err := w.engine.Heartbeat(w.t.Context(), task.Token); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(29 * time.Second)
		w.kill()
		time.Sleep(29 * time.Second)
		if err := w.engine.Heartbeat(w.t.Context(), task.Token); err != nil {
			t.Fatalf("29 seconds after the restart: %v", err)
		}
		silent := time.Now()
		w.ends(row.ID, interpreter.Failed)
		if d := time.Since(silent); d < 30*time.Second || d > 31*time.Second {
			t.Errorf("the task timed out %s after its last heartbeat, want 30 s", d)
		}
		if err := w.engine.Heartbeat(w.t.Context(), task.Token); !errors.Is(err, engine.ErrTaskClosed) {
			t.Errorf("a heartbeat after the timeout: %v", err)
		}
		w.nothingLeft()
	})
}

// TestTimeoutBeatsHeartbeats: TimeoutSeconds runs from the claim, whatever the heartbeats.
func TestTimeoutBeatsHeartbeats(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		row := w.start(w.machine("m", activity), "", `{}`)
		task := w.take(time.Second)
		began := time.Now()
		for range 29 {
			time.Sleep(20 * time.Second)
			if err := w.engine.Heartbeat(w.t.Context(), task.Token); err != nil {
				t.Fatal(err)
			}
		}
		w.ends(row.ID, interpreter.Failed)
		if d := time.Since(began); d != 600*time.Second {
			t.Errorf("the task timed out after %s, want 10 minutes", d)
		}
	})
}

// TestForgedToken is refused.
func TestForgedToken(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		for _, token := range []string{"", "x", "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"} {
			if err := w.engine.Heartbeat(w.t.Context(), token); !errors.Is(err, store.ErrForged) {
				t.Errorf("token %q: %v, want ErrForged", token, err)
			}
		}
	})
}

// TestRetention removes executions that closed long ago, and nothing else.
func TestRetention(t *testing.T) {
	inWorld(t, engine.Options{Retention: 10 * 24 * time.Hour}, func(w *world) {
		m := w.machine("m", passMachine)
		running := w.start(w.machine("long", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":99999999,"End":true}}}`), "", `{}`)
		old := w.start(m, "old", `{}`)
		time.Sleep(9 * 24 * time.Hour)
		young := w.start(m, "young", `{}`)
		time.Sleep(3 * 24 * time.Hour)
		synctest.Wait()
		if _, err := w.store.Row(w.t.Context(), old.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the old execution is still there: %v", err)
		}
		if j := w.journal(old.ID); j != "" {
			t.Errorf("its journal is still there:\n%s", j)
		}
		for name, id := range map[string]store.ExecutionID{"young": young.ID, "running": running.ID} {
			if _, err := w.store.Row(w.t.Context(), id); err != nil {
				t.Errorf("the %s execution: %v", name, err)
			}
		}
		if w.listed(m) != 1 {
			t.Errorf("%d executions are listed, want 1", w.listed(m))
		}
		for space, want := range map[kv.Space]int{kv.Rows: 2, kv.Names: 2, kv.Lists: 4, kv.Retention: 1, kv.Journal: 2} {
			if n := w.keys(space); n != want {
				t.Errorf("%d keys are left in %s, want %d", n, space, want)
			}
		}
		w.start(m, "old", `{}`) // its name is free again
	})
}

// keys counts what a space holds.
func (w *world) keys(space kv.Space) int {
	w.t.Helper()
	n := 0
	for _, err := range w.backend.Scan(w.t.Context(), space, kv.Range{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		n++
	}
	return n
}

func childMachine(machine, suffix string) string {
	return `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution` + suffix + `",
	  "Parameters":{"StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:` + machine + `","Input":{"n":1}},"End":true}}}`
}

// TestNestedExecutions: a task starts another execution, by each pattern.
func TestNestedExecutions(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		w.machine("child", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":5,"End":true}}}`)
		w.machine("bad", `{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E","Cause":"C"}}}`)
		for _, c := range []struct {
			child, suffix string
			status        interpreter.Status
			want          string // in the output, or the error
		}{
			{"child", "", interpreter.Succeeded, `"ExecutionArn":"arn:aws:states:us-east-1:123456789012:execution:child:`},
			{"child", ".sync", interpreter.Succeeded, `"Output":"{\"n\":1}"`},
			{"child", ".sync:2", interpreter.Succeeded, `"Output":{"n":1}`},
			{"bad", "", interpreter.Succeeded, `"ExecutionArn"`},
			{"bad", ".sync", interpreter.Failed, "States.TaskFailed"},
			{"none", "", interpreter.Failed, "StepFunctions.StateMachineDoesNotExistException"},
			{"none", ".sync:2", interpreter.Failed, "StepFunctions.StateMachineDoesNotExistException"},
		} {
			m := w.machine("parent-"+c.child+strings.NewReplacer(".", "-", ":", "-").Replace(c.suffix), childMachine(c.child, c.suffix))
			row := w.ends(w.start(m, "", `{}`).ID, c.status)
			got := ""
			if c.status == interpreter.Succeeded {
				got = w.output(row.ID)
			} else {
				got = *row.Failure.Error
			}
			if !strings.Contains(got, c.want) {
				t.Errorf("%s%s: got %s, want %s in it", c.child, c.suffix, got, c.want)
			}
		}
		time.Sleep(time.Minute)
		w.nothingLeft()
	})
}

// TestMessagesSurviveACrash: kills between any two commits start every child once and lose no answer.
func TestMessagesSurviveACrash(t *testing.T) {
	for commits := range 8 {
		t.Run(fmt.Sprint(commits), func(t *testing.T) {
			inWorld(t, engine.Options{}, func(w *world) {
				child := w.machine("child", passMachine)
				parent := w.machine("parent", childMachine("child", ".sync"))
				landed := 0
				w.disk.after(func() error {
					if landed++; landed > commits {
						return errKilled
					}
					return nil
				})
				row, err := w.engine.Start(w.t.Context(), engine.StartRequest{Machine: parent, Name: "p", Input: w.value(`{}`)})
				acknowledged := err == nil
				synctest.Wait()
				w.kill()
				if !acknowledged {
					row = w.start(parent, "p", `{}`)
				}
				w.ends(row.ID, interpreter.Succeeded)
				if n := w.listed(child); n != 1 {
					t.Errorf("%d children, want 1", n)
				}
				w.nothingLeft()
			})
		})
	}
}

// TestNestedMachineThatDoesNotCompile: a definition that an older release took, and this one does not,
// fails its starter and nothing else.
func TestNestedMachineThatDoesNotCompile(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		w.machine("child", `{"StartAt":"W","States":{"W":{"Type":"NoSuchType"}}}`)
		row := w.ends(w.start(w.machine("m", childMachine("child", ".sync")), "", `{}`).ID, interpreter.Failed)
		if got := *row.Failure.Error; got != "StepFunctions.InvalidDefinitionException" {
			t.Errorf("got %s", got)
		}
		w.nothingLeft()
	})
}

// TestHeartbeatsAfterARestart: a worker that stays silent from the restart on is found out after one
// fresh interval, also one that waits for a callback.
func TestHeartbeatsAfterARestart(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		const called = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken",
		  "HeartbeatSeconds":30,"TimeoutSeconds":600,"Parameters":{"QueueUrl":"q","MessageBody":"m"},"End":true}}}`
		w.handlers.Register("arn:aws:states:::sqs:sendMessage.waitForTaskToken", integration.HandlerFunc(
			func(context.Context, integration.Task) integration.Outcome {
				return integration.Outcome{Submitted: true, Output: w.value(`{}`)}
			}))
		rows := []store.Row{w.start(w.machine("worker", activity), "", `{}`), w.start(w.machine("called", called), "", `{}`)}
		w.take(time.Second)
		time.Sleep(20 * time.Second)
		w.kill()
		began := time.Now()
		for _, row := range rows {
			w.ends(row.ID, interpreter.Failed)
			if d := time.Since(began); d != 30*time.Second {
				t.Errorf("%s was found out after %s, want 30 s", row.Machine, d)
			}
		}
	})
}

// TestMessageDeliveredTwice: a message that comes again leads to nothing, not even a commit; after a
// restart, which forgets what came, it starts no second child.
func TestMessageDeliveredTwice(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		child := w.machine("child", passMachine)
		var first store.Message
		w.disk.after(func() error {
			for m := range w.store.Inbox(context.Background()) {
				if m.Kind == store.StartChild {
					first = m
				}
			}
			return nil
		})
		w.ends(w.start(w.machine("parent", childMachine("child", ".sync")), "", `{}`).ID, interpreter.Succeeded)
		synctest.Wait()
		before := w.disk.count()
		engine.Deliver(w.engine, first)
		synctest.Wait()
		if n := w.disk.count() - before; n != 0 {
			t.Errorf("a message that came again led to %d commits", n)
		}
		w.kill()
		engine.Deliver(w.engine, first)
		synctest.Wait()
		if n := w.listed(child); n != 1 {
			t.Errorf("%d children, want 1", n)
		}
		w.nothingLeft()
	})
}

// TestCloseWhileAHandlerWaits: a handler that waits for an execution inside the engine does not hold
// up its closing, and a second Close waits for the first.
func TestCloseWhileAHandlerWaits(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		other := w.start(w.machine("other", waitMachine), "", `{}`)
		m := w.machine("m", taskMachine(w.function("f", func(integration.Task) integration.Outcome {
			_, err := w.engine.Wait(context.Background(), other.ID)
			if !errors.Is(err, engine.ErrClosed) {
				t.Errorf("the waiting handler got %v, want ErrClosed", err)
			}
			return integration.Outcome{}
		})))
		w.start(m, "", `{}`)
		synctest.Wait()
		closed := make(chan error)
		for range 2 {
			go func() { closed <- w.engine.Close() }()
		}
		for range 2 {
			if err := <-closed; err != nil {
				t.Error(err)
			}
		}
	})
}

// TestChildWithABadName is refused as StartExecution would refuse it.
func TestChildWithABadName(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		child := w.machine("child", passMachine)
		m := w.machine("m", `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution",
		  "Parameters":{"StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:child","Name.$":"$.n"},"End":true}}}`)
		for _, name := range []string{"a b", "a:b", strings.Repeat("x", 81)} {
			row := w.ends(w.start(m, "", `{"n":"`+name+`"}`).ID, interpreter.Failed)
			if got := *row.Failure.Error; got != "StepFunctions.InvalidNameException" {
				t.Errorf("the name %.10s: %s", name, got)
			}
		}
		if n := w.listed(child); n != 0 {
			t.Errorf("%d children", n)
		}
		w.nothingLeft()
	})
}
