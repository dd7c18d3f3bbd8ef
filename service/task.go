package service

import (
	"context"
	"fmt"

	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/value"
)

// SendTaskSuccess implements the operation of that name.
func (s *Service) SendTaskSuccess(ctx context.Context, in *sfn.SendTaskSuccessInput) (*sfn.SendTaskSuccessOutput, error) {
	if limit := s.options.Limits.Payload(); len(*in.Output) > limit {
		return nil, sfn.InvalidOutput(fmt.Sprintf("The output of %d bytes exceeds the maximum of %d bytes.", len(*in.Output), limit))
	}
	output, err := value.Parse(*in.Output)
	if err != nil {
		return nil, sfn.InvalidOutput(syntaxMessage(err))
	}
	return new(sfn.SendTaskSuccessOutput), apiError(s.engine.Complete(ctx, *in.TaskToken, output))
}

// SendTaskFailure implements the operation of that name.
func (s *Service) SendTaskFailure(ctx context.Context, in *sfn.SendTaskFailureInput) (*sfn.SendTaskFailureOutput, error) {
	return new(sfn.SendTaskFailureOutput), apiError(s.engine.Fail(ctx, *in.TaskToken, in.Error, in.Cause))
}

// SendTaskHeartbeat implements the operation of that name.
func (s *Service) SendTaskHeartbeat(ctx context.Context, in *sfn.SendTaskHeartbeatInput) (*sfn.SendTaskHeartbeatOutput, error) {
	return new(sfn.SendTaskHeartbeatOutput), apiError(s.engine.Heartbeat(ctx, *in.TaskToken))
}
