package simulation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/kv/memory"
	"github.com/stepwell/stepwell/service"
	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/store"
	"github.com/stepwell/stepwell/value"
)

// world is one run: a backend that survives, the server that lives now, and everybody outside.
type world struct {
	seed  uint64
	rng   *rand.Rand
	trace []string

	backend *memory.Store
	skew    time.Duration // of the backend's clock, by which leases run out
	checks  checks

	life     int
	options  engine.Options
	schedule *schedule
	disk     *disk
	engine   *engine.Engine
	service  *service.Service

	mu      sync.Mutex
	failure error // the first invariant that did not hold
	fallen  bool  // the engine of this life has stopped by itself
	tasks   []*task
	calls   map[string]string         // tokens by the idempotency keys that a handler works on in this life
	keys    map[string]store.AwaitRef // awaits by the idempotency keys that were ever seen
	tokens  []string
	fresh   []string // tokens of this step
	starts  []*start
	polls   int // workers that wait
	express express
}

// task is a call of a handler that waits for the simulator.
type task struct {
	integration.Task
	outcome chan integration.Outcome
	never   bool // it will not be answered
}

// start is an execution that a client wants, as far as it has heard.
type start struct {
	machine, name string
	input         string
	// acknowledged says that a client was told that it has started.
	acknowledged, asking bool
	id                   store.ExecutionID // once it is known
}

// newWorld returns a world with machines and without executions.
func newWorld(seed uint64) *world {
	w := &world{seed: seed, rng: rand.New(rand.NewPCG(seed, 1)), keys: make(map[string]store.AwaitRef), express: express{stored: make(map[store.ExecutionID]bool), ended: make(map[string]bool)}}
	w.backend = memory.NewWithClock(func() time.Time { return time.Now().Add(w.skew) })
	w.options = engine.Options{
		Logger: slog.New(slog.DiscardHandler), Retention: 100 * 365 * 24 * time.Hour,
		TimerWindow: []time.Duration{0, 40 * time.Second}[w.rng.IntN(2)],
	}
	if w.rng.IntN(2) == 0 {
		w.options.MaxResidentBytes = 1 // nothing stays that can leave
	}
	w.options.Clock = []engine.ClockMode{engine.ClockReal, engine.ClockReal, engine.ClockAuto, engine.ClockHold}[w.rng.IntN(4)]
	if w.rng.IntN(4) == 0 {
		w.options.MaxUncommitted = 3 // callers are throttled
	}
	w.open()
	committed, err := store.Open(context.Background(), w.backend)
	w.must(err)
	w.checks = checks{store: committed, programs: make(map[string]*asl.Program)}
	w.populate()
	return w
}

// must ends a run in which the simulator itself goes wrong.
func (w *world) must(err error) {
	if err != nil {
		w.fail(fmt.Errorf("the simulator cannot go on: %w", err))
	}
}

// fail records the first invariant that does not hold.
func (w *world) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failure == nil && err != nil {
		w.failure = err
	}
}

// failIn is fail for what a server says; one that is dead is not heard.
func (w *world) failIn(life int, err error) {
	w.mu.Lock()
	alive := life == w.life
	w.mu.Unlock()
	if alive {
		w.fail(err)
	}
}

func (w *world) failed() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.failure
}

func (w *world) note(format string, args ...any) {
	w.trace = append(w.trace, fmt.Sprintf(format, args...))
}

