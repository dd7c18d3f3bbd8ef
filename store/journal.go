package store

import (
	"context"
	"fmt"
	"iter"

	"github.com/klauspost/compress/s2"

	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/kv"
)

// compressAbove is the size in bytes beyond which a chunk is compressed.
const compressAbove = 1024

// Chunks begin with one of these instead of recordVersion.
const (
	chunkPlain      = 1
	chunkCompressed = 2
)

// encodeChunk makes one journal chunk of events, which follow each other without a gap.
func encodeChunk(events []interpreter.Event) []byte {
	record := encode(func(c *coder) { describeChunk(c, &events) })
	if len(record) <= compressAbove {
		return record
	}
	return append([]byte{chunkCompressed}, s2.Encode(nil, record[1:])...)
}

func decodeChunk(chunk []byte, firstSeq uint64) ([]interpreter.Event, error) {
	record, err := expandChunk(chunk)
	if err != nil {
		return nil, err
	}
	var events []interpreter.Event
	if err := decode(record, func(c *coder) { describeChunk(c, &events) }); err != nil {
		return nil, err
	}
	for i := range events {
		events[i].Seq = firstSeq + uint64(i)
	}
	return events, nil
}

func describeChunk(c *coder, events *[]interpreter.Event) { list(c, 1, events, describeEvent) }

func describeEvent(c *coder, e *interpreter.Event) {
	c.int64(1, &e.ID)
	c.int64(2, &e.Prev)
	c.time(3, &e.Time)
	text(c, 4, &e.Frame)
	c.fact(&e.Fact)
}

// Journal yields the events of an execution from the one at seq from on, in order, as committed.
func (s *Store) Journal(ctx context.Context, id ExecutionID, from uint64) iter.Seq2[interpreter.Event, error] {
	return func(yield func(interpreter.Event, error) bool) {
		start, err := s.chunkStart(ctx, id, from)
		if err != nil {
			yield(interpreter.Event{}, err)
			return
		}
		prefix := key(nil).exec(id)
		for pair, err := range s.kv.Scan(ctx, kv.Journal, kv.Range{Start: start, End: prefix.end()}) {
			if err != nil {
				yield(interpreter.Event{}, fmt.Errorf("read journal: %w", err))
				return
			}
			if !yieldChunk(pair, from, yield) {
				return
			}
		}
	}
}

// JournalReverse yields the events of an execution backwards, from the one at seq from (0: the
// last) down to the first.
func (s *Store) JournalReverse(ctx context.Context, id ExecutionID, from uint64) iter.Seq2[interpreter.Event, error] {
	return func(yield func(interpreter.Event, error) bool) {
		prefix := key(nil).exec(id)
		r := kv.Range{Start: prefix, End: prefix.end(), Reverse: true}
		if from != 0 {
			r.End = key(nil).exec(id).u64(from + 1)
		}
		for pair, err := range s.kv.Scan(ctx, kv.Journal, r) {
			if err != nil {
				yield(interpreter.Event{}, fmt.Errorf("read journal: %w", err))
				return
			}
			events, err := decodePair(pair)
			if err != nil {
				yield(interpreter.Event{}, err)
				return
			}
			for i := len(events) - 1; i >= 0; i-- {
				if (from == 0 || events[i].Seq <= from) && !yield(events[i], nil) {
					return
				}
			}
		}
	}
}

func yieldChunk(pair kv.Pair, from uint64, yield func(interpreter.Event, error) bool) bool {
	events, err := decodePair(pair)
	if err != nil {
		yield(interpreter.Event{}, err)
		return false
	}
	for _, e := range events {
		if e.Seq >= from && !yield(e, nil) {
			return false
		}
	}
	return true
}

func decodePair(pair kv.Pair) ([]interpreter.Event, error) {
	r := keyReader{rest: pair.Key}
	r.u16()
	r.u64()
	first := r.u64()
	if r.err != nil {
		return nil, r.err
	}
	return decodeChunk(pair.Value, first)
}

// chunkStart returns the key of the chunk that holds the event at seq.
func (s *Store) chunkStart(ctx context.Context, id ExecutionID, seq uint64) ([]byte, error) {
	prefix := key(nil).exec(id)
	if seq <= 1 {
		return prefix, nil
	}
	r := kv.Range{Start: prefix, End: key(nil).exec(id).u64(seq + 1), Reverse: true, Limit: 1}
	for pair, err := range s.kv.Scan(ctx, kv.Journal, r) {
		if err != nil {
			return nil, fmt.Errorf("read journal: %w", err)
		}
		return pair.Key, nil
	}
	return prefix, nil
}

func expandChunk(chunk []byte) ([]byte, error) {
	if len(chunk) == 0 {
		return nil, fmt.Errorf("%w: an empty journal chunk", ErrDamaged)
	}
	switch chunk[0] {
	case chunkPlain:
		return chunk, nil
	case chunkCompressed:
		record, err := s2.Decode(nil, chunk[1:])
		if err != nil {
			return nil, fmt.Errorf("%w: a journal chunk: %w", ErrDamaged, err)
		}
		return append([]byte{recordVersion}, record...), nil
	default:
		return nil, fmt.Errorf("%w: a journal chunk of the unknown version %d", ErrDamaged, chunk[0])
	}
}
