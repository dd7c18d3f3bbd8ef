package store

import (
	"time"

	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/kv"
)

// Tx collects what one step of a shard leaves in the store. It is written by the engine's
// committer together with others, in one batch. The zero Tx is empty and ready.
type Tx struct {
	batch kv.Batch
	size  int
	sent  uint64
}

// Empty says that the Tx writes nothing.
func (t *Tx) Empty() bool { return t.size == 0 }

// Size is about how many bytes the Tx writes.
func (t *Tx) Size() int { return t.size }

func (t *Tx) put(space kv.Space, k key, v []byte) {
	t.batch.Puts = append(t.batch.Puts, kv.Pair{Space: space, Key: k, Value: v})
	t.size += len(k) + len(v)
}

func (t *Tx) delete(space kv.Space, k key) {
	t.batch.Deletes = append(t.batch.Deletes, kv.Key{Space: space, Key: k})
	t.size += len(k)
}

// Start writes a new execution: its row, its name and its place in the lists. It may have ended
// already.
func (t *Tx) Start(r Row) {
	t.put(kv.Names, nameKey(r), key(nil).u64(uint64(r.ID)))
	for _, owner := range r.owners() {
		t.put(kv.Lists, listKey(owner, r, ""), nil)
		t.put(kv.Lists, listKey(owner, r, r.Status), nil)
	}
	if !r.Stop.IsZero() {
		t.put(kv.Retention, retentionKey(r), nil)
	}
	t.putRow(r)
}

// Close writes an execution that ended: was is the row as it stood before.
func (t *Tx) Close(was, r Row) {
	for _, owner := range r.owners() {
		t.delete(kv.Lists, listKey(owner, was, was.Status))
		t.put(kv.Lists, listKey(owner, r, r.Status), nil)
	}
	t.put(kv.Retention, retentionKey(r), nil)
	t.putRow(r)
}

// Expire removes every trace of a closed execution.
func (t *Tx) Expire(r Row) {
	t.delete(kv.Retention, retentionKey(r))
	for _, owner := range r.owners() {
		t.delete(kv.Lists, listKey(owner, r, ""))
		t.delete(kv.Lists, listKey(owner, r, r.Status))
	}
	t.delete(kv.Names, nameKey(r))
	t.delete(kv.Rows, key(nil).exec(r.ID))
	journal := key(nil).exec(r.ID)
	t.batch.DeleteRanges = append(t.batch.DeleteRanges,
		kv.KeyRange{Space: kv.Journal, Start: journal, End: journal.end()})
}

func (t *Tx) putRow(r Row) {
	t.put(kv.Rows, key(nil).exec(r.ID), encode(func(c *coder) { describeRow(c, &r) }))
}

// AppendJournal writes events, which follow each other without a gap, as one chunk.
func (t *Tx) AppendJournal(id ExecutionID, events []interpreter.Event) {
	if len(events) > 0 {
		t.put(kv.Journal, key(nil).exec(id).u64(events[0].Seq), encodeChunk(events))
	}
}

// PutAwait writes what start-up must know of an await; a bare timer leaves only its deadline.
// mocked says that nothing is asked of the world for it.
func (t *Tx) PutAwait(id ExecutionID, a interpreter.Await, mocked bool) {
	ref := AwaitRef{Execution: id, Await: a.ID}
	if !a.Due.IsZero() {
		t.put(kv.Timers, timerKey(ref, a.Due), nil)
	}
	if a.Kind == interpreter.AwaitTimer {
		return
	}
	row := AwaitRow{AwaitRef: ref, Kind: a.Kind, Resource: a.Resource, Due: a.Due, HeartbeatSeconds: a.HeartbeatSeconds, Claimed: a.Claimed, Submitted: a.Submitted, Answered: a.Answered, Mocked: mocked}
	t.put(kv.Awaits, awaitKey(ref), encode(func(c *coder) { describeAwaitRow(c, &row) }))
}

// DeleteAwait removes an await and its deadline.
func (t *Tx) DeleteAwait(id ExecutionID, a interpreter.Await) {
	ref := AwaitRef{Execution: id, Await: a.ID}
	if !a.Due.IsZero() {
		t.delete(kv.Timers, timerKey(ref, a.Due))
	}
	if a.Kind != interpreter.AwaitTimer {
		t.delete(kv.Awaits, awaitKey(ref))
	}
}

// Enqueue makes an activity task wait for a worker.
func (t *Tx) Enqueue(q QueuedTask) { t.put(kv.Activities, queueKey(q), nil) }

// Dequeue removes an activity task that a worker took or that nobody needs any more.
func (t *Tx) Dequeue(q QueuedTask) { t.delete(kv.Activities, queueKey(q)) }

// Send puts a message into its target's inbox. sequence is the one that the step gets; with the
// number of the message within the step it makes the message's own, which Send returns.
func (t *Tx) Send(m Message, sequence uint64) uint64 {
	m.Seq = sequence<<16 | t.sent
	t.sent++
	t.put(kv.Inbox, inboxKey(m), encode(func(c *coder) { describeMessage(c, &m) }))
	return m.Seq
}

// Receive removes a message from its target's inbox.
func (t *Tx) Receive(m Message) { t.delete(kv.Inbox, inboxKey(m)) }

func nameKey(r Row) key {
	return key(nil).u16(r.ID.Shard()).scope(r.Scope).str(r.Machine).str(r.Name).str(r.MachineID)
}

func listKey(owner string, r Row, status interpreter.Status) key {
	return key(nil).str(owner).str(string(status)).desc(uint64(r.Start.UnixNano())).desc(uint64(r.ID))
}

func retentionKey(r Row) key { return key(nil).u64(closeDay(r.Closed)).exec(r.ID) }

// closeDay numbers the days since 1970; whatever was before counts as that day.
func closeDay(t time.Time) uint64 { return uint64(max(t.Unix(), 0) / (24 * 60 * 60)) }

func timerKey(ref AwaitRef, due time.Time) key {
	return key(nil).u16(ref.Execution.Shard()).time(due).u64(uint64(ref.Execution)).await(ref.Await)
}

func awaitKey(ref AwaitRef) key { return key(nil).exec(ref.Execution).await(ref.Await) }

func queueKey(q QueuedTask) key {
	return key(nil).str(q.Activity).time(q.Time).u64(uint64(q.Execution)).await(q.Await)
}

func inboxKey(m Message) key { return key(nil).u16(m.Target).u16(m.Source).u64(m.Seq) }
