package stepwell_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/stepwell/stepwell"
)

// api is a server under test and the way to call it.
type api struct {
	t      *testing.T
	server *stepwell.Server
	url    string
}

func newAPI(t *testing.T) *api { return newAPIWith(t, stepwell.Options{}) }

func newAPIWith(t *testing.T, o stepwell.Options) *api {
	t.Helper()
	o.Logger = slog.New(slog.DiscardHandler)
	server, err := stepwell.New(o)
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(server.Handler())
	t.Cleanup(func() {
		h.CloseClientConnections()
		h.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return &api{t: t, server: server, url: h.URL}
}

// post sends a body as it is.
func (a *api) post(header map[string]string, body string) (int, http.Header, string) {
	a.t.Helper()
	r, err := http.NewRequest(http.MethodPost, a.url+"/", strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(text)
}

// raw sends a request as it is written and returns all that comes back.
func (a *api) raw(request string) string {
	a.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(a.url, "http://"))
	if err != nil {
		a.t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, request); err != nil {
		a.t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		a.t.Fatal(err)
	}
	return string(answer)
}

// call calls an operation and returns the members of its answer.
func (a *api) call(operation, body string) (int, map[string]any) {
	a.t.Helper()
	status, _, text := a.post(target(operation), body)
	var members map[string]any
	if err := json.Unmarshal([]byte(text), &members); err != nil {
		a.t.Fatalf("%s: %v in %s", operation, err, text)
	}
	return status, members
}

// must calls an operation that must succeed.
func (a *api) must(operation, body string) map[string]any {
	a.t.Helper()
	status, members := a.call(operation, body)
	if status != http.StatusOK {
		a.t.Fatalf("%s: %d %v", operation, status, members)
	}
	return members
}

func target(operation string) map[string]string {
	return map[string]string{"X-Amz-Target": "AWSStepFunctions." + operation, "Content-Type": "application/x-amz-json-1.0"}
}

// quote is s as a JSON string.
func quote(s string) string {
	b, _ := json.Marshal(s) // a string always encodes
	return string(b)
}

const (
	roleARN    = "arn:aws:iam::123456789012:role/r"
	machineARN = "arn:aws:states:us-east-1:123456789012:stateMachine:"
	passOnly   = `{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}`
)

func create(name, definition string) string {
	return `{"name":` + quote(name) + `,"definition":` + quote(definition) + `,"roleArn":"` + roleARN + `"}`
}

// with is a request with one member more.
func with(request, member string) string {
	return strings.TrimSuffix(request, "}") + "," + member + "}"
}

// TestProtocol: what is wrong before an operation is reached.
func TestProtocol(t *testing.T) {
	a := newAPI(t)
	t.Run("a body over 8 MB", func(t *testing.T) {
		status, _, text := a.post(target("ListStateMachines"), `{"x":"`+strings.Repeat("x", 8<<20)+`"}`)
		if status != http.StatusRequestEntityTooLarge || !strings.Contains(text, "must be smaller than 8388608 bytes") {
			t.Errorf("got %d %.200s", status, text)
		}
	})
	t.Run("another site's browser", func(t *testing.T) {
		header := target("ListStateMachines")
		header["Sec-Fetch-Site"], header["Origin"] = "cross-site", "https://evil.example"
		if status, _, text := a.post(header, `{}`); status != http.StatusForbidden {
			t.Errorf("got %d %s", status, text)
		}
	})
	t.Run("a request id", func(t *testing.T) {
		if _, header, _ := a.post(target("ListStateMachines"), `{}`); len(header.Get("x-amzn-RequestId")) != 36 {
			t.Errorf("got the header %q", header.Get("x-amzn-RequestId"))
		}
	})
	t.Run("any path and host", func(t *testing.T) {
		for _, line := range []string{"/", "//", "/a/../b", "http://sync-states.us-east-1.amazonaws.com/", "http://sync-127.0.0.1:8083"} {
			if answer := a.raw("POST " + line + " HTTP/1.1\r\nHost: anything\r\nX-Amz-Target: AWSStepFunctions.ListStateMachines\r\n" +
				"Connection: close\r\nContent-Length: 2\r\n\r\n{}"); !strings.HasPrefix(answer, "HTTP/1.1 200 ") {
				t.Errorf("POST %s: got %.300s", line, answer)
			}
		}
	})
	t.Run("another method", func(t *testing.T) {
		answer := a.raw("PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
		if !strings.HasPrefix(answer, "HTTP/1.1 405 ") || !strings.Contains(answer, `"__type":"MethodNotAllowed"`) {
			t.Errorf("got %s", answer)
		}
	})
	t.Run("a form from another site", func(t *testing.T) {
		header := map[string]string{"Origin": "https://evil.example", "Content-Type": "application/x-www-form-urlencoded"}
		if status, _, text := a.post(header, "Action=ListRoles&Version=2010-05-08"); status != http.StatusForbidden {
			t.Errorf("got %d %s", status, text)
		}
	})
	for path, want := range map[string]string{"/healthz": "ok", "/readyz": "ready", "/": "export AWS_ENDPOINT_URL=http://"} {
		resp, err := http.Get(a.url + path)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK || !strings.Contains(string(text), want) {
			t.Errorf("GET %s: %d %s", path, resp.StatusCode, text)
		}
	}
}

// TestPages: every list comes in pages, whole and in order.
func TestPages(t *testing.T) {
	a := newAPI(t)
	for _, n := range []string{"a", "b", "c", "d", "e"} {
		a.must("CreateStateMachine", create(n, passOnly))
		a.must("CreateActivity", `{"name":"`+n+`"}`)
		a.must("StartExecution", `{"stateMachineArn":"`+machineARN+`a","name":"`+n+`"}`)
	}
	history := `"executionArn":"arn:aws:states:us-east-1:123456789012:execution:a:a",`
	for _, c := range []struct{ operation, request, list, key, want string }{
		{"ListStateMachines", ``, "stateMachines", "name", "a b c d e"},
		{"ListActivities", ``, "activities", "name", "a b c d e"},
		{"ListExecutions", `"stateMachineArn":"` + machineARN + `a",`, "executions", "name", "e d c b a"},
		{"ListExecutions", `"stateMachineArn":"` + machineARN + `a","statusFilter":"SUCCEEDED",`, "executions", "name", "e d c b a"},
		{"ListExecutions", `"stateMachineArn":"` + machineARN + `a","statusFilter":"RUNNING",`, "executions", "name", ""},
		{"GetExecutionHistory", history, "events", "type", "ExecutionStarted PassStateEntered PassStateExited ExecutionSucceeded"},
		{"GetExecutionHistory", history + `"reverseOrder":true,`, "events", "type", "ExecutionSucceeded PassStateExited PassStateEntered ExecutionStarted"},
	} {
		var got []string
		token := ""
		for pages := 0; ; pages++ {
			answer := a.must(c.operation, `{`+c.request+token+`"maxResults":2}`)
			items := answer[c.list].([]any)
			if len(items) > 2 {
				t.Errorf("%s: a page of %d", c.operation, len(items))
			}
			for _, item := range items {
				got = append(got, item.(map[string]any)[c.key].(string))
			}
			next, more := answer["nextToken"].(string)
			if !more || pages > 9 {
				break
			}
			token = `"nextToken":` + quote(next) + `,`
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s %s: got %q, want %q", c.operation, c.request, strings.Join(got, " "), c.want)
		}
	}
}

// TestHistoryPagesAreBoundedInBytes: events with much data come in smaller pages, none lost.
func TestHistoryPagesAreBoundedInBytes(t *testing.T) {
	a := newAPI(t)
	var states []string
	for i := range 30 {
		states = append(states, fmt.Sprintf(`"S%d":{"Type":"Pass","Next":"S%d"}`, i, i+1))
	}
	a.must("CreateStateMachine", create("m", `{"StartAt":"S0","States":{`+strings.Join(states, ",")+`,"S30":{"Type":"Succeed"}}}`))
	input := quote(quote(strings.Repeat("x", 262_000)))
	execution := a.must("StartExecution", `{"stateMachineArn":"`+machineARN+`m","input":`+input+`}`)["executionArn"].(string)
	if _, err := a.server.Wait(t.Context(), execution); err != nil {
		t.Fatal(err)
	}
	var sizes []int
	total, token := 0, ""
	for more := true; more && len(sizes) < 9; {
		_, _, text := a.post(target("GetExecutionHistory"), `{"executionArn":"`+execution+`","maxResults":1000`+token+`}`)
		var page struct {
			Events    []json.RawMessage
			NextToken string
		}
		if err := json.Unmarshal([]byte(text), &page); err != nil {
			t.Fatal(err)
		}
		sizes, total = append(sizes, len(text)), total+len(page.Events)
		if len(text) > 9<<20 {
			t.Errorf("a page of %d bytes", len(text))
		}
		token, more = `,"nextToken":`+quote(page.NextToken), page.NextToken != ""
	}
	if want := 2*31 + 2; total != want || len(sizes) < 2 {
		t.Errorf("%d events in pages of %d bytes, want %d events in several", total, sizes, want)
	}
}

// TestConfigurationsAreCompleted: a member that is left out has its default, and to say what holds anyway is
// no difference.
func TestConfigurationsAreCompleted(t *testing.T) {
	a := newAPI(t)
	for name, logging := range map[string]string{
		"plain": `{}`, "off": `{"level":"OFF"}`, "data": `{"includeExecutionData":false,"level":"OFF"}`,
	} {
		first := a.must("CreateStateMachine", create(name, passOnly))
		again := a.must("CreateStateMachine", with(create(name, passOnly), `"tracingConfiguration":{},"loggingConfiguration":`+logging))
		if again["creationDate"] != first["creationDate"] {
			t.Errorf("%s: %v, want %v", logging, again, first)
		}
		u := a.must("UpdateStateMachine", `{"stateMachineArn":"`+machineARN+name+`","loggingConfiguration":`+logging+`}`)
		if u["revisionId"] != nil {
			t.Errorf("%s: an update that changes nothing made a revision: %v", logging, u)
		}
	}
	a.must("CreateStateMachine", with(create("empty", passOnly), `"loggingConfiguration":{"destinations":[]}`))
	got := a.must("DescribeStateMachine", `{"stateMachineArn":"`+machineARN+`empty"}`)["loggingConfiguration"]
	want := map[string]any{"destinations": []any{}, "includeExecutionData": false, "level": "OFF"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the logging configuration is %v, want %v", got, want)
	}
	a.must("CreateActivity", `{"name":"a"}`)
	a.must("CreateActivity", `{"name":"a","encryptionConfiguration":{"type":"AWS_OWNED_KEY"}}`)
}

// TestRegions: the region that a request is signed for is the one of its resources, if it can be one.
func TestRegions(t *testing.T) {
	a := newAPI(t)
	for scope, want := range map[string]string{"eu-west-1": "eu-west-1", "local": "local", "": "us-east-1", "us:east": "us-east-1", "é": "us-east-1"} {
		header := target("CreateActivity")
		header["Authorization"] = "AWS4-HMAC-SHA256 Credential=x/20260102/" + scope + "/states/aws4_request, SignedHeaders=host, Signature=0"
		status, _, text := a.post(header, `{"name":"a"}`)
		if part := `"arn:aws:states:` + want + `:123456789012:activity:a"`; status != http.StatusOK || !strings.Contains(text, part) {
			t.Errorf("signed for %q: got %d %s, want %s in it", scope, status, text, part)
		}
	}
}

// TestOptions: what would make ARNs ambiguous is refused.
func TestOptions(t *testing.T) {
	for want, o := range map[string]stepwell.Options{
		`the account "12" is not a number of 12 digits`: {Account: "12"},
		`the region "a:b" is not a name`:                {Region: "a:b"},
		`the store "x" is neither`:                      {Store: "x"},
		`the limit PayloadBytes is negative: -1`:        {Limits: stepwell.Limits{PayloadBytes: -1}},
	} {
		if _, err := stepwell.New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New(%+v) = %v, want %s", o, err, want)
		}
	}
}

// TestMachineLife: create, the same again, describe, update, run, delete.
func TestMachineLife(t *testing.T) {
	a := newAPI(t)
	first := a.must("CreateStateMachine", create("m", passOnly))
	if again := a.must("CreateStateMachine", create("m", passOnly)); again["creationDate"] != first["creationDate"] {
		t.Errorf("the same again: %v, want %v", again, first)
	}
	arn := `{"stateMachineArn":"` + machineARN + `m"`
	d := a.must("DescribeStateMachine", arn+`}`)
	if d["definition"] != passOnly || d["status"] != "ACTIVE" || d["type"] != "STANDARD" || d["revisionId"] != nil {
		t.Errorf("described as %v", d)
	}
	started := a.must("StartExecution", arn+`,"input":" {\"a\" : 1.0}"}`)["executionArn"].(string)
	changed := strings.Replace(passOnly, `"Pass"`, `"Pass","Result":7`, 1)
	u := a.must("UpdateStateMachine", arn+`,"definition":`+quote(changed)+`}`)
	if u["revisionId"] == nil {
		t.Errorf("updated: %v", u)
	}
	if same := a.must("UpdateStateMachine", arn+`,"definition":`+quote(changed)+`}`); same["revisionId"] != u["revisionId"] {
		t.Errorf("the same update again made the revision %v, want %v", same["revisionId"], u["revisionId"])
	}
	if traced := a.must("UpdateStateMachine", arn+`,"tracingConfiguration":{"enabled":true}}`); traced["revisionId"] == u["revisionId"] {
		t.Errorf("a change of the tracing made no revision: %v", traced)
	}
	if d := a.must("DescribeStateMachine", arn+`}`); d["tracingConfiguration"].(map[string]any)["enabled"] != true {
		t.Errorf("tracing is %v after it was enabled", d["tracingConfiguration"])
	}
	if d := a.must("DescribeStateMachineForExecution", `{"executionArn":"`+started+`"}`); d["definition"] != passOnly {
		t.Errorf("the execution's machine is %v, want that of its start", d["definition"])
	}
	e := a.must("DescribeExecution", `{"executionArn":"`+started+`"}`)
	if e["status"] != "SUCCEEDED" || e["output"] != `{"a" : 1.0}` {
		t.Errorf("the execution is %v", e)
	}
	a.must("DeleteStateMachine", arn+`}`)
	a.must("DeleteStateMachine", arn+`}`)
	if status, got := a.call("DescribeStateMachine", arn+`}`); status != 400 || got["__type"] != "StateMachineDoesNotExist" {
		t.Errorf("after its deletion: %d %v", status, got)
	}
	if e := a.must("DescribeExecution", `{"executionArn":"`+started+`"}`); e["status"] != "SUCCEEDED" {
		t.Errorf("after the machine's deletion the execution is %v", e)
	}
}

// TestValidation answers with every finding, its code and its place.
func TestValidation(t *testing.T) {
	a := newAPI(t)
	two := `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Wait","End":true}}}`
	distributed := `{"StartAt":"M","States":{"M":{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"End":true}}}`
	static := `{"StartAt":"A","States":{"A":{"Type":"Pass","Result":"$.a","End":true}}}`
	activity := `{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:work","End":true}}}`
	const wait = `"message":"This object should have only one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]","location":"/States/B"}`
	for name, c := range map[string]struct{ definition, more, want string }{
		"right":         {passOnly, ``, `{"result":"OK","diagnostics":[],"truncated":false}`},
		"wrong":         {two, ``, `{"result":"FAIL","diagnostics":[{"severity":"ERROR","code":"SCHEMA_VALIDATION_FAILED",` + wait + `],"truncated":false}`},
		"no JSON":       {`{`, ``, `"code":"INVALID_JSON_DESCRIPTION"`},
		"truncated":     {`{"StartAt":"A","States":{"A":{"Type":"Pas"},"B":{"Type":"Pas"}}}`, `,"maxResults":1`, `"truncated":true`},
		"express":       {activity, `,"type":"EXPRESS"`, `Express state machine does not support Activity ARN`},
		"standard":      {activity, `,"type":"STANDARD"`, `"result":"OK"`},
		"warnings too":  {two, `,"severity":"WARNING"`, `"severity":"ERROR"`},
		"warnings":      {static, `,"severity":"WARNING"`, `{"result":"OK","diagnostics":[{"severity":"WARNING","code":"PASS_RESULT_IS_STATIC",`},
		"errors only":   {static, `,"severity":"ERROR"`, `{"result":"OK","diagnostics":[],"truncated":false}`},
		"not supported": {distributed, ``, `"code":"UNSUPPORTED_FEATURE"`},
	} {
		text, _ := json.Marshal(c.definition)
		if status, _, got := a.post(target("ValidateStateMachineDefinition"), `{"definition":`+string(text)+c.more+`}`); status != 200 || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %d %s, want %s", name, status, got, c.want)
		}
	}
}

// TestOtherServices: what is meant for another service of AWS is refused in words that help, in the
// form that its clients read.
func TestOtherServices(t *testing.T) {
	a := newAPI(t)
	signed := func(service string) map[string]string {
		return map[string]string{"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20260102/us-east-1/" + service + "/aws4_request, SignedHeaders=host, Signature=00"}
	}
	for service, contentType := range map[string]string{"s3": "", "ec2": "", "dynamodb": "application/x-amz-json-1.0", "sqs": "application/x-amz-json-1.0"} {
		header := signed(service)
		if contentType != "" {
			header["Content-Type"] = contentType
		}
		status, _, text := a.post(header, "{}")
		if want := "this request is for " + service + ". To redirect only some services, set AWS_ENDPOINT_URL_SFN"; status != 501 || !strings.Contains(text, want) {
			t.Errorf("%s: got %d %s, want %s", service, status, text, want)
		}
		if isJSON := json.Valid([]byte(text)); isJSON != (contentType != "") {
			t.Errorf("%s: the answer is JSON: %t\n%s", service, isJSON, text)
		}
	}
	header := signed("states")
	header["X-Amz-Target"] = "AWSStepFunctions.ListStateMachines"
	if status, _, text := a.post(header, "{}"); status != 200 {
		t.Errorf("states: got %d %s", status, text)
	}
}
