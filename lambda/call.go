package lambda

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// InvocationType says when a call is answered. The empty one is RequestResponse.
type InvocationType string

// The invocation types.
const (
	RequestResponse InvocationType = "RequestResponse" // with the result
	Event           InvocationType = "Event"           // before the function has run
	DryRun          InvocationType = "DryRun"          // without running it
)

// Request is a call of a function, as the request of Lambda's Invoke.
type Request struct {
	// Function is its name in any form, Qualifier a version or alias.
	Function, Qualifier string
	Type                InvocationType
	// Payload is a JSON text; none means {}.
	Payload []byte
	// ClientContext is a JSON text for the function's context.
	ClientContext string
	// Tail asks for the end of what the call printed.
	Tail bool
}

// Name returns the name that is called.
func (r Request) Name() (Name, error) {
	n, ok := ParseName(r.Function)
	switch {
	case !ok:
		return n, badName(r.Function)
	case r.Qualifier == "":
		return n, nil
	case !qualifierName.MatchString(r.Qualifier):
		return n, badQualifier(r.Qualifier)
	case n.Qualifier != "" && n.Qualifier != r.Qualifier:
		return n, twoQualifiers()
	}
	n.Qualifier = r.Qualifier
	return n, nil
}

// Unhandled is the FunctionError of every function that fails here.
const Unhandled = "Unhandled"

// Response is the answer to a call, as the response of Lambda's Invoke.
type Response struct {
	// Status is 200, 202 for an Event and 204 for a DryRun.
	Status int
	// Payload is what the function gave. Functions of this package always give JSON; others may not.
	Payload []byte
	// FunctionError says that the function failed: Payload is then {"errorType":…,"errorMessage":…}.
	FunctionError string
	// Version is the version that ran, Log the end of what it printed if the Request asked for it.
	Version, Log string
	RequestID    string
}

// call is a Request on its way.
type call struct {
	ctx              context.Context // of the caller
	id, arn, version string
	trace            string
	clientContext    string
	payload          []byte
	timeout          time.Duration
	began            time.Time
	tail             *tail  // nil: nobody wants it
	later            bool   // nobody waits for it
	ended            func() // called as it ends; nil: nobody wants to know
	replied          atomic.Bool
	answered         chan outcome
	taken            atomic.Bool // the function has answered
	tries            int
}

// outcome is what a call ends with: an answer of the function, or an error of the host.
type outcome struct {
	answer answer
	err    error
}

// answer is what a function gave. failed says that payload is an error.
type answer struct {
	payload []byte
	failed  bool
}

// reply ends a call, unless it has ended.
func (c *call) reply(a answer, err error) {
	if c.replied.Swap(true) {
		return
	}
	if c.ended != nil {
		c.ended()
	}
	c.answered <- outcome{a, err} // it has room for one
}

// wait returns what a call ends with, or the error of its context.
func (c *call) wait() (answer, error) {
	select {
	case o := <-c.answered:
		return o.answer, o.err
	case <-c.ctx.Done():
		return answer{}, c.ctx.Err()
	}
}

// traceID makes the trace header of a call.
func traceID() string {
	var b [20]byte
	_, _ = rand.Read(b[:]) // it never fails
	id := hex.EncodeToString(b[:])
	return fmt.Sprintf("Root=1-%08x-%s;Parent=%s;Sampled=0", time.Now().Unix(), id[:24], id[24:])
}

// log returns the end of what a call printed, between the lines that Lambda adds. What was printed
// comes by another way than the answer: it is there when nothing has come for a while.
func (c *call) log(done <-chan struct{}) string {
	took := time.Since(c.began)
	for n, tries := -1, 0; tries < 10 && n != c.tail.length(); tries++ {
		n = c.tail.length()
		pause(5*time.Millisecond, done)
	}
	milliseconds := float64(took) / float64(time.Millisecond)
	c.tail.add("END RequestId: " + c.id)
	c.tail.add(fmt.Sprintf("REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %.0f ms\tMemory Size: %d MB\tMax Memory Used: %[4]d MB\t",
		c.id, milliseconds, math.Ceil(milliseconds), MemoryMegabytes))
	c.tail.mu.Lock()
	defer c.tail.mu.Unlock()
	return string(c.tail.kept)
}

// tail keeps the end of what a call printed.
type tail struct {
	mu   sync.Mutex
	kept []byte
}

func (t *tail) add(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(append(t.kept, line...), '\n')
	if n := len(t.kept) - maxLogTail; n > 0 {
		t.kept = t.kept[n:]
	}
}

func (t *tail) length() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.kept)
}
