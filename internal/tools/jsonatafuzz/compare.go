package main

import (
	"fmt"
	"regexp"
	"strings"
)

// skipped is what compare says of a case that reached a limit of the reference's.
const skipped = "skipped"

// compare says in what two outcomes differ, empty when in nothing.
func compare(q question, ours, theirs outcome) string {
	switch {
	case ours.kind == "panic":
		return "panic"
	case theirs.kind == "limit":
		return skipped
	case ours.kind != theirs.kind:
		return fmt.Sprintf("%s%s instead of %s%s", ours.kind, ours.code, theirs.kind, theirs.code)
	case ours.code != theirs.code:
		return fmt.Sprintf("code %s instead of %s", orNone(ours.code), orNone(theirs.code))
	case theirs.kind == "value" && ours.text != theirs.text:
		return "value"
	case theirs.kind == "error" && theirs.code != "":
		return compareErrors(ours, theirs)
	}
	return compareDepth(q, ours, theirs)
}

func orNone(code string) string {
	if code == "" {
		return "none"
	}
	return code
}

func compareErrors(ours, theirs outcome) string {
	switch {
	case ours.position != theirs.position:
		return "position of " + theirs.code
	case ours.token != theirs.token:
		return "token of " + theirs.code
	case ours.message != theirs.message:
		return "message of " + theirs.code
	}
	return ""
}

// compareDepth checks that both sides count the depth of an evaluation alike, because AWS limits it.
func compareDepth(q question, ours, theirs outcome) string {
	if theirs.depth < 2 || theirs.kind == "error" {
		return ""
	}
	if exceeds(q, theirs.depth) || !exceeds(q, theirs.depth-1) {
		return "depth"
	}
	return ""
}

func exceeds(q question, depth int) bool {
	o := ours(q, depth)
	return o.kind == "limit" && strings.HasPrefix(o.text, stackLimit)
}

var (
	textLiterals   = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	numberLiterals = regexp.MustCompile(`\b\d+(?:\.\d+)?(?:[eE][-+]?\d+)?`)
	shortNames     = regexp.MustCompile(`\$[a-z]\b`)
)

// shape is an expression without what mostly does not matter, so that a difference is shown once.
func shape(text string) string {
	text = textLiterals.ReplaceAllString(text, `"s"`)
	text = numberLiterals.ReplaceAllString(text, "1")
	return shortNames.ReplaceAllString(text, "$$x")
}
