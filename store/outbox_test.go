package store

import (
	"errors"
	"slices"
	"testing"

	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/kv/memory"
)

// TestOutbox: the changes of a target come by shard, execution and number, from any place on.
func TestOutbox(t *testing.T) {
	s, err := Open(t.Context(), memory.New())
	if err != nil {
		t.Fatal(err)
	}
	want := []StatusChange{
		{"a", 0x0200, 1, interpreter.Running},
		{"a", 0x0200, 2, interpreter.TimedOut},
		{"a", 0x0900, 1, interpreter.Running},
		{"a", 0x0101, 1, interpreter.Running},
		{"a", 0x0101, 2, interpreter.Failed},
	}
	var tx Tx
	for i := range want {
		c := want[len(want)-1-i]
		tx.Announce(c)
		for _, other := range []string{"a\x00", "b", ""} {
			c.Target = other
			tx.Announce(c)
		}
	}
	if err := s.KV().Apply(t.Context(), tx.batch); err != nil {
		t.Fatal(err)
	}
	read := func(behind StatusChange) []StatusChange {
		t.Helper()
		var all []StatusChange
		for c, err := range s.Outbox(t.Context(), "a", behind) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, c)
		}
		return all
	}
	if got := read(StatusChange{}); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for i, behind := range want {
		if got := read(behind); !slices.Equal(got, want[i+1:]) {
			t.Errorf("behind %v: got %v, want %v", behind, got, want[i+1:])
		}
	}
	if err := s.RemoveStatusChanges(t.Context(), want[1:3]); err != nil {
		t.Fatal(err)
	}
	if err := s.RemoveOutboxTarget(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	waiting, err := s.OutboxTargets(t.Context())
	if err != nil || len(waiting) != 3 || waiting["a"] != 3 || waiting["a\x00"] != 5 || waiting[""] != 5 {
		t.Errorf("waiting are %v, %v", waiting, err)
	}
}

// FuzzStatusChange: no row of the outbox breaks its reader, and what is read can be written.
func FuzzStatusChange(f *testing.F) {
	c := StatusChange{"a", 0x0101, 2, interpreter.Failed}
	f.Add([]byte(outboxKey(c)), encode(func(coder *coder) { describeStatusChange(coder, &c) }))
	f.Add([]byte{0}, []byte{})
	f.Fuzz(func(t *testing.T, k, v []byte) {
		c, err := decodeStatusChange(kv.Pair{Space: kv.Outbox, Key: k, Value: v})
		if err != nil {
			return
		}
		again, err := decodeStatusChange(kv.Pair{Key: outboxKey(c), Value: encode(func(coder *coder) { describeStatusChange(coder, &c) })})
		if err != nil || again != c {
			t.Errorf("%+v became %+v, %v", c, again, err)
		}
	})
}

// TestDamagedStatusChange does not hide the others.
func TestDamagedStatusChange(t *testing.T) {
	s, err := Open(t.Context(), memory.New())
	if err != nil {
		t.Fatal(err)
	}
	damaged, good := StatusChange{Target: "a", Execution: 0x0200, Number: 1}, StatusChange{"a", 0x0200, 2, interpreter.Failed}
	var tx Tx
	tx.Announce(good)
	tx.put(kv.Outbox, outboxKey(damaged), []byte{99})
	if err := s.KV().Apply(t.Context(), tx.batch); err != nil {
		t.Fatal(err)
	}
	var got []StatusChange
	for c, err := range s.Outbox(t.Context(), "a", StatusChange{}) {
		if (c.Number == 1) != errors.Is(err, ErrDamaged) {
			t.Errorf("%+v came with %v", c, err)
		}
		got = append(got, c)
	}
	if want := []StatusChange{damaged, good}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
