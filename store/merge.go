package store

import "github.com/stepwell/stepwell/kv"

// Merge joins several Tx in their order into one batch, in which each key is written once: by the
// last that wrote it. The zero Merge is empty and ready.
type Merge struct {
	writes []write
	index  map[string]int // space and key → its place in writes
	ranges []kv.KeyRange
	buf    []byte
}

type write struct {
	pair   kv.Pair
	delete bool
}

// Add adds a Tx after those that were added before.
func (m *Merge) Add(t *Tx) {
	for _, d := range t.batch.Deletes {
		m.set(write{pair: kv.Pair{Space: d.Space, Key: d.Key}, delete: true})
	}
	for _, p := range t.batch.Puts {
		m.set(write{pair: p})
	}
	m.ranges = append(m.ranges, t.batch.DeleteRanges...)
}

func (m *Merge) set(w write) {
	if m.index == nil {
		m.index = make(map[string]int)
	}
	m.buf = append(append(m.buf[:0], byte(w.pair.Space)), w.pair.Key...)
	if i, ok := m.index[string(m.buf)]; ok {
		m.writes[i] = w
		return
	}
	m.index[string(m.buf)] = len(m.writes)
	m.writes = append(m.writes, w)
}

// AppendTo adds everything to b.
func (m *Merge) AppendTo(b *kv.Batch) {
	b.DeleteRanges = append(b.DeleteRanges, m.ranges...)
	for _, w := range m.writes {
		if w.delete {
			b.Deletes = append(b.Deletes, kv.Key{Space: w.pair.Space, Key: w.pair.Key})
		} else {
			b.Puts = append(b.Puts, w.pair)
		}
	}
}
