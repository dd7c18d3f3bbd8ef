package conformance

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Score is how many cases of an area conform.
type Score struct{ Passed, Total int }

// Scorecard is the score of each area.
type Scorecard map[string]Score

// Add counts a result.
func (s Scorecard) Add(r Result) {
	area := s[r.Case.Area()]
	area.Total++
	if r.Passed() {
		area.Passed++
	}
	s[r.Case.Area()] = area
}

// Write writes a row "AREA PASSED TOTAL" for each area, sorted, and a last one for all.
func (s Scorecard) Write(w io.Writer) {
	var total Score
	width := len("total")
	for area, score := range s {
		width = max(width, len(area))
		total.Passed += score.Passed
		total.Total += score.Total
	}
	for _, area := range slices.Sorted(maps.Keys(s)) {
		fmt.Fprintf(w, "%-*s %5d %5d\n", width, area, s[area].Passed, s[area].Total)
	}
	fmt.Fprintf(w, "%-*s %5d %5d\n", width, "total", total.Passed, total.Total)
}

// Floor is how many cases of each area must conform.
type Floor map[string]int

// ReadFloor reads rows "AREA PASSED"; a line that begins with # is a comment.
func ReadFloor(name string) (Floor, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	floor := Floor{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		area, number, _ := strings.Cut(line, " ")
		passed, err := strconv.Atoi(strings.TrimSpace(number))
		if err != nil {
			return nil, fmt.Errorf("%s: %q is not a row AREA PASSED", name, line)
		}
		floor[area] = passed
	}
	return floor, nil
}

// Check returns a line for each area in which fewer cases conform than must.
func (f Floor) Check(s Scorecard) []string {
	var below []string
	for _, area := range slices.Sorted(maps.Keys(f)) {
		if s[area].Passed < f[area] {
			below = append(below, fmt.Sprintf("%s: %d of %d conform, %d did before", area, s[area].Passed, s[area].Total, f[area]))
		}
	}
	return below
}

// Raise returns f with each area raised to its score; none is lowered.
func (f Floor) Raise(s Scorecard) Floor {
	raised := maps.Clone(f)
	for area, score := range s {
		raised[area] = max(raised[area], score.Passed)
	}
	return raised
}

// floorComment is the first line of a file that [Floor.Write] wrote.
const floorComment = "# How many cases of each area conform at least. It only rises: go run ./conformance/play -floor FILE -raise"

// Write writes f to a file, for [ReadFloor].
func (f Floor) Write(name string) error {
	var b strings.Builder
	b.WriteString(floorComment + "\n")
	for _, area := range slices.Sorted(maps.Keys(f)) {
		fmt.Fprintf(&b, "%s %d\n", area, f[area])
	}
	return os.WriteFile(name, []byte(b.String()), 0o644)
}
