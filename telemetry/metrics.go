// Package telemetry shows Prometheus what a server does.
//
// A [Metrics] has the process's own numbers (processor time, memory, Go runtime), counts requests,
// and shows numbers that others keep. It knows nothing of what they mean: the server's parts are
// joined with it where the server is put together.
package telemetry

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics is what one server shows. It is safe for concurrent use. Make it with [New].
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
}

// New returns a Metrics with the numbers of the process.
func New() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "stepwell_requests_total",
			Help: "Requests of the API that were answered, by operation and, where it failed, error code.",
		}, []string{"operation", "code"}),
	}
	m.registry.MustRegister(
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewGoCollector(), m.requests)
	return m
}

// Handler answers with all numbers, in the text format of Prometheus.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Request counts an answered request. The operation is empty where there is none of that name, the
// code where it succeeded; both must come from small sets.
func (m *Metrics) Request(operation, code string) { m.requests.WithLabelValues(operation, code).Inc() }

// Counter says what a number is that only grows. By Prometheus's convention its name ends in _total.
type Counter struct{ Name, Help string }

// Gauge says what a number is that grows and shrinks.
type Gauge struct{ Name, Help string }

// Measure shows gauges that somebody else keeps, as Count does counters.
func (m *Metrics) Measure(gauges []Gauge, read func() []float64) {
	g := &reader{read: read, kind: prometheus.GaugeValue}
	for _, k := range gauges {
		g.descriptions = append(g.descriptions, prometheus.NewDesc(k.Name, k.Help, nil, nil))
	}
	m.registry.MustRegister(g)
}

// Count shows counters that somebody else keeps. What read returns goes with them by index; it is
// called once whenever the numbers are asked for. A name that is there already panics.
func (m *Metrics) Count(counters []Counter, read func() []float64) {
	c := &reader{read: read, kind: prometheus.CounterValue}
	for _, k := range counters {
		c.descriptions = append(c.descriptions, prometheus.NewDesc(k.Name, k.Help, nil, nil))
	}
	m.registry.MustRegister(c)
}

// reader is a prometheus.Collector of numbers that are read together.
type reader struct {
	descriptions []*prometheus.Desc
	read         func() []float64
	kind         prometheus.ValueType
}

var _ prometheus.Collector = (*reader)(nil)

// Describe implements prometheus.Collector.
func (r *reader) Describe(to chan<- *prometheus.Desc) {
	for _, d := range r.descriptions {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (r *reader) Collect(to chan<- prometheus.Metric) {
	for i, v := range r.read() {
		to <- prometheus.MustNewConstMetric(r.descriptions[i], r.kind, v)
	}
}
