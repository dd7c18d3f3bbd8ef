package asl

import (
	"github.com/stepwell/stepwell/intrinsic"
	"github.com/stepwell/stepwell/jsonpath"
	"github.com/stepwell/stepwell/value"
)

// Program is a checked, immutable state machine definition. [Parse] makes one.
type Program struct {
	// Comment is the definition's own remark, empty when it has none.
	Comment string
	// TimeoutSeconds limits the whole execution; 0 means no limit.
	TimeoutSeconds int64
	// Root is the top-level block of states.
	Root *Block
}

// VariableReferences returns, by the name of each state that refers to variables, their names, sorted.
// It is nil when no state does.
func (p *Program) VariableReferences() map[string][]string {
	references := make(map[string][]string)
	p.Root.variableReferences(references)
	if len(references) == 0 {
		return nil
	}
	return references
}

func (b *Block) variableReferences(into map[string][]string) {
	for _, s := range b.States {
		if names := s.Base().Variables; len(names) > 0 {
			into[s.Base().Name] = names
		}
		switch s := s.(type) {
		case *Parallel:
			for _, branch := range s.Branches {
				branch.variableReferences(into)
			}
		case *Map:
			s.Processor.variableReferences(into)
		}
	}
}

// Block is one "States" object with its "StartAt": the top level of a definition, a branch of a
// Parallel state, or the processor of a Map state. Transitions never leave their block.
type Block struct {
	StartAt string
	// States are in the order of the definition.
	States []State

	byName map[string]State
}

// State returns the state called name, or nil when the block has none of that name.
func (b *Block) State(name string) State { return b.byName[name] }

// Type is the name of a kind of state, as the field "Type" spells it.
type Type string

// The eight kinds of states.
const (
	TypeTask     Type = "Task"
	TypePass     Type = "Pass"
	TypeWait     Type = "Wait"
	TypeChoice   Type = "Choice"
	TypeSucceed  Type = "Succeed"
	TypeFail     Type = "Fail"
	TypeParallel Type = "Parallel"
	TypeMap      Type = "Map"
)

// State is a node of a Program: one of [*Task], [*Pass], [*Wait], [*Choice], [*Succeed], [*Fail],
// [*Parallel] and [*Map].
type State interface {
	// Base returns the fields that every kind of state has.
	Base() *Common
	// Type names the kind.
	Type() Type

	state()
}

// Common holds the fields that all kinds of states have.
type Common struct {
	Name    string
	Comment string
	// Next is the state that follows; empty when this one ends its block.
	Next string
	// InputPath and OutputPath narrow what the state sees and what it gives.
	InputPath, OutputPath Selector
	// JSONata says that the query language of the state is JSONata.
	JSONata bool
	// Output, of JSONata, is what the state gives; nil when the definition has none.
	Output *Query
	// Assign gives variables their values when the state is left. Succeed and Fail never have it.
	Assign Template
	// Variables are the names of the variables that the state's own fields refer to, sorted.
	Variables []string
}

// Base returns c itself: it makes every struct that embeds Common a [State] but for its Type.
func (c *Common) Base() *Common { return c }

func (c *Common) state() {}

// Selector is an InputPath or OutputPath. The zero Selector passes its data through.
type Selector struct {
	Path *jsonpath.Path
	// Discard says that the field is null: the data becomes {}.
	Discard bool
}

// Template gives a field its value: a payload template in a JSONPath state, a query in a JSONata state.
// The zero Template is that of a field that the definition has not. At most one of the two is set.
type Template struct {
	Payload *intrinsic.Template
	Query   *Query
}

// IsZero reports whether the definition has no such field.
func (t Template) IsZero() bool { return t == Template{} }

// Integer is a field that holds a whole number, or, where Path or Query is set, says where to find it.
// The zero Integer is 0.
type Integer struct {
	Value int64
	Path  *jsonpath.Path
	Query *Query
}

// Percentage is as Integer, for a number between 0 and 100.
type Percentage struct {
	Value float64
	Path  *jsonpath.Path
	Query *Query
}

// Target is a ResultPath. The zero Target replaces the input with the result.
type Target struct {
	Path *jsonpath.Path
	// Discard says that the field is null: the result is dropped and the input stays.
	Discard bool
}

// Pass passes its input on, or a fixed result.
type Pass struct {
	Common
	Parameters *intrinsic.Template
	// Result is the fixed result; HasResult tells null from absent.
	Result     value.Value
	HasResult  bool
	ResultPath Target
}

// Task has one unit of work done by the world outside.
type Task struct {
	Common
	Resource Resource
	// Parameters is the field "Arguments" in a JSONata state.
	Parameters Template
	// Credentials is an object with the role to act as, under the key "RoleArn".
	Credentials    Template
	ResultSelector *intrinsic.Template
	ResultPath     Target
	// TimeoutSeconds and HeartbeatSeconds are 0 when the definition has none.
	TimeoutSeconds, HeartbeatSeconds Integer
	Retry                            []Retrier
	Catch                            []Catcher
}

