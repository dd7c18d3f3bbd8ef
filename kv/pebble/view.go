package pebble

import (
	"sync"

	"github.com/cockroachdb/pebble/v2"

	"github.com/stepwell/stepwell/kv"
)

// views hands out what readers may see: the store as of the last durable commit. Pebble itself shows
// a batch as soon as it is applied, before its sync.
type views struct {
	mu      sync.Mutex
	idle    *sync.Cond // signalled when the last reader leaves
	current *view
	readers int // inside any view, or inside a write
	closed  bool
}

// view is a snapshot and how many use it.
type view struct {
	*pebble.Snapshot
	registry *cache
	users    int
	retired  bool
}

func newViews(db *pebble.DB) *views {
	v := &views{current: &view{Snapshot: db.NewSnapshot(), registry: new(cache)}}
	v.idle = sync.NewCond(&v.mu)
	return v
}

// enter returns the current view; the store stays open until leave is called with it.
func (v *views) enter() (*view, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed {
		return nil, kv.ErrClosed
	}
	v.readers++
	v.current.users++
	return v.current, nil
}

func (v *views) leave(w *view) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.readers--
	if v.readers == 0 {
		v.idle.Broadcast()
	}
	w.users--
	return w.tidy()
}

// tidy closes a view that nobody uses and nobody will use.
func (w *view) tidy() error {
	if w.retired && w.users == 0 {
		return w.Close()
	}
	return nil
}

// publish makes what db holds now the current view, after a commit that wrote to the Registry or did
// not. Nothing that is not durable may be in db.
func (v *views) publish(db *pebble.DB, wroteRegistry bool) error {
	next := &view{Snapshot: db.NewSnapshot(), registry: new(cache)}
	v.mu.Lock()
	defer v.mu.Unlock()
	old := v.current
	if !wroteRegistry {
		next.registry = old.registry
	}
	v.current, old.retired = next, true
	return old.tidy()
}

// close lets nobody in any more and waits until all have left. It is false when it was closed before.
func (v *views) close() (first bool, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed {
		return false, nil
	}
	v.closed = true
	for v.readers > 0 {
		v.idle.Wait()
	}
	v.current.retired = true
	return true, v.current.tidy()
}
