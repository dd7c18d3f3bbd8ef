package simulation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/store"
)

// call runs f as a client of the present server. What it learns from that server after its end is
// not heard: then returns false, and the client does not know what became of its request.
func (w *world) call(f func(ctx context.Context) (then func())) {
	life := w.life
	go func() {
		then := f(context.Background())
		w.mu.Lock()
		heard := life == w.life
		w.mu.Unlock()
		if heard && then != nil {
			then()
		}
	}()
}

// code is the API's name of an error, empty for another one.
func code(err error) string {
	var e *sfn.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// unheard says that a refusal is about the server, not about the request.
func unheard(err error) bool {
	switch code(err) {
	case "ServiceUnavailable", "ThrottlingException":
		return true
	}
	return err != nil && code(err) == ""
}

// ask starts an execution, perhaps not for the first time.
func (w *world) ask(s *start) {
	s.asking = true
	service := w.service
	w.call(func(ctx context.Context) func() {
		_, err := service.StartExecution(ctx, &sfn.StartExecutionInput{
			StateMachineArn: new(arns + "stateMachine:" + s.machine), Name: &s.name, Input: &s.input,
		})
		return func() { w.started(s, err) }
	})
}

func (w *world) started(s *start, err error) {
	row, lost := w.checks.store.Lookup(context.Background(), store.Scope{Account: account, Region: region}, s.machine, s.name)
	known := err == nil || code(err) == "ExecutionAlreadyExists"
	if known && lost != nil {
		w.fail(fmt.Errorf("the start of %s was acknowledged and is not durable: %w", s.name, lost))
	}
	if !known && !unheard(err) {
		w.fail(fmt.Errorf("start %s: %w", s.name, err))
	}
	if known && s.id != 0 && s.id != row.ID {
		w.fail(fmt.Errorf("the name %s was %x and is %x", s.name, s.id, row.ID))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	s.asking = false
	if known {
		s.acknowledged, s.id = true, row.ID
	}
}

// otherwise starts the same name with another input, which must be refused.
func (w *world) otherwise(s *start) {
	service := w.service
	w.call(func(ctx context.Context) func() {
		_, err := service.StartExecution(ctx, &sfn.StartExecutionInput{
			StateMachineArn: new(arns + "stateMachine:" + s.machine), Name: &s.name, Input: new(`{"other": true}`),
		})
		return func() {
			if code(err) != "ExecutionAlreadyExists" && !unheard(err) {
				w.fail(fmt.Errorf("the name %s was given to another input: %v", s.name, err))
			}
		}
	})
}

// stop stops an execution, whatever it does.
func (w *world) stop(s *start) {
	service := w.service
	w.call(func(ctx context.Context) func() {
		arn := arns + "execution:" + s.machine + ":" + s.name
		_, err := service.StopExecution(ctx, &sfn.StopExecutionInput{ExecutionArn: &arn, Error: new("Stopped")})
		return func() {
			switch {
			case err == nil:
				row, err := w.checks.store.Lookup(ctx, store.Scope{Account: account, Region: region}, s.machine, s.name)
				if err != nil || row.Status == interpreter.Running {
					w.fail(fmt.Errorf("the stop of %s was acknowledged and is not durable: %s %w", s.name, row.Status, err))
				}
			case !unheard(err):
				w.fail(fmt.Errorf("stop %s: %w", s.name, err))
			}
		}
	})
}

// poll is a worker that asks for a task.
func (w *world) poll() {
	service := w.service
	w.polls++
	w.call(func(ctx context.Context) func() {
		out, err := service.GetActivityTask(ctx, &sfn.GetActivityTaskInput{ActivityArn: new(activity)})
		return func() {
			w.mu.Lock()
			w.polls--
			w.mu.Unlock()
			if err != nil && !unheard(err) {
				w.fail(fmt.Errorf("poll: %w", err))
			}
			if err == nil && out.TaskToken != nil && *out.TaskToken != "" {
				w.took(*out.TaskToken)
			}
		}
	})
}

// took checks that a worker's claim is durable, and keeps the token.
func (w *world) took(token string) {
	ref := w.ref(token)
	claimed, err := w.checks.has(ref, func(e interpreter.Event) bool {
		f, ok := e.Fact.(interpreter.TaskStarted)
		return ok && f.Await == ref.Await.Seq && e.Frame == ref.Await.Frame
	})
	w.must(err)
	if !claimed {
		w.fail(fmt.Errorf("a worker was given a task before that was durable"))
	}
	w.keep(token)
}

// keep remembers a token, from the next step on.
func (w *world) keep(token string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fresh = append(w.fresh, token)
}

// settle puts the tokens that came during a step into an order that does not depend on who ran first.
func (w *world) settle() {
	w.mu.Lock()
	defer w.mu.Unlock()
	slices.SortFunc(w.fresh, func(a, b string) int {
		x, y := w.ref(a), w.ref(b)
		return cmp.Or(cmp.Compare(x.Execution, y.Execution), cmp.Compare(x.Await.Frame, y.Await.Frame), cmp.Compare(x.Await.Seq, y.Await.Seq))
	})
	w.tokens = append(w.tokens, w.fresh...)
	w.fresh = nil
	w.settleExpress()
}

// ref returns the await of a token.
func (w *world) ref(token string) store.AwaitRef {
	ref, err := w.checks.store.Sealer().OpenTask(token)
	if err != nil {
		panic(err) // no token comes from anywhere else
	}
	return ref
}

// answer sends an answer by a token, which may be late or a second one.
func (w *world) answer(token string, kind int) {
	service := w.service
	late, err := w.checks.closed(w.ref(token))
	w.must(err)
	w.call(func(ctx context.Context) func() {
		var err error
		switch {
		case kind < 5:
			_, err = service.SendTaskSuccess(ctx, &sfn.SendTaskSuccessInput{TaskToken: &token, Output: new(`"answered"`)})
		case kind < 7:
			_, err = service.SendTaskFailure(ctx, &sfn.SendTaskFailureInput{TaskToken: &token, Error: new("Refused")})
		default:
			_, err = service.SendTaskHeartbeat(ctx, &sfn.SendTaskHeartbeatInput{TaskToken: &token})
		}
		return func() {
			if late && err == nil {
				w.fail(fmt.Errorf("an answer to a task that was over was acknowledged"))
			}
			w.answered(token, kind < 7, err)
		}
	})
}

func (w *world) answered(token string, final bool, err error) {
	if err != nil && !unheard(err) && code(err) != "TaskTimedOut" {
		w.fail(fmt.Errorf("answer a task: %w", err))
	}
	if err != nil || !final {
		return
	}
	ref := w.ref(token)
	if closed, err := w.checks.closed(ref); err != nil || !closed {
		w.fail(fmt.Errorf("an answer to a task was acknowledged and is not durable: %w", err))
	}
}

// forget is what clients do when their connection breaks: they do not know what became of a request.
func (w *world) forget() {
	for _, s := range w.starts {
		s.asking = false
	}
}
