// Package delivery takes what executions did to where others look for it: the log entries that the
// logging configuration of a state machine asks for, and the events that tell of every change of an
// execution's status.
//
// [Logs] is told of events by the engine when they are durable, renders those that a machine's level
// lets through in the shape that CloudWatch Logs gets from AWS, and gives them to a [Destination].
// [Lines] is the one that there is: a file of JSON lines. Their delivery is best effort. It never holds an
// execution up: what a destination cannot take in time is dropped and counted, and what was not
// delivered when the process is killed is lost. The entries of one execution come in order, but for
// those that the engine tells of at the very same time.
//
// [Events] reads the outbox that the engine has written into a store, and sends each event to its target
// over HTTP until it has arrived: at least once, also when the process is killed. It holds no execution
// up either.
package delivery

import (
	"io"
	"time"
)

// Entry is one event of an execution as it stands in a log.
type Entry struct {
	// Group is the ARN of the log group that the machine names.
	Group string
	// Time is that of the event.
	Time time.Time
	// Text is a JSON object without line breaks.
	Text []byte
}

// Destination is where log entries go.
type Destination interface {
	// Deliver takes entries in their order. It is called by one goroutine, and may take its time: who
	// logs does not wait. It must not keep the entries. When it fails, all of them count as dropped.
	Deliver(entries []Entry) error
}

// Lines is a Destination that writes each entry as a line, those of one Deliver in one Write.
type Lines struct {
	to  io.Writer
	buf []byte
}

var _ Destination = (*Lines)(nil)

// NewLines returns a Lines that writes to w.
func NewLines(w io.Writer) *Lines { return &Lines{to: w} }

// Deliver implements [Destination].
func (l *Lines) Deliver(entries []Entry) error {
	l.buf = l.buf[:0]
	for _, e := range entries {
		l.buf = append(append(l.buf, e.Text...), '\n')
	}
	_, err := l.to.Write(l.buf)
	if cap(l.buf) > keptBytes {
		l.buf = nil
	}
	return err
}

// keptBytes is how much memory is kept between two deliveries.
const keptBytes = 1 << 20
