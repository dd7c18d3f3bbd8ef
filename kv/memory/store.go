// Package memory keeps a kv.Store in the memory of the process: for tests, simulation and servers
// that need not remember.
//
// A [Store] is the oracle beside which the other backends are tested, so it does what [kv.Store]
// says in the plainest way: each Space is a B-tree, guarded by one lock, and a Scan reads a
// copy-on-write snapshot of it. Nothing is written to disk except by [Store.Backup], whose
// directory [Open] reads.
package memory

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/tidwall/btree"

	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/kv/internal/lease"
)

// Store is a [kv.Store] in memory. Make it with [New] or [Open].
type Store struct {
	mu     sync.RWMutex
	spaces [kv.Spaces]btree.Map[string, []byte] // values are never changed in place
	leases *lease.Table
	closed bool
}

var _ kv.Store = (*Store)(nil)

// New returns an empty Store that tells the time of leases by time.Now.
func New() *Store { return NewWithClock(time.Now) }

// NewWithClock returns an empty Store that tells the time of leases by now.
func NewWithClock(now func() time.Time) *Store {
	return &Store{leases: lease.NewTable(now)}
}

// Apply implements [kv.Store].
func (s *Store) Apply(ctx context.Context, b kv.Batch) error {
	if err := cmp.Or(ctx.Err(), b.Validate()); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return kv.ErrClosed
	}
	if err := s.leases.Check(b.Fences); err != nil {
		return err
	}
	if err := s.checkConditions(b.Conditions); err != nil {
		return err
	}
	s.leases.Advance(b.Fences)
	s.write(b)
	return nil
}

func (s *Store) checkConditions(conditions []kv.Condition) error {
	for _, c := range conditions {
		v, ok := s.spaces[c.Space].Get(string(c.Key))
		if ok != (c.Value != nil) || !bytes.Equal(v, c.Value) {
			return fmt.Errorf("%w: %s %q", kv.ErrCondition, c.Space, c.Key)
		}
	}
	return nil
}

func (s *Store) write(b kv.Batch) {
	for _, r := range b.DeleteRanges {
		space := &s.spaces[r.Space]
		var keys []string
		for p := range ascend(space, kv.Range{Start: r.Start, End: r.End}) {
			keys = append(keys, p)
		}
		for _, k := range keys {
			space.Delete(k)
		}
	}
	for _, d := range b.Deletes {
		s.spaces[d.Space].Delete(string(d.Key))
	}
	for _, p := range b.Puts {
		s.spaces[p.Space].Set(string(p.Key), clone(p.Value))
	}
}

// clone copies b and is never nil, so that an empty value differs from none.
func clone(b []byte) []byte { return append(make([]byte, 0, len(b)), b...) }

// Get implements [kv.Store].
func (s *Store) Get(ctx context.Context, space kv.Space, key []byte) ([]byte, error) {
	if err := cmp.Or(ctx.Err(), space.Validate()); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, kv.ErrClosed
	}
	v, ok := s.spaces[space].Get(string(key))
	if !ok {
		return nil, kv.ErrNotFound
	}
	return clone(v), nil
}

// Scan implements [kv.Store].
func (s *Store) Scan(ctx context.Context, space kv.Space, r kv.Range) iter.Seq2[kv.Pair, error] {
	r.Start, r.End = slices.Clone(r.Start), slices.Clone(r.End)
	return func(yield func(kv.Pair, error) bool) {
		if err := cmp.Or(ctx.Err(), space.Validate()); err != nil {
			yield(kv.Pair{}, err)
			return
		}
		snapshot, err := s.snapshot(space)
		if err != nil {
			yield(kv.Pair{}, err)
			return
		}
		n := 0
		for k, v := range walk(snapshot, r) {
			if err := ctx.Err(); err != nil {
				yield(kv.Pair{}, err)
				return
			}
			n++
			if !yield(kv.Pair{Space: space, Key: []byte(k), Value: clone(v)}, nil) || n == r.Limit {
				return
			}
		}
	}
}

// snapshot returns a copy of a Space that later writes leave alone.
func (s *Store) snapshot(space kv.Space) (*btree.Map[string, []byte], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, kv.ErrClosed
	}
	return s.spaces[space].Copy(), nil
}

func walk(m *btree.Map[string, []byte], r kv.Range) iter.Seq2[string, []byte] {
	if r.Reverse {
		return descend(m, r)
	}
	return ascend(m, r)
}

func ascend(m *btree.Map[string, []byte], r kv.Range) iter.Seq2[string, []byte] {
	end := string(r.End)
	return func(yield func(string, []byte) bool) {
		m.Ascend(string(r.Start), func(k string, v []byte) bool {
			return (r.End == nil || k < end) && yield(k, v)
		})
	}
}

func descend(m *btree.Map[string, []byte], r kv.Range) iter.Seq2[string, []byte] {
	start, end := string(r.Start), string(r.End)
	return func(yield func(string, []byte) bool) {
		visit := func(k string, v []byte) bool {
			if r.End != nil && k >= end {
				return true // End itself is where Descend begins
			}
			return k >= start && yield(k, v)
		}
		if r.End == nil {
			m.Reverse(visit)
		} else {
			m.Descend(end, visit)
		}
	}
}

// Lease implements [kv.Store].
func (s *Store) Lease(ctx context.Context, r kv.LeaseRequest) (kv.Lease, error) {
	if err := ctx.Err(); err != nil {
		return kv.Lease{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return kv.Lease{}, kv.ErrClosed
	}
	return s.leases.Lease(r)
}

// Close implements [kv.Store]. What the Store held is gone.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.spaces = [kv.Spaces]btree.Map[string, []byte]{}
	return nil
}
