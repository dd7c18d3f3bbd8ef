package service

import (
	"context"
	"errors"
	"strings"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/store"
)

// anyMachineARN passes the ARNs of state machines, of versions and aliases, and of the machines that
// distributed Maps have, in which a label follows the name.
func anyMachineARN(a engine.ARN) error {
	if a.Type != "stateMachine" {
		return wrongType(a)
	}
	return nil
}

// machineARN passes the ARNs of state machines, versions and aliases.
func machineARN(a engine.ARN) error {
	err := anyMachineARN(a)
	if err == nil && strings.Contains(a.Name, "/") {
		err = sfn.ValidationExceptionFor(sfn.ValidationExceptionReasonApiDoesNotSupportLabeledArns,
			"The ARN of a labeled Map state is not supported by this operation: '"+a.String()+"'")
	}
	return err
}

// unqualified passes the ARNs of state machines.
func unqualified(a engine.ARN) error {
	err := machineARN(a)
	if err == nil && a.Qualifier != "" {
		err = wrongType(a)
	}
	return err
}

// startable returns what a start by the ARN of a machine, a version or an alias runs; name is that of
// the execution, nil when it has none yet.
//
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
func (s *Service) startable(ctx context.Context, text string, name *string) (store.Target, error) {
	var execution string
	set(&execution, name)
	var t store.Target
	a, err := s.arn(ctx, text, machineARN)
	if err == nil {
		t, err = s.store.Target(ctx, a.Scope, a.Name, a.Qualifier, execution)
	}
	if errors.Is(err, store.ErrNotFound) {
		err = sfn.StateMachineDoesNotExist(text)
	}
	return t, err
}

// viaARNs are those of the version and the alias that an execution was started by.
func viaARNs(r store.Row) (version, alias *string) {
	v, a := engine.ViaARNs(r)
	return optional(v), optional(a)
}

// addVia adds them to the first event of a history.
func addVia(e *sfn.HistoryEvent, r store.Row) {
	if d := e.ExecutionStartedEventDetails; d != nil {
		d.StateMachineVersionArn, d.StateMachineAliasArn = viaARNs(r)
	}
}

// executionsOwner returns the list of executions that the ARN of a machine, a version or an alias names.
func (s *Service) executionsOwner(ctx context.Context, text string) (store.Machine, string, error) {
	t, err := s.startable(ctx, text, nil)
	if err != nil {
		return t.Machine, "", err
	}
	qualifier := t.Via.Alias
	if qualifier == "" && t.Via.Version > 0 {
		qualifier = store.FormatVersion(t.Via.Version)
	}
	return t.Machine, store.Owner(t.Machine.ID, qualifier), nil
}
