package engine

// Load is how much an Engine holds and has to do.
type Load struct {
	// Uncommitted is how many steps wait for the disk.
	Uncommitted int
	// Executions is how many executions are in memory, Bytes what they hold.
	Executions int
	Bytes      int64
	// Express is how many Express executions run.
	Express int64
	// ActivityTasks is how many activity tasks nobody has taken.
	ActivityTasks int
}

// Load returns how much e holds at about this moment.
func (e *Engine) Load() Load {
	l := Load{
		Bytes:   e.residentBytes.Load() + e.express.bytes.Load(),
		Express: e.express.running.Load(), ActivityTasks: e.activities.waiting(),
	}
	for _, s := range e.shards {
		l.Uncommitted += int(s.pending.Load())
		l.Executions += int(s.residents.count.Load())
	}
	return l
}

// waiting is how many tasks nobody has taken.
func (a *activities) waiting() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := 0
	for _, q := range a.queues {
		n += q.tasks.Len()
	}
	return n
}
