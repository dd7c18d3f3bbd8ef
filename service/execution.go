package service

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/stepwell/stepwell/awsjson"
	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/store"
	"github.com/stepwell/stepwell/value"
)

// StartExecution implements the operation of that name.
func (s *Service) StartExecution(ctx context.Context, in *sfn.StartExecutionInput) (*sfn.StartExecutionOutput, error) {
	if err := s.writable(); err != nil {
		return nil, err
	}
	req, err := s.startRequest(ctx, in)
	if err != nil {
		return nil, err
	}
	row, err := s.engine.Start(ctx, req)
	if errors.Is(err, engine.ErrExists) {
		return nil, sfn.ExecutionAlreadyExists(engine.ExecutionARN(row))
	}
	if err != nil {
		return nil, apiError(err)
	}
	return &sfn.StartExecutionOutput{ExecutionArn: new(engine.ExecutionARN(row)), StartDate: sfn.NewTimestamp(row.Start)}, nil
}

// startRequest checks what an execution is to be started with, in AWS's order: name, input, machine.
func (s *Service) startRequest(ctx context.Context, in *sfn.StartExecutionInput) (req engine.StartRequest, err error) {
	if in.Name != nil {
		if err := checkName(*in.Name); err != nil {
			return req, err
		}
		req.Name = *in.Name
	}
	set(&req.TraceHeader, in.TraceHeader)
	if header := awsjson.RequestInfoOf(ctx).TraceHeader; header != "" {
		req.TraceHeader = header
	}
	if req.Input, err = s.executionInput(in.Input); err != nil {
		return req, err
	}
	machine, testCase, mocked := strings.Cut(*in.StateMachineArn, "#")
	target, err := s.startable(ctx, machine, in.Name)
	if err != nil {
		return req, err
	}
	req.Machine, req.Via = target.Machine, target.Via
	if mocked {
		req.TestCase = testCase
		err = s.checkTestCase(req.Machine.Name, testCase)
	}
	return req, err
}

// checkTestCase refuses a test case that the mock configuration does not have.
func (s *Service) checkTestCase(machine, testCase string) error {
	if s.options.CheckTestCase == nil {
		return sfn.ValidationException("The ARN names the test case '" + testCase + "', but the server has no mock configuration")
	}
	if err := s.options.CheckTestCase(machine, testCase); err != nil {
		return sfn.ValidationException("The test case '" + testCase + "' cannot be used: " + err.Error())
	}
	return nil
}

func (s *Service) executionInput(text *string) (value.Value, error) {
	if text == nil {
		return value.Object(), nil
	}
	if *text == "" {
		return value.Value{}, sfn.InvalidExecutionInput("Invalid execution input.")
	}
	if limit := s.options.Limits.Payload(); len(*text) > limit {
		return value.Value{}, sfn.InvalidExecutionInput(fmt.Sprintf("The input of %d bytes exceeds the maximum of %d bytes.", len(*text), limit))
	}
	v, err := value.Parse(*text)
	if err != nil {
		return v, sfn.InvalidExecutionInput(syntaxMessage(err))
	}
	return v, nil
}

// syntaxMessage is what the parser says, without the place.
func syntaxMessage(err error) string {
	var syntax *value.SyntaxError
	if errors.As(err, &syntax) {
		return syntax.Message
	}
	return err.Error()
}

// executionARN passes the ARNs of Standard executions; one without the execution's name names nothing.
func executionARN(a engine.ARN) error {
	switch {
	case a.Type != "execution":
		return wrongType(a)
	case a.Qualifier == "":
		return store.ErrNotFound
	}
	return nil
}

// execution returns the row that an execution's ARN names.
func (s *Service) execution(ctx context.Context, text string) (store.Row, error) {
	var row store.Row
	a, err := s.arn(ctx, text, executionARN)
	if err == nil {
		row, err = s.store.Lookup(ctx, a.Scope, a.Name, a.Qualifier)
	}
	if errors.Is(err, store.ErrNotFound) {
		err = sfn.ExecutionDoesNotExist(text)
	}
	return row, err
}

