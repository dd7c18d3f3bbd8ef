// Package service is the Step Functions API: one typed method for each operation, one file for each
// noun, and one table, [Operations].
//
// A method gets a request whose members the generated checks of package sfn have found well-formed,
// and returns a response or an *sfn.Error in AWS's words. What changes an execution goes through the
// engine; what is only read comes from the store, so that it shows committed state. The package does
// not know HTTP; awsjson carries the messages.
package service

import (
	"context"
	"errors"
	"log/slog"
	"regexp"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/awsjson"
	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/store"
)

// Options configures a Service. All fields but Limits, Definitions and CheckTestCase are required.
type Options struct {
	Engine *engine.Engine
	Store  *store.Store
	// Account is the account of every request, Region that of requests not signed for one.
	Account, Region string
	Logger          *slog.Logger
	// Limits lift constraints on what requests carry; the zero value is AWS's.
	Limits sfn.Limits
	// Definitions bound what a definition may hold.
	Definitions asl.Limits
	// CheckTestCase returns an error unless the mock configuration has a test case of a machine; nil
	// means that there is no mock configuration.
	CheckTestCase func(machine, testCase string) error
}

// Service answers the operations. It is safe for concurrent use.
type Service struct {
	engine  *engine.Engine
	store   *store.Store
	options Options
	log     *slog.Logger
}

// New returns a Service.
func New(o Options) *Service {
	if o.Definitions == (asl.Limits{}) {
		o.Definitions = asl.AWSLimits
	}
	return &Service{engine: o.Engine, store: o.Store, options: o, log: o.Logger}
}

// Operations is every operation of the API with the method that answers it.
var Operations = map[string]awsjson.Operation[*Service]{
	"CreateActivity":                   awsjson.Op((*Service).CreateActivity),
	"CreateStateMachine":               awsjson.Op((*Service).CreateStateMachine),
	"CreateStateMachineAlias":          notYet[sfn.CreateStateMachineAliasInput, sfn.CreateStateMachineAliasOutput]("CreateStateMachineAlias"),
	"DeleteActivity":                   awsjson.Op((*Service).DeleteActivity),
	"DeleteStateMachine":               awsjson.Op((*Service).DeleteStateMachine),
	"DeleteStateMachineAlias":          notYet[sfn.DeleteStateMachineAliasInput, sfn.DeleteStateMachineAliasOutput]("DeleteStateMachineAlias"),
	"DeleteStateMachineVersion":        notYet[sfn.DeleteStateMachineVersionInput, sfn.DeleteStateMachineVersionOutput]("DeleteStateMachineVersion"),
	"DescribeActivity":                 awsjson.Op((*Service).DescribeActivity),
	"DescribeExecution":                awsjson.Op((*Service).DescribeExecution),
	"DescribeMapRun":                   notYet[sfn.DescribeMapRunInput, sfn.DescribeMapRunOutput]("DescribeMapRun"),
	"DescribeStateMachine":             awsjson.Op((*Service).DescribeStateMachine),
	"DescribeStateMachineAlias":        notYet[sfn.DescribeStateMachineAliasInput, sfn.DescribeStateMachineAliasOutput]("DescribeStateMachineAlias"),
	"DescribeStateMachineForExecution": awsjson.Op((*Service).DescribeStateMachineForExecution),
	"GetActivityTask":                  awsjson.Op((*Service).GetActivityTask),
	"GetExecutionHistory":              awsjson.Op((*Service).GetExecutionHistory),
	"ListActivities":                   awsjson.Op((*Service).ListActivities),
	"ListExecutions":                   awsjson.Op((*Service).ListExecutions),
	"ListMapRuns":                      notYet[sfn.ListMapRunsInput, sfn.ListMapRunsOutput]("ListMapRuns"),
	"ListStateMachineAliases":          notYet[sfn.ListStateMachineAliasesInput, sfn.ListStateMachineAliasesOutput]("ListStateMachineAliases"),
	"ListStateMachineVersions":         notYet[sfn.ListStateMachineVersionsInput, sfn.ListStateMachineVersionsOutput]("ListStateMachineVersions"),
	"ListStateMachines":                awsjson.Op((*Service).ListStateMachines),
	"ListTagsForResource":              notYet[sfn.ListTagsForResourceInput, sfn.ListTagsForResourceOutput]("ListTagsForResource"),
	"PublishStateMachineVersion":       notYet[sfn.PublishStateMachineVersionInput, sfn.PublishStateMachineVersionOutput]("PublishStateMachineVersion"),
	"RedriveExecution":                 notYet[sfn.RedriveExecutionInput, sfn.RedriveExecutionOutput]("RedriveExecution"),
	"SendTaskFailure":                  awsjson.Op((*Service).SendTaskFailure),
	"SendTaskHeartbeat":                awsjson.Op((*Service).SendTaskHeartbeat),
	"SendTaskSuccess":                  awsjson.Op((*Service).SendTaskSuccess),
	"StartExecution":                   awsjson.Op((*Service).StartExecution),
	"StartSyncExecution":               notYet[sfn.StartSyncExecutionInput, sfn.StartSyncExecutionOutput]("StartSyncExecution"),
	"StopExecution":                    awsjson.Op((*Service).StopExecution),
	"TagResource":                      notYet[sfn.TagResourceInput, sfn.TagResourceOutput]("TagResource"),
	"TestState":                        notYet[sfn.TestStateInput, sfn.TestStateOutput]("TestState"),
	"UntagResource":                    notYet[sfn.UntagResourceInput, sfn.UntagResourceOutput]("UntagResource"),
	"UpdateMapRun":                     notYet[sfn.UpdateMapRunInput, sfn.UpdateMapRunOutput]("UpdateMapRun"),
	"UpdateStateMachine":               awsjson.Op((*Service).UpdateStateMachine),
	"UpdateStateMachineAlias":          notYet[sfn.UpdateStateMachineAliasInput, sfn.UpdateStateMachineAliasOutput]("UpdateStateMachineAlias"),
	"ValidateStateMachineDefinition":   awsjson.Op((*Service).ValidateStateMachineDefinition),
}

