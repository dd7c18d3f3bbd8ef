package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/store"
)

// Errors that callers tell apart with errors.Is.
var (
	// ErrClosed says that the engine is closing or has stopped after a failed commit.
	ErrClosed = errors.New("engine: closed")
	// ErrReadOnly says that the store's disk is nearly full; its text says how full.
	ErrReadOnly = errors.New("the server is read-only")
	// ErrThrottled says that a shard has too much that is not durable yet, or that too many Express
	// executions run.
	ErrThrottled = errors.New("engine: too much is going on")
	// ErrExists says that another execution has the name.
	ErrExists = errors.New("engine: the execution exists")
	// ErrTaskClosed says that a token's task is over.
	ErrTaskClosed = errors.New("engine: the task is over")
	// ErrTooManyPollers says that too many workers wait for one activity.
	ErrTooManyPollers = errors.New("engine: too many workers wait for the activity")
)

// Options configures an Engine. Only Store and Handlers are required.
type Options struct {
	Store    *store.Store
	Handlers *integration.Registry
	// Logger gets what an operator should know; nil means slog.Default.
	Logger *slog.Logger
	// Owner names this server in leases.
	Owner string
	// MaxResidentBytes bounds what executions hold in memory, as far as they can leave it; 0 means
	// 256 MiB.
	MaxResidentBytes int64
	// MaxUncommitted is how many steps of a shard may wait for the disk before callers are
	// throttled; 0 means 4,096.
	MaxUncommitted int
	// TimerWindow is how far ahead deadlines are held in memory; 0 means 10 minutes.
	TimerWindow time.Duration
	// Mocked, when not nil, finds who stands in for a Task state, whatever kind of task it is, by the
	// names of machine, test case (empty without one) and state; false: the task is done for real.
	Mocked func(machine, testCase, state string) (integration.Handler, bool)
	// Clock says how executions tell the time. [ClockReal] is that of the machine; any other mode makes
	// the clocks virtual, and is what a new one begins with.
	Clock ClockMode
	// Retention is how long closed executions are kept; 0 means 90 days.
	Retention time.Duration
	// Limits bound executions; fields that are zero have AWS's values.
	Limits interpreter.Limits
	// MaxNameCharacters is how long the name of a nested execution may be; 0 means 80.
	MaxNameCharacters int
	// MaxExpress is how many Express executions may run at once, before callers are throttled; 0 means
	// 10,000. They cannot leave memory: callers are throttled too when they hold MaxResidentBytes.
	MaxExpress int
	// MaxActivityPollers is how many workers may wait for tasks of one activity; 0 means 1,000.
	MaxActivityPollers int
	// Observe, when not nil, is told what happened in an execution, step by step, when it is durable
	// (of an Express execution: when its start is) and before anybody is answered. It must not block,
	// and not change what it gets.
	Observe func(row store.Row, r *store.Revision, events []interpreter.Event)
	// EventTargets names those who are to be told of changes of the status of Standard executions: a
	// store.StatusChange is written for each of them in the commit that makes the change.
	EventTargets []string
	// Announced, when not nil, is told how many such changes have become durable, the same number for
	// each target. It must not block.
	Announced func(changes int)
	// Committed, when not nil, is told of each group of steps that became durable together, and how
	// long that took. It must not block.
	Committed func(steps int, took time.Duration)
	// Probe is for simulations.
	Probe Probe
	// Fatal is told once, on a goroutine of its own, when the engine cannot go on, with the reason; nil
	// means only a log line.
	Fatal func(error)
}

func (o *Options) setDefaults() {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Owner == "" {
		o.Owner = "stepwell"
	}
	setDefault(&o.MaxResidentBytes, 256<<20)
	setDefault(&o.MaxUncommitted, 4096)
	setDefault(&o.MaxExpress, 10_000)
	setDefault(&o.MaxActivityPollers, 1000)
	setDefault(&o.TimerWindow, 10*time.Minute)
	o.TimerWindow = max(o.TimerWindow, 2*windowMargin)
	setDefault(&o.MaxNameCharacters, 80)
	setDefault(&o.Retention, 90*24*time.Hour)
}

