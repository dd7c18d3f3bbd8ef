// Package mock answers tasks from a mock configuration file, in the format of AWS Step Functions
// Local: test cases of state machines, and for each Task state of a test case the responses that its
// invocations get.
//
// A [File] is read again when it has changed and something is started for a test case. What runs for
// one asks [File.Handler] for each of its tasks; a state that the test case does not mention is done
// for real.
//
// The format is described at
// https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-mock-cfg-file.html.
package mock

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/value"
)

// Config is a checked mock configuration: what each Task state of each test case answers.
type Config struct {
	machines map[string]map[string]testCase
}

// testCase holds the responses of a test case by the name of the state.
type testCase map[string]*response

// response is an entry of "MockedResponses".
type response struct {
	name  string
	turns []turn
}

// turn is what some invocations get, numbered from 0, both ends included.
type turn struct {
	first, last int
	output      value.Value
	failure     *asl.Failure
}

// Parse reads a mock configuration. An error says what is wrong and where.
func Parse(text string) (*Config, error) {
	root, err := value.Parse(text)
	if err != nil {
		return nil, err
	}
	top, err := object(root, "the mock configuration")
	if err != nil {
		return nil, err
	}
	for key := range top.Members() {
		if key != "StateMachines" && key != "MockedResponses" {
			return nil, fmt.Errorf("unknown field %q: a mock configuration has StateMachines and MockedResponses", key)
		}
	}
	responses, err := parseResponses(member(top, "MockedResponses"))
	if err != nil {
		return nil, err
	}
	machines, err := parseMachines(member(top, "StateMachines"), responses)
	if err != nil {
		return nil, err
	}
	return &Config{machines: machines}, nil
}

// object returns what must be an object, whose members are read in their order, so that the first
// mistake is named. what names it in an error; an absent value, which is null, counts as {}.
func object(v value.Value, what string) (value.Value, error) {
	switch v.Kind() {
	case value.KindObject:
		return v, nil
	case value.KindNull:
		return value.Object(), nil
	}
	return v, fmt.Errorf("%s must be an object", what)
}

// member returns the member of an object, null if it has none of the name.
func member(v value.Value, name string) value.Value {
	found, _ := v.Get(name)
	return found
}

func parseMachines(v value.Value, responses map[string]*response) (map[string]map[string]testCase, error) {
	machines := make(map[string]map[string]testCase)
	given, err := object(v, "StateMachines")
	if err != nil {
		return nil, err
	}
	for machine, v := range given.Members() {
		at := "StateMachines." + machine
		described, err := object(v, at)
		if err != nil {
			return nil, err
		}
		cases, err := object(member(described, "TestCases"), at+".TestCases")
		if err != nil {
			return nil, err
		}
		machines[machine] = make(map[string]testCase)
		for name, v := range cases.Members() {
			if machines[machine][name], err = parseCase(v, at+".TestCases."+name, responses); err != nil {
				return nil, err
			}
		}
	}
	return machines, nil
}

func parseCase(v value.Value, at string, responses map[string]*response) (testCase, error) {
	states, err := object(v, at)
	if err != nil {
		return nil, err
	}
	c := make(testCase)
	for state, v := range states.Members() {
		if v.Kind() != value.KindString {
			return nil, fmt.Errorf("%s.%s must be the name of a mocked response", at, state)
		}
		r := responses[v.AsString()]
		if r == nil {
			return nil, fmt.Errorf("%s.%s names %q, which MockedResponses does not have", at, state, v.AsString())
		}
		c[state] = r
	}
	return c, nil
}

func parseResponses(v value.Value) (map[string]*response, error) {
	responses := make(map[string]*response)
	given, err := object(v, "MockedResponses")
	if err != nil {
		return nil, err
	}
	for name, v := range given.Members() {
		if responses[name], err = parseResponse(name, v); err != nil {
			return nil, err
		}
	}
	return responses, nil
}

func parseResponse(name string, v value.Value) (*response, error) {
	at := "MockedResponses." + name
	turns, err := object(v, at)
	if err != nil {
		return nil, err
	}
	if turns.Len() == 0 {
		return nil, fmt.Errorf("%s has no response", at)
	}
	r := &response{name: name}
	for numbers, v := range turns.Members() {
		t, err := parseTurn(numbers, v, at)
		if err != nil {
			return nil, err
		}
		for _, other := range r.turns {
			if t.first <= other.last && other.first <= t.last {
				return nil, fmt.Errorf("%s.%s: another response has one of these numbers too", at, numbers)
			}
		}
		r.turns = append(r.turns, t)
	}
	return r, nil
}

func parseTurn(numbers string, v value.Value, at string) (t turn, err error) {
	at += "." + numbers
	first, last, isRange := strings.Cut(numbers, "-")
	if !isRange {
		last = first
	}
	a, errA := strconv.ParseUint(first, 10, 31)
	b, errB := strconv.ParseUint(last, 10, 31)
	if errA != nil || errB != nil || a > b {
		return t, fmt.Errorf("%s: the number of a response is that of an invocation, as 0, or a range of them, as 1-3", at)
	}
	given, err := object(v, at)
	if err != nil {
		return t, err
	}
	t.first, t.last = int(a), int(b)
	output, returns := given.Get("Return")
	thrown, throws := given.Get("Throw")
	if returns == throws || given.Len() != 1 {
		return t, fmt.Errorf("%s must have either Return or Throw, and nothing else", at)
	}
	t.output = output.Compacted() // what AWS produces is compact
	if throws {
		t.failure, err = parseThrow(thrown, at+".Throw")
	}
	return t, err
}

func parseThrow(v value.Value, at string) (*asl.Failure, error) {
	given, err := object(v, at)
	if err != nil {
		return nil, err
	}
	var f asl.Failure
	for key, v := range given.Members() {
		if v.Kind() != value.KindString {
			return nil, fmt.Errorf("%s.%s must be a string", at, key)
		}
		text := v.AsString()
		switch key {
		case "Error":
			f.Error = &text
		case "Cause":
			f.Cause = &text
		default:
			return nil, fmt.Errorf("%s.%s is unknown: there are Error and Cause", at, key)
		}
	}
	if f.Error == nil {
		return nil, fmt.Errorf("%s has no Error", at)
	}
	return &f, nil
}

// Check returns an error unless the machine has the test case.
func (c *Config) Check(machine, testCase string) error {
	cases, ok := c.machines[machine]
	if !ok {
		return fmt.Errorf("the mock configuration has no state machine %q", machine)
	}
	if _, ok := cases[testCase]; !ok {
		return fmt.Errorf("the mock configuration has no test case %q of the state machine %q", testCase, machine)
	}
	return nil
}

// at returns what an invocation, counted from 1, gets.
func (r *response) at(invocation int) (turn, bool) {
	for _, t := range r.turns {
		if t.first < invocation && invocation <= t.last+1 {
			return t, true
		}
	}
	return turn{}, false
}
