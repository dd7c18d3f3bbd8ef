package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/stepwell/stepwell/kv"
)

// Kinds of registry records, the first byte of their keys.
const (
	registryMachine  = 'm'
	registryRevision = 'r'
	registryVersion  = 'v'
	registryAlias    = 'l'
	registryActivity = 'a'
	registryRole     = 'o'
)

// Machine is the named API resource. What it runs is its current [Revision].
type Machine struct {
	Scope Scope
	Name  string
	// ID is internal and new for every machine, so that one that is deleted and made anew starts
	// clean.
	ID string
	// Type is STANDARD or EXPRESS.
	Type    string
	Created time.Time
	// Revision is the internal key of the current revision.
	Revision string
	Tags     []Tag
	// FirstVersion is the description of the version that the machine was created with; nil when it was
	// created without one.
	FirstVersion *string
	// LastVersion is the greatest number that a version ever had.
	LastVersion uint64
	// Published is the version of the current revision, 0 when it has none.
	Published uint64
	// Edit counts the writes, so that no state of the machine comes again.
	Edit uint64
}

// Tag is one label of a resource.
type Tag struct{ Key, Value string }

// Revision is an immutable state of a machine: what an execution started from it runs, for ever.
type Revision struct {
	MachineID string
	// Key names the revision within its machine.
	Key string
	// Public is the API's revisionId; empty until the machine's first update.
	Public     string
	Created    time.Time
	Definition string
	RoleARN    string
	// Logging, Tracing and Encryption are the configurations as JSON texts of the API's shapes, empty
	// when the caller gave none.
	Logging, Tracing, Encryption string
}

// Role is an IAM role: stored and returned, not enforced.
type Role struct {
	Account, Name, Path, ID  string
	Created                  time.Time
	TrustPolicy, Description string
	MaxSessionSeconds        int64
	Inline                   []Policy // by PutRolePolicy
	Attached                 []string // ARNs, by AttachRolePolicy
	Tags                     []Tag
}

// Policy is a named policy document.
type Policy struct{ Name, Document string }

func describeTag(c *coder, t *Tag) { text(c, 1, &t.Key); text(c, 2, &t.Value) }

func describeMachine(c *coder, m *Machine) {
	describeScope(c, 1, &m.Scope)
	text(c, 3, &m.Name)
	text(c, 4, &m.ID)
	text(c, 5, &m.Type)
	c.time(6, &m.Created)
	text(c, 7, &m.Revision)
	list(c, 8, &m.Tags, describeTag)
	c.optional(9, &m.FirstVersion)
	c.uint(10, &m.LastVersion)
	c.uint(11, &m.Published)
	c.uint(12, &m.Edit)
}

func describeRevision(c *coder, r *Revision) {
	text(c, 1, &r.MachineID)
	text(c, 2, &r.Key)
	text(c, 3, &r.Public)
	c.time(4, &r.Created)
	text(c, 5, &r.Definition)
	text(c, 6, &r.RoleARN)
	text(c, 7, &r.Logging)
	text(c, 8, &r.Tracing)
	text(c, 9, &r.Encryption)
}

func describeRole(c *coder, r *Role) {
	text(c, 1, &r.Account)
	text(c, 2, &r.Name)
	text(c, 3, &r.Path)
	text(c, 4, &r.ID)
	c.time(5, &r.Created)
	text(c, 6, &r.TrustPolicy)
	text(c, 7, &r.Description)
	c.int64(8, &r.MaxSessionSeconds)
	list(c, 9, &r.Inline, func(c *coder, p *Policy) { text(c, 1, &p.Name); text(c, 2, &p.Document) })
	list(c, 10, &r.Attached, func(c *coder, arn *string) { text(c, 1, arn) })
	list(c, 11, &r.Tags, describeTag)
}

func machineKey(s Scope, name string) key { return key(nil).u8(registryMachine).scope(s).str(name) }

func roleKey(account, name string) key { return key(nil).u8(registryRole).str(account).str(name) }

func revisionKey(machineID, k string) key {
	return key(nil).u8(registryRevision).str(machineID).str(k)
}

// Machine returns a machine, or ErrNotFound.
func (s *Store) Machine(ctx context.Context, scope Scope, name string) (Machine, error) {
	return get(ctx, s, machineKey(scope, name), describeMachine)
}

// Machines yields the machines of a scope by name, from the one after the name given on.
func (s *Store) Machines(ctx context.Context, scope Scope, after string) iter.Seq2[Machine, error] {
	prefix := key(nil).u8(registryMachine).scope(scope)
	return scanNamed(ctx, s, prefix, after, describeMachine)
}

// Write is a record that is written or removed in one batch with a machine's own.
type Write func(*kv.Batch)

// AddRevision writes a revision together with its machine.
func AddRevision(r Revision) Write {
	return put(revisionKey(r.MachineID, r.Key), &r, describeRevision)
}

func put[R any](k key, r *R, describe func(*coder, *R)) Write {
	return func(b *kv.Batch) { b.Puts = append(b.Puts, record(k, r, describe)) }
}

func drop(k key) Write {
	return func(b *kv.Batch) { b.Deletes = append(b.Deletes, kv.Key{Space: kv.Registry, Key: k}) }
}

// CreateMachine writes a new machine with its first revision and what else there is, or gives ErrExists.
func (s *Store) CreateMachine(ctx context.Context, m Machine, r Revision, also ...Write) error {
	return s.writeMachine(ctx, m, nil, append(also, AddRevision(r)))
}

