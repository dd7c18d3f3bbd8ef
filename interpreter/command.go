package interpreter

import (
	"time"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/value"
)

// Moment is when a command is handled, the only source of randomness in that handling, and what it may
// know of the world.
type Moment struct {
	Time time.Time
	// Seed feeds jitter, $random and UUIDs.
	Seed uint64
	// ActivityExists says whether there is an activity of the ARN for the task of a state; nil says that
	// there is.
	ActivityExists func(state, arn string) bool
}

// Command is what the world tells an Execution: [Start], [ClaimTask], [SubmitTask],
// [CompleteTask], [FailTask], [FireTimer], [CloseChild] or [Stop].
type Command interface{ command() }

// Start begins the execution.
type Start struct{ Input value.Value }

// ClaimTask says that a worker took an activity task.
type ClaimTask struct {
	Await AwaitID
	// Worker is the worker's name, empty when it gave none.
	Worker string
}

// SubmitTask says that a job or a child execution was accepted, with the service's answer.
type SubmitTask struct {
	Await  AwaitID
	Output value.Value
}

// CompleteTask gives a task's result.
type CompleteTask struct {
	Await  AwaitID
	Output value.Value
	// ByToken says that it came from outside, by the task's token: it may come before the request
	// that carried the token has returned.
	ByToken bool
}

// FailTask gives a task's failure.
type FailTask struct {
	Await   AwaitID
	Failure asl.Failure
	// ByToken is that of [CompleteTask].
	ByToken bool
}

// FireTimer says that an await's deadline has passed.
type FireTimer struct {
	Await AwaitID
	// Heartbeat says that it was the heartbeat that was missed.
	Heartbeat bool
}

// CloseChild says that a child execution ended.
type CloseChild struct {
	Await     AwaitID
	Succeeded bool
	// Description is the child as DescribeExecution shows it, in the resource's shape.
	Description value.Value
}

// Stop ends the execution at the caller's wish. Nil members were not given.
type Stop struct{ Error, Cause *string }

func (Start) command()        {}
func (ClaimTask) command()    {}
func (SubmitTask) command()   {}
func (CompleteTask) command() {}
func (FailTask) command()     {}
func (FireTimer) command()    {}
func (CloseChild) command()   {}
func (Stop) command()         {}