// Validate checks the input of an operation against the model, as package awsjson asks.
func (s *Service) Validate(in any) error {
	if v, ok := in.(interface{ Validate(sfn.Limits) error }); ok {
		return v.Validate(s.options.Limits)
	}
	return nil
}

// notYet answers an operation that this release does not have.
func notYet[In, Out any](name string) awsjson.Operation[*Service] {
	return awsjson.Op(func(*Service, context.Context, *In) (*Out, error) {
		return nil, sfn.NotImplemented(name)
	})
}

// regionName is what a region may look like: it becomes a part of ARNs.
var regionName = regexp.MustCompile(`^[a-zA-Z0-9-]{1,32}$`)

// scope is the account and region of a request. A request that is signed for what cannot be a region
// counts as not signed for any.
func (s *Service) scope(ctx context.Context) store.Scope {
	region := awsjson.RequestInfoOf(ctx).Region
	if !regionName.MatchString(region) {
		region = s.options.Region
	}
	return store.Scope{Account: s.options.Account, Region: region}
}

// arn takes an ARN apart that must be of one type.
func arn(text, wanted string) (engine.ARN, error) {
	a, ok := engine.ParseARN(text)
	if !ok {
		return a, sfn.InvalidArn("Invalid ARN prefix: " + text)
	}
	if a.Type != wanted {
		return a, sfn.InvalidArn("Resource type not valid in this context: " + a.Type)
	}
	return a, nil
}

// apiError turns what the engine says into what the API says.
func apiError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, engine.ErrThrottled):
		return sfn.ThrottlingException()
	case errors.Is(err, engine.ErrReadOnly):
		return sfn.ServiceUnavailable(err.Error())
	case errors.Is(err, engine.ErrClosed):
		return sfn.ServiceUnavailable("The server is shutting down.")
	case errors.Is(err, store.ErrForged):
		return sfn.InvalidToken()
	case errors.Is(err, engine.ErrTaskClosed):
		return sfn.TaskTimedOut()
	}
	return err
}

// writable refuses changes while the store's disk is nearly full.
func (s *Service) writable() error {
	return apiError(s.engine.Writable())
}
