package simulation

import (
	"maps"
	"slices"
	"sync"
)

// schedule holds the engine's goroutines until the simulator lets one go on.
type schedule struct {
	mu      sync.Mutex
	waiting map[string]chan struct{}
	open    bool // nobody is held any more
}

func newSchedule() *schedule { return &schedule{waiting: make(map[string]chan struct{})} }

// turn is engine.Probe.Turn.
func (s *schedule) turn(who string) {
	s.mu.Lock()
	if s.open {
		s.mu.Unlock()
		return
	}
	for s.waiting[who] != nil {
		who += "'" // an alarm that rings again
	}
	gate := make(chan struct{})
	s.waiting[who] = gate
	s.mu.Unlock()
	<-gate
}

// ready returns who waits, in an order that depends on nothing else.
func (s *schedule) ready() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.waiting))
}

// release lets one go on.
func (s *schedule) release(who string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.waiting[who])
	delete(s.waiting, who)
}

// releaseAll lets everybody go on, for ever.
func (s *schedule) releaseAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = true
	for who, gate := range s.waiting {
		close(gate)
		delete(s.waiting, who)
	}
}
