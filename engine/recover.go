package engine

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
)

// recover takes up what the store says is outstanding, before the shards run: messages that were
// not handled, tasks that were not answered, activity tasks that nobody took, and the deadlines of
// the first window. No execution is restored yet.
func (e *Engine) recover(ctx context.Context) error {
	messages, tasks, queued := 0, 0, 0
	for m, err := range e.store.Inbox(ctx) {
		if err != nil {
			return err
		}
		target := e.shards[m.Target]
		e.clocks.deliver(m)
		messages++
		target.post(func() { target.receive(m) })
	}
	for a, err := range e.store.Awaits(ctx) {
		if err != nil {
			return err
		}
		e.recoverAwait(a)
		tasks++
	}
	for q, err := range e.store.Queued(ctx) {
		if err != nil {
			return err
		}
		e.activities.offer(q)
		queued++
	}
	if err := e.recoverExpress(ctx); err != nil {
		return err
	}
	if messages+tasks > 0 {
		e.log.Info("takes up what was running", "tasks", tasks, "of them for workers", queued, "messages", messages)
	}
	now := time.Now()
	for _, s := range e.shards {
		if err := e.recoverShard(ctx, s, now.Add(e.options.TimerWindow)); err != nil {
			return fmt.Errorf("shard %d: %w", s.id, err)
		}
	}
	return nil
}

// recoverAwait sends a task again that was not answered, or grants a worker a fresh heartbeat.
func (e *Engine) recoverAwait(row store.AwaitRow) {
	s := e.shards[row.Execution.Shard()]
	called := row.Submitted && byToken(row.Resource)
	switch {
	case row.Mocked || row.Kind == interpreter.AwaitTask && !called:
		s.post(func() { s.askAgain(row) })
	case (row.Claimed || called) && row.HeartbeatSeconds > 0 && e.clocks == nil:
		s.remember(row.AwaitRef, time.Now().Add(time.Duration(row.HeartbeatSeconds)*time.Second), heartbeat)
	default: // a worker or a callback comes, or the messages about a child are in an inbox
	}
	if e.clocks != nil {
		s.restoreNow(row.Execution) // after askAgain, which holds the clock
	}
}

// askAgain asks for what was not answered before the crash. What was mocked then and is not any more is
// asked of the world now.
func (s *shard) askAgain(row store.AwaitRow) {
	s.withExecution(row.Execution, func(r *resident, err error) {
		if err != nil {
			s.engine.complain("send a task again", err)
			return
		}
		a, ok := r.exec.Awaiting(row.Await)
		switch {
		case !ok || s.running[row.AwaitRef] != nil:
		case s.handled(r, a) && !s.outside(r, a):
			s.dispatch(r, a)()
		case !a.Claimed && !a.Submitted:
			tx := new(store.Tx)
			tx.PutAwait(r.row.ID, a, false)
			s.commit(tx, s.ask(r, a, tx, nil)...)
			r.written = s.seq
		}
	})
}

func (e *Engine) recoverShard(ctx context.Context, s *shard, until time.Time) error {
	last, err := e.store.LastExecution(ctx, s.id)
	if err != nil {
		return err
	}
	s.lastExecution = max(s.lastExecution, last)
	if e.clocks != nil {
		until = farFuture
	}
	s.timers.windowEnd = until
	found, beyond, err := e.store.Timers(ctx, s.id, time.Time{}, until)
	if err != nil {
		return err
	}
	for _, t := range found {
		if e.clocks != nil {
			s.restoreNow(t.Execution)
			continue
		}
		s.timers.arm(timerKey{t.AwaitRef, deadline}, t.Due)
	}
	s.timers.beyond = beyond
	return nil
}

// farFuture is the last time that a key can hold.
var farFuture = time.Unix(0, math.MaxInt64)

// restoreNow brings an execution into memory, so that its tree's virtual clock knows its deadlines.
// No clock jumps before.
func (s *shard) restoreNow(id store.ExecutionID) {
	s.engine.clocks.recover(1)
	s.post(func() { s.withExecution(id, func(*resident, error) { s.engine.clocks.recover(-1) }) })
}
