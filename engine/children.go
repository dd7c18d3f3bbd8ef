package engine

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
	"github.com/stepwell/stepwell/value"
)

// startChild sends the request of a states:startExecution task to the shard that will own the
// child: the message is part of the parent's commit.
func (s *shard) startChild(r *resident, a interpreter.Await, tx *store.Tx, release []func()) []func() {
	resource, _ := asl.ParseResource(a.Resource)
	m := store.Message{
		Source: s.id, Kind: store.StartChild,
		From: store.AwaitRef{Execution: r.row.ID, Await: a.ID}, Root: r.row.Tree(),
		Scope: r.row.Scope, Machine: member(a.Input, "StateMachineArn"), Name: member(a.Input, "Name"),
		Input: value.Object(), Pattern: resource.Pattern,
	}
	if input, ok := a.Input.Get("Input"); ok {
		m.Input = input
	}
	if m.Name == "" {
		m.Name = uuid.NewString()
	}
	arn, _ := ParseARN(m.Machine)
	m.Target = store.ShardOf(r.row.Scope, arn.Name, m.Name)
	return s.send(m, tx, release)
}

// send puts a message into a step; it is delivered once that is durable. The tree's clock is held
// until the message was handled.
func (s *shard) send(m store.Message, tx *store.Tx, release []func()) []func() {
	m.Seq = tx.Send(m, s.seq+1)
	target := s.engine.shards[m.Target]
	s.engine.clocks.deliver(m)
	return append(release, func() { target.post(func() { target.receive(m) }) })
}

func member(v value.Value, key string) string {
	if m, ok := v.Get(key); ok && m.Kind() == value.KindString {
		return m.AsString()
	}
	return ""
}

// received deletes a message in the commit of what it leads to.
func (s *shard) received(m store.Message, tx *store.Tx) (release func()) {
	tx.Receive(m)
	return s.engine.clocks.running(m.Root).drop
}

// receive handles a message and deletes it in the same commit. One that came before is ignored.
func (s *shard) receive(m store.Message) {
	if m.Seq <= s.highWater[m.Source] {
		return
	}
	s.highWater[m.Source] = m.Seq
	if m.Kind == store.StartChild {
		s.acceptChild(m)
		return
	}
	s.withExecution(m.To.Execution, func(r *resident, err error) {
		tx := new(store.Tx)
		release := s.received(m, tx)
		if errors.Is(err, store.ErrNotFound) {
			s.commit(tx, release)
			return
		}
		if err != nil {
			s.engine.complain("deliver message", err)
			s.engine.clocks.running(m.Root).drop()
			return
		}
		s.handle(r, messageCommand(m), tx, func(store.Row) { release() })
	})
}

// messageCommand says what a message about a child means to its parent.
func messageCommand(m store.Message) interpreter.Command {
	switch m.Kind {
	case store.ChildStarted:
		if m.Pattern == asl.RequestResponse {
			return interpreter.CompleteTask{Await: m.To.Await, Output: m.Output}
		}
		return interpreter.SubmitTask{Await: m.To.Await, Output: m.Output}
	case store.ChildClosed:
		return interpreter.CloseChild{Await: m.To.Await, Succeeded: m.Succeeded, Description: m.Output}
	case store.ChildRefused:
		return interpreter.FailTask{Await: m.To.Await, Failure: m.Failure}
	case store.StartChild: // has no parent's await to answer; receive keeps it from here
	}
	panic(fmt.Sprintf("engine: unknown message kind %d", m.Kind))
}

// acceptChild starts an execution at the wish of another one.
func (s *shard) acceptChild(m store.Message) {
	s.engine.background(func() {
		t, p, err := s.engine.findMachine(s.engine.ctx, m)
		s.post(func() { s.beginChild(m, t, p, err) })
	})
}

// findMachine reads what the ARN of a StartChild message leads to.
func (e *Engine) findMachine(ctx context.Context, m store.Message) (store.Target, *plan, error) {
	arn, ok := ParseARN(m.Machine)
	if !ok || arn.Type != "stateMachine" || arn.Scope != m.Scope {
		return store.Target{}, nil, store.ErrNotFound
	}
	t, err := e.store.Target(ctx, m.Scope, arn.Name, arn.Qualifier, m.Name)
	if err != nil {
		return t, nil, err
	}
	p, err := e.plans.get(ctx, t.Machine.ID, t.Machine.Revision)
	return t, p, err
}

