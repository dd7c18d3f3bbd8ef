package delivery

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
)

// What may wait for the destination, and how much is delivered at once.
const (
	maxWaitingSteps = 10_000
	maxWaitingBytes = 64 << 20
	maxDelivery     = 1000
	// maxDeliveryBytes is from which size on entries are delivered: the last one may go beyond.
	maxDeliveryBytes = 1 << 20
	// eventBytes is about what an event takes beside its payload.
	eventBytes = 256
)

// Logs delivers the logs of executions. It is safe for concurrent use. Make it with [NewLogs].
type Logs struct {
	to  Destination
	log *slog.Logger

	waiting            chan step
	bytes              atomic.Int64 // of the events that wait
	delivered, dropped atomic.Int64

	closing, done chan struct{}
	close         sync.Once

	configurations map[configurationKey]logging // only of the goroutine that delivers
	entries        []Entry
	size           int // of the entries
	complained     time.Time
}

// step is what an execution did at once.
type step struct {
	row      store.Row
	revision *store.Revision
	events   []interpreter.Event
	bytes    int64
}

type configurationKey struct{ machineID, revision string }

// NewLogs returns Logs that deliver to a destination until they are closed. What goes wrong is told to
// log, once a minute at most.
func NewLogs(to Destination, log *slog.Logger) *Logs {
	l := &Logs{
		to: to, log: log, waiting: make(chan step, maxWaitingSteps),
		closing: make(chan struct{}), done: make(chan struct{}), configurations: make(map[configurationKey]logging),
	}
	go l.run()
	return l
}

// Observe takes what an execution of a revision did; it is meant for [engine.Options]. It does not
// block: what there is no room for is dropped.
func (l *Logs) Observe(row store.Row, r *store.Revision, events []interpreter.Event) {
	if r.Logging == "" {
		return
	}
	s := step{row: row, revision: r, events: events}
	for i := range events {
		s.bytes += int64(events[i].Size()) + eventBytes
	}
	if l.bytes.Add(s.bytes) <= maxWaitingBytes {
		select {
		case l.waiting <- s:
			return
		default:
		}
	}
	l.bytes.Add(-s.bytes)
	l.dropped.Add(int64(len(events)))
}

// Counts returns how many entries were delivered, and how many events were dropped: those too that a
// machine's level would not have let through.
func (l *Logs) Counts() (delivered, dropped int64) { return l.delivered.Load(), l.dropped.Load() }

// Close delivers what waits, and returns when that is done. Nothing may be observed any more.
func (l *Logs) Close() {
	l.close.Do(func() { close(l.closing) })
	<-l.done
}

func (l *Logs) run() {
	defer close(l.done)
	for {
		select {
		case s := <-l.waiting:
			l.add(s)
			l.deliver()
		case <-l.closing:
			l.deliver()
			return
		}
	}
}

// deliver delivers all that waits.
func (l *Logs) deliver() {
	for {
		select {
		case s := <-l.waiting:
			l.add(s)
		default:
			l.flush()
			return
		}
	}
}

// flush delivers the entries that were added.
func (l *Logs) flush() {
	if len(l.entries) == 0 {
		return
	}
	if err := l.to.Deliver(l.entries); err != nil {
		l.dropped.Add(int64(len(l.entries)))
		l.complain(err)
	} else {
		l.delivered.Add(int64(len(l.entries)))
	}
	clear(l.entries)
	l.entries, l.size = l.entries[:0], 0
}

// add adds the entries of a step, and delivers when they have become many.
func (l *Logs) add(s step) {
	defer l.bytes.Add(-s.bytes)
	c := l.configuration(s.revision)
	id := engine.Identity(s.row, *s.revision)
	for _, e := range s.events {
		if entry, ok := c.render(s.row, id, e); ok {
			l.entries = append(l.entries, entry)
			l.size += len(entry.Text)
		}
		if len(l.entries) >= maxDelivery || l.size >= maxDeliveryBytes {
			l.flush()
		}
	}
}

// maxConfigurations bounds what is remembered.
const maxConfigurations = 1000

func (l *Logs) configuration(r *store.Revision) logging {
	k := configurationKey{r.MachineID, r.Key}
	c, ok := l.configurations[k]
	if !ok {
		if len(l.configurations) >= maxConfigurations {
			clear(l.configurations)
		}
		c = loggingOf(r)
		l.configurations[k] = c
	}
	return c
}

func (l *Logs) complain(err error) {
	if now := time.Now(); now.Sub(l.complained) > time.Minute {
		l.complained = now
		l.log.Error("log entries were lost", "error", err)
	}
}
