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

// executions returns whom a batch is about, from the keys that begin with a shard and an id, and
// whether their rows are written.
func executions(b kv.Batch) (ids []store.ExecutionID, rows map[store.ExecutionID]bool) {
	all, rows := make(map[store.ExecutionID]bool), make(map[store.ExecutionID]bool)
	add := func(space kv.Space, key []byte) {
		if space == kv.Rows || space == kv.Journal || space == kv.Awaits {
			id := store.ExecutionID(binary.BigEndian.Uint64(key[2:10]))
			all[id] = true
			rows[id] = rows[id] || space == kv.Rows
		}
	}
	for _, p := range b.Puts {
		add(p.Space, p.Key)
	}
	for _, d := range b.Deletes {
		add(d.Space, d.Key)
	}
	return slices.Sorted(maps.Keys(all)), rows
}

// execution checks one execution as it is stored; whole says that its lists may have changed too.
func (c *checks) execution(id store.ExecutionID, whole bool) error {
	ctx := context.Background()
	row, err := c.store.Row(ctx, id)
	if err != nil {
		return err
	}
	x, err := c.restore(row)
	if err != nil {
		return err
	}
	if row.Status != x.Status() || !row.Start.Equal(x.StartTime()) || !row.Stop.Equal(x.StopTime()) ||
		fmt.Sprint(text(row.Failure.Error), text(row.Failure.Cause)) != fmt.Sprint(text(x.Failure().Error), text(x.Failure().Cause)) {
		return fmt.Errorf("the row says %+v, the journal %s", row, x.Dump())
	}
	if whole {
		if err := c.listed(row); err != nil {
			return err
		}
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

func text(s *string) string {
	if s == nil {
		return "-"
	}
	return *s
}

// listed checks that a row stands in the lists where it must, and its name leads to it alone.
func (c *checks) listed(row store.Row) error {
	ctx := context.Background()
	found, err := c.store.LookupIn(ctx, row.Scope, row.Machine, row.MachineID, row.Name)
	if err != nil || found.ID != row.ID {
		return fmt.Errorf("its name %s leads to %x: %v", row.Name, found.ID, err)
	}
	for _, status := range []interpreter.Status{"", interpreter.Running, interpreter.Succeeded, interpreter.Failed, interpreter.Aborted, interpreter.TimedOut} {
		n := 0
		for r, err := range c.store.Executions(ctx, row.MachineID, status, store.Cursor{}) {
			if err != nil {
				return err
			}
			if r.ID == row.ID {
				n++
			} else if r.Name == row.Name {
				return fmt.Errorf("its name %s is that of %x too", row.Name, r.ID)
			}
		}
		want := 0
		if status == "" || status == row.Status {
			want = 1
		}
		if n != want {
			return fmt.Errorf("it is %s and stands %d times in the list of %q", row.Status, n, status)
		}
	}
	return nil
}

// quiet returns an error if something outside, or a message, is open in a tree.
func (c *checks) quiet(tree store.ExecutionID) error {
	ctx := context.Background()
	for m, err := range c.store.Inbox(ctx) {
		if err != nil || m.Root == tree {
			return fmt.Errorf("the clock of %x jumps while a message is on its way: %+v %v", tree, m, err)
		}
	}
	for a, err := range c.store.Awaits(ctx) {
		if err != nil {
			return err
		}
		open := a.Kind == interpreter.AwaitActivity || a.Submitted && a.Resource == callback
		if row, err := c.store.Row(ctx, a.Execution); open && err == nil && row.Tree() == tree {
			if x, err := c.restore(row); err == nil && x.Status() == interpreter.Running {
				return fmt.Errorf("the clock of %x jumps while %+v is open", tree, a)
			}
		}
	}
	return nil
}

// restore returns an execution as it is stored.
func (c *checks) restore(row store.Row) (*interpreter.Execution, error) {
	events, err := c.journal(row.ID)
	if err != nil {
		return nil, err
	}
	program, err := c.program(row)
	if err != nil {
		return nil, err
	}
	return interpreter.Restore(program, engine.Identity(row, store.Revision{}), slices.Values(events)), nil
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
		if n := len(events); n > 0 && e.Time.Before(events[n-1].Time) {
			return nil, fmt.Errorf("event %d is of %s, and the one before of %s", e.Seq, e.Time, events[n-1].Time)
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