// open begins a life of the server.
func (w *world) open() {
	w.life++
	life := w.life
	uuid.SetRand(rand.NewChaCha8([32]byte{byte(w.seed), byte(w.seed >> 8), byte(w.seed >> 16), byte(w.seed >> 24), byte(life), byte(life >> 8)}))
	w.schedule = newSchedule()
	w.disk = &disk{Store: w.backend, schedule: w.schedule, landed: w.landed}
	w.fallen, w.tasks, w.calls, w.polls = false, nil, make(map[string]string), 0
	w.express.promised = append(w.express.promised, w.express.acknowledged...)
	w.express.syncs, w.express.acknowledged = 0, nil
	s, err := store.Open(context.Background(), w.disk)
	w.must(err)
	w.endUntold(s)
	handlers, handler := new(integration.Registry), integration.HandlerFunc(func(ctx context.Context, t integration.Task) integration.Outcome {
		return w.perform(ctx, life, t)
	})
	handlers.Register(function, handler)
	handlers.Register(callback, handler)
	o := w.options
	o.Store, o.Handlers, o.Observe = s, handlers, w.observe
	o.Probe = engine.Probe{Turn: w.schedule.turn, Broken: func(err error) { w.failIn(life, err) }, Jumped: func(tree store.ExecutionID) {
		w.failIn(life, w.busy(tree))
	}, Random: func(id store.ExecutionID, length uint64) uint64 {
		return w.seed ^ uint64(id)*0x9e3779b97f4a7c15 ^ length*0xbf58476d1ce4e5b9
	}}
	o.Fatal = func(error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.fallen = w.fallen || w.life == life
	}
	e, err := engine.Open(context.Background(), o)
	w.must(err)
	w.engine = e
	w.service = service.New(service.Options{Engine: e, Store: s, Account: account, Region: region, Logger: o.Logger})
	e.Begin()
}

// populate makes the machines and the activity, before anything goes wrong.
func (w *world) populate() {
	ctx := context.Background()
	_, err := w.service.CreateActivity(ctx, &sfn.CreateActivityInput{Name: new("work")})
	w.must(err)
	create := func(name, definition string, machineType sfn.StateMachineType) {
		_, err := w.service.CreateStateMachine(ctx, &sfn.CreateStateMachineInput{
			Name: &name, Definition: &definition, RoleArn: new("arn:aws:iam::" + account + ":role/r"), Type: &machineType,
		})
		w.must(err)
	}
	p := &programs{rng: w.rng}
	create(innerExpress, p.express(), sfn.StateMachineTypeExpress)
	for ; p.machines < 4; p.machines++ {
		create(fmt.Sprintf("m%d", p.machines), p.definition(), sfn.StateMachineTypeStandard)
	}
	create(outerExpress, p.express(), sfn.StateMachineTypeExpress)
}

// landed checks every execution that a commit is about.
func (w *world) landed(b kv.Batch) {
	w.landedExpress(b)
	ids, rows := executions(b)
	for _, id := range ids {
		if err := w.checks.execution(id, rows[id]); err != nil {
			w.fail(fmt.Errorf("after a commit: execution %x: %w", id, err))
		}
	}
}

// crash ends the server as kill -9 does, and starts the next one.
func (w *world) crash() {
	w.disk.kill()
	old := w.engine
	w.mu.Lock()
	w.life++ // what the old one says from here on is not heard
	w.mu.Unlock()
	w.schedule.releaseAll()
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		_ = old.Close() // it reports that the disk is dead
	}()
	<-closed
	synctest.Wait()
	w.forget()
	w.open()
}

// perform is the handler of every task: it waits for the simulator.
func (w *world) perform(ctx context.Context, life int, t integration.Task) integration.Outcome {
	ref := w.ref(t.Token)
	if strings.Contains(t.ExecutionARN, ":express:") {
		w.fail(w.mayAct(ref, t.ExecutionName))
		return w.work(ctx, life, t)
	}
	scheduled, submitted := false, false
	_, err := w.checks.has(ref, func(e interpreter.Event) bool {
		switch f := e.Fact.(type) {
		case interpreter.TaskScheduled:
			scheduled = scheduled || e.Seq == ref.Await.Seq && e.Frame == ref.Await.Frame
		case interpreter.TaskSubmitted:
			submitted = submitted || f.Await == ref.Await.Seq && e.Frame == ref.Await.Frame
		}
		return false
	})
	w.must(err)
	if !scheduled || submitted {
		w.fail(fmt.Errorf("a handler was called for %s: durably it is scheduled: %t, submitted: %t", t.IdempotencyKey, scheduled, submitted))
	}
	return w.work(ctx, life, t)
}

