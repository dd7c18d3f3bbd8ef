package bench

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Report is what [Run] found.
type Report struct {
	// Version is that of the bench, for its caller to say.
	Version  string `json:"version,omitempty"`
	System   System `json:"system"`
	Endpoint string `json:"endpoint,omitempty"` // empty: a server of the bench's own
	// DurationSeconds and WarmupSeconds are for each workload, concurrency and part.
	DurationSeconds float64  `json:"durationSeconds"`
	WarmupSeconds   float64  `json:"warmupSeconds"`
	Results         []Result `json:"results"`
}

// System is the machine on which the clients ran.
type System struct {
	CPUs         int    `json:"cpus"`
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
}

// Result is one workload at one concurrency.
type Result struct {
	Workload    string `json:"workload"`
	Concurrency int    `json:"concurrency"`
	// Executions succeeded while it was counted; Errors are executions that failed, at any time, and
	// requests that did.
	Executions    int      `json:"executions"`
	Errors        int      `json:"errors"`
	ErrorExamples []string `json:"errorExamples,omitempty"`
	PerSecond     float64  `json:"executionsPerSecond"`
	Latency       Latency  `json:"latencyMilliseconds"`
	Server        Usage    `json:"server"`
	Limit         *Limit   `json:"limit,omitempty"`
}

// Errors counts the errors of all results.
func (r *Report) Errors() int {
	n := 0
	for _, result := range r.Results {
		n += result.Errors
	}
	return n
}

// WriteTable writes the report for people to read.
func (r *Report) WriteTable(to io.Writer) error {
	t := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "workload\tclients\texecutions\terrors\tper second\tp50 ms\tp90 ms\tp99 ms\tmax ms\tCPU ms\tlog B\ttable B\tsyncs\tRSS MiB\t")
	for i := range r.Results {
		r.Results[i].writeRow(t)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	r.writeErrors(to)
	return r.writeLimits(to)
}

func (r *Result) writeRow(to io.Writer) {
	l, s := r.Latency, r.Server
	fmt.Fprintf(to, "%s\t%d\t%d\t%d\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t%s\t%s\t%s\t%s\t%s\t\n",
		r.Workload, r.Concurrency, r.Executions, r.Errors, r.PerSecond, l.P50, l.P90, l.P99, l.Max,
		number(s.CPUMilliseconds, "%.3f", 1), number(s.LogBytes, "%.0f", 1), number(s.TableBytes, "%.0f", 1),
		number(s.LogSyncs, "%.3f", 1), number(s.ResidentBytes, "%.0f", 1<<20))
}

// number writes a number in units; one that is missing is a dash.
func number(v *float64, format string, unit float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf(format, *v/unit)
}

func (r *Report) writeErrors(to io.Writer) {
	for _, result := range r.Results {
		for _, e := range result.ErrorExamples {
			fmt.Fprintf(to, "\n%s with %d clients: %s", result.Workload, result.Concurrency, e)
		}
	}
	if r.Errors() > 0 {
		fmt.Fprintln(to)
	}
}

// writeLimits writes a second table, if there are limits.
func (r *Report) writeLimits(to io.Writer) error {
	t := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	for i, result := range r.Results {
		l := result.Limit
		if l == nil {
			return nil
		}
		if i == 0 {
			fmt.Fprintln(t, "\nworkload\tclients\trounds\tlog/s\tPebble/s\tHTTP/s\tserver/s\trequests\tPebble:log\tserver:limit\t")
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%s\t%s\t%.0f\t%.0f\t%.2f\t%s\t%.2f\t\n", result.Workload, result.Concurrency, l.Rounds,
			unlessZero(l.LogPerSecond, "%.0f"), unlessZero(l.PebblePerSecond, "%.0f"), l.HTTPPerSecond, l.ServerPerSecond,
			l.RequestsPerExecution, unlessZero(l.PebbleToLog, "%.2f"), l.ServerToLimit)
	}
	return t.Flush()
}

// unlessZero writes a number; one that is 0 was not measured, and is a dash.
func unlessZero(v float64, format string) string {
	if v == 0 {
		return "-"
	}
	return fmt.Sprintf(format, v)
}
