package service

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/store"
)

// CreateStateMachine implements the operation of that name.
func (s *Service) CreateStateMachine(ctx context.Context, in *sfn.CreateStateMachineInput) (*sfn.CreateStateMachineOutput, error) {
	if err := s.checkCreate(ctx, in); err != nil {
		return nil, err
	}
	m, err := settle(func() (*store.Machine, error) { return s.create(ctx, in) })
	if err != nil {
		return nil, err
	}
	out := &sfn.CreateStateMachineOutput{
		StateMachineArn: new(engine.MachineARN(m.Scope, m.Name)), CreationDate: sfn.NewTimestamp(m.Created),
	}
	if m.FirstVersion != nil {
		out.StateMachineVersionArn = new(engine.VersionARN(m.Scope, m.Name, 1))
	}
	return out, nil
}

// create returns the machine that a request makes, or that one like it made before.
func (s *Service) create(ctx context.Context, in *sfn.CreateStateMachineInput) (*store.Machine, error) {
	m, r := s.newMachine(ctx, in)
	var also []store.Write
	var err error
	if wants(in.Publish) {
		m.FirstVersion = new("")
		set(m.FirstVersion, in.VersionDescription)
		also, err = s.publish(ctx, &m, *m.FirstVersion)
	}
	if err != nil {
		return nil, err
	}
	err = s.store.CreateMachine(ctx, m, r, also...)
	if errors.Is(err, store.ErrExists) {
		m, err = s.createdBefore(ctx, m, r)
	}
	return &m, err
}

func (s *Service) newMachine(ctx context.Context, in *sfn.CreateStateMachineInput) (store.Machine, store.Revision) {
	m := store.Machine{
		Scope: s.scope(ctx), Name: *in.Name, ID: uuid.NewString(), Type: store.TypeStandard,
		Created: now(), Revision: uuid.NewString(), Tags: merged(nil, in.Tags),
	}
	if in.Type != nil {
		m.Type = string(*in.Type)
	}
	return m, store.Revision{
		MachineID: m.ID, Key: m.Revision, Created: m.Created, Definition: *in.Definition, RoleARN: *in.RoleArn,
		Logging:    configuration(in.LoggingConfiguration, defaultLogging()),
		Tracing:    configuration(in.TracingConfiguration, defaultTracing()),
		Encryption: configuration(in.EncryptionConfiguration, defaultEncryption()),
	}
}

// now is the time in the precision of the API.
func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// checkCreate checks a request in AWS's order: name, definition, the rest.
func (s *Service) checkCreate(ctx context.Context, in *sfn.CreateStateMachineInput) error {
	if err := s.writable(); err != nil {
		return err
	}
	if err := checkName(*in.Name); err != nil {
		return err
	}
	if err := checkPublish(in.Publish, in.VersionDescription); err != nil {
		return err
	}
	express := in.Type != nil && *in.Type == sfn.StateMachineTypeExpress
	if err := s.checkDefinition(*in.Definition, express); err != nil {
		return err
	}
	if err := checkRole(*in.RoleArn); err != nil {
		return err
	}
	if err := checkLogging(in.LoggingConfiguration); err != nil {
		return err
	}
	if err := checkEncryption(in.EncryptionConfiguration); err != nil {
		return err
	}
	return checkTags(in.Tags, engine.MachineARN(s.scope(ctx), *in.Name))
}

func checkRole(role string) error {
	if !strings.HasPrefix(role, "arn:aws") {
		return sfn.InvalidArn("Invalid ARN prefix: " + role)
	}
	return nil
}

// createdBefore answers a create whose name is taken: the same request again is success.
//
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
func (s *Service) createdBefore(ctx context.Context, wanted store.Machine, r store.Revision) (store.Machine, error) {
	m, got, err := s.current(ctx, wanted.Scope, wanted.Name)
	if errors.Is(err, store.ErrNotFound) {
		err = store.ErrExists // it is gone again
	}
	if err != nil {
		return m, err
	}
	same := m.Type == wanted.Type && got.Definition == r.Definition &&
		got.Logging == r.Logging && got.Tracing == r.Tracing && got.Encryption == r.Encryption &&
		equal(m.FirstVersion, wanted.FirstVersion)
	if !same {
		return m, sfn.StateMachineAlreadyExists(engine.MachineARN(m.Scope, m.Name))
	}
	return m, nil
}

// equal compares what may be absent.
func equal(a, b *string) bool { return a == b || a != nil && b != nil && *a == *b }

