package service

import (
	"context"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/store"
)

// StartSyncExecution implements the operation of that name: it answers when the execution has ended,
// and nobody can ask for it afterwards. An execution that failed is a success of the operation.
func (s *Service) StartSyncExecution(ctx context.Context, in *sfn.StartSyncExecutionInput) (*sfn.StartSyncExecutionOutput, error) {
	req, err := s.startRequest(ctx, &sfn.StartExecutionInput{
		StateMachineArn: in.StateMachineArn, Name: in.Name, Input: in.Input, TraceHeader: in.TraceHeader,
	})
	if err != nil {
		return nil, err
	}
	if req.Machine.Type != store.TypeExpress {
		return nil, sfn.StateMachineTypeNotSupported()
	}
	ended, err := s.engine.RunExpress(ctx, req)
	if err != nil {
		return nil, apiError(err)
	}
	row := ended.Row
	out := &sfn.StartSyncExecutionOutput{
		ExecutionArn: new(engine.ExecutionARN(row)), StateMachineArn: new(engine.MachineARN(row.Scope, row.Machine)),
		Name: new(row.Name), Status: new(sfn.SyncExecutionStatus(row.Status)),
		StartDate: sfn.NewTimestamp(row.Start), StopDate: sfn.NewTimestamp(row.Stop),
		TraceHeader: optional(row.TraceHeader), BillingDetails: billing(ended),
	}
	included := !metadataOnly(in.IncludedData)
	out.InputDetails = &sfn.CloudWatchEventsExecutionDataDetails{Included: &included}
	out.OutputDetails = out.InputDetails
	if included {
		addResult(out, req, ended)
	}
	return out, nil
}

// addResult adds input, output and failure.
func addResult(out *sfn.StartSyncExecutionOutput, req engine.StartRequest, ended engine.Ended) {
	out.Input = new(req.Input.Text())
	out.Error, out.Cause = ended.Row.Failure.Error, ended.Row.Failure.Cause
	switch ended.Row.Status {
	case interpreter.Succeeded:
		out.Output = new(ended.Output.Text())
	case interpreter.TimedOut:
		out.Error = new("States.Timeout")
	case interpreter.Running, interpreter.Failed, interpreter.Aborted: // have no output
	}
}

// What AWS counts of an Express execution: started pieces of time and memory.
const (
	billedMilliseconds = 100
	billedMegabytes    = 64
)

// billing is what AWS would bill; the memory is that of this server.
func billing(ended engine.Ended) *sfn.BillingDetails {
	return &sfn.BillingDetails{
		BilledDurationInMilliseconds: new(pieces(ended.Row.Stop.Sub(ended.Row.Start).Milliseconds(), billedMilliseconds) * billedMilliseconds),
		BilledMemoryUsedInMB:         new(pieces(int64(ended.Bytes), billedMegabytes<<20) * billedMegabytes),
	}
}

// pieces is how many pieces of a size n begins, at least one.
func pieces(n, size int64) int64 { return max(1, (n+size-1)/size) }
