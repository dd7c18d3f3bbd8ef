//go:build unix

package lambda_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stepwell/stepwell/lambda"
)

// TestStandIns answer without a process, or with one for each call.
func TestStandIns(t *testing.T) {
	sh := func(script string) lambda.Code { return lambda.Command{Args: []string{"/bin/sh", "-c", script}} }
	w := withFunctions(t,
		&lambda.Function{Name: named("fixed"), Code: lambda.Fixed{Answer: `{"a": 1}`}},
		&lambda.Function{Name: named("echo"), Code: lambda.Echo{}},
		&lambda.Function{Name: named("cat"), Code: sh(`cat`)},
		&lambda.Function{Name: named("env"), Code: sh(`printf '"%s %s %s"' "$AWS_LAMBDA_FUNCTION_NAME" "$A" "$AWS_ENDPOINT_URL_SFN"`), Environment: map[string]string{"A": "b"}},
		&lambda.Function{Name: named("silent"), Code: sh(`echo to the log >&2`)},
		&lambda.Function{Name: named("text"), Code: sh(`echo hello`)},
		&lambda.Function{Name: named("exit"), Code: sh(`exit 4`)},
		&lambda.Function{Name: named("fail"), Code: sh(`echo '{"errorType":"Mine","errorMessage":"no"}'; exit 1`)},
		&lambda.Function{Name: named("slow"), Code: sh(`sleep 1000 & sleep 1000`), Timeout: 100 * time.Millisecond},
		&lambda.Function{Name: named("large"), Code: sh(`head -c 7000000 /dev/zero`)},
	)
	large := `"` + strings.Repeat("x", 1<<20) + `"`
	for _, c := range []struct{ function, event, want string }{
		{"fixed", `7`, `{"a": 1}`},
		{"echo", `{"a":  [1]}`, `{"a":  [1]}`},
		{"echo", ``, `{}`},
		{"echo", `{`, "400 InvalidRequestContentException: Could not parse request body into json: Could not parse payload into json: Unexpected end-of-input"},
		{"echo", `"` + strings.Repeat("x", 6<<20) + `"`, "413 RequestEntityTooLargeException: 6291458 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)"},
		{"cat", `{"a":"ü"}`, `{"a":"ü"}`},
		{"cat", large, large},
		{"silent", large, `null`},
		{"env", `{}`, `"env b http://127.0.0.1:1"`},
		{"text", `{}`, `error {"errorType":"Runtime.InvalidResult","errorMessage":"RequestId: ID Error: The command did not write JSON: Unrecognized token 'hello'`},
		{"exit", `{}`, `error {"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 4"}`},
		{"fail", `{}`, `error {"errorType":"Mine","errorMessage":"no"}`},
		{"slow", `{}`, `error {"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ID Error: Task timed out after 0.10 seconds"}`},
		{"large", `{}`, `error {"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}`},
		{"nobody", `{}`, "404 ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:123456789012:function:nobody"},
		{"no body", `{}`, "400 ValidationException: 1 validation error detected: Value 'no body' at 'functionName'"},
	} {
		if got := w.invoke(c.function, c.event); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s(%.40s)\ngot  %.400s\nwant %.400s", c.function, c.event, got, c.want)
		}
	}
	if !strings.Contains(w.log.String(), `msg="to the log" function=silent`) {
		t.Error("what a command wrote is not in the log")
	}
}

