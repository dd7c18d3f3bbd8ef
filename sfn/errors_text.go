package sfn

import (
	"fmt"
	"net/http"
)

// ActivityAlreadyExists says that an activity of that name exists with another encryption configuration.
func ActivityAlreadyExists(arn string) *Error {
	return quotedError(CodeActivityAlreadyExists, "Activity Already Exists", arn)
}

// ActivityDoesNotExist says that no activity has that ARN.
func ActivityDoesNotExist(arn string) *Error {
	return quotedError(CodeActivityDoesNotExist, "Activity Does Not Exist", arn)
}

// ActivityLimitExceeded says that the account has as many activities as it may have.
func ActivityLimitExceeded(limit int) *Error {
	return NewError(CodeActivityLimitExceeded, fmt.Sprintf("The maximum number of activities has been reached: %d", limit))
}

// ActivityWorkerLimitExceeded says that too many workers poll the activity at once.
func ActivityWorkerLimitExceeded(arn string) *Error {
	return quotedError(CodeActivityWorkerLimitExceeded, "The maximum number of workers concurrently polling for activity tasks has been reached", arn)
}

// ConflictException says that the request contradicts what is stored; message says how.
func ConflictException(message string) *Error { return NewError(CodeConflictException, message) }

// ExecutionAlreadyExists says that an execution of that name was started with other input, or has ended.
func ExecutionAlreadyExists(arn string) *Error {
	return quotedError(CodeExecutionAlreadyExists, "Execution Already Exists", arn)
}

// ExecutionDoesNotExist says that no execution has that ARN.
func ExecutionDoesNotExist(arn string) *Error {
	return quotedError(CodeExecutionDoesNotExist, "Execution Does Not Exist", arn)
}

// ExecutionLimitExceeded says that the account has as many open executions as it may have.
func ExecutionLimitExceeded(limit int) *Error {
	return NewError(CodeExecutionLimitExceeded, fmt.Sprintf("The maximum number of running executions has been reached: %d", limit))
}

// ExecutionNotRedrivable says that the execution cannot be redriven; reason is its redriveStatusReason.
func ExecutionNotRedrivable(reason string) *Error {
	return NewError(CodeExecutionNotRedrivable, reason)
}

// InvalidArn says that the text is not an ARN of the kind that the operation takes; detail says why, such as
// "Invalid ARN prefix: x" or "Resource type not valid in this context: express".
func InvalidArn(detail string) *Error { return quotedError(CodeInvalidArn, "Invalid Arn", detail) }

// InvalidDefinition says that the definition has errors; diagnostics joins them as "CODE: message at location".
func InvalidDefinition(diagnostics string) *Error {
	return quotedError(CodeInvalidDefinition, "Invalid State Machine Definition", diagnostics)
}

// InvalidEncryptionConfiguration says that the encryption members contradict each other; message says how.
func InvalidEncryptionConfiguration(message string) *Error {
	return NewError(CodeInvalidEncryptionConfiguration, message)
}

// InvalidExecutionInput says that the input is not JSON; detail is the parser's text.
func InvalidExecutionInput(detail string) *Error {
	return quotedError(CodeInvalidExecutionInput, "Invalid State Machine Execution Input", detail)
}

// InvalidLoggingConfiguration says that the logging members contradict each other; detail says how.
func InvalidLoggingConfiguration(detail string) *Error {
	return NewError(CodeInvalidLoggingConfiguration, "Invalid Logging Configuration: "+detail)
}

// InvalidName says that the name has a character that names must not have.
func InvalidName(name string) *Error { return quotedError(CodeInvalidName, "Invalid Name", name) }

// InvalidOutput says that the output of a task is not JSON; detail is the parser's text.
func InvalidOutput(detail string) *Error {
	return quotedError(CodeInvalidOutput, "Invalid Output", detail)
}

// InvalidToken says that a task token or a page token was not made by this server.
func InvalidToken() *Error { return quotedError(CodeInvalidToken, "Invalid Token", "Invalid token") }

// InvalidTracingConfiguration says that the tracing configuration cannot be used; detail says why.
func InvalidTracingConfiguration(detail string) *Error {
	return NewError(CodeInvalidTracingConfiguration, "Invalid Tracing Configuration: "+detail)
}

// KmsAccessDeniedException says that the caller may not use the key; message says why.
func KmsAccessDeniedException(message string) *Error {
	return NewError(CodeKmsAccessDeniedException, message)
}

// KmsInvalidStateException says that the key is in a state in which it cannot be used.
func KmsInvalidStateException(state KmsKeyState, message string) *Error {
	e := NewError(CodeKmsInvalidStateException, message)
	e.KmsKeyState = state
	return e
}

