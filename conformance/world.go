package conformance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/value"
)

// world is everything outside of a server during one case: the services that its tasks call, those
// who send results by task tokens, and the workers of activities. It answers as the mocks say.
type world struct {
	mu sync.Mutex
	// executions are those that were started so far, by ARN; latest is the one of the last start,
	// whose ARN may not be known yet.
	executions map[string]*Execution
	latest     *Execution
	used       map[*Mock]bool
	resources  map[string]string // of the states
	quiet      bool
	// real, where it is set and says so, does a task instead of its mock.
	real  func(context.Context, integration.Task) (integration.Outcome, bool)
	notes []string

	ctx     context.Context
	client  *client
	helpers sync.WaitGroup
}

var _ integration.Handler = (*world)(nil)

// standIn is who answers a task: w, or nobody for an activity, which has workers of its own.
func (w *world) standIn(_, _, state string) (integration.Handler, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w, !strings.Contains(w.resources[state], ":activity:")
}

// begin says that an execution is about to start, or a step that tests a state.
func (w *world) begin(e *Execution) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.latest = e
}

// name says what ARN the execution begun last has.
func (w *world) name(arn string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.executionOf(arn)
}

// executionOf is the execution with an ARN, by default the latest.
func (w *world) executionOf(arn string) *Execution {
	if w.executions == nil {
		w.executions = map[string]*Execution{}
	}
	if w.executions[arn] == nil {
		w.executions[arn] = w.latest
	}
	return w.executions[arn]
}

// open gives w the client that it sends results with, until ctx is done.
func (w *world) open(ctx context.Context, c *client) { w.ctx, w.client = ctx, c }

// wait returns when nobody in w acts any more.
func (w *world) wait() { w.helpers.Wait() }

// Run implements [integration.Handler].
func (w *world) Run(ctx context.Context, t integration.Task) integration.Outcome {
	if w.real != nil {
		if o, ok := w.real(ctx, t); ok {
			return o
		}
	}
	m := w.find(t)
	if m == nil {
		return w.unknown(t)
	}
	if m.Submitted != nil {
		t.Submit(m.Submitted.value())
	}
	if m.isCallback() && !m.silent() {
		w.send(m, t.Token)
		return integration.Outcome{Never: true} // it has got its result
	}
	return m.outcome()
}

// find returns the mock for a task: the one that is meant for it, or the next that may be.
func (w *world) find(t integration.Task) *Mock {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.executionOf(t.ExecutionARN)
	if e == nil {
		return nil
	}
	for _, is := range []func(*Mock) bool{
		func(m *Mock) bool { return m.isFor(t) },
		func(m *Mock) bool { return m.mayBeFor(t) && !w.used[m] },
	} {
		for i := range e.Mocks {
			if m := &e.Mocks[i]; is(m) {
				w.use(m)
				return m
			}
		}
	}
	return nil
}

func (w *world) use(m *Mock) {
	if w.used == nil {
		w.used = map[*Mock]bool{}
	}
	w.used[m] = true
}

// unknown is the outcome of a task that the recording says nothing about: none, where it is known
// that something was answered, and else a failure.
func (w *world) unknown(t integration.Task) integration.Outcome {
	cause := fmt.Sprintf("nothing is recorded for the state %q, entry %d, iteration %v, attempt %d", t.State, t.Entry, t.Iteration, t.Attempt)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.notes = append(w.notes, cause)
	if e := w.executionOf(t.ExecutionARN); e != nil && slices.Contains(e.UnmockedStates, t.State) {
		return integration.Outcome{Never: true}
	}
	name := "Conformance.NoMock"
	return integration.Outcome{Failure: &asl.Failure{Error: &name, Cause: &cause}}
}

func (w *world) note(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.notes = append(w.notes, text)
}

// silent says that somebody took a task and will not answer: time passes only if it is told to.
func (w *world) silent() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.quiet
}

// send sends the result of m by a task token.
func (w *world) send(m *Mock, token string) {
	operation, members := m.request()
	request := value.Object(append(members, value.Member{Key: "taskToken", Value: value.String(token)})...)
	answer, err := w.client.call(w.ctx, operation, request)
	if err == nil && answer.Error != nil {
		w.note(fmt.Sprintf("%s: %v", operation, answer.Error))
	}
}

// employ starts the workers of an execution's activities; resources are those of its states.
func (w *world) employ(e *Execution, resources map[string]string) {
	w.mu.Lock()
	w.resources = resources
	w.mu.Unlock()
	work := map[string][]*Mock{}
	for i := range e.Mocks {
		m := &e.Mocks[i]
		if arn := resources[m.State]; m.Service == "activity" && arn != "" && (!m.silent() || m.WorkerName != "") {
			work[arn] = append(work[arn], m)
		}
	}
	for arn, mocks := range work {
		w.helpers.Go(func() {
			for _, m := range mocks {
				w.work(arn, m)
			}
		})
	}
}

// work takes one task of an activity, and answers it as m says.
func (w *world) work(arn string, m *Mock) {
	request := object("activityArn", value.String(arn))
	if m.WorkerName != "" {
		request = replace(request, "workerName", value.String(m.WorkerName))
	}
	for w.ctx.Err() == nil {
		answer, err := w.client.call(w.ctx, "GetActivityTask", request)
		if err != nil || answer.Error != nil {
			return
		}
		token, _ := answer.Response.Get("taskToken")
		switch {
		case token.AsString() == "":
			continue
		case m.silent():
			w.mu.Lock()
			w.quiet = true
			w.mu.Unlock()
		default:
			w.send(m, token.AsString())
		}
		return
	}
}

// resources are what the states of a definition, nested ones included, have as their Resource.
func resources(definition value.Value) map[string]string {
	arns := map[string]string{}
	addResources(arns, definition)
	return arns
}

func addResources(arns map[string]string, v value.Value) {
	states, _ := v.Get("States")
	for name, state := range states.Members() {
		if resource, ok := state.Get("Resource"); ok {
			arns[name] = resource.AsString()
		}
	}
	for _, child := range v.Members() {
		addResources(arns, child)
	}
	for _, child := range v.Elements() {
		addResources(arns, child)
	}
}
