package store

import (
	"context"
	"iter"
	"strconv"
	"time"
)

// Version is a numbered, immutable name of a [Revision].
type Version struct {
	MachineID string
	// Number counts from 1; no number of a machine is ever used again.
	Number uint64
	// Revision is the key of what the version runs.
	Revision    string
	Created     time.Time
	Description string
}

func describeVersion(c *coder, v *Version) {
	text(c, 1, &v.MachineID)
	c.uint(2, &v.Number)
	text(c, 3, &v.Revision)
	c.time(4, &v.Created)
	text(c, 5, &v.Description)
}

// versionPrefix begins the keys of a machine's versions, of which the newest comes first.
func versionPrefix(machineID string) key { return key(nil).u8(registryVersion).str(machineID) }

func versionKey(machineID string, number uint64) key { return versionPrefix(machineID).desc(number) }

// ParseVersion reads a version's number as ARNs spell it. It is false for what is none, such as the
// name of an alias.
func ParseVersion(s string) (uint64, bool) {
	n, err := strconv.ParseUint(s, 10, 64)
	return n, err == nil && n > 0 && FormatVersion(n) == s
}

// FormatVersion spells a version's number as ARNs do.
func FormatVersion(number uint64) string { return strconv.FormatUint(number, 10) }

// Version returns a version of a machine, or ErrNotFound.
func (s *Store) Version(ctx context.Context, machineID string, number uint64) (Version, error) {
	return get(ctx, s, versionKey(machineID, number), describeVersion)
}

// Versions yields the versions of a machine, newest first, those older than a number unless that is 0.
func (s *Store) Versions(ctx context.Context, machineID string, before uint64) iter.Seq2[Version, error] {
	var after key
	if before > 0 {
		after = versionKey(machineID, before)
	}
	return scanRegistry(ctx, s, versionPrefix(machineID), after, describeVersion)
}

// AddVersion writes a version together with its machine.
func AddVersion(v Version) Write { return put(versionKey(v.MachineID, v.Number), &v, describeVersion) }

// RemoveVersion removes a version together with a write of its machine.
func RemoveVersion(machineID string, number uint64) Write {
	return drop(versionKey(machineID, number))
}
