package awsjson

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// DefaultMaxBody is the size of a request body, in bytes, that a Handler takes unless told otherwise.
const DefaultMaxBody = 8 << 20

// contentType is the media type of AWS JSON 1.0, which answers have unless asked in that of 1.1.
const contentType = "application/x-amz-json-1.0"

// contentTypes is the header of most answers; nobody changes it.
var contentTypes = []string{contentType}

// Options change how a Handler serves. The zero value is good.
type Options struct {
	// MaxBody is the largest request body in bytes; 0 means [DefaultMaxBody].
	MaxBody int64
	// Logger takes the errors that callers see as InternalFailure; nil means slog.Default().
	Logger *slog.Logger
	// Observe, unless nil, is told of each request after it was answered. It must not block.
	Observe func(Call)
}

// A Call is what a Handler reports of one request.
type Call struct {
	// Operation is the operation's name; "" where the table has none of that name.
	Operation string
	// Status is the HTTP status of the answer, and Code the code of the error in it, "" for success.
	Status int
	Code   string
	// Duration is the time from the request's headers to the answer.
	Duration time.Duration
}

// A Handler serves a table of operations over HTTP. [NewHandler] makes it.
type Handler[S any] struct {
	prefix     string
	service    S
	operations map[string]Operation[S]
	options    Options
}

// NewHandler returns a Handler that calls the operations of the table on service. An operation's target is
// prefix, a dot and its key. The table must not change afterwards.
func NewHandler[S any](prefix string, service S, operations map[string]Operation[S], options Options) *Handler[S] {
	if options.MaxBody == 0 {
		options.MaxBody = DefaultMaxBody
	}
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	return &Handler[S]{prefix: prefix + ".", service: service, operations: operations, options: options}
}

// ServeHTTP answers one request. The path is not looked at.
func (h *Handler[S]) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	out := takeBuffer()
	defer returnBuffer(out)
	info := readRequestInfo(r, uuid.NewString(), h.operationName(r))
	call := Call{Operation: info.Operation, Status: http.StatusOK}
	if err := h.serve(r, info, out); err != nil {
		out.Reset()
		call.Code, call.Status = h.fail(out, info, err)
	}
	respond(w, r, info, call.Status, out.Bytes())
	if h.options.Observe != nil {
		call.Duration = time.Since(start)
		h.options.Observe(call)
	}
}

// operationName returns the name of the operation that r asks for, or "" where the table has none such.
func (h *Handler[S]) operationName(r *http.Request) string {
	name, found := strings.CutPrefix(r.Header.Get("X-Amz-Target"), h.prefix)
	if _, known := h.operations[name]; !found || !known {
		return ""
	}
	return name
}

// serve checks the request, reads it and lets its operation write the answer to out.
func (h *Handler[S]) serve(r *http.Request, info RequestInfo, out *bytes.Buffer) error {
	if err := h.check(r, info); err != nil {
		return err
	}
	body := takeBuffer()
	defer returnBuffer(body)
	err := readBody(body, r, h.options.MaxBody)
	switch {
	case errors.Is(err, errTooLarge):
		return h.tooLarge(info)
	case errors.Is(err, errEncoding):
		return &protocolError{codeUnsupportedMedia, "The Content-Encoding must be gzip, or absent.", http.StatusUnsupportedMediaType}
	case err != nil:
		return serializationError("The request body could not be read.")
	}
	return h.invoke(WithRequestInfo(r.Context(), info), info, body.Bytes(), out)
}

// check refuses what is not a request of this protocol or names no operation.
func (h *Handler[S]) check(r *http.Request, info RequestInfo) error {
	target := r.Header.Get("X-Amz-Target")
	switch {
	case r.Method != http.MethodPost:
		return &protocolError{codeMethodNotAllowed, "AWS JSON requests use the method POST, not " + r.Method + ".", http.StatusMethodNotAllowed}
	case !acceptable(r.Header.Get("Content-Type")):
		return &protocolError{codeUnsupportedMedia, "The Content-Type must be " + contentType + ".", http.StatusUnsupportedMediaType}
	case target == "":
		return &protocolError{codeUnknownOperation, "The header X-Amz-Target is missing; it names the operation, as in " + h.prefix + "<Operation>.", http.StatusBadRequest}
	case info.Operation == "":
		return &protocolError{codeUnknownOperation, fmt.Sprintf("The operation %q is unknown.", target), http.StatusBadRequest}
	}
	return nil
}

// acceptable reports whether a media type can hold AWS JSON; a request may leave it out. Browsers cannot
// send the others across origins without asking first, which form and plain text types would allow.
func acceptable(mediaType string) bool {
	mediaType, _, _ = strings.Cut(mediaType, ";")
	switch strings.ToLower(strings.TrimSpace(mediaType)) {
	case "", contentType, "application/x-amz-json-1.1", "application/json":
		return true
	}
	return false
}

func (h *Handler[S]) tooLarge(info RequestInfo) error {
	message := fmt.Sprintf("Request must be smaller than %d bytes for the %s operation", h.options.MaxBody, info.Operation)
	return &protocolError{codeTooLarge, message, http.StatusRequestEntityTooLarge}
}

// invoke calls the operation and turns its panic into an error.
func (h *Handler[S]) invoke(ctx context.Context, info RequestInfo, body []byte, out *bytes.Buffer) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return h.operations[info.Operation].serve(ctx, h.service, body, out)
}

// fail appends the body for err to out, and logs what callers are not to see. An operation that ended
// because its client went away is no failure of the server.
func (h *Handler[S]) fail(out *bytes.Buffer, info RequestInfo, err error) (code string, status int) {
	e, made := asAPIError(err)
	if !made && !errors.Is(err, context.Canceled) {
		h.options.Logger.Error("request failed", "operation", info.Operation, "requestId", info.RequestID, "error", err)
	}
	code, status, encodeErr := writeError(out, e)
	if encodeErr != nil {
		h.options.Logger.Error("error body not encoded", "requestId", info.RequestID, "error", encodeErr)
		out.Reset()
		code, status, _ = writeError(out, internalFailure)
	}
	return code, status
}

// respond writes the whole answer at once. A failed write means that the client has gone.
func respond(w http.ResponseWriter, r *http.Request, info RequestInfo, status int, body []byte) {
	header := w.Header()
	header["X-Amzn-Requestid"] = []string{info.RequestID}
	header["Content-Type"] = contentTypes
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-amz-json-1.1") {
		header.Set("Content-Type", "application/x-amz-json-1.1")
	}
	if len(body) >= minGzip && acceptsGzip(r) {
		out := takeBuffer()
		defer returnBuffer(out)
		compress(out, body)
		body = out.Bytes()
		header.Set("Content-Encoding", "gzip")
		header.Set("Vary", "Accept-Encoding")
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	switch status {
	case http.StatusMethodNotAllowed:
		header.Set("Allow", http.MethodPost)
	case http.StatusRequestEntityTooLarge:
		header.Set("Connection", "close")
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