// StopExecution implements the operation of that name. An execution that has ended keeps its date.
func (s *Service) StopExecution(ctx context.Context, in *sfn.StopExecutionInput) (*sfn.StopExecutionOutput, error) {
	row, err := s.execution(ctx, *in.ExecutionArn)
	if err != nil {
		return nil, err
	}
	stop := row.Stop
	if row.Status == interpreter.Running {
		if stop, err = s.engine.Stop(ctx, row.ID, in.Error, in.Cause); err != nil {
			return nil, apiError(err)
		}
	}
	return &sfn.StopExecutionOutput{StopDate: sfn.NewTimestamp(stop)}, nil
}

// DescribeExecution implements the operation of that name.
func (s *Service) DescribeExecution(ctx context.Context, in *sfn.DescribeExecutionInput) (*sfn.DescribeExecutionOutput, error) {
	row, err := s.execution(ctx, *in.ExecutionArn)
	if err != nil {
		return nil, err
	}
	out := &sfn.DescribeExecutionOutput{
		ExecutionArn: new(engine.ExecutionARN(row)), StateMachineArn: new(engine.MachineARN(row.Scope, row.Machine)),
		Name: new(row.Name), Status: new(sfn.ExecutionStatus(row.Status)), StartDate: sfn.NewTimestamp(row.Start),
		TraceHeader: optional(row.TraceHeader), RedriveCount: new(int64(0)),
		RedriveStatus: new(sfn.ExecutionRedriveStatusNotRedrivable),
	}
	out.StateMachineVersionArn, out.StateMachineAliasArn = viaARNs(row)
	if row.Status == interpreter.Running || row.Status == interpreter.Succeeded {
		out.RedriveStatusReason = new(fmt.Sprintf("Execution is %s and cannot be redriven", row.Status))
	} else {
		out.RedriveStatus = new(sfn.ExecutionRedriveStatusRedrivable)
	}
	if !row.Stop.IsZero() {
		out.StopDate = sfn.NewTimestamp(row.Stop)
	}
	included := !metadataOnly(in.IncludedData)
	out.InputDetails = &sfn.CloudWatchEventsExecutionDataDetails{Included: new(included)}
	if row.Status == interpreter.Succeeded {
		out.OutputDetails = out.InputDetails
	}
	if included {
		err = s.addData(ctx, row, out)
	}
	return out, err
}

// addData adds input, output and failure, which stand in the journal's first and last event.
func (s *Service) addData(ctx context.Context, row store.Row, out *sfn.DescribeExecutionOutput) error {
	if row.Status != interpreter.TimedOut {
		out.Error, out.Cause = row.Failure.Error, row.Failure.Cause
	}
	for e, err := range s.store.Journal(ctx, row.ID, 1) {
		if err != nil {
			return err
		}
		if f, ok := e.Fact.(interpreter.ExecutionStarted); ok {
			out.Input = new(f.Input.Text())
		}
		break
	}
	if row.Status != interpreter.Succeeded {
		return nil
	}
	for e, err := range s.store.JournalReverse(ctx, row.ID, 0) {
		if err != nil {
			return err
		}
		if f, ok := e.Fact.(interpreter.ExecutionSucceeded); ok {
			out.Output = new(f.Output.Text())
		}
		break
	}
	return nil
}

