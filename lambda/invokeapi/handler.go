// Package invokeapi serves Lambda's API over a host of functions, as far as calling them goes: Invoke
// with all its invocation types, and to read, GetFunction, GetFunctionConfiguration and ListFunctions.
//
// Paths, headers and errors are those of https://docs.aws.amazon.com/lambda/latest/api/. Signatures are
// not checked.
package invokeapi

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/stepwell/stepwell/lambda"
)

// Prefix is what the paths of the API begin with.
const Prefix = "/2015-03-31/functions"

// Handler is the API as an [http.Handler].
type Handler struct {
	host *lambda.Host
	log  *slog.Logger
}

// New returns the API over a host.
func New(h *lambda.Host, log *slog.Logger) *Handler { return &Handler{h, log} }

// ServeHTTP implements [http.Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, operation, err := target(r)
	if err == nil {
		err = h.serve(w, r, name, operation)
	}
	if err != nil {
		h.refuse(w, err)
	}
}

// target returns which function a path names, and what follows it. The ARN of a function may be escaped.
func target(r *http.Request) (name, operation string, err error) {
	rest := strings.Trim(strings.TrimPrefix(r.URL.EscapedPath(), Prefix), "/")
	name, operation, _ = strings.Cut(rest, "/")
	if name, err = url.PathUnescape(name); err != nil {
		err = &lambda.Error{Code: "ValidationException", Status: http.StatusBadRequest, Message: err.Error()}
	}
	return name, operation, err
}

func (h *Handler) serve(w http.ResponseWriter, r *http.Request, name, operation string) error {
	switch {
	case r.Method == http.MethodPost && operation == "invocations":
		return h.invoke(w, r, name)
	case r.Method == http.MethodGet && name == "" && operation == "":
		return h.list(w)
	case r.Method == http.MethodGet && (operation == "" || operation == "configuration"):
		return h.get(w, r, name, operation)
	}
	return &lambda.Error{
		Code: "NotImplemented", Status: http.StatusNotImplemented,
		Message: "Of Lambda's API, Stepwell answers Invoke, GetFunction, GetFunctionConfiguration and ListFunctions. Functions are named in stepwell.yaml.",
	}
}

// invoke serves Invoke.
func (h *Handler) invoke(w http.ResponseWriter, r *http.Request, name string) error {
	request, err := read(w, r, name)
	if err != nil {
		return err
	}
	// A function may take longer than other answers.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(2 * lambda.MaxTimeout)) // not every server has one
	response, err := h.host.Invoke(r.Context(), request)
	if err != nil {
		return err
	}
	header := w.Header()
	header.Set("x-amzn-RequestId", response.RequestID)
	if response.Status == http.StatusOK {
		header.Set("Content-Type", "application/json")
		header.Set("X-Amz-Executed-Version", response.Version)
	}
	if response.FunctionError != "" {
		header.Set("X-Amz-Function-Error", response.FunctionError)
	}
	if response.Log != "" {
		header.Set("X-Amz-Log-Result", base64.StdEncoding.EncodeToString([]byte(response.Log)))
	}
	w.WriteHeader(response.Status)
	_, _ = w.Write(response.Payload) // a client that is gone needs no answer
	return nil
}

// read reads the request of Invoke.
func read(w http.ResponseWriter, r *http.Request, name string) (lambda.Request, error) {
	request := lambda.Request{
		Function: name, Qualifier: r.URL.Query().Get("Qualifier"),
		Type: lambda.InvocationType(r.Header.Get("X-Amz-Invocation-Type")), Tail: r.Header.Get("X-Amz-Log-Type") == "Tail",
	}
	context, err := base64.StdEncoding.DecodeString(r.Header.Get("X-Amz-Client-Context"))
	if err != nil {
		return request, lambda.BadClientContext()
	}
	request.ClientContext = string(context)
	// A body that is too large by a little is refused by the host, in Lambda's words.
	request.Payload, err = io.ReadAll(http.MaxBytesReader(w, r.Body, 2*lambda.MaxPayload))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		err = &lambda.Error{Code: "RequestEntityTooLargeException", Status: http.StatusRequestEntityTooLarge, Message: "Request must be smaller than 6291456 bytes for the InvokeFunction operation"}
	}
	return request, err
}

// list serves ListFunctions. All are on the first page.
func (h *Handler) list(w http.ResponseWriter) error {
	all := []configuration{}
	for _, f := range h.host.Functions() {
		all = append(all, h.configuration(f, f.Name))
	}
	return answer(w, map[string]any{"Functions": all})
}

// get serves GetFunction and GetFunctionConfiguration.
func (h *Handler) get(w http.ResponseWriter, r *http.Request, text, operation string) error {
	name, err := lambda.Request{Function: text, Qualifier: r.URL.Query().Get("Qualifier")}.Name()
	if err != nil {
		return err
	}
	f, err := h.host.Function(name)
	if err != nil {
		return err
	}
	c := h.configuration(f, name)
	if operation == "configuration" {
		return answer(w, c)
	}
	return answer(w, map[string]any{"Configuration": c, "Code": map[string]string{"RepositoryType": "local", "Location": f.Dir}, "Tags": map[string]string{}})
}

// configuration is FunctionConfiguration, of which there is what this server knows.
type configuration struct {
	FunctionName, FunctionArn, Description, Version string
	Runtime, Handler                                string `json:",omitempty"`
	PackageType, State, LastUpdateStatus            string
	CodeSize, MemorySize, Timeout                   int
	Environment                                     *environment `json:",omitempty"`
	Architectures                                   []string
}

type environment struct{ Variables map[string]string }

func (h *Handler) configuration(f *lambda.Function, name lambda.Name) configuration {
	c := configuration{
		FunctionName: name.Function, FunctionArn: h.host.ARN(name), Description: f.Code.Description(), Version: name.Version(),
		PackageType: "Zip", State: "Active", LastUpdateStatus: "Successful", MemorySize: lambda.MemoryMegabytes,
		Timeout: f.TimeoutSeconds(), Architectures: []string{"x86_64"},
	}
	if r, ok := f.Code.(lambda.Runtime); ok {
		c.Runtime, c.Handler = string(r.Language), r.Handler
	}
	if len(f.Environment) > 0 {
		c.Environment = &environment{f.Environment}
	}
	return c
}

func answer(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("x-amzn-RequestId", uuid.NewString())
	_ = json.NewEncoder(w).Encode(v) // a client that is gone needs no answer
	return nil
}

// refuse answers with an error in the form of Lambda's API.
func (h *Handler) refuse(w http.ResponseWriter, err error) {
	var e *lambda.Error
	if !errors.As(err, &e) {
		if !errors.Is(err, context.Canceled) { // that client is gone
			h.log.Error("a call of a function failed", "error", err)
		}
		e = &lambda.Error{Code: "ServiceException", Status: http.StatusInternalServerError, Message: "An internal error occurred."}
	}
	kind := "User"
	if e.Status >= http.StatusInternalServerError {
		kind = "Server"
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("x-amzn-RequestId", uuid.NewString())
	w.Header().Set("X-Amzn-ErrorType", e.Code)
	w.WriteHeader(e.Status)
	_ = json.NewEncoder(w).Encode(map[string]string{"Type": kind, "Message": e.Message, "message": e.Message}) // as above
}
