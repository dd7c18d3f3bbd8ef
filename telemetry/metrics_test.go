package telemetry_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/telemetry"
)

func TestHandlerShowsTheNumbers(t *testing.T) {
	m := telemetry.New()
	m.Request("StartExecution", "")
	m.Request("StartExecution", "")
	m.Request("DescribeExecution", "ExecutionDoesNotExist")
	reads := 0
	m.Count([]telemetry.Counter{{Name: "a_total", Help: "A."}, {Name: "b_total", Help: "B."}}, func() []float64 {
		reads++
		return []float64{1, 2.5}
	})
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{
		`stepwell_requests_total{code="",operation="StartExecution"} 2`,
		`stepwell_requests_total{code="ExecutionDoesNotExist",operation="DescribeExecution"} 1`,
		"# TYPE a_total counter\na_total 1\n", "b_total 2.5\n", "process_cpu_seconds_total ", "go_memstats_heap_alloc_bytes ",
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %q in\n%s", want, w.Body)
		}
	}
	if reads != 1 {
		t.Errorf("the counters were read %d times for one answer", reads)
	}
}
