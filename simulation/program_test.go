package simulation

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

const (
	account  = "123456789012"
	region   = "us-east-1"
	arns     = "arn:aws:states:" + region + ":" + account + ":"
	activity = arns + "activity:work"
	function = "arn:aws:lambda:" + region + ":" + account + ":function:f"
	callback = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
	// input is what every execution gets; n and the number of items differ.
	input = `{"n": %d, "items": [%s]}`
)

// programs makes random definitions. Every state leads forward and every retry has a limit: an
// execution ends if nothing is lost.
type programs struct {
	rng      *rand.Rand
	machines int // that a task may start: those made before
	names    int
	// short says that the states are those that an Express machine may have.
	short bool
}

// express returns the definition of an Express machine. Its first deadline comes up soon, sometimes
// before its start is durable, and then it calls a function.
func (p *programs) express() string {
	p.short = true
	defer func() { p.short = false }()
	rest, ok := strings.CutPrefix(p.block(0), `{"StartAt": `)
	first, states, found := strings.Cut(rest, `, "States": {`)
	if !ok || !found {
		panic("a block does not begin as it did: " + rest)
	}
	return fmt.Sprintf(`{"StartAt": "First", "States": {"First": {"Type": "Wait", "Seconds": 1, "Next": "Second"},
		"Second": {"Type": "Task", "Resource": %q, "ResultPath": "$.s", "Next": %s}, %s`, function, first, states)
}

// definition returns a state machine.
func (p *programs) definition() string {
	text := p.block(0)
	if p.rng.IntN(6) == 0 {
		text = fmt.Sprintf(`{"TimeoutSeconds": %d, %s`, 20+p.rng.IntN(300), text[1:])
	}
	return text
}

// block returns the fields StartAt and States as an object. depth counts the blocks around it.
func (p *programs) block(depth int) string {
	names := make([]string, 2+p.rng.IntN(4))
	for i := range names {
		p.names++
		names[i] = fmt.Sprintf("S%d", p.names)
	}
	var states []string
	for i, name := range names[:len(names)-1] {
		states = append(states, fmt.Sprintf("%q: {%s}", name, p.state(depth, names[i+1:])))
	}
	last := `"Type": "Succeed"`
	if p.rng.IntN(8) == 0 {
		last = `"Type": "Fail", "Error": "Given", "Cause": "up"`
	}
	states = append(states, fmt.Sprintf("%q: {%s}", names[len(names)-1], last))
	return fmt.Sprintf(`{"StartAt": %q, "States": {%s}}`, names[0], strings.Join(states, ", "))
}

// state returns the fields of a state that goes on to the first of later, or to another of them.
func (p *programs) state(depth int, later []string) string {
	next := fmt.Sprintf(`"Next": %q`, later[0])
	kinds := 9
	if depth < 2 {
		kinds = 11
	}
	switch kind := p.rng.IntN(kinds); {
	case p.short && (kind == 5 || kind == 6):
		return p.task(function, p.timeout(), later)
	default:
		return p.stateOf(kind, depth, next, later)
	}
}

func (p *programs) stateOf(kind, depth int, next string, later []string) string {
	switch kind {
	case 0:
		return `"Type": "Pass", "Result": {"passed": true}, "ResultPath": "$.p", ` + next
	case 1:
		return fmt.Sprintf(`"Type": "Wait", "Seconds": %d, %s`, p.rng.IntN(40), next)
	case 2:
		return fmt.Sprintf(`"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": %d, "Next": %q}], "Default": %q`,
			p.rng.IntN(4), p.pick(later), later[0])
	case 3, 4:
		return p.task(function, p.timeout(), later)
	case 5:
		return p.task(activity, p.limit()+p.heartbeat(), later) // a worker can be lost with its task
	case 6:
		return p.task(callback, p.timeout()+p.heartbeat()+`, "Parameters": {"QueueUrl": "q", "MessageBody": {"t.$": "$$.Task.Token"}}`, later)
	case 7:
		return p.nested(later)
	case 8:
		return p.queried(later)
	case 9:
		return fmt.Sprintf(`"Type": "Parallel", "Branches": [%s, %s], "ResultPath": "$.b", %s`, p.block(depth+1), p.block(depth+1), p.handled(later))
	default:
		return fmt.Sprintf(`"Type": "Map", "ItemsPath": "$.items", "ItemSelector": {"n.$": "$$.Map.Item.Index", "items": [1]}, "MaxConcurrency": %d,
			"ItemProcessor": %s, "ResultPath": "$.m", %s`, p.rng.IntN(3), p.block(depth+1), p.handled(later))
	}
}

