// Package kvtest is the contract of kv.Store as tests, for every backend.
//
// A backend's own test calls [Run] with a way to open an empty store and a way to open it again.
// Random operations run beside package memory, the oracle; a failing seed is printed.
package kvtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/kv/memory"
)

// Backend is how the tests get at stores.
type Backend struct {
	// Open returns a new, empty store.
	Open func(t *testing.T) kv.Store
	// Reopen ends the store as a crash would and opens it again; nil when nothing outlives it.
	Reopen func(t *testing.T, s kv.Store) kv.Store
	// OpenBackup opens what Backup wrote to a directory.
	OpenBackup func(t *testing.T, dir string) kv.Store
}

// Run runs the contract against a backend.
func Run(t *testing.T, b Backend) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Backend)
	}{
		{"order", testOrder},
		{"batch order", testBatchOrder},
		{"conditions", testConditions},
		{"fences", testFences},
		{"leases", testLeases},
		{"snapshots", testSnapshots},
		{"slices are the caller's", testSlices},
		{"random operations", testRandom},
		{"concurrent writers", testConcurrent},
		{"reopen", testReopen},
		{"backup", testBackup},
		{"closed", testClosed},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, b) })
	}
}

func open(t *testing.T, b Backend) kv.Store {
	t.Helper()
	s := b.Open(t)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func apply(t *testing.T, s kv.Store, b kv.Batch) {
	t.Helper()
	if err := s.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

func put(k, v string) kv.Pair { return kv.Pair{Space: kv.Rows, Key: []byte(k), Value: []byte(v)} }

// keys reads a range of Rows as "key=value" words.
func keys(t *testing.T, s kv.Store, r kv.Range) string {
	t.Helper()
	var words []string
	for p, err := range s.Scan(t.Context(), kv.Rows, r) {
		if err != nil {
			t.Fatal(err)
		}
		words = append(words, fmt.Sprintf("%s=%s", p.Key, p.Value))
	}
	return fmt.Sprint(words)
}

func expect(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

func testOrder(t *testing.T, b Backend) {
	s := open(t, b)
	apply(t, s, kv.Batch{Puts: []kv.Pair{
		put("b", "2"), put("a", "1"), put("\xff", "6"), put("ab", "3"), put("a\x00", "4"), put("", "5"),
		{Space: kv.Names, Key: []byte("aa"), Value: []byte("another space")},
	}})
	for _, c := range []struct {
		name string
		r    kv.Range
		want string
	}{
		{"all", kv.Range{}, "[=5 a=1 a\x00=4 ab=3 b=2 \xff=6]"},
		{"reverse", kv.Range{Reverse: true}, "[\xff=6 b=2 ab=3 a\x00=4 a=1 =5]"},
		{"start is inclusive, end is not", kv.Range{Start: []byte("a"), End: []byte("b")}, "[a=1 a\x00=4 ab=3]"},
		{"the same in reverse", kv.Range{Start: []byte("a"), End: []byte("b"), Reverse: true}, "[ab=3 a\x00=4 a=1]"},
		{"limit", kv.Range{Limit: 2}, "[=5 a=1]"},
		{"limit in reverse", kv.Range{Reverse: true, Limit: 2}, "[\xff=6 b=2]"},
		{"no end", kv.Range{Start: []byte("b")}, "[b=2 \xff=6]"},
		{"empty", kv.Range{Start: []byte("c"), End: []byte("d")}, "[]"},
		{"end before start", kv.Range{Start: []byte("d"), End: []byte("a")}, "[]"},
	} {
		expect(t, c.name, keys(t, s, c.r), c.want)
	}
	if v, err := s.Get(t.Context(), kv.Names, []byte("aa")); err != nil || string(v) != "another space" {
		t.Errorf("got %q, %v", v, err)
	}
	if v, err := s.Get(t.Context(), kv.Names, []byte("a")); !errors.Is(err, kv.ErrNotFound) {
		t.Errorf("a key of another space: %q, %v", v, err)
	}
}

func testBatchOrder(t *testing.T, b Backend) {
	s := open(t, b)
	apply(t, s, kv.Batch{Puts: []kv.Pair{put("a", "1"), put("b", "1"), put("c", "1"), put("d", "1")}})
	apply(t, s, kv.Batch{
		Puts:         []kv.Pair{put("a", "2"), put("c", "2")},
		Deletes:      []kv.Key{{Space: kv.Rows, Key: []byte("a")}, {Space: kv.Rows, Key: []byte("d")}, {Space: kv.Rows, Key: []byte("none")}},
		DeleteRanges: []kv.KeyRange{{Space: kv.Rows, Start: []byte("b"), End: []byte("d")}},
	})
	expect(t, "ranges go first, then deletes, then puts", keys(t, s, kv.Range{}), "[a=2 c=2]")
	if err := s.Apply(t.Context(), kv.Batch{Puts: []kv.Pair{{Space: kv.Space(kv.Spaces), Key: []byte("x")}}}); err == nil {
		t.Error("a space that does not exist was written to")
	}
}

func testConditions(t *testing.T, b Backend) {
	s := open(t, b)
	condition := func(k string, v []byte) []kv.Condition {
		return []kv.Condition{{Space: kv.Rows, Key: []byte(k), Value: v}}
	}
	apply(t, s, kv.Batch{Conditions: condition("a", nil), Puts: []kv.Pair{put("a", "1"), put("e", "")}})
	for name, c := range map[string][]kv.Condition{
		"present, should be absent": condition("a", nil),
		"absent, should be present": condition("b", []byte("1")),
		"another value":             condition("a", []byte("2")),
		"empty, should be absent":   condition("e", nil),
		"absent, should be empty":   condition("b", []byte{}),
	} {
		err := s.Apply(t.Context(), kv.Batch{Conditions: c, Puts: []kv.Pair{put("x", "wrong")}})
		if !errors.Is(err, kv.ErrCondition) {
			t.Errorf("%s: %v, want ErrCondition", name, err)
		}
	}
	apply(t, s, kv.Batch{Conditions: append(condition("a", []byte("1")), condition("e", []byte{})...), Puts: []kv.Pair{put("a", "2")}})
	expect(t, "after all", keys(t, s, kv.Range{}), "[a=2 e=]")
}

func take(t *testing.T, s kv.Store, owner string, shards ...uint16) kv.Lease {
	t.Helper()
	l, err := s.Lease(t.Context(), kv.LeaseRequest{Shards: shards, Owner: owner, TTL: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func testFences(t *testing.T, b Backend) {
	s := open(t, b)
	l := take(t, s, "me", 3, 4)
	fence := func(shard uint16, epoch, before, after uint64) kv.Fence {
		return kv.Fence{Shard: shard, Epoch: epoch, Before: before, After: after}
	}
	write := func(v string, fences ...kv.Fence) error {
		return s.Apply(t.Context(), kv.Batch{Fences: fences, Puts: []kv.Pair{put("k", v)}})
	}
	three, four := l.Epochs[0], l.Epochs[1]
	if err := write("1", fence(3, three, 0, 5), fence(4, four, 0, 1)); err != nil {
		t.Fatal(err)
	}
	for name, fences := range map[string][]kv.Fence{
		"the sequence again":        {fence(3, three, 0, 5)},
		"a gap":                     {fence(3, three, 6, 7)},
		"no progress":               {fence(3, three, 5, 5)},
		"backwards":                 {fence(3, three, 5, 4)},
		"another epoch":             {fence(3, three+1, 5, 6)},
		"a stale epoch":             {fence(3, three-1, 5, 6)},
		"a shard without a lease":   {fence(9, 1, 0, 1)},
		"one of two does not hold":  {fence(3, three, 5, 6), fence(4, four, 0, 1)},
		"the other of two does not": {fence(4, four, 0, 1), fence(3, three, 5, 6)},
	} {
		if err := write("wrong", fences...); !errors.Is(err, kv.ErrFenced) {
			t.Errorf("%s: %v, want ErrFenced", name, err)
		}
	}
	if err := write("2", fence(3, three, 5, 6)); err != nil {
		t.Errorf("a refusal moved the sequence: %v", err)
	}
	expect(t, "after all", keys(t, s, kv.Range{}), "[k=2]")
	again := take(t, s, "me", 3)
	if again.Epochs[0] <= three || again.Sequences[0] != 6 {
		t.Errorf("taken again: epoch %d and sequence %d, want more than %d and 6", again.Epochs[0], again.Sequences[0], three)
	}
	if err := write("wrong", fence(3, three, 6, 7)); !errors.Is(err, kv.ErrFenced) {
		t.Errorf("the epoch before: %v, want ErrFenced", err)
	}
}

func testLeases(t *testing.T, b Backend) {
	s := open(t, b)
	mine := take(t, s, "me", 1, 2)
	if _, err := s.Lease(t.Context(), kv.LeaseRequest{Shards: []uint16{2, 3}, Owner: "you", TTL: time.Hour}); !errors.Is(err, kv.ErrLeased) {
		t.Errorf("somebody else's shard: %v, want ErrLeased", err)
	}
	yours := take(t, s, "you", 3) // the refusal took nothing
	if yours.Epochs[0] == 0 {
		t.Error("a lease has the epoch 0")
	}
	renewed, err := s.Lease(t.Context(), kv.LeaseRequest{Shards: []uint16{1, 2}, Owner: "me", TTL: 2 * time.Hour, Renew: true})
	if err != nil || !slices.Equal(renewed.Epochs, mine.Epochs) || !renewed.Until.After(mine.Until) {
		t.Errorf("renewed %+v to %+v (%v)", mine, renewed, err)
	}
	if _, err := s.Lease(t.Context(), kv.LeaseRequest{Shards: []uint16{1, 2}, Owner: "me", Release: true}); err != nil {
		t.Fatal(err)
	}
	if after := take(t, s, "you", 1); after.Epochs[0] <= mine.Epochs[0] {
		t.Errorf("after a release the epoch is %d, want more than %d", after.Epochs[0], mine.Epochs[0])
	}
	if _, err := s.Lease(t.Context(), kv.LeaseRequest{Shards: []uint16{1}, Owner: "me", TTL: time.Hour, Renew: true}); !errors.Is(err, kv.ErrLeased) {
		t.Errorf("renewing what somebody else has: %v, want ErrLeased", err)
	}
	short, err := s.Lease(t.Context(), kv.LeaseRequest{Shards: []uint16{8}, Owner: "me", TTL: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	if over := take(t, s, "you", 8); over.Epochs[0] <= short.Epochs[0] {
		t.Errorf("a lease that ran out was taken with the epoch %d, want more than %d", over.Epochs[0], short.Epochs[0])
	}
}

func testSnapshots(t *testing.T, b Backend) {
	s := open(t, b)
	for i := range 100 {
		apply(t, s, kv.Batch{Puts: []kv.Pair{put(fmt.Sprintf("%03d", i), "old")}})
	}
	n := 0
	for p, err := range s.Scan(t.Context(), kv.Rows, kv.Range{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			apply(t, s, kv.Batch{
				Puts:         []kv.Pair{put("050", "new"), put("999", "new")},
				DeleteRanges: []kv.KeyRange{{Space: kv.Rows, Start: []byte("060"), End: []byte("090")}},
			})
		}
		if string(p.Value) != "old" {
			t.Errorf("the scan shows %s=%s, written after it began", p.Key, p.Value)
		}
		n++
	}
	if n != 100 {
		t.Errorf("the scan shows %d pairs, want 100", n)
	}
}

func testSlices(t *testing.T, b Backend) {
	s := open(t, b)
	k, v := []byte("key"), []byte("value")
	apply(t, s, kv.Batch{Puts: []kv.Pair{{Space: kv.Rows, Key: k, Value: v}}})
	k[0], v[0] = 'X', 'X'
	for p, err := range s.Scan(t.Context(), kv.Rows, kv.Range{}) {
		if err != nil {
			t.Fatal(err)
		}
		p.Key[0], p.Value[0] = 'Y', 'Y'
	}
	got, err := s.Get(t.Context(), kv.Rows, []byte("key"))
	if err != nil {
		t.Fatal(err)
	}
	got[0] = 'Z'
	expect(t, "what others changed", keys(t, s, kv.Range{}), "[key=value]")
}

// testRandom runs random batches on the backend and on the oracle.
func testRandom(t *testing.T, b Backend) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	s, oracle := open(t, b), kv.Store(memory.New())
	for step := range 300 {
		batch := randomBatch(r)
		got, want := s.Apply(t.Context(), batch), oracle.Apply(t.Context(), batch)
		if (got == nil) != (want == nil) || errors.Is(got, kv.ErrCondition) != errors.Is(want, kv.ErrCondition) {
			t.Fatalf("seed %d, step %d: %v, and the oracle says %v", seed, step, got, want)
		}
		rng := kv.Range{Start: randomKey(r), End: randomKey(r), Reverse: r.IntN(2) == 0, Limit: r.IntN(5)}
		if got, want := keys(t, s, rng), keys(t, oracle, rng); got != want {
			t.Fatalf("seed %d, step %d, range %+v:\n got %s\nwant %s", seed, step, rng, got, want)
		}
		if b.Reopen != nil && r.IntN(60) == 0 {
			s = b.Reopen(t, s)
			t.Cleanup(func() { _ = s.Close() }) // closed stores may be closed again
		}
	}
	expect(t, fmt.Sprint("seed ", seed), keys(t, s, kv.Range{}), keys(t, oracle, kv.Range{}))
}

func randomKey(r *rand.Rand) []byte {
	return []byte(fmt.Sprintf("%02d", r.IntN(30)))[:1+r.IntN(2)]
}

func randomBatch(r *rand.Rand) kv.Batch {
	var b kv.Batch
	for range r.IntN(4) {
		b.Puts = append(b.Puts, kv.Pair{Space: kv.Rows, Key: randomKey(r), Value: bytes.Repeat([]byte{'a' + byte(r.IntN(26))}, r.IntN(4))})
	}
	for range r.IntN(3) {
		b.Deletes = append(b.Deletes, kv.Key{Space: kv.Rows, Key: randomKey(r)})
	}
	if r.IntN(8) == 0 {
		b.DeleteRanges = append(b.DeleteRanges, kv.KeyRange{Space: kv.Rows, Start: randomKey(r), End: randomKey(r)})
	}
	if r.IntN(4) == 0 {
		c := kv.Condition{Space: kv.Rows, Key: randomKey(r)}
		if r.IntN(2) == 0 {
			c.Value = []byte("aa")
		}
		b.Conditions = append(b.Conditions, c)
	}
	return b
}

// testConcurrent counts up one key from many goroutines, each step on a condition.
func testConcurrent(t *testing.T, b Backend) {
	s := open(t, b)
	apply(t, s, kv.Batch{Puts: []kv.Pair{put("n", "0")}})
	const writers, steps = 4, 25
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for done := 0; done < steps; {
				was, err := s.Get(t.Context(), kv.Rows, []byte("n"))
				if err != nil {
					t.Error(err)
					return
				}
				var n int
				_, _ = fmt.Sscan(string(was), &n)
				err = s.Apply(t.Context(), kv.Batch{
					Conditions: []kv.Condition{{Space: kv.Rows, Key: []byte("n"), Value: was}},
					Puts:       []kv.Pair{put("n", fmt.Sprint(n+1))},
				})
				if err == nil {
					done++
				} else if !errors.Is(err, kv.ErrCondition) {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	expect(t, "the count", keys(t, s, kv.Range{}), fmt.Sprintf("[n=%d]", writers*steps))
}

func testReopen(t *testing.T, b Backend) {
	if b.Reopen == nil {
		t.Skip("nothing outlives this store")
	}
	s := b.Open(t)
	l := take(t, s, "me", 7)
	apply(t, s, kv.Batch{Fences: []kv.Fence{{Shard: 7, Epoch: l.Epochs[0], Before: 0, After: 12}}, Puts: []kv.Pair{put("a", "1")}})
	s = b.Reopen(t, s)
	t.Cleanup(func() { _ = s.Close() }) // what it would say is not this test's
	expect(t, "after the crash", keys(t, s, kv.Range{}), "[a=1]")
	stale := kv.Batch{Fences: []kv.Fence{{Shard: 7, Epoch: l.Epochs[0], Before: 12, After: 13}}}
	again := take(t, s, "me", 7)
	if again.Epochs[0] <= l.Epochs[0] || again.Sequences[0] != 12 {
		t.Errorf("epoch %d and sequence %d, want more than %d and 12", again.Epochs[0], again.Sequences[0], l.Epochs[0])
	}
	if err := s.Apply(t.Context(), stale); !errors.Is(err, kv.ErrFenced) {
		t.Errorf("the epoch before the crash: %v, want ErrFenced", err)
	}
}

func testBackup(t *testing.T, b Backend) {
	s := open(t, b)
	apply(t, s, kv.Batch{Puts: []kv.Pair{put("a", "1"), put("b", "2")}})
	dir := t.TempDir() + "/copy"
	if err := s.Backup(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	apply(t, s, kv.Batch{Puts: []kv.Pair{put("c", "3")}})
	if err := s.Backup(t.Context(), dir); err == nil {
		t.Error("a second backup into the same directory was made")
	}
	c := b.OpenBackup(t, dir)
	expect(t, "the copy", keys(t, c, kv.Range{}), "[a=1 b=2]")
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func testClosed(t *testing.T, b Backend) {
	s := b.Open(t)
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	if err := s.Apply(t.Context(), kv.Batch{Puts: []kv.Pair{put("a", "1")}}); !errors.Is(err, kv.ErrClosed) {
		t.Errorf("apply: %v, want ErrClosed", err)
	}
	if _, err := s.Get(t.Context(), kv.Rows, []byte("a")); !errors.Is(err, kv.ErrClosed) {
		t.Errorf("get: %v, want ErrClosed", err)
	}
	for _, err := range s.Scan(t.Context(), kv.Rows, kv.Range{}) {
		if !errors.Is(err, kv.ErrClosed) {
			t.Errorf("scan: %v, want ErrClosed", err)
		}
	}
	if _, err := s.Lease(context.Background(), kv.LeaseRequest{Shards: []uint16{1}, Owner: "me"}); !errors.Is(err, kv.ErrClosed) {
		t.Errorf("lease: %v, want ErrClosed", err)
	}
}
