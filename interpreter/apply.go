package interpreter

import (
	"fmt"
	"time"

	"github.com/stepwell/stepwell/asl"
)

// apply changes x by what e says happened. It is the only code that changes an Execution, live and
// while restoring; it decides nothing, evaluates nothing and reads no clock.
func (x *Execution) apply(e Event) {
	if e.Seq != x.seq+1 {
		panic(fmt.Sprintf("interpreter: event %d follows event %d", e.Seq, x.seq))
	}
	x.seq, x.last = e.Seq, e.Time
	if e.ID != 0 {
		x.visible = e.ID
	}
	x.endPause()
	switch fact := e.Fact.(type) {
	case ExecutionStarted:
		x.applyStarted(e, fact)
	case ExecutionSucceeded:
		x.output = fact.Output
		x.close(Succeeded, e)
	case ExecutionFailed:
		x.failure = fact.Failure
		x.close(Failed, e)
	case ExecutionAborted:
		x.failure = fact.Failure
		x.close(Aborted, e)
	case ExecutionTimedOut:
		x.close(TimedOut, e)
	case MapIterationStarted:
		x.applyIterationStarted(e, fact)
	case Paused:
		x.pause = &Await{ID: AwaitID{rootID, e.Seq}, Kind: AwaitTimer, Due: e.Time, Begun: e.Time}
		x.note(x.pause.ID, began)
	default:
		x.applyToFrame(x.frame(e.Frame), e)
	}
}

// applyToFrame applies what happened inside of frame f.
func (x *Execution) applyToFrame(f *frame, e Event) {
	f.prev = e.ID
	if !movesChain(e.Fact) {
		f.prev = e.Prev
	}
	switch fact := e.Fact.(type) {
	case StateEntered:
		x.applyEntered(f, e, fact)
	case StateExited:
		x.applyExited(f, e, fact)
	case WaitStarted:
		x.begin(f, e, Await{Kind: AwaitTimer, Due: fact.Due, State: f.state.Base().Name})
		x.move(f, phaseTimer)
	case RetryScheduled:
		x.applyRetry(f, e, fact)
	case ParallelStarted:
		x.applyParallelStarted(f, e, fact)
	case MapStarted:
		x.applyMapStarted(f, e, fact)
	case ParallelFailed, MapFailed:
		x.abandonChildren(f)
		x.move(f, phaseFailed)
	case StateAborted, MapIterationAborted:
		x.abandon(f)
	case MapIterationSucceeded:
		x.finishChild(f, e)
	case MapIterationFailed:
		x.move(f, phaseFailed)
	case ParallelSucceeded, MapSucceeded, EvaluationFailed:
	default:
		x.applyToTask(f, e)
	}
	if f.ready() {
		x.queue.push(f)
	}
}

// applyToTask applies what happened to the task that f waits for.
func (x *Execution) applyToTask(f *frame, e Event) {
	switch fact := e.Fact.(type) {
	case TaskScheduled:
		x.applyScheduled(f, e, fact)
	case TaskStarted:
		x.applyTaskStarted(f, e)
	case CallbackReceived:
		a := *f.await
		a.Answered = true
		f.await, f.early = &a, &fact
		x.note(a.ID, changed)
	case TaskSubmitted:
		a := *f.await
		a.Submitted = true
		f.await = &a
		x.note(a.ID, changed)
	case TaskSucceeded:
		x.endAwait(f)
		x.move(f, phaseTask)
	case TaskFailed, TaskTimedOut:
		x.endAwait(f)
		x.move(f, phaseFailed)
	default:
		panic(fmt.Sprintf("interpreter: apply: unknown fact %T", e.Fact))
	}
}

// move brings f into a phase, by the present event.
func (x *Execution) move(f *frame, p phase) {
	f.phase, f.since = p, x.seq
}

// movesChain says that the next event of the frame follows this one.
func movesChain(fact Fact) bool {
	switch fact.(type) {
	case ParallelSucceeded, MapSucceeded, StateAborted, MapIterationAborted, MapIterationFailed:
		return false
	default:
		return visible(fact)
	}
}

// visible says that GetExecutionHistory shows the fact.
func visible(fact Fact) bool {
	switch fact.(type) {
	case WaitStarted, RetryScheduled, CallbackReceived, Paused:
		return false
	default:
		return true
	}
}

// frame returns the frame called id, which must exist.
func (x *Execution) frame(id FrameID) *frame {
	if x.recent != nil && x.recent.id == id {
		return x.recent
	}
	f := x.frames[id]
	if f == nil {
		panic(fmt.Sprintf("interpreter: event %d is of frame %s, which does not exist", x.seq, id))
	}
	x.recent = f
	return f
}