// UpdateMachine replaces a machine and makes other writes with it. It gives ErrExists, and nothing is
// written, when the stored machine is not was. Versions and aliases change by it only: what was read
// of them after was still holds when it succeeds.
func (s *Store) UpdateMachine(ctx context.Context, was, m Machine, also ...Write) error {
	m.Edit = was.Edit + 1
	return s.writeMachine(ctx, m, record(nil, &was, describeMachine).Value, also)
}

func (s *Store) writeMachine(ctx context.Context, m Machine, was []byte, also []Write) error {
	k := machineKey(m.Scope, m.Name)
	b := kv.Batch{Puts: []kv.Pair{record(k, &m, describeMachine)}}
	for _, w := range also {
		w(&b)
	}
	return s.applyIf(ctx, k, was, b)
}

// DeleteMachine removes a machine with its versions and aliases, or gives ErrExists when the stored
// machine is not m. Its revisions stay for the executions that run them.
func (s *Store) DeleteMachine(ctx context.Context, m Machine) error {
	k, versions, aliases := machineKey(m.Scope, m.Name), versionPrefix(m.ID), aliasPrefix(m.ID)
	return s.applyIf(ctx, k, record(nil, &m, describeMachine).Value, kv.Batch{
		Deletes: []kv.Key{{Space: kv.Registry, Key: k}},
		DeleteRanges: []kv.KeyRange{
			{Space: kv.Registry, Start: versions, End: versions.end()},
			{Space: kv.Registry, Start: aliases, End: aliases.end()},
		},
	})
}

// Revision returns a revision of a machine, or ErrNotFound.
func (s *Store) Revision(ctx context.Context, machineID, key string) (Revision, error) {
	return get(ctx, s, revisionKey(machineID, key), describeRevision)
}

// Role returns a role, or ErrNotFound.
func (s *Store) Role(ctx context.Context, account, name string) (Role, error) {
	return get(ctx, s, roleKey(account, name), describeRole)
}

// Roles yields the roles of an account by name, from the one after the name given on.
func (s *Store) Roles(ctx context.Context, account, after string) iter.Seq2[Role, error] {
	prefix := key(nil).u8(registryRole).str(account)
	return scanNamed(ctx, s, prefix, after, describeRole)
}

// CreateRole writes a new role, or gives ErrExists.
func (s *Store) CreateRole(ctx context.Context, r Role) error {
	k := roleKey(r.Account, r.Name)
	return s.write(ctx, k, nil, record(k, &r, describeRole))
}

// UpdateRole replaces a role, or gives ErrExists when the stored one is not was.
func (s *Store) UpdateRole(ctx context.Context, was, r Role) error {
	k := roleKey(r.Account, r.Name)
	return s.write(ctx, k, record(nil, &was, describeRole).Value, record(k, &r, describeRole))
}

// DeleteRole removes a role; one that is not there is no error.
func (s *Store) DeleteRole(ctx context.Context, account, name string) error {
	return s.remove(ctx, roleKey(account, name))
}

func get[R any](ctx context.Context, s *Store, k key, describe func(*coder, *R)) (R, error) {
	var r R
	b, err := s.kv.Get(ctx, kv.Registry, k)
	if err != nil {
		return r, fmt.Errorf("read registry: %w", err)
	}
	return r, decode(b, func(c *coder) { describe(c, &r) })
}

// scanNamed yields records whose keys end in a name, from the one after the name given on.
func scanNamed[R any](ctx context.Context, s *Store, prefix key, after string, describe func(*coder, *R)) iter.Seq2[R, error] {
	if after == "" {
		return scanRegistry(ctx, s, prefix, nil, describe)
	}
	return scanRegistry(ctx, s, prefix, append(key(nil), prefix...).str(after), describe)
}

// scanRegistry yields the records of a prefix in the order of their keys, from the one after a key on
// unless that is nil.
func scanRegistry[R any](ctx context.Context, s *Store, prefix, after key, describe func(*coder, *R)) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		r := kv.Range{Start: prefix, End: prefix.end()}
		if after != nil {
			r.Start = append(append([]byte(nil), after...), 0)
		}
		for pair, err := range s.kv.Scan(ctx, kv.Registry, r) {
			var rec R
			if err == nil {
				err = decode(pair.Value, func(c *coder) { describe(c, &rec) })
			}
			if !yield(rec, err) || err != nil {
				return
			}
		}
	}
}

func record[R any](k key, r *R, describe func(*coder, *R)) kv.Pair {
	return kv.Pair{Space: kv.Registry, Key: k, Value: encode(func(c *coder) { describe(c, r) })}
}

// write applies pairs if the record at k still is was (nil: absent).
func (s *Store) write(ctx context.Context, k key, was []byte, pairs ...kv.Pair) error {
	return s.applyIf(ctx, k, was, kv.Batch{Puts: pairs})
}

// applyIf applies a batch if the record at k still is was (nil: absent), else it gives ErrExists.
func (s *Store) applyIf(ctx context.Context, k key, was []byte, b kv.Batch) error {
	b.Conditions = []kv.Condition{{Space: kv.Registry, Key: k, Value: was}}
	err := s.kv.Apply(ctx, b)
	if errors.Is(err, kv.ErrCondition) {
		return ErrExists
	}
	if err != nil {
		return fmt.Errorf("write registry: %w", err)
	}
	return nil
}

func (s *Store) remove(ctx context.Context, k key) error {
	err := s.kv.Apply(ctx, kv.Batch{Deletes: []kv.Key{{Space: kv.Registry, Key: k}}})
	if err != nil {
		return fmt.Errorf("write registry: %w", err)
	}
	return nil
}
