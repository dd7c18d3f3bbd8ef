package interpreter

import (
	"math/rand/v2"
	"time"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/value"
)

// retried begins a retry of f's state, if a retrier answers to the failure and has attempts left.
// The first retrier that matches decides alone.
func (d *decider) retried(f *frame, why stateFailure) bool {
	for i, r := range retriers(f.state) {
		if !asl.Matches(r.ErrorEquals, why.failure, why.heartbeat) {
			continue
		}
		var used int64
		if f.retries != nil {
			used = f.retries[i]
		}
		if used >= r.MaxAttempts {
			return false
		}
		due := d.now.Time.Add(d.delay(r, int(used)))
		d.emit(f.id, why.at, RetryScheduled{Retrier: i, Due: due})
		return true
	}
	return false
}

// delay returns how long to wait before retry k, counted from 0. Full jitter comes from the Moment's
// seed and the event that will record it, so that two retries of one Step differ.
func (d *decider) delay(r asl.Retrier, k int) time.Duration {
	delay := r.Delay(k)
	if r.FullJitter && delay > 0 {
		delay = time.Duration(rand.New(rand.NewPCG(d.now.Seed, d.x.seq)).Int64N(int64(delay) + 1))
	}
	return delay
}

// catch leaves f's state by the first catcher that answers to the failure, which the event failed said.
// Without one, or when the catcher fails itself, f's block fails.
func (d *decider) catch(f *frame, why stateFailure, failed int64) {
	for _, c := range catchers(f.state) {
		if !asl.Matches(c.ErrorEquals, why.failure, why.heartbeat) {
			continue
		}
		output, assigned, err := d.caught(f, c, why.failure)
		if err != nil {
			why = d.catcherFailed(f, err, why.at, failed)
			break
		}
		d.step(f, StateExited{Type: f.state.Type(), Name: f.state.Base().Name, Output: output, Next: c.Next, Assigned: assigned})
		return
	}
	if why.isRuntime() {
		d.emit(rootID, why.at, ExecutionFailed{why.failure})
		return
	}
	d.failBlock(f, why)
}

// caught returns what a catcher hands on, and what it assigns. Its ResultPath applies to the raw
// input; the state's own ResultSelector, ResultPath and OutputPath do not apply.
func (d *decider) caught(f *frame, c asl.Catcher, why asl.Failure) (output, assigned value.Value, err error) {
	caught := errorOutput(why)
	s := seen{dollar: caught, states: value.Member{Key: "errorOutput", Value: caught}}
	if c.Output != nil {
		output, err = d.queried(f, c.Output, s)
	} else {
		output, err = placed(c.ResultPath, f.input, caught)
	}
	if err == nil {
		assigned, err = d.assigned(f, c.Assign, s)
	}
	if output = output.Kept(); err == nil && d.exceeds(output) {
		err = errTooLarge
	}
	return output, assigned, err
}

// catcherFailed is the failure of a state whose catcher failed. An expression of the catcher that fails
// follows the event failed, as the state's giving up did, and the state gives up once more.
func (d *decider) catcherFailed(f *frame, err error, at, failed int64) stateFailure {
	if event := d.evaluationFailed(f, err, failed); event != failed {
		at = d.giveUp(f, event)
	}
	return stateFailure{failure: refusal(f, err), at: at}
}

// errorOutput is the object that a catcher hands on. A timeout's missing cause shows as "", a member
// that SendTaskFailure was not given as null.
func errorOutput(f asl.Failure) value.Value {
	cause := text(f.Cause)
	if f.Cause == nil && f.Error != nil && *f.Error == asl.ErrorTimeout {
		cause = value.String("")
	}
	return value.Object(value.Member{Key: "Error", Value: text(f.Error)}, value.Member{Key: "Cause", Value: cause})
}

func text(s *string) value.Value {
	if s == nil {
		return value.Null
	}
	return value.String(*s)
}

// retriers returns the field "Retry" of a state.
func retriers(s asl.State) []asl.Retrier {
	switch s := s.(type) {
	case *asl.Task:
		return s.Retry
	case *asl.Parallel:
		return s.Retry
	case *asl.Map:
		return s.Retry
	default:
		return nil
	}
}

// catchers returns the field "Catch" of a state.
func catchers(s asl.State) []asl.Catcher {
	switch s := s.(type) {
	case *asl.Task:
		return s.Catch
	case *asl.Parallel:
		return s.Catch
	case *asl.Map:
		return s.Catch
	default:
		return nil
	}
}
