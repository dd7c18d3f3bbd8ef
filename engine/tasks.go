package engine

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
	"github.com/stepwell/stepwell/value"
)

// handled says that a handler of this server does the task: always when that is its kind, and for
// any kind when a test case mocks it.
func (s *shard) handled(r *resident, a interpreter.Await) bool {
	return a.Kind == interpreter.AwaitTask || s.mocks(r, a)
}

// mocks says that a test case mocks the task.
func (s *shard) mocks(r *resident, a interpreter.Await) bool {
	if a.Kind == interpreter.AwaitTimer {
		return false
	}
	_, mocked := s.engine.mocked(r.row.Machine, r.row.TestCase, a.State)
	return mocked
}

func (e *Engine) mocked(machine, testCase, state string) (integration.Handler, bool) {
	if e.options.Mocked == nil {
		return nil, false
	}
	return e.options.Mocked(machine, testCase, state)
}

// dispatch returns what starts the handler of a task, once the task is durable. A task that a crash
// hid the answer of is dispatched again, with the same idempotency key.
func (s *shard) dispatch(r *resident, a interpreter.Await) func() {
	ref := store.AwaitRef{Execution: r.row.ID, Await: a.ID}
	task := s.engine.task(r.row, a)
	task.Submit = func(answer value.Value) {
		s.post(func() { s.tell(ref, interpreter.SubmitTask{Await: ref.Await, Output: answer}, func() {}) })
	}
	ctx, cancel := context.WithCancel(s.engine.ctx)
	s.running[ref] = cancel
	clock := r.clock
	clock.hold()
	return func() {
		s.engine.background(func() {
			defer cancel()
			var outcome integration.Outcome
			if ctx.Err() == nil { // it was not cancelled before it began
				outcome = s.engine.perform(ctx, task)
			}
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
	switch {
	case o.Failure != nil:
		c = interpreter.FailTask{Await: ref.Await, Failure: *o.Failure}
	case o.Submitted:
		c = interpreter.SubmitTask{Await: ref.Await, Output: o.Output}
	}
	s.tell(ref, c, done)
}

// tell gives an execution what became of a task, and calls done afterwards. An activity task that a
// handler does is claimed first, as by a worker.
func (s *shard) tell(ref store.AwaitRef, c interpreter.Command, done func()) {
	s.withExecution(ref.Execution, func(r *resident, err error) {
		defer done()
		if err != nil {
			s.complainUnlessEnded("answer task", err)
			return
		}
		if a, ok := r.exec.Awaiting(ref.Await); ok && a.Kind == interpreter.AwaitActivity && !a.Claimed {
			if !s.handle(r, interpreter.ClaimTask{Await: ref.Await}, new(store.Tx)) {
				return
			}
		}
		s.handle(r, c, new(store.Tx))
	})
}

func (e *Engine) task(row store.Row, a interpreter.Await) integration.Task {
	ref := store.AwaitRef{Execution: row.ID, Await: a.ID}
	return integration.Task{
		ExecutionARN: ExecutionARN(row), ExecutionName: row.Name,
		MachineARN: MachineARN(row.Scope, row.Machine), MachineName: row.Machine, TestCase: row.TestCase,
		Account: row.Scope.Account, Region: row.Scope.Region,
		Resource: a.Resource, RoleARN: a.RoleARN, Input: a.Input,
		State: a.State, Entry: a.Entry, Attempt: a.Attempt, Iteration: a.Iteration, Invocation: a.Invocation,
		IdempotencyKey: fmt.Sprintf("%016x-%s-%d", uint64(row.ID), a.ID.Frame, a.ID.Seq),
		Token:          e.store.Sealer().SealTask(ref),
		Deadline:       a.Due,
	}
}

// perform runs the handler of a task. A resource without one fails as a function that does not
// exist; a handler that panics fails its task, not the server.
func (e *Engine) perform(ctx context.Context, t integration.Task) (o integration.Outcome) {
	h, ok := e.mocked(t.MachineName, t.TestCase, t.State)
	if !ok {
		h, ok = e.options.Handlers.Lookup(t.Resource)
	}
	if !ok {
		e.log.Warn("nothing is registered for a task's resource", "resource", t.Resource, "execution", t.ExecutionARN)
		return nobody(t.Resource)
	}
	defer func() {
		if p := recover(); p != nil {
			e.log.Error("a handler panicked", "resource", t.Resource, "execution", t.ExecutionARN, "panic", p, "stack", string(debug.Stack()))
			o = failed("Lambda.Unknown", fmt.Sprintf("The handler of %s panicked: %v", t.Resource, p))
		}
	}()
	return h.Run(ctx, t)
}

// nobody is the failure of a task that nothing here can do.
func nobody(resource string) integration.Outcome {
	if r, ok := asl.ParseResource(resource); ok && r.Kind == asl.FunctionResource {
		return failed("Lambda.ResourceNotFoundException", fmt.Sprintf(
			"Function not found: %s. This server knows only the functions that it was given by its configuration or by the program that embeds it.", resource))
	}
	return failed(asl.ErrorTaskFailed, fmt.Sprintf("This server cannot call %s: no handler is registered for it, and no test case mocks it.", resource))
}

func failed(name, cause string) integration.Outcome {
	return integration.Outcome{Failure: &asl.Failure{Error: &name, Cause: &cause}}
}
