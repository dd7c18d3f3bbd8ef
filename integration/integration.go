// Package integration is the door between Task states and the world: a [Handler] does the work
// of the resources it is registered for in a [Registry].
//
// It does not know executions or stores. A Handler gets a [Task] and gives an [Outcome]; that the
// outcome counts at most once is the engine's business.
package integration

import (
	"context"
	"sync"
	"time"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/value"
)

// Task is one attempt at one unit of work.
type Task struct {
	ExecutionARN, ExecutionName string
	MachineARN, MachineName     string
	Account, Region             string
	// TestCase is what followed "#" in the machine's ARN when the execution was started, if anything.
	TestCase string
	// Resource is the ARN as the definition has it, Input the evaluated parameters, RoleARN the role of
	// the state's Credentials.
	Resource, RoleARN string
	Input             value.Value
	// State, Entry, Iteration and Attempt say where in the execution the task stands: the state's
	// name, the how-manieth entry into it (from 1), the indexes of the enclosing Map iterations,
	// outermost first, and the how-manieth try of this entry (from 1). Invocation counts the tries of
	// all entries in the whole execution.
	State                      string
	Entry, Attempt, Invocation int
	Iteration                  []int
	// IdempotencyKey is the same whenever this very attempt is sent again, as after a crash.
	IdempotencyKey string
	// Token is the task token a callback would use.
	Token string
	// Deadline is when the task times out, by the execution's clock; zero means never.
	Deadline time.Time
	// Submit says that the service took the request, with its answer: the task is then submitted, and
	// its result comes later. Of several calls the first counts.
	Submit func(answer value.Value)
}

// Outcome is what became of a Task: a result, a failure, or nothing for ever.
type Outcome struct {
	Output value.Value
	// Failure, when not nil, says that the task failed; Output then means nothing.
	Failure *asl.Failure
	// Submitted says that Output is only the service's answer to the request: the task's result comes
	// from outside, by its token.
	Submitted bool
	// Never says that no answer will ever come, as of a mock: the task waits until it times out, and
	// does not hold up a virtual clock.
	Never bool
}

// Handler does the work of a resource. Run may block; it must return soon after ctx is done. It is
// called again with the same IdempotencyKey when a crash hid whether it had finished.
type Handler interface {
	Run(ctx context.Context, t Task) Outcome
}

// HandlerFunc is a function as a [Handler].
type HandlerFunc func(ctx context.Context, t Task) Outcome

// Run calls f.
func (f HandlerFunc) Run(ctx context.Context, t Task) Outcome { return f(ctx, t) }

// Registry finds the Handler of a resource ARN. The zero Registry is empty and ready; it is safe
// for concurrent use.
type Registry struct {
	mu        sync.RWMutex
	handlers  map[string]Handler
	otherwise func(resource string) (Handler, bool)
}

// Register makes h the handler of resource, instead of the one it had.
func (r *Registry) Register(resource string, h Handler) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.handlers == nil {
		r.handlers = make(map[string]Handler)
	}
	r.handlers[resource] = h
}

// Otherwise makes find say who is the handler of a resource for which nobody is registered.
func (r *Registry) Otherwise(find func(resource string) (Handler, bool)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.otherwise = find
}

// Lookup returns the handler of resource, or false.
func (r *Registry) Lookup(resource string) (Handler, bool) {
	h, ok := r.Registered(resource)
	if ok {
		return h, true
	}
	r.mu.RLock()
	find := r.otherwise
	r.mu.RUnlock()
	if find == nil {
		return nil, false
	}
	return find(resource)
}

// Registered returns the handler that is registered for resource itself, or false.
func (r *Registry) Registered(resource string) (Handler, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	h, ok := r.handlers[resource]
	return h, ok
}