// work waits for what the simulator answers to a task.
func (w *world) work(ctx context.Context, life int, t integration.Task) integration.Outcome {
	p := &task{Task: t, outcome: make(chan integration.Outcome, 1)}
	if !w.begin(life, p) {
		return integration.Outcome{}
	}
	select {
	case o := <-p.outcome:
		w.end(life, p)
		return o
	case <-ctx.Done():
		w.end(life, p)
		return integration.Outcome{}
	}
}

// begin makes a call known; it is false for a server that is dead.
func (w *world) begin(life int, p *task) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if life != w.life {
		return false
	}
	ref := w.ref(p.Token)
	if seen, ok := w.keys[p.IdempotencyKey]; ok && seen != ref {
		w.failure = errors.Join(w.failure, fmt.Errorf("the key %s stands for %v and %v", p.IdempotencyKey, seen, ref))
	}
	for key, token := range w.calls {
		if w.ref(token) == ref {
			w.failure = errors.Join(w.failure, fmt.Errorf("two handlers work on %v at once, as %s and %s", ref, key, p.IdempotencyKey))
		}
	}
	w.keys[p.IdempotencyKey] = ref
	w.calls[p.IdempotencyKey] = p.Token
	if p.Resource == callback {
		w.fresh = append(w.fresh, p.Token) // whoever gets the request can answer before it returns
	}
	w.tasks = append(w.tasks, p)
	slices.SortFunc(w.tasks, func(a, b *task) int { return bytes.Compare([]byte(a.IdempotencyKey), []byte(b.IdempotencyKey)) })
	return true
}

func (w *world) end(life int, p *task) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if life == w.life {
		delete(w.calls, p.IdempotencyKey)
		w.tasks = slices.DeleteFunc(w.tasks, func(o *task) bool { return o == p })
	}
}

// outcome is what a handler answers: mostly a result.
func (w *world) outcome(t *task, kind int) integration.Outcome {
	name, cause := "Broken", "by chance"
	switch {
	case kind < 6 && t.Resource == callback:
		return integration.Outcome{Submitted: true, Output: value.Object()}
	case kind < 6:
		return integration.Outcome{Output: value.Int(int64(t.Attempt))}
	case kind < 8:
		return integration.Outcome{Failure: &asl.Failure{Error: &name, Cause: &cause}}
	case t.Deadline.IsZero():
		return integration.Outcome{Output: value.Null}
	}
	return integration.Outcome{Never: true}
}

// busy returns an error if something can still happen in a tree whose clock is about to jump.
func (w *world) busy(tree store.ExecutionID) error {
	w.mu.Lock()
	tasks := slices.Clone(w.tasks)
	w.mu.Unlock()
	for _, t := range tasks {
		if w.checks.tree(w.ref(t.Token).Execution) == tree && !t.never {
			return fmt.Errorf("the clock of %x jumps while a handler works on %s", tree, t.IdempotencyKey)
		}
	}
	return w.checks.quiet(tree)
}

// steal is another server that takes all shards when their leases have run out, and leaves again.
func (w *world) steal() {
	const year = 365 * 24 * time.Hour
	if w.skew > 200*year {
		return // there is no more time that the clock can hold
	}
	w.skew += 11 * year // longer than a lease
	r := kv.LeaseRequest{Owner: "thief", TTL: time.Second}
	for i := range store.Shards {
		r.Shards = append(r.Shards, uint16(i))
	}
	_, err := w.backend.Lease(context.Background(), r)
	w.must(err)
	r.Release = true
	_, err = w.backend.Lease(context.Background(), r)
	w.must(err)
}
