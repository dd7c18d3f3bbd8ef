package telemetry

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// maxMachines bounds the machines that are told apart: each has numbers of its own. Executions of
// others count together, under the empty name.
const maxMachines = 1000

// Executions counts what became of executions, by machine. It is safe for concurrent use.
type Executions struct {
	started *prometheus.CounterVec
	ended   *prometheus.CounterVec
	seconds *prometheus.HistogramVec
	names   bounded
}

// Executions shows executions, and returns where to count them. It may be called once.
func (m *Metrics) Executions() *Executions {
	e := &Executions{
		started: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "stepwell_executions_started_total",
			Help: "Executions that were started, by the ARN of the state machine.",
		}, []string{"machine"}),
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "stepwell_executions_ended_total",
			Help: "Executions that ended, by the ARN of the state machine and the status: SUCCEEDED, FAILED, TIMED_OUT or ABORTED.",
		}, []string{"machine", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "stepwell_execution_seconds",
			Help: "How long executions took that ended, by status.",
			// From a millisecond to four months.
			Buckets: prometheus.ExponentialBuckets(0.001, 10, 11),
		}, []string{"status"}),
	}
	m.registry.MustRegister(e.started, e.ended, e.seconds)
	return e
}

// Started counts an execution that began.
func (e *Executions) Started(machine string) { e.started.WithLabelValues(e.names.of(machine)).Inc() }

// Ended counts an execution that ended, and how long it took.
func (e *Executions) Ended(machine, status string, took time.Duration) {
	e.ended.WithLabelValues(e.names.of(machine), status).Inc()
	e.seconds.WithLabelValues(status).Observe(took.Seconds())
}

// Commits shows how long commits take and how many steps they hold, and returns where to tell of each.
// It may be called once.
func (m *Metrics) Commits() func(steps int, took time.Duration) {
	seconds := prometheus.NewHistogram(prometheus.HistogramOpts{
		Name:    "stepwell_commit_seconds",
		Help:    "How long it took until a group of steps was durable.",
		Buckets: prometheus.ExponentialBuckets(0.00005, 2, 18),
	})
	steps := prometheus.NewHistogram(prometheus.HistogramOpts{
		Name:    "stepwell_commit_steps",
		Help:    "How many steps of executions became durable together.",
		Buckets: prometheus.ExponentialBuckets(1, 2, 10),
	})
	m.registry.MustRegister(seconds, steps)
	return func(n int, took time.Duration) {
		seconds.Observe(took.Seconds())
		steps.Observe(float64(n))
	}
}
