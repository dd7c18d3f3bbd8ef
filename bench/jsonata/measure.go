package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/stepwell/stepwell/internal/tools/nodejs"
	"github.com/stepwell/stepwell/jsonata"
	"github.com/stepwell/stepwell/value"
)

// environment gives an expression its input as $states.input.
func environment(input string) (jsonata.Env, error) {
	v, err := value.Parse(input)
	if err != nil {
		return jsonata.Env{}, err
	}
	states := value.Object(value.Member{Key: "input", Value: v})
	return jsonata.Env{Variable: func(name string) (value.Value, bool) { return states, name == "states" }}, nil
}

// perform does all that a workflow does with an expression, compiled before.
func perform(compiled *jsonata.Expression, input string) (string, error) {
	env, err := environment(input)
	if err != nil {
		return "", err
	}
	result, err := compiled.Eval(env)
	if err != nil {
		return "", err
	}
	v, _ := result.Value()
	return v.Compact(), nil
}

// operation returns what is to be done again and again in a phase.
func operation(x expression, phase string) (func() error, error) {
	compiled, err := jsonata.Compile(x.source)
	if err != nil {
		return nil, err
	}
	env, err := environment(x.input)
	if err != nil {
		return nil, err
	}
	switch phase {
	case "compile":
		return func() error { _, err := jsonata.Compile(x.source); return err }, nil
	case "evaluate":
		return func() error { _, err := compiled.Eval(env); return err }, nil
	default:
		return func() error { _, err := perform(compiled, x.input); return err }, nil
	}
}

// measure returns the nanoseconds that one operation takes us, over at least length.
func measure(x expression, phase string, length time.Duration) (float64, error) {
	operate, err := operation(x, phase)
	if err != nil {
		return 0, err
	}
	for n := 1; ; n *= 2 {
		begin := time.Now()
		for range n {
			if err := operate(); err != nil {
				return 0, err
			}
		}
		if took := time.Since(begin); took >= length {
			return float64(took) / float64(n), nil
		}
	}
}

//go:embed bench.mjs
var script string

//go:embed package.json
var manifest string

// node measures the JavaScript implementation.
type node struct{ *nodejs.Process }

func startNode() (*node, error) {
	dir, err := nodejs.Install(manifest)
	if err != nil {
		return nil, err
	}
	p, err := nodejs.Start(dir, script)
	if err != nil {
		return nil, err
	}
	return &node{p}, nil
}

func (n *node) close() error { return n.Close() }

// ask sends a request to bench.mjs and reads what it answers.
func (n *node) ask(x expression, phase string, length time.Duration, answer any) error {
	request, err := json.Marshal(map[string]any{
		"phase": phase, "expression": x.source, "input": x.input, "milliseconds": length.Milliseconds(),
	})
	if err != nil {
		return err
	}
	if err := n.Send(request); err != nil {
		return err
	}
	line, err := n.Receive(time.Minute + 10*length)
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(line), answer)
}

// measure returns the nanoseconds that one operation takes JavaScript.
func (n *node) measure(x expression, phase string, length time.Duration) (nanoseconds float64, err error) {
	err = n.ask(x, phase, length, &nanoseconds)
	return nanoseconds, err
}

// compare checks that both sides give the same for x.
func compare(x expression, n *node) error {
	compiled, err := jsonata.Compile(x.source)
	if err != nil {
		return err
	}
	ours, err := perform(compiled, x.input)
	if err != nil {
		return err
	}
	var theirs string
	if err := n.ask(x, "result", 0, &theirs); err != nil {
		return err
	}
	if ours != theirs {
		return fmt.Errorf("%s: ours gives %s, JavaScript %s", x.source, ours, theirs)
	}
	return nil
}
