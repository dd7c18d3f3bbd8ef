package engine

import (
	"container/heap"
	"time"

	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
)

// timerKind tells the deadlines of an await apart.
type timerKind uint8

const (
	deadline  timerKind = iota // Await.Due, which the store has too
	heartbeat                  // moved by each heartbeat; only in memory
)

type timerKey struct {
	ref  store.AwaitRef
	kind timerKind
}

type timer struct {
	key   timerKey
	due   time.Time
	index int    // in the heap
	shard *shard // only of a virtual clock, which serves many
}

// timers holds the deadlines of a shard that fall before windowEnd, and knows the first one after
// it. Deadlines beyond the window are only in the store.
type timers struct {
	heap      timerHeap
	armed     map[timerKey]*timer
	windowEnd time.Time
	// beyond is the first deadline at or after windowEnd that is known of; zero when there is none.
	beyond    time.Time
	advancing bool
}

func newTimers() timers { return timers{armed: make(map[timerKey]*timer)} }

// next returns when the shard must look again: at its first deadline, or in time to load more.
func (t *timers) next() (time.Time, bool) {
	var next time.Time
	if len(t.heap) > 0 {
		next = t.heap[0].due
	}
	if !t.beyond.IsZero() && !t.advancing {
		if load := t.beyond.Add(-windowMargin); next.IsZero() || load.Before(next) {
			next = load
		}
	}
	return next, !next.IsZero()
}

func (t *timers) arm(key timerKey, due time.Time) {
	if old, ok := t.armed[key]; ok {
		old.due = due
		heap.Fix(&t.heap, old.index)
		return
	}
	n := &timer{key: key, due: due}
	t.armed[key] = n
	heap.Push(&t.heap, n)
}

// disarm forgets all deadlines of an await.
func (t *timers) disarm(ref store.AwaitRef) {
	for _, kind := range []timerKind{deadline, heartbeat} {
		if n, ok := t.armed[timerKey{ref, kind}]; ok {
			t.remove(n)
		}
	}
}

func (t *timers) remove(n *timer) {
	heap.Remove(&t.heap, n.index)
	delete(t.armed, n.key)
}

// windowMargin is how long before a deadline comes up its window is loaded.
const windowMargin = 30 * time.Second

// arm remembers a deadline of an await, if it has one.
func (s *shard) arm(r *resident, id interpreter.AwaitID, due time.Time, kind timerKind) {
	ref := store.AwaitRef{Execution: r.row.ID, Await: id}
	switch {
	case due.IsZero():
	case r.clock != nil:
		r.clock.arm(s, timerKey{ref, kind}, due)
	case r.express(): // the store does not have it
		s.timers.arm(timerKey{ref, kind}, due)
	default:
		s.remember(ref, due, kind)
	}
}

// disarm forgets the deadlines of an await that is over.
func (s *shard) disarm(r *resident, id interpreter.AwaitID) {
	ref := store.AwaitRef{Execution: r.row.ID, Await: id}
	if r.clock != nil {
		r.clock.forget(ref)
		return
	}
	s.timers.disarm(ref)
}

// remember makes the shard remember a deadline that falls into the window.
func (s *shard) remember(ref store.AwaitRef, due time.Time, kind timerKind) {
	if kind == deadline && !due.Before(s.timers.windowEnd) {
		if s.timers.beyond.IsZero() || due.Before(s.timers.beyond) {
			s.timers.beyond = due
		}
		return
	}
	s.timers.arm(timerKey{ref, kind}, due)
}

// beat starts a claimed task's heartbeat clock anew.
func (s *shard) beat(r *resident, a interpreter.Await) {
	if a.HeartbeatSeconds > 0 {
		s.arm(r, a.ID, s.now(r).Add(time.Duration(a.HeartbeatSeconds)*time.Second), heartbeat)
	}
}

// fireTimers acts on the deadlines that have passed, and loads the next window in time.
func (s *shard) fireTimers() {
	t := &s.timers
	if len(t.heap) == 0 && t.beyond.IsZero() {
		return
	}
	now := s.realNow()
	for len(t.heap) > 0 && !t.heap[0].due.After(now) {
		n := t.heap[0]
		t.remove(n)
		s.fire(n.key, func() {})
	}
	if !t.beyond.IsZero() && !t.advancing && !t.beyond.Add(-windowMargin).After(now) {
		s.advanceWindow(now)
	}
}

// fire tells an execution that a deadline has passed, and calls done afterwards.
func (s *shard) fire(key timerKey, done func()) {
	s.withExecution(key.ref.Execution, func(r *resident, err error) {
		defer done()
		if err != nil {
			s.complainUnlessEnded("fire timer", err)
			return
		}
		a, ok := r.exec.Awaiting(key.ref.Await)
		if !ok || key.kind == deadline && a.Due.After(s.now(r)) {
			return
		}
		s.handle(r, interpreter.FireTimer{Await: a.ID, Heartbeat: key.kind == heartbeat}, new(store.Tx))
	})
}

// advanceWindow moves the window's end first, so that new deadlines below it enter the heap; waits
// until what was decided before is durable; then reads what the store has up to the new end. A
// deadline that both ways find is one entry of the heap.
func (s *shard) advanceWindow(now time.Time) {
	t := &s.timers
	from, until := t.windowEnd, now.Add(s.engine.options.TimerWindow)
	t.windowEnd, t.beyond, t.advancing = until, time.Time{}, true
	s.afterDurable(func() {
		s.engine.background(func() {
			found, beyond, err := s.engine.store.Timers(s.engine.ctx, s.id, from, until)
			s.post(func() { s.windowLoaded(found, beyond, err) })
		})
	})
}

func (s *shard) windowLoaded(found []store.Timer, beyond time.Time, err error) {
	s.timers.advancing = false
	if err != nil {
		s.engine.fatal(err)
		return
	}
	for _, f := range found {
		s.remember(f.AwaitRef, f.Due, deadline)
	}
	if !beyond.IsZero() {
		s.remember(store.AwaitRef{}, beyond, deadline) // beyond the window: only its time is kept
	}
}

// timerHeap orders timers by deadline; see container/heap.
type timerHeap []*timer

// Len implements heap.Interface.
func (h timerHeap) Len() int { return len(h) }

// Less implements heap.Interface: the earlier deadline comes first.
func (h timerHeap) Less(i, j int) bool { return h[i].due.Before(h[j].due) }

// Swap implements heap.Interface, and tells both timers their new place.
func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

// Push implements [heap.Interface].
func (h *timerHeap) Push(x any) {
	n := x.(*timer)
	n.index = len(*h)
	*h = append(*h, n)
}

// Pop implements [heap.Interface].
func (h *timerHeap) Pop() any {
	old := *h
	n := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return n
}
