package history

import (
	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/sfn"
)

// task shows the events of a Task, of which each family of resources has its own types.
func (r *renderer) task(f interpreter.Fact) {
	arn := resourceOf(f)
	resource, _ := asl.ParseResource(arn)
	switch resource.Kind {
	case asl.ActivityResource:
		r.activity(f)
	case asl.FunctionResource:
		r.function(f)
	default:
		r.service(f, resource.Service, resource.Action+resource.Pattern.Suffix())
	}
}

func resourceOf(f interpreter.Fact) string {
	switch f := f.(type) {
	case interpreter.TaskScheduled:
		return f.Resource
	case interpreter.TaskStarted:
		return f.Resource
	case interpreter.TaskSubmitted:
		return f.Resource
	case interpreter.TaskSucceeded:
		return f.Resource
	case interpreter.TaskFailed:
		return f.Resource
	case interpreter.TaskTimedOut:
		return f.Resource
	}
	return ""
}

// seconds is a limit that is left out when it was not set.
func seconds(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

func credentials(f interpreter.TaskScheduled) *sfn.TaskCredentials {
	if f.RoleARN == "" {
		return nil
	}
	return &sfn.TaskCredentials{RoleArn: &f.RoleARN}
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (r *renderer) activity(f interpreter.Fact) {
	switch f := f.(type) {
	case interpreter.TaskScheduled:
		r.typed(sfn.HistoryEventTypeActivityScheduled)
		d := &sfn.ActivityScheduledEventDetails{
			Resource: new(f.Resource), TimeoutInSeconds: seconds(f.TimeoutSeconds), HeartbeatInSeconds: seconds(f.HeartbeatSeconds),
		}
		d.Input, d.InputDetails = r.data(f.Input)
		r.event.ActivityScheduledEventDetails = d
	case interpreter.TaskStarted:
		r.typed(sfn.HistoryEventTypeActivityStarted)
		r.event.ActivityStartedEventDetails = &sfn.ActivityStartedEventDetails{WorkerName: optional(f.Worker)}
	case interpreter.TaskSucceeded:
		r.typed(sfn.HistoryEventTypeActivitySucceeded)
		d := new(sfn.ActivitySucceededEventDetails)
		d.Output, d.OutputDetails = r.data(f.Output)
		r.event.ActivitySucceededEventDetails = d
	case interpreter.TaskFailed:
		r.typed(sfn.HistoryEventTypeActivityFailed)
		r.event.ActivityFailedEventDetails = &sfn.ActivityFailedEventDetails{Error: f.Failure.Error, Cause: f.Failure.Cause}
	case interpreter.TaskTimedOut:
		r.typed(sfn.HistoryEventTypeActivityTimedOut)
		r.event.ActivityTimedOutEventDetails = &sfn.ActivityTimedOutEventDetails{Error: f.Failure.Error, Cause: f.Failure.Cause}
	}
}

func (r *renderer) function(f interpreter.Fact) {
	switch f := f.(type) {
	case interpreter.TaskScheduled:
		r.typed(sfn.HistoryEventTypeLambdaFunctionScheduled)
		d := &sfn.LambdaFunctionScheduledEventDetails{Resource: new(f.Resource), TimeoutInSeconds: seconds(f.TimeoutSeconds), TaskCredentials: credentials(f)}
		d.Input, d.InputDetails = r.data(f.Input)
		r.event.LambdaFunctionScheduledEventDetails = d
	case interpreter.TaskStarted:
		r.typed(sfn.HistoryEventTypeLambdaFunctionStarted)
	case interpreter.TaskSucceeded:
		r.typed(sfn.HistoryEventTypeLambdaFunctionSucceeded)
		d := new(sfn.LambdaFunctionSucceededEventDetails)
		d.Output, d.OutputDetails = r.data(f.Output)
		r.event.LambdaFunctionSucceededEventDetails = d
	case interpreter.TaskFailed:
		r.typed(sfn.HistoryEventTypeLambdaFunctionFailed)
		r.event.LambdaFunctionFailedEventDetails = &sfn.LambdaFunctionFailedEventDetails{Error: f.Failure.Error, Cause: f.Failure.Cause}
	case interpreter.TaskTimedOut:
		r.typed(sfn.HistoryEventTypeLambdaFunctionTimedOut)
		r.event.LambdaFunctionTimedOutEventDetails = &sfn.LambdaFunctionTimedOutEventDetails{Error: f.Failure.Error, Cause: f.Failure.Cause}
	}
}

// service shows an event of a service integration: kind is "states", action "startExecution.sync:2".
func (r *renderer) service(f interpreter.Fact, kind, action string) {
	switch f := f.(type) {
	case interpreter.TaskScheduled:
		r.typed(sfn.HistoryEventTypeTaskScheduled)
		r.event.TaskScheduledEventDetails = &sfn.TaskScheduledEventDetails{
			ResourceType: &kind, Resource: &action, Region: new(r.identity.Region), Parameters: new(f.Input.Text()),
			TimeoutInSeconds: seconds(f.TimeoutSeconds), HeartbeatInSeconds: seconds(f.HeartbeatSeconds),
			TaskCredentials: credentials(f),
		}
	case interpreter.TaskStarted:
		r.typed(sfn.HistoryEventTypeTaskStarted)
		r.event.TaskStartedEventDetails = &sfn.TaskStartedEventDetails{ResourceType: &kind, Resource: &action}
	case interpreter.TaskSubmitted:
		r.typed(sfn.HistoryEventTypeTaskSubmitted)
		d := &sfn.TaskSubmittedEventDetails{ResourceType: &kind, Resource: &action}
		d.Output, d.OutputDetails = r.data(f.Output)
		r.event.TaskSubmittedEventDetails = d
	case interpreter.TaskSucceeded:
		r.typed(sfn.HistoryEventTypeTaskSucceeded)
		d := &sfn.TaskSucceededEventDetails{ResourceType: &kind, Resource: &action}
		d.Output, d.OutputDetails = r.data(f.Output)
		r.event.TaskSucceededEventDetails = d
	case interpreter.TaskFailed:
		r.typed(sfn.HistoryEventTypeTaskFailed)
		r.event.TaskFailedEventDetails = &sfn.TaskFailedEventDetails{
			ResourceType: &kind, Resource: &action, Error: f.Failure.Error, Cause: f.Failure.Cause,
		}
	case interpreter.TaskTimedOut:
		r.typed(sfn.HistoryEventTypeTaskTimedOut)
		r.event.TaskTimedOutEventDetails = &sfn.TaskTimedOutEventDetails{
			ResourceType: &kind, Resource: &action, Error: f.Failure.Error, Cause: f.Failure.Cause,
		}
	}
}
