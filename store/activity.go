package store

import (
	"context"
	"iter"
	"sync"
	"time"

	"github.com/stepwell/stepwell/kv"
)

// Activity is a named queue of tasks for workers.
type Activity struct {
	Scope      Scope
	Name       string
	Created    time.Time
	Encryption string // JSON text of the API's shape
	Tags       []Tag
}

func describeActivity(c *coder, a *Activity) {
	describeScope(c, 1, &a.Scope)
	text(c, 3, &a.Name)
	c.time(4, &a.Created)
	text(c, 5, &a.Encryption)
	list(c, 6, &a.Tags, describeTag)
}

func activityKey(s Scope, name string) key { return key(nil).u8(registryActivity).scope(s).str(name) }

// activityIndex has the keys of all activities in memory, for those who may not wait for a read. That is
// right as long as one process alone writes the store.
type activityIndex struct {
	writing sync.Mutex // held while a record and its key here change together
	mu      sync.RWMutex
	keys    map[string]struct{}
}

func (x *activityIndex) set(k key, exists bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if exists {
		x.keys[string(k)] = struct{}{}
	} else {
		delete(x.keys, string(k))
	}
}

// indexActivities reads the keys of the activities of all accounts and regions.
func (s *Store) indexActivities(ctx context.Context) error {
	s.activities.keys = make(map[string]struct{})
	prefix := key(nil).u8(registryActivity)
	for pair, err := range s.kv.Scan(ctx, kv.Registry, kv.Range{Start: prefix, End: prefix.end()}) {
		if err != nil {
			return err
		}
		s.activities.set(pair.Key, true)
	}
	return nil
}

// HasActivity says whether an activity exists. It reads memory alone.
func (s *Store) HasActivity(scope Scope, name string) bool {
	k := activityKey(scope, name)
	s.activities.mu.RLock()
	defer s.activities.mu.RUnlock()
	_, ok := s.activities.keys[string(k)]
	return ok
}

// Activity returns an activity, or ErrNotFound.
func (s *Store) Activity(ctx context.Context, scope Scope, name string) (Activity, error) {
	return get(ctx, s, activityKey(scope, name), describeActivity)
}

// Activities yields the activities of a scope by name, from the one after the name given on.
func (s *Store) Activities(ctx context.Context, scope Scope, after string) iter.Seq2[Activity, error] {
	prefix := key(nil).u8(registryActivity).scope(scope)
	return scanNamed(ctx, s, prefix, after, describeActivity)
}

// CreateActivity writes a new activity, or gives ErrExists.
func (s *Store) CreateActivity(ctx context.Context, a Activity) error {
	k := activityKey(a.Scope, a.Name)
	s.activities.writing.Lock()
	defer s.activities.writing.Unlock()
	err := s.write(ctx, k, nil, record(k, &a, describeActivity))
	if err == nil {
		s.activities.set(k, true)
	}
	return err
}

// UpdateActivity replaces an activity, or gives ErrExists when the stored one is not was.
func (s *Store) UpdateActivity(ctx context.Context, was, a Activity) error {
	k := activityKey(a.Scope, a.Name)
	return s.write(ctx, k, record(nil, &was, describeActivity).Value, record(k, &a, describeActivity))
}

// DeleteActivity removes an activity; one that is not there is no error.
func (s *Store) DeleteActivity(ctx context.Context, scope Scope, name string) error {
	k := activityKey(scope, name)
	s.activities.writing.Lock()
	defer s.activities.writing.Unlock()
	err := s.remove(ctx, k)
	if err == nil {
		s.activities.set(k, false)
	}
	return err
}
