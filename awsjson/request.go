package awsjson

import (
	"context"
	"net/http"
	"regexp"
	"strings"
)

// A RequestInfo is what a request says besides its input. Members that it does not say are empty.
type RequestInfo struct {
	// RequestID is the UUID that the response carries in x-amzn-RequestId, and the log beside an error.
	RequestID string
	// Operation is the operation's name, without the prefix of the target.
	Operation string
	// Region, Service and AccessKey come from the credential scope of the Authorization header. The
	// signature is not checked.
	Region, Service, AccessKey string
	// TraceHeader is the X-Amzn-Trace-Id header.
	TraceHeader string
}

// Account is the account that the request names, in the only way in which a client can name one: as its
// access key, of 12 digits. It is empty for other keys.
func (info RequestInfo) Account() string {
	if accountNumber.MatchString(info.AccessKey) {
		return info.AccessKey
	}
	return ""
}

var accountNumber = regexp.MustCompile(`^[0-9]{12}$`)

type requestInfoKey struct{}

// WithRequestInfo returns a context for an operation that is called without HTTP.
func WithRequestInfo(ctx context.Context, info RequestInfo) context.Context {
	return context.WithValue(ctx, requestInfoKey{}, &info)
}

// RequestInfoOf returns the request that ctx belongs to; the zero RequestInfo where it belongs to none.
func RequestInfoOf(ctx context.Context) RequestInfo {
	if info, ok := ctx.Value(requestInfoKey{}).(*RequestInfo); ok {
		return *info
	}
	return RequestInfo{}
}

// readRequestInfo reads the headers of r.
func readRequestInfo(r *http.Request, id, operation string) RequestInfo {
	info := RequestInfo{RequestID: id, Operation: operation, TraceHeader: r.Header.Get("X-Amzn-Trace-Id")}
	info.readScope(r.Header.Get("Authorization"))
	return info
}

// readScope reads the credential scope of a Signature Version 4 header:
//
//	AWS4-HMAC-SHA256 Credential=AKID/20260102/us-east-1/states/aws4_request, SignedHeaders=…, Signature=…
//
// The scope of Version 4A has no region.
func (info *RequestInfo) readScope(authorization string) {
	_, rest, found := strings.Cut(authorization, "Credential=")
	if !found {
		return
	}
	credential, _, _ := strings.Cut(rest, ",")
	parts := strings.Split(strings.TrimSpace(credential), "/")
	if last := len(parts) - 1; parts[last] != "aws4_request" {
		return
	}
	switch len(parts) {
	case 5:
		info.AccessKey, info.Region, info.Service = parts[0], parts[2], parts[3]
	case 4:
		info.AccessKey, info.Service = parts[0], parts[2]
	}
}

// SignatureOf returns what the signature of r says: Region, Service and AccessKey, as far as it says them.
// It is not checked.
func SignatureOf(r *http.Request) RequestInfo {
	var info RequestInfo
	info.readScope(r.Header.Get("Authorization"))
	return info
}
