// Package lambda runs functions as AWS Lambda does, on this machine: processes that speak Lambda's
// Runtime API, so that a handler built for AWS runs unchanged, and simpler stand-ins.
//
// A [Host] answers calls. What it runs comes from a [Source], which may change while it works: each
// [Function] says which name it has, what answers for it, its [Code], and within which bounds. The
// code of a [Runtime] lives in instances, processes that stay warm between calls; one call at a time
// goes to an instance, and the pool of a function starts instances as calls need them, up to its
// concurrency. An instance belongs to a goroutine of its own, and everything belongs to the Host: once
// that is closed, no process and no goroutine is left. Should this process be killed, its functions'
// processes end with it, see package process.
//
// The package does not know executions or tasks, and no HTTP but the Runtime API: package invokeapi
// serves Lambda's own API over it. Shapes and words of errors are AWS's, see
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html and
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
package lambda

import (
	"context"
	"encoding/base64"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/stepwell/stepwell/lambda/process"
	"github.com/stepwell/stepwell/value"
)

// Limits of Lambda.
const (
	MaxPayload      = 6 << 20     // bytes of a synchronous call's event
	MaxEventPayload = 1 << 20     // bytes of an asynchronous call's
	MaxResponse     = 6<<20 + 100 // bytes of a result
	maxContext      = 3583        // bytes of a client context in Base64
	maxLogTail      = 4 << 10     // bytes of LogResult
	maxPending      = 1000        // asynchronous calls that have not ended
	initTimeout     = 10 * time.Second
)

// Options configures a [Host]. Source is required.
type Options struct {
	// Source says which functions there are. It is asked before each call.
	Source Source
	// Account and Region complete the names of functions.
	Account, Region string
	// Endpoint, when not empty, is the URL at which functions find this server, for Step Functions.
	Endpoint string
	// Logger gets what functions print, line by line, and what becomes of their processes.
	Logger *slog.Logger
	// Native, when not nil, returns the Go function behind a name that is full, or nil. It comes before
	// the functions of Source.
	Native func(n Name) Native
}

// Source says which functions there are. It is safe for concurrent use.
type Source interface {
	// Functions returns the same Set until the functions change.
	Functions() *Set
	// Missing is told the name of a function that was called and does not exist, once for each until
	// the functions change.
	Missing(name string)
}

// Host runs functions. It is safe for concurrent use; it must be closed.
type Host struct {
	options Options
	log     *slog.Logger
	keeper  *process.Keeper
	client  *http.Client
	ctx     context.Context // of everything that runs here
	cancel  context.CancelFunc

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup
	set     *Set
	workers map[*Function]worker
	missing map[string]bool
	pending int // asynchronous calls
}

// worker answers the calls of one function.
type worker interface {
	// invoke answers c. It returns early when c's context ends, though the work may go on.
	invoke(c *call) (answer, error)
	// retire says that no more calls come; those that it has are answered.
	retire()
}

// New returns a Host. It starts no process before it is called.
func New(o Options) *Host {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Host{
		options: o, log: o.Logger, keeper: process.New(), ctx: ctx, cancel: cancel,
		client:  &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100, IdleConnTimeout: time.Minute}},
		workers: make(map[*Function]worker), missing: make(map[string]bool),
	}
}

// Close kills what runs and returns when nothing is left. Calls that have no answer yet fail.
func (h *Host) Close() error {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.cancel()
	h.running.Wait()
	h.client.CloseIdleConnections()
	return h.keeper.Close()
}

// spawn runs f on a goroutine that Close waits for, or returns false once the Host is closed.
func (h *Host) spawn(f func()) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	h.running.Go(f)
	return true
}

// Invoke calls a function as Lambda's Invoke does. The error is an *[Error], with the code of one of
// Lambda's exceptions, or that of ctx: then the function may still run. An error of the function itself
// is a Response.
func (h *Host) Invoke(ctx context.Context, r Request) (Response, error) {
	name, err := r.Name()
	if err != nil {
		return Response{}, err
	}
	c, err := h.newCall(ctx, r, name)
	if err != nil {
		return Response{}, err
	}
	f, w, err := h.find(name)
	if err != nil {
		return Response{}, err
	}
	response := Response{RequestID: c.id, Version: name.Version(), Status: http.StatusOK}
	switch r.Type {
	case DryRun:
		response.Status = http.StatusNoContent
		return response, nil
	case Event:
		response.Status = http.StatusAccepted
		return response, h.later(c, f, w)
	case RequestResponse:
	}
	c.timeout = f.timeout()
	a, err := w.invoke(c)
	if err != nil {
		return Response{}, err
	}
	response.Payload = a.payload
	if a.failed {
		response.FunctionError = Unhandled
	}
	if r.Tail {
		response.Log = c.log(h.ctx.Done())
	}
	return response, nil
}

