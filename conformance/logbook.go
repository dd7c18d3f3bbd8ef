package conformance

import (
	"strings"
	"sync"

	"github.com/stepwell/stepwell/delivery"
	"github.com/stepwell/stepwell/value"
)

// logbook keeps the log entries of a server, in their order.
type logbook struct {
	mu      sync.Mutex
	entries []value.Value
}

var _ delivery.Destination = (*logbook)(nil)

// Deliver implements [delivery.Destination].
func (l *logbook) Deliver(entries []delivery.Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range entries {
		v, err := value.Parse(string(e.Text))
		if err != nil {
			return err
		}
		l.entries = append(l.entries, v)
	}
	return nil
}

// all are the entries so far.
func (l *logbook) all() []value.Value {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.entries
}

// ended says whether an entry tells of the end of an execution.
func (l *logbook) ended(arn string) bool {
	for _, e := range l.all() {
		about, _ := e.Get("execution_arn")
		name, _ := e.Get("type")
		if about.AsString() == arn && strings.HasPrefix(name.AsString(), "Execution") && name.AsString() != "ExecutionStarted" {
			return true
		}
	}
	return false
}
