package engine

import (
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
)

// Uncommitted counts the steps that were decided and are not durable.
func Uncommitted(e *Engine) int {
	n := int64(0)
	for _, s := range e.shards {
		n += s.pending.Load()
	}
	return int(n)
}

// Residents counts the executions in memory.
func Residents(e *Engine) int {
	counts := make(chan int)
	n := 0
	for _, s := range e.shards {
		s.post(func() { counts <- len(s.residents.byID) })
		n += <-counts
	}
	return n
}

// Turns counts how often the actors woke up.
func Turns(e *Engine) int64 {
	n := int64(0)
	for _, s := range e.shards {
		n += s.turns.Load()
	}
	return n
}

// Break makes every later command of an execution in memory panic.
func Break(e *Engine, id store.ExecutionID) {
	done := make(chan struct{})
	s := e.shards[id.Shard()]
	s.post(func() {
		broken := s.residents.get(id).exec
		s.interpret = func(x *interpreter.Execution, m interpreter.Moment, c interpreter.Command) interpreter.Step {
			if x == broken {
				panic("broken for a test")
			}
			return x.Handle(m, c)
		}
		close(done)
	})
	<-done
}

// Clocks counts the trees that have a virtual clock.
func Clocks(e *Engine) int {
	e.clocks.mu.Lock()
	defer e.clocks.mu.Unlock()
	return len(e.clocks.trees)
}

// Deliver gives a message to its target, perhaps not for the first time.
func Deliver(e *Engine, m store.Message) {
	target := e.shards[m.Target]
	target.post(func() { target.receive(m) })
}

// BreakAll makes every later command panic, and gives one to each execution in memory.
func BreakAll(e *Engine) {
	for _, s := range e.shards {
		s.post(func() {
			s.interpret = func(*interpreter.Execution, interpreter.Moment, interpreter.Command) interpreter.Step {
				panic("broken for a test")
			}
			for _, r := range s.residents.byID {
				s.handle(r, interpreter.Stop{}, new(store.Tx))
			}
		})
	}
}

// ExpressRoom returns how many Express executions are counted, and their bytes.
func ExpressRoom(e *Engine) (running, bytes int64) {
	return e.express.running.Load(), e.express.bytes.Load()
}
