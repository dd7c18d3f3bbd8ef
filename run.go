package stepwell

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/history"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/store"
)

// Result is what became of an execution.
type Result struct {
	ExecutionARN string
	// Status is SUCCEEDED, FAILED, TIMED_OUT or ABORTED.
	Status string
	// Output is a JSON text; empty unless the execution succeeded.
	Output string
	// Error and Cause say why it failed, as far as they are known.
	Error, Cause string
}

// Event is one event of an execution's history, as GetExecutionHistory shows it.
type Event = sfn.HistoryEvent

// Run runs a definition once with input (a JSON text; empty means {}) and waits until it has ended.
// For that it makes a state machine, one for each definition, which stays. An error says that the
// definition could not be run; a run that failed is a Result. When ctx ends first, the execution
// goes on.
func (s *Server) Run(ctx context.Context, definition, input string) (Result, error) {
	execution, err := s.Start(ctx, definition, input)
	if err != nil {
		return Result{}, err
	}
	return s.Wait(ctx, execution)
}

// Start is Run without waiting: it returns the execution's ARN as soon as the start is durable.
func (s *Server) Start(ctx context.Context, definition, input string) (execution string, err error) {
	machine, err := s.Define(ctx, fmt.Sprintf("run-%.16x", sha256.Sum256([]byte(definition))), definition)
	if err != nil {
		return "", err
	}
	return s.StartMachine(ctx, machine, input)
}

// Define makes a state machine with a name, by which others can start it, and returns its ARN. Doing
// so twice is no error unless the definitions differ.
func (s *Server) Define(ctx context.Context, name, definition string) (machine string, err error) {
	s.engine.Begin()
	made, err := s.service.CreateStateMachine(ctx, &sfn.CreateStateMachineInput{
		Name: &name, Definition: &definition, RoleArn: new("arn:aws:iam::" + s.options.Account + ":role/run"),
	})
	if err != nil {
		return "", err
	}
	return *made.StateMachineArn, nil
}

// StartMachine is Start for a state machine that exists. Its ARN can be followed by "#" and the name
// of a test case of [Options.MockConfig].
func (s *Server) StartMachine(ctx context.Context, machine, input string) (execution string, err error) {
	s.engine.Begin()
	start := &sfn.StartExecutionInput{StateMachineArn: &machine}
	if input != "" {
		start.Input = &input
	}
	started, err := s.service.StartExecution(ctx, start)
	if err != nil {
		return "", err
	}
	return *started.ExecutionArn, nil
}

// Wait returns what became of an execution, once it has ended.
func (s *Server) Wait(ctx context.Context, execution string) (Result, error) {
	row, err := s.row(ctx, execution)
	if err != nil {
		return Result{}, err
	}
	s.engine.Begin()
	if _, err := s.engine.Wait(ctx, row.ID); err != nil {
		return Result{}, fmt.Errorf("wait for %s: %w", execution, err)
	}
	d, err := s.service.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &execution})
	if err != nil {
		return Result{}, err
	}
	return Result{
		ExecutionARN: execution, Status: string(*d.Status),
		Output: deref(d.Output), Error: deref(d.Error), Cause: deref(d.Cause),
	}, nil
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// row finds an execution by its ARN.
func (s *Server) row(ctx context.Context, execution string) (store.Row, error) {
	a, ok := engine.ParseARN(execution)
	if !ok {
		return store.Row{}, sfn.InvalidArn("Invalid ARN prefix: " + execution)
	}
	row, err := s.records.Lookup(ctx, a.Scope, a.Name, a.Qualifier)
	if errors.Is(err, store.ErrNotFound) {
		err = sfn.ExecutionDoesNotExist(execution)
	}
	return row, err
}

// watchEvery is how often Watch looks for new events.
const watchEvery = 50 * time.Millisecond

// Watch calls show with the events of an execution, in order, as they become durable, until it has
// ended.
func (s *Server) Watch(ctx context.Context, execution string, show func(Event)) error {
	row, err := s.row(ctx, execution)
	if err != nil {
		return err
	}
	r, err := s.records.Revision(ctx, row.MachineID, row.Revision)
	if err != nil {
		return err
	}
	s.engine.Begin()
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for seen := uint64(0); ; {
		for e, err := range s.records.Journal(ctx, row.ID, seen+1) {
			if err != nil {
				return err
			}
			seen = e.Seq
			if shown, visible := history.Render(e, engine.Identity(row, r), true); visible {
				show(shown)
			}
			if closing(e.Fact) {
				return nil
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// closing says that a fact is the last of an execution.
func closing(f interpreter.Fact) bool {
	switch f.(type) {
	case interpreter.ExecutionSucceeded, interpreter.ExecutionFailed, interpreter.ExecutionAborted, interpreter.ExecutionTimedOut:
		return true
	}
	return false
}
