package asl

import (
	"math"
	"slices"
	"time"

	"github.com/stepwell/stepwell/value"
)

// longestDelay keeps an uncapped exponential backoff within what a time.Duration can hold.
const longestDelay = 100 * 365 * 24 * time.Hour

// Delay returns how long to wait before retry k, counted from 0:
// IntervalSeconds × BackoffRate^k, at most MaxDelaySeconds. Jitter is the caller's to apply, after
// this cap.
func (r Retrier) Delay(k int) time.Duration {
	seconds := float64(r.IntervalSeconds) * math.Pow(r.BackoffRate, float64(k))
	if r.MaxDelaySeconds > 0 {
		seconds = min(seconds, float64(r.MaxDelaySeconds))
	}
	// Also true for NaN, which 0 × infinity gives; an interval of zero stays zero.
	if !(seconds < longestDelay.Seconds()) {
		if r.IntervalSeconds == 0 {
			return 0
		}
		return longestDelay
	}
	return time.Duration(seconds * float64(time.Second))
}

// maxDelaySeconds is the largest "MaxDelaySeconds": a year and a day.
const maxDelaySeconds = 31_622_400

// retry compiles "Retry".
func (s *stateReader) retry() []Retrier {
	entries := s.objects("Retry", true)
	var retriers []Retrier
	for i, o := range entries {
		o.only(retrierFields)
		o.require("ErrorEquals")
		o.text("Comment")
		retriers = append(retriers, o.retrier(i == len(entries)-1))
	}
	return retriers
}

func (o *reader) retrier(last bool) Retrier {
	r := Retrier{
		ErrorEquals:     o.errorEquals(last),
		IntervalSeconds: o.integer("IntervalSeconds", 0, MaxSeconds, 1),
		MaxAttempts:     o.integer("MaxAttempts", 0, MaxSeconds, 3),
		BackoffRate:     o.backoffRate(),
		MaxDelaySeconds: o.integer("MaxDelaySeconds", 1, maxDelaySeconds, 0),
	}
	if o.has("IntervalSeconds") && r.MaxDelaySeconds > 0 && r.MaxDelaySeconds <= r.IntervalSeconds {
		o.refuseField("MaxDelaySeconds", "The value of 'MaxDelaySeconds' must be greater than the value of 'IntervalSeconds'")
	}
	jitter, _ := o.enum("JitterStrategy", "NONE", "FULL")
	r.FullJitter = jitter == "FULL"
	return r
}

func (o *reader) backoffRate() float64 {
	const fallback = 2
	v, ok := o.typed("BackoffRate", value.KindNumber, "Number")
	if !ok {
		return fallback
	}
	if v.AsFloat() < 1 {
		o.refuseField("BackoffRate", "Minimum value is 1.0")
		return fallback
	}
	return v.AsFloat()
}

// catch compiles "Catch" and notes where its entries lead.
func (s *stateReader) catch() []Catcher {
	entries := s.objects("Catch", true)
	var catchers []Catcher
	for i, o := range entries {
		o.only(catcherFields)
		o.text("Comment")
		o.require("ErrorEquals", "Next")
		c := Catcher{ErrorEquals: o.errorEquals(i == len(entries)-1), ResultPath: o.target("ResultPath")}
		c.Next, _ = o.text("Next")
		c.Assign, c.Output = o.assign(statesError), o.output(statesError)
		s.node.leadTo(o, "Next")
		catchers = append(catchers, c)
	}
	return catchers
}

// errorEquals compiles "ErrorEquals". States.ALL matches everything, so it must be the only name
// and in the last entry.
func (o *reader) errorEquals(last bool) []string {
	v, ok := o.typed("ErrorEquals", value.KindArray, "Array")
	if !ok {
		return nil
	}
	at := o.at.field("ErrorEquals")
	var names []string
	for i, name := range v.Elements() {
		if name.Kind() != value.KindString {
			o.c.refuse(at.element(i), "Expected value of type String")
		}
		names = append(names, name.AsString())
	}
	switch {
	case len(names) == 0:
		o.c.refuse(at, "Value cannot be empty")
	case slices.Contains(names, ErrorAll) && !(last && len(names) == 1):
		o.c.refuse(at, "States.ALL must appear alone and at end of list")
	}
	return names
}
