// Package asl compiles and checks definitions in the Amazon States Language.
//
// [Parse] turns the JSON text of a state machine into a [Program]: [Block]s of [State]s, one Go
// type for each kind of state, with paths and templates compiled and defaults filled in. What is
// wrong with a definition comes back as [Diagnostic]s, all of them at once, with the codes, words
// and locations of AWS's ValidateStateMachineDefinition.
//
// The language is that of https://states-language.net and of the Step Functions developer guide,
// in its JSONPath form. Features that AWS has and this package does not compile are listed in two
// tables (fields.go) and one function (services.go), and refused with [CodeUnsupportedFeature];
// they are looked for only after everything that AWS itself refuses.
//
// The package also knows what the language says about failures: which names in "ErrorEquals" match
// a [Failure] ([Matches]) and how long a [Retrier] waits. It runs nothing, resolves no ARN, and
// does not know which parameters a service takes beyond those that AWS demands at creation.
//
// Invariants: a Program never changes and may be shared. In each of its Blocks StartAt and every
// transition name a state of the same Block. State names are unique across all Blocks. Parsing
// takes time and memory linear in the text, times its depth, which [value.MaxDepth] bounds, and
// reports at most 1,000 findings.
package asl
