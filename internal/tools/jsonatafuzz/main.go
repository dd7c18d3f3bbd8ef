// Command jsonatafuzz compares package jsonata with the JavaScript implementation of JSONata 2.0.6 on
// random expressions.
//
//	go run ./internal/tools/jsonatafuzz -seed 1 -n 100000
//	go run ./internal/tools/jsonatafuzz -seed 7 -duration 10m
//	go run ./internal/tools/jsonatafuzz -seed 7 -functions formatNumber,fromMillis,match
//	go run ./internal/tools/jsonatafuzz -seed 7 -suite jsonata/testdata
//	go run ./internal/tools/jsonatafuzz -seed 7 -case 1234
//	go run ./internal/tools/jsonatafuzz -expression '$sum(a)' -input '{"a": [1, 2]}'
//
// It needs Node 18 or later with npm, and installs the library in the user's cache. A generator
// (generate*.go) writes expressions that mostly mean something, over an input that it makes first, and
// spoils a few of them. Both sides evaluate each; what differs (value, undefined or not, function, code,
// position, token and message of an error, depth of the evaluation) is made smaller until nothing can be
// left out (shrink.go), and shown once for each shape. The seed and the number of a case decide what it
// is. Differences that are meant to be are in known.go, each with its reason; they are only counted. The
// exit code is 1 when there are others.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"time"
)

// options are what the command line says besides the fields of fuzzer.
type options struct {
	n, from           uint64
	duration          time.Duration
	only              int64
	expression, input string
	functions, suite  string
}

func main() {
	f, o := fuzzer{out: os.Stdout}, options{}
	flag.Uint64Var(&f.seed, "seed", 1, "decides the cases, with their numbers")
	flag.Uint64Var(&o.n, "n", 20_000, "how many cases")
	flag.Uint64Var(&o.from, "from", 0, "the number of the first case")
	flag.DurationVar(&o.duration, "duration", 0, "go on for this long instead of -n cases")
	flag.Int64Var(&o.only, "case", -1, "show this case only")
	flag.StringVar(&o.expression, "expression", "", "compare this expression only")
	flag.StringVar(&o.input, "input", "", "the input of -expression, as JSON")
	flag.StringVar(&o.functions, "functions", "", "call one of these in each case, names with commas between them")
	flag.StringVar(&o.suite, "suite", "", "change expressions of the suite in this folder a little, instead of making up whole ones")
	flag.IntVar(&f.each, "each", 12, "how many differences of one kind are made smaller and shown; the others are counted")
	flag.BoolVar(&f.parallel, "parallel", false, "let the library evaluate the parts of arrays and objects at the same time, as it does by itself")
	flag.Parse()
	if err := f.do(o); err != nil {
		fmt.Fprintln(os.Stderr, "jsonatafuzz:", err)
		os.Exit(2)
	}
	if f.unexplained > 0 {
		os.Exit(1)
	}
}

// do does what the command line says.
func (f *fuzzer) do(o options) (err error) {
	if f.functions, err = named(o.functions); err != nil {
		return err
	}
	if o.suite != "" {
		if f.corpus, err = readCorpus(o.suite); err != nil {
			return err
		}
	}
	if err := f.start(); err != nil {
		return err
	}
	switch {
	case o.expression != "":
		err = f.show(question{Expression: o.expression, Input: o.input, Variables: "{}"})
	case o.only >= 0:
		q, _ := f.question(uint64(o.only))
		err = f.show(q)
	case o.duration > 0:
		end := time.Now().Add(o.duration)
		err = f.run(o.from, func(uint64) bool { return time.Now().Before(end) })
	default:
		err = f.run(o.from, func(done uint64) bool { return done < o.n })
	}
	return errors.Join(err, f.oracle.close())
}
