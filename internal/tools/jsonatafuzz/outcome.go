package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/stepwell/stepwell/jsonata"
	"github.com/stepwell/stepwell/value"
)

// now is when all evaluations happen.
var now = time.Date(2026, 3, 15, 10, 20, 30, 456e6, time.UTC)

// The limits of both sides, wide enough that few expressions reach them.
const (
	maxSteps = 20_000
	maxDepth = 300
)

// question is what both sides are asked: an expression, and JSON texts of its input and its variables.
type question struct {
	Expression string `json:"expression"`
	Input      string `json:"input,omitempty"` // empty: undefined
	Variables  string `json:"variables"`
}

// outcome is what one side made of a question.
type outcome struct {
	kind     string // "value", "undefined", "function", "error", "limit", "panic"
	text     string // of a value, as JSON.stringify writes it
	code     string // of an error, empty where JavaScript itself refuses
	message  string
	token    string
	position int
	depth    int // how deep the evaluation went; known of the reference only
}

// String returns the outcome as a finding shows it.
func (o outcome) String() string {
	switch o.kind {
	case "value", "panic":
		return o.text
	case "error":
		return fmt.Sprintf("error %s at %d, token %q: %s", o.code, o.position, o.token, o.message)
	default:
		return o.kind
	}
}

// read returns the outcomes in a line of the oracle.
func read(line string) ([]outcome, error) {
	v, err := value.Parse(line)
	if err != nil {
		return nil, fmt.Errorf("read what Node answered: %w", err)
	}
	var outcomes []outcome
	for _, each := range v.Elements() {
		field := func(name string) value.Value { f, _ := each.Get(name); return f }
		position, _ := field("position").AsInt()
		depth, _ := field("depth").AsInt()
		outcomes = append(outcomes, outcome{
			kind: field("kind").AsString(), text: field("text").AsString(), code: field("code").AsString(),
			message: field("message").AsString(), token: field("token").AsString(), position: int(position), depth: int(depth),
		})
	}
	return outcomes, nil
}

// encode writes questions as a line for the oracle.
func encode(questions []question) []byte {
	line, err := json.Marshal(questions)
	if err != nil {
		panic(err) // strings can always be encoded
	}
	return line
}

// ours evaluates q with this project's package.
func ours(q question, depth int) (o outcome) {
	defer func() {
		if r := recover(); r != nil {
			o = outcome{kind: "panic", text: fmt.Sprint("panic: ", r)}
		}
	}()
	compiled, err := jsonata.Compile(q.Expression)
	if err != nil {
		return failed(err)
	}
	result, err := compiled.Eval(env(q, depth))
	if err != nil {
		return failed(err)
	}
	if result.IsFunction() {
		return outcome{kind: "function"}
	}
	// What Value makes is not compared: it is AWS's writing. It must not fail, though.
	if v, ok := result.Value(); ok {
		if _, err := value.Parse(v.Text()); err != nil {
			return outcome{kind: "panic", text: "Value gives what is not JSON: " + err.Error()}
		}
	}
	text, ok := result.Text()
	if !ok {
		return outcome{kind: "undefined"}
	}
	return outcome{kind: "value", text: text}
}

func env(q question, depth int) jsonata.Env {
	e := jsonata.Env{
		Time: now, Random: rand.New(rand.NewPCG(1, 2)),
		Limits: jsonata.Limits{Depth: depth, Steps: 100 * maxSteps},
	}
	if q.Input != "" {
		v := value.Trusted(q.Input)
		e.Input = &v
	}
	variables := value.Trusted(q.Variables)
	e.Variable = func(name string) (value.Value, bool) { return variables.Get(name) }
	return e
}

// limits are the beginnings of the texts that AWS, and not the language, gives.
var limits = []string{"Expression evaluation timeout", "Expression evaluation memory limit", stackLimit}

const stackLimit = "Stack overflow error"

func failed(err error) outcome {
	var e *jsonata.Error
	if !errors.As(err, &e) {
		return outcome{kind: "panic", text: fmt.Sprintf("%T is no *jsonata.Error: %v", err, err)}
	}
	if e.Code == "" {
		for _, l := range limits {
			if strings.HasPrefix(e.Message, l) {
				return outcome{kind: "limit", text: e.Message}
			}
		}
	}
	return outcome{kind: "error", code: e.Code, message: e.Message, token: e.Token, position: e.Position}
}
