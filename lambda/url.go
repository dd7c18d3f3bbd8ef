package lambda

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/stepwell/stepwell/value"
)

// worker implements [Code].
func (u URL) worker(h *Host, f *Function) worker {
	return newEach(h, f, func(c *call) (answer, error) { return h.post(c, u.URL) })
}

// post sends the event of c to a URL, with the headers of the Runtime API that say what the event does
// not.
func (h *Host) post(c *call, url string) (answer, error) {
	ctx, cancel := context.WithTimeout(h.ctx, c.timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(c.payload))
	if err != nil {
		return answer{}, unreachable(err)
	}
	r.Header.Set("Content-Type", "application/json")
	c.describe(r.Header, time.Now().Add(c.timeout))
	response, err := h.client.Do(r)
	if err == nil {
		defer response.Body.Close()
		var body []byte
		if body, err = io.ReadAll(io.LimitReader(response.Body, MaxResponse+1)); err == nil {
			return c.read(response, body), nil
		}
	}
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return c.timedOut(c.timeout), nil
	case ctx.Err() != nil:
		return answer{}, closing()
	}
	return answer{}, unreachable(err)
}

// read makes an answer of a response. One that is no success is an error of the function: its body, if
// that is one of Lambda's form.
func (c *call) read(r *http.Response, body []byte) answer {
	good := r.StatusCode >= 200 && r.StatusCode < 300
	switch {
	case len(body) > MaxResponse:
		return responseTooLarge()
	case good && r.Header.Get(functionErrorHeader) == "":
		return answer{payload: orNull(body)}
	case !good && !isError(body):
		return failure("Http.StatusCode."+strconv.Itoa(r.StatusCode), fmt.Sprintf("The function's URL answered %s: %s", r.Status, bytes.TrimSpace(body)))
	}
	return answer{payload: body, failed: true}
}

const functionErrorHeader = "X-Amz-Function-Error"

// isError says that a text has the form of an error of Lambda.
func isError(text []byte) bool {
	v, err := value.Parse(string(text))
	if err != nil {
		return false
	}
	_, ok := v.Get("errorType")
	return ok
}

// orNull is what a function gave, or null if that is nothing.
func orNull(text []byte) []byte {
	if text = bytes.TrimSpace(text); len(text) == 0 {
		return []byte("null")
	}
	return text
}