// beginChild starts the child, or tells the parent why not. A child that this very await started
// before is success again.
func (s *shard) beginChild(m store.Message, t store.Target, p *plan, err error) {
	if errors.Is(err, store.ErrNotFound) {
		s.refuse(m, "StateMachineDoesNotExist", fmt.Sprintf("State Machine Does Not Exist: '%s'", m.Machine))
		return
	}
	if errors.Is(err, errBroken) {
		s.refuse(m, "InvalidDefinition", err.Error())
		return
	}
	if err != nil {
		s.engine.fatal(fmt.Errorf("start a nested execution: %w", err))
		return
	}
	if !ValidName(m.Name) || utf8.RuneCountInString(m.Name) > s.engine.options.MaxNameCharacters {
		s.refuse(m, "InvalidName", fmt.Sprintf("Invalid Name: '%s'", m.Name))
		return
	}
	row := StartRequest{Machine: t.Machine, Via: t.Via, Name: m.Name}.row()
	row.Starter, row.Root = &store.Starter{AwaitRef: m.From, Pattern: m.Pattern}, m.Root
	if t.Machine.Type == store.TypeExpress {
		s.beginExpressChild(m, row, p)
		return
	}
	s.findName(row, func(found *store.Row, err error) {
		switch {
		case err != nil:
			s.engine.fatal(fmt.Errorf("start a nested execution: %w", err))
		case found == nil:
			s.startForParent(m, row, p)
		case found.Starter != nil && found.Starter.AwaitRef == m.From:
			tx := new(store.Tx)
			release := s.send(s.childStarted(m, *found, found.Start), tx, nil)
			s.commit(tx, append(release, s.received(m, tx))...)
		default:
			s.refuse(m, "ExecutionAlreadyExists", fmt.Sprintf("Execution Already Exists: '%s'", ExecutionARN(*found)))
		}
	})
}

// startForParent starts the child and tells the parent, in one commit.
func (s *shard) startForParent(m store.Message, row store.Row, p *plan) {
	r, tx := s.create(row, p, false), new(store.Tx)
	now := s.now(r)
	release := s.send(s.childStarted(m, r.row, now), tx, nil)
	release = append(release, s.received(m, tx))
	s.handleAt(now, r, interpreter.Start{Input: m.Input}, tx, func(store.Row) {
		for _, f := range release {
			f()
		}
	})
}

func (s *shard) reply(m store.Message) store.Message {
	return store.Message{
		Target: m.From.Execution.Shard(), Source: s.id, To: m.From, Scope: m.Scope, Pattern: m.Pattern, Root: m.Root,
	}
}

func (s *shard) refuse(m store.Message, code, text string) {
	tx := new(store.Tx)
	release := s.received(m, tx)
	reply := s.reply(m)
	reply.Kind = store.ChildRefused
	name := "StepFunctions." + code + "Exception"
	cause := fmt.Sprintf("%s (Service: AWSStepFunctions; Status Code: 400; Error Code: %s; Request ID: %s; Proxy: null)",
		text, code, uuid.NewString())
	reply.Failure = asl.Failure{Error: &name, Cause: &cause}
	s.commit(tx, append(s.send(reply, tx, nil), release)...)
}

func (s *shard) childStarted(m store.Message, row store.Row, start time.Time) store.Message {
	reply := s.reply(m)
	reply.Kind = store.ChildStarted
	members := append([]value.Member{{Key: "ExecutionArn", Value: value.String(ExecutionARN(row))}}, sdkMetadata(s.realNow())...)
	reply.Output = value.Object(append(members, value.Member{Key: "StartDate", Value: value.Int(start.UnixMilli())})...)
	return reply
}

// tellStarter sends the end of a child to its parent, if that waits for it.
func (s *shard) tellStarter(r *resident, tx *store.Tx, release []func()) []func() {
	starter := r.row.Starter
	if starter.Pattern != asl.Sync && starter.Pattern != asl.Sync2 {
		return release
	}
	return s.send(store.Message{
		Target: starter.Execution.Shard(), Source: s.id, Kind: store.ChildClosed,
		To: starter.AwaitRef, Scope: r.row.Scope, Pattern: starter.Pattern, Root: r.row.Tree(),
		Succeeded: r.row.Status == interpreter.Succeeded, Output: describeChild(r, starter.Pattern == asl.Sync2),
	}, tx, release)
}

// describeChild is DescribeExecution in the spelling that a task's result has; parsed says that
// input and output are values, not texts.
func describeChild(r *resident, parsed bool) value.Value {
	data := func(v value.Value) value.Value {
		if parsed {
			return v
		}
		return value.String(v.Text())
	}
	included := value.Object(value.Member{Key: "Included", Value: value.Bool(true)})
	var m []value.Member
	add := func(key string, v value.Value) { m = append(m, value.Member{Key: key, Value: v}) }
	if r.row.Failure.Cause != nil {
		add("Cause", value.String(*r.row.Failure.Cause))
	}
	if r.row.Failure.Error != nil {
		add("Error", value.String(*r.row.Failure.Error))
	}
	add("ExecutionArn", value.String(ExecutionARN(r.row)))
	add("Input", data(r.exec.Input()))
	add("InputDetails", included)
	add("Name", value.String(r.row.Name))
	if r.row.Status == interpreter.Succeeded {
		add("Output", data(r.exec.Output()))
		add("OutputDetails", included)
	}
	add("StartDate", value.Int(r.row.Start.UnixMilli()))
	version, alias := ViaARNs(r.row)
	if alias != "" {
		add("StateMachineAliasArn", value.String(alias))
	}
	add("StateMachineArn", value.String(MachineARN(r.row.Scope, r.row.Machine)))
	if version != "" {
		add("StateMachineVersionArn", value.String(version))
	}
	add("Status", value.String(string(r.row.Status)))
	add("StopDate", value.Int(r.row.Stop.UnixMilli()))
	return value.Object(m...)
}