// KmsThrottlingException says that the key service refused because of its own limits.
func KmsThrottlingException(message string) *Error {
	return NewError(CodeKmsThrottlingException, message)
}

// MissingRequiredParameter says that an update names nothing to update; message says what it could have named.
func MissingRequiredParameter(message string) *Error {
	return NewError(CodeMissingRequiredParameter, message)
}

// MissingUpdate is the MissingRequiredParameter of an UpdateStateMachine that changes nothing.
func MissingUpdate() *Error {
	return MissingRequiredParameter("Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified")
}

// ResourceNotFound says that nothing has that ARN. An empty ARN gives AWS's text for references inside a request.
func ResourceNotFound(arn string) *Error {
	if arn == "" {
		return NewError(CodeResourceNotFound, "Request references a resource that does not exist.")
	}
	e := quotedError(CodeResourceNotFound, "Resource not found", arn)
	e.ResourceName = arn
	return e
}

// ServiceQuotaExceededException says that a quota of the account would be exceeded; message says which.
func ServiceQuotaExceededException(message string) *Error {
	return NewError(CodeServiceQuotaExceededException, message)
}

// StateMachineAlreadyExists says that a state machine of that name exists with another definition or type.
func StateMachineAlreadyExists(arn string) *Error {
	return quotedError(CodeStateMachineAlreadyExists, "State Machine Already Exists", arn)
}

// StateMachineDeleting says that the state machine is being deleted.
func StateMachineDeleting(arn string) *Error {
	return quotedError(CodeStateMachineDeleting, "State Machine is Deleting", arn)
}

// StateMachineDoesNotExist says that no state machine has that ARN.
func StateMachineDoesNotExist(arn string) *Error {
	return quotedError(CodeStateMachineDoesNotExist, "State Machine Does Not Exist", arn)
}

// StateMachineLimitExceeded says that the account has as many state machines as it may have.
func StateMachineLimitExceeded(limit int) *Error {
	return NewError(CodeStateMachineLimitExceeded, fmt.Sprintf("The maximum number of state machines has been reached: %d", limit))
}

// StateMachineTypeNotSupported says that the operation is for the other type, Standard or Express.
func StateMachineTypeNotSupported() *Error {
	return NewError(CodeStateMachineTypeNotSupported, "This operation is not supported by this type of state machine")
}

// TaskDoesNotExist says that the token is of a task whose execution is gone.
func TaskDoesNotExist() *Error {
	return quotedError(CodeTaskDoesNotExist, "Task Does Not Exist", "Provided task does not exist anymore")
}

// TaskTimedOut says that the token is of a task that has ended.
func TaskTimedOut() *Error {
	return quotedError(CodeTaskTimedOut, "Task Timed Out", "Provided task does not exist anymore")
}

// TooManyTags says that the resource would have more tags than a resource may have.
func TooManyTags(arn string) *Error {
	e := NewError(CodeTooManyTags, "You've exceeded the number of tags allowed for a resource.")
	e.ResourceName = arn
	return e
}

// ValidationException says that the request breaks a rule; message says which.
func ValidationException(message string) *Error {
	return NewError(CodeValidationException, message)
}

// ValidationExceptionFor is a ValidationException that also carries a reason for programs.
func ValidationExceptionFor(reason ValidationExceptionReason, message string) *Error {
	e := ValidationException(message)
	e.Reason = reason
	return e
}

// AccessDeniedException says that the caller may not do this; message says why.
func AccessDeniedException(message string) *Error {
	return NewError(CodeAccessDeniedException, message)
}

// InternalFailure says that the server failed. It carries no detail: that belongs in the log.
func InternalFailure() *Error {
	return NewError(CodeInternalFailure, "An internal error occurred.")
}

// SerializationException says that the request's body cannot be read as the operation's input.
func SerializationException(message string) *Error {
	return NewError(CodeSerializationException, message)
}

// ServiceUnavailable says that the server cannot work now; message says why.
func ServiceUnavailable(message string) *Error { return NewError(CodeServiceUnavailable, message) }

// ThrottlingException says that the caller is too fast, and should come back later.
func ThrottlingException() *Error { return NewError(CodeThrottlingException, "Rate exceeded") }

// UnknownOperationException says that the API has no such operation.
func UnknownOperationException() *Error { return NewError(CodeUnknownOperationException, "") }

// NotImplemented says that an operation of the API is not part of this server yet: HTTP 501, so that
// clients do not try again.
func NotImplemented(operation string) *Error {
	e := NewError(CodeUnknownOperationException, operation+" is not implemented by this server yet.")
	e.Status = http.StatusNotImplemented
	return e
}

// quotedError returns an error in the form that most of the API's texts have: What: 'which'.
func quotedError(code, what, which string) *Error {
	return NewError(code, what+": '"+which+"'")
}
