package conformance

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"

	"github.com/stepwell/stepwell/value"
)

// mailbox is a target of events: it keeps those that a server sends, in their order.
type mailbox struct {
	http *httptest.Server

	mu     sync.Mutex
	events []value.Value
}

func newMailbox() *mailbox {
	m := &mailbox{}
	m.http = httptest.NewServer(m)
	return m
}

// ServeHTTP implements [http.Handler].
func (m *mailbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	event, err := value.Parse(string(text))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events = append(m.events, event)
}

// all are the events so far.
func (m *mailbox) all() []value.Value {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.events
}

// eventHelper is the helper of a recording whose events were sent by its tasks, to another service.
const eventHelper = "events_to_sqs_queue"

// sendsEvents says that the recorded events are not those of the server.
func (r *Recording) sendsEvents() bool {
	return slices.ContainsFunc(r.Steps, func(s Step) bool { return s.Helper == eventHelper })
}

// eventCount is how many events of the server were recorded.
func (r *Recording) eventCount() int {
	n := 0
	for _, key := range r.keys() {
		if template, _ := r.Actual.Get(key); template.AsString() == allEvents {
			expected, _ := r.Expected.Get(key)
			n = max(n, expected.Len())
		}
	}
	return n
}