// TestURL posts events to a server.
func TestURL(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/echo":
			_, _ = w.Write(body)
		case "/empty":
		case "/lambda":
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
			_, _ = io.WriteString(w, `{"errorType":"Theirs"}`)
		case "/own":
			w.WriteHeader(http.StatusTeapot)
			_, _ = io.WriteString(w, `{"errorType":"Mine"}`)
		case "/slow":
			<-r.Context().Done()
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	var all []*lambda.Function
	for _, path := range []string{"echo", "empty", "lambda", "own", "slow", "nothing"} {
		all = append(all, &lambda.Function{Name: named(path), Code: lambda.URL{URL: server.URL + "/" + path}, Timeout: 200 * time.Millisecond})
	}
	all = append(all, &lambda.Function{Name: named("down"), Code: lambda.URL{URL: "http://127.0.0.1:1/"}})
	w := withFunctions(t, all...)
	for function, want := range map[string]string{
		"echo":    `{"a":1}`,
		"empty":   `null`,
		"lambda":  `error {"errorType":"Theirs"}`,
		"own":     `error {"errorType":"Mine"}`,
		"slow":    `error {"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ID Error: Task timed out after 0.20 seconds"}`,
		"nothing": `error {"errorType":"Http.StatusCode.404","errorMessage":"The function's URL answered 404 Not Found: 404 page not found"}`,
		"down":    `502 SdkClientException: Unable to execute HTTP request: Post "http://127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused`,
	} {
		if got := w.invoke(function, `{"a":1}`); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", function, got, want)
		}
	}
}

// TestInvocationTypes: an Event is answered at once and runs later, a DryRun does not run.
func TestInvocationTypes(t *testing.T) {
	w := withFunctions(t, &lambda.Function{Name: named("f"), Code: lambda.Command{Args: []string{"/bin/sh", "-c", `echo it ran >&2; exit 1`}}})
	for _, c := range []struct {
		kind   lambda.InvocationType
		status int
	}{{lambda.DryRun, 204}, {lambda.Event, 202}} {
		r, err := w.host.Invoke(t.Context(), lambda.Request{Function: "f", Type: c.kind, Payload: []byte("{}")})
		if err != nil || r.Status != c.status || r.Payload != nil || r.FunctionError != "" {
			t.Errorf("%s gave %+v, %v", c.kind, r, err)
		}
		if c.kind == lambda.DryRun && strings.Contains(w.log.String(), "it ran") {
			t.Error("a DryRun runs")
		}
	}
	eventually(t, "the Event runs, and its failure is in the log", func() bool {
		return strings.Contains(w.log.String(), "it ran") && strings.Contains(w.log.String(), "an asynchronous call failed")
	})
	if _, err := w.host.Invoke(t.Context(), lambda.Request{Function: "f", Type: "Later"}); err == nil {
		t.Error("an unknown type is taken")
	}
}

// TestClientContext must be an object, and not too large.
func TestClientContext(t *testing.T) {
	w := withFunctions(t, &lambda.Function{Name: named("echo"), Code: lambda.Echo{}})
	for context, good := range map[string]bool{
		`{"custom":{"a":"b"}}`: true, `{`: false, `[]`: false, `null`: false,
		`{"custom":"` + strings.Repeat("x", 2600) + `"}`: true, `{"custom":"` + strings.Repeat("x", 2700) + `"}`: false,
	} {
		_, err := w.host.Invoke(t.Context(), lambda.Request{Function: "echo", ClientContext: context})
		if good != (err == nil) || err != nil && !strings.HasPrefix(err.Error(), "InvalidRequestContentException: Client context must be") {
			t.Errorf("%.20s gave %v", context, err)
		}
	}
}

