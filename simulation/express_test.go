package simulation

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/store"
)

// The Express machines: one that others start, and one that starts others.
const (
	innerExpress = "x0"
	outerExpress = "x1"
)

// syncName begins the names of synchronous Express executions, which are not stored.
const syncName = "sync"

// express is what clients know of Express executions.
type express struct {
	asked int
	syncs int // that wait for an end, in this life
	// stored are those that were ever durable.
	stored map[store.ExecutionID]bool
	// ended are the ARNs of those that came to an end in some life, acknowledged those of which a client
	// was told in this step that they have started.
	ended        map[string]bool
	acknowledged []string
	// promised are the ARNs of all that a client was told have started.
	promised []string
}

// observe remembers which Express executions have ended.
func (w *world) observe(row store.Row, _ *store.Revision, events []interpreter.Event) {
	if row.Express == "" {
		return
	}
	switch events[len(events)-1].Fact.(type) {
	case interpreter.ExecutionSucceeded, interpreter.ExecutionFailed, interpreter.ExecutionTimedOut:
		w.mu.Lock()
		defer w.mu.Unlock()
		w.express.ended[engine.ExecutionARN(row)] = true
	}
}

// askExpress starts an Express execution, and perhaps waits for its end.
func (w *world) askExpress() {
	w.express.asked++
	machine := []string{innerExpress, outerExpress}[w.rng.IntN(2)]
	in := fmt.Sprintf(input, w.rng.IntN(5), "1, 2, 3")
	if w.rng.IntN(2) == 0 {
		w.note("start %s", machine)
		w.startExpress(machine, in)
		return
	}
	w.note("run %s", machine)
	w.runExpress(machine, fmt.Sprintf("%s%d", syncName, w.express.asked), in)
}

func (w *world) startExpress(machine, in string) {
	service := w.service
	w.call(func(ctx context.Context) func() {
		out, err := service.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: new(arns + "stateMachine:" + machine), Input: &in})
		return func() {
			switch {
			case err == nil:
				w.mu.Lock()
				defer w.mu.Unlock()
				w.express.acknowledged = append(w.express.acknowledged, *out.ExecutionArn)
			case !unheard(err):
				w.fail(fmt.Errorf("start %s: %w", machine, err))
			}
		}
	})
}

func (w *world) runExpress(machine, name, in string) {
	service := w.service
	w.express.syncs++
	w.call(func(ctx context.Context) func() {
		out, err := service.StartSyncExecution(ctx, &sfn.StartSyncExecutionInput{
			StateMachineArn: new(arns + "stateMachine:" + machine), Name: &name, Input: &in,
		})
		return func() {
			w.mu.Lock()
			w.express.syncs--
			seen := err != nil || w.express.ended[*out.ExecutionArn]
			w.mu.Unlock()
			if err != nil && !unheard(err) {
				w.fail(fmt.Errorf("run %s: %w", machine, err))
			}
			if !seen {
				w.fail(fmt.Errorf("the end of %s was answered before it was told", *out.ExecutionArn))
			}
		}
	})
}

// settleExpress checks that what was acknowledged in the last step is stored, or has ended.
func (w *world) settleExpress() {
	for _, arn := range w.express.acknowledged {
		stored := false
		for x, err := range w.checks.store.Express(context.Background()) {
			stored = stored || err == nil && engine.ExecutionARN(x.Row) == arn
		}
		if !stored && !w.express.ended[arn] {
			w.failure = fmt.Errorf("the start of %s was acknowledged; it is not stored and has not ended", arn)
		}
	}
	w.express.promised = append(w.express.promised, w.express.acknowledged...)
	w.express.acknowledged = nil
}

// endUntold takes Express executions for ended whose record was gone when the server crashed: their end
// became durable, and nobody was told any more.
func (w *world) endUntold(s *store.Store) {
	stored := make(map[string]bool)
	for x, err := range s.Express(context.Background()) {
		w.must(err)
		stored[engine.ExecutionARN(x.Row)] = true
	}
	for _, arn := range w.express.promised {
		if !stored[arn] {
			w.express.ended[arn] = true
		}
	}
}

// keptPromises checks that each Express execution that a client was told of has come to an end.
func (w *world) keptPromises() error {
	for _, arn := range w.express.promised {
		if !w.express.ended[arn] {
			return fmt.Errorf("the start of %s was acknowledged, and it never ran to its end", arn)
		}
	}
	return nil
}

// expressOf returns an Express execution as it is stored.
func (c *checks) expressOf(id store.ExecutionID) (row store.Row, found bool) {
	for x, err := range c.store.Express(context.Background()) {
		if err == nil && x.Row.ID == id {
			return x.Row, true
		}
	}
	return store.Row{}, false
}

// mayAct returns an error if an Express execution calls a handler before its start is durable.
func (w *world) mayAct(ref store.AwaitRef, name string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.express.stored[ref.Execution] && !strings.HasPrefix(name, syncName) {
		return fmt.Errorf("a handler was called for the Express execution %s, which was never stored", name)
	}
	return nil
}

// landedExpress remembers the Express executions that a commit makes durable.
func (w *world) landedExpress(b kv.Batch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range b.Puts {
		if p.Space == kv.Express {
			w.express.stored[store.ExecutionID(binary.BigEndian.Uint64(p.Key[2:10]))] = true
		}
	}
}

// tree returns the tree of an execution; one that is not stored is a tree of its own.
func (c *checks) tree(id store.ExecutionID) store.ExecutionID {
	if row, err := c.store.Row(context.Background(), id); err == nil {
		return row.Tree()
	}
	if row, stored := c.expressOf(id); stored {
		return row.Tree()
	}
	return id
}

// expressOver says that no Express execution runs, as far as clients and the store know.
func (w *world) expressOver() bool {
	for range w.checks.store.Express(context.Background()) {
		return false
	}
	return w.express.syncs == 0
}
