// Package lease keeps the leases and sequences of a store's shards in memory, for the backends that
// have only one process to serve.
//
// A [Table] answers [kv.LeaseRequest]s and checks [kv.Fence]s. It stores nothing: a backend that
// outlives its process saves the [State] of each shard and restores it. It is not safe for
// concurrent use; a backend guards it with the lock that orders its writes.
//
// Invariants: a shard's epoch and sequence never decrease, and a refused request changes nothing.
package lease

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/stepwell/stepwell/kv"
)

// State is what of a shard must survive the process.
type State struct {
	// Epoch is the number of the latest lease, 0 before the first.
	Epoch uint64
	// Sequence is the After of the latest fence that held.
	Sequence uint64
}

type holding struct {
	State
	owner string // empty: nobody holds the shard
	until time.Time
}

// Table is the leases of a store. Make it with [NewTable].
type Table struct {
	now    func() time.Time
	shards map[uint16]holding
}

// NewTable returns a Table without leases that tells the time by now.
func NewTable(now func() time.Time) *Table {
	return &Table{now: now, shards: make(map[uint16]holding)}
}

// Restore sets what a shard's State was in an earlier process. Nobody holds the shard.
func (t *Table) Restore(shard uint16, s State) { t.shards[shard] = holding{State: s} }

// States yields the State of each shard that ever had a lease, in order.
func (t *Table) States() iter.Seq2[uint16, State] {
	return func(yield func(uint16, State) bool) {
		for _, shard := range slices.Sorted(maps.Keys(t.shards)) {
			if !yield(shard, t.shards[shard].State) {
				return
			}
		}
	}
}

// Lease does what [kv.Store.Lease] says, all or none.
func (t *Table) Lease(r kv.LeaseRequest) (kv.Lease, error) {
	if err := checkRequest(r); err != nil {
		return kv.Lease{}, err
	}
	now := t.now()
	for _, shard := range r.Shards {
		if err := t.refuse(r, shard, now); err != nil {
			return kv.Lease{}, err
		}
	}
	var l kv.Lease
	if !r.Release {
		l.Until = now.Add(r.TTL)
	}
	for _, shard := range r.Shards {
		h := t.grant(r, shard, l.Until)
		l.Epochs = append(l.Epochs, h.Epoch)
		l.Sequences = append(l.Sequences, h.Sequence)
	}
	return l, nil
}

func checkRequest(r kv.LeaseRequest) error {
	if r.Owner == "" {
		return fmt.Errorf("lease: the request names no owner")
	}
	if r.Renew && r.Release {
		return fmt.Errorf("lease: the request both renews and releases")
	}
	seen := make(map[uint16]bool, len(r.Shards))
	for _, shard := range r.Shards {
		if seen[shard] {
			return fmt.Errorf("lease: the request lists shard %d twice", shard)
		}
		seen[shard] = true
	}
	return nil
}

// refuse returns why r cannot have the shard. A lease that ran out but that nobody took since may
// still be renewed: its epoch is the latest, so its owner's writes still hold.
func (t *Table) refuse(r kv.LeaseRequest, shard uint16, now time.Time) error {
	h := t.shards[shard]
	switch {
	case h.owner == r.Owner:
		return nil
	case r.Renew && h.owner == "":
		return fmt.Errorf("%w: shard %d is not held by %s", kv.ErrLeased, shard, r.Owner)
	case h.owner == "", !r.Renew && !r.Release && !now.Before(h.until):
		return nil
	}
	return fmt.Errorf("%w: shard %d is held by %s until %s",
		kv.ErrLeased, shard, h.owner, h.until.UTC().Format(time.RFC3339Nano))
}

func (t *Table) grant(r kv.LeaseRequest, shard uint16, until time.Time) holding {
	h := t.shards[shard]
	switch {
	case r.Release:
		h.owner, h.until = "", time.Time{}
	case r.Renew:
		h.until = until
	default:
		h.owner, h.until = r.Owner, until
		h.Epoch++
	}
	t.shards[shard] = h
	return h
}

// Check returns an error that wraps [kv.ErrFenced] unless every fence holds. Several fences of one
// shard must follow each other.
func (t *Table) Check(fences []kv.Fence) error {
	for i, f := range fences {
		sequence := t.shards[f.Shard].Sequence
		if p := previous(fences[:i], f.Shard); p != nil {
			sequence = p.After
		}
		if err := t.check(f, sequence); err != nil {
			return err
		}
	}
	return nil
}

// previous returns the last fence of the shard, or nil.
func previous(fences []kv.Fence, shard uint16) *kv.Fence {
	for i := len(fences) - 1; i >= 0; i-- {
		if fences[i].Shard == shard {
			return &fences[i]
		}
	}
	return nil
}

func (t *Table) check(f kv.Fence, sequence uint64) error {
	h := t.shards[f.Shard]
	switch {
	case h.owner == "":
		return fmt.Errorf("%w: shard %d has no owner", kv.ErrFenced, f.Shard)
	case f.Epoch != h.Epoch:
		return fmt.Errorf("%w: shard %d has epoch %d, not %d", kv.ErrFenced, f.Shard, h.Epoch, f.Epoch)
	case f.Before != sequence:
		return fmt.Errorf("%w: shard %d has sequence %d, not %d", kv.ErrFenced, f.Shard, sequence, f.Before)
	case f.After <= f.Before:
		return fmt.Errorf("%w: shard %d cannot go from sequence %d to %d", kv.ErrFenced, f.Shard, f.Before, f.After)
	}
	return nil
}

// Advance moves the sequences as fences say, which Check accepted.
func (t *Table) Advance(fences []kv.Fence) {
	for _, f := range fences {
		h := t.shards[f.Shard]
		h.Sequence = f.After
		t.shards[f.Shard] = h
	}
}

// State returns the State of a shard.
func (t *Table) State(shard uint16) State { return t.shards[shard].State }
