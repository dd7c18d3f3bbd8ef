package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/kv"
)

// Row returns the row of an execution, or ErrNotFound.
func (s *Store) Row(ctx context.Context, id ExecutionID) (Row, error) {
	b, err := s.kv.Get(ctx, kv.Rows, key(nil).exec(id))
	if err != nil {
		return Row{}, fmt.Errorf("read execution: %w", err)
	}
	r := Row{ID: id}
	err = decode(b, func(c *coder) { describeRow(c, &r) })
	return r, err
}

// Lookup returns the execution called name of a machine, the newest when the machine was deleted
// and made anew, or ErrNotFound.
func (s *Store) Lookup(ctx context.Context, scope Scope, machine, name string) (Row, error) {
	prefix := key(nil).u16(ShardOf(scope, machine, name)).scope(scope).str(machine).str(name)
	newest := ExecutionID(0)
	for pair, err := range s.kv.Scan(ctx, kv.Names, kv.Range{Start: prefix, End: prefix.end()}) {
		if err != nil {
			return Row{}, fmt.Errorf("look up execution: %w", err)
		}
		newest = max(newest, ExecutionID(binary.BigEndian.Uint64(pair.Value)))
	}
	if newest == 0 {
		return Row{}, ErrNotFound
	}
	return s.Row(ctx, newest)
}

// LookupIn is Lookup for one machine by its internal id.
func (s *Store) LookupIn(ctx context.Context, scope Scope, machine, machineID, name string) (Row, error) {
	shard := ShardOf(scope, machine, name)
	k := key(nil).u16(shard).scope(scope).str(machine).str(name).str(machineID)
	b, err := s.kv.Get(ctx, kv.Names, k)
	if err != nil {
		return Row{}, fmt.Errorf("look up execution: %w", err)
	}
	return s.Row(ctx, ExecutionID(binary.BigEndian.Uint64(b)))
}

// Cursor is a place in a list of executions: after the one it names. The zero Cursor is the start.
type Cursor struct {
	Start time.Time
	ID    ExecutionID
}

// Executions yields the executions of an [Owner], newest first, those of one status unless status is
// empty, from the place after the cursor on.
func (s *Store) Executions(ctx context.Context, owner string, status interpreter.Status, after Cursor) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		prefix := key(nil).str(owner).str(string(status))
		start := []byte(prefix)
		if after.ID != 0 {
			start = append(prefix.desc(uint64(after.Start.UnixNano())).desc(uint64(after.ID)), 0)
		}
		for pair, err := range s.kv.Scan(ctx, kv.Lists, kv.Range{Start: start, End: prefix.end()}) {
			if err != nil {
				yield(Row{}, fmt.Errorf("list executions: %w", err))
				return
			}
			id := ExecutionID(^binary.BigEndian.Uint64(pair.Key[len(pair.Key)-8:]))
			row, err := s.Row(ctx, id)
			if errors.Is(err, ErrNotFound) {
				continue // it expired since the scan began
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// Timers returns the deadlines of a shard from one time up to another, in order, and the first
// deadline at or after until (zero when there is none).
func (s *Store) Timers(ctx context.Context, shard uint16, from, until time.Time) ([]Timer, time.Time, error) {
	var timers []Timer
	prefix := key(nil).u16(shard)
	r := kv.Range{Start: prefix, End: prefix.end()}
	if !from.IsZero() {
		r.Start = key(nil).u16(shard).time(from)
	}
	for pair, err := range s.kv.Scan(ctx, kv.Timers, r) {
		if err != nil {
			return nil, time.Time{}, fmt.Errorf("read timers: %w", err)
		}
		k := keyReader{rest: pair.Key}
		k.u16()
		t := Timer{Due: k.time()}
		t.Execution = k.exec()
		t.Await = k.await()
		if k.err != nil {
			return nil, time.Time{}, k.err
		}
		if !t.Due.Before(until) {
			return timers, t.Due, nil
		}
		timers = append(timers, t)
	}
	return timers, time.Time{}, nil
}

// Awaits yields every stored await that is not a bare timer.
func (s *Store) Awaits(ctx context.Context) iter.Seq2[AwaitRow, error] {
	return scanAll(ctx, s, kv.Awaits, func(k *keyReader, v []byte) (AwaitRow, error) {
		k.u16()
		row := AwaitRow{AwaitRef: AwaitRef{Execution: k.exec()}}
		row.Await = k.await()
		return row, decode(v, func(c *coder) { describeAwaitRow(c, &row) })
	})
}

// Queued yields the activity tasks that nobody took, oldest first within each activity.
func (s *Store) Queued(ctx context.Context) iter.Seq2[QueuedTask, error] {
	return scanAll(ctx, s, kv.Activities, func(k *keyReader, _ []byte) (QueuedTask, error) {
		q := QueuedTask{Activity: k.str(), Time: k.time()}
		q.Execution = k.exec()
		q.Await = k.await()
		return q, nil
	})
}

// Inbox yields the messages that were not handled yet, in order by target, source and sequence.
func (s *Store) Inbox(ctx context.Context) iter.Seq2[Message, error] {
	return scanAll(ctx, s, kv.Inbox, func(k *keyReader, v []byte) (Message, error) {
		m := Message{Target: k.u16(), Source: k.u16(), Seq: k.u64()}
		return m, decode(v, func(c *coder) { describeMessage(c, &m) })
	})
}

// Expired yields the executions that closed on a day before that of t.
func (s *Store) Expired(ctx context.Context, t time.Time) iter.Seq2[ExecutionID, error] {
	return func(yield func(ExecutionID, error) bool) {
		r := kv.Range{Start: []byte{}, End: key(nil).u64(closeDay(t))}
		for pair, err := range s.kv.Scan(ctx, kv.Retention, r) {
			if err != nil {
				yield(0, fmt.Errorf("read retention: %w", err))
				return
			}
			k := keyReader{rest: pair.Key}
			k.u64()
			k.u16()
			if !yield(k.exec(), nil) {
				return
			}
		}
	}
}

// LastExecution returns the greatest execution id of a shard, 0 when it has none.
func (s *Store) LastExecution(ctx context.Context, shard uint16) (ExecutionID, error) {
	prefix := key(nil).u16(shard)
	r := kv.Range{Start: prefix, End: prefix.end(), Reverse: true, Limit: 1}
	for pair, err := range s.kv.Scan(ctx, kv.Rows, r) {
		if err != nil {
			return 0, fmt.Errorf("read last execution: %w", err)
		}
		return ExecutionID(binary.BigEndian.Uint64(pair.Key[2:])), nil
	}
	return 0, nil
}

func scanAll[R any](ctx context.Context, s *Store, space kv.Space, read func(*keyReader, []byte) (R, error)) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		for pair, err := range s.kv.Scan(ctx, space, kv.Range{}) {
			var r R
			if err == nil {
				k := keyReader{rest: bytes.Clone(pair.Key)}
				if r, err = read(&k, pair.Value); err == nil {
					err = k.err
				}
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}
