package engine

import (
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
)

// shard is an actor: one goroutine owns a partition of the executions and everything below that is
// not marked otherwise. It works on its memory, which may be ahead of the disk, and never waits:
// what needs the store parks and comes back through the mailbox.
type shard struct {
	engine *Engine
	id     uint16
	epoch  uint64
	inbox  *mailbox[func()]
	// interpret is Execution.Handle; tests break it.
	interpret func(*interpreter.Execution, interpreter.Moment, interpreter.Command) interpreter.Step

	// seq is the sequence of the last step handed to the committer; durable the one that the disk
	// has; pending counts steps between the two. The committer writes the latter two.
	seq     uint64
	durable atomic.Uint64
	pending atomic.Int64

	lastExecution store.ExecutionID
	lastNow       time.Time

	residents residents
	parked    map[store.ExecutionID][]func(*resident, error) // waiting for a load
	toLoad    []store.ExecutionID                            // the keys of parked, but for the one that loads
	loading   bool
	names     map[nameKey]store.ExecutionID // of the residents
	lookups   map[nameKey]int               // how many read the store for a name now
	left      map[nameKey]store.Row         // who left memory while they do
	broken    map[store.ExecutionID]error   // quarantined by a panic
	highWater map[uint16]uint64             // last message seen, by source
	turns     atomic.Int64                  // how often the actor woke up
	running   map[store.AwaitRef]func()     // cancels a task's handler
	watchers  map[store.ExecutionID][]*watcher

	timers  timers
	touched map[store.ExecutionID]bool // changed since verify looked; only under a probe
}

func newShard(e *Engine, id uint16, epoch, seq uint64) *shard {
	s := &shard{
		engine: e, id: id, epoch: epoch, inbox: newMailbox[func()](), seq: seq,
		interpret: (*interpreter.Execution).Handle,
		residents: newResidents(),
		parked:    make(map[store.ExecutionID][]func(*resident, error)),
		names:     make(map[nameKey]store.ExecutionID),
		lookups:   make(map[nameKey]int),
		left:      make(map[nameKey]store.Row),
		broken:    make(map[store.ExecutionID]error),
		highWater: make(map[uint16]uint64),
		running:   make(map[store.AwaitRef]func()),
		watchers:  make(map[store.ExecutionID][]*watcher),
		timers:    newTimers(),
		touched:   make(map[store.ExecutionID]bool),
	}
	s.durable.Store(seq)
	return s
}

// run is the actor. It returns once stop is closed.
func (s *shard) run(stop <-chan struct{}) {
	alarm := time.NewTimer(time.Hour)
	defer alarm.Stop()
	name := fmt.Sprintf("shard %d", s.id)
	for {
		var ring <-chan time.Time
		if next, ok := s.timers.next(); ok {
			alarm.Reset(time.Until(next))
			ring = alarm.C
		}
		select {
		case <-s.inbox.wake:
		case <-ring:
		case <-stop:
			return
		}
		s.engine.turn(name)
		for s.work() {
		}
	}
}

// work does what the mailbox and the timers have for the actor. It is false when the mailbox was empty.
func (s *shard) work() bool {
	s.turns.Add(1)
	work := s.inbox.take()
	for _, f := range work {
		f()
	}
	s.fireTimers()
	s.verify()
	s.residents.evict(s)
	return len(work) > 0
}

// post gives the actor something to do.
func (s *shard) post(f func()) { s.inbox.post(f) }

// now returns the time of an execution, in milliseconds; it never goes back.
func (s *shard) now(r *resident) time.Time {
	if r.clock != nil {
		return r.clock.now()
	}
	return s.realNow()
}

func (s *shard) realNow() time.Time {
	if now := time.Now().UTC().Truncate(time.Millisecond); now.After(s.lastNow) {
		s.lastNow = now
	}
	return s.lastNow
}

// commit hands a step to the committer. What is to be released waits until it is durable; a step
// that writes nothing waits for those before it.
func (s *shard) commit(tx *store.Tx, release ...func()) {
	if !tx.Empty() {
		s.seq++
	} else if s.durable.Load() == s.seq {
		for _, f := range release {
			f()
		}
		return
	}
	s.enqueue(tx, release)
}

// enqueue is commit by way of the committer in any case: release comes after that of the steps before.
func (s *shard) enqueue(tx *store.Tx, release []func()) {
	s.pending.Add(1)
	s.engine.committer.queue.post(commit{shard: s, after: s.seq, tx: tx, release: release})
}

