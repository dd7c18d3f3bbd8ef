package pebble

import (
	dto "github.com/prometheus/client_model/go"

	"github.com/stepwell/stepwell/kv"
)

// Disk implements [kv.DiskReporter].
func (s *Store) Disk() kv.DiskCounters {
	view, err := s.views.enter()
	if err != nil {
		return kv.DiskCounters{}
	}
	defer s.leave(view)
	m := s.db.Metrics()
	c := kv.DiskCounters{LogBytes: m.WAL.BytesWritten}
	for _, l := range m.Levels {
		c.FlushBytes += l.TableBytesFlushed + l.BlobBytesFlushed
		c.CompactionBytes += l.TableBytesCompacted + l.BlobBytesCompacted
	}
	var syncs dto.Metric
	if m.LogWriter.FsyncLatency != nil && m.LogWriter.FsyncLatency.Write(&syncs) == nil {
		c.LogSyncs = syncs.GetHistogram().GetSampleCount()
	}
	return c
}
