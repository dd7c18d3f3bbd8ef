package sfn

import "net/http"

// The codes of errors that any operation may return and that the model does not list.
//
// https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html
const (
	CodeAccessDeniedException     = "AccessDeniedException"
	CodeInternalFailure           = "InternalFailure"
	CodeSerializationException    = "SerializationException"
	CodeServiceUnavailable        = "ServiceUnavailable"
	CodeThrottlingException       = "ThrottlingException"
	CodeUnknownOperationException = "UnknownOperationException"
)

// An Error is what the API tells its caller when an operation fails: a code that programs read and a
// message that people read. Every other Go error that reaches the caller becomes an InternalFailure.
type Error struct {
	// Code is one of the Code constants.
	Code string
	// Message is the text, in AWS's words.
	Message string
	// Status is the HTTP status; 0 means 400.
	Status int
	// ResourceName is the ARN that a ResourceNotFound or TooManyTags is about, or "".
	ResourceName string
	// Reason says what a ValidationException is about where no constraint is, or "".
	Reason ValidationExceptionReason
	// KmsKeyState is the state of the key in a KmsInvalidStateException, or "".
	KmsKeyState KmsKeyState
}

// NewError returns an error with the HTTP status that belongs to its code.
func NewError(code, message string) *Error {
	return &Error{Code: code, Message: message, Status: StatusOf(code)}
}

// StatusOf returns the HTTP status of an error code: that of its trait in the Smithy model, 500 and 503
// for the server's own failures, otherwise 400.
func StatusOf(code string) int {
	switch code {
	case CodeConflictException:
		return http.StatusConflict
	case CodeResourceNotFound:
		return http.StatusNotFound
	case CodeServiceQuotaExceededException:
		return http.StatusPaymentRequired
	case CodeInternalFailure:
		return http.StatusInternalServerError
	case CodeServiceUnavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusBadRequest
}

// Error returns the code and the message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Is reports whether target is an *Error with the same code, so that errors.Is can ask for a kind.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// AWSError returns what an AWS JSON response carries; extra holds the members of the body besides the
// message.
func (e *Error) AWSError() (code, message string, status int, extra map[string]any) {
	status = e.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	add := func(name, value string) {
		if value == "" {
			return
		}
		if extra == nil {
			extra = map[string]any{}
		}
		extra[name] = value
	}
	add("resourceName", e.ResourceName)
	add("reason", string(e.Reason))
	add("kmsKeyState", string(e.KmsKeyState))
	return e.Code, e.Message, status, extra
}