// afterDurable calls f, on the committer's goroutine or this one, when everything decided so far
// is durable.
func (s *shard) afterDurable(f func()) { s.commit(new(store.Tx), f) }

// withExecution calls f with the execution, now if it is in memory, else once it is loaded.
func (s *shard) withExecution(id store.ExecutionID, f func(*resident, error)) {
	if err, ok := s.broken[id]; ok {
		f(nil, err)
		return
	}
	if r := s.residents.get(id); r != nil {
		f(r, nil)
		return
	}
	waiting, queued := s.parked[id]
	s.parked[id] = append(waiting, f)
	if !queued {
		s.toLoad = append(s.toLoad, id)
		s.loadNext()
	}
}

// loadNext restores the next execution that something waits for. A shard restores one at a time, so
// that many timers at once need neither many goroutines nor much memory.
func (s *shard) loadNext() {
	if s.loading || len(s.toLoad) == 0 {
		return
	}
	s.loading = true
	id := s.toLoad[0]
	s.toLoad = s.toLoad[1:]
	s.engine.background(func() {
		r, err := s.engine.load(id)
		s.post(func() { s.loaded(id, r, err) })
	})
}

func (s *shard) loaded(id store.ExecutionID, r *resident, err error) {
	s.loading = false
	s.loadNext()
	waiting := s.parked[id]
	delete(s.parked, id)
	switch {
	case err == nil:
		s.adopt(r)
	case errors.Is(err, errBroken):
		s.broken[id] = err
	case !errors.Is(err, store.ErrNotFound):
		s.engine.fatal(err) // what waits for it must not be lost: the next start takes it up again
	}
	for _, f := range waiting {
		if broken, ok := s.broken[id]; ok {
			r, err = nil, broken
		}
		f(r, err)
	}
}

// adopt makes r one of the executions in memory.
func (s *shard) adopt(r *resident) {
	s.residents.add(r)
	s.weigh(r)
	if !r.express() {
		s.names[r.nameKey()] = r.row.ID
	}
	if status := r.exec.Status(); status == "" || status == interpreter.Running {
		r.clock = s.engine.clocks.join(r.row)
	}
	if r.clock != nil {
		s.wind(r)
	}
}

// wind tells a virtual clock of what an execution waits for.
func (s *shard) wind(r *resident) {
	r.clock.catchUp(r.exec.LastTime())
	for _, a := range r.exec.Outstanding() {
		ref := store.AwaitRef{Execution: r.row.ID, Await: a.ID}
		s.arm(r, a.ID, a.Due, deadline)
		if s.outside(r, a) {
			r.clock.outside(ref)
		}
		if beating(a) && !r.clock.beats(ref) {
			s.beat(r, a)
		}
	}
}

// moment is what an execution gets with a command. An activity that is mocked need not exist.
func (s *shard) moment(r *resident, now time.Time) interpreter.Moment {
	exists := s.engine.activities.exist
	if s.engine.options.Mocked != nil {
		exists = func(state, arn string) bool {
			_, mocked := s.engine.mocked(r.row.Machine, r.row.TestCase, state)
			return mocked || s.engine.activities.exist(state, arn)
		}
	}
	return interpreter.Moment{Time: now, Seed: s.engine.seed(r), ActivityExists: exists}
}

// handle gives a command to an execution and commits what it leads to, together with what tx has
// already. The answer leaves when that is durable, with the row as the step left it, before the step's
// effects: a message that tx has already goes first. It returns false when the execution is broken.
func (s *shard) handle(r *resident, c interpreter.Command, tx *store.Tx, answer ...func(store.Row)) bool {
	return s.handleAt(s.now(r), r, c, tx, answer...)
}