// current returns a machine with its current revision.
func (s *Service) current(ctx context.Context, scope store.Scope, name string) (store.Machine, store.Revision, error) {
	m, err := s.store.Machine(ctx, scope, name)
	if err != nil {
		return m, store.Revision{}, err
	}
	r, err := s.store.Revision(ctx, m.ID, m.Revision)
	return m, r, err
}

// machine returns the machine that an ARN names, with its current revision. ARNs of versions and
// aliases name none.
func (s *Service) machine(ctx context.Context, text string) (store.Machine, store.Revision, error) {
	var m store.Machine
	var r store.Revision
	a, err := s.arn(ctx, text, machineARN)
	if err == nil && a.Qualifier != "" {
		err = store.ErrNotFound
	}
	if err == nil {
		m, r, err = s.current(ctx, a.Scope, a.Name)
	}
	if errors.Is(err, store.ErrNotFound) {
		err = sfn.StateMachineDoesNotExist(text)
	}
	return m, r, err
}

// attempts is how often a change is made anew that others came before.
const attempts = 100

// settle makes a change of the registry, anew when somebody else changed the same meanwhile.
func settle[T any](change func() (*T, error)) (*T, error) {
	for range attempts {
		if out, err := change(); !errors.Is(err, store.ErrExists) {
			return out, err
		}
	}
	return nil, sfn.ThrottlingException()
}

// UpdateStateMachine implements the operation of that name.
func (s *Service) UpdateStateMachine(ctx context.Context, in *sfn.UpdateStateMachineInput) (*sfn.UpdateStateMachineOutput, error) {
	if err := s.writable(); err != nil {
		return nil, err
	}
	if in.Definition == nil && in.RoleArn == nil && in.LoggingConfiguration == nil &&
		in.TracingConfiguration == nil && in.EncryptionConfiguration == nil {
		return nil, sfn.MissingUpdate()
	}
	if err := checkPublish(in.Publish, in.VersionDescription); err != nil {
		return nil, err
	}
	return settle(func() (*sfn.UpdateStateMachineOutput, error) { return s.update(ctx, in) })
}

func (s *Service) checkUpdate(in *sfn.UpdateStateMachineInput, m store.Machine) error {
	if in.Definition != nil {
		if err := s.checkDefinition(*in.Definition, m.Type == store.TypeExpress); err != nil {
			return err
		}
	}
	if in.RoleArn != nil {
		if err := checkRole(*in.RoleArn); err != nil {
			return err
		}
	}
	if err := checkLogging(in.LoggingConfiguration); err != nil {
		return err
	}
	return checkEncryption(in.EncryptionConfiguration)
}

// update makes a new revision, or none when all is as it was, and publishes it if that is wanted.
func (s *Service) update(ctx context.Context, in *sfn.UpdateStateMachineInput) (*sfn.UpdateStateMachineOutput, error) {
	was, current, err := s.machine(ctx, *in.StateMachineArn)
	if err != nil {
		return nil, err
	}
	if err := s.checkUpdate(in, was); err != nil {
		return nil, err
	}
	m, next, writes := was, current, []store.Write(nil)
	set(&next.Definition, in.Definition)
	set(&next.RoleARN, in.RoleArn)
	setConfiguration(&next.Logging, in.LoggingConfiguration, defaultLogging())
	setConfiguration(&next.Tracing, in.TracingConfiguration, defaultTracing())
	setConfiguration(&next.Encryption, in.EncryptionConfiguration, defaultEncryption())
	if next != current {
		next.Key, next.Public, next.Created = uuid.NewString(), uuid.NewString(), now()
		m.Revision, m.Published = next.Key, 0
		writes = append(writes, store.AddRevision(next))
	}
	out := &sfn.UpdateStateMachineOutput{UpdateDate: sfn.NewTimestamp(next.Created), RevisionId: optional(next.Public)}
	if wants(in.Publish) {
		var description string
		set(&description, in.VersionDescription)
		version, err := s.publish(ctx, &m, description)
		if err != nil {
			return nil, err
		}
		writes = append(writes, version...)
		out.StateMachineVersionArn = new(engine.VersionARN(m.Scope, m.Name, m.Published))
	}
	if len(writes) == 0 {
		return out, nil
	}
	return out, s.store.UpdateMachine(ctx, was, m, writes...)
}