// DescribeStateMachineForExecution implements the operation of that name: the machine as it was when
// the execution started.
func (s *Service) DescribeStateMachineForExecution(ctx context.Context, in *sfn.DescribeStateMachineForExecutionInput) (*sfn.DescribeStateMachineForExecutionOutput, error) {
	row, err := s.execution(ctx, *in.ExecutionArn)
	if err != nil {
		return nil, err
	}
	r, err := s.store.Revision(ctx, row.MachineID, row.Revision)
	if err != nil {
		return nil, err
	}
	out := &sfn.DescribeStateMachineForExecutionOutput{
		StateMachineArn: new(engine.MachineARN(row.Scope, row.Machine)), Name: new(row.Machine),
		Definition: new(r.Definition), RoleArn: new(r.RoleARN), UpdateDate: sfn.NewTimestamp(r.Created),
		RevisionId: optional(r.Public),
	}
	out.LoggingConfiguration, out.TracingConfiguration, out.EncryptionConfiguration = configurations(r)
	if metadataOnly(in.IncludedData) {
		out.Definition = new("{}")
	} else {
		out.VariableReferences = s.variableReferences(ctx, row.MachineID, row.Revision)
	}
	return out, nil
}

// ListExecutions implements the operation of that name; the newest comes first.
func (s *Service) ListExecutions(ctx context.Context, in *sfn.ListExecutionsInput) (*sfn.ListExecutionsOutput, error) {
	if err := checkListExecutions(in); err != nil {
		return nil, err
	}
	m, owner, err := s.executionsOwner(ctx, *in.StateMachineArn)
	if err != nil {
		return nil, err
	}
	if m.Type == store.TypeExpress {
		return nil, sfn.StateMachineTypeNotSupported()
	}
	var status interpreter.Status
	if in.StatusFilter != nil {
		status = interpreter.Status(*in.StatusFilter)
	}
	purpose := "executions:" + owner + ":" + string(status)
	after, err := s.openPage(purpose, in.NextToken)
	if err != nil {
		return nil, err
	}
	var from store.Cursor
	if len(after) == 16 {
		from.Start = time.Unix(0, int64(binary.BigEndian.Uint64(after)))
		from.ID = store.ExecutionID(binary.BigEndian.Uint64(after[8:]))
	}
	out := &sfn.ListExecutionsOutput{Executions: []sfn.ExecutionListItem{}}
	if in.RedriveFilter != nil && *in.RedriveFilter == sfn.ExecutionRedriveFilterRedriven {
		return out, nil // nothing can be redriven yet
	}
	rows, more, err := page(s.store.Executions(ctx, owner, status, from), pageSize(in.MaxResults))
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		out.Executions = append(out.Executions, listItem(r))
	}
	if more {
		out.NextToken = s.sealPage(purpose, cursor(rows[len(rows)-1]))
	}
	return out, nil
}

func checkListExecutions(in *sfn.ListExecutionsInput) error {
	switch {
	case in.MapRunArn != nil && in.StateMachineArn != nil:
		return sfn.ValidationException("Only one of stateMachineArn and mapRunArn can be specified")
	case in.MapRunArn != nil:
		return sfn.ValidationException("Listing the executions of a Map Run is not supported yet by Stepwell")
	case in.StateMachineArn == nil:
		return sfn.ValidationException("Either stateMachineArn or mapRunArn must be specified")
	case in.StatusFilter != nil && *in.StatusFilter == sfn.ExecutionStatusPendingRedrive:
		return sfn.ValidationException("The status filter PENDING_REDRIVE is only for the executions of a Map Run")
	}
	return nil
}

func listItem(r store.Row) sfn.ExecutionListItem {
	item := sfn.ExecutionListItem{
		ExecutionArn: new(engine.ExecutionARN(r)), StateMachineArn: new(engine.MachineARN(r.Scope, r.Machine)),
		Name: new(r.Name), Status: new(sfn.ExecutionStatus(r.Status)), StartDate: sfn.NewTimestamp(r.Start),
		RedriveCount: new(int64(0)),
	}
	item.StateMachineVersionArn, item.StateMachineAliasArn = viaARNs(r)
	if !r.Stop.IsZero() {
		item.StopDate = sfn.NewTimestamp(r.Stop)
	}
	return item
}
