package engine

import (
	"container/list"

	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
)

// resident is an execution in memory.
type resident struct {
	row  store.Row
	exec *interpreter.Execution
	// awaits are those that the store has, or will have once all is durable.
	awaits map[interpreter.AwaitID]interpreter.Await
	// clock is that of its tree; nil while it runs on the real clock.
	clock *clock
	// written is the shard's sequence of the last step that wrote it.
	written uint64

	element *list.Element
	size    int64 // as it was last counted
}

func newResident(row store.Row, exec *interpreter.Execution) *resident {
	r := &resident{row: row, exec: exec, awaits: make(map[interpreter.AwaitID]interpreter.Await)}
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
	lru  *list.List  // of *resident, the most recently used first
	done []*resident // closed, waiting to be durable
}

func newResidents() residents {
	return residents{byID: make(map[store.ExecutionID]*resident), lru: list.New()}
}

func (rs *residents) get(id store.ExecutionID) *resident {
	r := rs.byID[id]
	if r != nil {
		rs.lru.MoveToFront(r.element)
	}
	return r
}

func (rs *residents) add(r *resident) {
	rs.byID[r.row.ID] = r
	r.element = rs.lru.PushFront(r)
}

func (rs *residents) remove(r *resident) {
	if rs.byID[r.row.ID] == r {
		delete(rs.byID, r.row.ID)
		rs.lru.Remove(r.element)
	}
}

// touch says that r has just changed.
func (rs *residents) touch(r *resident) {
	if r.element != nil {
		rs.lru.MoveToFront(r.element)
	}
}

// closed says that r has ended: it leaves memory as soon as that is durable.
func (rs *residents) closed(r *resident) { rs.done = append(rs.done, r) }

// evict lets go of executions that ended and, while the engine holds too much, of those that were
// not used for longest. One whose last step is not durable yet stays.
func (rs *residents) evict(s *shard) {
	durable := s.durable.Load()
	for len(rs.done) > 0 && rs.done[0].written <= durable {
		s.release(rs.done[0])
		rs.done[0] = nil
		rs.done = rs.done[1:]
	}
	for s.engine.residentBytes.Load() > s.engine.options.MaxResidentBytes {
		oldest := rs.lru.Back()
		if oldest == nil || oldest.Value.(*resident).written > durable {
			return
		}
		s.release(oldest.Value.(*resident))
	}
}

// release removes an execution from memory and from the engine's count.
func (s *shard) release(r *resident) {
	s.residents.remove(r)
	k := r.nameKey()
	if s.names[k] == r.row.ID {
		delete(s.names, k)
	}
	if s.lookups[k] > 0 {
		s.left[k] = r.started()
	}
	s.engine.residentBytes.Add(-r.size)
	r.size = 0
}

// weigh counts what r holds by now.
func (s *shard) weigh(r *resident) {
	size := int64(r.exec.Size())
	s.engine.residentBytes.Add(size - r.size)
	r.size = size
}