// newCall checks a request.
func (h *Host) newCall(ctx context.Context, r Request, name Name) (*call, error) {
	payload := r.Payload
	if len(payload) == 0 {
		payload = []byte("{}")
	}
	limit := MaxPayload
	switch r.Type {
	case RequestResponse, DryRun, "":
	case Event:
		limit = MaxEventPayload
	default:
		return nil, invalidType(r.Type)
	}
	if len(payload) > limit {
		return nil, tooLarge(len(payload), r.Type, limit)
	}
	if _, err := value.Parse(string(payload)); err != nil {
		return nil, invalidContent(err)
	}
	if err := checkContext(r.ClientContext); err != nil {
		return nil, err
	}
	c := &call{
		ctx: ctx, id: uuid.NewString(), arn: name.in(h.options.Account, h.options.Region).ARN(), version: name.Version(),
		trace: traceID(), clientContext: r.ClientContext, payload: payload, answered: make(chan outcome, 1), began: time.Now(),
	}
	if r.Tail {
		c.tail = new(tail)
		c.tail.add("START RequestId: " + c.id + " Version: " + c.version)
	}
	return c, nil
}

// checkContext returns an error unless a client context is a JSON object, or there is none.
func checkContext(text string) error {
	if text == "" {
		return nil
	}
	if base64.StdEncoding.EncodedLen(len(text)) > maxContext {
		return BadClientContext()
	}
	if v, err := value.Parse(text); err != nil || v.Kind() != value.KindObject {
		return BadClientContext()
	}
	return nil
}

// later lets an asynchronous call run.
func (h *Host) later(c *call, f *Function, w worker) error {
	h.mu.Lock()
	full := h.pending >= maxPending
	if !full {
		h.pending++
	}
	h.mu.Unlock()
	if full {
		return tooManyRequests()
	}
	c.later, c.ctx, c.timeout = true, h.ctx, f.timeout()
	started := h.spawn(func() {
		a, err := w.invoke(c)
		switch {
		case err != nil && h.ctx.Err() == nil:
			h.log.Error("an asynchronous call failed", "function", f.Name.String(), "requestId", c.id, "error", err)
		case a.failed:
			h.log.Error("an asynchronous call failed", "function", f.Name.String(), "requestId", c.id, "error", string(a.payload))
		}
		h.mu.Lock()
		h.pending--
		h.mu.Unlock()
	})
	if !started {
		return closing()
	}
	return nil
}

// find returns the function that answers for a name, after taking up what has changed.
func (h *Host) find(name Name) (*Function, worker, error) {
	full := name.in(h.options.Account, h.options.Region)
	if h.options.Native != nil {
		if native := h.options.Native(full); native != nil {
			return &Function{Name: full}, &natively{h, native}, nil
		}
	}
	f, w, retired, first := h.worker(full)
	for _, w := range retired { // not under the lock: pools take theirs before the host's
		w.retire()
	}
	if first {
		h.options.Source.Missing(full.Function)
	}
	if f == nil {
		return nil, nil, NotFound(full)
	}
	return f, w, nil
}

// worker returns the function that answers for a name, with its worker, those that nobody needs any more,
// and whether the name is asked for in vain for the first time.
func (h *Host) worker(full Name) (f *Function, w worker, retired []worker, first bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	retired = h.take(h.options.Source.Functions()) // under the lock: nobody takes an older set after it
	if f = h.set.find(full); f == nil {
		first = !h.missing[full.Function]
		h.missing[full.Function] = true
		return nil, nil, retired, first
	}
	if w = h.workers[f]; w == nil {
		w = f.Code.worker(h, f)
		h.workers[f] = w
	}
	return f, w, retired, false
}

// take makes set the functions that there are, and returns the workers of those that there are not any
// more. Those that are as before keep their processes.
func (h *Host) take(set *Set) (retired []worker) {
	if set == h.set {
		return nil
	}
	h.set = set
	for f, w := range h.workers {
		if !set.keep(f) {
			delete(h.workers, f)
			retired = append(retired, w)
		}
	}
	clear(h.missing)
	return retired
}

// Functions returns the functions that there are, by name.
func (h *Host) Functions() []*Function { return h.options.Source.Functions().All() }

// Function returns the function that answers for a name, or ResourceNotFoundException.
func (h *Host) Function(name Name) (*Function, error) {
	full := name.in(h.options.Account, h.options.Region)
	f := h.options.Source.Functions().find(full)
	if f == nil {
		return nil, NotFound(full)
	}
	return f, nil
}

// ARN returns the ARN of what name means here.
func (h *Host) ARN(name Name) string { return name.in(h.options.Account, h.options.Region).ARN() }
