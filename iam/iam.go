// Package iam answers the calls of IAM and STS that people make before they create a state
// machine: roles are stored and returned, and GetCallerIdentity says who one is.
//
// It speaks the AWS Query protocol: a form with Action and parameters in, XML out. Nothing is
// enforced: a role's policies do not decide what a state machine may do. Documents are checked to
// be JSON and otherwise kept as they are.
package iam

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"github.com/stepwell/stepwell/awsjson"
	"github.com/stepwell/stepwell/store"
)

// maxBody is more than any request of these calls can need, in bytes.
const maxBody = 1 << 20

// Handler answers IAM and STS requests. It is safe for concurrent use.
type Handler struct {
	store    *store.Store
	writable func() error
	account  string
	log      *slog.Logger
}

// NewHandler returns a Handler that keeps roles in s. Requests whose access key names no account are of
// the one given. While writable gives an error, changes are refused with it.
func NewHandler(s *store.Store, writable func() error, account string, log *slog.Logger) *Handler {
	return &Handler{store: s, writable: writable, account: account, log: log}
}

// Accepts says whether r is a request for a Handler: a form, as the Query protocol posts it.
func Accepts(r *http.Request) bool {
	return r.Method == http.MethodPost && r.Header.Get("X-Amz-Target") == "" &&
		strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
}

// request is one call: its parameters, the account of its caller, and the context of its HTTP request.
type request struct {
	ctx     context.Context
	account string
	params  url.Values
}

func (r request) get(name string) string { return r.params.Get(name) }

// operation answers one action. The result becomes the element <ActionResult>; nil has none.
type operation func(*Handler, request) (any, error)

// operations are the actions by API version and name.
var operations = map[string]map[string]operation{
	iamVersion: {
		"CreateRole":                  (*Handler).createRole,
		"GetRole":                     (*Handler).getRole,
		"ListRoles":                   (*Handler).listRoles,
		"UpdateRole":                  (*Handler).updateRole,
		"UpdateRoleDescription":       (*Handler).updateRoleDescription,
		"UpdateAssumeRolePolicy":      (*Handler).updateAssumeRolePolicy,
		"DeleteRole":                  (*Handler).deleteRole,
		"PutRolePolicy":               (*Handler).putRolePolicy,
		"GetRolePolicy":               (*Handler).getRolePolicy,
		"ListRolePolicies":            (*Handler).listRolePolicies,
		"DeleteRolePolicy":            (*Handler).deleteRolePolicy,
		"AttachRolePolicy":            (*Handler).attachRolePolicy,
		"DetachRolePolicy":            (*Handler).detachRolePolicy,
		"ListAttachedRolePolicies":    (*Handler).listAttachedRolePolicies,
		"TagRole":                     (*Handler).tagRole,
		"UntagRole":                   (*Handler).untagRole,
		"ListRoleTags":                (*Handler).listRoleTags,
		"ListInstanceProfilesForRole": (*Handler).listInstanceProfilesForRole,
	},
	stsVersion: {"GetCallerIdentity": (*Handler).getCallerIdentity},
}

// The API versions, which name the service in a Query request.
const (
	iamVersion = "2010-05-08"
	stsVersion = "2011-06-15"
)

var namespaces = map[string]string{
	iamVersion: "https://iam.amazonaws.com/doc/2010-05-08/",
	stsVersion: "https://sts.amazonaws.com/doc/2011-06-15/",
}

// fault is an error as the caller sees it.
type fault struct {
	status        int
	code, message string
}

// Error implements error.
func (f *fault) Error() string { return f.code + ": " + f.message }

func invalid(format string, args ...any) error {
	return &fault{http.StatusBadRequest, "ValidationError", fmt.Sprintf(format, args...)}
}

// ServeHTTP implements [http.Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := uuid.NewString()
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		h.refuse(w, "", id, &fault{http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "The request is too large."})
		return
	}
	params, err := url.ParseQuery(string(body))
	if err != nil {
		h.refuse(w, "", id, &fault{http.StatusBadRequest, "MalformedQueryString", "The request body is not a form."})
		return
	}
	version, action := params.Get("Version"), params.Get("Action")
	op := operations[version][action]
	if op == nil {
		h.refuse(w, version, id, &fault{
			http.StatusBadRequest, "InvalidAction",
			fmt.Sprintf("Could not find operation %s for version %s", action, version),
		})
		return
	}
	account := cmp.Or(awsjson.SignatureOf(r).Account(), h.account)
	result, err := h.call(op, action, request{r.Context(), account, params})
	if err != nil {
		h.refuse(w, version, id, err)
		return
	}
	h.write(w, http.StatusOK, id, response{
		XMLName: xml.Name{Local: action + "Response", Space: namespaces[version]},
		Result:  resultOf(action, result), RequestID: &metadata{RequestID: id},
	})
}

// call runs an operation, one that changes something only while the store may be written to.
func (h *Handler) call(op operation, action string, r request) (any, error) {
	if reads := strings.HasPrefix(action, "Get") || strings.HasPrefix(action, "List"); !reads {
		if err := h.writable(); err != nil {
			return nil, &fault{http.StatusServiceUnavailable, "ServiceUnavailable", err.Error()}
		}
	}
	return op(h, r)
}

// response is the envelope of an answer.
type response struct {
	XMLName   xml.Name
	Result    *element
	RequestID *metadata `xml:"ResponseMetadata"`
}

type metadata struct {
	RequestID string `xml:"RequestId"`
}

// element gives a result the name that its action wants.
type element struct {
	XMLName xml.Name
	Value   any
}

// MarshalXML implements [xml.Marshaler].
func (e *element) MarshalXML(enc *xml.Encoder, _ xml.StartElement) error {
	return enc.EncodeElement(e.Value, xml.StartElement{Name: e.XMLName})
}

func resultOf(action string, result any) *element {
	if result == nil {
		return nil
	}
	return &element{XMLName: xml.Name{Local: action + "Result"}, Value: result}
}

type errorResponse struct {
	XMLName xml.Name
	Error   struct {
		Type, Code, Message string
	}
	RequestID string `xml:"RequestId"`
}

func (h *Handler) refuse(w http.ResponseWriter, version, id string, err error) {
	var f *fault
	if !errors.As(err, &f) {
		h.log.Error("an IAM call failed", "request", id, "error", err)
		f = &fault{http.StatusInternalServerError, "InternalFailure", "The request failed because of an unknown error."}
	}
	e := errorResponse{XMLName: xml.Name{Local: "ErrorResponse", Space: namespaces[version]}, RequestID: id}
	e.Error.Type, e.Error.Code, e.Error.Message = "Sender", f.code, f.message
	if f.status >= http.StatusInternalServerError {
		e.Error.Type = "Receiver"
	}
	h.write(w, f.status, id, e)
}

func (h *Handler) write(w http.ResponseWriter, status int, id string, body any) {
	text, err := xml.Marshal(body)
	if err != nil {
		h.log.Error("cannot encode an IAM answer", "request", id, "error", err)
		status, text = http.StatusInternalServerError, nil
	}
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("x-amzn-RequestId", id)
	w.WriteHeader(status)
	_, _ = w.Write(text) // the caller has gone if this fails
}
