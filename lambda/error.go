package lambda

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"
)

// Error is one of Lambda's exceptions. It has nothing to do with what a function itself gives.
type Error struct {
	// Code is the exception's name, such as ResourceNotFoundException.
	Code string
	// Status is that of HTTP.
	Status  int
	Message string
}

// Error implements error.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// NotFound is the error of a function that does not exist.
func NotFound(n Name) *Error {
	return &Error{"ResourceNotFoundException", http.StatusNotFound, "Function not found: " + n.ARN()}
}

func badName(text string) *Error {
	return invalid(fmt.Sprintf("1 validation error detected: Value '%s' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: "+
		`(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?`, text))
}

func badQualifier(text string) *Error {
	return invalid(fmt.Sprintf("1 validation error detected: Value '%s' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: "+
		`(|[a-zA-Z0-9$_-]+)`, text))
}

func invalid(message string) *Error {
	return &Error{"ValidationException", http.StatusBadRequest, message}
}

func twoQualifiers() *Error {
	return &Error{"InvalidParameterValueException", http.StatusBadRequest, "The derived qualifier from the function name does not match the specified qualifier."}
}

func invalidType(t InvocationType) *Error {
	return &Error{"InvalidParameterValueException", http.StatusBadRequest, fmt.Sprintf("Unsupported invocation type: %s", t)}
}

func invalidContent(err error) *Error {
	return &Error{
		"InvalidRequestContentException", http.StatusBadRequest,
		"Could not parse request body into json: Could not parse payload into json: " + err.Error(),
	}
}

func tooLarge(n int, t InvocationType, limit int) *Error {
	if t == "" {
		t = RequestResponse
	}
	return &Error{
		"RequestEntityTooLargeException", http.StatusRequestEntityTooLarge,
		fmt.Sprintf("%d byte payload is too large for the %s invocation type (limit %d bytes)", n, t, limit),
	}
}

func tooManyRequests() *Error {
	return &Error{"TooManyRequestsException", http.StatusTooManyRequests, "Rate Exceeded."}
}

// closing is the error of calls that a Host cannot answer any more.
func closing() *Error {
	return &Error{"ServiceException", http.StatusInternalServerError, "The server is closing."}
}

// BadClientContext is the error of a client context that is not what Lambda wants.
func BadClientContext() *Error {
	return &Error{"InvalidRequestContentException", http.StatusBadRequest, "Client context must be a valid Base64-encoded JSON object."}
}

// ClientException is the code of an [Error] that no service gave: nothing could be reached.
const ClientException = "SdkClientException"

// unreachable is the error of a URL that does not answer.
func unreachable(err error) *Error {
	return &Error{ClientException, http.StatusBadGateway, "Unable to execute HTTP request: " + err.Error()}
}

// failure makes the payload of an error that Lambda itself gives instead of a function.
func failure(errorType, message string) answer {
	text, _ := json.Marshal(struct { // two strings always encode
		ErrorType    string `json:"errorType"`
		ErrorMessage string `json:"errorMessage"`
	}{errorType, message})
	return answer{payload: text, failed: true}
}

// during is failure with the request in the message, as most have it.
func (c *call) failure(errorType, message string) answer {
	return failure(errorType, "RequestId: "+c.id+" Error: "+message)
}

// timedOut is the answer for a function that took too long.
func (c *call) timedOut(d time.Duration) answer {
	return c.failure("Sandbox.Timedout", fmt.Sprintf("Task timed out after %.2f seconds", d.Seconds()))
}

// exited is the answer for a function whose process ended instead of answering.
func (c *call) exited(state *os.ProcessState) answer {
	if state == nil || state.Success() {
		return c.failure("Runtime.ExitError", "Runtime exited without providing a reason")
	}
	return c.failure("Runtime.ExitError", "Runtime exited with error: "+state.String())
}

// responseTooLarge is the answer for a result that exceeds [MaxResponse].
func responseTooLarge() answer {
	return failure("Function.ResponseSizeTooLarge", fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", MaxResponse))
}
