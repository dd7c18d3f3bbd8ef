package store

import (
	"context"
	"fmt"
	"iter"

	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/kv"
)

// StatusChange says that an execution got a status, and that this is still to be told to a target.
// What else there is to tell stands in the execution's row and journal.
type StatusChange struct {
	Target    string
	Execution ExecutionID
	// Number counts the changes of the execution from 1 on: that is its start.
	Number uint8
	Status interpreter.Status
}

func describeStatusChange(c *coder, s *StatusChange) { text(c, 1, &s.Status) }

// Announce leaves a change in the outbox of its target.
func (t *Tx) Announce(c StatusChange) {
	t.put(kv.Outbox, outboxKey(c), encode(func(coder *coder) { describeStatusChange(coder, &c) }))
}

// Outbox yields the changes for a target that stand behind one (the zero StatusChange: from the first
// on), by shard, age of the execution and number. With one whose record is damaged comes ErrDamaged,
// and then the others.
func (s *Store) Outbox(ctx context.Context, target string, behind StatusChange) iter.Seq2[StatusChange, error] {
	return func(yield func(StatusChange, error) bool) {
		prefix := key(nil).str(target)
		r := kv.Range{Start: prefix, End: prefix.end()}
		if behind.Number != 0 {
			behind.Target = target
			r.Start = append(outboxKey(behind), 0)
		}
		for pair, err := range s.kv.Scan(ctx, kv.Outbox, r) {
			if err != nil {
				yield(StatusChange{}, fmt.Errorf("read the outbox: %w", err))
				return
			}
			if !yield(decodeStatusChange(pair)) {
				return
			}
		}
	}
}

// OutboxTargets returns the targets that changes are to be told to, and how many to each.
func (s *Store) OutboxTargets(ctx context.Context) (map[string]int, error) {
	waiting := make(map[string]int)
	for pair, err := range s.kv.Scan(ctx, kv.Outbox, kv.Range{}) {
		if err != nil {
			return nil, fmt.Errorf("read the outbox: %w", err)
		}
		k := keyReader{rest: pair.Key}
		target := k.str()
		if k.err != nil {
			return nil, k.err
		}
		waiting[target]++
	}
	return waiting, nil
}

// RemoveStatusChanges removes changes that were told.
func (s *Store) RemoveStatusChanges(ctx context.Context, told []StatusChange) error {
	var batch kv.Batch
	for _, c := range told {
		batch.Deletes = append(batch.Deletes, kv.Key{Space: kv.Outbox, Key: outboxKey(c)})
	}
	return s.applyOutbox(ctx, batch)
}

// RemoveOutboxTarget removes all that is to be told to a target.
func (s *Store) RemoveOutboxTarget(ctx context.Context, target string) error {
	prefix := key(nil).str(target)
	return s.applyOutbox(ctx, kv.Batch{DeleteRanges: []kv.KeyRange{{Space: kv.Outbox, Start: prefix, End: prefix.end()}}})
}

// applyOutbox needs no fence: a change is written once, by its shard, and removed by one server.
func (s *Store) applyOutbox(ctx context.Context, b kv.Batch) error {
	if err := s.kv.Apply(ctx, b); err != nil {
		return fmt.Errorf("remove from the outbox: %w", err)
	}
	return nil
}

func outboxKey(c StatusChange) key {
	return key(nil).str(c.Target).exec(c.Execution).u8(c.Number)
}

func decodeStatusChange(pair kv.Pair) (StatusChange, error) {
	k := keyReader{rest: pair.Key}
	c := StatusChange{Target: k.str()}
	k.u16()
	c.Execution, c.Number = k.exec(), k.take(1)[0]
	if k.err != nil {
		return c, k.err
	}
	return c, decode(pair.Value, func(coder *coder) { describeStatusChange(coder, &c) })
}
