package store

import (
	"context"
	"hash/fnv"
	"iter"
	"math/rand/v2"
	"slices"
	"time"
)

// Alias is a name for one version of a machine, or for two between which starts are divided.
type Alias struct {
	MachineID, Name, Description string
	// Routes are one or two; their weights have the sum 100.
	Routes           []Route
	Created, Updated time.Time
}

// Route sends a share of the starts through an alias, in percent, to a version.
type Route struct {
	Version uint64
	Weight  int64
}

// Draw returns the version that a start through the alias runs, by the weights: always the same one
// for the same seed.
func (a Alias) Draw(seed string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(seed))
	n := rand.New(rand.NewPCG(h.Sum64(), 0)).Int64N(100)
	for _, r := range a.Routes {
		if n -= r.Weight; n < 0 {
			return r.Version
		}
	}
	return 0
}

// Uses reports whether a version is one of those that the alias names.
func (a Alias) Uses(version uint64) bool {
	return slices.ContainsFunc(a.Routes, func(r Route) bool { return r.Version == version })
}

func describeAlias(c *coder, a *Alias) {
	text(c, 1, &a.MachineID)
	text(c, 2, &a.Name)
	text(c, 3, &a.Description)
	list(c, 4, &a.Routes, func(c *coder, r *Route) { c.uint(1, &r.Version); c.int64(2, &r.Weight) })
	c.time(5, &a.Created)
	c.time(6, &a.Updated)
}

func aliasPrefix(machineID string) key { return key(nil).u8(registryAlias).str(machineID) }

func aliasKey(machineID, name string) key { return aliasPrefix(machineID).str(name) }

// Alias returns an alias of a machine, or ErrNotFound.
func (s *Store) Alias(ctx context.Context, machineID, name string) (Alias, error) {
	return get(ctx, s, aliasKey(machineID, name), describeAlias)
}

// Aliases yields the aliases of a machine by name, from the one after the name given on.
func (s *Store) Aliases(ctx context.Context, machineID, after string) iter.Seq2[Alias, error] {
	var from key
	if after != "" {
		from = aliasKey(machineID, after)
	}
	return scanRegistry(ctx, s, aliasPrefix(machineID), from, describeAlias)
}

// PutAlias writes an alias, new or changed, together with its machine.
func PutAlias(a Alias) Write { return put(aliasKey(a.MachineID, a.Name), &a, describeAlias) }

// RemoveAlias removes an alias together with a write of its machine.
func RemoveAlias(machineID, name string) Write { return drop(aliasKey(machineID, name)) }
