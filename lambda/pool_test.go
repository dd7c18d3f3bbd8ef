//go:build unix

package lambda_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stepwell/stepwell/lambda"
)

// TestTimeout kills the process of a function that takes too long; the next call finds another one.
func TestTimeout(t *testing.T) {
	each(t, func(t *testing.T, l language) {
		f := l.function("f")
		f.Timeout = time.Second
		w := withFunctions(t, f)
		first := w.invoke("f", `{"do":"sleep","ms":1}`)
		want := `error {"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ID Error: Task timed out after 1.00 seconds"}`
		if got := w.invoke("f", `{"do":"sleep","ms":60000}`); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if second := w.invoke("f", `{"do":"sleep","ms":1}`); second == first {
			t.Errorf("process %s goes on after it took too long", first)
		}
	})
}

// TestProcessOutlivesALargeResult, as on Lambda. AWS's library for Go ends the program then.
func TestProcessOutlivesALargeResult(t *testing.T) {
	each(t, func(t *testing.T, l language) {
		f := l.function("f")
		f.Concurrency = 1 // or a call that comes before the process asks for one makes another start
		w := withFunctions(t, f)
		first := w.invoke("f", `{"do":"sleep","ms":1}`)
		if got := w.invoke("f", `{"do":"large"}`); !strings.Contains(got, "Function.ResponseSizeTooLarge") {
			t.Errorf("got %.100s", got)
		}
		if second := w.invoke("f", `{"do":"sleep","ms":1}`); second != first && l.name != "go" {
			t.Errorf("process %s became %s", first, second)
		}
	})
}

// TestConcurrency: 100 calls at once get their answers from at most 10 processes.
func TestConcurrency(t *testing.T) {
	each(t, func(t *testing.T, l language) {
		w := withFunctions(t, l.function("f"))
		var (
			all sync.WaitGroup
			mu  sync.Mutex
			ids = map[string]int{}
		)
		for range 100 {
			all.Go(func() {
				id := w.invoke("f", `{"do":"sleep","ms":20}`)
				mu.Lock()
				defer mu.Unlock()
				ids[id]++
			})
		}
		all.Wait()
		n := 0
		for id, calls := range ids {
			if _, err := strconv.Atoi(id); err != nil {
				t.Errorf("a call gave %s", id)
			}
			n += calls
		}
		if len(ids) > 10 || n != 100 {
			t.Errorf("%d processes answered %d calls", len(ids), n)
		}
	})
}