// handleAt is handle at a time that the caller has read.
func (s *shard) handleAt(now time.Time, r *resident, c interpreter.Command, tx *store.Tx, answer ...func(store.Row)) bool {
	r.clock.hold()
	step, err := s.decide(r, s.moment(r, now), c)
	if err != nil {
		r.clock.drop()
		return false
	}
	r.putEvents(tx, step.Events)
	var release []func()
	release = s.settle(r, c, tx, release)
	for _, effect := range step.Effects {
		release = s.perform(r, effect, tx, release)
	}
	if r.exec.Status() != r.row.Status {
		release = s.changeStatus(r, tx, release)
	}
	s.residents.touch(r)
	row := r.started()
	answers := make([]func(), 0, len(answer)+len(release)+2)
	if observe := s.engine.options.Observe; observe != nil && len(step.Events) > 0 {
		answers = append(answers, func() { observe(row, &r.plan.revision, step.Events) })
	}
	for _, f := range answer {
		answers = append(answers, func() { f(row) })
	}
	answers = append(answers, release...)
	if r.clock != nil {
		answers = append(answers, r.clock.drop)
	}
	s.weigh(r)
	s.commitStep(r, tx, answers)
	s.touch(r)
	return true
}

// commitStep is commit for a step of r. An Express execution of which no step is on its way to the
// disk or being told does not wait for the others of its shard; one that ended leaves memory as soon as it
// may, for nothing else can make room for others.
func (s *shard) commitStep(r *resident, tx *store.Tx, release []func()) {
	switch {
	case !r.express():
		s.commit(tx, release...)
	case tx.Empty() && r.waiting.Load() == 0:
		for _, f := range release {
			f()
		}
		return
	default:
		r.waiting.Add(1)
		release = append(release, func() { r.waiting.Add(-1) })
		if r.row.Status != interpreter.Running {
			release = append(release, s.inbox.signal)
		}
		if tx.Empty() { // what it follows may be durable and not told yet
			s.enqueue(tx, release)
		} else {
			s.commit(tx, release...)
		}
	}
	r.written = s.seq
}

// decide runs the interpreter. A panic there quarantines the execution, and nothing else.
func (s *shard) decide(r *resident, m interpreter.Moment, c interpreter.Command) (step interpreter.Step, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("execution %s is quarantined: %v", ExecutionARN(r.row), p)
			s.quarantine(r, err)
			s.engine.log.Error("the interpreter failed; the execution stands still until a restart",
				"execution", ExecutionARN(r.row), "panic", p, "stack", string(debug.Stack()))
		}
	}()
	return s.interpret(r.exec, m, c), nil
}

// quarantine lets go of an execution that cannot go on; who waits for it is told.
func (s *shard) quarantine(r *resident, err error) {
	id := r.row.ID
	s.broken[id] = err
	s.release(r)
	r.clock.leave(id)
	for _, w := range s.watchers[id] {
		w.told(store.Row{}, err)
	}
	delete(s.watchers, id)
	for await := range r.awaits {
		s.disarm(r, await)
		ref := store.AwaitRef{Execution: id, Await: await}
		if cancel, ok := s.running[ref]; ok {
			delete(s.running, ref)
			cancel()
		}
	}
}

// settle forgets the await that c answered, if it is not outstanding any more. A request that was
// accepted begins the wait for its callback.
func (s *shard) settle(r *resident, c interpreter.Command, tx *store.Tx, release []func()) []func() {
	id, ok := answered(c)
	if !ok {
		return release
	}
	if a, open := r.exec.Awaiting(id); open {
		if _, submitted := c.(interpreter.SubmitTask); submitted && beating(a) {
			if s.outside(r, a) {
				r.clock.outside(store.AwaitRef{Execution: r.row.ID, Await: id})
			}
			s.beat(r, a)
		}
		return release
	}
	return s.end(r, id, tx, release)
}

// outside says that only somebody outside can answer: a worker, or whoever got the token of a request
// that was accepted.
func (s *shard) outside(r *resident, a interpreter.Await) bool {
	if s.mocks(r, a) {
		return false
	}
	return a.Kind == interpreter.AwaitActivity || a.Submitted && byToken(a.Resource)
}

// beating says that somebody has the task, or its mock stands for one who has, and is to send
// heartbeats if it asks for them.
func beating(a interpreter.Await) bool {
	return a.Claimed || a.Submitted && byToken(a.Resource)
}

// byToken says that a resource answers by the task's token.
func byToken(arn string) bool {
	resource, _ := asl.ParseResource(arn)
	return resource.Pattern == asl.WaitForTaskToken
}

// answered returns the await that a command answers.
func answered(c interpreter.Command) (interpreter.AwaitID, bool) {
	switch c := c.(type) {
	case interpreter.SubmitTask:
		return c.Await, true
	case interpreter.CompleteTask:
		return c.Await, true
	case interpreter.FailTask:
		return c.Await, true
	case interpreter.FireTimer:
		return c.Await, true
	case interpreter.CloseChild:
		return c.Await, true
	}
	return interpreter.AwaitID{}, false
}

