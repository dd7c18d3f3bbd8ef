// Package service is the Step Functions API: one typed method for each operation, one file for each
// noun, and one table, [Operations].
//
// A method gets a request whose members the generated checks of package sfn have found well-formed,
// and returns a response or an *sfn.Error in AWS's words. What changes an execution goes through the
// engine; what is only read comes from the store, so that it shows committed state. The package does
// not know HTTP; awsjson carries the messages.
package service

import (
	"cmp"
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

// Options configures a Service. All fields but Limits, Definitions, Quotas and CheckTestCase are required.
type Options struct {
	Engine *engine.Engine
	Store  *store.Store
	// Account and Region are those of requests whose signatures name none.
	Account, Region string
	Logger          *slog.Logger
	// Limits lift constraints on what requests carry; the zero value is AWS's.
	Limits sfn.Limits
	// Definitions bound what a definition may hold.
	Definitions asl.Limits
	// Quotas bound what a state machine may have.
	Quotas Quotas
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
	"CreateStateMachineAlias":          awsjson.Op((*Service).CreateStateMachineAlias),
	"DeleteActivity":                   awsjson.Op((*Service).DeleteActivity),
	"DeleteStateMachine":               awsjson.Op((*Service).DeleteStateMachine),
	"DeleteStateMachineAlias":          awsjson.Op((*Service).DeleteStateMachineAlias),
	"DeleteStateMachineVersion":        awsjson.Op((*Service).DeleteStateMachineVersion),
	"DescribeActivity":                 awsjson.Op((*Service).DescribeActivity),
	"DescribeExecution":                awsjson.Op((*Service).DescribeExecution),
	"DescribeMapRun":                   notYet[sfn.DescribeMapRunInput, sfn.DescribeMapRunOutput]("DescribeMapRun"),
	"DescribeStateMachine":             awsjson.Op((*Service).DescribeStateMachine),
	"DescribeStateMachineAlias":        awsjson.Op((*Service).DescribeStateMachineAlias),
	"DescribeStateMachineForExecution": awsjson.Op((*Service).DescribeStateMachineForExecution),
	"GetActivityTask":                  awsjson.Op((*Service).GetActivityTask),
	"GetExecutionHistory":              awsjson.Op((*Service).GetExecutionHistory),
	"ListActivities":                   awsjson.Op((*Service).ListActivities),
	"ListExecutions":                   awsjson.Op((*Service).ListExecutions),
	"ListMapRuns":                      notYet[sfn.ListMapRunsInput, sfn.ListMapRunsOutput]("ListMapRuns"),
	"ListStateMachineAliases":          awsjson.Op((*Service).ListStateMachineAliases),
	"ListStateMachineVersions":         awsjson.Op((*Service).ListStateMachineVersions),
	"ListStateMachines":                awsjson.Op((*Service).ListStateMachines),
	"ListTagsForResource":              awsjson.Op((*Service).ListTagsForResource),
	"PublishStateMachineVersion":       awsjson.Op((*Service).PublishStateMachineVersion),
	"RedriveExecution":                 notYet[sfn.RedriveExecutionInput, sfn.RedriveExecutionOutput]("RedriveExecution"),
	"SendTaskFailure":                  awsjson.Op((*Service).SendTaskFailure),
	"SendTaskHeartbeat":                awsjson.Op((*Service).SendTaskHeartbeat),
	"SendTaskSuccess":                  awsjson.Op((*Service).SendTaskSuccess),
	"StartExecution":                   awsjson.Op((*Service).StartExecution),
	"StartSyncExecution":               awsjson.Op((*Service).StartSyncExecution),
	"StopExecution":                    awsjson.Op((*Service).StopExecution),
	"TagResource":                      awsjson.Op((*Service).TagResource),
	"TestState":                        notYet[sfn.TestStateInput, sfn.TestStateOutput]("TestState"),
	"UntagResource":                    awsjson.Op((*Service).UntagResource),
	"UpdateMapRun":                     notYet[sfn.UpdateMapRunInput, sfn.UpdateMapRunOutput]("UpdateMapRun"),
	"UpdateStateMachine":               awsjson.Op((*Service).UpdateStateMachine),
	"UpdateStateMachineAlias":          awsjson.Op((*Service).UpdateStateMachineAlias),
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
	info := awsjson.RequestInfoOf(ctx)
	scope := store.Scope{Account: cmp.Or(info.Account(), s.options.Account), Region: info.Region}
	if !regionName.MatchString(scope.Region) {
		scope.Region = s.options.Region
	}
	return scope
}

// arn takes an ARN apart that the operation can take, which check decides. One of another account or
// region than the request's gives store.ErrNotFound, and what it says: nothing of one is visible to
// another, and the operation answers as if there were no such thing.
func (s *Service) arn(ctx context.Context, text string, check func(engine.ARN) error) (engine.ARN, error) {
	a, ok := engine.ParseARN(text)
	if !ok {
		return a, sfn.InvalidArn("Invalid ARN prefix: " + text)
	}
	err := check(a)
	if err == nil && a.Scope != s.scope(ctx) {
		err = store.ErrNotFound
	}
	return a, err
}

// wrongType refuses an ARN of a type that the operation cannot take.
func wrongType(a engine.ARN) error {
	return sfn.InvalidArn("Resource type not valid in this context: " + a.Type)
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