// TestCredentials: where there are none, functions have those of their account, which any SDK wants.
func TestCredentials(t *testing.T) {
	script := `printf '"%s"' "$AWS_ACCESS_KEY_ID"`
	code := lambda.Command{Args: []string{"/bin/sh", "-c", script}}
	w := withFunctions(t, &lambda.Function{Name: named("f"), Code: code},
		&lambda.Function{Name: named("profile"), Code: code, Environment: map[string]string{"AWS_PROFILE": "dev"}},
		&lambda.Function{Name: named("none"), Code: code, Environment: map[string]string{"AWS_ACCESS_KEY_ID": ""}})
	home := t.TempDir()
	for key, value := range map[string]string{"HOME": home, "AWS_ACCESS_KEY_ID": "", "AWS_PROFILE": "", "AWS_CONFIG_FILE": "", "AWS_SHARED_CREDENTIALS_FILE": "", "AWS_WEB_IDENTITY_TOKEN_FILE": "", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "", "AWS_CONTAINER_CREDENTIALS_FULL_URI": ""} {
		t.Setenv(key, value)
	}
	check := func(want string) {
		t.Helper()
		if got := w.invoke("f", "1"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	check(`"123456789012"`)
	for _, own := range []string{"profile", "none"} {
		if got := w.invoke(own, "1"); got != `""` {
			t.Errorf("%s got %s besides its own", own, got)
		}
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "mine")
	check(`"mine"`)
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	if err := os.MkdirAll(filepath.Join(home, ".aws"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, ".aws", "credentials"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	check(`""`)
}

// TestNames: what is said of a name must fit, the rest may be anything, and the most particular function
// answers.
func TestNames(t *testing.T) {
	const here = "arn:aws:lambda:us-east-1:123456789012:function:"
	var all []*lambda.Function
	for _, name := range []string{"f", "f:live", here + "g", here + "g:2", "210987654321:function:f"} {
		n, ok := lambda.ParseName(name)
		if !ok || n.String() != name {
			t.Fatalf("ParseName(%q) = %v, %t", name, n, ok)
		}
		all = append(all, &lambda.Function{Name: n, Code: lambda.Fixed{Answer: `"` + name + `"`}})
	}
	w := withFunctions(t, all...)
	for _, c := range []struct{ function, qualifier, want, version string }{
		{"f", "", "f", "$LATEST"},
		{"f:7", "", "f", "7"},
		{"f", "live", "f:live", "$LATEST"},
		{here + "f:live", "live", "f:live", "$LATEST"},
		{"arn:aws-cn:lambda:cn-north-1:111111111111:function:f", "", "f", "$LATEST"},
		{"arn:aws:lambda:eu-west-1:210987654321:function:f:$LATEST", "", "210987654321:function:f", "$LATEST"},
		{"g", "", here + "g", "$LATEST"},
		{"123456789012:function:g:2", "", here + "g:2", "2"},
		{"g", "$LATEST", here + "g", "$LATEST"},
		{"111111111111:function:g", "", "ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:111111111111:function:g", ""},
		{"f:live", "test", "InvalidParameterValueException: The derived qualifier from the function name does not match the specified qualifier.", ""},
		{"f", "a b", "ValidationException: 1 validation error detected: Value 'a b' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: (|[a-zA-Z0-9$_-]+)", ""},
		{"arn:aws:s3:::f", "", "ValidationException: 1 validation error detected: Value 'arn:aws:s3:::f' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: " +
			`(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?`, ""},
	} {
		r, err := w.host.Invoke(t.Context(), lambda.Request{Function: c.function, Qualifier: c.qualifier})
		got := strings.Trim(string(r.Payload), `"`)
		if err != nil {
			got = err.Error()
		}
		if got != c.want || r.Version != c.version {
			t.Errorf("%s %s: got %s %s, want %s %s", c.function, c.qualifier, got, r.Version, c.want, c.version)
		}
	}
	if _, err := lambda.NewSet(all[0], all[0]); err == nil {
		t.Error("two functions have one name")
	}
}

func FuzzParseName(f *testing.F) {
	f.Add("arn:aws:lambda:us-east-1:123456789012:function:greet:live")
	f.Add("a:function:b:c")
	f.Add("arn::lambda:0::function:00")
	f.Fuzz(func(t *testing.T, text string) {
		n, ok := lambda.ParseName(text)
		if !ok {
			return
		}
		if again, ok := lambda.ParseName(n.String()); !ok || again != n {
			t.Errorf("%q is %+v, and %q is %+v, %t", text, n, n.String(), again, ok)
		}
	})
}
