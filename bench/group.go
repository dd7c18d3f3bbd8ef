package bench

import (
	"context"
	"fmt"
	"os"
	"sync"

	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/store"
)

// Limits of one commit, those of the engine's committer.
const (
	maxGroupEntries = 500
	maxGroupBytes   = 1 << 20
)

// committer groups entries as the engine's does: it takes what arrived during the last write, and has
// one write in flight.
type committer struct {
	write func([]entry) error

	mu      sync.Mutex
	waiting []waiter
	wake    chan struct{}
	done    chan struct{}
}

type waiter struct {
	entry
	answer chan error
}

func newCommitter(write func([]entry) error) *committer {
	return &committer{write: write, wake: make(chan struct{}, 1), done: make(chan struct{})}
}

// commit returns when the entry is on the disk.
func (c *committer) commit(e entry) error {
	w := waiter{entry: e, answer: make(chan error, 1)}
	c.mu.Lock()
	c.waiting = append(c.waiting, w)
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
	return <-w.answer
}

func (c *committer) take() []waiter {
	c.mu.Lock()
	defer c.mu.Unlock()
	taken := c.waiting
	c.waiting = nil
	return taken
}

// run writes until ctx is done. Nobody may be waiting then.
func (c *committer) run(ctx context.Context) {
	defer close(c.done)
	for {
		select {
		case <-c.wake:
		case <-ctx.Done():
			return
		}
		for rest := c.take(); len(rest) > 0; {
			n := groupSize(rest)
			c.writeGroup(rest[:n])
			rest = rest[n:]
		}
	}
}

func (c *committer) writeGroup(group []waiter) {
	entries := make([]entry, len(group))
	for i, w := range group {
		entries[i] = w.entry
	}
	err := c.write(entries)
	for _, w := range group {
		w.answer <- err
	}
}

// groupSize says how many go into the next write: at least one.
func groupSize(waiting []waiter) int {
	size := 0
	for i, w := range waiting {
		size += len(w.text)
		if i == maxGroupEntries || i > 0 && size > maxGroupBytes {
			return i
		}
	}
	return len(waiting)
}

// client writes one execution after another.
func (c *committer) client(s *source) func() func(context.Context) error {
	return func() func(context.Context) error {
		return func(context.Context) error {
			for e := range s.next() {
				if err := c.commit(e); err != nil {
					return err
				}
			}
			return nil
		}
	}
}

// fenced writes groups to a kv.Store as the owner of all shards.
type fenced struct {
	kv        kv.Store
	epochs    []uint64
	sequences []uint64
}

func newFenced(ctx context.Context, s kv.Store) (*fenced, error) {
	request := kv.LeaseRequest{Owner: "bench"}
	for i := range store.Shards {
		request.Shards = append(request.Shards, uint16(i))
	}
	lease, err := s.Lease(ctx, request)
	if err != nil {
		return nil, fmt.Errorf("take the shards: %w", err)
	}
	return &fenced{kv: s, epochs: lease.Epochs, sequences: lease.Sequences}, nil
}

// write makes one batch of a group, with one fence for each shard.
func (f *fenced) write(group []entry) error {
	var b kv.Batch
	fences := make(map[uint16]int)
	for _, e := range group {
		i, ok := fences[e.shard]
		if !ok {
			i = len(b.Fences)
			fences[e.shard] = i
			before := f.sequences[e.shard]
			b.Fences = append(b.Fences, kv.Fence{Shard: e.shard, Epoch: f.epochs[e.shard], Before: before, After: before})
		}
		b.Fences[i].After++
		b.Puts = append(b.Puts, e.batch.Puts...)
		b.Deletes = append(b.Deletes, e.batch.Deletes...)
	}
	if err := f.kv.Apply(context.Background(), b); err != nil {
		return err
	}
	for _, fence := range b.Fences {
		f.sequences[fence.Shard] = fence.After
	}
	return nil
}

// rawLog is a log that is no store: bytes, appended and synced. Like the log of a store that recycles
// its files, it writes over blocks that the file system has given out already.
type rawLog struct {
	file     *os.File
	at, size int64
	buf      []byte
}

const rawLogBytes = 64 << 20

func newRawLog(path string) (*rawLog, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	l := &rawLog{file: f, size: rawLogBytes}
	block := make([]byte, 1<<20)
	for at := int64(0); at < l.size; at += int64(len(block)) {
		if _, err := f.WriteAt(block, at); err != nil {
			return nil, err
		}
	}
	return l, f.Sync()
}

func (l *rawLog) write(group []entry) error {
	l.buf = l.buf[:0]
	for _, e := range group {
		l.buf = append(l.buf, e.text...)
	}
	if l.at+int64(len(l.buf)) > l.size {
		l.at = 0
	}
	if _, err := l.file.WriteAt(l.buf, l.at); err != nil {
		return err
	}
	l.at += int64(len(l.buf))
	return l.file.Sync()
}
