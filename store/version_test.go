package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/kv/memory"
	"github.com/stepwell/stepwell/kv/pebble"
	"github.com/stepwell/stepwell/store"
)

var scope = store.Scope{Account: "123456789012", Region: "us-east-1"}

// open returns a store over backend, and a machine in it.
func open(t testing.TB, backend kv.Store, name string) (*store.Store, store.Machine) {
	t.Helper()
	s, err := store.Open(t.Context(), backend)
	if err != nil {
		t.Fatal(err)
	}
	m := store.Machine{Scope: scope, Name: name, ID: "id-" + name, Type: store.TypeStandard, Created: time.UnixMilli(1_700_000_000_000).UTC(), Revision: "r0"}
	if err := s.CreateMachine(t.Context(), m, store.Revision{MachineID: m.ID, Key: "r0", Definition: "{}"}); err != nil {
		t.Fatal(err)
	}
	return s, m
}

// write makes writes with the machine as it is stored, and returns it.
func write(t testing.TB, s *store.Store, m store.Machine, writes ...store.Write) store.Machine {
	t.Helper()
	was, err := s.Machine(t.Context(), m.Scope, m.Name)
	if err == nil {
		err = s.UpdateMachine(t.Context(), was, was, writes...)
	}
	if err == nil {
		was, err = s.Machine(t.Context(), m.Scope, m.Name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return was
}

func TestNumbersOfVersions(t *testing.T) {
	for text, want := range map[string]uint64{
		"1": 1, "10": 10, "18446744073709551615": math.MaxUint64,
		"": 0, "0": 0, "01": 0, "+1": 0, "-1": 0, "1a": 0, "1_0": 0, "a": 0, "１": 0, "18446744073709551616": 0,
	} {
		if n, ok := store.ParseVersion(text); ok != (want > 0) || ok && n != want {
			t.Errorf("ParseVersion(%q) = %d, %t, want %d", text, n, ok, want)
		}
	}
}

// TestVersionsAndAliasesReadBack: each record as it was written, and both lists in their order.
func TestVersionsAndAliasesReadBack(t *testing.T) {
	s, m := open(t, memory.New(), "m")
	_, other := open(t, s.KV(), "m2") // its id begins as the other's
	var writes []store.Write
	for _, n := range []uint64{9, 10, 1, 256, 255} {
		writes = append(writes, store.AddVersion(store.Version{MachineID: m.ID, Number: n, Revision: fmt.Sprint("r", n), Created: m.Created, Description: "d"}))
	}
	want := store.Alias{
		MachineID: m.ID, Name: "b", Description: "d", Routes: []store.Route{{Version: 9, Weight: 0}, {Version: 1, Weight: 100}},
		Created: m.Created, Updated: m.Created.Add(time.Hour),
	}
	m = write(t, s, m, append(writes, store.PutAlias(want), store.PutAlias(store.Alias{MachineID: m.ID, Name: "a-b"}))...)
	write(t, s, other, store.AddVersion(store.Version{MachineID: other.ID, Number: 7}), store.PutAlias(store.Alias{MachineID: other.ID, Name: "z"}))

	if got, err := s.Alias(t.Context(), m.ID, "b"); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the alias reads as %+v (%v), want %+v", got, err, want)
	}
	for before, want := range map[uint64]string{0: "256 255 10 9 1", 256: "255 10 9 1", 10: "9 1", 1: ""} {
		if got := numbers(t, s, m, before); got != want {
			t.Errorf("the versions before %d are %q, want %q", before, got, want)
		}
	}
	for after, want := range map[string]string{"": "a-b b", "a-b": "b", "a": "a-b b", "b": ""} {
		if got := names(t, s, m, after); got != want {
			t.Errorf("the aliases after %q are %q, want %q", after, got, want)
		}
	}
	if err := s.DeleteMachine(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if got := numbers(t, s, m, 0) + names(t, s, m, ""); got != "" {
		t.Errorf("a machine that was deleted still has %q", got)
	}
	if got := numbers(t, s, other, 0) + names(t, s, other, ""); got != "7z" {
		t.Errorf("the other machine has %q, want 7z", got)
	}
	if _, err := s.Revision(t.Context(), m.ID, "r0"); err != nil {
		t.Errorf("the revision that executions may run is gone: %v", err)
	}
}

func numbers(t testing.TB, s *store.Store, m store.Machine, before uint64) string {
	t.Helper()
	var all []string
	for v, err := range s.Versions(t.Context(), m.ID, before) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, store.FormatVersion(v.Number))
	}
	return strings.Join(all, " ")
}

func names(t testing.TB, s *store.Store, m store.Machine, after string) string {
	t.Helper()
	var all []string
	for a, err := range s.Aliases(t.Context(), m.ID, after) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, a.Name)
	}
	return strings.Join(all, " ")
}

// TestMachineIsNotOverwritten: a write under what was read before another write is refused whole, also
// when the machine looks the same.
func TestMachineIsNotOverwritten(t *testing.T) {
	s, m := open(t, memory.New(), "m")
	stale := m
	m = write(t, s, m)
	for name, change := range map[string]func() error{
		"update": func() error {
			return s.UpdateMachine(t.Context(), stale, stale, store.AddVersion(store.Version{MachineID: m.ID, Number: 1}))
		},
		"delete": func() error { return s.DeleteMachine(t.Context(), stale) },
		"create": func() error { return s.CreateMachine(t.Context(), stale, store.Revision{MachineID: m.ID, Key: "r1"}) },
	} {
		if err := change(); !errors.Is(err, store.ErrExists) {
			t.Errorf("%s: %v, want ErrExists", name, err)
		}
	}
	if got := numbers(t, s, m, 0); got != "" {
		t.Errorf("a refused write left the versions %s", got)
	}
	if got, err := s.Machine(t.Context(), scope, "m"); err != nil || fmt.Sprint(got) != fmt.Sprint(m) {
		t.Errorf("the machine is %+v (%v), want %+v", got, err, m)
	}
}

