package engine

import (
	"container/list"
	"sync/atomic"

	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
)

// resident is an execution in memory.
type resident struct {
	row  store.Row
	plan *plan
	exec *interpreter.Execution
	// synchronous says that somebody waits for the end of an Express execution: it is not stored.
	synchronous bool
	// awaits are those that the store has, or will have once all is durable.
	awaits map[interpreter.AwaitID]interpreter.Await
	// clock is that of its tree; nil while it runs on the real clock.
	clock *clock
	// written is the shard's sequence of the last step that wrote it.
	written uint64
	// waiting is how many steps of an Express execution the committer has not released yet.
	waiting atomic.Int32

	element *list.Element // nil: it cannot leave memory before it has ended
	size    int64         // as it was last counted
}

func newResident(row store.Row, p *plan, exec *interpreter.Execution) *resident {
	r := &resident{row: row, plan: p, exec: exec, awaits: make(map[interpreter.AwaitID]interpreter.Await)}
	for _, a := range exec.Outstanding() {
		r.awaits[a.ID] = a
	}
	return r
}

// nameKey names an execution as callers do.
type nameKey struct{ machineID, name string }

func (r *resident) nameKey() nameKey { return nameKey{r.row.MachineID, r.row.Name} }

// residents are the executions of a shard in memory, in the order of their last use. The engine
// bounds the bytes of all shards together.
type residents struct {
	byID map[store.ExecutionID]*resident
	lru  *list.List // of *resident, the most recently used first
	// done and doneExpress are those that ended and wait to be durable. Express executions do not wait
	// behind Standard ones, all of which need the disk.
	done, doneExpress []*resident
	// count is how many there are, for whoever asks from outside.
	count atomic.Int64
}

func newResidents() residents {
	return residents{byID: make(map[store.ExecutionID]*resident), lru: list.New()}
}

func (rs *residents) get(id store.ExecutionID) *resident {
	r := rs.byID[id]
	if r != nil {
		rs.touch(r)
	}
	return r
}

func (rs *residents) add(r *resident) {
	rs.byID[r.row.ID] = r
	rs.count.Add(1)
	if !r.express() {
		r.element = rs.lru.PushFront(r)
	}
}

// remove returns whether r was there.
func (rs *residents) remove(r *resident) bool {
	if rs.byID[r.row.ID] != r {
		return false
	}
	delete(rs.byID, r.row.ID)
	rs.count.Add(-1)
	if r.element != nil {
		rs.lru.Remove(r.element)
	}
	return true
}

// touch says that r has just changed.
func (rs *residents) touch(r *resident) {
	if r.element != nil {
		rs.lru.MoveToFront(r.element)
	}
}

// closed says that r has ended: it leaves memory as soon as that is durable.
func (rs *residents) closed(r *resident) {
	if r.express() {
		rs.doneExpress = append(rs.doneExpress, r)
		return
	}
	rs.done = append(rs.done, r)
}

// evict lets go of executions that ended and, while the engine holds too much, of those that were
// not used for longest. One whose last step is not durable yet stays.
func (rs *residents) evict(s *shard) {
	durable := s.durable.Load()
	rs.done = s.releaseDurable(rs.done, durable)
	rs.doneExpress = s.releaseDurable(rs.doneExpress, durable)
	for s.engine.residentBytes.Load() > s.engine.options.MaxResidentBytes {
		oldest := rs.lru.Back()
		if oldest == nil || oldest.Value.(*resident).written > durable {
			return
		}
		s.release(oldest.Value.(*resident))
	}
}

// releaseDurable releases the first of done as far as they are durable, and returns the others.
func (s *shard) releaseDurable(done []*resident, durable uint64) []*resident {
	for len(done) > 0 && done[0].written <= durable {
		s.release(done[0])
		done[0] = nil
		done = done[1:]
	}
	return done
}

// release removes an execution from memory and from the engine's count.
func (s *shard) release(r *resident) {
	if s.residents.remove(r) && r.express() {
		s.engine.express.leave()
	}
	s.count(r, 0)
	k := r.nameKey()
	if s.names[k] == r.row.ID {
		delete(s.names, k)
	}
	if s.lookups[k] > 0 {
		s.left[k] = r.started()
	}
}

// weigh counts what r holds by now.
func (s *shard) weigh(r *resident) { s.count(r, int64(r.exec.Size())) }

// count makes size what r holds.
func (s *shard) count(r *resident, size int64) {
	if r.express() {
		s.engine.express.bytes.Add(size - r.size)
	} else {
		s.engine.residentBytes.Add(size - r.size)
	}
	r.size = size
}
