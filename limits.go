package stepwell

import (
	"cmp"
	"fmt"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/awsjson"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/value"
)

// Limits lift the limits that AWS sets on definitions, executions and their data, for programs that
// need not run on AWS too. A field that is zero has AWS's value. A limit that is lowered later does
// not concern definitions that were created before.
type Limits struct {
	// PayloadBytes is how long an input, an output or a result may be. AWS: 262,144.
	PayloadBytes int `yaml:"payloadBytes"`
	// HistoryEvents is how many events a history may have. AWS: 25,000.
	HistoryEvents int64 `yaml:"historyEvents"`
	// AssignBytes is how long the variables of one Assign may be. AWS: 262,144.
	AssignBytes int `yaml:"assignBytes"`
	// VariablesBytes is how long all variables of an execution may be. AWS: 10 MiB.
	VariablesBytes int `yaml:"variablesBytes"`
	// MapConcurrency is how many iterations of an inline Map run at once at most. AWS: 40.
	MapConcurrency int `yaml:"mapConcurrency"`
	// DefinitionBytes is how long a definition may be. AWS: 1,048,576.
	DefinitionBytes int `yaml:"definitionBytes"`
	// NameCharacters is how long names may be: of machines, executions, activities, states and
	// variables. AWS: 80.
	NameCharacters int `yaml:"nameCharacters"`
	// CallArguments is how many arguments a call of an intrinsic function may have. AWS: 40.
	CallArguments int `yaml:"callArguments"`
	// CallNesting is how deep such calls may stand inside of each other. AWS: 10.
	CallNesting int `yaml:"callNesting"`
	// Versions is how many versions of a state machine exist at once. AWS: 1,000.
	Versions int `yaml:"versions"`
	// Aliases is how many aliases of a state machine exist at once. AWS: 100.
	Aliases int `yaml:"aliases"`
	// ActivityPollers is how many workers wait for tasks of one activity at once. AWS: 1,000.
	ActivityPollers int `yaml:"activityPollers"`
}

func (l Limits) check() error {
	for _, limit := range []struct {
		name string
		n    int64
	}{
		{"PayloadBytes", int64(l.PayloadBytes)},
		{"HistoryEvents", l.HistoryEvents},
		{"AssignBytes", int64(l.AssignBytes)},
		{"VariablesBytes", int64(l.VariablesBytes)},
		{"MapConcurrency", int64(l.MapConcurrency)},
		{"DefinitionBytes", int64(l.DefinitionBytes)},
		{"NameCharacters", int64(l.NameCharacters)},
		{"CallArguments", int64(l.CallArguments)},
		{"CallNesting", int64(l.CallNesting)},
		{"Versions", int64(l.Versions)},
		{"Aliases", int64(l.Aliases)},
		{"ActivityPollers", int64(l.ActivityPollers)},
	} {
		if limit.n < 0 {
			return fmt.Errorf("the limit %s is negative: %d", limit.name, limit.n)
		}
	}
	if l.CallNesting > value.MaxDepth {
		return fmt.Errorf("the limit CallNesting is over %d: %d", value.MaxDepth, l.CallNesting)
	}
	return nil
}

// ofExecutions are those that bind an execution as it runs.
func (l Limits) ofExecutions() interpreter.Limits {
	return interpreter.Limits{
		HistoryEvents: l.HistoryEvents, PayloadBytes: l.PayloadBytes, AssignBytes: l.AssignBytes,
		VariablesBytes: l.VariablesBytes, MapConcurrency: l.MapConcurrency,
	}
}

// ofDefinitions are those that bind what is compiled.
func (l Limits) ofDefinitions() asl.Limits {
	d := asl.AWSLimits
	d.NameCharacters = cmp.Or(l.NameCharacters, d.NameCharacters)
	d.Calls.Arguments = cmp.Or(l.CallArguments, d.Calls.Arguments)
	d.Calls.Nesting = cmp.Or(l.CallNesting, d.Calls.Nesting)
	return d
}

// ofRequests are those that bind what a request carries.
func (l Limits) ofRequests() sfn.Limits {
	return sfn.Limits{
		PayloadBytes: int64(l.PayloadBytes), DefinitionBytes: int64(l.DefinitionBytes), NameCharacters: int64(l.NameCharacters),
	}
}

// maxBody is how long a request may be: its JSON can escape each byte of its longest text in six.
func (l Limits) maxBody() int64 {
	return max(awsjson.DefaultMaxBody, 6*int64(max(l.PayloadBytes, l.DefinitionBytes))+1<<20)
}
