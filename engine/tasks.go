package engine

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
)

// dispatch returns what starts the handler of a task, once the task is durable. A task that a crash
// hid the answer of is dispatched again, with the same idempotency key.
func (s *shard) dispatch(r *resident, a interpreter.Await) func() {
	ref := store.AwaitRef{Execution: r.row.ID, Await: a.ID}
	task := s.engine.task(r.row, a)
	ctx, cancel := context.WithCancel(s.engine.ctx)
	s.running[ref] = cancel
	clock := r.clock
	clock.hold()
	return func() {
		s.engine.background(func() {
			defer cancel()
			outcome := s.engine.perform(ctx, task)
			if ctx.Err() != nil || outcome.Never {
				clock.drop()
				return
			}
			s.post(func() { s.answer(ref, outcome, clock.drop) })
		})
	}
}

// answer gives a handler's outcome to the execution, and calls done afterwards.
func (s *shard) answer(ref store.AwaitRef, o integration.Outcome, done func()) {
	delete(s.running, ref)
	var c interpreter.Command = interpreter.CompleteTask{Await: ref.Await, Output: o.Output}
	if o.Failure != nil {
		c = interpreter.FailTask{Await: ref.Await, Failure: *o.Failure}
	}
	s.withExecution(ref.Execution, func(r *resident, err error) {
		defer done()
		if err != nil {
			s.engine.complain("answer task", err)
			return
		}
		s.handle(r, c, new(store.Tx))
	})
}

func (e *Engine) task(row store.Row, a interpreter.Await) integration.Task {
	ref := store.AwaitRef{Execution: row.ID, Await: a.ID}
	return integration.Task{
		ExecutionARN: ExecutionARN(row), ExecutionName: row.Name,
		MachineARN: MachineARN(row.Scope, row.Machine),
		Account:    row.Scope.Account, Region: row.Scope.Region,
		Resource: a.Resource, Input: a.Input,
		State: a.State, Entry: a.Entry, Attempt: a.Attempt, Iteration: a.Iteration,
		IdempotencyKey: fmt.Sprintf("%016x-%s-%d", uint64(row.ID), a.ID.Frame, a.ID.Seq),
		Token:          e.store.Sealer().SealTask(ref),
		Deadline:       a.Due,
	}
}

// perform runs the handler of a task. A resource without one fails as a function that does not
// exist; a handler that panics fails its task, not the server.
func (e *Engine) perform(ctx context.Context, t integration.Task) (o integration.Outcome) {
	h, ok := e.options.Handlers.Lookup(t.Resource)
	if !ok {
		e.log.Warn("no function is registered for a task's resource", "resource", t.Resource, "execution", t.ExecutionARN)
		return failed("Lambda.ResourceNotFoundException", fmt.Sprintf("Function not found: %s", t.Resource))
	}
	defer func() {
		if p := recover(); p != nil {
			e.log.Error("a handler panicked", "resource", t.Resource, "execution", t.ExecutionARN, "panic", p, "stack", string(debug.Stack()))
			o = failed("Lambda.Unknown", fmt.Sprintf("The handler of %s panicked: %v", t.Resource, p))
		}
	}()
	return h.Run(ctx, t)
}

func failed(name, cause string) integration.Outcome {
	return integration.Outcome{Failure: &asl.Failure{Error: &name, Cause: &cause}}
}
