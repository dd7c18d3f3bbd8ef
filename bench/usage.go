package bench

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// usage is what a server says of itself in GET /metrics; numbers that it does not show are missing.
type usage map[string]float64

// The numbers that are read; those that end in _total only grow.
const (
	cpuSeconds      = "process_cpu_seconds_total"
	residentBytes   = "process_resident_memory_bytes"
	logBytes        = "stepwell_store_log_bytes_total"
	flushBytes      = "stepwell_store_flush_bytes_total"
	compactionBytes = "stepwell_store_compaction_bytes_total"
	logSyncs        = "stepwell_store_log_syncs_total"
)

const scrapeTimeout = 10 * time.Second

// usage reads the server's metrics. A server that has none gives an empty usage.
func (c *client) usage(ctx context.Context) (usage, error) {
	ctx, cancel := context.WithTimeout(ctx, scrapeTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(c.endpoint, "/")+"/metrics", http.NoBody)
	if err != nil {
		return nil, err
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, fmt.Errorf("read the server's metrics: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return usage{}, nil
	}
	return parseUsage(answer.Body)
}

// parseUsage reads the samples without labels of Prometheus's text format.
func parseUsage(r io.Reader) (usage, error) {
	u := usage{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		name, number, ok := strings.Cut(lines.Text(), " ")
		if !ok || name == "#" || strings.Contains(name, "{") {
			continue
		}
		v, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return nil, fmt.Errorf("read the server's metrics: %s: %w", name, err)
		}
		u[name] = v
	}
	return u, lines.Err()
}

// spent is what a server used between two looks.
type spent struct {
	cpuSeconds, logBytes, tableBytes, syncs float64
	residentBytes                           float64 // at the end
	known, disk                             bool    // there are numbers, and also those of a disk
}

func spentBetween(from, to usage) spent {
	_, known := to[cpuSeconds]
	_, disk := to[logSyncs]
	since := func(name string) float64 { return to[name] - from[name] }
	return spent{
		cpuSeconds: since(cpuSeconds), logBytes: since(logBytes), tableBytes: since(flushBytes) + since(compactionBytes),
		syncs: since(logSyncs), residentBytes: to[residentBytes], known: known, disk: disk,
	}
}

func (s *spent) add(t spent) {
	s.cpuSeconds += t.cpuSeconds
	s.logBytes += t.logBytes
	s.tableBytes += t.tableBytes
	s.syncs += t.syncs
	s.residentBytes, s.known, s.disk = t.residentBytes, t.known, t.disk
}

// Usage is what the server used for each execution. Numbers that it does not show are nil.
type Usage struct {
	CPUMilliseconds *float64 `json:"cpuMillisecondsPerExecution"`
	// LogBytes goes to the log; TableBytes is what flushes and compactions write, which may be of
	// executions before.
	LogBytes      *float64 `json:"logBytesPerExecution"`
	TableBytes    *float64 `json:"tableBytesPerExecution"`
	LogSyncs      *float64 `json:"logSyncsPerExecution"`
	ResidentBytes *float64 `json:"residentBytes"` // at the end
}

func (s spent) per(executions int) Usage {
	var u Usage
	if executions == 0 {
		return u
	}
	n := float64(executions)
	if s.known {
		u.CPUMilliseconds, u.ResidentBytes = new(1000*s.cpuSeconds/n), new(s.residentBytes)
	}
	if s.disk {
		u.LogBytes, u.TableBytes, u.LogSyncs = new(s.logBytes/n), new(s.tableBytes/n), new(s.syncs/n)
	}
	return u
}
