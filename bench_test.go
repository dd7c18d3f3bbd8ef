package stepwell_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stepwell/stepwell"
)

func open(b *testing.B, store string) *stepwell.Server {
	b.Helper()
	server, err := stepwell.New(stepwell.Options{Store: store, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	return server
}

func shut(b *testing.B, server *stepwell.Server) {
	b.Helper()
	if err := server.Close(); err != nil {
		b.Fatal(err)
	}
}

// ask calls an operation without a network.
func ask(b *testing.B, server *stepwell.Server, operation, body string) string {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	for k, v := range target(operation) {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	server.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		b.Fatalf("%s: %d %s", operation, w.Code, w.Body)
	}
	return w.Body.String()
}

// BenchmarkFirstAnswer is an empty store to the answer of the first durable start.
func BenchmarkFirstAnswer(b *testing.B) {
	for i := range b.N {
		server := open(b, "pebble:"+filepath.Join(b.TempDir(), strconv.Itoa(i)))
		ask(b, server, "CreateStateMachine", create("m", passOnly))
		ask(b, server, "StartExecution", `{"stateMachineArn":"`+machineARN+`m"}`)
		b.StopTimer()
		shut(b, server)
		b.StartTimer()
	}
}

// BenchmarkStart is StartExecution of a machine of five Pass states, durable, by the number of
// callers at once.
func BenchmarkStart(b *testing.B) {
	five := `{"StartAt":"A","States":{`
	for _, s := range []string{"AB", "BC", "CD", "DE"} {
		five += fmt.Sprintf(`"%c":{"Type":"Pass","Next":"%c"},`, s[0], s[1])
	}
	five += `"E":{"Type":"Pass","End":true}}}`
	for _, callers := range []int{1, 16, 256} {
		b.Run(fmt.Sprint("callers=", callers), func(b *testing.B) {
			server := open(b, "pebble:"+b.TempDir())
			ask(b, server, "CreateStateMachine", create("m", five))
			b.ResetTimer()
			concurrently(b, callers, b.N, func() {
				ask(b, server, "StartExecution", `{"stateMachineArn":"`+machineARN+`m","input":"{\"a\":1}"}`)
			})
			b.StopTimer()
			shut(b, server)
		})
	}
}

func concurrently(b *testing.B, callers, count int, f func()) {
	b.Helper()
	work := make(chan struct{}, count)
	for range count {
		work <- struct{}{}
	}
	close(work)
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for range work {
				f()
			}
		})
	}
	all.Wait()
}

// BenchmarkOpenLargeStore opens a store with a million closed and 100,000 waiting executions. It takes
// minutes to fill one: STEPWELL_LARGE_STORE names a directory to keep it in for the next time, and
// without it the benchmark is skipped.
func BenchmarkOpenLargeStore(b *testing.B) {
	dir := os.Getenv("STEPWELL_LARGE_STORE")
	if dir == "" {
		b.Skip("STEPWELL_LARGE_STORE is not set")
	}
	if _, err := os.Stat(filepath.Join(dir, "filled")); err != nil {
		fillLargeStore(b, dir)
	}
	b.ResetTimer()
	for range b.N {
		server := open(b, "pebble:"+filepath.Join(dir, "data"))
		ask(b, server, "StartExecution", `{"stateMachineArn":"`+machineARN+`pass"}`)
		b.StopTimer()
		shut(b, server)
		b.StartTimer()
	}
}

func fillLargeStore(b *testing.B, dir string) {
	b.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	server := open(b, "pebble:"+filepath.Join(dir, "data"))
	ask(b, server, "CreateStateMachine", create("pass", passOnly))
	ask(b, server, "CreateStateMachine", create("wait", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":99999999,"End":true}}}`))
	for machine, count := range map[string]int{"wait": 100_000, "pass": 1_000_000} {
		b.Logf("starting %d executions of %s", count, machine)
		concurrently(b, 512, count, func() {
			ask(b, server, "StartExecution", `{"stateMachineArn":"`+machineARN+machine+`"}`)
		})
	}
	shut(b, server)
	if err := os.WriteFile(filepath.Join(dir, "filled"), nil, 0o644); err != nil {
		b.Fatal(err)
	}
}
