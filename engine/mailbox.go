package engine

import "sync"

// mailbox is an unbounded queue with many senders and one receiver. Senders never block, so that a
// shard and the committer can always tell each other something; what comes from outside is bounded
// before it gets here, by admission.
type mailbox[T any] struct {
	mu    sync.Mutex
	items []T
	taken []T           // what the receiver took last; its array is used again
	wake  chan struct{} // holds one token when items is not empty
}

func newMailbox[T any]() *mailbox[T] { return &mailbox[T]{wake: make(chan struct{}, 1)} }

// post adds an item.
func (m *mailbox[T]) post(item T) {
	m.mu.Lock()
	m.items = append(m.items, item)
	m.mu.Unlock()
	m.signal()
}

func (m *mailbox[T]) signal() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// take removes and returns all items. They are the receiver's until it takes again.
func (m *mailbox[T]) take() []T {
	m.mu.Lock()
	defer m.mu.Unlock()
	select {
	case <-m.wake: // nothing is left to wake up for
	default:
	}
	if len(m.items) == 0 {
		return nil
	}
	clear(m.taken)
	m.items, m.taken = m.taken[:0], m.items
	return m.taken
}

func (m *mailbox[T]) len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.items)
}
