package kv

import (
	"fmt"
	"strconv"
)

var spaceNames = [Spaces]string{
	"meta", "registry", "rows", "names", "journal", "awaits", "timers", "activities", "inbox", "lists", "retention",
	"express", "outbox",
}

// String returns the lower-case name of the Space, for messages.
func (s Space) String() string {
	if int(s) < Spaces {
		return spaceNames[s]
	}
	return "space " + strconv.Itoa(int(s))
}

// Validate returns an error unless s is one of the Spaces of this package.
func (s Space) Validate() error {
	if int(s) < Spaces {
		return nil
	}
	return fmt.Errorf("kv: there is no %s", s)
}

// Validate returns an error if b names a Space that does not exist. Stores call it first.
func (b *Batch) Validate() error {
	var highest Space
	for _, c := range b.Conditions {
		highest = max(highest, c.Space)
	}
	for _, p := range b.Puts {
		highest = max(highest, p.Space)
	}
	for _, d := range b.Deletes {
		highest = max(highest, d.Space)
	}
	for _, r := range b.DeleteRanges {
		highest = max(highest, r.Space)
	}
	return highest.Validate()
}