// DescribeStateMachine implements the operation of that name, for machines and versions.
func (s *Service) DescribeStateMachine(ctx context.Context, in *sfn.DescribeStateMachineInput) (*sfn.DescribeStateMachineOutput, error) {
	m, r, v, err := s.describable(ctx, *in.StateMachineArn)
	if errors.Is(err, store.ErrNotFound) {
		err = sfn.StateMachineDoesNotExist(*in.StateMachineArn)
	}
	if err != nil {
		return nil, err
	}
	out := &sfn.DescribeStateMachineOutput{
		StateMachineArn: in.StateMachineArn, Name: new(m.Name), Status: new(sfn.StateMachineStatusActive),
		Definition: new(r.Definition), RoleArn: new(r.RoleARN), Type: new(sfn.StateMachineType(m.Type)),
		CreationDate: sfn.NewTimestamp(m.Created), RevisionId: optional(r.Public),
	}
	if v != nil {
		out.CreationDate, out.Description = sfn.NewTimestamp(v.Created), optional(v.Description)
	}
	out.LoggingConfiguration, out.TracingConfiguration, out.EncryptionConfiguration = configurations(r)
	if metadataOnly(in.IncludedData) {
		out.Definition = new("{}")
	} else {
		out.VariableReferences = s.variableReferences(ctx, m.ID, r.Key)
	}
	return out, nil
}

// describable returns the machine of an ARN with its current revision, or with a version and what that
// runs where the ARN names one; store.ErrNotFound for anything else.
func (s *Service) describable(ctx context.Context, text string) (store.Machine, store.Revision, *store.Version, error) {
	a, err := s.arn(ctx, text, anyMachineARN)
	number, isVersion := store.ParseVersion(a.Qualifier)
	if err == nil && a.Qualifier != "" && !isVersion {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Machine{}, store.Revision{}, nil, err
	}
	m, r, err := s.current(ctx, a.Scope, a.Name)
	if err != nil || !isVersion {
		return m, r, nil, err
	}
	v, err := s.store.Version(ctx, m.ID, number)
	if err == nil && v.Revision != r.Key {
		r, err = s.store.Revision(ctx, m.ID, v.Revision)
	}
	return m, r, &v, err
}

// variableReferences returns which variables the states of a revision refer to; none when it does not
// compile any more.
func (s *Service) variableReferences(ctx context.Context, machineID, revision string) map[string][]string {
	p, err := s.engine.Program(ctx, machineID, revision)
	if err != nil {
		return nil
	}
	return p.VariableReferences()
}

func metadataOnly(d *sfn.IncludedData) bool { return d != nil && *d == sfn.IncludedDataMetadataOnly }

// DeleteStateMachine implements the operation of that name: the machine goes at once, with its versions
// and aliases. A machine that does not exist is no error. Executions that run go on to their end.
func (s *Service) DeleteStateMachine(ctx context.Context, in *sfn.DeleteStateMachineInput) (*sfn.DeleteStateMachineOutput, error) {
	if err := s.writable(); err != nil {
		return nil, err
	}
	return settle(func() (*sfn.DeleteStateMachineOutput, error) {
		var m store.Machine
		a, err := s.arn(ctx, *in.StateMachineArn, unqualified)
		if err == nil {
			m, err = s.store.Machine(ctx, a.Scope, a.Name)
		}
		if err == nil {
			err = s.store.DeleteMachine(ctx, m)
		}
		if errors.Is(err, store.ErrNotFound) {
			err = nil
		}
		return new(sfn.DeleteStateMachineOutput), err
	})
}

// ListStateMachines implements the operation of that name; machines come by name.
func (s *Service) ListStateMachines(ctx context.Context, in *sfn.ListStateMachinesInput) (*sfn.ListStateMachinesOutput, error) {
	scope := s.scope(ctx)
	purpose := "machines:" + scope.Account + ":" + scope.Region
	after, err := s.openPage(purpose, in.NextToken)
	if err != nil {
		return nil, err
	}
	machines, more, err := page(s.store.Machines(ctx, scope, string(after)), pageSize(in.MaxResults))
	if err != nil {
		return nil, err
	}
	out := &sfn.ListStateMachinesOutput{StateMachines: []sfn.StateMachineListItem{}}
	for _, m := range machines {
		out.StateMachines = append(out.StateMachines, sfn.StateMachineListItem{
			StateMachineArn: new(engine.MachineARN(m.Scope, m.Name)), Name: new(m.Name),
			Type: new(sfn.StateMachineType(m.Type)), CreationDate: sfn.NewTimestamp(m.Created),
		})
	}
	if more {
		out.NextToken = s.sealPage(purpose, []byte(machines[len(machines)-1].Name))
	}
	return out, nil
}