func (x *Execution) applyStarted(e Event, fact ExecutionStarted) {
	x.status, x.input, x.start = Running, fact.Input, e.Time
	x.size += fact.Input.Size()
	x.root = &frame{id: rootID, block: x.program.Root, next: x.program.Root.StartAt}
	x.addFrame(x.root)
	x.setInput(x.root, fact.Input)
	x.move(x.root, phaseEnter)
	x.queue.push(x.root)
	if x.program.TimeoutSeconds > 0 {
		due := e.Time.Add(time.Duration(x.program.TimeoutSeconds) * time.Second)
		x.deadline = &Await{ID: AwaitID{rootID, e.Seq}, Kind: AwaitTimer, Due: due, Begun: e.Time}
		x.note(x.deadline.ID, began)
	}
}

// close ends the execution. Frames that are not over keep their phase: they are where a redrive
// begins.
func (x *Execution) close(s Status, e Event) {
	x.status, x.stop = s, e.Time
	if x.deadline != nil {
		x.note(x.deadline.ID, ended)
		x.deadline = nil
	}
	x.root.walk(x.endAwait)
	x.queue = queue{}
}

func (x *Execution) applyEntered(f *frame, e Event, fact StateEntered) {
	f.state = f.block.State(fact.Name)
	if f.state == nil {
		panic("interpreter: the journal enters the state " + fact.Name + ", which the program does not have")
	}
	f.next, f.enteredID, f.enteredPrev, f.enteredAt = "", e.ID, e.Prev, e.Time
	f.attempt, f.retries = 0, nil
	if fact.Type == asl.TypeTask {
		f.entry = x.entries[fact.Name] + 1
		if x.entries == nil {
			x.entries = make(map[string]int)
		}
		x.entries[fact.Name] = f.entry
		if f.entry == 1 {
			x.size += entrySize
		}
	}
	x.move(f, phaseEntered)
}

func (x *Execution) applyExited(f *frame, e Event, fact StateExited) {
	x.endAwait(f)
	x.dropChildren(f)
	x.assign(f, fact.Assigned)
	x.setInput(f, fact.Output)
	f.next = fact.Next
	if fact.Next != "" {
		x.move(f, phaseEnter)
		return
	}
	x.move(f, phaseDone)
	if f.parent != nil && !f.isIteration() {
		x.finishChild(f, e)
	}
}

func (x *Execution) applyRetry(f *frame, e Event, fact RetryScheduled) {
	x.dropChildren(f)
	if f.retries == nil {
		f.retries = make([]int64, len(retriers(f.state)))
	}
	f.retries[fact.Retrier]++
	f.attempt++
	x.begin(f, e, Await{Kind: AwaitTimer, Due: fact.Due, State: f.state.Base().Name})
	x.move(f, phaseRetry)
}

func (x *Execution) applyScheduled(f *frame, e Event, fact TaskScheduled) {
	task := f.state.(*asl.Task)
	x.endAwait(f)
	if x.invoked == nil {
		x.invoked = make(map[string]int)
	}
	x.invoked[task.Name]++
	f.timeoutSeconds, f.started, f.early = fact.TimeoutSeconds, false, nil
	x.begin(f, e, Await{
		Kind: awaitKind(task.Resource), HeartbeatSeconds: fact.HeartbeatSeconds,
		Resource: fact.Resource, Input: fact.Input, RoleARN: fact.RoleARN, State: task.Name,
		Entry: f.entry, Attempt: f.attempt + 1, Iteration: f.iteration, Invocation: x.invoked[task.Name],
	})
	x.move(f, phaseScheduled)
	if task.Resource.Kind == asl.ActivityResource {
		f.phase = phaseTask
	}
}

func awaitKind(r asl.Resource) AwaitKind {
	switch {
	case r.Kind == asl.ActivityResource:
		return AwaitActivity
	case r.Service == "states" && r.Action == "startExecution":
		return AwaitChild
	default:
		return AwaitTask
	}
}

// applyTaskStarted starts the task's clock.
func (x *Execution) applyTaskStarted(f *frame, e Event) {
	f.started = true
	a := *f.await
	a.Claimed = a.Kind == AwaitActivity
	if f.timeoutSeconds > 0 {
		a.Due = e.Time.Add(time.Duration(f.timeoutSeconds) * time.Second)
	}
	f.await = &a
	x.note(a.ID, changed)
	x.move(f, phaseTask)
}
