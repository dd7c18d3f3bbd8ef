package asl

import (
	"slices"
	"strings"
)

// language is the query language that holds for a state.
type language uint8

const (
	// languageAny is the language of a state whose own declaration was refused already.
	languageAny language = iota
	languageJSONPath
	languageJSONata
)

// String names the language as the field "QueryLanguage" does.
func (l language) String() string {
	if l == languageJSONata {
		return "JSONata"
	}
	return "JSONPath"
}

// notYet lists the fields that AWS has and this package does not compile, wherever a state has
// them. Taking a name out of the list lifts its refusal.
var notYet = set(`
	ItemReader ItemBatcher ResultWriter Label`)

// notYetValues lists the values of enumerated fields that AWS has and this package does not
// compile.
var notYetValues = map[string]string{
	"Mode": "DISTRIBUTED",
}

// stateFields lists the fields that each kind of state may have, of both query languages.
var stateFields = map[Type]map[string]bool{
	TypePass: set(everyState, transition, `InputPath OutputPath Result ResultPath Parameters Output Assign`),
	TypeTask: set(everyState, transition, handlers, `InputPath OutputPath ResultPath Parameters Arguments
		Output Assign Resource Credentials ResultSelector
		TimeoutSeconds TimeoutSecondsPath HeartbeatSeconds HeartbeatSecondsPath`),
	TypeWait: set(everyState, transition, `InputPath OutputPath Output Assign
		Seconds Timestamp SecondsPath TimestampPath`),
	TypeParallel: set(everyState, transition, handlers, `InputPath OutputPath ResultPath Parameters Arguments
		Output Assign ResultSelector Branches`),
	TypeMap: set(everyState, transition, handlers, `InputPath OutputPath ResultPath Parameters
		Output Assign ResultSelector ItemProcessor Iterator ItemsPath Items ItemSelector
		ItemReader ItemBatcher ResultWriter MaxConcurrency MaxConcurrencyPath Label
		ToleratedFailurePercentage ToleratedFailurePercentagePath
		ToleratedFailureCount ToleratedFailureCountPath`),
	TypeChoice:  set(everyState, `InputPath OutputPath Output Assign Choices Default`),
	TypeSucceed: set(everyState, `InputPath OutputPath Output`),
	TypeFail:    set(everyState, `Error Cause ErrorPath CausePath`),
}

const (
	everyState = `Type Comment QueryLanguage `
	transition = `Next End `
	handlers   = `Retry Catch `
)

// The fields of the objects that are not states.
var (
	machineFields   = set(`Comment QueryLanguage StartAt TimeoutSeconds Version States`)
	branchFields    = set(`Comment StartAt States`)
	processorFields = set(`Comment ProcessorConfig StartAt States`)
	configFields    = set(`Mode ExecutionType`)
	retrierFields   = set(`Comment ErrorEquals IntervalSeconds MaxAttempts BackoffRate MaxDelaySeconds JitterStrategy`)
	catcherFields   = set(`Comment ErrorEquals Next ResultPath Output Assign`)
	ruleFields      = set(ruleForms, `Comment Next Output Assign `, strings.Join(operatorNames, " "))
	nestedFields    = set(ruleForms, `Comment `, strings.Join(operatorNames, " "))
)

const ruleForms = `And Or Not Variable Condition `

// onlyJSONPath and onlyJSONata list the fields that belong to one query language. Every field
// whose name ends in Path is JSONPath's too.
var (
	onlyJSONPath = set(`Parameters ResultSelector Result Variable`)
	onlyJSONata  = set(`Arguments Output Items Condition`)
)

// familyOf returns the one query language that has field, or languageAny when both do.
func familyOf(field string) language {
	switch {
	case onlyJSONata[field]:
		return languageJSONata
	case onlyJSONPath[field], strings.HasSuffix(field, "Path"):
		return languageJSONPath
	}
	return languageAny
}

// stateTypes lists the kinds of states in the order of AWS's message.
var stateTypes = []string{"Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map"}

// typeNamed returns the kind of state that name spells, if there is one.
func typeNamed(name string) (Type, bool) { return Type(name), slices.Contains(stateTypes, name) }

// set returns the words of some texts as a set.
func set(texts ...string) map[string]bool {
	words := make(map[string]bool)
	for _, text := range texts {
		for _, word := range strings.Fields(text) {
			words[word] = true
		}
	}
	return words
}
