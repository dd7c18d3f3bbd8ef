package store

import (
	"context"
	"crypto/rand"
	"errors"
)

// Target is what executions are started from.
type Target struct {
	// Machine is the machine with the revision to run: its current one, or that of a version.
	Machine Machine
	Via     Via
}

// Via says by which version or alias an execution was started; it is zero when it was by the machine
// itself. An alias always comes with the version that it led to.
type Via struct {
	Version uint64
	Alias   string
}

// owners are the lists in which an execution stands: of its machine, and of what it was started by.
func (r Row) owners() []string {
	all := []string{r.MachineID}
	if r.Via.Version > 0 {
		all = append(all, Owner(r.MachineID, FormatVersion(r.Via.Version)))
	}
	if r.Via.Alias != "" {
		all = append(all, Owner(r.MachineID, r.Via.Alias))
	}
	return all
}

// Owner names a list of executions: of a machine when the qualifier is empty, else of its version or
// alias of that name. Names of machines and aliases cannot clash: ids have no colon.
func Owner(machineID, qualifier string) string {
	if qualifier == "" {
		return machineID
	}
	return machineID + ":" + qualifier
}

// Target returns what a start of a machine, or of its version or alias where the qualifier is not
// empty, runs; ErrNotFound when something of it does not exist. The name of the execution, where it
// has one, decides between the versions of an alias, so that a start which is sent again leads to the
// same one. Names of Express executions may come again: they do not decide.
func (s *Store) Target(ctx context.Context, scope Scope, machine, qualifier, execution string) (t Target, err error) {
	for range maxReads {
		if t, err = s.target(ctx, scope, machine, qualifier, execution); !errors.Is(err, errMoved) {
			return t, err
		}
	}
	return t, ErrNotFound
}

// maxReads is how often a target is read whose parts change meanwhile.
const maxReads = 100

// errMoved says that the version of an alias is gone: the alias leads to another one by now.
var errMoved = errors.New("the alias leads elsewhere")

func (s *Store) target(ctx context.Context, scope Scope, machine, qualifier, execution string) (Target, error) {
	m, err := s.Machine(ctx, scope, machine)
	if err != nil || qualifier == "" {
		return Target{Machine: m}, err
	}
	via := Via{}
	number, isVersion := ParseVersion(qualifier)
	if !isVersion {
		a, err := s.Alias(ctx, m.ID, qualifier)
		if err != nil {
			return Target{}, err
		}
		if execution == "" || m.Type == TypeExpress {
			execution = rand.Text()
		}
		number, via.Alias = a.Draw(execution), a.Name
	}
	v, err := s.Version(ctx, m.ID, number)
	if errors.Is(err, ErrNotFound) && !isVersion {
		err = errMoved
	}
	if err != nil {
		return Target{}, err
	}
	via.Version, m.Revision = number, v.Revision
	return Target{Machine: m, Via: via}, nil
}
