package lambda_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/lambda"
)

// TestResults of handlers in every language.
func TestResults(t *testing.T) {
	each(t, func(t *testing.T, l language) {
		w := withFunctions(t, l.function("f"))
		for _, event := range []string{`{"a":[1,2.5,"ü",null,true]}`, `0`, `"text"`, `[]`, `null`, `{}`} {
			got := w.invoke("f", event)
			if l.name == "python" { // it writes JSON in its own way
				got = strings.NewReplacer(", ", ",", ": ", ":", `\u00fc`, "ü").Replace(got)
			}
			if got != event {
				t.Errorf("%s gave %s", event, got)
			}
		}
		var context struct {
			Name, Version, ARN, ID, Custom, Env string
			Remaining                           bool
		}
		got := w.invoke("f", `{"do":"context"}`)
		if err := json.Unmarshal([]byte(got), &context); err != nil {
			t.Fatalf("%v in %s", err, got)
		}
		if s := fmt.Sprint(context); s != "{f $LATEST arn:aws:lambda:us-east-1:123456789012:function:f ID b hi true}" {
			t.Errorf("the context is %s", s)
		}
	})
}

// TestFailures of handlers in every language have Lambda's forms.
func TestFailures(t *testing.T) {
	wanted := map[string]map[string]string{
		"go": {
			"raise": `{"errorMessage":"too many","errorType":"Refused"}`,
			"error": `{"errorMessage":"plain","errorType":"errorString"}`,
			"panic": `{"errorMessage":"oh no","errorType":"string","stackTrace":…`,
			"exit":  `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 3"}`,
			"large": `{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}`,
		},
		"python": {
			"raise":          `{"errorMessage": "too many", "errorType": "Refused", "requestId": "ID", "stackTrace": ["  File \"DIR/app.py\", line 22, in handler\n    raise Refused(\"too many\")\n"]}`,
			"error":          `{"errorMessage": "plain", "errorType": "Exception", "requestId": "ID", "stackTrace": ["  File \"DIR/app.py\", line 24, in handler\n    raise Exception(\"plain\")\n"]}`,
			"exit":           `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 3"}`,
			"large":          `{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}`,
			"odd":            `{"errorMessage": "\ud800", "errorType": "Exception", "requestId": "ID", "stackTrace": ["  File…`,
			"unmarshallable": `{"errorMessage": "Unable to marshal response: Object of type set is not JSON serializable", "errorType": "Runtime.MarshalError", "requestId": "ID", "stackTrace": []}`,
		},
		"node": {
			"raise":  `{"errorType":"Refused","errorMessage":"too many","trace":["Refused: too many","    at handler (file://DIR/index.mjs:16:25)"]}`,
			"error":  `{"errorType":"Error","errorMessage":"plain","trace":["Error: plain","    at handler (file://DIR/index.mjs:17:25)"]}`,
			"panic":  `{"errorType":"Refused","errorMessage":"oh no","trace":["Refused: oh no",…`,
			"reject": `{"errorType":"Runtime.UnhandledPromiseRejection","errorMessage":"Refused: nobody cares","trace":["Runtime.UnhandledPromiseRejection: Refused: nobody cares",…`,
			"exit":   `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 3"}`,
			"large":  `{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}`,
		},
	}
	each(t, func(t *testing.T, l language) {
		w := withFunctions(t, l.function("f"))
		for _, do := range slices.Sorted(maps.Keys(wanted[l.name])) {
			got := strings.ReplaceAll(w.invoke("f", `{"do":"`+do+`"}`), l.dir, "DIR")
			want := "error " + wanted[l.name][do]
			if start, open := strings.CutSuffix(want, "…"); got != want && !(open && strings.HasPrefix(got, start)) {
				t.Errorf("%s: got  %s\nwant %s", do, got, want)
			}
			if got := w.invoke("f", "7"); got != "7" {
				t.Errorf("after %s it gave %s", do, got)
			}
		}
	})
}

