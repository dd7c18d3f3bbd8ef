package examples_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// event is an event as GetExecutionHistory answers it.
type event struct {
	ID, Previous int
	Type         string
	Timestamp    float64
	// Details are the members of the one member that ends in Details; nil without one.
	Details map[string]json.RawMessage
}

// UnmarshalJSON implements [json.Unmarshaler].
func (e *event) UnmarshalJSON(text []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return err
	}
	for name, text := range members {
		var into any = &e.Details
		switch name {
		case "id":
			into = &e.ID
		case "previousEventId":
			into = &e.Previous
		case "type":
			into = &e.Type
		case "timestamp":
			into = &e.Timestamp
		}
		if err := json.Unmarshal(text, into); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// open is how many tasks are scheduled and not over. A failure in one branch or iteration gives up
// those in the others.
func open(events []event) int {
	n := 0
	for _, e := range events {
		switch e.Type {
		case "TaskScheduled", "LambdaFunctionScheduled", "ActivityScheduled":
			n++
		case "TaskSucceeded", "LambdaFunctionSucceeded", "ActivitySucceeded", "TaskFailed", "LambdaFunctionFailed", "ActivityFailed":
			n--
		case "TaskStateAborted":
			n = 0
		}
	}
	return n
}

// show is a history with an event a line: its id, the id of the event that it follows, how long after
// that it came, in whole minutes, its type and its details. A long text that an event above has too is
// shown by the id of the first one that has it.
func show(events []event) string {
	var b strings.Builder
	times := make(map[int]float64)
	shown := make(map[string]int)
	for _, e := range events {
		times[e.ID] = e.Timestamp
		waited := ""
		if e.Previous > 0 {
			waited = minutes(e.Timestamp - times[e.Previous])
		}
		line := fmt.Sprintf("%3d <- %-3d %-7s %-24s %s", e.ID, e.Previous, waited, e.Type, strings.Join(details(e, shown), "  "))
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// minutes are whole minutes as "+72h0m", or nothing. What the machine itself needs is far less.
func minutes(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second)).Round(time.Minute)
	if d == 0 {
		return ""
	}
	return "+" + strings.TrimSuffix(d.String(), "0s")
}

// constant are the members that are the same in all events that have them.
var constant = map[string]string{
	"inputDetails": `{"truncated":false}`, "outputDetails": `{"truncated":false}`, "assignedVariablesDetails": `{"truncated":false}`,
	"region": `"us-east-1"`, "roleArn": `"` + role + `"`,
}

// order is the order in which members are shown; unnamed are those that need no name.
var (
	order = []string{
		"name", "index", "resource", "length", "workerName", "timeoutInSeconds", "heartbeatInSeconds",
		"parameters", "input", "output", "assignedVariables", "error", "cause",
	}
	unnamed = []string{"name", "index", "resource"}
)

// details are all details of an event.
func details(e event, shown map[string]int) []string {
	d := maps.Clone(e.Details)
	for name, want := range constant {
		if string(d[name]) == want {
			delete(d, name)
		}
	}
	if kind, ok := d["resourceType"]; ok {
		d["resource"], _ = json.Marshal(word(kind) + ":" + word(d["resource"])) // a text always encodes
		delete(d, "resourceType")
	}
	var words []string
	for _, name := range slices.Concat(order, slices.Sorted(maps.Keys(d))) {
		member, ok := d[name]
		if !ok {
			continue
		}
		delete(d, name)
		text := masked(word(member))
		if first, ok := shown[text]; ok && len(text) > 40 {
			text = fmt.Sprintf("as in %d", first)
		} else {
			shown[text] = e.ID
		}
		if !slices.Contains(unnamed, name) {
			text = strings.TrimSuffix(strings.TrimSuffix(name, "Variables"), "InSeconds") + " " + text
		}
		words = append(words, text)
	}
	return words
}

// word is the value of a member: texts without quotes, variables as assignments.
func word(member json.RawMessage) string {
	var text string
	if json.Unmarshal(member, &text) == nil {
		return text
	}
	var variables map[string]string
	if json.Unmarshal(member, &variables) != nil {
		return string(member)
	}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		text += fmt.Sprintf(" $%s=%s", name, variables[name])
	}
	return strings.TrimSpace(text)
}

// changing is what differs from run to run: times, task tokens, and how AWS's own calls were answered.
var changing = regexp.MustCompile(`((?:StartDate|StopDate)\\*":|"token":|"Sdk\w+":)(?:\d+|"[^"]*"|\{(?:[^{}]|\{[^{}]*\})*\})`)

func masked(text string) string { return changing.ReplaceAllString(text, "$1…") }
