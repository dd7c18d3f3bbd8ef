// Command jsonata measures package jsonata beside the JavaScript implementation of JSONata 2.0.6.
//
//	bench/jsonata/run
//	bench/jsonata/run -rounds 9 -time 500ms
//
// It needs Node 18 or later with npm, and installs the library in the user's cache. Both sides work on
// the same expressions with the same input in $states.input, in turns: each number is the fastest of some
// rounds, because whatever else the machine does only makes it slower. Three phases are measured:
//
//   - compile: the expression's text becomes what can be evaluated.
//   - evaluate: it is evaluated once, compiled before. JavaScript has parsed the input before, too; ours
//     has checked its text, and reads what the expression looks at each time.
//   - end to end: the input's text is parsed, the expression evaluated, and the result written as text,
//     which is what a state of a workflow does.
//
// Before it measures, it checks that both give the same.
package main

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"text/tabwriter"
	"time"
)

var phases = []string{"compile", "evaluate", "end to end"}

func main() {
	rounds := flag.Int("rounds", 5, "how often each is measured; the fastest counts")
	length := flag.Duration("time", 200*time.Millisecond, "how long one measurement takes at least")
	flag.Parse()
	node, err := startNode()
	if err == nil {
		err = errors.Join(run(node, *rounds, *length), node.close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench/jsonata:", err)
		os.Exit(1)
	}
}

// row holds the nanoseconds of one expression by phase.
type row struct {
	name         string
	ours, theirs [3]float64
}

func run(node *node, rounds int, length time.Duration) error {
	var rows []row
	for _, x := range expressions() {
		if err := compare(x, node); err != nil {
			return err
		}
		r := row{name: x.name}
		for phase := range phases {
			if err := r.measure(x, node, phase, rounds, length); err != nil {
				return err
			}
		}
		rows = append(rows, r)
	}
	return print(rows)
}

func (r *row) measure(x expression, node *node, phase, rounds int, length time.Duration) error {
	r.ours[phase], r.theirs[phase] = math.Inf(1), math.Inf(1)
	for range rounds {
		ours, err := measure(x, phases[phase], length)
		if err != nil {
			return err
		}
		theirs, err := node.measure(x, phases[phase], length)
		if err != nil {
			return err
		}
		r.ours[phase], r.theirs[phase] = min(r.ours[phase], ours), min(r.theirs[phase], theirs)
	}
	return nil
}

// print writes the table, with the geometric mean of each ratio.
func print(rows []row) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "ns\tcompile\t\t\tevaluate\t\t\tend to end\t\t\t")
	fmt.Fprintln(w, "\tGo\tNode\tGo : Node\tGo\tNode\tGo : Node\tGo\tNode\tGo : Node\t")
	logarithms := [3]float64{}
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t", r.name)
		for phase := range phases {
			ratio := r.theirs[phase] / r.ours[phase]
			logarithms[phase] += math.Log(ratio) / float64(len(rows))
			fmt.Fprintf(w, "%.0f\t%.0f\t1 : %.1f\t", r.ours[phase], r.theirs[phase], ratio)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, "geometric mean\t")
	for phase := range phases {
		fmt.Fprintf(w, "\t\t1 : %.1f\t", math.Exp(logarithms[phase]))
	}
	fmt.Fprintln(w)
	return w.Flush()
}
