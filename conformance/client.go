package conformance

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/stepwell/stepwell/value"
)

const (
	account = "111111111111"
	region  = "us-east-1"
)

// credential is what a server can read of a signature: the region that it is for.
const credential = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/" + region + "/states/aws4_request, SignedHeaders=host, Signature=00"

// client calls the operations of one server as an SDK does: AWS JSON 1.0 over HTTP.
type client struct {
	url  string
	http *http.Client
}

// call sends one request. An error that the server answers with is part of the Answer.
func (c *client) call(ctx context.Context, operation string, request value.Value) (Answer, error) {
	status, body, err := c.post(ctx, "/", operation, request.Text())
	if err != nil {
		return Answer{}, fmt.Errorf("%s: %w", operation, err)
	}
	v, err := value.Parse(body)
	if err != nil {
		return Answer{}, fmt.Errorf("%s: the answer, with status %d, is not JSON: %w", operation, status, err)
	}
	if status != http.StatusOK {
		return Answer{Call: operation, Error: apiError(status, v)}, nil
	}
	return Answer{Call: operation, Response: &v}, nil
}

// apiError reads the body of an error as SDKs do.
func apiError(status int, body value.Value) *APIError {
	code, _ := body.Get("__type")
	message, ok := body.Get("message")
	if !ok {
		message, _ = body.Get("Message")
	}
	name := code.AsString()
	return &APIError{Code: name[strings.LastIndexByte(name, '#')+1:], Message: message.AsString(), Status: status}
}

// callAll sends a request and those for all further pages, and joins their lists.
func (c *client) callAll(ctx context.Context, operation string, request value.Value) (Answer, error) {
	answer, err := c.call(ctx, operation, request)
	for err == nil && answer.Error == nil {
		token, more := answer.Response.Get("nextToken")
		if !more {
			break
		}
		var next Answer
		next, err = c.call(ctx, operation, replace(request, "nextToken", token))
		if err != nil || next.Error != nil {
			return next, err
		}
		joined := joinPages(*answer.Response, *next.Response)
		answer.Response = &joined
	}
	return answer, err
}

// joinPages is the response b with the lists of a before its own.
func joinPages(a, b value.Value) value.Value {
	joined := b
	for key, list := range a.Members() {
		if list.Kind() == value.KindArray {
			more, _ := b.Get(key)
			joined = replace(joined, key, value.Array(append(slice(list), slice(more)...)...))
		}
	}
	return joined
}

// clock changes how the server's executions tell the time: "auto", "hold", or "step".
func (c *client) clock(ctx context.Context, mode string) error { return c.setClock(ctx, "mode", mode) }

// startClock sets the time at which executions to come begin.
func (c *client) startClock(ctx context.Context, at string) error { return c.setClock(ctx, "time", at) }

func (c *client) setClock(ctx context.Context, what, to string) error {
	status, body, err := c.post(ctx, "/_stepwell/clock", "", object(what, value.String(to)).Text())
	if err == nil && status >= http.StatusMultipleChoices {
		err = fmt.Errorf("%d: %s", status, body)
	}
	if err != nil {
		return fmt.Errorf("set the clock to %s: %w", to, err)
	}
	return nil
}

func (c *client) post(ctx context.Context, path, operation, body string) (status int, answer string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("Authorization", credential)
	if operation != "" {
		r.Header.Set("X-Amz-Target", "AWSStepFunctions."+operation)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}
