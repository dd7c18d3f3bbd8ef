package bench

import (
	"math"
	"slices"
	"time"
)

// Latency is how long executions took, in milliseconds: exact quantiles of all samples, by nearest
// rank.
type Latency struct {
	P50 float64 `json:"p50"`
	P90 float64 `json:"p90"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

// latencyOf sorts samples. Without any it is zero.
func latencyOf(samples []time.Duration) Latency {
	slices.Sort(samples)
	return Latency{
		P50: milliseconds(quantile(samples, 0.50)), P90: milliseconds(quantile(samples, 0.90)),
		P99: milliseconds(quantile(samples, 0.99)), Max: milliseconds(quantile(samples, 1)),
	}
}

// quantile returns the smallest sample that a part q of all does not exceed; 0 without samples.
func quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := int(math.Ceil(q * float64(len(sorted))))
	return sorted[max(rank, 1)-1]
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// median of numbers, 0 without any; it sorts them.
func median(numbers []float64) float64 {
	n := len(numbers)
	if n == 0 {
		return 0
	}
	slices.Sort(numbers)
	return (numbers[(n-1)/2] + numbers[n/2]) / 2
}
