package service

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/store"
)

// initialRevision is what PublishStateMachineVersion calls the revision that has no id: that of a
// machine which was never updated.
const initialRevision = "INITIAL"

func checkPublish(publish *bool, description *string) error {
	if description != nil && !wants(publish) {
		return sfn.ValidationException("Version description can only be set when publish is true")
	}
	return nil
}

// publish makes a version of the current revision of m, and returns what is to be written with m: nothing
// when the revision has a version already, whose description stays.
func (s *Service) publish(ctx context.Context, m *store.Machine, description string) ([]store.Write, error) {
	if m.Published != 0 {
		return nil, nil
	}
	if err := room(s.store.Versions(ctx, m.ID, 0), s.options.Quotas.versions(), "versions"); err != nil {
		return nil, err
	}
	m.LastVersion++
	m.Published = m.LastVersion
	return []store.Write{store.AddVersion(store.Version{
		MachineID: m.ID, Number: m.Published, Revision: m.Revision, Created: now(), Description: description,
	})}, nil
}

// PublishStateMachineVersion implements the operation of that name; doing so again before the machine
// changes is success.
func (s *Service) PublishStateMachineVersion(ctx context.Context, in *sfn.PublishStateMachineVersionInput) (*sfn.PublishStateMachineVersionOutput, error) {
	if err := s.writable(); err != nil {
		return nil, err
	}
	m, err := settle(func() (*store.Machine, error) { return s.published(ctx, in) })
	if err != nil {
		return nil, err
	}
	v, err := s.store.Version(ctx, m.ID, m.Published)
	if errors.Is(err, store.ErrNotFound) { // somebody has deleted it meanwhile
		return nil, sfn.ConflictException("The State Machine version was deleted while it was published.")
	}
	return &sfn.PublishStateMachineVersionOutput{
		StateMachineVersionArn: new(engine.VersionARN(m.Scope, m.Name, v.Number)), CreationDate: sfn.NewTimestamp(v.Created),
	}, err
}

// published returns the machine that a request names, once its current revision has a version.
func (s *Service) published(ctx context.Context, in *sfn.PublishStateMachineVersionInput) (*store.Machine, error) {
	was, r, err := s.machine(ctx, *in.StateMachineArn)
	if err != nil {
		return nil, err
	}
	if current := cmp.Or(r.Public, initialRevision); in.RevisionId != nil && *in.RevisionId != current {
		return nil, sfn.ConflictException(fmt.Sprintf(
			"Failed to publish the State Machine version for revision %s. The current State Machine revision is %s.", *in.RevisionId, current))
	}
	var description string
	set(&description, in.Description)
	m := was
	writes, err := s.publish(ctx, &m, description)
	if err != nil || len(writes) == 0 {
		return &m, err
	}
	return &m, s.store.UpdateMachine(ctx, was, m, writes...)
}

// versionARN passes the ARNs of versions.
func versionARN(a engine.ARN) error {
	err := machineARN(a)
	if _, isVersion := store.ParseVersion(a.Qualifier); err == nil && !isVersion {
		err = wrongType(a)
	}
	return err
}

// DeleteStateMachineVersion implements the operation of that name. One that does not exist is no error;
// one that an alias names stays. Executions that run it go on.
func (s *Service) DeleteStateMachineVersion(ctx context.Context, in *sfn.DeleteStateMachineVersionInput) (*sfn.DeleteStateMachineVersionOutput, error) {
	if err := s.writable(); err != nil {
		return nil, err
	}
	return settle(func() (*sfn.DeleteStateMachineVersionOutput, error) {
		err := s.deleteVersion(ctx, *in.StateMachineVersionArn)
		if errors.Is(err, store.ErrNotFound) {
			err = nil
		}
		return new(sfn.DeleteStateMachineVersionOutput), err
	})
}

func (s *Service) deleteVersion(ctx context.Context, text string) error {
	a, err := s.arn(ctx, text, versionARN)
	if err != nil {
		return err
	}
	number, _ := store.ParseVersion(a.Qualifier) // it is one, as versionARN has seen
	was, err := s.store.Machine(ctx, a.Scope, a.Name)
	if err != nil {
		return err
	}
	if _, err := s.store.Version(ctx, was.ID, number); err != nil {
		return err
	}
	aliases, err := s.aliasesOf(ctx, was.ID, number)
	if err != nil {
		return err
	}
	if len(aliases) > 0 {
		return sfn.ConflictException("Version to be deleted must not be referenced by an alias. " +
			"Current list of aliases referencing this version: [" + strings.Join(aliases, ", ") + "]")
	}
	m := was
	if m.Published == number {
		m.Published = 0
	}
	return s.store.UpdateMachine(ctx, was, m, store.RemoveVersion(m.ID, number))
}

// aliasesOf returns the names of the aliases that name a version.
func (s *Service) aliasesOf(ctx context.Context, machineID string, version uint64) ([]string, error) {
	var names []string
	for a, err := range s.store.Aliases(ctx, machineID, "") {
		if err != nil {
			return nil, err
		}
		if a.Uses(version) {
			names = append(names, a.Name)
		}
	}
	return names, nil
}

// ListStateMachineVersions implements the operation of that name; the newest version comes first. A
// machine that does not exist has none.
func (s *Service) ListStateMachineVersions(ctx context.Context, in *sfn.ListStateMachineVersionsInput) (*sfn.ListStateMachineVersionsOutput, error) {
	var m store.Machine // with an id that no machine has
	a, err := s.arn(ctx, *in.StateMachineArn, unqualified)
	if err == nil {
		m, err = s.store.Machine(ctx, a.Scope, a.Name)
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	purpose := "versions:" + m.ID
	after, err := s.openPage(purpose, in.NextToken)
	if err != nil {
		return nil, err
	}
	var before uint64
	if len(after) == 8 {
		before = binary.BigEndian.Uint64(after)
	}
	versions, more, err := page(s.store.Versions(ctx, m.ID, before), pageSize(in.MaxResults))
	if err != nil {
		return nil, err
	}
	out := &sfn.ListStateMachineVersionsOutput{StateMachineVersions: []sfn.StateMachineVersionListItem{}}
	for _, v := range versions {
		out.StateMachineVersions = append(out.StateMachineVersions, sfn.StateMachineVersionListItem{
			StateMachineVersionArn: new(engine.VersionARN(a.Scope, a.Name, v.Number)), CreationDate: sfn.NewTimestamp(v.Created),
		})
	}
	if more {
		out.NextToken = s.sealPage(purpose, binary.BigEndian.AppendUint64(nil, versions[len(versions)-1].Number))
	}
	return out, nil
}
