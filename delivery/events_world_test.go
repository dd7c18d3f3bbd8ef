package delivery_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stepwell/stepwell/delivery"
	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/kv/memory"
	"github.com/stepwell/stepwell/store"
	"github.com/stepwell/stepwell/value"
)

// disk is a store that counts reads of the outbox, and whose writes a test can let fail.
type disk struct {
	kv.Store
	mu      sync.Mutex
	scans   int
	failure func(kv.Batch) error
}

func (d *disk) Apply(ctx context.Context, b kv.Batch) error {
	d.mu.Lock()
	failure := d.failure
	d.mu.Unlock()
	if failure != nil {
		if err := failure(b); err != nil {
			return err
		}
	}
	return d.Store.Apply(ctx, b)
}

func (d *disk) fail(failure func(kv.Batch) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failure = failure
}

func (d *disk) Scan(ctx context.Context, space kv.Space, r kv.Range) iter.Seq2[kv.Pair, error] {
	if space == kv.Outbox {
		d.mu.Lock()
		d.scans++
		d.mu.Unlock()
	}
	return d.Store.Scan(ctx, space, r)
}

func (d *disk) reads() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.scans
}

// sink is the world's side of all targets, by the hosts of their URLs.
type sink struct {
	mu     sync.Mutex
	got    map[string][]string // what was accepted
	asked  map[string][]time.Time
	answer func(host string, r *http.Request) (status int, err error) // nil: everybody accepts all
}

// RoundTrip implements [http.RoundTripper].
func (s *sink) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.asked[r.URL.Host] = append(s.asked[r.URL.Host], time.Now())
	answer := s.answer
	s.mu.Unlock()
	status := http.StatusNoContent
	if answer != nil {
		if status, err = answer(r.URL.Host, r); err != nil {
			return nil, err
		}
	}
	if status/100 == 2 {
		s.mu.Lock()
		s.got[r.URL.Host] = append(s.got[r.URL.Host], string(body))
		s.mu.Unlock()
	}
	response := &http.Response{
		StatusCode: status, Status: http.StatusText(status), Request: r, Body: io.NopCloser(strings.NewReader("an answer")),
		Header: http.Header{"Location": {"http://elsewhere"}},
	}
	return response, nil
}

// reply lets all targets answer so from now on.
func (s *sink) reply(answer func(host string, r *http.Request) (int, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// events are those that a target has accepted.
func (s *sink) events(t *testing.T, host string) []event {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []event
	for _, text := range s.got[host] {
		var e event
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

func (s *sink) attempts(host string) []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[host]
}

// event is what tests look at of an event.
type event struct {
	ID     string
	Detail struct {
		Name, Status                string
		Input, Output               *string
		InputDetails, OutputDetails *struct{ Included bool }
	}
}

func (e event) String() string { return e.Detail.Name + " " + e.Detail.Status }

// world is an engine whose events go to targets, on a store that survives both.
type world struct {
	t       *testing.T
	backend kv.Store
	disk    *disk
	sink    *sink
	targets map[string]string
	store   *store.Store
	engine  *engine.Engine
	events  *delivery.Events
	log     bytes.Buffer
}

// inWorld runs test in a bubble of virtual time with a target for each host, of the same name.
func inWorld(t *testing.T, hosts []string, test func(*world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{
			t: t, backend: memory.New(), sink: &sink{got: map[string][]string{}, asked: map[string][]time.Time{}}, targets: map[string]string{},
		}
		for _, host := range hosts {
			w.targets[host] = "http://" + host + "/events"
		}
		w.open()
		defer w.close()
		test(w)
	})
}

func (w *world) open() {
	w.t.Helper()
	w.disk = &disk{Store: w.backend}
	var err error
	if w.store, err = store.Open(w.t.Context(), w.disk); err != nil {
		w.t.Fatal(err)
	}
	w.events, err = delivery.OpenEvents(w.t.Context(), delivery.EventsOptions{
		Store: w.store, Targets: w.targets, Logger: slog.New(slog.NewTextHandler(&w.log, nil)), Transport: w.sink,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.engine, err = engine.Open(w.t.Context(), engine.Options{
		Store: w.store, Handlers: new(integration.Registry), Logger: slog.New(slog.DiscardHandler),
		EventTargets: w.events.Targets(), Announced: w.events.Announced,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.engine.Begin()
}

func (w *world) close() {
	_ = w.engine.Close() // a killed one reports that
	w.events.Close()
}

// kill ends everything as kill -9 would: nothing more reaches the disk. Then it starts anew.
func (w *world) kill() {
	w.t.Helper()
	w.disk.fail(func(kv.Batch) error { return errors.New("killed") })
	w.close()
	w.open()
}

func (w *world) machine(name, definition string) store.Machine {
	w.t.Helper()
	m := store.Machine{
		Scope: store.Scope{Account: "123456789012", Region: "us-east-1"}, Name: name, ID: "id-" + name, Type: store.TypeStandard,
		Created: time.Now(), Revision: "1",
	}
	r := store.Revision{MachineID: m.ID, Key: "1", Created: m.Created, Definition: definition, RoleARN: "arn:aws:iam::123456789012:role/r"}
	if err := w.store.CreateMachine(w.t.Context(), m, r); err != nil {
		w.t.Fatal(err)
	}
	return m
}

func (w *world) start(m store.Machine, name, input string) store.Row {
	w.t.Helper()
	v, err := value.Parse(input)
	if err != nil {
		w.t.Fatal(err)
	}
	row, err := w.engine.Start(w.t.Context(), engine.StartRequest{Machine: m, Name: name, Input: v, Via: store.Via{Version: 3, Alias: "prod"}})
	if err != nil {
		w.t.Fatal(err)
	}
	return row
}

// ends waits for the end of an execution.
func (w *world) ends(row store.Row) {
	w.t.Helper()
	if _, err := w.engine.Wait(w.t.Context(), row.ID); err != nil {
		w.t.Fatal(err)
	}
}

// accepted waits a little and checks what a target has got so far.
func (w *world) accepted(host, want string) {
	w.t.Helper()
	synctest.Wait()
	var got []string
	for _, e := range w.sink.events(w.t, host) {
		got = append(got, e.String())
	}
	if got := strings.Join(got, ", "); got != want {
		w.t.Errorf("%s got %q, want %q", host, got, want)
	}
}

const (
	passMachine = `{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}`
	waitMachine = `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}`
	failMachine = `{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E","Cause":"<why>"}}}`
)
