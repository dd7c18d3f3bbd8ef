package bench

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestLatencyIsByNearestRank(t *testing.T) {
	var hundred []time.Duration
	for i := range 100 {
		hundred = append(hundred, time.Duration(100-i)*time.Millisecond)
	}
	for _, c := range []struct {
		name    string
		samples []time.Duration
		want    Latency
	}{
		{"none", nil, Latency{}},
		{"one", []time.Duration{1500 * time.Microsecond}, Latency{P50: 1.5, P90: 1.5, P99: 1.5, Max: 1.5}},
		{"two", []time.Duration{2 * time.Millisecond, time.Millisecond}, Latency{P50: 1, P90: 2, P99: 2, Max: 2}},
		{"a hundred", hundred, Latency{P50: 50, P90: 90, P99: 99, Max: 100}},
	} {
		if got := latencyOf(c.samples); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		numbers []float64
		want    float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1}, 5}, {[]float64{9, 1, 2}, 2}} {
		if got := median(c.numbers); got != c.want {
			t.Errorf("median(%v) = %v, want %v", c.numbers, got, c.want)
		}
	}
}

func TestLimitRatios(t *testing.T) {
	var l limits
	l.add(1000, 500, 500, 100, 2) // the limit is 250
	l.add(1000, 100, 100, 50, 3)  // the limit is 50
	l.add(1000, 0, 100, 50, 4)    // a part that did nothing has no ratio
	want := Limit{
		Rounds: 3, LogPerSecond: 1000, PebblePerSecond: 100, HTTPPerSecond: 100, ServerPerSecond: 50,
		RequestsPerExecution: 3, PebbleToLog: 0.3, ServerToLimit: 0.7,
	}
	if got := *l.report(); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestParseUsage(t *testing.T) {
	const text = `# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 1.5
go_gc_duration_seconds{quantile="0"} 2e-05
process_resident_memory_bytes 3.0e+07
`
	got, err := parseUsage(strings.NewReader(text))
	want := usage{cpuSeconds: 1.5, residentBytes: 3e7}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	if _, err := parseUsage(strings.NewReader("a b\n")); err == nil {
		t.Error("a sample without a number is no error")
	}
}

func TestUsageHasOnlyWhatTheServerShows(t *testing.T) {
	from := usage{cpuSeconds: 1, logBytes: 100, flushBytes: 5, compactionBytes: 5, logSyncs: 2}
	to := usage{cpuSeconds: 3, logBytes: 500, flushBytes: 15, compactionBytes: 35, logSyncs: 10, residentBytes: 7}
	s := spentBetween(from, to)
	got := s.per(4)
	want := Usage{CPUMilliseconds: new(500.), LogBytes: new(100.), TableBytes: new(10.), LogSyncs: new(2.), ResidentBytes: new(7.)}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	s = spentBetween(usage{}, usage{})
	if got := s.per(4); got != (Usage{}) {
		t.Errorf("a server without metrics uses %+v", got)
	}
}
