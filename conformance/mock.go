package conformance

import (
	"slices"
	"strings"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/value"
)

// Mock is what the world outside answered to one attempt of a Task state.
type Mock struct {
	// State, Entry, Iteration and Attempt say which attempt: they mean what they mean in an
	// [integration.Task]. Without an Entry it is every attempt of the state, without a State any of
	// CandidateStates, and without those any state at all.
	State           string   `json:"state"`
	CandidateStates []string `json:"candidate_states"`
	Entry           int      `json:"entry"`
	Iteration       []int    `json:"iteration"`
	Attempt         int      `json:"attempt"`
	Service         string   `json:"service"`
	Action          string   `json:"action"`
	WorkerName      string   `json:"worker_name"`
	// Step is set instead where a request tests a single state.
	Step int `json:"step"`
	// Submitted is the answer to a request whose result came later.
	Submitted *Answered `json:"submitted"`
	// Of these at most one is set. If none is, or TimedOut or Unfinished, no result ever came.
	Result     *Answered `json:"result"`
	Failure    *Fault    `json:"error"`
	TimedOut   *struct{} `json:"timed_out"`
	Unfinished bool      `json:"unfinished"`
}

// Answered is a service's answer: Text as it was, or else Output.
type Answered struct {
	Output document `json:"output"`
	Text   string   `json:"text"`
}

// Fault is a service's error. A Cause that is no string was JSON text.
type Fault struct {
	Error *string   `json:"error"`
	Cause *document `json:"cause"`
}

// isFor says whether m is meant for the very attempt that t is.
func (m *Mock) isFor(t integration.Task) bool {
	if m.State == "" {
		return len(m.CandidateStates) == 0
	}
	return m.State == t.State && (m.Entry == 0 ||
		m.Entry == t.Entry && m.Attempt == t.Attempt && slices.Equal(m.Iteration, t.Iteration))
}

// mayBeFor says whether m is for one of several states in an order that nobody recorded.
func (m *Mock) mayBeFor(t integration.Task) bool {
	return m.State == "" && slices.Contains(m.CandidateStates, t.State)
}

// silent says that no result ever came.
func (m *Mock) silent() bool { return m.Result == nil && m.Failure == nil }

// isCallback says that the result came by the task's token.
func (m *Mock) isCallback() bool { return strings.HasSuffix(m.Action, ".waitForTaskToken") }

// outcome is how the attempt ended.
func (m *Mock) outcome() integration.Outcome {
	switch {
	case m.Failure != nil:
		return integration.Outcome{Failure: m.Failure.failure()}
	case m.Result != nil:
		return integration.Outcome{Output: m.Result.value()}
	}
	return integration.Outcome{Never: true}
}

// text is the answer as JSON text.
func (a *Answered) text() string {
	if a.Text != "" {
		return a.Text
	}
	return a.Output.Compact()
}

func (a *Answered) value() value.Value { return value.Trusted(a.text()) }

func (f *Fault) failure() *asl.Failure { return &asl.Failure{Error: f.Error, Cause: f.cause()} }

func (f *Fault) cause() *string {
	if f.Cause == nil {
		return nil
	}
	text := f.Cause.Compact()
	if f.Cause.Kind() == value.KindString {
		text = f.Cause.AsString()
	}
	return &text
}

// request is the call that gives a worker's result, without the token.
func (m *Mock) request() (operation string, members []value.Member) {
	if m.Result != nil {
		return "SendTaskSuccess", []value.Member{{Key: "output", Value: value.String(m.Result.text())}}
	}
	if m.Failure.Error != nil {
		members = append(members, value.Member{Key: "error", Value: value.String(*m.Failure.Error)})
	}
	if cause := m.Failure.cause(); cause != nil {
		members = append(members, value.Member{Key: "cause", Value: value.String(*cause)})
	}
	return "SendTaskFailure", members
}
