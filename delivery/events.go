package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/stepwell/stepwell/store"
)

// EventsOptions configures [Events]. All fields but Transport are required.
type EventsOptions struct {
	Store *store.Store
	// Targets maps the names of targets to their URLs, as [CheckTarget] wants them.
	Targets map[string]string
	// Logger is told what goes wrong, of each target once a minute at most.
	Logger *slog.Logger
	// Transport sends requests; nil means http.DefaultTransport.
	Transport http.RoundTripper
}

// Events delivers the changes of the status of executions that wait in a store's outbox: to each
// target those that are its own, by a goroutine of its own, at least once each and those of one
// execution in order. What a target does not take is tried again for as long as it takes, and survives
// the process. It is safe for concurrent use. Make it with [OpenEvents].
type Events struct {
	targets []*target
	cancel  context.CancelFunc
	running sync.WaitGroup

	delivered, failed atomic.Int64
}

// targetName is what the name of a target may look like.
var targetName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// CheckTarget returns an error unless name can name a target and address is an http or https URL.
func CheckTarget(name, address string) error {
	if !targetName.MatchString(name) {
		return fmt.Errorf("the event target %q has no name of 1 to 64 letters, digits, dots, underscores and hyphens", name)
	}
	if u, err := url.Parse(address); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("the event target %s has no http or https URL", name)
	}
	return nil
}

// OpenEvents begins to deliver what the store has for the targets, and removes what it has for others:
// they are not configured any more. It must be called before the engine of that store is opened, so
// that nothing is counted twice.
func OpenEvents(ctx context.Context, o EventsOptions) (*Events, error) {
	waiting, err := o.Store.OutboxTargets(ctx)
	if err != nil {
		return nil, err
	}
	for name, n := range waiting {
		if _, ok := o.Targets[name]; ok {
			continue
		}
		o.Logger.Warn("events are removed: their target is not configured any more", "target", name, "events", n)
		if err := o.Store.RemoveOutboxTarget(ctx, name); err != nil {
			return nil, err
		}
	}
	e := new(Events)
	background, cancel := context.WithCancel(context.Background())
	e.cancel = cancel
	for _, name := range slices.Sorted(maps.Keys(o.Targets)) {
		t := newTarget(name, o, e)
		t.waiting.Store(int64(waiting[name]))
		e.targets = append(e.targets, t)
		e.running.Go(func() { t.run(background) })
	}
	return e, nil
}

// Targets returns the names of the targets; they are meant for engine.Options.
func (e *Events) Targets() []string {
	var names []string
	for _, t := range e.targets {
		names = append(names, t.name)
	}
	return names
}

// Announced says that a number of changes have become durable for each target; it is meant for
// engine.Options, and does not block.
func (e *Events) Announced(changes int) {
	for _, t := range e.targets {
		t.waiting.Add(int64(changes))
		t.signal()
	}
}

// EventCounts are numbers of all targets together.
type EventCounts struct {
	// Delivered and Failed are the attempts that succeeded and failed; Waiting is how many events are
	// still to be delivered, or to be removed from the store after that.
	Delivered, Failed, Waiting int64
}

// Counts returns the numbers of now.
func (e *Events) Counts() EventCounts {
	c := EventCounts{Delivered: e.delivered.Load(), Failed: e.failed.Load()}
	for _, t := range e.targets {
		c.Waiting += max(t.waiting.Load(), 0) // one may be delivered before it is announced
	}
	return c
}

// Close ends attempts that are under way, and returns when nothing goes on any more. What was not
// delivered is delivered after the next start, and perhaps once more what was under way.
func (e *Events) Close() {
	e.cancel()
	e.running.Wait()
}

// withoutURL is an error of an HTTP client without the URL that it names, which may hold a secret.
func withoutURL(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}
