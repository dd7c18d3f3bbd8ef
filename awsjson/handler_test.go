package awsjson_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/uuid"

	"github.com/stepwell/stepwell/awsjson"
)

// A library is the toy service of these tests.
type library struct {
	entered, left chan struct{}
}

type lendInput struct {
	Title *string  `json:"title,omitzero"`
	Days  *int64   `json:"days,omitzero"`
	Tags  []string `json:"tags,omitzero"`
}

// Validate refuses to lend a book without a title.
func (*library) Validate(in any) error {
	if lend, ok := in.(*lendInput); ok && lend.Title == nil {
		return &refusal{code: "ValidationException", message: "no title", status: 400}
	}
	return nil
}

type lendOutput struct {
	Lent *string `json:"lent,omitzero"`
}

type noInput struct{}

type noOutput struct{}

type refusal struct {
	code, message string
	status        int
	extra         map[string]any
}

func (e *refusal) Error() string { return e.message }

func (e *refusal) AWSError() (string, string, int, map[string]any) {
	return e.code, e.message, e.status, e.extra
}

func (l *library) Lend(_ context.Context, in *lendInput) (*lendOutput, error) {
	switch *in.Title {
	case "wrapped":
		return nil, fmt.Errorf("lend: %w", &refusal{code: "BookGone", message: "it's <gone>", status: 404, extra: map[string]any{"resourceName": "b&b"}})
	case "secret":
		return nil, errors.New("the disk is on fire")
	case "panic":
		panic("shelf collapsed")
	case "unencodable":
		return nil, &refusal{code: "Odd", message: "m", status: 400, extra: map[string]any{"f": func() {}}}
	}
	return &lendOutput{Lent: in.Title}, nil
}

func (l *library) Close(context.Context, *noInput) (*noOutput, error) { return nil, nil }

func (l *library) Wait(ctx context.Context, _ *noInput) (*noOutput, error) {
	close(l.entered)
	<-ctx.Done()
	close(l.left)
	return nil, ctx.Err()
}

var operations = map[string]awsjson.Operation[*library]{
	"Lend":  awsjson.Op((*library).Lend),
	"Close": awsjson.Op((*library).Close),
	"Wait":  awsjson.Op((*library).Wait),
}

// newHandler returns a handler of the library with a small body limit, and its log.
func newHandler() (http.Handler, *bytes.Buffer) {
	log := new(bytes.Buffer)
	return awsjson.NewHandler("Library", new(library), operations, awsjson.Options{
		MaxBody: 100_000, Logger: slog.New(slog.NewTextHandler(log, nil)),
	}), log
}

// newRequest returns a proper request for an operation.
func newRequest(operation, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("X-Amz-Target", "Library."+operation)
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	return r
}

// serve returns the answer to r with its body.
func serve(t *testing.T, h http.Handler, r *http.Request) (*http.Response, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	response := w.Result()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.ContentLength != int64(len(body)) {
		t.Errorf("Content-Length = %d, the body has %d bytes", response.ContentLength, len(body))
	}
	if _, err := uuid.Parse(response.Header.Get("x-amzn-RequestId")); err != nil {
		t.Errorf("x-amzn-RequestId: %v", err)
	}
	return response, string(body)
}

