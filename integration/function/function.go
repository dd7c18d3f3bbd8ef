// Package function does the tasks of functions: those whose Resource is the ARN of a function, and
// those of the action lambda:invoke, with or without .waitForTaskToken.
//
// [Tasks] gives them to a [lambda.Host] and makes of its answers what Step Functions makes of Lambda's:
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html. [Parse] is apart from that:
// a function that needs no host.
package function

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/lambda"
	"github.com/stepwell/stepwell/value"
)

// Tasks does the tasks of functions on a host.
type Tasks struct{ Host *lambda.Host }

// Handler returns who does the tasks of a resource, or false if that is no function. It fits
// [integration.Registry.Otherwise].
func (t Tasks) Handler(resource string) (integration.Handler, bool) {
	switch r, ok := asl.ParseResource(resource); {
	case !ok:
	case r.Kind == asl.FunctionResource:
		return integration.HandlerFunc(t.call), true
	case r.Kind == asl.ServiceResource && r.Service == "lambda" && r.Action == "invoke":
		return &invoke{t.Host, r.Pattern}, true
	}
	return nil, false
}

// call does a task whose resource is a function: its event is the task's input, its result the task's.
func (t Tasks) call(ctx context.Context, task integration.Task) integration.Outcome {
	name := strings.SplitN(task.Resource, ":function:", 2) // it has one
	response, err := t.Host.Invoke(ctx, lambda.Request{Function: task.Resource, Payload: []byte(task.Input.Text())})
	if err != nil {
		return refused(err, name[len(name)-1])
	}
	if response.FunctionError != "" {
		return broken(response.Payload)
	}
	result, err := value.Parse(string(response.Payload))
	if err != nil {
		return failed("Lambda.Unknown", "The function did not return JSON: "+err.Error())
	}
	return integration.Outcome{Output: result}
}

// broken is the outcome of a function that failed: its error has the type that the function gave, and
// all that it gave as the cause.
func broken(payload []byte) integration.Outcome {
	v, err := value.Parse(string(payload))
	if name, _ := v.Get("errorType"); err == nil && name.AsString() != "" {
		return failed(name.AsString(), string(payload))
	}
	return failed("Lambda.Unknown", "The cause could not be determined because Lambda did not return an error type. Returned payload: "+string(payload))
}

// modelled are the exceptions of Invoke that AWS's SDK knows by name, as far as a Host gives them.
var modelled = map[string]bool{
	"InvalidParameterValueException": true, "InvalidRequestContentException": true, "RequestTooLargeException": true,
	"ResourceNotFoundException": true, "ServiceException": true, "TooManyRequestsException": true,
}

// refused is the outcome of a call that Lambda itself does not take.
func refused(err error, name string) integration.Outcome {
	var e *lambda.Error
	if !errors.As(err, &e) { // the task is over
		return failed("Lambda.Unknown", fmt.Sprintf("call %s: %v", name, err))
	}
	if e.Code == lambda.ClientException {
		return failed("Lambda."+e.Code, e.Message)
	}
	code := e.Code
	if code == "RequestEntityTooLargeException" { // the name on the wire
		code = "RequestTooLargeException"
	}
	if !modelled[code] {
		code = "AWSLambdaException"
	}
	return failed("Lambda."+code, fmt.Sprintf("%s (Service: AWSLambda; Status Code: %d; Error Code: %s; Request ID: %s; Proxy: null)",
		e.Message, e.Status, e.Code, uuid.NewString()))
}

func failed(name, cause string) integration.Outcome {
	return integration.Outcome{Failure: &asl.Failure{Error: &name, Cause: &cause}}
}

// Native makes a function of the handler of a function's ARN, for [lambda.Options].
func Native(arn string, h integration.Handler) lambda.Native {
	return func(ctx context.Context, event []byte) (payload []byte, broken bool) {
		o := h.Run(ctx, integration.Task{Resource: arn, Input: value.Trusted(string(event)), IdempotencyKey: uuid.NewString()})
		if o.Failure == nil {
			return []byte(o.Output.Text()), false
		}
		return describe(*o.Failure), true
	}
}

// describe makes the payload of a failure: its cause, if that is one.
func describe(f asl.Failure) []byte {
	var name, cause string
	if f.Error != nil {
		name = *f.Error
	}
	if f.Cause != nil {
		cause = *f.Cause
	}
	if v, err := value.Parse(cause); err == nil {
		if t, ok := v.Get("errorType"); ok && t.AsString() == name {
			return []byte(cause)
		}
	}
	text, _ := json.Marshal(struct { // two strings always encode
		ErrorMessage string `json:"errorMessage"`
		ErrorType    string `json:"errorType"`
	}{cause, name})
	return text
}