func (s *shard) perform(r *resident, e interpreter.Effect, tx *store.Tx, release []func()) []func() {
	switch e := e.(type) {
	case interpreter.Begin:
		return s.begin(r, e.Await, tx, release)
	case interpreter.Change:
		return s.change(r, e.Await, tx, release)
	case interpreter.Cancel:
		return s.end(r, e.ID, tx, release)
	}
	panic(fmt.Sprintf("engine: unknown effect %T", e))
}

// begin stores a new await; what it asks of the world is released with the step.
func (s *shard) begin(r *resident, a interpreter.Await, tx *store.Tx, release []func()) []func() {
	r.awaits[a.ID] = a
	r.putAwait(tx, a, s.mocks(r, a))
	s.arm(r, a.ID, a.Due, deadline)
	return s.ask(r, a, tx, release)
}

// ask asks the world for what an await is for.
func (s *shard) ask(r *resident, a interpreter.Await, tx *store.Tx, release []func()) []func() {
	if s.handled(r, a) {
		return append(release, s.dispatch(r, a))
	}
	switch a.Kind {
	case interpreter.AwaitActivity:
		q := queued(r.row.ID, a)
		tx.Enqueue(q)
		r.clock.outside(q.AwaitRef)
		return append(release, func() { s.engine.activities.offer(q) })
	case interpreter.AwaitChild:
		return s.startChild(r, a, tx, release)
	case interpreter.AwaitTimer, interpreter.AwaitTask: // is armed, or handled, already
	}
	return release
}

// change stores what became of an await: an activity task was claimed.
func (s *shard) change(r *resident, a interpreter.Await, tx *store.Tx, release []func()) []func() {
	was := r.awaits[a.ID]
	if !was.Due.Equal(a.Due) {
		r.deleteAwait(tx, was)
	}
	r.awaits[a.ID] = a
	r.putAwait(tx, a, s.mocks(r, a))
	s.arm(r, a.ID, a.Due, deadline)
	if a.Claimed && !was.Claimed {
		tx.Dequeue(queued(r.row.ID, was))
		s.beat(r, a)
	}
	return release
}

// end forgets an await that is over.
func (s *shard) end(r *resident, id interpreter.AwaitID, tx *store.Tx, release []func()) []func() {
	a, ok := r.awaits[id]
	if !ok {
		return release
	}
	delete(r.awaits, id)
	r.deleteAwait(tx, a)
	s.disarm(r, id)
	if a.Kind == interpreter.AwaitActivity && !a.Claimed {
		q := queued(r.row.ID, a)
		tx.Dequeue(q)
		release = append(release, func() { s.engine.activities.withdraw(q) })
	}
	ref := store.AwaitRef{Execution: r.row.ID, Await: id}
	if cancel, ok := s.running[ref]; ok {
		delete(s.running, ref)
		release = append(release, cancel)
	}
	return release
}

// changeStatus writes the row of an execution that started or ended, and tells its starter and the
// targets of events.
func (s *shard) changeStatus(r *resident, tx *store.Tx, release []func()) []func() {
	was := r.row
	r.row.Status = r.exec.Status()
	r.row.Stop = r.exec.StopTime()
	if r.row.Status != interpreter.Running {
		r.row.Closed = s.realNow()
	}
	r.row.Failure = r.exec.Failure()
	r.row.LastSeq = r.exec.LastSeq()
	if was.Status == "" {
		r.row.Start = r.exec.StartTime()
	}
	r.putStatus(tx, was)
	release = s.announce(r, was, tx, release)
	if r.row.Status == interpreter.Running {
		return release
	}
	s.residents.closed(r)
	r.clock.leave(r.row.ID)
	row := r.row
	for _, w := range s.watchers[row.ID] {
		release = append(release, func() { w.told(row, nil) })
	}
	delete(s.watchers, r.row.ID)
	if r.row.Starter != nil {
		release = s.tellStarter(r, tx, release)
	}
	return release
}

func queued(id store.ExecutionID, a interpreter.Await) store.QueuedTask {
	return store.QueuedTask{
		AwaitRef: store.AwaitRef{Execution: id, Await: a.ID}, Activity: a.Resource, Time: a.Begun,
	}
}
