// Package history shows a journal the way GetExecutionHistory does.
//
// [Render] turns one event of a journal into the API's shape; private events have none. It needs
// nothing but the event and the execution's identity, so a page can begin anywhere in a journal.
// Which members an event has, and which types have no details at all, is as recorded from AWS: see
// the API reference, HistoryEvent.
package history

import (
	"fmt"

	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/value"
)

// Render shows e as an event of the execution id. It is false for a private event. Without data the
// members input, inputDetails, output and outputDetails are left out.
func Render(e interpreter.Event, id interpreter.Identity, withData bool) (sfn.HistoryEvent, bool) {
	if e.ID == 0 {
		return sfn.HistoryEvent{}, false
	}
	r := renderer{identity: id, withData: withData, event: sfn.HistoryEvent{
		Timestamp: sfn.NewTimestamp(e.Time), Id: new(e.ID), PreviousEventId: new(e.Prev),
	}}
	r.render(e.Fact)
	return r.event, true
}

// renderer fills in the type and the details of one event.
type renderer struct {
	identity interpreter.Identity
	withData bool
	event    sfn.HistoryEvent
}

func (r *renderer) typed(t sfn.HistoryEventType) { r.event.Type = &t }

// data returns the members of a payload and of its details.
func (r *renderer) data(v value.Value) (*string, *sfn.HistoryEventExecutionDataDetails) {
	if !r.withData {
		return nil, nil
	}
	return new(v.Text()), &sfn.HistoryEventExecutionDataDetails{Truncated: new(false)}
}

// variables returns the members of an event that assigned some: each as JSON text.
func (r *renderer) variables(assigned value.Value) (map[string]string, *sfn.AssignedVariablesDetails) {
	if !r.withData || assigned.Len() == 0 {
		return nil, nil
	}
	texts := make(map[string]string)
	for name, v := range assigned.Members() {
		texts[name] = v.Text()
	}
	return texts, &sfn.AssignedVariablesDetails{Truncated: new(false)}
}

// render is a flat switch over the closed set of facts.
func (r *renderer) render(f interpreter.Fact) {
	switch f := f.(type) {
	case interpreter.ExecutionStarted, interpreter.ExecutionSucceeded, interpreter.ExecutionFailed,
		interpreter.ExecutionAborted, interpreter.ExecutionTimedOut:
		r.execution(f)
	case interpreter.StateEntered:
		r.typed(sfn.HistoryEventType(string(f.Type) + "StateEntered"))
		d := &sfn.StateEnteredEventDetails{Name: new(f.Name)}
		d.Input, d.InputDetails = r.data(f.Input)
		r.event.StateEnteredEventDetails = d
	case interpreter.StateExited:
		r.typed(sfn.HistoryEventType(string(f.Type) + "StateExited"))
		d := &sfn.StateExitedEventDetails{Name: new(f.Name)}
		d.Output, d.OutputDetails = r.data(f.Output)
		d.AssignedVariables, d.AssignedVariablesDetails = r.variables(f.Assigned)
		r.event.StateExitedEventDetails = d
	case interpreter.StateAborted:
		r.typed(sfn.HistoryEventType(string(f.Type) + "StateAborted"))
	case interpreter.ParallelStarted:
		r.typed(sfn.HistoryEventTypeParallelStateStarted)
	case interpreter.ParallelSucceeded:
		r.typed(sfn.HistoryEventTypeParallelStateSucceeded)
	case interpreter.ParallelFailed:
		r.typed(sfn.HistoryEventTypeParallelStateFailed)
	case interpreter.MapStarted:
		r.typed(sfn.HistoryEventTypeMapStateStarted)
		r.event.MapStateStartedEventDetails = &sfn.MapStateStartedEventDetails{Length: new(int64(f.Items.Len()))}
	case interpreter.MapSucceeded:
		r.typed(sfn.HistoryEventTypeMapStateSucceeded)
	case interpreter.MapFailed:
		r.typed(sfn.HistoryEventTypeMapStateFailed)
	case interpreter.MapIterationStarted, interpreter.MapIterationSucceeded, interpreter.MapIterationFailed,
		interpreter.MapIterationAborted:
		r.iteration(f)
	case interpreter.EvaluationFailed:
		r.typed(sfn.HistoryEventTypeEvaluationFailed)
		r.event.EvaluationFailedEventDetails = &sfn.EvaluationFailedEventDetails{
			State: new(f.State), Error: f.Failure.Error, Cause: f.Failure.Cause, Location: optional(f.Location),
		}
	case interpreter.TaskScheduled, interpreter.TaskStarted, interpreter.TaskSubmitted, interpreter.TaskSucceeded,
		interpreter.TaskFailed, interpreter.TaskTimedOut:
		r.task(f)
	default:
		panic(fmt.Sprintf("history: a visible event with the fact %T", f))
	}
}

func (r *renderer) execution(f interpreter.Fact) {
	switch f := f.(type) {
	case interpreter.ExecutionStarted:
		r.typed(sfn.HistoryEventTypeExecutionStarted)
		d := &sfn.ExecutionStartedEventDetails{RoleArn: new(r.identity.RoleARN)}
		d.Input, d.InputDetails = r.data(f.Input)
		r.event.ExecutionStartedEventDetails = d
	case interpreter.ExecutionSucceeded:
		r.typed(sfn.HistoryEventTypeExecutionSucceeded)
		d := new(sfn.ExecutionSucceededEventDetails)
		d.Output, d.OutputDetails = r.data(f.Output)
		r.event.ExecutionSucceededEventDetails = d
	case interpreter.ExecutionFailed:
		r.typed(sfn.HistoryEventTypeExecutionFailed)
		r.event.ExecutionFailedEventDetails = &sfn.ExecutionFailedEventDetails{Error: f.Failure.Error, Cause: f.Failure.Cause}
	case interpreter.ExecutionAborted:
		r.typed(sfn.HistoryEventTypeExecutionAborted)
		r.event.ExecutionAbortedEventDetails = &sfn.ExecutionAbortedEventDetails{Error: f.Failure.Error, Cause: f.Failure.Cause}
	case interpreter.ExecutionTimedOut:
		r.typed(sfn.HistoryEventTypeExecutionTimedOut)
		r.event.ExecutionTimedOutEventDetails = &sfn.ExecutionTimedOutEventDetails{Error: new("States.Timeout")}
	}
}

func (r *renderer) iteration(f interpreter.Fact) {
	details := func(name string, index int) *sfn.MapIterationEventDetails {
		return &sfn.MapIterationEventDetails{Name: new(name), Index: new(int64(index))}
	}
	switch f := f.(type) {
	case interpreter.MapIterationStarted:
		r.typed(sfn.HistoryEventTypeMapIterationStarted)
		r.event.MapIterationStartedEventDetails = details(f.Name, f.Index)
	case interpreter.MapIterationSucceeded:
		r.typed(sfn.HistoryEventTypeMapIterationSucceeded)
		r.event.MapIterationSucceededEventDetails = details(f.Name, f.Index)
	case interpreter.MapIterationFailed:
		r.typed(sfn.HistoryEventTypeMapIterationFailed)
		r.event.MapIterationFailedEventDetails = details(f.Name, f.Index)
	case interpreter.MapIterationAborted:
		r.typed(sfn.HistoryEventTypeMapIterationAborted)
		r.event.MapIterationAbortedEventDetails = details(f.Name, f.Index)
	}
}
