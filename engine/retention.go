package engine

import (
	"time"

	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
)

// retain removes executions that closed longer ago than the retention time, whole days at once:
// at the start, then once a day.
func (e *Engine) retain() {
	timer := time.NewTimer(time.Minute)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-e.ctx.Done():
			return
		}
		e.expire(time.Now().Add(-e.options.Retention))
		timer.Reset(24 * time.Hour)
	}
}

// maxExpiring is how many executions are being removed at once.
const maxExpiring = 500

// expire removes the executions that closed on a day before that of t, a bounded number at a time:
// the shards have other work too.
func (e *Engine) expire(t time.Time) {
	room := make(chan struct{}, maxExpiring)
	for id, err := range e.store.Expired(e.ctx, t) {
		if err != nil {
			e.complain("remove old executions", err)
			return
		}
		row, err := e.store.Row(e.ctx, id)
		if err != nil {
			e.complain("remove an old execution", err)
			continue
		}
		select {
		case room <- struct{}{}:
		case <-e.ctx.Done():
			return
		}
		s := e.shards[id.Shard()]
		s.post(func() { s.expire(row, func() { <-room }) })
	}
}

// expire removes a closed execution with all that belongs to it, and calls done once it is gone.
func (s *shard) expire(row store.Row, done func()) {
	if row.Status == interpreter.Running {
		done()
		return
	}
	if r := s.residents.get(row.ID); r != nil {
		s.release(r)
	}
	tx := new(store.Tx)
	tx.Expire(row)
	s.commit(tx, done)
}
