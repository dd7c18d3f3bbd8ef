package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/store"
)

// Limits of one commit.
const (
	maxCommitSteps = 500
	maxCommitBytes = 1 << 20
)

// commit is one step of a shard on its way to the disk.
type commit struct {
	shard *shard
	// after is the shard's sequence once the step is durable. A step that writes nothing has the
	// sequence of the step before it.
	after uint64
	tx    *store.Tx
	// release holds the answers and effects that must wait until the step is durable. They must
	// not block.
	release []func()
}

// committer writes the steps of all shards, in their order, in groups: it takes what arrived during
// the last sync, at most maxCommitSteps or maxCommitBytes, and has one batch in flight.
type committer struct {
	engine *Engine
	kv     kv.Store
	queue  *mailbox[commit]
	done   chan struct{}
}

func newCommitter(store kv.Store, e *Engine) *committer {
	return &committer{engine: e, kv: store, queue: newMailbox[commit](), done: make(chan struct{})}
}

// run commits until stop is closed and nothing is left, or until a commit fails.
func (c *committer) run(stop <-chan struct{}) {
	defer close(c.done)
	for {
		if c.queue.len() == 0 {
			select {
			case <-c.queue.wake:
			case <-stop:
				if c.queue.len() == 0 {
					return
				}
			}
		}
		c.engine.turn("committer")
		for rest := c.queue.take(); len(rest) > 0; {
			group := rest[:groupSize(rest)]
			if err := c.write(group); err != nil {
				c.engine.fatal(fmt.Errorf("commit: %w", err))
				return
			}
			rest = rest[len(group):]
		}
	}
}

// groupSize says how many of the steps go into the next batch: at least one.
func groupSize(steps []commit) int {
	bytes := 0
	for i := range steps {
		bytes += steps[i].tx.Size()
		if i == maxCommitSteps || i > 0 && bytes > maxCommitBytes {
			return i
		}
	}
	return len(steps)
}

// write makes a group durable, then releases what waited for it, in order.
func (c *committer) write(group []commit) error {
	if batch := merge(group); len(batch.Fences) > 0 {
		began := time.Now()
		if err := c.kv.Apply(context.Background(), batch); err != nil {
			return err
		}
		if f := c.engine.options.Committed; f != nil {
			f(len(group), time.Since(began))
		}
	}
	for _, step := range group {
		step.shard.durable.Store(step.after)
		step.shard.pending.Add(-1)
		for _, f := range step.release {
			f()
		}
	}
	return nil
}

// merge makes one batch of a group. Of several writes to one key only the last remains: what was
// put and deleted within the group never reaches the disk.
func merge(group []commit) kv.Batch {
	var (
		batch  kv.Batch
		writes store.Merge
		fences = make(map[*shard]int)
	)
	for _, step := range group {
		if step.tx.Empty() {
			continue
		}
		writes.Add(step.tx)
		i, ok := fences[step.shard]
		if !ok {
			i = len(batch.Fences)
			fences[step.shard] = i
			batch.Fences = append(batch.Fences, kv.Fence{
				Shard: step.shard.id, Epoch: step.shard.epoch, Before: step.after - 1,
			})
		}
		batch.Fences[i].After = step.after
	}
	writes.AppendTo(&batch)
	return batch
}
