package asl

import "strings"

// Resource is the parsed "Resource" of a Task.
type Resource struct {
	// ARN is the text as written.
	ARN  string
	Kind ResourceKind
	// Service and Action are what TaskScheduled shows as resourceType and, with the pattern's
	// suffix, as resource: "states" and "startExecution". Both are empty unless Kind is
	// [ServiceResource].
	Service, Action string
	Pattern         Pattern
}

// ResourceKind tells the families of task resources apart; each has its own history events.
type ResourceKind uint8

// The families of task resources.
const (
	// ActivityResource is arn:…:states:<region>:<account>:activity:<name>.
	ActivityResource ResourceKind = iota + 1
	// FunctionResource is arn:…:lambda:<region>:<account>:function:<name>.
	FunctionResource
	// ServiceResource is arn:…:states:::<service>:<action>.
	ServiceResource
)

// Pattern says when a service integration's task is over.
type Pattern uint8

// The integration patterns, named by the suffix of the resource ARN.
const (
	RequestResponse  Pattern = iota // no suffix: the call's own answer is the result
	Sync                            // ".sync": the job's end is the result
	Sync2                           // ".sync:2": as Sync, with Input and Output parsed
	WaitForTaskToken                // ".waitForTaskToken": a callback is the result
)

// Suffix returns the ending of a resource ARN that asks for p, empty for [RequestResponse].
func (p Pattern) Suffix() string { return patternSuffixes[p] }

var patternSuffixes = [...]string{
	RequestResponse:  "",
	Sync:             ".sync",
	Sync2:            ".sync:2",
	WaitForTaskToken: ".waitForTaskToken",
}

// ParseResource takes a task's resource ARN apart, in any partition. It reports false when arn has
// the form of none of the families; it does not know which services and actions exist.
func ParseResource(arn string) (Resource, bool) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[1] == "" {
		return Resource{}, false
	}
	service, region, account, rest := parts[2], parts[3], parts[4], parts[5]
	switch {
	case service == "states" && region == "" && account == "":
		return parseService(arn, rest)
	case service == "states" && named(rest, "activity"):
		return Resource{ARN: arn, Kind: ActivityResource}, true
	case service == "lambda" && named(rest, "function"):
		return Resource{ARN: arn, Kind: FunctionResource}, true
	}
	return Resource{}, false
}

// named reports whether rest is "<kind>:<something>".
func named(rest, kind string) bool {
	name, found := strings.CutPrefix(rest, kind+":")
	return found && name != ""
}

// parseService reads "<service>:<action>[<suffix>]"; the service of "aws-sdk:sqs:sendMessage" is
// "aws-sdk:sqs".
func parseService(arn, rest string) (Resource, bool) {
	name, pattern := cutPattern(rest)
	colon := strings.LastIndexByte(name, ':')
	if colon <= 0 || colon == len(name)-1 || strings.Contains(name, ".") {
		return Resource{}, false
	}
	return Resource{
		ARN: arn, Kind: ServiceResource, Pattern: pattern,
		Service: name[:colon], Action: name[colon+1:],
	}, true
}

func cutPattern(rest string) (name string, p Pattern) {
	for _, p := range []Pattern{Sync, Sync2, WaitForTaskToken} {
		if name, found := strings.CutSuffix(rest, p.Suffix()); found {
			return name, p
		}
	}
	return rest, RequestResponse
}
