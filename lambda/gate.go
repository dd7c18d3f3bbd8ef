package lambda

import "sync"

// Bounds of the calls that wait for a function that is busy.
const (
	maxWaiting      = 10_000
	maxWaitingBytes = 64 << 20
)

// gate lets as many calls through at once as a function may run.
type gate struct {
	slots    chan struct{}
	throttle bool

	mu      sync.Mutex
	waiting queueSize
}

// queueSize counts what waits.
type queueSize struct{ calls, bytes int }

func (s queueSize) full() bool { return s.calls >= maxWaiting || s.bytes >= maxWaitingBytes }

func (s *queueSize) add(c *call)    { s.calls, s.bytes = s.calls+1, s.bytes+len(c.payload) }
func (s *queueSize) remove(c *call) { s.calls, s.bytes = s.calls-1, s.bytes-len(c.payload) }

func newGate(f *Function) *gate {
	return &gate{slots: make(chan struct{}, f.concurrency()), throttle: f.Throttle}
}

// enter waits until c may run; leave must follow. An error says that it may not.
func (g *gate) enter(c *call) error {
	select {
	case g.slots <- struct{}{}:
		return nil
	default:
	}
	g.mu.Lock()
	refused := g.throttle && !c.later || g.waiting.full()
	if !refused {
		g.waiting.add(c)
	}
	g.mu.Unlock()
	if refused {
		return tooManyRequests()
	}
	defer func() {
		g.mu.Lock()
		g.waiting.remove(c)
		g.mu.Unlock()
	}()
	select {
	case g.slots <- struct{}{}:
		return nil
	case <-c.ctx.Done():
		return c.ctx.Err()
	}
}

func (g *gate) leave() { <-g.slots }

// each answers calls one by one, each with work on a goroutine of its own, so that a caller who leaves
// does not end it. work is bounded by itself.
type each struct {
	host *Host
	gate *gate
	work func(c *call) (answer, error)
}

func newEach(h *Host, f *Function, work func(c *call) (answer, error)) *each {
	return &each{host: h, gate: newGate(f), work: work}
}

func (e *each) invoke(c *call) (answer, error) {
	if err := e.gate.enter(c); err != nil {
		return answer{}, err
	}
	started := e.host.spawn(func() {
		defer e.gate.leave()
		c.reply(e.work(c))
	})
	if !started {
		e.gate.leave()
		return answer{}, closing()
	}
	return c.wait()
}

// retire implements worker: nothing lasts longer than a call.
func (*each) retire() {}
