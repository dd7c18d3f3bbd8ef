package engine

import (
	"container/heap"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stepwell/stepwell/store"
)

// ClockMode says how executions tell the time.
type ClockMode string

// The modes. A virtual clock belongs to one tree of executions: one that somebody started, and all
// that were started below it. It runs as the real one does, with an offset that only grows.
const (
	// ClockReal is the machine's clock.
	ClockReal ClockMode = ""
	// ClockAuto jumps to the tree's next deadline as soon as nothing else can happen in the tree: no
	// handler runs, nothing waits for the disk, and no task waits for an answer from outside.
	ClockAuto ClockMode = "auto"
	// ClockHold does not jump.
	ClockHold ClockMode = "hold"
	// ClockStep jumps once, as soon as nothing runs in the tree, even if a task waits for an answer
	// from outside; then it holds.
	ClockStep ClockMode = "step"
)

// ErrRealClock says that the engine was not opened with a virtual clock.
var ErrRealClock = errors.New("engine: the clock is the real one")

// SetClock changes the mode of the virtual clock of an execution's tree, or of all trees, present and
// future, when execution is 0. A tree that has ended has no clock any more: that is no error.
func (e *Engine) SetClock(mode ClockMode, execution store.ExecutionID) error {
	if e.clocks == nil {
		return ErrRealClock
	}
	if execution == 0 {
		e.clocks.setAll(mode)
		return nil
	}
	row, err := e.store.Row(e.ctx, execution)
	if err != nil {
		return err
	}
	if c := e.clocks.running(row.Tree()); c != nil {
		c.set(mode)
	}
	return nil
}

// StartClocks makes the virtual clocks of trees to come run as if it were now t.
func (e *Engine) StartClocks(t time.Time) error {
	if e.clocks == nil {
		return ErrRealClock
	}
	e.clocks.mu.Lock()
	defer e.clocks.mu.Unlock()
	e.clocks.offset = time.Until(t).Round(time.Millisecond)
	return nil
}

// clocks are the virtual clocks of all trees in which something runs. A nil *clocks, and a nil
// *clock, is the real clock: its methods do nothing.
type clocks struct {
	mu     sync.Mutex
	mode   ClockMode     // of a new tree
	offset time.Duration // of a new tree
	trees  map[store.ExecutionID]*clock
	// recovering counts what is not restored yet after a start; nothing jumps before.
	recovering atomic.Int64
	// closed says that nothing jumps or rings any more.
	closed atomic.Bool
	turnOf func(kind string, on any)
	jumped func(tree store.ExecutionID) // is [Probe].Jumped
}

func newClocks(e *Engine) *clocks {
	if e.options.Clock == ClockReal {
		return nil
	}
	return &clocks{mode: e.options.Clock, trees: make(map[store.ExecutionID]*clock), turnOf: e.turnOf, jumped: e.options.Probe.Jumped}
}

// join makes an execution that runs one of its tree, and returns the tree's clock.
func (cs *clocks) join(row store.Row) *clock {
	return cs.begin(row.Tree(), func(c *clock) { c.members[row.ID] = true })
}

// deliver holds the clock of a message's tree until [shard.received].
func (cs *clocks) deliver(m store.Message) {
	cs.begin(m.Root, func(c *clock) { c.busy++ })
}