func setDefault[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

// Engine runs executions. It is safe for concurrent use.
type Engine struct {
	options    Options
	log        *slog.Logger
	store      *store.Store
	shards     []*shard
	committer  *committer
	activities *activities
	plans      *plans
	clocks     *clocks // nil: the real clock
	express    expressRoom

	residentBytes atomic.Int64

	// ctx ends when the engine closes: handlers, loads and polls stop.
	ctx    context.Context
	cancel context.CancelFunc
	// polls ends earlier, when workers are to be sent home.
	polls     context.Context
	stopPolls context.CancelFunc
	// stopActors ends the shards, stopCommitter the committer, in this order; stopped is closed when
	// nothing will be answered any more.
	stopActors, stopCommitter, stopped chan struct{}
	actors, workers                    sync.WaitGroup

	begin, close sync.Once
	closeErr     error

	mu      sync.Mutex
	closing bool
	jobs    int   // how many have begun in the background
	failure error // why the engine stopped by itself
}

// Open takes the leases of all shards and reads what the store says is outstanding. The Engine that
// it returns acts on that from [Engine.Begin] on. The caller keeps the store, and closes it after the
// Engine.
func Open(ctx context.Context, options Options) (*Engine, error) {
	options.setDefaults()
	e := &Engine{
		options: options, log: options.Logger, store: options.Store,
		activities: newActivities(options.Store, options.MaxActivityPollers), plans: newPlans(options.Store),
		stopActors: make(chan struct{}), stopCommitter: make(chan struct{}), stopped: make(chan struct{}),
	}
	e.clocks = newClocks(e)
	e.express.maxRunning, e.express.maxBytes = int64(options.MaxExpress), options.MaxResidentBytes
	e.ctx, e.cancel = context.WithCancel(context.Background())
	e.polls, e.stopPolls = context.WithCancel(e.ctx)
	e.committer = newCommitter(options.Store.KV(), e)
	if err := e.lease(ctx); err != nil {
		return nil, err
	}
	if err := e.recover(ctx); err != nil {
		return nil, fmt.Errorf("recover: %w", err)
	}
	return e, nil
}

// Begin lets the engine act: on what [Open] found outstanding, and on commands. The handlers of tasks
// that are sent again must be registered before. A second call does nothing.
func (e *Engine) Begin() {
	e.begin.Do(func() {
		go e.committer.run(e.stopCommitter)
		for _, s := range e.shards {
			e.actors.Go(func() { s.run(e.stopActors) })
		}
		e.background(e.retain)
	})
}

// StopPolls sends waiting workers home: TakeActivity answers at once that there is no task.
func (e *Engine) StopPolls() { e.stopPolls() }

func (e *Engine) leaseRequest() kv.LeaseRequest {
	r := kv.LeaseRequest{Owner: e.options.Owner, TTL: leaseTTL}
	for i := range store.Shards {
		r.Shards = append(r.Shards, uint16(i))
	}
	return r
}

// leaseTTL is long because one machine's store has one owner by its directory lock.
const leaseTTL = 10 * 365 * 24 * time.Hour

func (e *Engine) lease(ctx context.Context) error {
	request := e.leaseRequest()
	lease, err := e.store.KV().Lease(ctx, request)
	if err != nil {
		return fmt.Errorf("take the shards: %w", err)
	}
	for i, id := range request.Shards {
		e.shards = append(e.shards, newShard(e, id, lease.Epochs[i], lease.Sequences[i]))
	}
	return nil
}

// Close stops the engine in order: handlers and polls are cancelled, what was decided becomes
// durable, answers leave. What is still running is taken up again when the store is opened next. A
// second Close waits for the first.
func (e *Engine) Close() error {
	e.close.Do(func() { e.closeErr = e.shutDown() })
	return e.closeErr
}

func (e *Engine) shutDown() error {
	e.mu.Lock()
	e.closing = true
	e.mu.Unlock()
	e.clocks.close()
	e.cancel()
	e.Begin() // so that there is one way to end
	e.workers.Wait()
	close(e.stopActors)
	e.actors.Wait()
	close(e.stopCommitter)
	<-e.committer.done
	close(e.stopped)
	if err := e.err(); err != nil {
		return err
	}
	request := e.leaseRequest()
	request.Release = true
	_, err := e.store.KV().Lease(context.Background(), request)
	return err
}

// background runs f on a goroutine of the engine, unless the engine is closing.
func (e *Engine) background(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closing {
		return
	}
	if e.options.Probe.Turn != nil {
		f = e.job(f)
	}
	e.workers.Go(f)
}

// fatal records why the engine cannot go on. Nothing is acknowledged any more.
func (e *Engine) fatal(err error) {
	e.mu.Lock()
	first := e.failure == nil && !errors.Is(err, context.Canceled)
	if first {
		e.failure = err
	}
	e.mu.Unlock()
	if !first {
		return
	}
	e.log.Error("the engine stops; it recovers at the next start", "error", err)
	e.cancel()
	if e.options.Fatal != nil {
		go e.options.Fatal(err) // it may want to close the engine, which waits for the caller
	}
}

func (e *Engine) err() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.failure
}

// complain logs an error that nobody waits for.
func (e *Engine) complain(doing string, err error) {
	if e.ctx.Err() == nil {
		e.log.Error("cannot "+doing, "error", err)
	}
}

// admit says whether a shard takes a command from outside.
func (e *Engine) admit(s *shard) error {
	if e.ctx.Err() != nil {
		return ErrClosed
	}
	if limit := e.options.MaxUncommitted; s.pending.Load() > int64(limit) || s.inbox.len() > limit {
		return ErrThrottled
	}
	return nil
}

// Writable is nil unless the store's disk is nearly full: then it says so, and no new execution is
// taken. What runs may be answered and stopped.
func (e *Engine) Writable() error {
	if r, ok := e.store.KV().(kv.SpaceReporter); ok {
		if err := r.Writable(); err != nil {
			return fmt.Errorf("%w: %w", ErrReadOnly, err)
		}
	}
	return nil
}

// call posts f to a shard and waits for its answer. When ctx ends first, what f does still happens.
func call[T any](ctx context.Context, e *Engine, s *shard, f func(answer func(T, error))) (T, error) {
	type result struct {
		value T
		err   error
	}
	answered := make(chan result, 1)
	s.post(func() { f(func(v T, err error) { answered <- result{v, err} }) })
	select {
	case r := <-answered:
		return r.value, r.err
	case <-ctx.Done():
		var zero T
		return zero, ctx.Err()
	case <-e.ctx.Done():
		return lastAnswer(ctx, e, answered, func(r result) (T, error) { return r.value, r.err })
	}
}

// lastAnswer waits for an answer that may still leave while the engine closes.
func lastAnswer[R, T any](ctx context.Context, e *Engine, answered <-chan R, open func(R) (T, error)) (T, error) {
	if e.err() == nil {
		select {
		case r := <-answered:
			return open(r)
		case <-ctx.Done():
		case <-e.stopped:
		}
	}
	select {
	case r := <-answered:
		return open(r)
	default:
		var zero T
		return zero, ErrClosed
	}
}
