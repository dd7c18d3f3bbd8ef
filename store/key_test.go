package store

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/kv"
)

func TestKeysKeepTheOrderOfStrings(t *testing.T) {
	words := []string{"", "\x00", "\x00a", "a", "a\x00", "a\x00b", "a\x01", "ab", "b", "ü"}
	var keys [][]byte
	for _, w := range words {
		k := key(nil).str(w).u64(7)
		keys = append(keys, k)
		r := keyReader{rest: k}
		if got := r.str(); got != w || r.err != nil {
			t.Errorf("read %q back as %q (%v)", w, got, r.err)
		}
	}
	if !slices.IsSortedFunc(keys, bytes.Compare) {
		t.Errorf("the keys of %q are not in their order", words)
	}
}

func TestNoStringIsAPrefixOfAnother(t *testing.T) {
	a, b := key(nil).str("machine"), key(nil).str("machine2")
	if bytes.HasPrefix(b, a) {
		t.Errorf("%x is a prefix of %x", a, b)
	}
}

func TestTimerKeysReadBack(t *testing.T) {
	want := Timer{
		AwaitRef: AwaitRef{Execution: 0x1203, Await: interpreter.AwaitID{Frame: "0.2.1", Seq: 99}},
		Due:      time.Unix(1_700_000_000, 5).UTC(),
	}
	r := keyReader{rest: timerKey(want.AwaitRef, want.Due)}
	if shard := r.u16(); shard != 3 {
		t.Errorf("shard %d, want 3", shard)
	}
	got := Timer{Due: r.time()}
	got.Execution = r.exec()
	got.Await = r.await()
	if got != want || r.err != nil {
		t.Errorf("got %+v (%v), want %+v", got, r.err, want)
	}
}

func TestExecutionIDsGrowAndKeepTheirShard(t *testing.T) {
	now := time.UnixMilli(1_700_000_000_000)
	last := ExecutionID(0)
	for range 1000 {
		next := NextExecutionID(200, last, now)
		if next <= last || next.Shard() != 200 {
			t.Fatalf("after %x came %x", last, next)
		}
		last = next
	}
	if back := NextExecutionID(200, last, now.Add(-time.Hour)); back <= last {
		t.Errorf("a clock that goes back made %x after %x", back, last)
	}
}

func TestTokensAreRefusedWhenForged(t *testing.T) {
	ref := AwaitRef{Execution: 77, Await: interpreter.AwaitID{Frame: "0.3", Seq: 5}}
	sealer := NewSealer(1, []byte("a key"))
	token := sealer.SealTask(ref)
	if got, err := sealer.OpenTask(token); err != nil || got != ref {
		t.Fatalf("got %+v, %v", got, err)
	}
	changed := []byte(token)
	changed[len(changed)-3] ^= 1
	for name, bad := range map[string]string{
		"changed":       string(changed),
		"another key":   NewSealer(1, []byte("another")).SealTask(ref),
		"another id":    NewSealer(2, []byte("a key")).SealTask(ref),
		"other purpose": sealer.Seal("page:x", []byte("0123456789abcdef0")),
		"short":         "AAAA",
		"empty":         "",
		"not base64":    "!!!",
		"a line break":  token[:8] + "\n" + token[8:],
	} {
		if got, err := sealer.OpenTask(bad); err != ErrForged {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

// TestMergeLastWriteWins: what is put and deleted within one commit never reaches the disk as a put.
func TestMergeLastWriteWins(t *testing.T) {
	ref := interpreter.Await{ID: interpreter.AwaitID{Frame: "0", Seq: 2}, Kind: interpreter.AwaitTimer, Due: time.Unix(9, 0)}
	var begin, end Tx
	begin.PutAwait(1, ref, false)
	end.DeleteAwait(1, ref)
	for _, c := range []struct {
		name          string
		txs           []*Tx
		puts, deletes int
	}{
		{"begun", []*Tx{&begin}, 1, 0},
		{"begun and ended", []*Tx{&begin, &end}, 0, 1},
		{"ended and begun", []*Tx{&end, &begin}, 1, 0},
	} {
		var m Merge
		for _, tx := range c.txs {
			m.Add(tx)
		}
		var b kv.Batch
		m.AppendTo(&b)
		if len(b.Puts) != c.puts || len(b.Deletes) != c.deletes {
			t.Errorf("%s: %d puts and %d deletes, want %d and %d", c.name, len(b.Puts), len(b.Deletes), c.puts, c.deletes)
		}
	}
}
