package interpreter

import (
	"fmt"
	"strings"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/value"
)

// schedule asks the world for the work of a Task: on entry, and again for each retry.
func (d *decider) schedule(f *frame, s *asl.Task) {
	input, err := d.parameters(f, s.Parameters)
	if err != nil {
		d.refuse(f, err, f.prev)
		return
	}
	if wrong := s.Resource.CheckParameters(input); wrong != nil {
		d.refuse(f, fmt.Errorf("The Parameters '%s' could not be used to start the Task: [%s]", input.Compact(), strings.Join(wrong, ", ")), f.prev)
		return
	}
	if s.Resource.Kind == asl.ActivityResource && !d.reaches(s.Name, s.Resource.ARN) {
		d.refuse(f, fmt.Errorf("The activity %s does not exist.", s.Resource.ARN), f.prev)
		return
	}
	timeout, heartbeat, err := d.taskLimits(f, s)
	if err != nil {
		d.refuse(f, err, f.prev)
		return
	}
	role, err := d.role(f, s)
	if err != nil {
		d.refuse(f, err, f.prev)
		return
	}
	d.step(f, TaskScheduled{
		Resource: s.Resource.ARN, Input: input.Kept(), TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat, RoleARN: role,
	})
}

// reaches says whether there is an activity that the execution may use: those of its own region and
// account.
func (d *decider) reaches(state, activity string) bool {
	if owner(activity) != owner(d.x.identity.MachineARN) {
		return false
	}
	return d.now.ActivityExists == nil || d.now.ActivityExists(state, activity)
}

// owner returns the region and account in an ARN.
func owner(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return parts[3] + ":" + parts[4]
}

// role returns the role of Credentials.
func (d *decider) role(f *frame, s *asl.Task) (string, error) {
	if s.Credentials.IsZero() {
		return "", nil
	}
	v, err := d.parameters(f, s.Credentials)
	role, _ := v.Get("RoleArn")
	if err == nil && role.Kind() != value.KindString {
		err = fmt.Errorf("The RoleArn of the Credentials must be a string but was: %s", role.Compact())
	}
	return role.AsString(), err
}

// taskLimits returns the limits that the definition or its paths say.
func (d *decider) taskLimits(f *frame, s *asl.Task) (timeout, heartbeat int64, err error) {
	if timeout, err = d.seconds(f, "TimeoutSeconds", s.TimeoutSeconds); err != nil {
		return 0, 0, err
	}
	heartbeat, err = d.seconds(f, "HeartbeatSeconds", s.HeartbeatSeconds)
	return timeout, heartbeat, err
}

// seconds returns a duration that a field has or leads to.
func (d *decider) seconds(f *frame, field string, n asl.Integer) (int64, error) {
	seconds, err := d.integer(f, field, n, asl.MaxSeconds)
	if err == nil && (seconds < 0 || seconds > asl.MaxSeconds) {
		err = fmt.Errorf("%s must be between 0 and %d but was: %d", field, asl.MaxSeconds, seconds)
	}
	return seconds, err
}

// answerTask decides what an answer to an outstanding task means. An answer that does not fit its
// kind, or comes a second time, means nothing.
func (d *decider) answerTask(f *frame, a Await, c Command) {
	switch c := c.(type) {
	case ClaimTask:
		if a.Kind == AwaitActivity && !f.started {
			d.step(f, TaskStarted{Await: a.ID.Seq, Resource: a.Resource, Worker: c.Worker})
		}
	case SubmitTask:
		if a.Kind != AwaitActivity && !a.Submitted {
			d.ensureStarted(f, a)
			d.submit(f, a, c.Output)
		}
	case CompleteTask:
		if c.ByToken && d.isEarly(f, a) {
			d.receive(f, a, CallbackReceived{Await: a.ID.Seq, Output: c.Output.Kept()})
			return
		}
		d.complete(f, a, c.Output)
	case FailTask:
		if c.ByToken && d.isEarly(f, a) {
			d.receive(f, a, CallbackReceived{Await: a.ID.Seq, Failed: true, Failure: c.Failure})
			return
		}
		d.failTask(f, a, c.Failure)
	case CloseChild:
		d.closeChild(f, a, c)
	case FireTimer:
		if c.Heartbeat || !a.Due.IsZero() {
			d.timeOut(f, a, c.Heartbeat)
		}
	}
}

// submit records that the service took the request. A callback that was quicker counts now.
func (d *decider) submit(f *frame, a Await, answer value.Value) {
	d.step(f, TaskSubmitted{Await: a.ID.Seq, Resource: a.Resource, Output: answer.Kept()})
	switch early := f.early; {
	case early == nil:
	case early.Failed:
		d.failTask(f, a, early.Failure)
	default:
		d.complete(f, a, early.Output)
	}
}

// isEarly says that the task waits for a callback, and its request has not returned yet.
func (d *decider) isEarly(f *frame, a Await) bool {
	return f.state.(*asl.Task).Resource.Pattern == asl.WaitForTaskToken && !a.Submitted
}

// receive keeps a callback that came early; the first one counts.
func (d *decider) receive(f *frame, a Await, fact CallbackReceived) {
	if !a.Answered {
		d.step(f, fact)
	}
}

// ensureStarted writes the TaskStarted that a pause has kept back.
func (d *decider) ensureStarted(f *frame, a Await) {
	if !f.started && a.Kind != AwaitActivity {
		d.step(f, TaskStarted{Await: a.ID.Seq, Resource: a.Resource})
	}
}

func (d *decider) complete(f *frame, a Await, v value.Value) {
	s := f.state.(*asl.Task)
	v = v.Kept()
	if d.exceeds(v) {
		d.failTask(f, a, tooLarge(resultName(s.Resource)))
		return
	}
	d.ensureStarted(f, a)
	d.step(f, TaskSucceeded{Await: a.ID.Seq, Resource: a.Resource, Output: v})
	output, err := d.output(f, s.ResultSelector, s.ResultPath, v)
	d.exit(f, output, err, s.Next, s.Assign, result(v))
}

// resultName is how AWS names the giver of a result that is too large.
func resultName(r asl.Resource) string {
	if r.Kind == asl.ServiceResource {
		return r.Service
	}
	return r.ARN
}

func (d *decider) failTask(f *frame, a Await, why asl.Failure) {
	why.Cause = shortened(why.Cause)
	d.ensureStarted(f, a)
	d.step(f, TaskFailed{Await: a.ID.Seq, Resource: a.Resource, Failure: why})
	d.fail(f, stateFailure{failure: why, at: f.prev})
}

// closeChild decides on the end of an execution that the task started and waits for.
func (d *decider) closeChild(f *frame, a Await, c CloseChild) {
	switch {
	case a.Kind != AwaitChild:
	case c.Succeeded:
		d.complete(f, a, c.Description)
	default:
		d.failTask(f, a, failure(asl.ErrorTaskFailed, c.Description.Compact()))
	}
}

// timeOut fails a task whose time, or whose worker's heartbeat, is over. AWS records both as
// States.Timeout, without a cause.
func (d *decider) timeOut(f *frame, a Await, heartbeat bool) {
	name := asl.ErrorTimeout
	why := asl.Failure{Error: &name}
	d.step(f, TaskTimedOut{Await: a.ID.Seq, Resource: a.Resource, Failure: why, Heartbeat: heartbeat})
	d.fail(f, stateFailure{failure: why, heartbeat: heartbeat, at: f.prev})
}