// Wait delays the execution. Exactly one of its forms is set.
type Wait struct {
	Common
	// Seconds counts only when HasSeconds is set.
	Seconds    int64
	HasSeconds bool
	// Timestamp is RFC 3339 text.
	Timestamp     string
	SecondsPath   *jsonpath.Path
	TimestampPath *jsonpath.Path
	// SecondsQuery and TimestampQuery are those of JSONata that hold expressions.
	SecondsQuery, TimestampQuery *Query
}

// Choice picks the next state by the first rule that holds.
type Choice struct {
	Common
	Rules []Rule
	// Default is the state taken when no rule holds; empty when the definition has none.
	Default string
}

// Rule is one entry of "Choices".
type Rule struct {
	Condition Condition
	Next      string
	// Assign and Output hold instead of the state's when the rule does.
	Assign Template
	Output *Query
}

// Condition is a boolean expression of a Choice: [And], [Or], [Not], [*Comparison] or, in a JSONata
// state, [Test].
type Condition interface{ condition() }

// And holds when all of its conditions hold.
type And []Condition

// Or holds when one of its conditions holds.
type Or []Condition

// Not holds when its condition does not.
type Not struct{ Condition Condition }

// Comparison applies one operator, such as "NumericLessThanPath", to a variable.
type Comparison struct {
	Variable *jsonpath.Path
	// Operator is the field's name without the suffix "Path".
	Operator string
	// Operand is what to compare with; Path, when not nil, says where to find it instead.
	Operand value.Value
	Path    *jsonpath.Path
}

// Test holds when its query gives true. Anything but true and false is an error.
type Test struct{ Query *Query }

func (Test) condition()        {}
func (And) condition()         {}
func (Or) condition()          {}
func (Not) condition()         {}
func (*Comparison) condition() {}

// Succeed ends its block with success.
type Succeed struct{ Common }

// Fail ends the execution, or the branch it stands in, with a failure.
type Fail struct {
	Common
	Failure Failure
	// ErrorPath and CausePath, when not nil, give the error's name and its cause instead.
	ErrorPath, CausePath *intrinsic.Expression
	// ErrorQuery and CauseQuery are those of JSONata that hold expressions.
	ErrorQuery, CauseQuery *Query
}

// Parallel runs all of its branches and joins their outputs into an array.
type Parallel struct {
	Common
	Branches []*Block
	// Parameters is the field "Arguments" in a JSONata state.
	Parameters     Template
	ResultSelector *intrinsic.Template
	ResultPath     Target
	Retry          []Retrier
	Catch          []Catcher
}

// Map runs its processor once for each item (inline mode).
type Map struct {
	Common
	Processor *Block
	// processorField is where the definition has Processor: "ItemProcessor" or "Iterator".
	processorField string
	// ItemsPath finds the items in the effective input; nil means the input itself.
	ItemsPath *jsonpath.Path
	// Items gives the items in a JSONata state; nil means the input itself.
	Items        *Query
	ItemSelector Template
	// MaxConcurrency is how many iterations run at once; 0 means no limit.
	MaxConcurrency Integer
	// ToleratedFailureCount and ToleratedFailurePercentage are of use in distributed mode only. Inline
	// they are evaluated all the same.
	ToleratedFailureCount      Integer
	ToleratedFailurePercentage Percentage
	ResultSelector             *intrinsic.Template
	ResultPath                 Target
	Retry                      []Retrier
	Catch                      []Catcher
}

// Retrier is one entry of "Retry", with the defaults filled in.
type Retrier struct {
	ErrorEquals     []string
	IntervalSeconds int64
	MaxAttempts     int64
	BackoffRate     float64
	// MaxDelaySeconds caps a delay; 0 means no cap.
	MaxDelaySeconds int64
	// FullJitter says that JitterStrategy is "FULL": a delay is uniform between 0 and its value.
	FullJitter bool
}

// Catcher is one entry of "Catch".
type Catcher struct {
	ErrorEquals []string
	Next        string
	ResultPath  Target
	// Assign holds instead of the state's; "$" in it is the error output.
	Assign Template
	// Output, of JSONata, is what the catcher hands on; nil: the error output.
	Output *Query
}

// Type implements [State].
func (*Task) Type() Type { return TypeTask }

// Type implements [State].
func (*Pass) Type() Type { return TypePass }

// Type implements [State].
func (*Wait) Type() Type { return TypeWait }

// Type implements [State].
func (*Choice) Type() Type { return TypeChoice }

// Type implements [State].
func (*Succeed) Type() Type { return TypeSucceed }

// Type implements [State].
func (*Fail) Type() Type { return TypeFail }

// Type implements [State].
func (*Parallel) Type() Type { return TypeParallel }

// Type implements [State].
func (*Map) Type() Type { return TypeMap }
