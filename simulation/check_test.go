package simulation

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/store"
)

// checks looks at the committed state, beside the engine.
type checks struct {
	store    *store.Store
	programs map[string]*asl.Program // by revision
}

// executions returns whom a batch is about, from the keys that begin with a shard and an id.
func executions(b kv.Batch) []store.ExecutionID {
	ids := make(map[store.ExecutionID]bool)
	add := func(space kv.Space, key []byte) {
		if space == kv.Rows || space == kv.Journal || space == kv.Awaits {
			ids[store.ExecutionID(binary.BigEndian.Uint64(key[2:10]))] = true
		}
	}
	for _, p := range b.Puts {
		add(p.Space, p.Key)
	}
	for _, d := range b.Deletes {
		add(d.Space, d.Key)
	}
	return slices.Sorted(maps.Keys(ids))
}

// execution checks one execution as it is stored.
func (c *checks) execution(id store.ExecutionID) error {
	ctx := context.Background()
	row, err := c.store.Row(ctx, id)
	if err != nil {
		return err
	}
	events, err := c.journal(id)
	if err != nil {
		return err
	}
	program, err := c.program(row)
	if err != nil {
		return err
	}
	x := interpreter.Restore(program, engine.Identity(row, store.Revision{}), slices.Values(events))
	if x.Status() != row.Status {
		return fmt.Errorf("the row says %s, the journal %s", row.Status, x.Status())
	}
	got, err := c.stored(id)
	if err != nil {
		return err
	}
	if want := wanted(id, x); got != want {
		return fmt.Errorf("the store waits for\n%s\nthe journal for\n%s", got, want)
	}
	return nil
}

func (c *checks) program(row store.Row) (*asl.Program, error) {
	if p := c.programs[row.Revision]; p != nil {
		return p, nil
	}
	r, err := c.store.Revision(context.Background(), row.MachineID, row.Revision)
	if err != nil {
		return nil, err
	}
	p, diagnostics := asl.Parse(r.Definition)
	if p == nil {
		return nil, errors.New(asl.Messages(diagnostics))
	}
	c.programs[row.Revision] = p
	return p, nil
}

// journal returns the events of an execution, in which nothing is missing and no task was answered
// twice.
func (c *checks) journal(id store.ExecutionID) ([]interpreter.Event, error) {
	var events []interpreter.Event
	visible := int64(0)
	answered := make(map[uint64]bool)
	for e, err := range c.store.Journal(context.Background(), id, 1) {
		if err != nil {
			return nil, err
		}
		events = append(events, e)
		if e.Seq != uint64(len(events)) {
			return nil, fmt.Errorf("event %d has the sequence %d", len(events), e.Seq)
		}
		if e.ID != 0 {
			if visible++; e.ID != visible {
				return nil, fmt.Errorf("after the visible event %d comes %d", visible-1, e.ID)
			}
		}
		if await := answer(e.Fact); await != 0 {
			if answered[await] {
				return nil, fmt.Errorf("the task of event %d was answered twice", await)
			}
			answered[await] = true
		}
	}
	return events, nil
}

// answer returns the await that a fact closes, 0 for any other fact.
func answer(f interpreter.Fact) uint64 {
	switch f := f.(type) {
	case interpreter.TaskSucceeded:
		return f.Await
	case interpreter.TaskFailed:
		return f.Await
	case interpreter.TaskTimedOut:
		return f.Await
	}
	return 0
}

// received returns the await whose callback a fact keeps, 0 for any other fact.
func received(f interpreter.Fact) uint64 {
	if f, ok := f.(interpreter.CallbackReceived); ok {
		return f.Await
	}
	return 0
}

// stored describes what the store holds of the awaits of an execution.
func (c *checks) stored(id store.ExecutionID) (string, error) {
	ctx := context.Background()
	var lines []string
	for a, err := range c.store.Awaits(ctx) {
		if err != nil {
			return "", err
		}
		if a.Execution == id {
			lines = append(lines, fmt.Sprintf("await %v kind %d due %v claimed %t submitted %t answered %t", a.Await, a.Kind, due(a.Due), a.Claimed, a.Submitted, a.Answered))
		}
	}
	timers, _, err := c.store.Timers(ctx, id.Shard(), time.Time{}, time.Unix(1<<33, 0))
	if err != nil {
		return "", err
	}
	for _, t := range timers {
		if t.Execution == id {
			lines = append(lines, fmt.Sprintf("timer %v due %v", t.Await, due(t.Due)))
		}
	}
	for q, err := range c.store.Queued(ctx) {
		if err != nil {
			return "", err
		}
		if q.Execution == id {
			lines = append(lines, fmt.Sprintf("queued %v for %s", q.Await, q.Activity))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n"), nil
}

// wanted describes what an execution waits for in the same words.
func wanted(id store.ExecutionID, x *interpreter.Execution) string {
	var lines []string
	for _, a := range x.Outstanding() {
		if a.Kind != interpreter.AwaitTimer {
			lines = append(lines, fmt.Sprintf("await %v kind %d due %v claimed %t submitted %t answered %t", a.ID, a.Kind, due(a.Due), a.Claimed, a.Submitted, a.Answered))
		}
		if !a.Due.IsZero() {
			lines = append(lines, fmt.Sprintf("timer %v due %v", a.ID, due(a.Due)))
		}
		if a.Kind == interpreter.AwaitActivity && !a.Claimed {
			lines = append(lines, fmt.Sprintf("queued %v for %s", a.ID, a.Resource))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func due(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// closed says whether an await is over or its answer is kept, durably.
func (c *checks) closed(ref store.AwaitRef) (bool, error) {
	events, err := c.journal(ref.Execution)
	if err != nil {
		return false, err
	}
	for _, e := range events {
		if e.Frame == ref.Await.Frame && (answer(e.Fact) == ref.Await.Seq || received(e.Fact) == ref.Await.Seq) {
			return true, nil
		}
	}
	row, err := c.store.Row(context.Background(), ref.Execution)
	return err == nil && row.Status != interpreter.Running, err
}

// has says whether an execution has a fact of an await, durably.
func (c *checks) has(ref store.AwaitRef, is func(interpreter.Event) bool) (bool, error) {
	events, err := c.journal(ref.Execution)
	return slices.ContainsFunc(events, is), err
}

// nothingLeft checks a store in which everything has ended.
func (c *checks) nothingLeft() error {
	ctx := context.Background()
	for a, err := range c.store.Awaits(ctx) {
		return fmt.Errorf("an await is left over: %+v %v", a, err)
	}
	for m, err := range c.store.Inbox(ctx) {
		return fmt.Errorf("a message is left over: %+v %v", m, err)
	}
	for q, err := range c.store.Queued(ctx) {
		return fmt.Errorf("a queued task is left over: %+v %v", q, err)
	}
	for shard := range uint16(store.Shards) {
		timers, _, err := c.store.Timers(ctx, shard, time.Time{}, time.Unix(1<<33, 0))
		if err != nil || len(timers) > 0 {
			return fmt.Errorf("deadlines are left over: %v %v", timers, err)
		}
	}
	return nil
}
