package interpreter

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/jsonpath"
	"github.com/stepwell/stepwell/value"
)

// longestWaitSeconds is the longest delay that AWS takes: what 32 bits can count.
const longestWaitSeconds = math.MaxInt32

var errWaitTooLong = errors.New("Wait state delay is too long.")

// wait decides when a Wait state ends. A moment that is not in the future ends it at once.
func (d *decider) wait(f *frame, s *asl.Wait) {
	input, err := d.input(f)
	if err != nil {
		d.refuse(f, err, f.prev)
		return
	}
	due, err := d.due(f, s, input)
	switch {
	case err != nil:
		d.refuse(f, err, f.prev)
	case due.Unix()-d.now.Time.Unix() > longestWaitSeconds:
		d.refuse(f, errWaitTooLong, f.prev)
	case due.After(d.now.Time):
		d.step(f, WaitStarted{Due: due})
	default:
		d.waited(f, s)
	}
}

// waited leaves a Wait state.
func (d *decider) waited(f *frame, s *asl.Wait) {
	input, err := d.input(f)
	output := input
	if err == nil {
		output, err = d.passed(f, s.Output, input)
	}
	d.exit(f, output, err, s.Next, s.Assign, seen{dollar: input})
}

func (d *decider) due(f *frame, s *asl.Wait, input value.Value) (time.Time, error) {
	switch {
	case s.SecondsQuery != nil:
		seconds, err := d.queriedInteger(f, "Seconds", s.SecondsQuery, asl.MaxSeconds)
		return d.now.Time.Add(time.Duration(seconds) * time.Second), err
	case s.TimestampQuery != nil:
		return d.queriedTimestamp(f, s.TimestampQuery)
	case s.SecondsPath != nil:
		seconds, err := secondsAt(s.SecondsPath, d.scope(f, input))
		return d.now.Time.Add(time.Duration(seconds) * time.Second), err
	case s.TimestampPath != nil:
		return timestampAt(s.TimestampPath, d.scope(f, input))
	case s.HasSeconds:
		return d.now.Time.Add(time.Duration(s.Seconds) * time.Second), nil
	}
	t, ok := parseTimestamp(value.String(s.Timestamp))
	if !ok {
		return t, fmt.Errorf("The Timestamp parameter does not contain a valid ISO-8601 extended offset date-time format string: %s", s.Timestamp)
	}
	return t, nil
}

// queriedTimestamp evaluates a query for a timestamp.
func (d *decider) queriedTimestamp(f *frame, q *asl.Query) (time.Time, error) {
	v, err := d.queried(f, q, seen{}, value.KindString)
	if err != nil {
		return time.Time{}, err
	}
	t, ok := parseTimestamp(v)
	if !ok {
		err = queryError("Timestamp", "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: %s", v.AsString())
	}
	return t, err
}

func secondsAt(p *jsonpath.Path, s jsonpath.Scope) (int64, error) {
	v, err := p.Eval(s)
	if err != nil {
		return 0, fmt.Errorf("The SecondsPath parameter does not reference an input value: %s", p)
	}
	seconds, ok := v.AsInt()
	switch {
	case v.Kind() != value.KindNumber || !ok:
		return 0, fmt.Errorf("The SecondsPath parameter cannot be parsed as a long value: %s == %s", p, plain(v))
	case seconds < 0:
		return 0, fmt.Errorf("The SecondsPath parameter references a negative value: %s == %s", p, plain(v))
	}
	if seconds > longestWaitSeconds {
		return 0, errWaitTooLong
	}
	return seconds, nil
}

func timestampAt(p *jsonpath.Path, s jsonpath.Scope) (time.Time, error) {
	v, err := p.Eval(s)
	if err != nil {
		return time.Time{}, fmt.Errorf("The TimestampPath parameter does not reference an input value: %s", p)
	}
	t, ok := parseTimestamp(v)
	if !ok {
		return t, fmt.Errorf("The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: %s == %s", p, plain(v))
	}
	return t, nil
}

// plain writes a value into a message: a string without quotes, anything else as JSON.
func plain(v value.Value) string {
	if v.Kind() == value.KindString {
		return v.AsString()
	}
	return v.Compact()
}

// parseTimestamp reads a string that is a timestamp.
func parseTimestamp(v value.Value) (time.Time, bool) {
	if v.Kind() != value.KindString {
		return time.Time{}, false
	}
	return asl.ParseTimestamp(v.AsString())
}
