package function

import (
	"context"
	"encoding/base64"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/lambda"
	"github.com/stepwell/stepwell/value"
)

// invoke does the tasks of lambda:invoke.
type invoke struct {
	host    *lambda.Host
	pattern asl.Pattern
}

// Run implements [integration.Handler]. A task that waits for its token has been submitted when the
// function has answered.
func (i *invoke) Run(ctx context.Context, t integration.Task) integration.Outcome {
	r, err := request(t.Input)
	if err != nil {
		return refused(err, r.Function)
	}
	response, err := i.host.Invoke(ctx, r)
	if err != nil {
		return refused(err, r.Function)
	}
	if response.FunctionError != "" {
		return broken(response.Payload)
	}
	return integration.Outcome{Output: output(response), Submitted: i.pattern == asl.WaitForTaskToken}
}

// request makes a call of a task's parameters. A Payload that is a string is the event's JSON text, as
// recorded; null is as none.
func request(parameters value.Value) (lambda.Request, error) {
	text := func(key string) string {
		v, _ := parameters.Get(key)
		return v.AsString()
	}
	r := lambda.Request{
		Function: text("FunctionName"), Qualifier: text("Qualifier"), Type: lambda.InvocationType(text("InvocationType")),
		Tail: text("LogType") == "Tail",
	}
	switch payload, _ := parameters.Get("Payload"); payload.Kind() {
	case value.KindNull:
	case value.KindString:
		r.Payload = []byte(payload.AsString())
	default:
		r.Payload = []byte(payload.Compact())
	}
	context, err := base64.StdEncoding.DecodeString(text("ClientContext"))
	if err != nil {
		return r, lambda.BadClientContext()
	}
	r.ClientContext = string(context)
	return r, nil
}

// output is the response of Invoke as a task's result: what Lambda said, and what the SDK knew about
// the HTTP response, in the order of AWS's recordings.
func output(r lambda.Response) value.Value {
	if r.Status != http.StatusOK {
		r.Version = "" // nothing was executed yet
	}
	length := strconv.Itoa(len(r.Payload))
	headers := []header{
		{"X-Amz-Log-Result", encoded(r.Log)},
		{"X-Amz-Executed-Version", r.Version},
		{"x-amzn-Remapped-Content-Length", "0"},
		{"Connection", "keep-alive"},
		{"x-amzn-RequestId", r.RequestID},
		{"Content-Length", length},
		{"Date", time.Now().UTC().Format(http.TimeFormat)},
		{"X-Amzn-Trace-Id", "Root=1-" + strconv.FormatInt(time.Now().Unix(), 16) + "-" + uuid.NewString()[24:] + uuid.NewString()[24:] + ";sampled=0"},
		{"Content-Type", "application/json"},
	}
	sorted := []header{headers[3], headers[5], headers[8], headers[6], headers[1], headers[0], headers[2], headers[4], headers[7]}
	m := []value.Member{
		{Key: "ExecutedVersion", Value: value.String(r.Version)},
		{Key: "Payload", Value: payload(r.Payload)},
		{Key: "SdkHttpMetadata", Value: value.Object(
			value.Member{Key: "AllHttpHeaders", Value: members(headers, func(s string) value.Value { return value.Array(value.String(s)) })},
			value.Member{Key: "HttpHeaders", Value: members(sorted, value.String)},
			value.Member{Key: "HttpStatusCode", Value: value.Int(int64(r.Status))},
		)},
		{Key: "SdkResponseMetadata", Value: value.Object(value.Member{Key: "RequestId", Value: value.String(r.RequestID)})},
		{Key: "StatusCode", Value: value.Int(int64(r.Status))},
	}
	if r.Log != "" {
		m = append(m[:1:1], append([]value.Member{{Key: "LogResult", Value: value.String(encoded(r.Log))}}, m[1:]...)...)
	}
	if r.Status != http.StatusOK {
		m = m[1:]
	}
	return value.Object(m...)
}

// header is one of an HTTP response; it is absent when its value is empty.
type header struct{ name, value string }

func members(headers []header, form func(string) value.Value) value.Value {
	var m []value.Member
	for _, h := range headers {
		if h.value != "" {
			m = append(m, value.Member{Key: h.name, Value: form(h.value)})
		}
	}
	return value.Object(m...)
}

func encoded(log string) string { return base64.StdEncoding.EncodeToString([]byte(log)) }

// payload is what a function gave: JSON if it is, and otherwise a string.
func payload(text []byte) value.Value {
	if v, err := value.Parse(string(text)); err == nil {
		return v.Compacted()
	}
	return value.String(string(text))
}
