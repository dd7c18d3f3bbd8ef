// Command play plays the recorded cases against a server in this process, and prints the score by
// area: AREA PASSED TOTAL.
//
//	STEPWELL_CONFORMANCE_DIR=DIR   the folder of cases; default ../shared/conformance
//	CASE=REGEXP                    only cases whose id matches
//	DIFF=1                         the first difference of each case that does not conform
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"regexp"

	"github.com/stepwell/stepwell/conformance"
)

// players is how many cases are played at a time: they mostly wait.
const players = 16

func main() {
	floor := flag.String("floor", "", "fail when fewer cases of an area conform than `FILE` says")
	raise := flag.Bool("raise", false, "raise the numbers in the floor's file to the score")
	flag.Parse()
	if err := run(*floor, *raise); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

func run(floor string, raise bool) error {
	pattern, err := regexp.Compile(os.Getenv("CASE"))
	if err != nil {
		return fmt.Errorf("CASE: %w", err)
	}
	dir, err := conformance.Folder(".")
	if err != nil {
		return err
	}
	if dir == "" {
		fmt.Println("There are no recorded cases here: nothing to compare with. STEPWELL_CONFORMANCE_DIR names a folder of them.")
		return nil
	}
	cases, err := conformance.Load(dir, pattern)
	if err != nil {
		return err
	}
	if len(cases) == 0 {
		return fmt.Errorf("no case in %s has an id that matches %q", dir, pattern)
	}
	score := play(cases)
	if floor == "" || pattern.String() != "" || os.Getenv("STEPWELL_CONFORMANCE_DIR") != "" {
		return nil // the floor is that of the whole folder
	}
	return hold(floor, raise, score)
}

// play plays cases and prints how they went.
func play(cases []conformance.Case) conformance.Scorecard {
	score := conformance.Scorecard{}
	progress := newProgress(len(cases))
	results := conformance.PlayAll(context.Background(), cases, players, progress.add)
	progress.end()
	for _, r := range results {
		score.Add(r)
		if os.Getenv("DIFF") != "" && !r.Passed() {
			explain(r)
		}
	}
	score.Write(os.Stdout)
	return score
}

// explain prints the first difference of a case that does not conform.
func explain(r conformance.Result) {
	fmt.Printf("%s %s\n  %s\n%s", r.Case.Area(), r.Case.ID(), r.Case.File(), r.Differences[0])
	for _, note := range r.Notes {
		fmt.Printf("  note %s\n", note)
	}
	fmt.Println()
}

// hold compares the score with the floor's file, or raises that.
func hold(name string, raise bool, score conformance.Scorecard) error {
	floor, err := conformance.ReadFloor(name)
	if raise && errors.Is(err, fs.ErrNotExist) {
		floor, err = conformance.Floor{}, nil
	}
	if err != nil {
		return err
	}
	if raise {
		return floor.Raise(score).Write(name)
	}
	var below error
	for _, line := range floor.Check(score) {
		below = errors.Join(below, errors.New(line))
	}
	return below
}

// progress tells on a terminal how far the play is.
type progress struct {
	done, passed, total int
	shown               bool
}

func newProgress(total int) *progress {
	info, err := os.Stderr.Stat()
	return &progress{total: total, shown: err == nil && info.Mode()&fs.ModeCharDevice != 0}
}

func (p *progress) add(r conformance.Result) {
	p.done++
	if r.Passed() {
		p.passed++
	}
	if p.shown {
		fmt.Fprintf(os.Stderr, "\r%d of %d played, %d conform", p.done, p.total, p.passed)
	}
}

func (p *progress) end() {
	if p.shown {
		fmt.Fprintln(os.Stderr)
	}
}
