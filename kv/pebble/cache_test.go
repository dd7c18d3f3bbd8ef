package pebble_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/kv/pebble"
)

// TestRegistryIsNeverOutOfDate reads values of the Registry, which are kept in memory, after every way
// to change them.
func TestRegistryIsNeverOutOfDate(t *testing.T) {
	s := open(t, "store", pebble.Options{FS: vfs.NewMem()})
	defer s.Close()
	key := []byte("k")
	apply := func(b kv.Batch) {
		t.Helper()
		if err := s.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	reads := func(want string) {
		t.Helper()
		for range 2 {
			got, err := s.Get(t.Context(), kv.Registry, key)
			if errors.Is(err, kv.ErrNotFound) {
				got, err = []byte("nothing"), nil
			}
			if err != nil || string(got) != want {
				t.Fatalf("got %q, %v; want %q", got, err, want)
			}
			got[0] = '!' // the caller's to change
		}
	}
	put := func(v string) kv.Batch {
		return kv.Batch{Puts: []kv.Pair{{Space: kv.Registry, Key: key, Value: []byte(v)}}}
	}
	reads("nothing")
	apply(put("one"))
	reads("one")
	apply(kv.Batch{Puts: []kv.Pair{{Space: kv.Rows, Key: key, Value: []byte("row")}}})
	reads("one")
	apply(put("two"))
	reads("two")
	apply(kv.Batch{Deletes: []kv.Key{{Space: kv.Registry, Key: key}}})
	reads("nothing")
	apply(put("three"))
	reads("three")
	apply(kv.Batch{DeleteRanges: []kv.KeyRange{{Space: kv.Registry, Start: []byte("a"), End: []byte("z")}}})
	reads("nothing")
}

// TestRegistryHasMoreThanIsKept reads more values, and larger ones, than are kept.
func TestRegistryHasMoreThanIsKept(t *testing.T) {
	s := open(t, "store", pebble.Options{FS: vfs.NewMem()})
	defer s.Close()
	var b kv.Batch
	for i := range 1500 {
		b.Puts = append(b.Puts, kv.Pair{Space: kv.Registry, Key: fmt.Append(nil, i), Value: make([]byte, 20*i)})
	}
	if err := s.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for i := range 1500 {
			if v, err := s.Get(t.Context(), kv.Registry, fmt.Append(nil, i)); err != nil || len(v) != 20*i {
				t.Fatalf("value %d: %d bytes, %v", i, len(v), err)
			}
		}
	}
}

func TestDiskCounters(t *testing.T) {
	s := open(t, t.TempDir(), pebble.Options{})
	before := s.Disk()
	for range 10 {
		if err := s.Apply(t.Context(), kv.Batch{Puts: []kv.Pair{{Space: kv.Rows, Key: []byte("k"), Value: make([]byte, 1000)}}}); err != nil {
			t.Fatal(err)
		}
	}
	after := s.Disk()
	if n := after.LogBytes - before.LogBytes; n < 10_000 || n > 20_000 {
		t.Errorf("%d bytes in the log", n)
	}
	// Pebble counts a sync just after it has told who waits, so that one may be missing at either end.
	if n := after.LogSyncs - before.LogSyncs; n < 9 || n > 11 {
		t.Errorf("%d syncs", n)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := s.Disk(); got != (kv.DiskCounters{}) {
		t.Errorf("a closed store counts %+v", got)
	}
}
