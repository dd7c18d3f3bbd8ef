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

// expire removes the executions that closed on a day before that of t.
func (e *Engine) expire(t time.Time) {
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
		s := e.shards[id.Shard()]
		s.post(func() { s.expire(row) })
	}
}

// expire removes a closed execution with all that belongs to it.
func (s *shard) expire(row store.Row) {
	if row.Status == interpreter.Running {
		return
	}
	if r := s.residents.get(row.ID); r != nil {
		s.release(r)
	}
	tx := new(store.Tx)
	tx.Expire(row)
	s.commit(tx)
}
