package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
)

const (
	targetHeader = "X-Amz-Target"
	targetPrefix = "AWSStepFunctions."
	mediaType    = "application/x-amz-json-1.0"
)

// client calls a server as an SDK does, but for signatures. It is safe for concurrent use.
type client struct {
	endpoint string
	http     *http.Client
	// starts and describes count requests of StartExecution or StartSyncExecution, and of
	// DescribeExecution.
	starts, describes atomic.Int64
}

func newClient(endpoint string) *client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil
	transport.MaxIdleConns = 0
	transport.MaxIdleConnsPerHost = 2 * maxClients
	transport.DisableCompression = true
	return &client{endpoint: endpoint, http: &http.Client{Transport: transport}}
}

func (c *client) close() { c.http.CloseIdleConnections() }

// apiError is what a server answers instead of a result.
type apiError struct {
	operation string
	status    int
	Type      string `json:"__type"`
	Message   string `json:"message"`
}

// Error implements error.
func (e *apiError) Error() string {
	return fmt.Sprintf("%s: %d %s: %s", e.operation, e.status, e.Type, e.Message)
}

// post calls an operation and returns the body of its answer.
func (c *client) post(ctx context.Context, operation string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header[targetHeader] = []string{targetPrefix + operation}
	r.Header["Content-Type"] = []string{mediaType}
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operation, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operation, err)
	}
	if answer.StatusCode != http.StatusOK {
		e := &apiError{operation: operation, status: answer.StatusCode}
		_ = json.Unmarshal(text, e) // what is no JSON has no type
		return nil, e
	}
	return text, nil
}

// call is post with an input and an output.
func (c *client) call(ctx context.Context, operation string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	return c.send(ctx, operation, body, out)
}

// send is post with an output.
func (c *client) send(ctx context.Context, operation string, body []byte, out any) error {
	text, err := c.post(ctx, operation, body)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	return nil
}

// empty is an answer of which nothing is wanted.
type empty struct{}

// described is what the API says of an execution.
type described struct {
	ExecutionArn, Status, Error, Cause string
}

func (d described) failure() error {
	return fmt.Errorf("an execution ended %s: %s: %s", d.Status, d.Error, d.Cause)
}

func describeBody(arn string) []byte {
	return append(append([]byte(`{"executionArn":"`), arn...), `"}`...)
}

// start starts an execution and returns its ARN.
func (c *client) start(ctx context.Context, body []byte) (string, error) {
	c.starts.Add(1)
	var out struct{ ExecutionArn string }
	err := c.send(ctx, "StartExecution", body, &out)
	return out.ExecutionArn, err
}

// startSync runs an Express execution.
func (c *client) startSync(ctx context.Context, body []byte) error {
	c.starts.Add(1)
	var d described
	err := c.send(ctx, "StartSyncExecution", body, &d)
	if err == nil && d.Status != "SUCCEEDED" {
		err = d.failure()
	}
	return err
}

func (c *client) describe(ctx context.Context, arn string) (d described, err error) {
	c.describes.Add(1)
	err = c.send(ctx, "DescribeExecution", describeBody(arn), &d)
	return d, err
}

// list returns how many executions of a machine have a status, and one of them.
func (c *client) list(ctx context.Context, machine, status string) (count int, one described, err error) {
	in := map[string]any{"stateMachineArn": machine, "statusFilter": status, "maxResults": 1000}
	for {
		var out struct {
			Executions []described
			NextToken  string
		}
		if err := c.call(ctx, "ListExecutions", in, &out); err != nil {
			return count, one, err
		}
		if len(out.Executions) > 0 {
			one = out.Executions[0]
		}
		count += len(out.Executions)
		if out.NextToken == "" {
			return count, one, nil
		}
		in["nextToken"] = out.NextToken
	}
}
