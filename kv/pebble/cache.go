package pebble

import (
	"bytes"
	"sync"
)

// Limits of a cache.
const (
	maxCached      = 1000     // values
	maxCachedBytes = 16 << 10 // of each
)

// cache keeps values of the Registry, which every request reads and few change: finding one in the
// database costs more than the rest of a small request. It belongs to the views between two changes of
// the Registry and so is never out of date. It is safe for concurrent use; the zero cache is empty and
// ready.
type cache struct {
	mu     sync.RWMutex
	values map[string][]byte
}

// get returns a copy of a value, or false.
func (c *cache) get(key []byte) ([]byte, bool) {
	c.mu.RLock()
	v, ok := c.values[string(key)]
	c.mu.RUnlock()
	if !ok {
		return nil, false
	}
	return append(make([]byte, 0, len(v)), v...), true
}

// put keeps a copy of a value, in the place of another when there are many.
func (c *cache) put(key, v []byte) {
	if len(v) > maxCachedBytes {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.values == nil {
		c.values = make(map[string][]byte)
	}
	for old := range c.values {
		if len(c.values) < maxCached {
			break
		}
		delete(c.values, old)
	}
	c.values[string(key)] = bytes.Clone(v)
}
