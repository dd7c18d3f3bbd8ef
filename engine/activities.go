package engine

import (
	"container/list"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
	"github.com/stepwell/stepwell/value"
)

// activities matches the tasks that wait for a worker with the workers that wait for a task. Its
// queues are an index of the store's: a task enters it when its row is durable, and the row goes in
// the commit that claims the task.
type activities struct {
	// exist says whether there is an activity of an ARN, whatever state asks: made once, because every
	// step takes it along.
	exist func(state, arn string) bool

	maxWorkers int // of one queue

	mu     sync.Mutex
	queues map[string]*activityQueue // by the activity's ARN
}

// activityQueue has waiting tasks or waiting workers, never both.
type activityQueue struct {
	tasks   *list.List // of store.QueuedTask, the one that has waited longest first
	index   map[store.AwaitRef]*list.Element
	workers []chan store.QueuedTask // each has room for one
}

func newActivities(s *store.Store, maxWorkers int) *activities {
	return &activities{maxWorkers: maxWorkers, queues: make(map[string]*activityQueue), exist: func(_, arn string) bool {
		a, ok := ParseARN(arn)
		return ok && a.Type == "activity" && s.HasActivity(a.Scope, a.Name)
	}}
}

func (a *activities) queue(arn string) *activityQueue {
	q := a.queues[arn]
	if q == nil {
		q = &activityQueue{tasks: list.New(), index: make(map[store.AwaitRef]*list.Element)}
		a.queues[arn] = q
	}
	return q
}

// tidy forgets a queue in which nothing waits.
func (a *activities) tidy(arn string) {
	if q := a.queues[arn]; q != nil && q.tasks.Len() == 0 && len(q.workers) == 0 {
		delete(a.queues, arn)
	}
}

func (q *activityQueue) remove(e *list.Element) store.QueuedTask {
	t := q.tasks.Remove(e).(store.QueuedTask)
	delete(q.index, t.AwaitRef)
	return t
}

// offer gives a task to the worker that has waited longest, or keeps it.
func (a *activities) offer(t store.QueuedTask) {
	a.mu.Lock()
	defer a.mu.Unlock()
	q := a.queue(t.Activity)
	if len(q.workers) > 0 {
		q.workers[0] <- t
		q.workers = q.workers[1:]
		a.tidy(t.Activity)
		return
	}
	q.index[t.AwaitRef] = q.tasks.PushBack(t)
}

// giveBack is offer for a task that a worker was given and left: it is the next again.
func (a *activities) giveBack(t store.QueuedTask) {
	a.offer(t)
	a.mu.Lock()
	defer a.mu.Unlock()
	if q := a.queues[t.Activity]; q != nil && q.index[t.AwaitRef] != nil {
		q.tasks.MoveToFront(q.index[t.AwaitRef])
	}
}

// withdraw forgets a task that nobody needs any more. One that a worker holds already is refused
// when the worker claims it.
func (a *activities) withdraw(t store.QueuedTask) {
	a.mu.Lock()
	defer a.mu.Unlock()
	q := a.queue(t.Activity)
	if e := q.index[t.AwaitRef]; e != nil {
		q.remove(e)
	}
	a.tidy(t.Activity)
}

// take returns the task that has waited longest, or waits for one until ctx is done: then it is false.
func (a *activities) take(ctx context.Context, arn string) (store.QueuedTask, bool, error) {
	t, worker, err := a.enter(arn)
	if worker == nil {
		return t, err == nil, err
	}
	select {
	case t := <-worker:
		return t, true, nil
	case <-ctx.Done():
		a.leave(arn, worker)
		return store.QueuedTask{}, false, nil
	}
}

// enter returns a task, or the place of a new waiting worker.
func (a *activities) enter(arn string) (store.QueuedTask, chan store.QueuedTask, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	q := a.queue(arn)
	if first := q.tasks.Front(); first != nil {
		t := q.remove(first)
		a.tidy(arn)
		return t, nil, nil
	}
	if len(q.workers) >= a.maxWorkers {
		return store.QueuedTask{}, nil, ErrTooManyPollers
	}
	worker := make(chan store.QueuedTask, 1)
	q.workers = append(q.workers, worker)
	return store.QueuedTask{}, worker, nil
}

// leave takes a worker out of the queue; a task that it was given meanwhile goes to another.
func (a *activities) leave(arn string, worker chan store.QueuedTask) {
	a.mu.Lock()
	q := a.queue(arn)
	q.workers = slices.DeleteFunc(q.workers, func(w chan store.QueuedTask) bool { return w == worker })
	a.tidy(arn)
	a.mu.Unlock()
	select {
	case t := <-worker:
		a.giveBack(t)
	default:
	}
}

// ActivityTask is what a worker gets.
type ActivityTask struct {
	Token string
	Input value.Value
}

// TakeActivity waits up to wait for a task of an activity and claims it for worker: that is durable
// before the task is returned. It is false when no task came in time. ErrTooManyPollers says that
// [Options.MaxActivityPollers] wait already.
func (e *Engine) TakeActivity(ctx context.Context, activity, worker string, wait time.Duration) (ActivityTask, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	stop := context.AfterFunc(e.polls, cancel)
	defer stop()
	for {
		q, ok, err := e.activities.take(ctx, activity)
		if !ok {
			return ActivityTask{}, false, err
		}
		if ctx.Err() != nil {
			e.activities.giveBack(q)
			return ActivityTask{}, false, nil
		}
		e.turnOf("claim", q.AwaitRef)
		task, claimed, err := e.claim(q, worker)
		if err != nil || claimed {
			return task, claimed, err
		}
	}
}

// claim makes a queued task the worker's. It is false when the task is over or somebody else's.
func (e *Engine) claim(q store.QueuedTask, worker string) (ActivityTask, bool, error) {
	type claimed struct {
		task ActivityTask
		ok   bool
	}
	s := e.shards[q.Execution.Shard()]
	c, err := call(context.WithoutCancel(e.ctx), e, s, func(answer func(claimed, error)) {
		s.withExecution(q.Execution, func(r *resident, err error) {
			if err != nil {
				answer(claimed{}, err)
				return
			}
			a, ok := r.exec.Awaiting(q.Await)
			if !ok || a.Claimed {
				s.afterDurable(func() { answer(claimed{}, nil) })
				return
			}
			task := ActivityTask{Token: e.store.Sealer().SealTask(q.AwaitRef), Input: a.Input}
			c := interpreter.ClaimTask{Await: q.Await, Worker: worker}
			if !s.handle(r, c, new(store.Tx), func(store.Row) { answer(claimed{task, true}, nil) }) {
				answer(claimed{}, s.broken[q.Execution])
			}
		})
	})
	return c.task, c.ok, err
}