func TestBodies(t *testing.T) {
	internal := `{"__type":"InternalFailure","message":"An internal error occurred."}`
	serialization := func(message string) string {
		return `{"__type":"SerializationException","message":"` + message + `"}`
	}
	cases := map[string]struct {
		operation, body string
		status          int
		want            string
	}{
		"an output":             {"Lend", `{"title":"a <b> & \u2713"}`, 200, `{"lent":"a <b> & ✓"}`},
		"no output":             {"Close", `{}`, 200, `{}`},
		"unknown members":       {"Lend", `{"title":"t","more":{"a":[1]}}`, 200, `{"lent":"t"}`},
		"null is absent":        {"Lend", `{"title":"t","days":null}`, 200, `{"lent":"t"}`},
		"space around":          {"Lend", " \r\n{\"title\":\"t\"}\t", 200, `{"lent":"t"}`},
		"surrogates":            {"Lend", `{"title":"\ud83d\ude00"}`, 200, `{"lent":"😀"}`},
		"a lone surrogate":      {"Lend", `{"title":"\ud83d!"}`, 200, `{"lent":"` + "\ufffd" + `!"}`},
		"names keep their case": {"Lend", `{"Title":"t"}`, 400, `{"__type":"ValidationException","message":"no title"}`},
		"a constraint":          {"Lend", `{}`, 400, `{"__type":"ValidationException","message":"no title"}`},
		"an error with extras":  {"Lend", `{"title":"wrapped"}`, 404, `{"__type":"BookGone","message":"it's <gone>","resourceName":"b&b"}`},
		"an internal error":     {"Lend", `{"title":"secret"}`, 500, internal},
		"a panic":               {"Lend", `{"title":"panic"}`, 500, internal},
		"an unencodable error":  {"Lend", `{"title":"unencodable"}`, 500, internal},
		"number for string":     {"Lend", `{"title":7}`, 400, serialization("NUMBER_VALUE can not be converted to a String")},
		"bool for string":       {"Lend", `{"title":true}`, 400, serialization("TRUE_VALUE can not be converted to a String")},
		"string for number":     {"Lend", `{"title":"t","days":"7"}`, 400, serialization("STRING_VALUE can not be converted to a Long")},
		"fraction for integer":  {"Lend", `{"title":"t","days":1.5}`, 400, serialization("NUMBER_VALUE can not be converted to a Long")},
		"object for string":     {"Lend", `{"title":{}}`, 400, serialization("Start of structure or map found where not expected.")},
		"list for string":       {"Lend", `{"title":[]}`, 400, serialization("Start of list found where not expected")},
		"list for the input":    {"Lend", `[]`, 400, serialization("Start of list found where not expected")},
		"object for list":       {"Lend", `{"title":"t","tags":{}}`, 400, serialization("Start of structure or map found where not expected.")},
		"invalid UTF-8":         {"Lend", "{\"title\":\"\xff\"}", 400, serialization("The request body is not valid UTF-8.")},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			h, _ := newHandler()
			response, got := serve(t, h, newRequest(c.operation, c.body))
			if response.StatusCode != c.status || got != c.want {
				t.Errorf("answer\n got %d %s\nwant %d %s", response.StatusCode, got, c.status, c.want)
			}
			if got := response.Header.Get("Content-Type"); got != "application/x-amz-json-1.0" {
				t.Errorf("Content-Type = %q", got)
			}
		})
	}
}

func TestMalformedBodies(t *testing.T) {
	for name, body := range map[string]string{
		"empty":               ``,
		"cut short":           `{"title":"t"`,
		"two values":          `{"title":"t"}{}`,
		"single quotes":       `{'title':'t'}`,
		"trailing comma":      `{"title":"t",}`,
		"control character":   "{\"title\":\"a\nb\"}",
		"bad escape":          `{"title":"\q"}`,
		"bad number":          `{"title":"t","days":01}`,
		"deep":                `{"title":"t","more":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`,
		"deep and open":       `{"more":` + strings.Repeat(`{"a":`, 10_000),
		"deep where a string": `{"title":` + strings.Repeat("[", 20_000),
	} {
		t.Run(name, func(t *testing.T) {
			h, log := newHandler()
			response, got := serve(t, h, newRequest("Lend", body))
			if response.StatusCode != 400 || !strings.HasPrefix(got, `{"__type":"SerializationException","message":"`) {
				t.Errorf("answer = %d %s, want a SerializationException", response.StatusCode, got)
			}
			if log.Len() > 0 {
				t.Errorf("a caller's mistake is logged: %s", log)
			}
		})
	}
}

func TestProtocol(t *testing.T) {
	cases := map[string]struct {
		change func(*http.Request)
		status int
		code   string
	}{
		"as it should be":    {func(*http.Request) {}, 200, ""},
		"media type of 1.1":  {func(r *http.Request) { r.Header.Set("Content-Type", "application/x-amz-json-1.1") }, 200, ""},
		"no media type":      {func(r *http.Request) { r.Header.Del("Content-Type") }, 200, ""},
		"with a charset":     {func(r *http.Request) { r.Header.Set("Content-Type", "application/json; charset=utf-8") }, 200, ""},
		"a form":             {func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }, 415, "UnsupportedMediaTypeException"},
		"plain text":         {func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, 415, "UnsupportedMediaTypeException"},
		"no target":          {func(r *http.Request) { r.Header.Del("X-Amz-Target") }, 400, "UnknownOperationException"},
		"another service":    {func(r *http.Request) { r.Header.Set("X-Amz-Target", "Museum.Lend") }, 400, "UnknownOperationException"},
		"no prefix":          {func(r *http.Request) { r.Header.Set("X-Amz-Target", "Lend") }, 400, "UnknownOperationException"},
		"another operation":  {func(r *http.Request) { r.Header.Set("X-Amz-Target", "Library.Burn") }, 400, "UnknownOperationException"},
		"another method":     {func(r *http.Request) { r.Method = http.MethodGet }, 405, "MethodNotAllowed"},
		"announced too long": {func(r *http.Request) { r.ContentLength = 100_001 }, 413, "RequestEntityTooLargeException"},
		"too long unannounced": {func(r *http.Request) {
			r.ContentLength, r.Body = -1, io.NopCloser(strings.NewReader(strings.Repeat(" ", 100_001)))
		}, 413, "RequestEntityTooLargeException"},
		"as long as can be": {func(r *http.Request) {
			r.ContentLength, r.Body = -1, io.NopCloser(strings.NewReader(`{"title":"t"}`+strings.Repeat(" ", 100_000-13)))
		}, 200, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			h, _ := newHandler()
			r := newRequest("Lend", `{"title":"t"}`)
			c.change(r)
			response, body := serve(t, h, r)
			want := `{"lent":"t"}`
			if c.code != "" {
				want = `{"__type":"` + c.code + `","message":"`
			}
			if response.StatusCode != c.status || !strings.HasPrefix(body, want) {
				t.Errorf("answer = %d %s, want %d %s", response.StatusCode, body, c.status, want)
			}
		})
	}
}

