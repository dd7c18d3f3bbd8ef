// Package sfn is the API of AWS Step Functions as Go types: shapes, constraints, errors.
//
// For every operation there is an input and an output structure, [Operations] lists them all with the
// errors that each may return, and the Validate method of an input checks what the service model
// demands of it and answers in AWS's words. [Error] is what an operation returns to its caller; a
// function for each kind, such as [StateMachineDoesNotExist], writes the text.
//
// Scalars and structures are pointers and absent lists are nil, so that an absent member, null and
// a zero stay apart: "Member must not be null" and a length below 1 are different errors. new(x) makes a
// pointer, [Deref] reads one. A list that is empty but not nil is encoded as []; nil is left out.
//
// The shapes are plain data for encoding/json: unknown members are ignored when decoding, absent ones
// left out when encoding. Instants are [Timestamp], a JSON number of seconds.
//
// Most files are generated from model/, by go generate. What the model does not know is written by
// hand: the words of errors and HTTP statuses (errors.go, errors_text.go), and how constraint violations
// read (constraints.go). The package does nothing: no HTTP, no ARN parsing, no semantics.
package sfn

//go:generate go run ../internal/tools/sfngen -model model/sfn-2016-11-23.json -out .

// Deref returns what p points to, or the zero value where the member is absent.
func Deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// An Operation describes one call of the API as the service model does.
type Operation struct {
	// Name is the operation's name, which follows [TargetPrefix] and a dot in X-Amz-Target.
	Name string
	// NewInput and NewOutput return a pointer to a new, empty request or answer.
	NewInput, NewOutput func() any
	// Errors holds the codes of the errors that the model lists for the operation. The errors that
	// every operation may return (ValidationException of a constraint, ThrottlingException, …) are not
	// among them unless the model names them.
	Errors []string
	// HostPrefix is what SDKs put before the endpoint's host name, "sync-" or nothing.
	HostPrefix string
	// Idempotent reports whether the model calls the operation idempotent.
	Idempotent bool
}
