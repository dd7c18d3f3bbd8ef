package interpreter

import (
	"time"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/value"
)

// FrameID is the path of a Frame: "0" is the execution itself, "0.2.1" the second child of its
// third child.
type FrameID string

// Event is one journal entry.
type Event struct {
	// Seq is the position in the journal: 1, 2, 3 … without a gap.
	Seq uint64
	// ID is the number that GetExecutionHistory shows, without a gap either; 0 for a private event.
	ID int64
	// Prev is the previousEventId that goes with ID.
	Prev  int64
	Time  time.Time
	Frame FrameID
	Fact  Fact
}

// Size is how many bytes of data the Event carries.
func (e Event) Size() int {
	switch fact := e.Fact.(type) {
	case ExecutionStarted:
		return fact.Input.Size()
	case ExecutionSucceeded:
		return fact.Output.Size()
	case ExecutionFailed:
		return fact.Failure.Size()
	case ExecutionAborted:
		return fact.Failure.Size()
	case StateEntered:
		return fact.Input.Size()
	case StateExited:
		return fact.Output.Size() + fact.Assigned.Size()
	case TaskScheduled:
		return fact.Input.Size()
	case TaskSubmitted:
		return fact.Output.Size()
	case TaskSucceeded:
		return fact.Output.Size()
	case TaskFailed:
		return fact.Failure.Size()
	case EvaluationFailed:
		return fact.Failure.Size()
	case CallbackReceived:
		return fact.Output.Size() + fact.Failure.Size()
	case ParallelStarted:
		return fact.Input.Size()
	case MapStarted:
		return fact.Items.Size()
	case MapIterationStarted:
		return fact.Input.Size()
	default:
		return 0
	}
}

// Fact is what an Event says happened: one of the types in this file.
type Fact interface{ fact() }

// ExecutionStarted is always the first event.
type ExecutionStarted struct{ Input value.Value }

// ExecutionSucceeded closes the execution.
type ExecutionSucceeded struct{ Output value.Value }

// ExecutionFailed closes the execution.
type ExecutionFailed struct{ Failure asl.Failure }

// ExecutionAborted closes the execution: somebody stopped it.
type ExecutionAborted struct{ Failure asl.Failure }

// ExecutionTimedOut closes the execution: the machine's TimeoutSeconds passed.
type ExecutionTimedOut struct{}

// StateEntered is PassStateEntered, TaskStateEntered …; Input is the raw state input.
type StateEntered struct {
	Type  asl.Type
	Name  string
	Input value.Value
}

// StateExited is PassStateExited, TaskStateExited ….
type StateExited struct {
	Type   asl.Type
	Name   string
	Output value.Value
	// Next is the state that follows, empty when the frame ends here. A Choice's pick and a
	// catcher's target are found here; nothing is decided again on replay.
	Next string
	// Assigned is an object of the variables that got values; null when there are none.
	Assigned value.Value
}

// StateAborted is TaskStateAborted, WaitStateAborted, ParallelStateAborted or MapStateAborted.
type StateAborted struct{ Type asl.Type }

// TaskScheduled is ActivityScheduled, LambdaFunctionScheduled or TaskScheduled, by Resource. It
// begins an Await whose Seq is this event's.
type TaskScheduled struct {
	Resource                         string // the resource ARN
	Input                            value.Value
	TimeoutSeconds, HeartbeatSeconds int64  // 0: not set
	RoleARN                          string // to act as, of Credentials; empty when there are none
}

// TaskStarted is ActivityStarted, LambdaFunctionStarted or TaskStarted.
type TaskStarted struct {
	Await    uint64 // Seq of the TaskScheduled
	Resource string
	Worker   string
}

// TaskSubmitted says that a job was accepted.
type TaskSubmitted struct {
	Await    uint64
	Resource string
	Output   value.Value
}

// TaskSucceeded closes the await with a result.
type TaskSucceeded struct {
	Await    uint64
	Resource string
	Output   value.Value
}

