package engine

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/google/uuid"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
	"github.com/stepwell/stepwell/value"
)

// This file is what is different about Express executions. They are executions of a shard like all
// others, but for what the store has of them: of one that somebody waits for nothing; of the others,
// while they run, what it takes to run them again from the beginning after a crash. Hence they stay
// in memory until they have ended, their steps wait for the disk only where something of them is on
// its way there, and nobody finds them afterwards.

// maxExpressSeconds is how long an Express execution may last: see "Quotas" in the Step Functions
// Developer Guide.
const maxExpressSeconds = 5 * 60

// expressProgram is a program as an Express execution runs it.
func expressProgram(p *asl.Program) *asl.Program {
	limited := *p
	if limited.TimeoutSeconds == 0 || limited.TimeoutSeconds > maxExpressSeconds {
		limited.TimeoutSeconds = maxExpressSeconds
	}
	return &limited
}

// expressRoom bounds the Express executions of an engine.
type expressRoom struct {
	running, bytes       atomic.Int64
	maxRunning, maxBytes int64
}

// enter makes room for one more, or says that there is none. [shard.release] gives it back.
func (x *expressRoom) enter() bool {
	if x.running.Add(1) > x.maxRunning || x.bytes.Load() > x.maxBytes {
		x.leave()
		return false
	}
	return true
}

func (x *expressRoom) leave() { x.running.Add(-1) }

func (r *resident) express() bool { return r.row.Express != "" }

// putEvents writes what happened, unless it is kept in memory only.
func (r *resident) putEvents(tx *store.Tx, events []interpreter.Event) {
	if !r.express() {
		tx.AppendJournal(r.row.ID, events)
	}
}

func (r *resident) putAwait(tx *store.Tx, a interpreter.Await, mocked bool) {
	if !r.express() {
		tx.PutAwait(r.row.ID, a, mocked)
	}
}

func (r *resident) deleteAwait(tx *store.Tx, a interpreter.Await) {
	if !r.express() {
		tx.DeleteAwait(r.row.ID, a)
	}
}

// putStatus writes that an execution started or ended; was is its row before. An Express execution
// that ended in its first step needs no record: nothing of it is to be done again.
func (r *resident) putStatus(tx *store.Tx, was store.Row) {
	running := r.row.Status == interpreter.Running
	switch {
	case !r.express() && was.Status == "":
		tx.Start(r.row)
	case !r.express():
		tx.Close(was, r.row)
	case r.synchronous:
	case running:
		tx.StartExpress(store.Express{Row: r.row, Input: r.exec.Input()})
	case was.Status != "":
		tx.EndExpress(r.row.ID)
	}
}

// admitExpress finds the shard of an Express execution, and makes room for it.
func (e *Engine) admitExpress(ctx context.Context, req StartRequest) (*shard, store.Row, *plan, error) {
	row := req.row()
	row.Express = uuid.NewString()
	s := e.shards[store.ShardOf(row.Scope, row.Machine, row.Express)]
	p, err := e.plans.get(ctx, req.Machine.ID, req.Machine.Revision)
	if err = errors.Join(err, e.admit(s)); err != nil {
		return nil, row, nil, err
	}
	if !e.express.enter() {
		return nil, row, nil, ErrThrottled
	}
	return s, row, p, nil
}

// startExpress begins an asynchronous Express execution: it will have run at least once when its row
// is returned.
func (e *Engine) startExpress(ctx context.Context, req StartRequest) (store.Row, error) {
	if err := e.Writable(); err != nil {
		return store.Row{}, err
	}
	s, row, p, err := e.admitExpress(ctx, req)
	if err != nil {
		return store.Row{}, err
	}
	return call(ctx, e, s, func(answer func(store.Row, error)) { s.start(row, p, req.Input, answer) })
}

// Ended is what became of a synchronous Express execution.
type Ended struct {
	Row store.Row
	// Output is null unless it succeeded.
	Output value.Value
	// Bytes is about how much memory it held.
	Bytes int
}

// RunExpress runs an execution of an Express machine at most once and returns when it has ended. When
// ctx ends first, it goes on all the same.
func (e *Engine) RunExpress(ctx context.Context, req StartRequest) (Ended, error) {
	s, row, p, err := e.admitExpress(ctx, req)
	if err != nil {
		return Ended{}, err
	}
	return call(ctx, e, s, func(answer func(Ended, error)) {
		r := s.create(row, p, true)
		s.watchers[r.row.ID] = []*watcher{{told: func(row store.Row, err error) {
			answer(Ended{Row: row, Output: r.exec.Output(), Bytes: r.exec.Size()}, err)
		}}}
		s.handle(r, interpreter.Start{Input: req.Input}, new(store.Tx)) // if it breaks, the watcher is told
	})
}

// beginExpressChild starts an Express execution for a task of another one, which cannot wait for its
// end by this integration.
func (s *shard) beginExpressChild(m store.Message, row store.Row, p *plan) {
	switch {
	case m.Pattern == asl.Sync || m.Pattern == asl.Sync2:
		s.refuse(m, "StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")
	case !s.engine.express.enter():
		s.refuse(m, "Throttling", "Rate exceeded")
	default:
		row.Express = uuid.NewString()
		s.startForParent(m, row, p)
	}
}

// recoverExpress runs the asynchronous Express executions again that had not ended.
func (e *Engine) recoverExpress(ctx context.Context) error {
	found := 0
	for x, err := range e.store.Express(ctx) {
		var p *plan
		if err == nil {
			p, err = e.plans.get(ctx, x.Row.MachineID, x.Row.Revision)
		}
		if errors.Is(err, store.ErrDamaged) || errors.Is(err, errBroken) {
			e.log.Error("an Express execution cannot be run again", "id", uint64(x.Row.ID), "error", err)
			continue
		}
		if err != nil {
			return fmt.Errorf("run Express executions again: %w", err)
		}
		e.repeat(x, p)
		found++
	}
	if found > 0 {
		e.log.Info("runs Express executions again from the beginning", "executions", found)
	}
	return nil
}

// repeat runs an Express execution again, under a new id: what still comes for its first run finds
// nobody.
func (e *Engine) repeat(x store.Express, p *plan) {
	e.express.running.Add(1)
	s := e.shards[x.Row.ID.Shard()]
	s.lastExecution = max(s.lastExecution, x.Row.ID)
	if e.clocks != nil {
		e.clocks.recover(1)
	}
	s.post(func() {
		tx := new(store.Tx)
		tx.EndExpress(x.Row.ID)
		row := x.Row
		row.Status = ""
		s.handle(s.create(row, p, false), interpreter.Start{Input: x.Input}, tx)
		if e.clocks != nil {
			e.clocks.recover(-1)
		}
	})
}

// complainUnlessEnded is complain for what may come too late for an Express execution: what cannot be
// found has ended.
func (s *shard) complainUnlessEnded(doing string, err error) {
	if !errors.Is(err, store.ErrNotFound) {
		s.engine.complain(doing, err)
	}
}
