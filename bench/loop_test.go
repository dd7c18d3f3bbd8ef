package bench

import (
	"context"
	"errors"
	"reflect"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestLoopCountsAfterTheWarmUp also shows that a failure is counted whenever it happens.
func TestLoopCountsAfterTheWarmUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var from, to time.Duration
		l := loop{
			clients: 2, warmup: 95 * time.Millisecond, duration: time.Second,
			begin: func() error { from = time.Since(began); return nil },
			end:   func() error { to = time.Since(began); return nil },
		}
		var made atomic.Int64
		l.client = func() func(context.Context) error {
			fails := made.Add(1) == 1
			return func(context.Context) error {
				time.Sleep(10 * time.Millisecond)
				if fails {
					fails = false
					return errors.New("broken")
				}
				return nil
			}
		}
		got, err := l.run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got.errors != 1 || !reflect.DeepEqual(got.examples, []string{"broken"}) {
			t.Errorf("%d errors, %q", got.errors, got.examples)
		}
		if n := len(got.latencies); n != 200 || got.elapsed != time.Second || got.perSecond() != 200 {
			t.Errorf("%d in %s", n, got.elapsed)
		}
		if from != l.warmup || to != l.warmup+l.duration {
			t.Errorf("counted from %s to %s", from, to)
		}
	})
}

func TestLoopIsInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		l := loop{clients: 3, duration: time.Hour, client: func() func(context.Context) error {
			return func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		}}
		if got, err := l.run(ctx); !errors.Is(err, context.DeadlineExceeded) || got.errors != 0 {
			t.Errorf("%d errors, %v", got.errors, err)
		}
	})
}

func TestExamplesAreFewAndDifferent(t *testing.T) {
	var got tally
	for _, text := range []string{"a", "b", "a", "c", "d"} {
		got.add(tally{errors: 1, examples: []string{text}})
	}
	if want := []string{"a", "b", "c"}; got.errors != 5 || !reflect.DeepEqual(got.examples, want) {
		t.Errorf("%d errors, %q; want 5, %q", got.errors, got.examples, want)
	}
}
