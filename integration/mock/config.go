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
	top, err := fields(root, "the mock configuration")
	if err != nil {
		return nil, err
	}
	for key := range top {
		if key != "StateMachines" && key != "MockedResponses" {
			return nil, fmt.Errorf("unknown field %q: a mock configuration has StateMachines and MockedResponses", key)
		}
	}
	responses, err := parseResponses(top["MockedResponses"])
	if err != nil {
		return nil, err
	}
	machines, err := parseMachines(top["StateMachines"], responses)
	if err != nil {
		return nil, err
	}
	return &Config{machines: machines}, nil
}

// fields returns the members of what must be an object. what names it in an error; an absent value,
// which is null, counts as an object without members.
func fields(v value.Value, what string) (map[string]value.Value, error) {
	found := make(map[string]value.Value)
	if v.Kind() == value.KindNull {
		return found, nil
	}
	if v.Kind() != value.KindObject {
		return nil, fmt.Errorf("%s must be an object", what)
	}
	for key, member := range v.Members() {
		found[key] = member
	}
	return found, nil
}

func parseMachines(v value.Value, responses map[string]*response) (map[string]map[string]testCase, error) {
	machines := make(map[string]map[string]testCase)
	given, err := fields(v, "StateMachines")
	for machine, v := range given {
		at := "StateMachines." + machine
		described, err := fields(v, at)
		if err != nil {
			return nil, err
		}
		cases, err := fields(described["TestCases"], at+".TestCases")
		if err != nil {
			return nil, err
		}
		machines[machine] = make(map[string]testCase)
		for name, v := range cases {
			if machines[machine][name], err = parseCase(v, at+".TestCases."+name, responses); err != nil {
				return nil, err
			}
		}
	}
	return machines, err
}

func parseCase(v value.Value, at string, responses map[string]*response) (testCase, error) {
	states, err := fields(v, at)
	if err != nil {
		return nil, err
	}
	c := make(testCase)
	for state, v := range states {
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
	given, err := fields(v, "MockedResponses")
	for name, v := range given {
		if responses[name], err = parseResponse(name, v); err != nil {
			return nil, err
		}
	}
	return responses, err
}

func parseResponse(name string, v value.Value) (*response, error) {
	at := "MockedResponses." + name
	turns, err := fields(v, at)
	if err != nil {
		return nil, err
	}
	if len(turns) == 0 {
		return nil, fmt.Errorf("%s has no response", at)
	}
	r := &response{name: name}
	for numbers, v := range turns {
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
	given, err := fields(v, at)
	if err != nil {
		return t, err
	}
	t.first, t.last = int(a), int(b)
	output, returns := given["Return"]
	thrown, throws := given["Throw"]
	if returns == throws || len(given) != 1 {
		return t, fmt.Errorf("%s must have either Return or Throw, and nothing else", at)
	}
	t.output = output.Compacted() // what AWS produces is compact
	if throws {
		t.failure, err = parseThrow(thrown, at+".Throw")
	}
	return t, err
}

func parseThrow(v value.Value, at string) (*asl.Failure, error) {
	given, err := fields(v, at)
	if err != nil {
		return nil, err
	}
	var f asl.Failure
	for key, member := range given {
		if member.Kind() != value.KindString {
			return nil, fmt.Errorf("%s.%s must be a string", at, key)
		}
		text := member.AsString()
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
