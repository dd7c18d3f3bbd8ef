package stepwell

import (
	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/telemetry"
)

// diskCounters are what GET /metrics says of the store's disk.
var diskCounters = []telemetry.Counter{
	{Name: "stepwell_store_log_bytes_total", Help: "Bytes written to the store's log."},
	{Name: "stepwell_store_flush_bytes_total", Help: "Bytes written by the store from memory to tables."},
	{Name: "stepwell_store_compaction_bytes_total", Help: "Bytes written by the store from tables to tables."},
	{Name: "stepwell_store_log_syncs_total", Help: "How often the store's log was synced to its disk."},
}

// newMetrics returns the metrics of a server that keeps everything in backend.
func newMetrics(backend kv.Store) *telemetry.Metrics {
	m := telemetry.New()
	if disk, ok := backend.(kv.DiskReporter); ok {
		m.Count(diskCounters, func() []float64 {
			c := disk.Disk()
			return []float64{float64(c.LogBytes), float64(c.FlushBytes), float64(c.CompactionBytes), float64(c.LogSyncs)}
		})
	}
	return m
}