// TestDraw: the shares are those of the weights, a weight of 0 is never drawn, and a seed decides.
func TestDraw(t *testing.T) {
	for _, c := range []struct{ first, second int64 }{{100, 0}, {0, 100}, {50, 50}, {90, 10}, {1, 99}} {
		a := store.Alias{Routes: []store.Route{{Version: 3, Weight: c.first}, {Version: 5, Weight: c.second}}}
		const draws = 10_000
		drawn := map[uint64]int64{}
		for i := range draws {
			seed := fmt.Sprint("order-", i)
			v := a.Draw(seed)
			if again := a.Draw(seed); again != v {
				t.Fatalf("the seed %s drew %d, then %d", seed, v, again)
			}
			drawn[v]++
		}
		for v := range maps.Keys(drawn) {
			if !slices.Contains([]uint64{3, 5}, v) {
				t.Errorf("version %d was drawn", v)
			}
		}
		if off := drawn[3] - draws/100*c.first; off < -200 || off > 200 || c.first%100 == 0 && off != 0 {
			t.Errorf("weights %d and %d: drawn %v", c.first, c.second, drawn)
		}
	}
}

// TestTargets: what each kind of ARN leads to.
func TestTargets(t *testing.T) {
	s, m := open(t, memory.New(), "m")
	m.ID = "id-m"
	write(t, s, m, store.AddVersion(store.Version{MachineID: m.ID, Number: 2, Revision: "r2"}),
		store.PutAlias(store.Alias{MachineID: m.ID, Name: "live", Routes: []store.Route{{Version: 2, Weight: 100}}}),
		store.PutAlias(store.Alias{MachineID: m.ID, Name: "lost", Routes: []store.Route{{Version: 3, Weight: 100}}}))
	for _, c := range []struct {
		machine, qualifier, revision string // no revision: not found
		via                          store.Via
	}{
		{"m", "", "r0", store.Via{}},
		{"m", "2", "r2", store.Via{Version: 2}},
		{"m", "live", "r2", store.Via{Version: 2, Alias: "live"}},
		{"m", "3", "", store.Via{}},
		{"m", "none", "", store.Via{}},
		{"m", "lost", "", store.Via{}},
		{"none", "", "", store.Via{}},
		{"none", "2", "", store.Via{}},
	} {
		got, err := s.Target(t.Context(), scope, c.machine, c.qualifier, "n")
		if c.revision == "" {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s:%s: %+v, %v, want ErrNotFound", c.machine, c.qualifier, got, err)
			}
			continue
		}
		if err != nil || got.Machine.Revision != c.revision || got.Via != c.via {
			t.Errorf("%s:%s: %+v, %v, want %s by %+v", c.machine, c.qualifier, got, err, c.revision, c.via)
		}
	}
}

// BenchmarkVersions: what depends on how many versions a machine has should not.
func BenchmarkVersions(b *testing.B) {
	for _, n := range []int{10, 10_000} {
		s, m := thousands(b, n)
		for name, op := range map[string]func(context.Context) error{
			"target": func(ctx context.Context) error {
				_, err := s.Target(ctx, scope, "m", "1", "")
				return err
			},
			"alias": func(ctx context.Context) error {
				_, err := s.Target(ctx, scope, "m", "live", "n")
				return err
			},
			"list the newest 10": func(ctx context.Context) error { return take(s.Versions(ctx, m.ID, 0), 10) },
			"list the oldest":    func(ctx context.Context) error { return take(s.Versions(ctx, m.ID, 2), 10) },
		} {
			b.Run(fmt.Sprintf("%s of %d", name, n), func(b *testing.B) {
				for b.Loop() {
					if err := op(b.Context()); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(fmt.Sprintf("publish after %d", n), func(b *testing.B) {
			for i := uint64(n); b.Loop(); {
				i++
				write(b, s, m, store.AddVersion(store.Version{MachineID: m.ID, Number: i, Revision: "r0", Created: m.Created}))
			}
		})
	}
}

func take[T any](items func(func(T, error) bool), n int) error {
	for _, err := range items {
		if n--; n == 0 || err != nil {
			return err
		}
	}
	return nil
}

// thousands returns an embedded store with a machine of n versions.
func thousands(b *testing.B, n int) (*store.Store, store.Machine) {
	b.Helper()
	backend, err := pebble.Open(b.TempDir(), pebble.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = backend.Close() })
	s, m := open(b, backend, "m")
	for first := 1; first <= n; first += 1000 {
		var writes []store.Write
		for i := first; i < min(first+1000, n+1); i++ {
			writes = append(writes, store.AddVersion(store.Version{MachineID: m.ID, Number: uint64(i), Revision: "r0", Created: m.Created}))
		}
		m = write(b, s, m, writes...)
	}
	return s, write(b, s, m, store.PutAlias(store.Alias{MachineID: m.ID, Name: "live", Routes: []store.Route{{Version: 1, Weight: 100}}}))
}
