package interpreter

import "slices"

// queue holds the frames that are ready, in the order of the events that made them so. It is not
// state of its own: it is the same after a restart, because an entry counts only as long as its
// frame has not moved since.
type queue struct {
	entries []turn
	head    int
}

// turn is a frame's place in the queue.
type turn struct {
	f     *frame
	since uint64
}

func (t turn) valid() bool { return t.f.since == t.since && t.f.ready() }

// push appends f. While a journal is restored nothing is taken out, so stale entries are dropped
// whenever the queue would have to grow.
func (q *queue) push(f *frame) {
	if len(q.entries) == cap(q.entries) {
		q.compact()
		q.entries = slices.Grow(q.entries, len(q.entries)+4)
	}
	q.entries = append(q.entries, turn{f, f.since})
}

// compact drops the entries that do not count any more.
func (q *queue) compact() {
	kept := q.entries[:0]
	for _, t := range q.entries[q.head:] {
		if t.valid() {
			kept = append(kept, t)
		}
	}
	clear(q.entries[len(kept):])
	q.entries, q.head = kept, 0
}

// front returns the first ready frame, or nil.
func (q *queue) front() *frame {
	for ; q.head < len(q.entries); q.head++ {
		if t := q.entries[q.head]; t.valid() {
			return t.f
		}
		q.entries[q.head] = turn{}
	}
	q.entries, q.head = q.entries[:0], 0
	return nil
}
