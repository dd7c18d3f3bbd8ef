package main

import (
	_ "embed"
	"fmt"
	"time"

	"github.com/stepwell/stepwell/internal/tools/nodejs"
)

//go:embed oracle.mjs
var script string

//go:embed package.json
var manifest string

// oracle asks the reference implementation. One goroutine may use it at a time.
type oracle struct {
	dir     string
	process *nodejs.Process
	// parallel leaves the parts of arrays and objects to be evaluated at the same time.
	parallel bool
	// asked are the questions that have no answers yet.
	asked []question
}

func startOracle(parallel bool) (*oracle, error) {
	dir, err := nodejs.Install(manifest)
	if err != nil {
		return nil, err
	}
	o := &oracle{dir: dir, parallel: parallel}
	return o, o.start()
}

func (o *oracle) start() (err error) {
	o.process, err = nodejs.Start(o.dir, script, fmt.Sprintf(`{"now":%d,"steps":%d,"depth":%d,"parallel":%t}`, now.UnixMilli(), maxSteps, maxDepth, o.parallel))
	return err
}

func (o *oracle) close() error { return o.process.Close() }

// begin asks questions; answers waits for what was asked.
func (o *oracle) begin(questions []question) error {
	o.asked = questions
	return o.process.Send(encode(questions))
}

// The time that questions together and one alone may take. Some expressions take JavaScript very long
// where its steps cannot be counted.
const (
	patience      = 8 * time.Second
	shortPatience = time.Second
)

func (o *oracle) answers() ([]outcome, error) {
	line, err := o.process.Receive(patience)
	if err == nil {
		return read(line)
	}
	questions := o.asked
	if err := o.start(); err != nil {
		return nil, err
	}
	var all []outcome
	for _, q := range questions {
		answer, err := o.ask(q)
		if err != nil {
			return nil, err
		}
		all = append(all, answer)
	}
	return all, nil
}

// ask asks one question.
func (o *oracle) ask(q question) (outcome, error) {
	if err := o.process.Send(encode([]question{q})); err != nil {
		return outcome{}, err
	}
	line, err := o.process.Receive(shortPatience)
	if err != nil {
		return outcome{kind: "limit"}, o.start()
	}
	outcomes, err := read(line)
	if err != nil {
		return outcome{}, err
	}
	return outcomes[0], nil
}
