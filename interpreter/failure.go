package interpreter

import (
	"fmt"
	"strings"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/intrinsic"
	"github.com/stepwell/stepwell/value"
)

// stateFailure is a failure on its way up from the state it happened in.
type stateFailure struct {
	failure   asl.Failure
	heartbeat bool  // a heartbeat was missed
	at        int64 // the event that failed: what follows points at it
}

func (w stateFailure) isRuntime() bool {
	return w.failure.Error != nil && *w.failure.Error == asl.ErrorRuntime
}

// fail decides what becomes of the failure of f's state: a retry, a catch, or the failure of
// whatever f belongs to.
func (d *decider) fail(f *frame, why stateFailure) {
	switch {
	case why.isRuntime():
		d.emit(rootID, why.at, ExecutionFailed{why.failure})
	case d.retried(f, why):
	default:
		failed := why.at
		why.at = d.giveUp(f, failed)
		d.catch(f, why, failed)
	}
}

// failState runs a Fail state.
func (d *decider) failState(f *frame, s *asl.Fail) {
	why := s.Failure
	for _, field := range []struct {
		name string
		from *intrinsic.Expression
		to   **string
	}{{"ErrorPath", s.ErrorPath, &why.Error}, {"CausePath", s.CausePath, &why.Cause}} {
		if field.from == nil {
			continue
		}
		v, err := field.from.Eval(d.scope(f, f.input))
		if err == nil && v.Kind() != value.KindString {
			err = fmt.Errorf("The %s field refers to value \"%s\" which is not a string: %s", field.name, plain(v), field.from)
		}
		if err != nil {
			d.refuse(f, err, f.prev)
			return
		}
		*field.to = new(strings.Clone(v.AsString()))
	}
	if err := d.queriedFailure(f, s, &why); err != nil {
		d.refuse(f, err, f.prev)
		return
	}
	d.fail(f, stateFailure{failure: why, at: f.prev})
}

// queriedFailure fills in what expressions of a Fail state give.
func (d *decider) queriedFailure(f *frame, s *asl.Fail, why *asl.Failure) error {
	for _, field := range []struct {
		from *asl.Query
		to   **string
	}{{s.ErrorQuery, &why.Error}, {s.CauseQuery, &why.Cause}} {
		if field.from == nil {
			continue
		}
		v, err := d.queried(f, field.from, seen{}, value.KindString)
		if err != nil {
			return err
		}
		*field.to = new(strings.Clone(v.AsString()))
	}
	return nil
}

// giveUp records that a Parallel or Map state is not tried again, and returns the event that what
// follows points at.
func (d *decider) giveUp(f *frame, at int64) int64 {
	switch f.state.(type) {
	case *asl.Parallel:
		d.emit(f.id, at, ParallelFailed{})
	case *asl.Map:
		d.emit(f.id, at, MapFailed{})
	default:
		return at
	}
	return d.x.visible
}

// failBlock fails the block that f runs: the execution, or the Parallel or Map state it is part of.
func (d *decider) failBlock(f *frame, why stateFailure) {
	if f.parent == nil {
		d.emit(rootID, why.at, ExecutionFailed{why.failure})
		return
	}
	if f.isIteration() {
		d.emit(f.id, why.at, MapIterationFailed{Name: f.parent.state.Base().Name, Index: f.index})
	}
	if f.state.Type() == asl.TypeTask {
		d.emit(f.id, why.at, StateAborted{Type: asl.TypeTask})
	}
	d.abortChildren(f.parent, f, why.at)
	d.fail(f.parent, why)
}

// abortChildren gives up the children of f but one, because of the event at.
func (d *decider) abortChildren(f, but *frame, at int64) {
	for _, child := range f.children {
		if child != nil && child != but {
			d.abort(child, at)
		}
	}
}

// abort gives up f and what is below it, outermost first, because of the event at.
func (d *decider) abort(f *frame, at int64) {
	open := abortable(f)
	if f.isIteration() {
		d.emit(f.id, at, MapIterationAborted{Name: f.parent.state.Base().Name, Index: f.index})
	}
	if open {
		d.emit(f.id, at, StateAborted{Type: f.state.Type()})
	}
	d.abortChildren(f, nil, at)
}

// abortable says that f stands in a state whose type has an Aborted event, and has not left it.
func abortable(f *frame) bool {
	if f.state == nil || f.phase == phaseEnter || f.phase == phaseDone {
		return false
	}
	switch f.state.Type() {
	case asl.TypeTask, asl.TypeWait, asl.TypeParallel, asl.TypeMap:
		return true
	default:
		return false
	}
}
