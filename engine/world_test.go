package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/kv/memory"
	"github.com/stepwell/stepwell/store"
	"github.com/stepwell/stepwell/value"
)

var scope = store.Scope{Account: "123456789012", Region: "us-east-1"}

// disk is a store whose commits a test can hold, fail and count.
type disk struct {
	kv.Store
	mu      sync.Mutex
	held    chan struct{} // not nil: commits wait until it is closed
	failure error         // not nil: commits fail
	landing bool          // failing commits land all the same
	commits int           // of executions
	check   func() error  // asked before each commit of executions

	writable error // what Writable says
}

func (d *disk) Writable() error { return d.writable }

func (d *disk) Apply(ctx context.Context, b kv.Batch) error {
	d.mu.Lock()
	held, failure, landing := d.held, d.failure, d.landing
	if len(b.Fences) > 0 {
		d.commits++
		if d.check != nil && failure == nil {
			failure = d.check()
		}
	}
	d.mu.Unlock()
	if held != nil {
		<-held
	}
	if failure != nil && !landing {
		return failure
	}
	return errors.Join(d.Store.Apply(ctx, b), failure)
}

// hold makes commits wait; what it returns lets them go on.
func (d *disk) hold() (release func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	held := make(chan struct{})
	d.held = held
	return func() {
		d.mu.Lock()
		d.held = nil
		d.mu.Unlock()
		close(held)
	}
}

func (d *disk) fail(err error, landing bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failure, d.landing = err, landing
}

// after lets check say, before each commit, whether it fails.
func (d *disk) after(check func() error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.check = check
}

func (d *disk) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.commits
}

// world is an engine with all it needs, on a disk that survives it.
type world struct {
	t        *testing.T
	backend  kv.Store
	disk     *disk
	store    *store.Store
	engine   *engine.Engine
	handlers *integration.Registry
	options  engine.Options
	fatal    chan error
}

// inWorld runs test in a bubble of virtual time, with an engine that is closed at the end, and with the
// activity of activityARN; goroutines
// that it leaves behind fail the test.
func inWorld(t *testing.T, options engine.Options, test func(*world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, backend: memory.New(), handlers: new(integration.Registry), options: options}
		w.open()
		if err := w.store.CreateActivity(t.Context(), store.Activity{Scope: scope, Name: "work"}); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = w.engine.Close() }() // after a failure it reports that again
		test(w)
	})
}

func (w *world) open() {
	w.t.Helper()
	w.disk = &disk{Store: w.backend}
	fatal := make(chan error, 1)
	w.fatal = fatal
	s, err := store.Open(w.t.Context(), w.disk)
	if err != nil {
		w.t.Fatal(err)
	}
	o := w.options
	o.Store, o.Handlers, o.Logger = s, w.handlers, slog.New(slog.DiscardHandler)
	o.Fatal = func(err error) { fatal <- err }
	e, err := engine.Open(w.t.Context(), o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.store, w.engine = s, e
	e.Begin()
}

var errKilled = errors.New("killed")

// kill ends the engine as kill -9 would: nothing more reaches the disk. Then it starts anew.
func (w *world) kill() {
	w.t.Helper()
	w.disk.fail(errKilled, false)
	_ = w.engine.Close() // it reports that it was killed
	w.open()
}

// machine creates a state machine.
func (w *world) machine(name, definition string) store.Machine {
	w.t.Helper()
	return w.machineOf(store.TypeStandard, name, definition)
}

func (w *world) machineOf(machineType, name, definition string) store.Machine {
	w.t.Helper()
	m := store.Machine{Scope: scope, Name: name, ID: "id-" + name, Type: machineType, Created: time.Now(), Revision: "1"}
	r := store.Revision{MachineID: m.ID, Key: "1", Created: m.Created, Definition: definition, RoleARN: "arn:aws:iam::123456789012:role/r"}
	if err := w.store.CreateMachine(w.t.Context(), m, r); err != nil {
		w.t.Fatal(err)
	}
	return m
}

// start starts an execution; an empty name means none.
func (w *world) start(m store.Machine, name, input string) store.Row {
	w.t.Helper()
	row, err := w.engine.Start(w.t.Context(), engine.StartRequest{Machine: m, Name: name, Input: w.value(input)})
	if err != nil {
		w.t.Fatal(err)
	}
	return row
}

func (w *world) value(text string) value.Value {
	w.t.Helper()
	v, err := value.Parse(text)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// ends waits for an execution and checks how it ended.
func (w *world) ends(id store.ExecutionID, want interpreter.Status) store.Row {
	w.t.Helper()
	row, err := w.engine.Wait(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	if row.Status != want {
		w.t.Fatalf("the execution ended %s, want %s; its journal:\n%s", row.Status, want, w.journal(id))
	}
	return row
}

// journal shows the committed events of an execution, one on a line.
func (w *world) journal(id store.ExecutionID) string {
	w.t.Helper()
	var text string
	for e, err := range w.store.Journal(context.Background(), id, 1) {
		if err != nil {
			w.t.Fatal(err)
		}
		text += fmt.Sprintf("%d %d<-%d %s %T\n", e.Seq, e.ID, e.Prev, e.Frame, e.Fact)
	}
	return text
}

// output is what a succeeded execution gave.
func (w *world) output(id store.ExecutionID) string {
	w.t.Helper()
	for e, err := range w.store.JournalReverse(w.t.Context(), id, 0) {
		if err != nil {
			w.t.Fatal(err)
		}
		if f, ok := e.Fact.(interpreter.ExecutionSucceeded); ok {
			return f.Output.Text()
		}
		break
	}
	w.t.Fatal("the execution has no output")
	return ""
}

// function is a handler that gives what f returns.
func (w *world) function(name string, f func(integration.Task) integration.Outcome) string {
	resource := "arn:aws:lambda:us-east-1:123456789012:function:" + name
	w.handlers.Register(resource, integration.HandlerFunc(func(_ context.Context, t integration.Task) integration.Outcome { return f(t) }))
	return resource
}

const (
	passMachine = `{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}`
	waitMachine = `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"Next":"P"},"P":{"Type":"Pass","End":true}}}`
	activityARN = "arn:aws:states:us-east-1:123456789012:activity:work"
	activity    = `{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"` + activityARN + `","HeartbeatSeconds":30,"TimeoutSeconds":600,"End":true}}}`
)

func taskMachine(resource string) string {
	return `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"` + resource + `","End":true}}}`
}
