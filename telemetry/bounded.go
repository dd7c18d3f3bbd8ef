package telemetry

import "sync"

// bounded keeps the values of a label few. The zero value is ready.
type bounded struct {
	mu   sync.RWMutex
	seen map[string]bool
}

// of returns name, or the empty text when there are too many others already.
func (b *bounded) of(name string) string {
	b.mu.RLock()
	known, full := b.seen[name], len(b.seen) >= maxMachines
	b.mu.RUnlock()
	switch {
	case known:
		return name
	case full:
		return ""
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.seen == nil {
		b.seen = make(map[string]bool)
	}
	b.seen[name] = true
	return name
}
