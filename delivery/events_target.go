package delivery

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/stepwell/stepwell/store"
)

const (
	// attemptTimeout bounds one request.
	attemptTimeout = 10 * time.Second
	// After failures in a row the next attempt waits from firstPause on, twice as long each time.
	firstPause, lastPause = time.Second, time.Minute
	// maxChanges is how many changes are delivered before they are removed from the store together: as
	// many may be delivered twice after a crash.
	maxChanges = 100
	// maxAnswer is how much of an answer is read, so that its connection can be used again.
	maxAnswer = 64 << 10
)

// target delivers to one target. All but waiting and wake belongs to the goroutine of run.
type target struct {
	name, url string
	store     *store.Store
	client    *http.Client
	log       *slog.Logger
	events    *Events

	waiting atomic.Int64
	wake    chan struct{} // holds a token when there may be something new

	// behind is the change that was removed last: the next ones stand behind it, until the outbox is at
	// its end and read from the front again. So no shard waits for the changes that others go on to make.
	behind     store.StatusChange
	complained time.Time
}

func newTarget(name string, o EventsOptions, e *Events) *target {
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &target{
		name: name, url: o.Targets[name], store: o.Store, log: o.Logger, events: e,
		client: &http.Client{Transport: o.Transport, Timeout: attemptTimeout, CheckRedirect: stay},
		wake:   make(chan struct{}, 1),
	}
}

func (t *target) signal() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// run delivers until ctx is done.
func (t *target) run(ctx context.Context) {
	failures := 0
	for ctx.Err() == nil {
		n, err := t.deliver(ctx)
		if n > 0 {
			failures = 0
		}
		switch {
		case ctx.Err() != nil:
		case err != nil:
			failures++
			t.complain(err)
			t.pause(ctx, pauseAfter(failures))
		case n == 0:
			t.sleep(ctx)
		}
	}
}

// sleep waits until there may be something new.
func (t *target) sleep(ctx context.Context) {
	select {
	case <-t.wake:
	case <-ctx.Done():
	}
}

func (t *target) pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// pauseAfter is how long to wait after a number of failures in a row: between half of what that calls
// for and all of it, so that servers do not ask in step.
func pauseAfter(failures int) time.Duration {
	d := lastPause
	if shift := failures - 1; shift < 6 {
		d = min(d, firstPause<<shift)
	}
	return d/2 + rand.N(d/2+1)
}

// deliver delivers the next changes until one fails, removes those before it, and returns how many
// these are.
func (t *target) deliver(ctx context.Context) (n int, err error) {
	changes, err := t.next(ctx)
	if err != nil {
		return 0, err
	}
	for _, c := range changes {
		if err = t.tell(ctx, c); err != nil {
			break
		}
		n++
	}
	if n == 0 {
		return 0, err
	}
	if e := t.store.RemoveStatusChanges(context.WithoutCancel(ctx), changes[:n]); e != nil {
		return 0, e
	}
	t.behind = changes[n-1]
	t.waiting.Add(-int64(n))
	return n, err
}

// next returns the changes that are to be delivered next. None means that the outbox is at its end:
// where something was written before that place meanwhile, there is a token to wake up by.
func (t *target) next(ctx context.Context) ([]store.StatusChange, error) {
	var changes []store.StatusChange
	for c, err := range t.store.Outbox(ctx, t.name, t.behind) {
		if err != nil && !errors.Is(err, store.ErrDamaged) { // tell skips one that is damaged
			return nil, err
		}
		if changes = append(changes, c); len(changes) == maxChanges {
			break
		}
	}
	if len(changes) == 0 {
		t.behind = store.StatusChange{}
	}
	return changes, nil
}

// tell delivers one change. One of an execution that was removed meanwhile, or cannot be read, is
// skipped: it would stand in the way of all others for ever.
func (t *target) tell(ctx context.Context, c store.StatusChange) error {
	event, err := renderEvent(ctx, t.store, c)
	switch {
	case errors.Is(err, store.ErrNotFound):
		t.log.Warn("an event is not delivered: its execution was removed", "target", t.name, "execution", uint64(c.Execution))
		return nil
	case errors.Is(err, store.ErrDamaged):
		t.log.Error("an event is not delivered: its execution cannot be read", "target", t.name, "execution", uint64(c.Execution), "error", err)
		return nil
	case err != nil:
		return err
	}
	if err := t.post(ctx, event); err != nil {
		if ctx.Err() == nil {
			t.events.failed.Add(1)
		}
		return err
	}
	t.events.delivered.Add(1)
	return nil
}

// post sends an event. Only an answer of 200 to 299 says that it has arrived.
func (t *target) post(ctx context.Context, event []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, t.url, bytes.NewReader(event))
	if err != nil {
		return withoutURL(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "stepwell")
	answer, err := t.client.Do(r)
	if err != nil {
		return withoutURL(err)
	}
	_, _ = io.CopyN(io.Discard, answer.Body, maxAnswer) // what it says does not matter
	_ = answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("the target answered %s", answer.Status)
	}
	return nil
}

func (t *target) complain(err error) {
	if now := time.Now(); now.Sub(t.complained) >= time.Minute {
		t.complained = now
		t.log.Error("an event could not be delivered; it is tried again", "target", t.name, "waiting", t.waiting.Load(), "error", err)
	}
}
