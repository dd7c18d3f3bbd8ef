package engine

import (
	"fmt"
	"math/rand/v2"

	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
)

// Probe lets a simulation decide what happens when, and look at what holds inside. The zero Probe
// changes nothing.
type Probe struct {
	// Turn is called before each unit of work, on the goroutine that does it: a turn of an actor, a
	// write of the committer, a job in the background. who names the unit. It may block.
	Turn func(who string)
	// Random gives the seed of the moment in which an execution with a journal of that length handles
	// a command.
	Random func(id store.ExecutionID, length uint64) uint64
	// Jumped is called before the virtual clock of a tree jumps by itself. It must not call the engine.
	Jumped func(tree store.ExecutionID)
	// Broken is told when an execution in memory is not the one that the store would restore.
	Broken func(error)
}

func (e *Engine) turn(who string) {
	if turn := e.options.Probe.Turn; turn != nil {
		turn(who)
	}
}

// turnOf is turn for a unit that has no name but what it works on.
func (e *Engine) turnOf(kind string, on any) {
	if e.options.Probe.Turn != nil {
		e.turn(fmt.Sprintf("%s %v", kind, on))
	}
}

// job makes f wait for its turn. The caller holds e.mu.
func (e *Engine) job(f func()) func() {
	e.jobs++
	name := fmt.Sprintf("job %d", e.jobs)
	return func() {
		e.turn(name)
		f()
	}
}

func (e *Engine) seed(r *resident) uint64 {
	if random := e.options.Probe.Random; random != nil {
		return random(r.row.ID, r.exec.LastSeq())
	}
	return rand.Uint64()
}

// touch remembers that an execution changed, for verify. The store would not restore an Express one.
func (s *shard) touch(r *resident) {
	if s.engine.options.Probe.Broken != nil && !r.express() {
		s.touched[r.row.ID] = true
	}
}

// verify compares the executions that changed, as soon as all of them is durable, with what the store
// would restore.
func (s *shard) verify() {
	for id := range s.touched {
		r := s.residents.byID[id]
		if r != nil && r.written > s.durable.Load() {
			continue
		}
		delete(s.touched, id)
		if r == nil {
			continue
		}
		if err := s.compare(r); err != nil {
			s.engine.options.Probe.Broken(fmt.Errorf("execution %s: %w", ExecutionARN(r.row), err))
		}
	}
}

func (s *shard) compare(r *resident) error {
	restored, err := s.engine.load(r.row.ID)
	if err != nil {
		return err
	}
	if got, want := restored.exec.Dump(), r.exec.Dump(); got != want {
		return fmt.Errorf("restored it is\n%s\nwhile it is\n%s", got, want)
	}
	outstanding := r.exec.Outstanding()
	if len(outstanding) != len(r.awaits) {
		return fmt.Errorf("%d awaits are outstanding, and %d are kept", len(outstanding), len(r.awaits))
	}
	for _, a := range outstanding {
		if kept, ok := r.awaits[a.ID]; !ok || !sameAwait(kept, a) {
			return fmt.Errorf("the await %+v is outstanding, and %+v is kept", a, kept)
		}
	}
	return nil
}

func sameAwait(a, b interpreter.Await) bool {
	return a.Kind == b.Kind && a.Due.Equal(b.Due) && a.Claimed == b.Claimed && a.Submitted == b.Submitted && a.Answered == b.Answered
}
