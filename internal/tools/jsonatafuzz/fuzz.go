package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
)

// batch is how many cases are asked at once.
const batch = 100

// fuzzer runs cases and keeps what differed.
type fuzzer struct {
	seed uint64
	each int
	// parallel leaves the library as it is, see oracle.
	parallel bool
	// functions are those that each case calls one of, see generator.
	functions []signature
	// corpus has the expressions that are changed; nil: expressions are made up.
	corpus *corpus
	out    io.Writer
	oracle *oracle

	cases, skipped, unexplained int
	outcomes                    map[string]int
	kinds                       map[string]int  // of differences, with how often each occurred
	explained                   map[string]int  // by name, see known
	shapes                      map[string]bool // of differences that were shown
	slowest                     time.Duration   // evaluation of ours
	slowestText                 string
}

// difference is a case in which the two sides differ.
type difference struct {
	question
	tree         *tree
	number       uint64
	ours, theirs outcome
	what         string // see compare
}

func (f *fuzzer) start() (err error) {
	f.outcomes, f.kinds, f.explained, f.shapes = map[string]int{}, map[string]int{}, map[string]int{}, map[string]bool{}
	f.oracle, err = startOracle(f.parallel)
	return err
}

// run runs cases from number first on as long as goOn says, given how many were done.
func (f *fuzzer) run(first uint64, goOn func(done uint64) bool) error {
	begin := time.Now()
	for done := uint64(0); goOn(done); done += batch {
		if err := f.runBatch(first + done); err != nil {
			return err
		}
	}
	f.summarize(time.Since(begin))
	return nil
}

// runBatch lets both sides work at the same time.
func (f *fuzzer) runBatch(first uint64) error {
	var questions []question
	var trees []*tree
	for i := range uint64(batch) {
		q, t := f.question(first + i)
		questions, trees = append(questions, q), append(trees, t)
	}
	if err := f.oracle.begin(questions); err != nil {
		return err
	}
	var mine []outcome
	for _, q := range questions {
		mine = append(mine, f.timed(q))
	}
	theirs, err := f.oracle.answers()
	if err != nil {
		return err
	}
	for i, q := range questions {
		d := difference{question: q, tree: trees[i], number: first + uint64(i), ours: mine[i], theirs: theirs[i]}
		if err := f.judge(d); err != nil {
			return err
		}
	}
	return nil
}

// question makes the question and the tree of a case.
func (f *fuzzer) question(number uint64) (question, *tree) {
	g := newGenerator(f.seed, number, f.functions...)
	if f.corpus != nil {
		return f.corpus.question(g)
	}
	return g.question()
}

// tooLong is what no evaluation within the limits should take, on a slow machine that is busy.
const tooLong = 5 * time.Second

func (f *fuzzer) timed(q question) outcome {
	begin := time.Now()
	o := ours(q, maxDepth)
	took := time.Since(begin)
	if took > f.slowest {
		f.slowest, f.slowestText = took, q.Expression
	}
	if took > tooLong {
		return outcome{kind: "panic", text: fmt.Sprintf("took %v", took)}
	}
	return o
}

// judge counts a case, and shows it where it is a difference that was not seen before.
func (f *fuzzer) judge(d difference) error {
	f.cases++
	f.outcomes[d.theirs.kind+d.theirs.code]++
	if d.what = compare(d.question, d.ours, d.theirs); d.what == "" {
		return nil
	}
	if d.what == skipped {
		f.skipped++
		return nil
	}
	if k, ok := explain(d, false); ok {
		f.explained[k.name]++
		return nil
	}
	f.kinds[d.what]++
	if f.kinds[d.what] > f.each {
		f.unexplained++
		return nil
	}
	if err := (&shrinker{&d, f.oracle.ask, patienceOfShrink}).shrink(); err != nil {
		return err
	}
	if k, ok := explain(d, true); ok {
		f.explained[k.name]++
		f.kinds[d.what]--
		return nil
	}
	f.unexplained++
	if shape := d.what + shape(d.Expression); !f.shapes[shape] {
		f.shapes[shape] = true
		f.print(d)
	}
	return nil
}

func (f *fuzzer) print(d difference) {
	fmt.Fprintf(f.out, "--- %s (-seed %d -case %d)\n%s\n  input  %s\n  ours   %.500s\n  theirs %.500s\n", d.what, f.seed, d.number, d.Expression, d.Input, d.ours, d.theirs)
}

// show compares one question and prints both outcomes.
func (f *fuzzer) show(q question) error {
	theirs, err := f.oracle.ask(q)
	if err != nil {
		return err
	}
	d := difference{question: q, ours: ours(q, maxDepth), theirs: theirs}
	d.what = compare(q, d.ours, theirs)
	f.print(d)
	fmt.Fprintln(f.out, "  depth ", theirs.depth)
	if k, ok := explain(d, true); ok && d.what != "" {
		fmt.Fprintf(f.out, "  known  %s: %s\n", k.name, k.reason)
	}
	return nil
}

func (f *fuzzer) summarize(took time.Duration) {
	fmt.Fprintf(os.Stderr, "%d cases in %v; the reference gave", f.cases, took.Round(time.Second))
	for _, k := range slices.Sorted(maps.Keys(f.outcomes)) {
		fmt.Fprintf(os.Stderr, " %s %d", k, f.outcomes[k])
	}
	fmt.Fprintf(os.Stderr, "\nthe slowest took us %v: %s", f.slowest.Round(time.Millisecond), f.slowestText)
	fmt.Fprintf(os.Stderr, "\n%d were not compared because of limits\n%d differences:\n", f.skipped, f.unexplained)
	for _, k := range slices.Sorted(maps.Keys(f.kinds)) {
		fmt.Fprintf(os.Stderr, "%8d %s\n", f.kinds[k], k)
	}
	fmt.Fprintln(os.Stderr, "differences that are meant to be:")
	for _, k := range slices.Sorted(maps.Keys(f.explained)) {
		fmt.Fprintf(os.Stderr, "%8d %s\n", f.explained[k], strings.TrimSpace(k))
	}
}
