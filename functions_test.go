package stepwell_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stepwell/stepwell"
	"github.com/stepwell/stepwell/lambda"
)

const functionARN = "arn:aws:lambda:us-east-1:123456789012:function:"

// has says that a program is there. Where CI is set, all are.
func has(t testing.TB, program string) bool {
	t.Helper()
	_, err := exec.LookPath(program)
	if err != nil && os.Getenv("CI") != "" {
		t.Fatal(err)
	}
	return err == nil
}

// handlers are the functions of lambda/testdata in the languages that this machine has, by language.
func handlers(t testing.TB) map[string]*lambda.Function {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("lambda", "testdata"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*lambda.Function{}
	add := func(name, dir string, r lambda.Runtime) {
		all[name] = &lambda.Function{Name: lambda.Name{Function: name}, Code: r, Dir: dir, Timeout: 30 * time.Second}
	}
	if has(t, "node") {
		add("node", dir, lambda.Runtime{Language: lambda.Node, Handler: "index.handler", Args: []string{"node"}})
	}
	if has(t, "python3") {
		add("python", dir, lambda.Runtime{Language: lambda.Python, Handler: "app.handler", Args: []string{"python3"}})
	}
	if has(t, "go") {
		add("go", filepath.Dir(bootstrap(t, dir)), lambda.Runtime{Language: lambda.Go, Args: []string{"./bootstrap"}})
	}
	return all
}

// bootstrap builds the Go function of a directory, into one that the test removes.
func bootstrap(t testing.TB, dir string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bootstrap")
	c := exec.Command("go", "build", "-o", path, ".")
	c.Dir = filepath.Join(dir, "bootstrap")
	c.Env = append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

func setOf(t testing.TB, functions ...*lambda.Function) *lambda.Set {
	t.Helper()
	set, err := lambda.NewSet(functions...)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// uuids are what differs in each run.
var uuids = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// lines is the history of a finished execution, one event a line.
func (a *api) lines(execution string) string {
	a.t.Helper()
	var b strings.Builder
	for _, e := range a.must("GetExecutionHistory", `{"executionArn":"`+execution+`","maxResults":1000}`)["events"].([]any) {
		event := e.(map[string]any)
		fmt.Fprintf(&b, "%v<-%v %v", event["id"], event["previousEventId"], event["type"])
		for _, member := range []string{"lambdaFunctionScheduled", "lambdaFunctionSucceeded", "lambdaFunctionFailed", "lambdaFunctionTimedOut", "taskScheduled", "taskStarted", "taskSubmitted", "taskSucceeded", "taskFailed", "executionSucceeded", "executionFailed"} {
			if d, ok := event[member+"EventDetails"]; ok {
				delete(d.(map[string]any), "inputDetails")
				delete(d.(map[string]any), "outputDetails")
				text, _ := json.Marshal(d) // it was JSON
				fmt.Fprintf(&b, " %s", text)
			}
		}
		b.WriteByte('\n')
	}
	return uuids.ReplaceAllString(b.String(), "UUID")
}

// runs starts a machine with one Task state, and returns the history.
func (a *api) runs(task, input string) string {
	a.t.Helper()
	a.must("CreateStateMachine", create(fmt.Sprintf("m%x", fnvOf(task)), `{"StartAt":"T","States":{"T":`+task+`}}`))
	started := a.must("StartExecution", `{"stateMachineArn":"`+machineARN+fmt.Sprintf("m%x", fnvOf(task))+`","input":`+quote(input)+`}`)["executionArn"].(string)
	if _, err := a.server.Wait(a.t.Context(), started); err != nil {
		a.t.Fatal(err)
	}
	return a.lines(started)
}

func fnvOf(s string) (h uint32) {
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

// compare compares line by line; a wanted line that ends in … is the beginning of one.
func compare(t *testing.T, what, got, want string) {
	t.Helper()
	gots, wants := strings.Split(strings.TrimSpace(got), "\n"), strings.Split(strings.TrimSpace(want), "\n")
	same := len(gots) == len(wants)
	for i := range min(len(gots), len(wants)) {
		start, open := strings.CutSuffix(wants[i], "…")
		same = same && (gots[i] == wants[i] || open && strings.HasPrefix(gots[i], start))
	}
	if !same {
		t.Errorf("%s: got\n%s\nwant\n%s", what, got, want)
	}
}

// TestFunctionHistories of functions in every language, whole: what they give, raise, and how they end.
func TestFunctionHistories(t *testing.T) {
	all := handlers(t)
	python, node := all["python"], all["node"]
	slow := &lambda.Function{Name: lambda.Name{Function: "slow"}, Code: lambda.Command{Args: []string{"/bin/sh", "-c", "sleep 1000"}}, Timeout: 50 * time.Millisecond}
	var functions []*lambda.Function
	for name, f := range all {
		crashing, hasty := *f, *f
		crashing.Name, crashing.Environment = lambda.Name{Function: name + "-crashing"}, map[string]string{"FAIL": "exit"}
		hasty.Name, hasty.Timeout = lambda.Name{Function: name + "-hasty"}, 50*time.Millisecond
		functions = append(functions, f, &crashing, &hasty)
	}
	set := setOf(t, append(functions, slow)...)
	a := newAPIWith(t, stepwell.Options{Functions: set})
	plain := func(name string) string { return `{"Type":"Task","Resource":"` + functionARN + name + `","End":true}` }
	failing := func(name, do, error, cause string) (string, string, string) {
		end := `,"error":"` + error + `"}`
		if strings.HasSuffix(cause, "…") {
			end = ""
		}
		return plain(name), `{"ms":60000,"do":"` + do + `"}`, `1<-0 ExecutionStarted
2<-0 TaskStateEntered
3<-2 LambdaFunctionScheduled {"input":"{\"ms\":60000,\"do\":\"` + do + `\"}","resource":"` + functionARN + name + `"}
4<-3 LambdaFunctionStarted
5<-4 LambdaFunctionFailed {"cause":` + cause + end + `
6<-5 ExecutionFailed {"cause":` + cause + end
	}
	check := func(task, input, want string) {
		t.Helper()
		got := a.runs(task, input)
		for _, f := range []*lambda.Function{python, node} {
			if f != nil {
				got = strings.ReplaceAll(got, f.Dir, "DIR")
			}
		}
		compare(t, task+" "+input, got, want)
	}
	for name := range all {
		check(plain(name), `[1.5]`, `1<-0 ExecutionStarted
2<-0 TaskStateEntered
3<-2 LambdaFunctionScheduled {"input":"[1.5]","resource":"`+functionARN+name+`"}
4<-3 LambdaFunctionStarted
5<-4 LambdaFunctionSucceeded {"output":"[1.5]"}
6<-5 TaskStateExited
7<-6 ExecutionSucceeded {"output":"[1.5]"}`)
		check(failing(name, "exit", "Runtime.ExitError", `"{\"errorType\":\"Runtime.ExitError\",\"errorMessage\":\"RequestId: UUID Error: Runtime exited with error: exit status 3\"}"`))
		check(failing(name, "large", "Function.ResponseSizeTooLarge", `"{\"errorType\":\"Function.ResponseSizeTooLarge\",\"errorMessage\":\"Response payload size exceeded maximum allowed payload size (6291556 bytes).\"}"`))
		check(failing(name+"-crashing", "x", "Runtime.ExitError", `"{\"errorType\":\"Runtime.ExitError\",\"errorMessage\":\"RequestId: UUID Error: Runtime exited with error: exit status 7\"}"`))
		check(failing(name+"-hasty", "sleep", "Sandbox.Timedout", `"{\"errorType\":\"Sandbox.Timedout\",\"errorMessage\":\"RequestId: UUID Error: Task timed out after 0.05 seconds\"}"`))
	}
	if python != nil {
		check(failing("python", "raise", "Refused", `"{\"errorMessage\": \"too many\", \"errorType\": \"Refused\", \"requestId\": \"UUID\", \"stackTrace\": [\"  File \\\"DIR/app.py\\\", line 22, in handler\\n    raise Refused(\\\"too many\\\")\\n\"]}"`))
	}
	if node != nil {
		check(failing("node", "raise", "Refused", `"{\"errorType\":\"Refused\",\"errorMessage\":\"too many\",\"trace\":[\"Refused: too many\",\"    at handler (file://DIR/index.mjs:16:25)\"]}"`))
		check(failing("node", "panic", "Refused", `"{\"errorType\":\"Refused\",\"errorMessage\":\"oh no\",\"trace\":[\"Refused: oh no\",\"    at …`))
	}
	if all["go"] != nil {
		check(failing("go", "panic", "string", `"{\"errorMessage\":\"oh no\",\"errorType\":\"string\",\"stackTrace\":[…`))
		check(failing("go", "raise", "Refused", `"{\"errorMessage\":\"too many\",\"errorType\":\"Refused\"}"`))
	}
	check(failing("slow", "x", "Sandbox.Timedout", `"{\"errorType\":\"Sandbox.Timedout\",\"errorMessage\":\"RequestId: UUID Error: Task timed out after 0.05 seconds\"}"`))
	check(failing("nobody", "x", "Lambda.ResourceNotFoundException", `"Function not found: `+functionARN+`nobody (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: UUID; Proxy: null)"`))
}

// metadata is what a history shows of a response, whatever is not the same each time.
var (
	dates  = regexp.MustCompile(`[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT`)
	traces = regexp.MustCompile(`Root=1-[0-9a-f]{8}-[0-9a-f]{24};sampled=0`)
)

const (
	invokeTask   = `{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":PARAMETERS,"End":true}`
	invokeOutput = `{\"ExecutedVersion\":\"VERSION\",\"Payload\":PAYLOAD,\"SdkHttpMetadata\":{\"AllHttpHeaders\":{\"X-Amz-Executed-Version\":[\"VERSION\"],\"x-amzn-Remapped-Content-Length\":[\"0\"],\"Connection\":[\"keep-alive\"],\"x-amzn-RequestId\":[\"UUID\"],\"Content-Length\":[\"LENGTH\"],\"Date\":[\"DATE\"],\"X-Amzn-Trace-Id\":[\"TRACE\"],\"Content-Type\":[\"application/json\"]},\"HttpHeaders\":{\"Connection\":\"keep-alive\",\"Content-Length\":\"LENGTH\",\"Content-Type\":\"application/json\",\"Date\":\"DATE\",\"X-Amz-Executed-Version\":\"VERSION\",\"x-amzn-Remapped-Content-Length\":\"0\",\"x-amzn-RequestId\":\"UUID\",\"X-Amzn-Trace-Id\":\"TRACE\"},\"HttpStatusCode\":200},\"SdkResponseMetadata\":{\"RequestId\":\"UUID\"},\"StatusCode\":200}`
)

// TestInvokeHistories of tasks of lambda:invoke, whole.
func TestInvokeHistories(t *testing.T) {
	a := newAPIWith(t, stepwell.Options{Functions: setOf(t,
		&lambda.Function{Name: lambda.Name{Function: "echo"}, Code: lambda.Echo{}},
		&lambda.Function{Name: lambda.Name{Function: "broken"}, Code: lambda.Command{Args: []string{"/bin/sh", "-c", `echo '{"errorMessage":"odd"}'; exit 1`}}},
		&lambda.Function{Name: lambda.Name{Function: "large"}, Code: lambda.Fixed{Answer: `"` + strings.Repeat("x", 300_000) + `"`}},
	)})
	a.server.Func(functionARN+"panics", func(context.Context, []byte) ([]byte, error) { panic("oh") })
	a.server.Func(functionARN+"go", func(_ context.Context, input []byte) ([]byte, error) {
		if string(input) == "{}" {
			return nil, &stepwell.Error{Name: "Empty", Cause: "nothing came"}
		}
		return input, nil
	})
	for _, c := range []struct{ name, parameters, want string }{
		{"a payload", `{"FunctionName":"echo","Payload":{"a":  [1]}}`, `succeeds $LATEST 9 {\"a\":[1]}`},
		{"no payload", `{"FunctionName":"echo"}`, `succeeds $LATEST 2 {}`},
		{"null", `{"FunctionName":"echo","Payload":null}`, `succeeds $LATEST 2 {}`},
		{"JSON in a string", `{"FunctionName":"echo","Payload":"0.0"}`, `succeeds $LATEST 3 0.0`},
		{"a version", `{"FunctionName":"` + functionARN + `echo","Qualifier":"7","Payload":1}`, `succeeds 7 1 1`},
		{"an alias", `{"FunctionName":"echo:live","Payload":1}`, `succeeds $LATEST 1 1`},
		{"a Go function", `{"FunctionName":"go","Payload":[true]}`, `succeeds $LATEST 6 [true]`},
		{"a Go function that fails", `{"FunctionName":"go"}`, `Empty {\"errorMessage\":\"nothing came\",\"errorType\":\"Empty\"}`},
		{"a Go function that panics", `{"FunctionName":"panics"}`, `Lambda.Unknown {\"errorType\":\"Lambda.Unknown\",\"errorMessage\":\"The function panicked: oh\"}`},
		{"no JSON", `{"FunctionName":"echo","Payload":"hello"}`, `Lambda.InvalidRequestContentException Could not parse request body into json: Could not parse payload into json: Unrecognized token 'hello'…`},
		{"nobody", `{"FunctionName":"nobody"}`, `Lambda.ResourceNotFoundException Function not found: ` + functionARN + `nobody (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: UUID; Proxy: null)`},
		{"no type", `{"FunctionName":"echo","InvocationType":"Later"}`, `Lambda.InvalidParameterValueException Unsupported invocation type: Later (Service: …`},
		{"an error without a type", `{"FunctionName":"broken"}`, `Runtime.ExitError {\"errorType\":\"Runtime.ExitError\",…`},
		{"no context", `{"FunctionName":"echo","ClientContext":"?"}`, `Lambda.InvalidRequestContentException Client context must be…`},
		{"a large result", `{"FunctionName":"large"}`, `States.DataLimitExceeded The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.`},
	} {
		got := a.runs(strings.Replace(invokeTask, "PARAMETERS", c.parameters, 1), "{}")
		got = traces.ReplaceAllString(dates.ReplaceAllString(got, "DATE"), "TRACE")
		got = strings.SplitN(got, "\n", 5)[4]
		var want string
		if rest, ok := strings.CutPrefix(c.want, "succeeds "); ok {
			f := strings.Fields(rest)
			output := strings.NewReplacer("VERSION", f[0], "LENGTH", f[1], "PAYLOAD", f[2]).Replace(invokeOutput)
			output = strings.ReplaceAll(output, "X-Amz-Executed-"+f[0], "X-Amz-Executed-Version")
			want = `5<-4 TaskSucceeded {"output":"` + output + `","resource":"invoke","resourceType":"lambda"}
6<-5 TaskStateExited
7<-6 ExecutionSucceeded {"output":"` + output + `"}`
		} else {
			name, cause, _ := strings.Cut(c.want, " ")
			end, last := `","error":"`+name+`","resource":"invoke","resourceType":"lambda"}`, `","error":"`+name+`"}`
			if strings.HasSuffix(cause, "…") {
				end, last = "", ""
			}
			want = `5<-4 TaskFailed {"cause":"` + cause + end + `
6<-5 ExecutionFailed {"cause":"` + cause + last
		}
		compare(t, c.name, got, want)
	}
}

// TestInvokeLater: an Event succeeds before the function has run.
func TestInvokeLater(t *testing.T) {
	a := newAPIWith(t, stepwell.Options{Functions: setOf(t, &lambda.Function{Name: lambda.Name{Function: "echo"}, Code: lambda.Echo{}})})
	for kind, want := range map[string]string{
		"Event":  `{\"Payload\":\"\",…\"HttpStatusCode\":202},\"SdkResponseMetadata\":{\"RequestId\":\"UUID\"},\"StatusCode\":202}`,
		"DryRun": `{\"Payload\":\"\",…\"HttpStatusCode\":204},\"SdkResponseMetadata\":{\"RequestId\":\"UUID\"},\"StatusCode\":204}`,
	} {
		got := a.runs(strings.Replace(invokeTask, "PARAMETERS", `{"FunctionName":"echo","InvocationType":"`+kind+`"}`, 1), "{}")
		start, end, _ := strings.Cut(want, "…")
		if !strings.Contains(got, start) || !strings.Contains(got, end) || strings.Contains(got, "Executed") {
			t.Errorf("%s: got\n%s", kind, got)
		}
	}
}

// TestFunctionCallsBack: a function gets a token, and the server's address to send it to.
func TestFunctionCallsBack(t *testing.T) {
	if !has(t, "python3") {
		t.Skip("there is no Python")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "app.py"), []byte(`
import json, os, urllib.request
def handler(event, context):
    body = json.dumps({"taskToken": event["token"], "output": json.dumps({"called": "back"})}).encode()
    urllib.request.urlopen(urllib.request.Request(os.environ["AWS_ENDPOINT_URL_SFN"], body, {
        "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AWSStepFunctions.SendTaskSuccess"})).read()
    return "sent"
`), 0o600); err != nil {
		t.Fatal(err)
	}
	var handler http.Handler
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	defer h.Close()
	a := newAPIWith(t, stepwell.Options{Endpoint: h.URL, Functions: setOf(t, &lambda.Function{
		Name: lambda.Name{Function: "f"}, Dir: dir, Code: lambda.Runtime{Language: lambda.Python, Handler: "app.handler", Args: []string{"python3"}}, Timeout: 30 * time.Second,
	})})
	handler = a.server.Handler()
	got := a.runs(`{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"f","Payload":{"token.$":"$$.Task.Token"}},"End":true}`, "{}")
	got = regexp.MustCompile(`\\"token\\":\\"[^"]*\\"`).ReplaceAllString(got, "TOKEN")
	compare(t, "a call back", got, `1<-0 ExecutionStarted
2<-0 TaskStateEntered
3<-2 TaskScheduled {"parameters":"{\"FunctionName\":\"f\",\"Payload\":{TOKEN}}","region":"us-east-1","resource":"invoke.waitForTaskToken","resourceType":"lambda"}
4<-3 TaskStarted {"resource":"invoke.waitForTaskToken","resourceType":"lambda"}
5<-4 TaskSubmitted {"output":"{\"ExecutedVersion\":\"$LATEST\",\"Payload\":\"sent\",…
6<-5 TaskSucceeded {"output":"{\"called\": \"back\"}","resource":"invoke.waitForTaskToken","resourceType":"lambda"}
7<-6 TaskStateExited
8<-7 ExecutionSucceeded {"output":"{\"called\": \"back\"}"}`)
}

// TestManyCalls: 100 executions at once have a function that runs ten times at once.
func TestManyCalls(t *testing.T) {
	for name, f := range handlers(t) {
		t.Run(name, func(t *testing.T) {
			f.Concurrency = 10
			a := newAPIWith(t, stepwell.Options{Functions: setOf(t, f)})
			a.must("CreateStateMachine", create("m", `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"`+functionARN+name+`","End":true}}}`))
			var (
				all       sync.WaitGroup
				processes sync.Map
			)
			for range 100 {
				started := a.must("StartExecution", `{"stateMachineArn":"`+machineARN+`m","input":"{\"do\":\"sleep\",\"ms\":20}"}`)["executionArn"].(string)
				all.Go(func() {
					r, err := a.server.Wait(t.Context(), started)
					if err != nil || r.Status != "SUCCEEDED" {
						t.Errorf("got %+v, %v", r, err)
					}
					processes.Store(r.Output, true)
				})
			}
			all.Wait()
			n := 0
			processes.Range(func(any, any) bool { n++; return true })
			if n > 10 {
				t.Errorf("%d processes", n)
			}
		})
	}
}

// TestChangeUnderLoad: executions run while the code of their function changes; each history is whole, with
// the old answer or the new one, and those that start after the first new answer have the new one. (In Go
// a change is a build: see lambda.TestHotReload.)
func TestChangeUnderLoad(t *testing.T) {
	all := handlers(t)
	for name, file := range map[string]string{"node": "index.mjs", "python": "app.py"} {
		f := all[name]
		if f == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			code, err := os.ReadFile(filepath.Join(f.Dir, file))
			if err != nil {
				t.Fatal(err)
			}
			f.Dir, f.Concurrency = t.TempDir(), 4
			write := func(version string) {
				text := strings.NewReplacer("version = '1'", "version = '"+version+"'", `VERSION = "1"`, `VERSION = "`+version+`"`).Replace(string(code))
				if err := os.WriteFile(filepath.Join(f.Dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			write("1")
			a := newAPIWith(t, stepwell.Options{Functions: setOf(t, f)})
			task := `{"Type":"Task","Resource":"` + functionARN + name + `","End":true}`
			history := func(version string) string {
				return `1<-0 ExecutionStarted
2<-0 TaskStateEntered
3<-2 LambdaFunctionScheduled {"input":"{\"do\":\"version\"}","resource":"` + functionARN + name + `"}
4<-3 LambdaFunctionStarted
5<-4 LambdaFunctionSucceeded {"output":"\"` + version + `\""}
6<-5 TaskStateExited
7<-6 ExecutionSucceeded {"output":"\"` + version + `\""}
`
			}
			if got := a.runs(task, `{"do":"version"}`); got != history("1") {
				t.Errorf("before the change:\n%s", got)
			}
			var changed atomic.Bool
			var callers sync.WaitGroup
			for range 8 {
				callers.Go(func() {
					for again := true; again && t.Context().Err() == nil; {
						after := changed.Load()
						got := a.runs(task, `{"do":"version"}`)
						if got == history("2") {
							changed.Store(true)
							again = !after
						} else if after || got != history("1") {
							t.Errorf("after the change %t:\n%s", after, got)
							return
						}
					}
				})
			}
			write("2")
			callers.Wait()
		})
	}
}

// TestInvokeAPI as SDKs call it.
func TestInvokeAPI(t *testing.T) {
	a := newAPIWith(t, stepwell.Options{Functions: setOf(t,
		&lambda.Function{Name: lambda.Name{Function: "echo"}, Code: lambda.Echo{}, Timeout: 1500 * time.Millisecond, Environment: map[string]string{"A": "b"}},
		&lambda.Function{Name: lambda.Name{Function: "fails"}, Code: lambda.Command{Args: []string{"/bin/sh", "-c", "exit 1"}}},
	)})
	a.server.Func(functionARN+"go", func(_ context.Context, input []byte) ([]byte, error) { return input, nil })
	invoke := func(name, kind string) map[string]string {
		return map[string]string{"path": "/2015-03-31/functions/" + name + "/invocations", "X-Amz-Invocation-Type": kind}
	}
	for _, c := range []struct {
		name, method string
		request      map[string]string
		body, want   string
	}{
		{"a call", "POST", invoke("echo", ""), `{"a": 1}`, `200 $LATEST  {"a": 1}`},
		{"an ARN", "POST", invoke(url.PathEscape(functionARN+"echo:3"), "RequestResponse"), ``, `200 3  {}`},
		{"a qualifier", "POST", map[string]string{"path": "/2015-03-31/functions/echo/invocations?Qualifier=2"}, `1`, `200 2  1`},
		{"a Go function", "POST", invoke("go", ""), `[1]`, `200 $LATEST  [1]`},
		{"later", "POST", invoke("echo", "Event"), `1`, `202   `},
		{"not at all", "POST", invoke("echo", "DryRun"), `1`, `204   `},
		{"a failure", "POST", invoke("fails", ""), `1`, `200 $LATEST Unhandled {"errorType":"Runtime.ExitError","errorMessage":"RequestId: UUID Error: Runtime exited with error: exit status 1"}`},
		{"nobody", "POST", invoke("nobody", ""), `1`, `404  ResourceNotFoundException {"Message":"Function not found: ` + functionARN + `nobody","Type":"User",…`},
		{"no JSON", "POST", invoke("echo", ""), `{`, `400  InvalidRequestContentException {"Message":"Could not parse request body into json: …`},
		{"too large", "POST", invoke("echo", ""), `"` + strings.Repeat("x", 13<<20) + `"`, `413  RequestEntityTooLargeException {"Message":"Request must be smaller than 6291456 bytes for the InvokeFunction operation",…`},
		{"all functions", "GET", map[string]string{"path": "/2015-03-31/functions/"}, ``, `200   {"Functions":[{"FunctionName":"echo","FunctionArn":"` + functionARN + `echo","Description":"echo","Version":"$LATEST",…`},
		{"a function", "GET", map[string]string{"path": "/2015-03-31/functions/echo"}, ``, `200   {"Code":{…`},
		{"its configuration", "GET", map[string]string{"path": "/2015-03-31/functions/echo:7/configuration"}, ``, `200   {"FunctionName":"echo","FunctionArn":"` + functionARN + `echo:7","Description":"echo","Version":"7","PackageType":"Zip","State":"Active","LastUpdateStatus":"Successful","CodeSize":0,"MemorySize":128,"Timeout":2,"Environment":{"Variables":{"A":"b"}},"Architectures":["x86_64"]}`},
		{"no function", "GET", map[string]string{"path": "/2015-03-31/functions/nobody"}, ``, `404  ResourceNotFoundException …`},
		{"a change", "PUT", map[string]string{"path": "/2015-03-31/functions/echo/code"}, `{}`, `501  NotImplemented …`},
	} {
		r, err := http.NewRequest(c.method, a.url+c.request["path"], strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if kind := c.request["X-Amz-Invocation-Type"]; kind != "" {
			r.Header.Set("X-Amz-Invocation-Type", kind)
		}
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x/20260102/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=y")
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		got := fmt.Sprint(response.StatusCode, " ", response.Header.Get("X-Amz-Executed-Version"), " ", response.Header.Get("X-Amz-Function-Error"), response.Header.Get("X-Amzn-ErrorType"), " ", string(body))
		compare(t, c.name, uuids.ReplaceAllString(got, "UUID"), c.want)
		if response.Header.Get("x-amzn-RequestId") == "" {
			t.Errorf("%s has no request id", c.name)
		}
	}
}
