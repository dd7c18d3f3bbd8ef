package store

import (
	"cmp"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/value"
)

// Row is what is known of an execution without its journal. Input and output stay in the journal:
// the input in its first event, the output in its last.
type Row struct {
	ID      ExecutionID
	Scope   Scope
	Machine string // the machine's name
	// MachineID and Revision name the [Revision] that runs.
	MachineID, Revision string
	Name                string
	Status              interpreter.Status
	// Start and Stop are in milliseconds; Stop is zero while the execution runs.
	Start, Stop time.Time
	// Closed is when it stopped by the real clock, which is not that of Stop where that is a virtual
	// one; zero while it runs.
	Closed  time.Time
	Failure asl.Failure
	// Starter is the await of the parent execution, when a Task started this one.
	Starter *Starter
	// Root is the first execution above this one that no task started; 0 for that one itself.
	Root ExecutionID
	// TestCase names the mocked test case that the execution was started for, if any.
	TestCase string
	// LastSeq is the journal's length; kept current only once the execution is closed.
	LastSeq uint64
	// TraceHeader is the caller's X-Amzn-Trace-Id, empty when it gave none.
	TraceHeader string
	// Express is the end of the ARN of an Express execution, which makes it unique; empty for a
	// Standard one.
	Express string
	// Via is how the caller named what it started.
	Via Via
}

// Tree returns the execution that all of its tree descend from; itself when no task started it.
func (r Row) Tree() ExecutionID { return cmp.Or(r.Root, r.ID) }

// Starter says who started a nested execution, and how its end is told.
type Starter struct {
	AwaitRef
	Pattern asl.Pattern
}

func describeRow(c *coder, r *Row) {
	describeScope(c, 1, &r.Scope)
	text(c, 3, &r.Machine)
	text(c, 4, &r.MachineID)
	text(c, 5, &r.Revision)
	text(c, 6, &r.Name)
	text(c, 7, &r.Status)
	c.time(8, &r.Start)
	c.time(9, &r.Stop)
	c.failure(10, &r.Failure)
	c.uint(12, &r.LastSeq)
	text(c, 13, &r.TraceHeader)
	has := r.Starter != nil
	c.bool(14, &has)
	if has {
		if c.reading {
			r.Starter = new(Starter)
		}
		describeAwaitRef(c, 15, &r.Starter.AwaitRef)
		p := uint64(r.Starter.Pattern)
		c.uint(18, &p)
		r.Starter.Pattern = asl.Pattern(p)
	}
	describeExecutionID(c, 19, &r.Root)
	text(c, 20, &r.TestCase)
	c.time(21, &r.Closed)
	text(c, 22, &r.Express)
	c.uint(23, &r.Via.Version)
	text(c, 24, &r.Via.Alias)
}

// describeScope takes the field numbers n and n+1.
func describeScope(c *coder, n protowire.Number, s *Scope) {
	text(c, n, &s.Account)
	text(c, n+1, &s.Region)
}

func describeExecutionID(c *coder, n protowire.Number, id *ExecutionID) {
	u := uint64(*id)
	c.uint(n, &u)
	*id = ExecutionID(u)
}

// describeAwaitRef takes the field numbers n to n+2.
func describeAwaitRef(c *coder, n protowire.Number, r *AwaitRef) {
	describeExecutionID(c, n, &r.Execution)
	text(c, n+1, &r.Await.Frame)
	c.uint(n+2, &r.Await.Seq)
}

// AwaitRow is what start-up must know of an await that is not a bare timer.
type AwaitRow struct {
	AwaitRef
	Kind             interpreter.AwaitKind
	Resource         string
	Due              time.Time
	HeartbeatSeconds int64
	Claimed          bool
	Submitted        bool
	Answered         bool
	// Mocked says that a test case stood in for the world: nothing was asked of it.
	Mocked bool
}

func describeAwaitRow(c *coder, a *AwaitRow) {
	kind := uint64(a.Kind)
	c.uint(1, &kind)
	a.Kind = interpreter.AwaitKind(kind)
	text(c, 2, &a.Resource)
	c.time(3, &a.Due)
	c.int64(4, &a.HeartbeatSeconds)
	c.bool(5, &a.Claimed)
	c.bool(6, &a.Submitted)
	c.bool(7, &a.Answered)
	c.bool(8, &a.Mocked)
}

// Timer is a stored deadline.
type Timer struct {
	AwaitRef
	Due time.Time
}

// QueuedTask is an activity task that nobody took yet.
type QueuedTask struct {
	AwaitRef
	Activity string // the activity's ARN
	Time     time.Time
}

// MessageKind says what a Message tells its target.
type MessageKind uint8

// The kinds of messages between shards.
const (
	// StartChild asks for an execution: Machine, Name, Input, From and Pattern are set.
	StartChild MessageKind = iota + 1
	// ChildStarted tells the parent (To) that it runs; Output is the service's answer.
	ChildStarted
	// ChildRefused tells the parent that it was not started; Failure says why.
	ChildRefused
	// ChildClosed tells the parent that it ended; Output describes it, Succeeded how.
	ChildClosed
)

// Message travels from one shard to another as a row of the inbox, written in the sender's own
// commit and deleted in the commit in which the receiver handles it.
type Message struct {
	Target, Source uint16
	Seq            uint64 // orders the messages of one source; set by Send
	Kind           MessageKind

	To        AwaitRef    // the parent's await, except for StartChild
	From      AwaitRef    // of StartChild: the parent's await
	Root      ExecutionID // the tree that both belong to
	Scope     Scope
	Machine   string // the ARN as the task gives it
	Name      string
	Input     value.Value
	Pattern   asl.Pattern
	Output    value.Value
	Succeeded bool
	Failure   asl.Failure
}

func describeMessage(c *coder, m *Message) {
	kind, pattern := uint64(m.Kind), uint64(m.Pattern)
	c.uint(1, &kind)
	m.Kind = MessageKind(kind)
	describeAwaitRef(c, 2, &m.To)
	describeAwaitRef(c, 5, &m.From)
	describeScope(c, 8, &m.Scope)
	text(c, 10, &m.Machine)
	text(c, 11, &m.Name)
	c.value(12, &m.Input)
	c.uint(13, &pattern)
	m.Pattern = asl.Pattern(pattern)
	c.value(14, &m.Output)
	c.bool(15, &m.Succeeded)
	c.failure(16, &m.Failure)
	describeExecutionID(c, 17, &m.Root)
}
