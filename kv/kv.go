// Package kv is the floor everything durable stands on: ordered keys with atomic, durable, fenced
// batches.
//
// A [Store] keeps its pairs in Spaces, each an ordered map from bytes to bytes. Everything is
// written by [Store.Apply], all or nothing and durable on return. A [Fence] makes a batch valid
// only for the present owner of a shard at the expected point of the shard's sequence, so that a
// server that lost its lease cannot write any more, and no step is written twice.
//
// The package kvtest is the contract as tests; memory is the oracle beside which every other
// backend runs in them; pebble is the embedded store.
package kv

import (
	"context"
	"errors"
	"iter"
	"time"
)

// Space is a group of keys with the same life. Backends may place each elsewhere.
type Space uint8

// The Spaces; package store says what each holds.
const (
	Meta Space = iota
	Registry
	Rows
	Names
	Journal
	Awaits
	Timers
	Activities
	Inbox
	Lists
	Retention
	Express
	Outbox
	Spaces int = iota // how many there are
)

// Pair is a key of a Space with its value.
type Pair struct {
	Space      Space
	Key, Value []byte
}

// Key names a pair.
type Key struct {
	Space Space
	Key   []byte
}

// KeyRange is all keys of a Space from Start up to, not including, End.
type KeyRange struct {
	Space      Space
	Start, End []byte
}

// Range says what [Store.Scan] yields: keys from Start (inclusive) to End (exclusive; nil: no end),
// descending when Reverse is set, at most Limit when it is not 0.
type Range struct {
	Start, End []byte
	Reverse    bool
	Limit      int
}

// Fence makes a batch valid only if the shard's lease has Epoch and its sequence is Before; the
// sequence becomes After, which must be greater.
type Fence struct {
	Shard                uint16
	Epoch, Before, After uint64
}

// Condition makes a batch valid only if the key has this Value; nil means that it must be absent.
type Condition struct {
	Space      Space
	Key, Value []byte
}

// Batch is applied whole or not at all: DeleteRanges first, then Deletes, then Puts.
type Batch struct {
	Fences       []Fence
	Conditions   []Condition
	Puts         []Pair
	Deletes      []Key
	DeleteRanges []KeyRange
}

// LeaseRequest takes, renews or releases the shards listed, all or none.
type LeaseRequest struct {
	Shards []uint16
	// Owner names the server; a request of the same owner with Renew set keeps the epochs.
	Owner   string
	TTL     time.Duration
	Renew   bool
	Release bool
}

// Lease is the ownership of shards until a time of the store's own clock. Epochs and Sequences go
// with LeaseRequest.Shards by index.
type Lease struct {
	Epochs    []uint64
	Sequences []uint64
	Until     time.Time
}

// Errors of a Store. Apply and Lease wrap them; test with errors.Is.
var (
	ErrNotFound  = errors.New("kv: no such key")
	ErrFenced    = errors.New("kv: the shard has another owner or another sequence")
	ErrCondition = errors.New("kv: a condition does not hold")
	ErrLeased    = errors.New("kv: a shard is leased by another owner")
	ErrClosed    = errors.New("kv: the store is closed")
)

// Store keeps ordered pairs. It is safe for concurrent use. Returned slices are the caller's to
// keep, and given ones the caller's to change after the call.
type Store interface {
	// Apply writes b, all or nothing; it is durable on return. A refusal is ErrFenced or
	// ErrCondition and leaves the store as it was; after any other error the caller cannot know
	// whether b was written.
	Apply(ctx context.Context, b Batch) error
	// Get returns the value of a key, or ErrNotFound.
	Get(ctx context.Context, space Space, key []byte) ([]byte, error)
	// Scan yields the pairs of r, all from one snapshot. An error ends the sequence.
	Scan(ctx context.Context, space Space, r Range) iter.Seq2[Pair, error]
	// Lease takes shards that nobody holds (or whose lease ran out), with an epoch greater than
	// any before; or renews or releases them. ErrLeased says that another owner has one.
	Lease(ctx context.Context, r LeaseRequest) (Lease, error)
	// Backup writes a consistent copy, openable as a store, into the directory dir, which must
	// not exist or be empty.
	Backup(ctx context.Context, dir string) error
	// Close waits for calls in flight and frees what the store holds.
	Close() error
}

// SpaceReporter is what a Store is too whose disk can fill up.
type SpaceReporter interface {
	// Writable is nil unless so little space is left that nothing new should be written; its error
	// says how little.
	Writable() error
}

// DiskReporter is what a Store is too that counts what it does to its disk.
type DiskReporter interface {
	// Disk returns what was done since the store was opened; zeros once it is closed.
	Disk() DiskCounters
}

// DiskCounters are numbers that only grow.
type DiskCounters struct {
	// LogBytes, FlushBytes and CompactionBytes are what was written to the log, from memory to sorted
	// tables, and from tables to tables.
	LogBytes, FlushBytes, CompactionBytes uint64
	// LogSyncs is how often the log was synced.
	LogSyncs uint64
}
