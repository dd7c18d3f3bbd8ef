package engine

import (
	"strings"

	"github.com/stepwell/stepwell/store"
)

// ARN is an Amazon Resource Name of Step Functions, taken apart: arn:<partition>:states:<region>:
// <account>:<type>:<name>[:<qualifier>].
type ARN struct {
	Scope store.Scope
	// Type is "stateMachine", "execution", "activity", "express" or "mapRun".
	Type string
	// Name is the machine's or the activity's; of an execution too.
	Name string
	// Qualifier is what follows the name: an execution's name, a version or an alias. An Express
	// execution has its name, a colon, and what makes the ARN unique.
	Qualifier string
}

// ParseARN takes s apart. It is false for what is not an ARN of this service, in the one partition
// that there is: whatever parses is what String would give.
func ParseARN(s string) (ARN, bool) {
	rest, ok := strings.CutPrefix(s, "arn:aws:states:")
	p := strings.SplitN(rest, ":", 5)
	if !ok || len(p) < 4 || p[2] == "" || p[3] == "" || len(p) == 5 && p[4] == "" {
		return ARN{}, false
	}
	a := ARN{Scope: store.Scope{Region: p[0], Account: p[1]}, Type: p[2], Name: p[3]}
	if len(p) == 5 {
		a.Qualifier = p[4]
	}
	return a, true
}

// String puts the ARN together.
func (a ARN) String() string {
	s := "arn:aws:states:" + a.Scope.Region + ":" + a.Scope.Account + ":" + a.Type + ":" + a.Name
	if a.Qualifier != "" {
		s += ":" + a.Qualifier
	}
	return s
}

// MachineARN returns the ARN of a state machine.
func MachineARN(scope store.Scope, name string) string {
	return ARN{Scope: scope, Type: "stateMachine", Name: name}.String()
}

// VersionARN returns the ARN of a version of a state machine.
func VersionARN(scope store.Scope, machine string, number uint64) string {
	return ARN{Scope: scope, Type: "stateMachine", Name: machine, Qualifier: store.FormatVersion(number)}.String()
}

// AliasARN returns the ARN of an alias of a state machine.
func AliasARN(scope store.Scope, machine, name string) string {
	return ARN{Scope: scope, Type: "stateMachine", Name: machine, Qualifier: name}.String()
}

// ViaARNs returns the ARNs of the version and the alias that an execution was started by; each is empty
// when it was by none.
func ViaARNs(r store.Row) (version, alias string) {
	if r.Via.Version > 0 {
		version = VersionARN(r.Scope, r.Machine, r.Via.Version)
	}
	if r.Via.Alias != "" {
		alias = AliasARN(r.Scope, r.Machine, r.Via.Alias)
	}
	return version, alias
}

// ExecutionARN returns the ARN of an execution.
func ExecutionARN(r store.Row) string {
	if r.Express != "" {
		return ARN{Scope: r.Scope, Type: "express", Name: r.Machine, Qualifier: r.Name + ":" + r.Express}.String()
	}
	return ARN{Scope: r.Scope, Type: "execution", Name: r.Machine, Qualifier: r.Name}.String()
}

// ActivityARN returns the ARN of an activity.
func ActivityARN(scope store.Scope, name string) string {
	return ARN{Scope: scope, Type: "activity", Name: name}.String()
}
