package sfn

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
)

// everyError holds an error of each kind that the package can make.
func everyError() []*Error {
	return []*Error{
		ActivityAlreadyExists("a"), ActivityDoesNotExist("a"), ActivityLimitExceeded(1), ActivityWorkerLimitExceeded("a"),
		ConflictException("m"), ExecutionAlreadyExists("a"), ExecutionDoesNotExist("a"), ExecutionLimitExceeded(1),
		ExecutionNotRedrivable("r"), InvalidArn("d"), InvalidDefinition("d"), InvalidEncryptionConfiguration("m"),
		InvalidExecutionInput("d"), InvalidLoggingConfiguration("d"), InvalidName("n"), InvalidOutput("d"), InvalidToken(),
		InvalidTracingConfiguration("d"), KmsAccessDeniedException("m"), KmsInvalidStateException("s", "m"),
		KmsThrottlingException("m"), MissingRequiredParameter("m"), ResourceNotFound("a"), ServiceQuotaExceededException("m"),
		StateMachineAlreadyExists("a"), StateMachineDeleting("a"), StateMachineDoesNotExist("a"), StateMachineLimitExceeded(1),
		StateMachineTypeNotSupported(), TaskDoesNotExist(), TaskTimedOut(), TooManyTags("a"), ValidationException("m"),
		AccessDeniedException("m"), InternalFailure(), SerializationException("m"), ServiceUnavailable("m"),
		ThrottlingException(), UnknownOperationException(),
	}
}

func TestEveryModelledErrorHasAConstructor(t *testing.T) {
	made := map[string]bool{}
	for _, e := range everyError() {
		made[e.Code] = true
	}
	wanted := map[string]bool{}
	for _, op := range modelOperations(t) {
		for _, e := range op.Errors {
			wanted[e.Shape] = true
		}
	}
	for _, code := range slices.Sorted(maps.Keys(wanted)) {
		if !made[code] {
			t.Errorf("no constructor makes %s", code)
		}
	}
}

func TestErrorTexts(t *testing.T) {
	cases := map[string]struct {
		err    *Error
		status int
		want   string
	}{
		"machine missing":     {StateMachineDoesNotExist("arn:x"), 400, `{"__type":"StateMachineDoesNotExist","message":"State Machine Does Not Exist: 'arn:x'"}`},
		"bad ARN":             {InvalidArn("Invalid ARN prefix: x"), 400, `{"__type":"InvalidArn","message":"Invalid Arn: 'Invalid ARN prefix: x'"}`},
		"bad name":            {InvalidName("a b"), 400, `{"__type":"InvalidName","message":"Invalid Name: 'a b'"}`},
		"bad token":           {InvalidToken(), 400, `{"__type":"InvalidToken","message":"Invalid Token: 'Invalid token'"}`},
		"task ended":          {TaskTimedOut(), 400, `{"__type":"TaskTimedOut","message":"Task Timed Out: 'Provided task does not exist anymore'"}`},
		"reference missing":   {ResourceNotFound(""), 404, `{"__type":"ResourceNotFound","message":"Request references a resource that does not exist."}`},
		"resource missing":    {ResourceNotFound("arn:x"), 404, `{"__type":"ResourceNotFound","message":"Resource not found: 'arn:x'","resourceName":"arn:x"}`},
		"key disabled":        {KmsInvalidStateException(KmsKeyStateDisabled, "m"), 400, `{"__type":"KmsInvalidStateException","kmsKeyState":"DISABLED","message":"m"}`},
		"with a reason":       {ValidationExceptionFor(ValidationExceptionReasonInvalidRoutingConfiguration, "m"), 400, `{"__type":"ValidationException","message":"m","reason":"INVALID_ROUTING_CONFIGURATION"}`},
		"conflict":            {ConflictException("m"), 409, `{"__type":"ConflictException","message":"m"}`},
		"quota":               {ServiceQuotaExceededException("m"), 402, `{"__type":"ServiceQuotaExceededException","message":"m"}`},
		"unavailable":         {ServiceUnavailable("m"), 503, `{"__type":"ServiceUnavailable","message":"m"}`},
		"throttled":           {ThrottlingException(), 400, `{"__type":"ThrottlingException","message":"Rate exceeded"}`},
		"not there yet":       {NotImplemented("TestState"), 501, `{"__type":"UnknownOperationException","message":"TestState is not implemented by this server yet."}`},
		"status left at zero": {&Error{Code: "C", Message: "m"}, 400, `{"__type":"C","message":"m"}`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			code, message, status, extra := c.err.AWSError()
			body := map[string]any{"__type": code, "message": message}
			maps.Copy(body, extra)
			got, err := json.Marshal(body)
			if err != nil || status != c.status || string(got) != c.want {
				t.Errorf("error = %d %s, %v, want %d %s", status, got, err, c.status, c.want)
			}
		})
	}
}

func TestErrorsAreToldApartByCode(t *testing.T) {
	err := fmt.Errorf("describe: %w", ExecutionDoesNotExist("arn:x"))
	if !errors.Is(err, &Error{Code: CodeExecutionDoesNotExist}) {
		t.Error("errors.Is does not find the error by its code")
	}
	if errors.Is(err, &Error{Code: CodeInvalidArn}) {
		t.Error("errors.Is takes another code for the same")
	}
}
