package interpreter

import (
	"fmt"
	"math/rand/v2"

	"github.com/stepwell/stepwell/asl"
)

// decider handles one command. It reads the Execution and emits events; it never changes it in any
// other way.
type decider struct {
	x      *Execution
	now    Moment
	events []Event
	bytes  int // of payload in events
	// spent is how many steps expressions have taken.
	spent int
	// resumed says that the command ended a pause.
	resumed bool
	// source is made by Rand when it is needed.
	source *rand.Rand
}

// emit records that fact happened in frame f, after the visible event prev, and applies it. Once the
// execution is closed nothing happens any more, and emit does nothing. The event that would reach
// [Limits.HistoryEvents] is replaced by the end of the execution.
func (d *decider) emit(id FrameID, prev int64, fact Fact) {
	x := d.x
	if x.status != Running && x.status != "" {
		return
	}
	e := Event{Seq: x.seq + 1, Prev: prev, Time: d.now.Time, Frame: id, Fact: fact}
	if visible(fact) {
		e.ID = x.visible + 1
		if limit := x.identity.Limits.HistoryEvents; e.ID >= limit && !closing(fact) {
			e.Frame, e.Fact = rootID, ExecutionFailed{tooLong(limit)}
		}
	}
	if d.events == nil {
		d.events = make([]Event, 0, 16)
	}
	d.events = append(d.events, e)
	d.bytes += e.Size()
	x.apply(e)
}

// tooLong is the failure of an execution whose history has no room for another event.
func tooLong(limit int64) asl.Failure {
	return failure(asl.ErrorRuntime, fmt.Sprintf("The execution reached the maximum number of history events (%d).", limit))
}

// closing says that the fact ends the execution.
func closing(fact Fact) bool {
	switch fact.(type) {
	case ExecutionSucceeded, ExecutionFailed, ExecutionAborted, ExecutionTimedOut:
		return true
	default:
		return false
	}
}

// step emits what happened in f, next in its chain.
func (d *decider) step(f *frame, fact Fact) { d.emit(f.id, f.prev, fact) }

// command decides what c itself means; run does the rest.
func (d *decider) command(c Command) {
	if start, ok := c.(Start); ok {
		if d.x.status == "" {
			d.emit(rootID, 0, ExecutionStarted{Input: start.Input.Kept()})
		}
		return
	}
	if d.x.status != Running {
		return
	}
	if stop, ok := c.(Stop); ok {
		d.emit(rootID, 0, ExecutionAborted{asl.Failure{Error: stop.Error, Cause: stop.Cause}})
		return
	}
	f, a := d.x.find(answers(c))
	switch {
	case a == nil:
	case f == nil:
		d.ownTimer(a, c)
	default:
		d.answer(f, *a, c)
	}
}

// ownTimer decides on a timer of the execution itself. The end of a pause needs no event of its own:
// the run that follows emits one.
func (d *decider) ownTimer(a *Await, c Command) {
	if _, fired := c.(FireTimer); !fired {
		return
	}
	if a == d.x.deadline {
		d.emit(rootID, 0, ExecutionTimedOut{})
		return
	}
	d.resumed = true
}

// answer decides what the world's answer to the await of f means.
func (d *decider) answer(f *frame, a Await, c Command) {
	if a.Kind == AwaitTimer {
		if _, fired := c.(FireTimer); fired {
			d.timer(f)
		}
		return
	}
	d.answerTask(f, a, c)
}

// timer goes on after a Wait or after the delay of a retry.
func (d *decider) timer(f *frame) {
	switch s := f.state.(type) {
	case *asl.Wait:
		d.waited(f, s)
	case *asl.Task:
		d.schedule(f, s)
	case *asl.Parallel:
		d.startBranches(f, s)
	case *asl.Map:
		d.startMap(f, s)
	}
}
