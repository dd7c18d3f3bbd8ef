package stepwell_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/stepwell/stepwell"
	"github.com/stepwell/stepwell/lambda"
)

// BenchmarkFunction is a warm function, called from its host and as the Task state of an execution, from
// its start to its end, by 64 callers at once, or as an iteration of a Map; and the start of a process
// with its first call.
func BenchmarkFunction(b *testing.B) {
	quiet := slog.New(slog.DiscardHandler)
	for name, f := range handlers(b) {
		set := setOf(b, f)
		b.Run(name+"/host", func(b *testing.B) {
			h := lambda.New(lambda.Options{Source: set, Account: "123456789012", Region: "us-east-1", Logger: quiet})
			call := func() {
				if r, err := h.Invoke(b.Context(), lambda.Request{Function: name, Payload: []byte(`{"a":1}`)}); err != nil || r.FunctionError != "" {
					b.Errorf("%v, %s", err, r.Payload)
				}
			}
			concurrently(b, 64, 200, call)
			b.ResetTimer()
			concurrently(b, 64, b.N, call)
			b.StopTimer()
			if err := h.Close(); err != nil {
				b.Error(err)
			}
		})
		for _, store := range []string{"memory:", "pebble:"} {
			b.Run(name+"/task/"+store, func(b *testing.B) {
				place := store
				if store == "pebble:" {
					place += b.TempDir()
				}
				server, err := stepwell.New(stepwell.Options{Store: place, Logger: quiet, Functions: set})
				if err != nil {
					b.Fatal(err)
				}
				machine, err := server.Define(b.Context(), "m", `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"`+functionARN+name+`","End":true}}}`)
				if err != nil {
					b.Fatal(err)
				}
				call := func() {
					execution, err := server.StartMachine(b.Context(), machine, `{"a":1}`)
					if err != nil {
						b.Error(err)
						return
					}
					if r, err := server.Wait(b.Context(), execution); err != nil || r.Status != "SUCCEEDED" {
						b.Errorf("%v, %+v", err, r)
					}
				}
				concurrently(b, 64, 200, call)
				b.ResetTimer()
				concurrently(b, 64, b.N, call)
				b.StopTimer()
				shut(b, server)
			})
		}
		b.Run(name+"/map", func(b *testing.B) {
			server, err := stepwell.New(stepwell.Options{Store: "pebble:" + b.TempDir(), Logger: quiet, Functions: set})
			if err != nil {
				b.Fatal(err)
			}
			items := func(n int) string { return "[" + strings.TrimSuffix(strings.Repeat(`{"a":1},`, n), ",") + "]" }
			call := func(n int) {
				r, err := server.Run(b.Context(), `{"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"T",
					"States":{"T":{"Type":"Task","Resource":"`+functionARN+name+`","End":true}}}}}}`, items(n))
				if err != nil || r.Status != "SUCCEEDED" {
					b.Errorf("%v, %+v", err, r)
				}
			}
			call(100)
			b.ResetTimer()
			for left := b.N; left > 0; left -= 1000 {
				call(min(left, 1000))
			}
			b.StopTimer()
			shut(b, server)
		})
		b.Run(name+"/cold", func(b *testing.B) {
			for range b.N {
				h := lambda.New(lambda.Options{Source: set, Account: "123456789012", Region: "us-east-1", Logger: quiet})
				if r, err := h.Invoke(b.Context(), lambda.Request{Function: name}); err != nil || r.FunctionError != "" {
					b.Errorf("%v, %s", err, r.Payload)
				}
				b.StopTimer()
				if err := h.Close(); err != nil {
					b.Error(err)
				}
				b.StartTimer()
			}
		})
	}
}
