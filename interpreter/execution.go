package interpreter

import (
	"iter"
	"time"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/value"
)

// Status is the condition of an Execution, spelled as the API spells it.
type Status string

// The statuses. The zero Status belongs to an Execution that was not started yet.
const (
	Running   Status = "RUNNING"
	Succeeded Status = "SUCCEEDED"
	Failed    Status = "FAILED"
	TimedOut  Status = "TIMED_OUT"
	Aborted   Status = "ABORTED"
)

// The limits of a Step.
const (
	// StepEventLimit is how many events a Step may have before it pauses.
	StepEventLimit = 1000
	// StepByteLimit is how many bytes of payload the events of a Step may have before it pauses.
	StepByteLimit = 1 << 20
	// StepWorkLimit is how many steps the expressions of a Step may take before it pauses: about what
	// one expression may take, a second.
	StepWorkLimit = 10_000_000
)

// Identity is what never changes about an Execution and is known before it starts.
type Identity struct {
	ExecutionARN, ExecutionName string
	MachineARN, MachineName     string
	RoleARN, Region             string
	// TaskToken returns the token by which somebody outside answers an await; nil: there are none. It
	// must always return the same for the same await.
	TaskToken func(AwaitID) string
	// Synchronous says that somebody waits for the end of this Express execution: it can never be redriven.
	Synchronous bool
	// Limits are those of the server that runs the execution now. What is decided depends on them, what
	// was decided never does.
	Limits Limits
}

// Step is what one command led to. Events must be durable before an Effect is acted on.
type Step struct {
	Events  []Event
	Effects []Effect
}

// Execution is everything known about one run of a Program. It is not safe for concurrent use.
// [New] and [Restore] make one; [Execution.Handle] is the only method that changes it.
type Execution struct {
	program  *asl.Program
	identity Identity

	status      Status
	input       value.Value
	output      value.Value
	failure     asl.Failure
	start, stop time.Time
	last        time.Time // of the latest event
	seq         uint64
	visible     int64 // the last id

	root     *frame
	frames   map[FrameID]*frame
	recent   *frame         // the frame of the last event, most often that of the next one too
	entries  map[string]int // how often each Task was entered
	invoked  map[string]int // how often each Task was scheduled
	deadline *Await         // the machine's TimeoutSeconds
	pause    *Await
	queue    queue
	size     int
	// variables is how many bytes all variables have.
	variables int

	// changes is what happened to awaits since Handle began; nothing is kept while restoring.
	changes  []change
	tracking bool
}

// New returns an Execution of p that has not started: the first command must be [Start].
func New(p *asl.Program, id Identity) *Execution {
	id.Limits.setDefaults()
	return &Execution{
		program: p, identity: id, size: executionSize,
		frames: make(map[FrameID]*frame),
	}
}

// Restore returns the Execution of p that wrote journal. The journal must be whole up to the end of
// a Step and have been written for the same Program; otherwise Restore panics.
func Restore(p *asl.Program, id Identity, journal iter.Seq[Event]) *Execution {
	x := New(p, id)
	for e := range journal {
		x.apply(e)
	}
	x.queue.compact()
	return x
}

// Handle decides what c means for x at moment now, and runs until every frame waits for the world.
// The returned Step must be stored before any of its effects is acted on. A command that answers
// an await which is no longer outstanding has no outcome: Handle returns an empty Step. So do a
// second [Start] and any command to an Execution that is not running.
//
// Effects are the Step's net effects: an await begun and ended within one Step has none, nor has the
// end of the await that c itself answers.
func (x *Execution) Handle(now Moment, c Command) Step {
	d := decider{x: x, now: now}
	x.changes, x.tracking = x.changes[:0], true
	d.command(c)
	if len(d.events) > 0 || d.resumed {
		d.run()
	}
	x.tracking = false
	return Step{Events: d.events, Effects: x.effects(answers(c))}
}

// Outstanding returns all awaits, in an order that follows from the state alone: the execution's own
// deadline, a pause, then those of the frames in the order of their ids.
func (x *Execution) Outstanding() []Await {
	var found []Await
	for _, a := range []*Await{x.deadline, x.pause} {
		if a != nil {
			found = append(found, *a)
		}
	}
	x.root.walk(func(f *frame) {
		if f.await != nil {
			found = append(found, *f.await)
		}
	})
	return found
}

// walk calls visit for f and all frames below it, parents first. A nil frame has none.
func (f *frame) walk(visit func(*frame)) {
	if f == nil {
		return
	}
	visit(f)
	for _, child := range f.children {
		child.walk(visit)
	}
}

// Awaiting returns the await called id, or false when it is not outstanding.
func (x *Execution) Awaiting(id AwaitID) (Await, bool) {
	if _, a := x.find(id); a != nil {
		return *a, true
	}
	return Await{}, false
}

// find returns an await and the frame that waits; the frame is nil for the execution's own.
func (x *Execution) find(id AwaitID) (*frame, *Await) {
	for _, a := range [...]*Await{x.deadline, x.pause} {
		if a != nil && a.ID == id {
			return nil, a
		}
	}
	f := x.frames[id.Frame]
	if f == nil || f.await == nil || f.await.ID != id {
		return nil, nil
	}
	return f, f.await
}

// Status returns the condition of x; it is empty before [Start].
func (x *Execution) Status() Status { return x.status }

// Input returns the input of the whole execution.
func (x *Execution) Input() value.Value { return x.input }

// Output returns the result of an execution that [Succeeded]; otherwise null.
func (x *Execution) Output() value.Value { return x.output }

// Failure returns why an execution [Failed], or what came with its [Stop]. One that [TimedOut] has
// none, as DescribeExecution shows none.
func (x *Execution) Failure() asl.Failure { return x.failure }

// StartTime returns the time of [ExecutionStarted].
func (x *Execution) StartTime() time.Time { return x.start }

// StopTime returns when the execution closed, or the zero time.
func (x *Execution) StopTime() time.Time { return x.stop }

// LastTime returns the time of the latest event, or the zero time before [Start].
func (x *Execution) LastTime() time.Time { return x.last }

// LastSeq returns the journal's length.
func (x *Execution) LastSeq() uint64 { return x.seq }

// Size estimates the bytes of memory that x holds. It costs nothing to ask.
func (x *Execution) Size() int { return x.size }
