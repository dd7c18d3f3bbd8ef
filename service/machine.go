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
	now := time.Now().UTC().Truncate(time.Millisecond)
	m := store.Machine{
		Scope: s.scope(ctx), Name: *in.Name, ID: uuid.NewString(), Type: string(sfn.StateMachineTypeStandard),
		Created: now, Revision: uuid.NewString(), Tags: tags(in.Tags),
	}
	r := store.Revision{
		MachineID: m.ID, Key: m.Revision, Created: now, Definition: *in.Definition, RoleARN: *in.RoleArn,
		Logging:    configuration(in.LoggingConfiguration, defaultLogging()),
		Tracing:    configuration(in.TracingConfiguration, defaultTracing()),
		Encryption: configuration(in.EncryptionConfiguration, defaultEncryption()),
	}
	err := s.store.CreateMachine(ctx, m, r)
	if errors.Is(err, store.ErrExists) {
		m, err = s.createdBefore(ctx, m, r)
	}
	if err != nil {
		return nil, err
	}
	return &sfn.CreateStateMachineOutput{
		StateMachineArn: new(engine.MachineARN(m.Scope, m.Name)), CreationDate: sfn.NewTimestamp(m.Created),
	}, nil
}

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
	if express {
		return sfn.ValidationException("State machines of type EXPRESS are not supported yet by Stepwell")
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

func checkPublish(publish *bool, description *string) error {
	if publish != nil && *publish {
		return sfn.ValidationException("Publishing versions is not supported yet by Stepwell")
	}
	if description != nil {
		return sfn.ValidationException("Version description can only be set when publish is true")
	}
	return nil
}

func checkRole(role string) error {
	if !strings.HasPrefix(role, "arn:aws") {
		return sfn.InvalidArn("Invalid ARN prefix: " + role)
	}
	return nil
}

// createdBefore answers a create whose name is taken: the same request again is success.
func (s *Service) createdBefore(ctx context.Context, wanted store.Machine, r store.Revision) (store.Machine, error) {
	m, got, err := s.current(ctx, wanted.Scope, wanted.Name)
	if err != nil {
		return m, err
	}
	same := m.Type == wanted.Type && got.Definition == r.Definition &&
		got.Logging == r.Logging && got.Tracing == r.Tracing && got.Encryption == r.Encryption
	if !same {
		return m, sfn.StateMachineAlreadyExists(engine.MachineARN(m.Scope, m.Name))
	}
	return m, nil
}

// current returns a machine with its current revision.
func (s *Service) current(ctx context.Context, scope store.Scope, name string) (store.Machine, store.Revision, error) {
	m, err := s.store.Machine(ctx, scope, name)
	if err != nil {
		return m, store.Revision{}, err
	}
	r, err := s.store.Revision(ctx, m.ID, m.Revision)
	return m, r, err
}

// machine returns the machine that an ARN names, with its current revision.
func (s *Service) machine(ctx context.Context, text string) (store.Machine, store.Revision, error) {
	a, err := arn(text, "stateMachine")
	if err != nil {
		return store.Machine{}, store.Revision{}, err
	}
	if a.Qualifier != "" || a.Scope != s.scope(ctx) {
		return store.Machine{}, store.Revision{}, sfn.StateMachineDoesNotExist(text)
	}
	m, r, err := s.current(ctx, a.Scope, a.Name)
	if errors.Is(err, store.ErrNotFound) {
		err = sfn.StateMachineDoesNotExist(text)
	}
	return m, r, err
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
	if err := s.checkUpdate(in); err != nil {
		return nil, err
	}
	for {
		out, err := s.update(ctx, in)
		if !errors.Is(err, store.ErrExists) {
			return out, err
		}
	}
}

func (s *Service) checkUpdate(in *sfn.UpdateStateMachineInput) error {
	if err := checkPublish(in.Publish, in.VersionDescription); err != nil {
		return err
	}
	if in.Definition != nil {
		if err := s.checkDefinition(*in.Definition, false); err != nil {
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

// update makes a new revision, or nothing when all is as it was. store.ErrExists says that somebody
// else changed the machine meanwhile.
func (s *Service) update(ctx context.Context, in *sfn.UpdateStateMachineInput) (*sfn.UpdateStateMachineOutput, error) {
	was, current, err := s.machine(ctx, *in.StateMachineArn)
	if err != nil {
		return nil, err
	}
	next := current
	set(&next.Definition, in.Definition)
	set(&next.RoleARN, in.RoleArn)
	setConfiguration(&next.Logging, in.LoggingConfiguration, defaultLogging())
	setConfiguration(&next.Tracing, in.TracingConfiguration, defaultTracing())
	setConfiguration(&next.Encryption, in.EncryptionConfiguration, defaultEncryption())
	if next != current {
		next.Key, next.Public = uuid.NewString(), uuid.NewString()
		next.Created = time.Now().UTC().Truncate(time.Millisecond)
		m := was
		m.Revision = next.Key
		if err := s.store.UpdateMachine(ctx, was, m, &next); err != nil {
			return nil, err
		}
	}
	return &sfn.UpdateStateMachineOutput{UpdateDate: sfn.NewTimestamp(next.Created), RevisionId: optional(next.Public)}, nil
}

// DescribeStateMachine implements the operation of that name.
func (s *Service) DescribeStateMachine(ctx context.Context, in *sfn.DescribeStateMachineInput) (*sfn.DescribeStateMachineOutput, error) {
	m, r, err := s.machine(ctx, *in.StateMachineArn)
	if err != nil {
		return nil, err
	}
	out := &sfn.DescribeStateMachineOutput{
		StateMachineArn: new(engine.MachineARN(m.Scope, m.Name)), Name: new(m.Name), Status: new(sfn.StateMachineStatusActive),
		Definition: new(r.Definition), RoleArn: new(r.RoleARN), Type: new(sfn.StateMachineType(m.Type)),
		CreationDate: sfn.NewTimestamp(m.Created), RevisionId: optional(r.Public),
	}
	out.LoggingConfiguration, out.TracingConfiguration, out.EncryptionConfiguration = configurations(r)
	if metadataOnly(in.IncludedData) {
		out.Definition = new("{}")
	} else {
		out.VariableReferences = s.variableReferences(ctx, m.ID, m.Revision)
	}
	return out, nil
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

// DeleteStateMachine implements the operation of that name. A machine that does not exist is no
// error. Executions that run go on to their end.
func (s *Service) DeleteStateMachine(ctx context.Context, in *sfn.DeleteStateMachineInput) (*sfn.DeleteStateMachineOutput, error) {
	if err := s.writable(); err != nil {
		return nil, err
	}
	a, err := arn(*in.StateMachineArn, "stateMachine")
	if err != nil {
		return nil, err
	}
	if a.Scope == s.scope(ctx) && a.Qualifier == "" {
		err = s.store.DeleteMachine(ctx, a.Scope, a.Name)
	}
	return new(sfn.DeleteStateMachineOutput), err
}

// ListStateMachines implements the operation of that name; machines come by name.
func (s *Service) ListStateMachines(ctx context.Context, in *sfn.ListStateMachinesInput) (*sfn.ListStateMachinesOutput, error) {
	scope := s.scope(ctx)
	purpose := "machines:" + scope.Region
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
