// Package conformance measures how far a Stepwell server answers as AWS does: it plays recorded
// cases against a server, over HTTP, and compares the answers with the recording.
//
// A folder of cases is read by [Load]; [Case.Play] plays one on a server of its own and returns a
// [Result]; a [Scorecard] counts results by area. What the world outside answered to Task states
// is part of a case (its mocks) and reaches the server through a handler in this process: the
// server itself has no door for tests, and no case is treated specially.
//
// There are two kinds of recordings, each with its own rules of comparison, which the README files
// beside them define:
//
//   - [Recording]: requests, with the responses and histories that AWS gave, one file each;
//   - [Verdict]: a definition and an input, with the status, output or error that they led to, one
//     line each.
//
// The package holds no recordings and changes none. It judges answers, not timing.
package conformance

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// Case is one recorded case.
type Case interface {
	// ID names the case in its source, File the file it is read from.
	ID() string
	File() string
	// Area groups cases in the score.
	Area() string
	// Play plays the case on a new server and compares the answers.
	Play(ctx context.Context) Result
}

// Result says whether a case conforms.
type Result struct {
	Case Case
	// Differences are empty when the case conforms.
	Differences []Difference
	// Notes help to understand the differences, such as an answer that nobody expected.
	Notes []string
}

// Passed says whether the case conforms.
func (r Result) Passed() bool { return len(r.Differences) == 0 }

// failed is the Result of a case that could not be played.
func failed(c Case, format string, args ...any) Result {
	return Result{Case: c, Differences: []Difference{{Problem: fmt.Sprintf(format, args...)}}}
}

// Load reads the cases below dir whose id matches pattern.
func Load(dir string, pattern *regexp.Regexp) ([]Case, error) {
	recordings, err := loadRecordings(dir)
	if err != nil {
		return nil, err
	}
	verdicts, err := loadVerdicts(filepath.Join(dir, "tiny"))
	if err != nil {
		return nil, err
	}
	var cases []Case
	add := func(c Case) {
		if pattern.MatchString(c.ID()) && !isException(c) {
			cases = append(cases, c)
		}
	}
	for _, r := range recordings {
		add(r)
	}
	for _, v := range verdicts {
		add(v)
	}
	return cases, nil
}

// PlayAll plays cases, some at a time, and calls done with each result as it comes, never twice at
// once. It returns the results in the order of their areas and ids.
func PlayAll(ctx context.Context, cases []Case, players int, done func(Result)) []Result {
	todo, results := make(chan Case), make(chan Result)
	for range players {
		go func() {
			for c := range todo {
				results <- c.Play(ctx)
			}
		}()
	}
	go func() {
		for _, c := range cases {
			todo <- c
		}
		close(todo)
	}()
	all := make([]Result, 0, len(cases))
	for range cases {
		r := <-results
		done(r)
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b Result) int {
		return cmp.Or(strings.Compare(a.Case.Area(), b.Case.Area()), strings.Compare(a.Case.ID(), b.Case.ID()))
	})
	return all
}

// document is a JSON value inside a case.
type document struct{ value.Value }

// UnmarshalJSON implements [json.Unmarshaler]; unlike encoding/json it keeps the order of keys, the
// text of numbers, and lone surrogates.
func (d *document) UnmarshalJSON(text []byte) error {
	v, err := value.Parse(string(text))
	d.Value = v
	return err
}
