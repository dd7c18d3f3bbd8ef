package interpreter

import (
	"time"

	"github.com/stepwell/stepwell/value"
)

// Effect is what the interpreter asks of the world: [Begin], [Change] or [Cancel].
type Effect interface{ effect() }

// Begin asks for an Await that is new.
type Begin struct{ Await Await }

// Change replaces what is known of an outstanding Await with the same id: an activity task was
// claimed and its deadlines begin, or a request was submitted.
type Change struct{ Await Await }

// Cancel ends an Await that nobody waits for any more.
type Cancel struct{ ID AwaitID }

func (Begin) effect()  {}
func (Change) effect() {}
func (Cancel) effect() {}

// AwaitID names an Await within its execution.
type AwaitID struct {
	Frame FrameID
	// Seq is the journal position of the event that began it.
	Seq uint64
}

// AwaitKind says what is waited for.
type AwaitKind uint8

// The kinds of Awaits.
const (
	// AwaitTimer is a bare deadline: a Wait, a retry's delay, the execution's own limit, a pause.
	AwaitTimer AwaitKind = iota + 1
	// AwaitTask is a task that a handler of this server performs.
	AwaitTask
	// AwaitActivity is a task that a worker polls for.
	AwaitActivity
	// AwaitChild is another execution of this server.
	AwaitChild
)

// Await is something outstanding. An answer to it counts at most once.
type Await struct {
	ID   AwaitID
	Kind AwaitKind
	// Due is when [FireTimer] must be given; zero means never.
	Due time.Time
	// HeartbeatSeconds, when not 0, lets a claimed task live only that long without a heartbeat.
	HeartbeatSeconds int64
	// Claimed says that a worker has the activity task.
	Claimed bool
	// Submitted says that the service took the request, and that its result is to come.
	Submitted bool
	// Answered says that a callback came already; its task is not submitted yet.
	Answered bool
	// Begun is the time of the event that began the await.
	Begun time.Time

	// Of a task, an activity or a child: what to do, and which attempt this is.
	Resource string      // the resource ARN as the definition has it
	Input    value.Value // the effective input, or the evaluated parameters
	RoleARN  string      // the role to act as; empty when the state has no Credentials
	State    string      // the state's name
	Entry    int         // 1 for the first time the execution enters this state, 2, …
	Attempt  int         // 1 for the first try in this entry, 2 for the first retry, …
	// Invocation counts the tries of all entries into this state in the whole execution, from 1.
	Invocation int
	// Iteration holds the indexes of the enclosing Map iterations, outermost first.
	Iteration []int
}
