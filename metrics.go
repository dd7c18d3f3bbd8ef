package stepwell

import (
	"github.com/stepwell/stepwell/delivery"
	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/store"
	"github.com/stepwell/stepwell/telemetry"
)

// diskCounters are what GET /metrics says of the store's disk.
var diskCounters = []telemetry.Counter{
	{Name: "stepwell_store_log_bytes_total", Help: "Bytes written to the store's log."},
	{Name: "stepwell_store_flush_bytes_total", Help: "Bytes written by the store from memory to tables."},
	{Name: "stepwell_store_compaction_bytes_total", Help: "Bytes written by the store from tables to tables."},
	{Name: "stepwell_store_log_syncs_total", Help: "How often the store's log was synced to its disk."},
}

// logCounters are what GET /metrics says of the logs of executions.
var logCounters = []telemetry.Counter{
	{Name: "stepwell_log_entries_delivered_total", Help: "Log entries of executions that were delivered."},
	{Name: "stepwell_log_events_dropped_total", Help: "Events of executions that were not logged because their destination failed or was too slow."},
}

// loadGauges are what GET /metrics says of the engine's load, in the order of load.
var loadGauges = []telemetry.Gauge{
	{Name: "stepwell_uncommitted_steps", Help: "Steps of executions that wait for the disk."},
	{Name: "stepwell_executions_in_memory", Help: "Executions that are held in memory."},
	{Name: "stepwell_executions_in_memory_bytes", Help: "What the executions in memory hold."},
	{Name: "stepwell_express_executions_running", Help: "Express executions that run."},
	{Name: "stepwell_activity_tasks_waiting", Help: "Activity tasks that no worker has taken yet."},
}

func load(e *engine.Engine) []float64 {
	l := e.Load()
	return []float64{float64(l.Uncommitted), float64(l.Executions), float64(l.Bytes), float64(l.Express), float64(l.ActivityTasks)}
}

// counted returns an observer of executions that counts their starts and ends.
func counted(e *telemetry.Executions) func(store.Row, *store.Revision, []interpreter.Event) {
	return func(row store.Row, _ *store.Revision, events []interpreter.Event) {
		if _, started := events[0].Fact.(interpreter.ExecutionStarted); started {
			e.Started(engine.MachineARN(row.Scope, row.Machine))
		}
		if row.Status != interpreter.Running {
			e.Ended(engine.MachineARN(row.Scope, row.Machine), string(row.Status), row.Stop.Sub(row.Start))
		}
	}
}

// both returns an observer that tells two others; the second may be nil.
func both(first, second func(store.Row, *store.Revision, []interpreter.Event)) func(store.Row, *store.Revision, []interpreter.Event) {
	if second == nil {
		return first
	}
	return func(row store.Row, r *store.Revision, events []interpreter.Event) {
		first(row, r, events)
		second(row, r, events)
	}
}

// newMetrics returns the metrics of a server that keeps everything in backend, and delivers logs unless
// they are nil.
func newMetrics(backend kv.Store, logs *delivery.Logs) *telemetry.Metrics {
	m := telemetry.New()
	if disk, ok := backend.(kv.DiskReporter); ok {
		m.Count(diskCounters, func() []float64 {
			c := disk.Disk()
			return []float64{float64(c.LogBytes), float64(c.FlushBytes), float64(c.CompactionBytes), float64(c.LogSyncs)}
		})
	}
	if logs != nil {
		m.Count(logCounters, func() []float64 {
			delivered, dropped := logs.Counts()
			return []float64{float64(delivered), float64(dropped)}
		})
	}
	return m
}

// eventCounters and eventGauges are what GET /metrics says of the events of executions.
var (
	eventCounters = []telemetry.Counter{
		{Name: "stepwell_events_delivered_total", Help: "Events of executions that were delivered, each target counted."},
		{Name: "stepwell_event_attempts_failed_total", Help: "Attempts to deliver an event that failed; each is repeated."},
	}
	eventGauges = []telemetry.Gauge{{Name: "stepwell_events_waiting", Help: "Events of executions that are still to be delivered, each target counted."}}
)

// showEvents shows how the events of executions are delivered, if there is anybody to get them.
func showEvents(m *telemetry.Metrics, events *delivery.Events) {
	if len(events.Targets()) == 0 {
		return
	}
	m.Count(eventCounters, func() []float64 {
		c := events.Counts()
		return []float64{float64(c.Delivered), float64(c.Failed)}
	})
	m.Measure(eventGauges, func() []float64 { return []float64{float64(events.Counts().Waiting)} })
}
