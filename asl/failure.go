package asl

import "slices"

// Failure is an error inside a workflow: data, never a Go error. A nil member is absent, as when
// SendTaskFailure gives neither.
type Failure struct{ Error, Cause *string }

// Size is how many bytes of text f has.
func (f Failure) Size() int {
	n := 0
	for _, s := range []*string{f.Error, f.Cause} {
		if s != nil {
			n += len(*s)
		}
	}
	return n
}

// The error names that the language reserves and that something here treats specially.
const (
	ErrorAll               = "States.ALL"
	ErrorTaskFailed        = "States.TaskFailed"
	ErrorTimeout           = "States.Timeout"
	ErrorHeartbeatTimeout  = "States.HeartbeatTimeout"
	ErrorRuntime           = "States.Runtime"
	ErrorDataLimitExceeded = "States.DataLimitExceeded"
	ErrorQueryEvaluation   = "States.QueryEvaluationError"
)

// Matches reports whether a Retrier or Catcher with these ErrorEquals answers to f. heartbeat says
// that f is a missed heartbeat: it is recorded as States.Timeout, and States.HeartbeatTimeout
// names it too.
//
// States.Runtime is never matched: such an execution cannot go on. States.ALL stands for every
// other error, States.DataLimitExceeded included: AWS documents otherwise, and its recordings show
// it. States.TaskFailed stands for every other error but States.Timeout and
// States.DataLimitExceeded. A failure without a name is matched by these two wildcards only.
func Matches(errorEquals []string, f Failure, heartbeat bool) bool {
	return slices.ContainsFunc(errorEquals, func(name string) bool {
		return matchesOne(name, f, heartbeat)
	})
}

func matchesOne(name string, f Failure, heartbeat bool) bool {
	if f.Error == nil {
		return name == ErrorAll || name == ErrorTaskFailed
	}
	switch failed := *f.Error; {
	case failed == ErrorRuntime:
		return false
	case name == failed, name == ErrorAll, heartbeat && name == ErrorHeartbeatTimeout:
		return true
	case name == ErrorTaskFailed:
		return failed != ErrorTimeout && failed != ErrorDataLimitExceeded
	}
	return false
}