// TestThrottle refuses what is more than the concurrency of a function that wants that.
func TestThrottle(t *testing.T) {
	dir := t.TempDir()
	wait := `touch $$; while [ ! -e release ]; do sleep 0.01; done; echo '"done"'`
	f := &lambda.Function{Name: named("f"), Code: lambda.Command{Args: []string{"/bin/sh", "-c", wait}}, Dir: dir, Concurrency: 2, Throttle: true, Timeout: time.Minute}
	w := withFunctions(t, f)
	answers := make(chan string, 2)
	for range 2 {
		go func() { answers <- w.invoke("f", "1") }()
	}
	eventually(t, "two calls run", func() bool {
		running, err := os.ReadDir(dir)
		return err == nil && len(running) == 2
	})
	if got := w.invoke("f", "1"); got != "429 TooManyRequestsException: Rate Exceeded." {
		t.Errorf("the third call gave %s", got)
	}
	if r, err := w.host.Invoke(t.Context(), lambda.Request{Function: "f", Type: lambda.Event}); err != nil || r.Status != 202 {
		t.Errorf("an asynchronous call gave %+v, %v", r, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "release"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got := <-answers; got != `"done"` {
			t.Errorf("a call gave %s", got)
		}
	}
	eventually(t, "the asynchronous call has run too", func() bool {
		ran, err := os.ReadDir(dir)
		return err == nil && len(ran) == 4
	})
}

// TestThrottleAfterAChange: processes that end, because their code has changed, are no calls.
func TestThrottleAfterAChange(t *testing.T) {
	each(t, func(t *testing.T, l language) {
		l, change := copied(t, l)
		f := l.function("f")
		f.Concurrency, f.Throttle = 2, true
		w := withFunctions(t, f)
		for version := range 3 {
			var both sync.WaitGroup
			for range 2 {
				both.Go(func() {
					if got := w.invoke("f", `{"do":"sleep","ms":50}`); strings.HasPrefix(got, "429") {
						t.Errorf("after version %d a call gave %s", version+1, got)
					}
				})
			}
			both.Wait()
			change(strconv.Itoa(version + 2))
		}
	})
}

// python is the runtime with a program as app.py in a directory of its own.
func python(t *testing.T, program string) *lambda.Function {
	t.Helper()
	if !has(t, "python3") {
		t.Skip("there is no Python")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "app.py"), []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	return &lambda.Function{Name: named("f"), Dir: dir, Timeout: 20 * time.Second, Code: lambda.Runtime{Language: lambda.Python, Handler: "app.handler", Args: []string{"python3"}}}
}

// TestChangeWhileStarting: what was loaded while the code changed counts for nothing, whether it
// worked or not, unless the code always changes then.
func TestChangeWhileStarting(t *testing.T) {
	const change = "open(__file__, 'w').write('def handler(event, context): return \"new\"\\n')\n"
	for name, c := range map[string]struct{ program, want string }{
		"it fails":          {change + "raise Exception('half written')\n", `"new"`},
		"it works":          {change + "def handler(event, context): return 'old'\n", `"new"`},
		"it always changes": {"open(__file__, 'a').write('#\\n')\ndef handler(event, context): return 'it'\n", `"it"`},
	} {
		t.Run(name, func(t *testing.T) {
			w := withFunctions(t, python(t, c.program))
			if got := w.invoke("f", "1"); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// TestDeathBetweenCalls: a caller does not see that a process has died since the last call.
func TestDeathBetweenCalls(t *testing.T) {
	each(t, func(t *testing.T, l language) {
		w := withFunctions(t, l.function("f"))
		for range 5 {
			id, err := strconv.Atoi(w.invoke("f", `{"do":"sleep","ms":1}`))
			if err != nil {
				t.Fatal(err)
			}
			if err := syscall.Kill(id, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the process is gone", func() bool { return syscall.Kill(id, 0) != nil })
			if got := w.invoke("f", "7"); got != "7" {
				t.Errorf("the next call gave %s", got)
			}
		}
	})
}

// TestPanicAfterPanic: a Go program ends after it has told of a panic; calls that come meanwhile do
// not suffer.
func TestPanicAfterPanic(t *testing.T) {
	each(t, func(t *testing.T, l language) {
		if l.name != "go" {
			t.Skip("only there")
		}
		f := l.function("f")
		f.Concurrency = 1
		w := withFunctions(t, f)
		for range 20 {
			if got := w.invoke("f", `{"do":"panic"}`); !strings.HasPrefix(got, `error {"errorMessage":"oh no"`) {
				t.Errorf("a panic gave %s", got)
			}
			if got := w.invoke("f", "7"); got != "7" {
				t.Errorf("after a panic it gave %s", got)
			}
		}
	})
}

// TestIdle: a process that is not called ends.
func TestIdle(t *testing.T) {
	each(t, func(t *testing.T, l language) {
		f := l.function("f")
		f.Idle = 10 * time.Millisecond
		w := withFunctions(t, f)
		id, err := strconv.Atoi(w.invoke("f", `{"do":"sleep","ms":1}`))
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, "the process has ended", func() bool { return syscall.Kill(id, 0) != nil })
		if got := w.invoke("f", "7"); got != "7" {
			t.Errorf("the next call gave %s", got)
		}
	})
}

// copied is a language with its function in a directory of its own, and the way to change its version.
func copied(t *testing.T, l language) (language, func(version string)) {
	t.Helper()
	original, dir := l.dir, t.TempDir()
	file := map[string]string{"python": "app.py", "node": "index.mjs", "go": "bootstrap"}[l.name]
	change := func(version string) {
		if l.name == "go" {
			if err := compile(filepath.Join(dir, file), "-ldflags", "-X main.version="+version); err != nil {
				t.Error(err)
			}
			return
		}
		text, err := os.ReadFile(filepath.Join(original, file))
		if err != nil {
			t.Error(err)
		}
		text = []byte(strings.NewReplacer(`VERSION = "1"`, `VERSION = "`+version+`"`, `version = '1'`, `version = '`+version+`'`).Replace(string(text)))
		if err := os.WriteFile(filepath.Join(dir, file), text, 0o600); err != nil {
			t.Error(err)
		}
	}
	change("1")
	l.dir = dir
	return l, change
}

// TestHotReload: while calls run, the code changes three times; no call fails, and soon all see the new
// version.
func TestHotReload(t *testing.T) {
	each(t, func(t *testing.T, l language) {
		l, change := copied(t, l)
		f := l.function("f")
		f.Concurrency = 4
		w := withFunctions(t, f)
		ctx, cancel := context.WithCancel(t.Context())
		var (
			callers sync.WaitGroup
			calls   = make([]int, 8)
		)
		for i := range calls {
			callers.Go(func() {
				for seen := 0; ctx.Err() == nil; calls[i]++ {
					got := w.invoke("f", `{"do":"version"}`)
					version, err := strconv.Atoi(strings.Trim(got, `"`))
					if err != nil && t.Context().Err() == nil {
						t.Errorf("a call gave %s", got)
					}
					seen = max(seen, version)
				}
			})
		}
		for version := range 4 {
			want := strconv.Itoa(version + 1)
			if version > 0 {
				change(want)
			}
			eventually(t, "version "+want+" answers", func() bool { return w.invoke("f", `{"do":"version"}`) == `"`+want+`"` })
			for range 20 {
				if got := w.invoke("f", `{"do":"version"}`); got != `"`+want+`"` {
					t.Errorf("after version %s it gave %s", want, got)
				}
			}
		}
		cancel()
		callers.Wait()
		n := 0
		for _, c := range calls {
			n += c
		}
		t.Logf("%d calls meanwhile", n)
	})
}

// TestChangedFunctions: those that are as before keep their processes, the others get new ones, and
// calls that run meanwhile are answered.
func TestChangedFunctions(t *testing.T) {
	each(t, func(t *testing.T, l language) {
		s := new(functions)
		s.change(t, l.function("same"), l.function("other"), l.function("gone"))
		w := newWorld(t, s)
		process := func(name string) string { return w.invoke(name, `{"do":"sleep","ms":1}`) }
		same, other := process("same"), process("other")
		running := make(chan string)
		go func() { running <- w.invoke("gone", `{"do":"sleep","ms":300}`) }()
		eventually(t, "the call runs", func() bool { return strings.Count(w.log.String(), "has started") == 3 })
		changed := l.function("other")
		changed.Environment["GREETING"] = "hello"
		s.change(t, l.function("same"), changed)
		if now := process("same"); now != same {
			t.Errorf("the function that is the same has process %s, before %s", now, same)
		}
		if now := process("other"); now == other {
			t.Errorf("the function that is another has process %s as before", now)
		}
		if got := w.invoke("other", `{"do":"context"}`); !strings.Contains(got, "hello") {
			t.Errorf("the function that is another gave %s", got)
		}
		if got := w.invoke("gone", "1"); got != "404 ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:123456789012:function:gone" {
			t.Errorf("the function that is gone gave %s", got)
		}
		if _, err := strconv.Atoi(<-running); err != nil {
			t.Errorf("a call of a function that is gone: %v", err)
		}
	})
}

// TestChangedFunctionsUnderLoad: a function is replaced by another again and again while callers make its
// processes start; every call is answered.
func TestChangedFunctionsUnderLoad(t *testing.T) {
	for _, l := range languages(t) {
		if l.name != "go" { // its processes start fastest
			continue
		}
		s := new(functions)
		replace := func(i int) {
			f := l.function("f")
			f.Environment["GREETING"] = strconv.Itoa(i)
			s.change(t, f)
		}
		replace(0)
		w := newWorld(t, s)
		done := make(chan struct{})
		var callers sync.WaitGroup
		for range 8 {
			callers.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
						if got := w.invoke("f", "1"); got != "1" {
							t.Errorf("got %s", got)
						}
					}
				}
			})
		}
		for i := range 100 {
			replace(i + 1)
			if got := w.invoke("f", "1"); got != "1" {
				t.Errorf("after change %d got %s", i, got)
			}
		}
		close(done)
		callers.Wait()
	}
}

// TestLeaving callers do not end what runs; a closed host does, and answers.
func TestLeaving(t *testing.T) {
	each(t, func(t *testing.T, l language) {
		f := l.function("f")
		f.Concurrency = 1
		w := withFunctions(t, f)
		process := w.invoke("f", `{"do":"sleep","ms":1}`)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		_, err := w.host.Invoke(ctx, lambda.Request{Function: "f", Payload: []byte(`{"do":"sleep","ms":200}`)})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a caller that left got %v", err)
		}
		if now := w.invoke("f", `{"do":"sleep","ms":1}`); now != process {
			t.Errorf("process %s became %s", process, now)
		}
		running := make(chan string)
		for range 2 {
			go func() { running <- w.invoke("f", `{"do":"sleep","ms":60000}`) }()
		}
		if err := w.host.Close(); err != nil {
			t.Error(err)
		}
		for range 2 {
			if got := <-running; got != "500 ServiceException: The server is closing." {
				t.Errorf("a call of a host that closes gave %s", got)
			}
		}
		if got := w.invoke("f", "1"); got != "500 ServiceException: The server is closing." {
			t.Errorf("a call of a host that is closed gave %s", got)
		}
	})
}

// TestManyFailures at once: each call that waits for a process that cannot start is told why.
func TestManyFailures(t *testing.T) {
	each(t, func(t *testing.T, l language) {
		f := l.function("f")
		f.Environment["FAIL"] = "init"
		f.Concurrency = 3
		w := withFunctions(t, f)
		var all sync.WaitGroup
		for range 9 {
			all.Go(func() {
				if got := w.invoke("f", "{}"); !strings.HasPrefix(got, "error ") {
					t.Errorf("a call gave %s", got)
				}
			})
		}
		all.Wait()
	})
}
