package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
	"github.com/stepwell/stepwell/value"
)

// StartRequest asks for a new execution of a machine's revision.
type StartRequest struct {
	Machine store.Machine
	// Via is how the caller named the machine; the revision that it leads to is Machine's.
	Via store.Via
	// Name is empty when the caller gave none.
	Name        string
	Input       value.Value
	TraceHeader string
	// TestCase is what [Options.Mocked] is told.
	TestCase string
}

// row is that of the execution to start. One without a name gets a name.
func (req StartRequest) row() store.Row {
	m := req.Machine
	row := store.Row{
		Scope: m.Scope, Machine: m.Name, MachineID: m.ID, Revision: m.Revision,
		Name: req.Name, TraceHeader: req.TraceHeader, TestCase: req.TestCase, Via: req.Via,
	}
	if row.Name == "" {
		row.Name = uuid.NewString()
	}
	return row
}

// Start begins an execution; it is durable when Start returns its row. With a name that a running
// execution with the same input has, it returns that one; with any other name in use, ErrExists
// and the row that has it. Express executions may share a name.
func (e *Engine) Start(ctx context.Context, req StartRequest) (store.Row, error) {
	if req.Machine.Type == store.TypeExpress {
		return e.startExpress(ctx, req)
	}
	p, err := e.plans.get(ctx, req.Machine.ID, req.Machine.Revision)
	if err != nil {
		return store.Row{}, err
	}
	row := req.row()
	s := e.shards[store.ShardOf(row.Scope, row.Machine, row.Name)]
	if err := errors.Join(e.admit(s), e.Writable()); err != nil {
		return store.Row{}, err
	}
	return call(ctx, e, s, func(answer func(store.Row, error)) {
		if req.Name == "" {
			s.start(row, p, req.Input, answer)
			return
		}
		s.findName(row, func(found *store.Row, err error) {
			switch {
			case err != nil:
				answer(store.Row{}, err)
			case found == nil:
				s.start(row, p, req.Input, answer)
			case found.Status != interpreter.Running:
				s.afterDurable(func() { answer(*found, ErrExists) })
			default:
				s.again(*found, req.Input, answer)
			}
		})
	})
}

// findName calls f once it is known which execution has the row's name: nil when none has. An
// execution that ends and leaves memory while the store is read is not overlooked.
func (s *shard) findName(row store.Row, f func(*store.Row, error)) {
	k := nameKey{row.MachineID, row.Name}
	if r := s.named(k); r != nil {
		found := r.started()
		f(&found, nil)
		return
	}
	s.lookups[k]++
	s.engine.background(func() {
		found, err := s.engine.store.LookupIn(s.engine.ctx, row.Scope, row.Machine, row.MachineID, row.Name)
		s.post(func() { s.nameFound(k, found, err, f) })
	})
}

func (s *shard) nameFound(k nameKey, found store.Row, err error, f func(*store.Row, error)) {
	left, hasLeft := s.left[k]
	if s.lookups[k]--; s.lookups[k] == 0 {
		delete(s.lookups, k)
		delete(s.left, k)
	}
	switch r := s.named(k); {
	case r != nil:
		found = r.started()
	case hasLeft:
		found = left
	case errors.Is(err, store.ErrNotFound):
		f(nil, nil)
		return
	case err != nil:
		f(nil, err)
		return
	}
	f(&found, nil)
}

// named returns the execution in memory that has a name, or nil.
func (s *shard) named(k nameKey) *resident {
	if id, ok := s.names[k]; ok {
		return s.residents.get(id)
	}
	return nil
}

// start begins an execution.
func (s *shard) start(row store.Row, p *plan, input value.Value, answer func(store.Row, error)) {
	r := s.create(row, p, false)
	if !s.handle(r, interpreter.Start{Input: input}, new(store.Tx), func(row store.Row) { answer(row, nil) }) {
		answer(store.Row{}, s.broken[r.row.ID])
	}
}

// again answers a start whose name a running execution has: with that one if the input is the same,
// else with ErrExists.
func (s *shard) again(found store.Row, input value.Value, answer func(store.Row, error)) {
	s.withExecution(found.ID, func(r *resident, err error) {
		if err == nil && (r.exec.Status() != interpreter.Running || r.exec.Input().Text() != input.Text()) {
			err = ErrExists
		}
		s.afterDurable(func() { answer(found, err) })
	})
}

// create makes an execution that was not started yet. synchronous says that a caller waits for its end,
// for which it is an Express execution.
func (s *shard) create(row store.Row, p *plan, synchronous bool) *resident {
	row.ID = store.NextExecutionID(s.id, s.lastExecution, time.Now())
	s.lastExecution = row.ID
	id := s.engine.identity(row, p.revision)
	id.Synchronous = synchronous
	r := newResident(row, p, interpreter.New(p.programFor(row), id))
	r.synchronous = synchronous
	s.adopt(r)
	return r
}

