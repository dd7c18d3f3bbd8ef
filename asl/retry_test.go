package asl

import (
	"testing"
	"time"
)

func TestRetrierDelay(t *testing.T) {
	for _, c := range []struct {
		name    string
		retrier Retrier
		k       int
		want    time.Duration
	}{
		{"first", Retrier{IntervalSeconds: 3, BackoffRate: 2}, 0, 3 * time.Second},
		{"third", Retrier{IntervalSeconds: 3, BackoffRate: 2}, 2, 12 * time.Second},
		{"fraction", Retrier{IntervalSeconds: 1, BackoffRate: 1.5}, 2, 2250 * time.Millisecond},
		{"constant", Retrier{IntervalSeconds: 5, BackoffRate: 1}, 99, 5 * time.Second},
		{"capped", Retrier{IntervalSeconds: 3, BackoffRate: 2, MaxDelaySeconds: 10}, 2, 10 * time.Second},
		{"no interval", Retrier{IntervalSeconds: 0, BackoffRate: 2}, 3, 0},
		{"no interval, infinite rate", Retrier{IntervalSeconds: 0, BackoffRate: 1e300}, 9, 0},
		{"beyond a Duration", Retrier{IntervalSeconds: 1, BackoffRate: 2}, 5000, longestDelay},
		{"beyond a Duration, capped", Retrier{IntervalSeconds: 1, BackoffRate: 2, MaxDelaySeconds: 60}, 5000, time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.retrier.Delay(c.k); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