// queried returns a state of JSONata. A few fail, and what is random in them must come out the same when
// they are restored.
func (p *programs) queried(later []string) string {
	p.names++
	switch p.rng.IntN(5) {
	case 4: // an iteration may not begin, while others wait
		return fmt.Sprintf(`"Type": "Map", "QueryLanguage": "JSONata", "Items": [1, 2, 3, 4], "MaxConcurrency": %d, "ItemSelector": "{%% $random() < 0.7 ? $states.context.Map.Item.Value : $error('no') %%}",
			"ItemProcessor": {"StartAt": "Q%d", "States": {"Q%[2]d": {"Type": "Wait", "QueryLanguage": "JSONata", "Seconds": "{%% $states.input %%}", "End": true}}},
			"Output": "{%% $states.input %%}", "Retry": [{"ErrorEquals": ["States.QueryEvaluationError"], "MaxAttempts": 1}],
			"Catch": [{"ErrorEquals": ["States.ALL"], "Output": "{%% $states.input %%}", "Next": %q}], "Next": %q`,
			p.rng.IntN(3), p.names, p.pick(later), later[0])
	case 0:
		return fmt.Sprintf(`"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [{"Condition": "{%% $states.input.n < %d %%}", "Assign": {"v%d": "{%% $uuid() %%}"}, "Next": %q}], "Default": %q`,
			p.rng.IntN(4), p.names, p.pick(later), later[0])
	case 1:
		return fmt.Sprintf(`"Type": "Wait", "QueryLanguage": "JSONata", "Seconds": "{%% $floor($random() * 40) %%}", "Next": %q`, later[0])
	case 2:
		return fmt.Sprintf(`"Type": "Task", "QueryLanguage": "JSONata", "Resource": %q, "Arguments": "{%% $states.input %%}", "Output": "{%% [1, 2][%d] %%}",
			"Retry": [{"ErrorEquals": ["States.QueryEvaluationError"], "MaxAttempts": 1}], "Next": %q`, function, p.rng.IntN(3), later[0])
	}
	return fmt.Sprintf(`"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{%% $merge([$states.input, {'p': $random(), 'items': [1]}]) %%}", "Assign": {"v%d": "{%% $uuid() %%}"}, "Next": %q`,
		p.names, later[0])
}

func (p *programs) pick(later []string) string { return later[p.rng.IntN(len(later))] }

func (p *programs) heartbeat() string {
	if p.rng.IntN(2) == 0 {
		return ""
	}
	return fmt.Sprintf(`, "HeartbeatSeconds": %d`, 2+p.rng.IntN(8))
}

func (p *programs) limit() string { return fmt.Sprintf(`, "TimeoutSeconds": %d`, 11+p.rng.IntN(60)) }

// timeout is a limit, or none: then work that is lost is missed for ever.
func (p *programs) timeout() string {
	if p.rng.IntN(2) == 0 {
		return ""
	}
	return p.limit()
}

func (p *programs) task(resource, more string, later []string) string {
	return fmt.Sprintf(`"Type": "Task", "Resource": %q, "ResultPath": "$.r", %s`, resource, p.handled(later)) + more
}

// nested starts an earlier machine, by any pattern; without one it passes.
func (p *programs) nested(later []string) string {
	if p.machines == 0 {
		return fmt.Sprintf(`"Type": "Pass", "Next": %q`, later[0])
	}
	name := ""
	if p.rng.IntN(3) == 0 {
		name = `, "Name": "same"`
	}
	suffix, machine := []string{"", ".sync", ".sync:2"}[p.rng.IntN(3)], fmt.Sprintf("m%d", p.rng.IntN(p.machines))
	switch {
	case p.short:
		suffix = ""
	case p.rng.IntN(4) == 0:
		suffix, machine = "", innerExpress
	}
	return fmt.Sprintf(`"Type": "Task", "Resource": "arn:aws:states:::states:startExecution%s", "ResultPath": "$.c", "Parameters": {
		"StateMachineArn": "%sstateMachine:%s", "Input": {"n.$": "$.n", "items": [1]}%s}, %s`,
		suffix, arns, machine, name, p.handled(later))
}

// handled returns Next, perhaps with Retry and Catch.
func (p *programs) handled(later []string) string {
	text := fmt.Sprintf(`"Next": %q`, later[0])
	if p.rng.IntN(2) == 0 {
		text += fmt.Sprintf(`, "Retry": [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": %d},
			{"ErrorEquals": ["States.ALL"], "IntervalSeconds": %d, "MaxAttempts": %d, "BackoffRate": 1.5, "JitterStrategy": "FULL"}]`,
			p.rng.IntN(2), 1+p.rng.IntN(5), p.rng.IntN(3))
	}
	if p.rng.IntN(2) == 0 {
		text += fmt.Sprintf(`, "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": %q}]`, p.pick(later))
	}
	return text
}