// TestAClientThatWritesFirstReadsWhyItWasRefused: many clients look for an answer only once they have sent
// their whole request.
func TestAClientThatWritesFirstReadsWhyItWasRefused(t *testing.T) {
	h, _ := newHandler()
	server := httptest.NewServer(h)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const size = 32 << 20 // more than the sockets' buffers hold
	fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: Library.Lend\r\nContent-Length: %d\r\n\r\n", size)
	if _, err := conn.Write(make([]byte, size)); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil || !bytes.HasPrefix(answer, []byte("HTTP/1.1 413 ")) {
		t.Errorf("answer = %s, %v, want 413", answer, err)
	}
}

func TestAnswerHeaders(t *testing.T) {
	h, _ := newHandler()
	r := newRequest("Close", `{}`)
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	if response, _ := serve(t, h, r); response.Header.Get("Content-Type") != "application/x-amz-json-1.1" {
		t.Errorf("a request in 1.1 is answered as %q", response.Header.Get("Content-Type"))
	}
	r = newRequest("Close", `{}`)
	r.Method = http.MethodPut
	if response, _ := serve(t, h, r); response.Header.Get("Allow") != "POST" {
		t.Errorf("Allow = %q", response.Header.Get("Allow"))
	}
}

func TestInternalErrorsAreLoggedUnderTheRequestID(t *testing.T) {
	for title, want := range map[string]string{"secret": "the disk is on fire", "panic": "shelf collapsed", "unencodable": "unsupported type"} {
		h, log := newHandler()
		response, _ := serve(t, h, newRequest("Lend", `{"title":"`+title+`"}`))
		id := response.Header.Get("x-amzn-RequestId")
		if !strings.Contains(log.String(), want) || !strings.Contains(log.String(), "requestId="+id) {
			t.Errorf("log = %s, want %q and the id %s", log, want, id)
		}
	}
}

func TestRequestInfo(t *testing.T) {
	cases := map[string]struct{ authorization, want string }{
		"version 4":    {"AWS4-HMAC-SHA256 Credential=AKID/20261124/eu-west-1/states/aws4_request, SignedHeaders=host, Signature=0", "AKID eu-west-1 states"},
		"no spaces":    {"AWS4-HMAC-SHA256 Credential=AKID/20261124/eu-west-1/states/aws4_request,SignedHeaders=host", "AKID eu-west-1 states"},
		"version 4A":   {"AWS4-ECDSA-P256-SHA256 Credential=AKID/20261124/states/aws4_request, Signature=0", "AKID  states"},
		"none":         {"", "  "},
		"another kind": {"Bearer abc", "  "},
		"cut short":    {"AWS4-HMAC-SHA256 Credential=AKID/20261124", "  "},
		"too long":     {"AWS4-HMAC-SHA256 Credential=A/B/20261124/eu-west-1/states/aws4_request", "  "},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var info awsjson.RequestInfo
			service := map[string]awsjson.Operation[*library]{"Who": awsjson.Op(
				func(_ *library, ctx context.Context, _ *noInput) (*noOutput, error) {
					info = awsjson.RequestInfoOf(ctx)
					return nil, nil
				})}
			r := newRequest("Who", `{}`)
			r.Header.Set("Authorization", c.authorization)
			r.Header.Set("X-Amzn-Trace-Id", "Root=1")
			response, _ := serve(t, awsjson.NewHandler("Library", new(library), service, awsjson.Options{}), r)
			if got := info.AccessKey + " " + info.Region + " " + info.Service; got != c.want {
				t.Errorf("scope = %q, want %q", got, c.want)
			}
			if info.TraceHeader != "Root=1" || info.Operation != "Who" || info.RequestID != response.Header.Get("x-amzn-RequestId") {
				t.Errorf("info = %+v, the response's id is %s", info, response.Header.Get("x-amzn-RequestId"))
			}
		})
	}
}

