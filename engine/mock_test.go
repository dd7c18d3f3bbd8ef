package engine_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
)

// TestMockedCallbackAfterACrash: a mock that had submitted its task and not given the result is asked
// again.
func TestMockedCallbackAfterACrash(t *testing.T) {
	blocked := true
	h := integration.HandlerFunc(func(ctx context.Context, t integration.Task) integration.Outcome {
		t.Submit(t.Input)
		if blocked {
			<-ctx.Done()
		}
		return integration.Outcome{Output: t.Input}
	})
	everything := func(_, _, _ string) (integration.Handler, bool) { return h, true }
	inWorld(t, engine.Options{Mocked: everything}, func(w *world) {
		row := w.start(w.machine("m", `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken",
		  "Parameters":{"QueueUrl":"q","MessageBody":{"t.$":"$$.Task.Token"}},"TimeoutSeconds":1000,"End":true}}}`), "", `{}`)
		synctest.Wait()
		blocked = false
		w.kill()
		w.ends(row.ID, interpreter.Succeeded)
	})
}

// TestMockThatIsGoneAfterACrash: what was mocked and is not any more is asked of the world.
func TestMockThatIsGoneAfterACrash(t *testing.T) {
	waits := integration.HandlerFunc(func(ctx context.Context, _ integration.Task) integration.Outcome {
		<-ctx.Done()
		return integration.Outcome{}
	})
	for name, definition := range map[string]string{"activity": activity, "nested": childMachine("child", ".sync")} {
		t.Run(name, func(t *testing.T) {
			mocked := true
			inWorld(t, engine.Options{Mocked: func(_, _, _ string) (integration.Handler, bool) { return waits, mocked }}, func(w *world) {
				w.machine("child", passMachine)
				row := w.start(w.machine("m", definition), "", `{}`)
				synctest.Wait()
				mocked = false
				w.kill()
				if name == "activity" {
					if err := w.engine.Complete(w.t.Context(), w.take(time.Minute).Token, w.value(`1`)); err != nil {
						t.Fatal(err)
					}
				}
				w.ends(row.ID, interpreter.Succeeded)
				w.nothingLeft()
			})
		})
	}
}

// TestActivityThatDoesNotExist is missed where its task is not mocked.
func TestActivityThatDoesNotExist(t *testing.T) {
	gives := integration.HandlerFunc(func(context.Context, integration.Task) integration.Outcome { return integration.Outcome{} })
	mocked := func(_, testCase, state string) (integration.Handler, bool) {
		return gives, testCase == "all" || state == "Always"
	}
	inWorld(t, engine.Options{Mocked: mocked}, func(w *world) {
		task := func(state string) string {
			return `{"StartAt":"` + state + `","States":{"` + state + `":{"Type":"Task","Resource":"` + activityARN + `-missing","End":true}}}`
		}
		sometimes, always := w.machine("sometimes", task("Sometimes")), w.machine("always", task("Always"))
		for _, c := range []struct {
			machine  store.Machine
			testCase string
			want     interpreter.Status
		}{
			{sometimes, "", interpreter.Failed},
			{sometimes, "another", interpreter.Failed},
			{sometimes, "all", interpreter.Succeeded},
			{always, "", interpreter.Succeeded},
			{always, "another", interpreter.Succeeded},
		} {
			row, err := w.engine.Start(w.t.Context(), engine.StartRequest{Machine: c.machine, TestCase: c.testCase, Input: w.value(`{}`)})
			if err != nil {
				t.Fatal(err)
			}
			w.ends(row.ID, c.want)
		}
	})
}
