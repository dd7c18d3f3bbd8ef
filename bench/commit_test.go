package bench

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/kv/memory"
	"github.com/stepwell/stepwell/store"
)

func recorded(t *testing.T, name string) []script {
	t.Helper()
	w, ok := findWorkload(name)
	if !ok {
		t.Fatalf("there is no workload %s", name)
	}
	all, err := record(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestRecordedCommits: what is written again for the execution that was recorded is what it committed,
// and what is written for another has nothing of it.
func TestRecordedCommits(t *testing.T) {
	for name, commits := range map[string]int{"pass5": 1, "steps3": 3} {
		all := recorded(t, name)
		if len(all) != scripts {
			t.Fatalf("%s: %d scripts", name, len(all))
		}
		s := all[0]
		if len(s.commits) != commits {
			t.Errorf("%s has %d commits, want %d", name, len(s.commits), commits)
		}
		made := newStamp(s)
		other := s.id + 77*store.Shards
		id := binary.BigEndian.AppendUint64(nil, uint64(s.id))
		for i := range made.commits {
			if got, want := fmt.Sprintf("%v", made.commits[i].entry(s.id, s.name).batch), fmt.Sprintf("%v", s.commits[i]); got != want {
				t.Errorf("%s, commit %d: got %s\nwant %s", name, i, got, want)
			}
			e := made.commits[i].entry(other, strings.Repeat("x", len(s.name)))
			if bytes.Contains(e.text, id) || bytes.Contains(e.text, []byte(s.name)) {
				t.Errorf("%s, commit %d: another execution's has the id or name of the recorded one", name, i)
			}
			for j, p := range e.batch.Puts {
				if bytes.Equal(p.Key, s.commits[i].Puts[j].Key) {
					t.Errorf("%s, commit %d: another execution writes the key %q too", name, i, p.Key)
				}
			}
		}
	}
}

// TestCommittersWriteEverything writes executions to a log and a store, from several clients at once.
func TestCommittersWriteEverything(t *testing.T) {
	all := recorded(t, "steps3")
	backend := memory.New()
	owner, err := newFenced(t.Context(), backend)
	if err != nil {
		t.Fatal(err)
	}
	log, err := newRawLog(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	log.size = 4 << 10 // so that it begins again
	entries := 0
	ctx, stop := context.WithCancel(t.Context())
	c := newCommitter(func(group []entry) error {
		entries += len(group)
		if err := log.write(group); err != nil {
			return err
		}
		return owner.write(group)
	})
	go c.run(ctx)
	const clients, each = 4, 25
	client := c.client(newSource(all))
	done := make(chan error, clients)
	for range clients {
		go func() {
			work := client()
			for range each - 1 {
				if err := work(ctx); err != nil {
					done <- err
					return
				}
			}
			done <- work(ctx)
		}()
	}
	for range clients {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	stop()
	<-c.done
	if err := log.file.Close(); err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, err := range backend.Scan(t.Context(), kv.Rows, kv.Range{}) {
		if err != nil {
			t.Fatal(err)
		}
		rows++
	}
	if rows != clients*each || entries != 3*clients*each {
		t.Errorf("%d executions in %d commits; want %d in %d", rows, entries, clients*each, 3*clients*each)
	}
	if info, err := os.Stat(log.file.Name()); err != nil || info.Size() != rawLogBytes {
		t.Errorf("the log: %v, %v", info, err)
	}
}

func TestGroupSize(t *testing.T) {
	waiting := make([]waiter, maxGroupEntries+10)
	if got := groupSize(waiting); got != maxGroupEntries {
		t.Errorf("a group of small entries has %d", got)
	}
	for i := range waiting {
		waiting[i].text = make([]byte, maxGroupBytes*2/3)
	}
	if got := groupSize(waiting); got != 1 {
		t.Errorf("a group of large entries has %d", got)
	}
}