func TestRequestInfoWithoutARequest(t *testing.T) {
	if got := awsjson.RequestInfoOf(t.Context()); got != (awsjson.RequestInfo{}) {
		t.Errorf("info of a bare context = %+v", got)
	}
	want := awsjson.RequestInfo{RequestID: "r", Region: "us-east-1"}
	if got := awsjson.RequestInfoOf(awsjson.WithRequestInfo(t.Context(), want)); got != want {
		t.Errorf("info = %+v, want %+v", got, want)
	}
}

func TestObserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []awsjson.Call
		h := awsjson.NewHandler("Library", new(library), operations, awsjson.Options{
			Observe: func(c awsjson.Call) { got = append(got, c) },
		})
		for _, body := range []string{`{"title":"t"}`, `{}`} {
			serve(t, h, newRequest("Lend", body))
		}
		serve(t, h, newRequest("Burn", `{}`))
		want := []awsjson.Call{
			{Operation: "Lend", Status: 200},
			{Operation: "Lend", Status: 400, Code: "ValidationException"},
			{Status: 400, Code: "UnknownOperationException"},
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("observed\n got %v\nwant %v", got, want)
		}
	})
}

func TestAClientThatLeavesEndsTheContext(t *testing.T) {
	service := &library{entered: make(chan struct{}), left: make(chan struct{})}
	log := new(bytes.Buffer)
	answered := make(chan awsjson.Call, 1)
	server := httptest.NewServer(awsjson.NewHandler("Library", service, operations, awsjson.Options{
		Logger:  slog.New(slog.NewTextHandler(log, nil)),
		Observe: func(c awsjson.Call) { answered <- c },
	}))
	defer server.Close()
	ctx, leave := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL, strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "Library.Wait")
	go func() {
		<-service.entered
		leave()
	}()
	if _, err := server.Client().Do(r); !errors.Is(err, context.Canceled) {
		t.Errorf("Do = %v, want context.Canceled", err)
	}
	<-service.left
	<-answered
	if log.Len() > 0 {
		t.Errorf("a client that left is logged as a failure: %s", log)
	}
}

func TestConcurrentRequestsDoNotShareBuffers(t *testing.T) {
	h, _ := newHandler()
	done := make(chan string)
	for i := range 50 {
		go func() {
			title := strings.Repeat(string(rune('a'+i%26)), 1000+i)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, newRequest("Lend", `{"title":"`+title+`"}`))
			if w.Body.String() != `{"lent":"`+title+`"}` {
				done <- w.Body.String()
				return
			}
			done <- ""
		}()
	}
	for range 50 {
		if wrong := <-done; wrong != "" {
			t.Errorf("answer = %s", wrong)
		}
	}
}

func FuzzHandler(f *testing.F) {
	for _, seed := range []string{
		`{"title":"t","days":3,"tags":["a"]}`, `{}`, `null`, `[`, `{"title":7}`, "{\"title\":\"\xff\"}", `{"title":"\ud800"}`,
		`{"title":"panic"}`, `{"tags":[null,"a"]}`, `{"title":"t","title":null}`, strings.Repeat("[", 11_000),
	} {
		f.Add([]byte(seed))
	}
	h, _ := newHandler()
	f.Fuzz(func(t *testing.T, body []byte) {
		response, got := serve(t, h, newRequest("Lend", string(body)))
		if ok := response.StatusCode == 200; ok == strings.HasPrefix(got, `{"__type"`) {
			t.Errorf("status %d with body %s", response.StatusCode, got)
		}
		if response.StatusCode == 500 && !bytes.Contains(body, []byte("panic")) && !bytes.Contains(body, []byte("secret")) &&
			!bytes.Contains(body, []byte("unencodable")) && !bytes.Contains(body, []byte(`\`)) {
			t.Errorf("%q is answered with 500: %s", body, got)
		}
	})
}

func BenchmarkServeHTTP(b *testing.B) {
	h, _ := newHandler()
	body := strings.NewReader(`{"title":"a small book"}`)
	r := newRequest("Lend", "")
	r.ContentLength, r.Body = body.Size(), io.NopCloser(body)
	w := new(discard)
	b.ReportAllocs()
	for b.Loop() {
		body.Seek(0, io.SeekStart)
		w.header = http.Header{}
		h.ServeHTTP(w, r)
	}
}

// discard is a ResponseWriter that keeps nothing.
type discard struct{ header http.Header }

func (w *discard) Header() http.Header         { return w.header }
func (w *discard) Write(p []byte) (int, error) { return len(p), nil }
func (w *discard) WriteHeader(int)             {}