// TaskFailed closes the await with a failure.
type TaskFailed struct {
	Await    uint64
	Resource string
	Failure  asl.Failure
}

// TaskTimedOut closes the await: its deadline passed.
type TaskTimedOut struct {
	Await    uint64
	Resource string
	Failure  asl.Failure
	// Heartbeat says that the heartbeat was missed; history does not show it, a Retrier or
	// Catcher for States.HeartbeatTimeout sees it.
	Heartbeat bool
}

// ParallelStarted says that all branches begin, each with Input.
type ParallelStarted struct{ Input value.Value }

// ParallelSucceeded says that all branches ended well.
type ParallelSucceeded struct{}

// ParallelFailed says that a branch failed.
type ParallelFailed struct{}

// MapStarted says that the items were read. Items is private: history shows their number.
type MapStarted struct {
	Items value.Value
	// MaxConcurrency is what holds for this run of the state; 0 means no limit.
	MaxConcurrency int64
	// Keyed says that the Map runs over an object: each item is {"Key": …, "Value": …}.
	Keyed bool
}

// MapSucceeded says that all iterations ended well.
type MapSucceeded struct{}

// MapFailed says that an iteration failed.
type MapFailed struct{}

// MapIterationStarted says that an iteration begins with Input (private).
type MapIterationStarted struct {
	Name  string
	Index int
	Input value.Value
}

// MapIterationSucceeded says that an iteration ended well.
type MapIterationSucceeded struct {
	Name  string
	Index int
}

// MapIterationFailed says that an iteration failed.
type MapIterationFailed struct {
	Name  string
	Index int
}

// MapIterationAborted says that an iteration was given up because another one failed.
type MapIterationAborted struct {
	Name  string
	Index int
}

// EvaluationFailed says that an expression in a field of a state failed.
type EvaluationFailed struct {
	State string
	// Location is the field, as in "Output/a[0]"; empty when there is none.
	Location string
	Failure  asl.Failure
}

// WaitStarted (private) begins the timer of a Wait state.
type WaitStarted struct{ Due time.Time }

// RetryScheduled (private) begins the timer of a retry's delay.
type RetryScheduled struct {
	// Retrier is the index of the entry of "Retry" that matched.
	Retrier int
	Due     time.Time
}

// CallbackReceived (private) keeps the result that came by a task's token before its request had
// returned. It counts once the task is submitted.
type CallbackReceived struct {
	Await uint64
	// Failed says that it is a failure.
	Failed  bool
	Output  value.Value
	Failure asl.Failure
}

// Paused (private) begins a timer that is due at once: the Step had reached its limit.
type Paused struct{}

func (ExecutionStarted) fact()      {}
func (ExecutionSucceeded) fact()    {}
func (ExecutionFailed) fact()       {}
func (ExecutionAborted) fact()      {}
func (ExecutionTimedOut) fact()     {}
func (StateEntered) fact()          {}
func (StateExited) fact()           {}
func (StateAborted) fact()          {}
func (TaskScheduled) fact()         {}
func (TaskStarted) fact()           {}
func (TaskSubmitted) fact()         {}
func (TaskSucceeded) fact()         {}
func (TaskFailed) fact()            {}
func (TaskTimedOut) fact()          {}
func (ParallelStarted) fact()       {}
func (ParallelSucceeded) fact()     {}
func (ParallelFailed) fact()        {}
func (MapStarted) fact()            {}
func (MapSucceeded) fact()          {}
func (MapFailed) fact()             {}
func (MapIterationStarted) fact()   {}
func (MapIterationSucceeded) fact() {}
func (MapIterationFailed) fact()    {}
func (MapIterationAborted) fact()   {}
func (EvaluationFailed) fact()      {}
func (WaitStarted) fact()           {}
func (RetryScheduled) fact()        {}
func (CallbackReceived) fact()      {}
func (Paused) fact()                {}