// begin lets f say what goes on in a tree, and returns the tree's clock.
func (cs *clocks) begin(tree store.ExecutionID, f func(*clock)) *clock {
	if cs == nil {
		return nil
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	c := cs.trees[tree]
	if c == nil {
		c = &clock{
			all: cs, tree: tree, mode: cs.mode, offset: cs.offset,
			members: make(map[store.ExecutionID]bool), open: make(map[store.AwaitRef]bool), armed: make(map[timerKey]*timer),
		}
		cs.trees[tree] = c
	}
	c.locked(func() { f(c) })
	return c
}

// running returns the clock of a tree, nil when nothing runs there.
func (cs *clocks) running(tree store.ExecutionID) *clock {
	if cs == nil {
		return nil
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	return cs.trees[tree]
}

func (cs *clocks) setAll(mode ClockMode) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.mode = mode
	if mode == ClockStep {
		cs.mode = ClockHold
	}
	for _, c := range cs.trees {
		c.set(mode)
	}
}

// recover changes how much is to be restored before anything jumps.
func (cs *clocks) recover(n int64) {
	if cs.recovering.Add(n) > 0 {
		return
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for _, tree := range slices.Sorted(maps.Keys(cs.trees)) {
		c := cs.trees[tree]
		c.locked(c.settle)
	}
}

// close stops all clocks: a handler that is cancelled because the engine closes is no reason to jump.
func (cs *clocks) close() {
	if cs == nil {
		return
	}
	cs.closed.Store(true)
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for _, c := range cs.trees {
		c.locked(c.settle)
	}
}

// clock is the virtual clock of one tree of executions. What it holds is not stored: after a restart
// it goes on from the latest event of the executions that are restored.
type clock struct {
	all  *clocks
	tree store.ExecutionID

	mu     sync.Mutex
	mode   ClockMode
	offset time.Duration
	last   time.Time // it never goes back
	// members are the executions that run.
	members map[store.ExecutionID]bool
	// busy counts what goes on by itself: steps that are not durable, messages, handlers.
	busy int
	// open are the tasks that only somebody outside can answer.
	open  map[store.AwaitRef]bool
	armed map[timerKey]*timer
	heap  timerHeap
	alarm *time.Timer
}

func (c *clock) locked(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
}

// now returns the tree's time in milliseconds.
func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.read()
}

func (c *clock) read() time.Time {
	if now := time.Now().UTC().Truncate(time.Millisecond).Add(c.offset); now.After(c.last) {
		c.last = now
	}
	return c.last
}

// reach moves the clock to t, unless it is there already.
func (c *clock) reach(t time.Time) {
	if up := t.Truncate(time.Millisecond); up.Before(t) {
		t = up.Add(time.Millisecond)
	}
	if d := t.Sub(c.read()); d > 0 {
		c.offset += d
		c.last = t
	}
}

// catchUp moves the clock to what a restored execution has seen.
func (c *clock) catchUp(t time.Time) {
	if c != nil {
		c.locked(func() { c.reach(t) })
	}
}

func (c *clock) set(mode ClockMode) {
	c.locked(func() {
		c.mode = mode
		c.settle()
	})
}

// hold says that something goes on in the tree, until drop is called.
func (c *clock) hold() {
	if c != nil {
		c.locked(func() { c.busy++ })
	}
}

func (c *clock) drop() {
	if c == nil {
		return
	}
	over := false
	c.locked(func() {
		c.busy--
		c.settle()
		over = c.over()
	})
	if over {
		c.all.forget(c)
	}
}

// over says that nothing runs in the tree any more.
func (c *clock) over() bool { return len(c.members) == 0 && c.busy == 0 }

// forget lets go of the clock of a tree that is over, unless it has begun to run again.
func (cs *clocks) forget(c *clock) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	c.locked(func() {
		if c.over() && cs.trees[c.tree] == c {
			delete(cs.trees, c.tree)
		}
	})
}

// outside says that a task waits for somebody outside.
func (c *clock) outside(ref store.AwaitRef) {
	if c != nil {
		c.locked(func() { c.open[ref] = true })
	}
}

// leave says that an execution has ended, in a step for which the clock is held.
func (c *clock) leave(id store.ExecutionID) {
	if c != nil {
		c.locked(func() { delete(c.members, id) })
	}
}

// arm remembers a deadline of one of the tree's executions.
func (c *clock) arm(s *shard, key timerKey, due time.Time) {
	c.locked(func() {
		if old, ok := c.armed[key]; ok {
			old.due = due
			heap.Fix(&c.heap, old.index)
		} else {
			n := &timer{key: key, due: due, shard: s}
			c.armed[key] = n
			heap.Push(&c.heap, n)
		}
		c.settle()
	})
}

// forget drops what is known of an await that is over.
func (c *clock) forget(ref store.AwaitRef) {
	c.locked(func() {
		delete(c.open, ref)
		for _, kind := range []timerKind{deadline, heartbeat} {
			if n, ok := c.armed[timerKey{ref, kind}]; ok {
				c.remove(n)
			}
		}
	})
}

func (c *clock) remove(n *timer) {
	heap.Remove(&c.heap, n.index)
	delete(c.armed, n.key)
}

// settle fires what is due, jumps if nothing else can happen, and sets the alarm for the rest.
func (c *clock) settle() {
	if c.alarm != nil {
		c.alarm.Stop()
		c.alarm = nil
	}
	if c.all.closed.Load() {
		return
	}
	c.fire()
	if len(c.heap) > 0 && c.mayJump() {
		c.jump()
	}
	if len(c.heap) > 0 {
		c.alarm = time.AfterFunc(c.heap[0].due.Sub(c.read()), func() {
			c.all.turnOf("clock", c.tree)
			c.locked(c.settle)
		})
	}
}

// jump moves the clock to its first deadline.
func (c *clock) jump() {
	if c.mode == ClockStep {
		c.mode = ClockHold
	}
	if c.mode == ClockAuto && c.all.jumped != nil {
		c.all.jumped(c.tree)
	}
	c.reach(c.heap[0].due)
	c.fire()
}

// beats says that a heartbeat of an await is expected already.
func (c *clock) beats(ref store.AwaitRef) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, armed := c.armed[timerKey{ref, heartbeat}]
	return armed
}

func (c *clock) mayJump() bool {
	switch {
	case c.busy > 0 || c.all.recovering.Load() > 0:
		return false
	case c.mode == ClockStep:
		return true
	}
	return c.mode == ClockAuto && len(c.open) == 0
}

// fire gives the deadlines that have passed to their shards.
func (c *clock) fire() {
	now := c.read()
	for len(c.heap) > 0 && !c.heap[0].due.After(now) {
		n := c.heap[0]
		c.remove(n)
		c.busy++
		n.shard.post(func() { n.shard.fire(n.key, c.drop) })
	}
}
