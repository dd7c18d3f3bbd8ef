// Package store keeps every record of Stepwell in a [kv.Store]: execution rows, journals, awaits,
// timers, messages between shards, lists, and the registry of machines, their versions and aliases,
// activities and roles.
//
// There is one implementation, over whatever backend kv offers. Writes that belong to an execution
// are collected in a [Tx], one for each step, and reach the kv.Store through the engine's
// committer, fenced by the shard's sequence. Registry writes (machines, revisions, activities,
// roles) go straight to the kv.Store, each guarded by a condition on what it replaces. Reads show
// committed state only.
//
// The keys, all order-preserving (see keys.go), by [kv.Space]:
//
//	Meta        'f' format version · 'k' token key
//	Registry    kind | account | region | name          machines, activities, roles
//	            kind | machine id | …                   revisions, versions, aliases
//	Rows        shard | exec                            Row
//	Names       shard | account | region | machine | execution name | machine id → exec
//	Journal     shard | exec | first seq                chunks of 1..n events
//	Awaits      shard | exec | frame | seq              AwaitRow: every await that is not a bare timer
//	Timers      shard | due | exec | frame | seq        deadlines
//	Activities  activity ARN | time | exec | frame | seq   activity tasks nobody took
//	Inbox       target shard | source shard | seq       Message
//	Lists       owner | status or "" | ^start | ^exec   executions, newest first; see Owner
//	Retention   close day | shard | exec
//	Express     shard | exec                            Express: an asynchronous one that runs
//	Outbox      target | shard | exec | number          StatusChange: one that is to be told
//
// A record is a version byte and tagged fields (coder.go); fields may be added, never renumbered.
package store

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/stepwell/stepwell/kv"
)

// Shards is the number of shards in every store.
const Shards = 256

// format is the version of the records and keys that this package writes.
const format = 1

// ErrNotFound says that a record does not exist.
var ErrNotFound = kv.ErrNotFound

// ErrDamaged says that a record is not one that this release reads.
var ErrDamaged = errors.New("store: the record is damaged")

// ErrExists says that a record to create exists already, or that one to replace has changed.
var ErrExists = errors.New("store: the record exists or has changed")

// Store reads and writes the records of Stepwell. It is safe for concurrent use.
type Store struct {
	kv         kv.Store
	sealer     *Sealer
	activities activityIndex
}

// Open makes a Store of backend, which it then owns. A new backend gets the format version and a
// random token key; one that a newer release has written is refused.
func Open(ctx context.Context, backend kv.Store) (*Store, error) {
	s := &Store{kv: backend}
	if err := s.checkFormat(ctx); err != nil {
		return nil, err
	}
	key, err := s.tokenKey(ctx)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s.sealer = NewSealer(1, key)
	if err := s.indexActivities(ctx); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	return s, nil
}

// KV returns the store beneath, for leases, commits and backups.
func (s *Store) KV() kv.Store { return s.kv }

// Sealer returns the sealer of task and page tokens, whose key lives as long as the store.
func (s *Store) Sealer() *Sealer { return s.sealer }

func (s *Store) checkFormat(ctx context.Context) error {
	got, err := s.kv.Get(ctx, kv.Meta, []byte{metaFormat})
	if errors.Is(err, kv.ErrNotFound) {
		return s.initialise(ctx)
	}
	if err != nil {
		return fmt.Errorf("read format version: %w", err)
	}
	if v, _ := binary.Uvarint(got); v > format {
		return fmt.Errorf("the store has format %d, written by a newer release; this one reads up to %d", v, format)
	}
	return nil
}

// initialise writes format and token key in one batch, so that a crash leaves both or none.
func (s *Store) initialise(ctx context.Context) error {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return fmt.Errorf("make token key: %w", err)
	}
	return s.kv.Apply(ctx, kv.Batch{
		Conditions: []kv.Condition{{Space: kv.Meta, Key: []byte{metaFormat}}},
		Puts: []kv.Pair{
			{Space: kv.Meta, Key: []byte{metaFormat}, Value: binary.AppendUvarint(nil, format)},
			{Space: kv.Meta, Key: []byte{metaTokenKey}, Value: key},
		},
	})
}

func (s *Store) tokenKey(ctx context.Context) ([]byte, error) {
	return s.kv.Get(ctx, kv.Meta, []byte{metaTokenKey})
}
