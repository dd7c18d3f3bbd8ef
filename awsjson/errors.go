package awsjson

import (
	"bytes"
	"errors"
	"net/http"
)

// An APIError is an error made for the caller of the API. Any error that wraps one is answered with it.
type APIError interface {
	error
	// AWSError returns the code (__type), the message, the HTTP status, and the members that the body has
	// besides, or nil.
	AWSError() (code, message string, status int, extra map[string]any)
}

// The codes of the errors that the protocol itself has.
const (
	codeInternalFailure  = "InternalFailure"
	codeMethodNotAllowed = "MethodNotAllowed"
	codeSerialization    = "SerializationException"
	codeTooLarge         = "RequestEntityTooLargeException"
	codeUnknownOperation = "UnknownOperationException"
	codeUnsupportedMedia = "UnsupportedMediaTypeException"
)

// A protocolError is an error of the protocol, which no operation has seen.
type protocolError struct {
	code, message string
	status        int
}

var _ APIError = (*protocolError)(nil)

// Error returns code and message.
func (e *protocolError) Error() string { return e.code + ": " + e.message }

// AWSError implements [APIError].
func (e *protocolError) AWSError() (code, message string, status int, extra map[string]any) {
	return e.code, e.message, e.status, nil
}

func serializationError(message string) error {
	return &protocolError{codeSerialization, message, http.StatusBadRequest}
}

// internalFailure is what a caller sees of an error that is not made for callers.
var internalFailure = &protocolError{codeInternalFailure, "An internal error occurred.", http.StatusInternalServerError}

// asAPIError returns the APIError in err, and whether there is one.
func asAPIError(err error) (APIError, bool) {
	var e APIError
	if errors.As(err, &e) {
		return e, true
	}
	return internalFailure, false
}

// writeError appends the body of e to out and returns its status.
func writeError(out *bytes.Buffer, e APIError) (code string, status int, err error) {
	code, message, status, extra := e.AWSError()
	body := make(map[string]any, len(extra)+2)
	for name, value := range extra {
		body[name] = value
	}
	body["__type"], body["message"] = code, message
	return code, status, encode(out, body)
}