// load restores an execution from its row and journal.
func (e *Engine) load(id store.ExecutionID) (*resident, error) {
	row, err := e.store.Row(e.ctx, id)
	if errors.Is(err, store.ErrDamaged) {
		err = fmt.Errorf("%w: %w", errBroken, err)
	}
	if err != nil {
		return nil, err
	}
	p, err := e.plans.get(e.ctx, row.MachineID, row.Revision)
	if err != nil {
		return nil, fmt.Errorf("restore %s: %w", ExecutionARN(row), err)
	}
	var failed error
	journal := func(yield func(interpreter.Event) bool) {
		for event, err := range e.store.Journal(e.ctx, id, 1) {
			if err != nil {
				failed = err
				return
			}
			if !yield(event) {
				return
			}
		}
	}
	x, err := restore(p, e.identity(row, p.revision), journal)
	if errors.Is(failed, store.ErrDamaged) {
		failed = fmt.Errorf("%w: %w", errBroken, failed)
	}
	if failed != nil {
		return nil, fmt.Errorf("restore %s: %w", ExecutionARN(row), failed)
	}
	if err != nil {
		return nil, fmt.Errorf("restore %s: %w: %w", ExecutionARN(row), errBroken, err)
	}
	return newResident(row, p, x), nil
}

// errBroken marks an execution that cannot be restored, as opposed to a store that cannot be read.
var errBroken = errors.New("the execution is broken")

// restore folds a journal. A journal that does not fit its program is an error, not a crash.
func restore(p *plan, id interpreter.Identity, journal func(func(interpreter.Event) bool)) (x *interpreter.Execution, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the journal cannot be applied: %v", r)
		}
	}()
	return interpreter.Restore(p.program, id, journal), nil
}

// started is the row as a caller of Start may see it.
func (r *resident) started() store.Row {
	row := r.row
	row.Start = r.exec.StartTime()
	return row
}

// Stop ends an execution and returns when it stopped; one that has ended already keeps its time.
func (e *Engine) Stop(ctx context.Context, id store.ExecutionID, name, cause *string) (time.Time, error) {
	s := e.shards[id.Shard()]
	if err := e.admit(s); err != nil {
		return time.Time{}, err
	}
	return call(ctx, e, s, func(answer func(time.Time, error)) {
		s.withExecution(id, func(r *resident, err error) {
			switch {
			case err != nil:
				answer(time.Time{}, err)
			case r.exec.Status() != interpreter.Running:
				stop := r.exec.StopTime()
				s.afterDurable(func() { answer(stop, nil) })
			case !s.handle(r, interpreter.Stop{Error: name, Cause: cause}, new(store.Tx), func(row store.Row) { answer(row.Stop, nil) }):
				answer(time.Time{}, s.broken[id])
			}
		})
	})
}

// Wait returns the row of an execution once it has ended, durably. It returns ErrClosed when the
// engine closes before.
func (e *Engine) Wait(ctx context.Context, id store.ExecutionID) (store.Row, error) {
	type end struct {
		row store.Row
		err error
	}
	ended := make(chan end, 1)
	s := e.shards[id.Shard()]
	w := &watcher{told: func(row store.Row, err error) { ended <- end{row, err} }}
	s.post(func() { s.watch(id, w) })
	select {
	case end := <-ended:
		return end.row, end.err
	case <-ctx.Done():
		s.post(func() { s.unwatch(id, w) })
		return store.Row{}, ctx.Err()
	case <-e.ctx.Done():
		return store.Row{}, ErrClosed
	}
}

// watcher waits for an execution to end.
type watcher struct {
	told func(store.Row, error)
	gone bool // it does not wait any more
}

// watch tells w once when the execution has ended.
func (s *shard) watch(id store.ExecutionID, w *watcher) {
	s.withExecution(id, func(r *resident, err error) {
		switch {
		case err != nil:
			w.told(store.Row{}, err)
		case w.gone:
		case r.exec.Status() == interpreter.Running:
			s.watchers[id] = append(s.watchers[id], w)
		default:
			row := r.row
			s.afterDurable(func() { w.told(row, nil) })
		}
	})
}

func (s *shard) unwatch(id store.ExecutionID, w *watcher) {
	w.gone = true
	s.watchers[id] = slices.DeleteFunc(s.watchers[id], func(o *watcher) bool { return o == w })
	if len(s.watchers[id]) == 0 {
		delete(s.watchers, id)
	}
}
