package lambda

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxTries is how many instances may die before they have got a call, until the call fails too.
	maxTries = 3
	// maxTorn is how many editions in a row may change while instances start, until one is taken as it is.
	maxTorn = 5
)

// worker implements [Code].
func (r Runtime) worker(h *Host, f *Function) worker {
	p := &pool{host: h, function: f, runtime: r, watch: r.watch(f)}
	p.edition = p.watch.edition()
	return p
}

// watch returns what is watched for a function.
func (r Runtime) watch(f *Function) *watch {
	switch {
	case f.Watch != nil:
		return &watch{paths: f.Watch}
	case r.Language != Go:
		return &watch{paths: []string{f.Dir}, code: true}
	}
	return &watch{paths: []string{program(f.Dir, r.Args[0])}}
}

// pool is the instances of a function and the calls that wait for one. A call takes the instance that
// became idle last; if there is none, it waits, and instances are started until there is one for each
// call that waits, or as many as may be.
type pool struct {
	host     *Host
	function *Function
	runtime  Runtime
	watch    *watch

	mu       sync.Mutex
	idle     []*instance
	waiting  []*call
	size     queueSize // of waiting
	alive    int       // instances, with those that start
	starting int
	edition  int // the latest that was seen of what is watched
	torn     int // editions in a row that changed while an instance started,
	tornAt   int // and the last of them
	reloaded bool
	retired  bool

	open atomic.Int64 // calls without an answer
}

func (p *pool) invoke(c *call) (answer, error) {
	if err := p.submit(c); err != nil {
		return answer{}, err
	}
	return c.wait()
}

// submit gives a call to an instance, or lets it wait for one.
func (p *pool) submit(c *call) error {
	edition := p.watch.edition()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.see(edition)
	if p.function.Throttle && !c.later && p.open.Load() >= int64(p.function.concurrency()) {
		return tooManyRequests()
	}
	if len(p.idle) == 0 && p.size.full() {
		return tooManyRequests()
	}
	p.open.Add(1)
	c.ended = func() { p.open.Add(-1) }
	if !p.give(c) {
		p.waiting = append(p.waiting, c)
		p.size.add(c)
		p.grow()
	}
	return nil
}

// give gives a call to the instance that became idle last, or returns false if none is idle.
func (p *pool) give(c *call) bool {
	n := len(p.idle)
	if n == 0 {
		return false
	}
	i := p.idle[n-1]
	p.idle = p.idle[:n-1]
	i.inbox <- c
	return true
}

// look is see for those who do not hold the pool.
func (p *pool) look(edition int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.see(edition)
}

// see retires the idle instances when what they run has changed; the others follow when they have
// answered.
func (p *pool) see(edition int) {
	if edition <= p.edition { // what others have seen meanwhile may be newer
		return
	}
	p.edition, p.reloaded = edition, true
	p.host.log.Info("the code of a function has changed: new processes take over", "function", p.function.Name.String())
	p.dismiss()
}

// dismiss ends the idle instances.
func (p *pool) dismiss() {
	for _, i := range p.idle {
		i.inbox <- nil
	}
	p.idle = nil
}

// grow starts the instances that waiting calls need.
func (p *pool) grow() {
	for p.starting < len(p.waiting) && p.alive < p.function.concurrency() {
		i := newInstance(p)
		if !p.host.spawn(i.run) {
			p.failAll(closing())
			return
		}
		p.alive++
		p.starting++
	}
}

// close ends the calls that wait, because the host closes.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failAll(closing())
}

// failAll ends the calls that wait.
func (p *pool) failAll(err error) {
	for c := p.pop(); c != nil; c = p.pop() {
		c.reply(answer{}, err)
	}
}

// pop returns the call that has waited longest and is still wanted, or nil.
func (p *pool) pop() *call {
	for len(p.waiting) > 0 {
		c := p.waiting[0]
		p.waiting[0] = nil
		p.waiting = p.waiting[1:]
		p.size.remove(c)
		if c.ctx.Err() == nil {
			return c
		}
		c.reply(answer{}, c.ctx.Err())
	}
	return nil
}

// retire implements worker.
func (p *pool) retire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.retired = true
	p.dismiss()
}

// next returns the next call of an instance that is ready for one; nil says that it is to end.
func (p *pool) next(i *instance) *call {
	p.mu.Lock()
	p.hasStarted(i)
	if i.edition < p.edition {
		p.mu.Unlock()
		return nil
	}
	c := p.pop()
	if c != nil || p.retired {
		p.mu.Unlock()
		return c
	}
	p.idle = append(p.idle, i)
	p.mu.Unlock()
	return p.rest(i)
}

// rest waits, as an idle instance, for a call or the end.
func (p *pool) rest(i *instance) *call {
	timer := time.NewTimer(p.function.idle())
	defer timer.Stop()
	select {
	case c := <-i.inbox:
		return c
	case <-timer.C:
	case <-i.ended:
	case <-p.host.ctx.Done():
	}
	if p.remove(i) {
		return nil
	}
	return <-i.inbox // it was taken meanwhile
}

// remove takes an instance from the idle ones, or returns false if it is none.
func (p *pool) remove(i *instance) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := slices.Index(p.idle, i)
	if at >= 0 {
		p.idle = slices.Delete(p.idle, at, at+1)
	}
	return at >= 0
}

func (p *pool) hasStarted(i *instance) {
	if i.starting {
		i.starting = false
		p.starting--
	}
}

// leave says that an instance has ended. Calls that wait get another one.
func (p *pool) leave(i *instance) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hasStarted(i)
	p.alive--
	p.grow()
}

// again gives back a call that an instance never got, to be the next one. It fails if that has happened
// too often.
func (p *pool) again(c *call, a answer) {
	if c.tries++; c.tries == maxTries {
		c.reply(a, nil)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.give(c) {
		p.waiting = slices.Insert(p.waiting, 0, c)
		p.size.add(c)
	}
}

// fail answers the call that has waited longest, because an instance that was started for it failed.
// The answer depends on the call.
func (p *pool) fail(why func(c *call) answer) {
	p.mu.Lock()
	c := p.pop()
	p.mu.Unlock()
	if c != nil {
		c.reply(why(c), nil)
	}
}

// startOver says whether an instance that has started with one edition, while another one came, is to
// be replaced before it gets a call. A function that changes its own code whenever it starts must not
// be started for ever.
func (p *pool) startOver(with, now int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.see(now)
	if with == now {
		p.torn = 0
		return false
	}
	if p.tornAt != now {
		p.tornAt = now
		p.torn++
	}
	return p.torn <= maxTorn
}

// changed says that the code has changed since the pool was made: what is missing or cannot be run may
// be about to be written.
func (p *pool) changed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.reloaded
}
