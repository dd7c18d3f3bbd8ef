package examples_test

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/integration/mock"
)

// turns lets the mocks of tasks that run at once answer one after the other, in the order in which the
// tasks were scheduled: so a history is the same every time.
type turns struct {
	w  *world
	mu sync.Mutex
	// here are the tasks that a mock was asked for and has not answered, by idempotency key.
	here map[string]bool
}

// mock is [stepwell.Options.Mock] for the test cases of file.
func (o *turns) mock(file *mock.File) func(machine, testCase, state string) (integration.Handler, bool) {
	return func(machine, testCase, state string) (integration.Handler, bool) {
		h, ok := file.Handler(machine, testCase, state)
		return integration.HandlerFunc(func(ctx context.Context, t integration.Task) integration.Outcome {
			o.change(func() { o.here[t.IdempotencyKey] = true })
			defer o.change(func() { delete(o.here, t.IdempotencyKey) })
			for ; !o.has(ctx, t); time.Sleep(time.Millisecond) {
				if ctx.Err() != nil {
					return integration.Outcome{}
				}
			}
			return h.Run(ctx, t)
		}), ok
	}
}

func (o *turns) change(f func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f()
}

// has says that it is the turn of t: all tasks that are open have come here, and t is the first of
// them.
func (o *turns) has(ctx context.Context, t integration.Task) bool {
	events, err := o.w.events(ctx, t.ExecutionARN)
	o.mu.Lock()
	defer o.mu.Unlock()
	for other := range o.here {
		if before(other, t.IdempotencyKey) {
			return false
		}
	}
	return err == nil && len(o.here) == open(events)
}

// before compares what idempotency keys end with: the numbers of the events that scheduled the tasks.
func before(a, b string) bool {
	a, b = a[strings.LastIndexByte(a, '-'):], b[strings.LastIndexByte(b, '-'):]
	return len(a) < len(b) || len(a) == len(b) && a < b
}