// TestInitFailures are told to each call: what the runtime says, or how its process ended.
func TestInitFailures(t *testing.T) {
	for _, c := range []struct{ language, handler, fail, want string }{
		{"go", "", "init", `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 7"}`},
		{"python", "app.handler", "init", `{"errorMessage": "no configuration", "errorType": "RuntimeError", "requestId": "", "stackTrace": ["  File \"…`},
		{"python", "app.handler", "exit", `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 7"}`},
		{"python", "app.nobody", "", `{"errorMessage": "Handler 'nobody' missing on module 'app'", "errorType": "Runtime.HandlerNotFound", "requestId": "", "stackTrace": []}`},
		{"python", "nothing.handler", "", `{"errorMessage": "Unable to import module 'nothing': No module named 'nothing'", "errorType": "Runtime.ImportModuleError", "requestId": "", "stackTrace": []}`},
		{"python", "app", "", `{"errorMessage": "Bad handler 'app': not enough values to unpack (expected 2, got 1)", "errorType": "Runtime.MalformedHandlerName", "requestId": "", "stackTrace": []}`},
		{"python", "broken.handler", "", `{"errorMessage": "Syntax error in module 'broken': …`},
		{"node", "index.handler", "init", `{"errorType":"Error","errorMessage":"no configuration","trace":["Error: no configuration","    at file://DIR/index.mjs:2:40",…`},
		{"node", "index.handler", "exit", `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 7"}`},
		{"node", "index.nobody", "", `{"errorType":"Runtime.HandlerNotFound","errorMessage":"index.nobody is undefined or not exported","trace":…`},
		{"node", "nothing.handler", "", `{"errorType":"Runtime.ImportModuleError","errorMessage":"Error: Cannot find module 'DIR/nothing'\nRequire stack:…`},
		{"node", "index", "", `{"errorType":"Runtime.MalformedHandlerName","errorMessage":"Bad handler","trace":…`},
		{"node", "broken.handler", "", `{"errorType":"Runtime.UserCodeSyntaxError","errorMessage":"SyntaxError: …`},
	} {
		for _, l := range languages(t) {
			if l.name != c.language {
				continue
			}
			t.Run(c.language+" "+c.handler+" "+c.fail, func(t *testing.T) {
				f := l.function("f")
				l.code.Handler = c.handler
				f.Code = l.code
				f.Environment = map[string]string{"FAIL": c.fail}
				w := withFunctions(t, f)
				for range 2 {
					got := strings.ReplaceAll(w.invoke("f", "{}"), l.dir, "DIR")
					want := "error " + c.want
					if start, open := strings.CutSuffix(want, "…"); got != want && !(open && strings.HasPrefix(got, start)) {
						t.Errorf("got  %s\nwant %s", got, want)
					}
				}
			})
		}
	}
}

// TestNoProgram to start.
func TestNoProgram(t *testing.T) {
	w := withFunctions(t,
		&lambda.Function{Name: named("f"), Code: lambda.Runtime{Language: lambda.Go, Args: []string{"./nothing"}}, Dir: t.TempDir()},
		&lambda.Function{Name: named("g"), Code: lambda.Command{Args: []string{"no-such-program"}}, Dir: t.TempDir()})
	for function, want := range map[string]string{
		"f": `error {"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: ID Error: fork/exec ./nothing: no such file or directory"}`,
		"g": `error {"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: ID Error: fork/exec no-such-program: executable file not found in $PATH"}`,
	} {
		if got := w.invoke(function, "{}"); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// TestNodeHandlers of every kind.
func TestNodeHandlers(t *testing.T) {
	if !has(t, "node") {
		t.Skip("there is no Node")
	}
	all := map[string]string{
		"index.callback": `{"called":7}`, "index.early": `"early"`, "index.nothing": `null`, "index.deep.inside.handler": `"deep"`,
		"index.failing": `error {"errorType":"Refused","errorMessage":"by callback","trace":…`,
		"old.handler":   `{"common":7}`, "old.done": `"done"`,
	}
	for _, l := range languages(t) {
		if l.name != "node" {
			continue
		}
		for handler, want := range all {
			t.Run(handler, func(t *testing.T) {
				f := l.function("f")
				l.code.Handler = handler
				f.Code = l.code
				w := withFunctions(t, f)
				for range 2 {
					got := w.invoke("f", "7")
					if start, open := strings.CutSuffix(want, "…"); got != want && !(open && strings.HasPrefix(got, start)) {
						t.Errorf("got %s, want %s", got, want)
					}
				}
			})
		}
	}
}

// TestPrinting: what a function prints is in the log, line by line, and at the end of a response that
// asks for it.
func TestPrinting(t *testing.T) {
	each(t, func(t *testing.T, l language) {
		w := withFunctions(t, l.function("f"))
		r, err := w.host.Invoke(t.Context(), lambda.Request{Function: "f", Payload: []byte(`{"do":"print"}`), Tail: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, stream := range []string{"stdout", "stderr"} {
			line := fmt.Sprintf(`level=INFO msg="to %s" function=f requestId=%s stream=%[1]s`, stream, r.RequestID)
			eventually(t, line, func() bool { return strings.Contains(w.log.String(), line) })
			if !strings.Contains(r.Log, "to "+stream+"\n") {
				t.Errorf("the end of the log is\n%s", r.Log)
			}
		}
		if l.name == "python" && !regexp.MustCompile(`\[WARNING\]\t[0-9T:.-]+Z\t`+r.RequestID+`\tto the log\n`).MatchString(r.Log) {
			t.Errorf("the end of the log is\n%s", r.Log)
		}
		if !regexp.MustCompile(`(?s)^START RequestId: ` + r.RequestID + ` Version: \$LATEST\n.*\nEND RequestId: ` + r.RequestID +
			`\nREPORT RequestId: ` + r.RequestID + `\tDuration: [0-9.]+ ms\t.*\n$`).MatchString(r.Log) {
			t.Errorf("the end of the log is\n%s", r.Log)
		}
	})
}
