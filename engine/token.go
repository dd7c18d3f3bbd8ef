package engine

import (
	"context"
	"errors"

	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
	"github.com/stepwell/stepwell/value"
)

// Complete gives the result of the task that a token names. store.ErrForged and ErrTaskClosed are
// its refusals.
func (e *Engine) Complete(ctx context.Context, token string, output value.Value) error {
	return e.answerToken(ctx, token, func(id interpreter.AwaitID) interpreter.Command {
		return interpreter.CompleteTask{Await: id, Output: output, ByToken: true}
	})
}

// Fail gives the failure of the task that a token names, with the refusals of Complete.
func (e *Engine) Fail(ctx context.Context, token string, name, cause *string) error {
	return e.answerToken(ctx, token, func(id interpreter.AwaitID) interpreter.Command {
		c := interpreter.FailTask{Await: id, ByToken: true}
		c.Failure.Error, c.Failure.Cause = name, cause
		return c
	})
}

func (e *Engine) answerToken(ctx context.Context, token string, command func(interpreter.AwaitID) interpreter.Command) error {
	return e.withTask(ctx, token, func(s *shard, r *resident, a interpreter.Await, answer func(error)) {
		if !s.handle(r, command(a.ID), new(store.Tx), func(store.Row) { answer(nil) }) {
			answer(s.broken[r.row.ID])
		}
	})
}

// Heartbeat says that a task's worker is alive, with the refusals of Complete. It is not stored.
func (e *Engine) Heartbeat(ctx context.Context, token string) error {
	return e.withTask(ctx, token, func(s *shard, r *resident, a interpreter.Await, answer func(error)) {
		s.beat(r, a)
		s.afterDurable(func() { answer(nil) })
	})
}

// withTask calls f on the shard of a token's task, if that still waits for an answer from outside.
func (e *Engine) withTask(ctx context.Context, token string, f func(*shard, *resident, interpreter.Await, func(error))) error {
	ref, err := e.store.Sealer().OpenTask(token)
	if err != nil {
		return err
	}
	s := e.shards[ref.Execution.Shard()]
	if err := e.admit(s); err != nil {
		return err
	}
	_, err = call(ctx, e, s, func(answer func(struct{}, error)) {
		s.withExecution(ref.Execution, func(r *resident, err error) {
			if errors.Is(err, store.ErrNotFound) {
				err = ErrTaskClosed
			}
			if err != nil {
				answer(struct{}{}, err)
				return
			}
			a, ok := r.exec.Awaiting(ref.Await)
			if !ok || a.Answered {
				s.afterDurable(func() { answer(struct{}{}, ErrTaskClosed) })
				return
			}
			f(s, r, a, func(err error) { answer(struct{}{}, err) })
		})
	})
	return err
}
