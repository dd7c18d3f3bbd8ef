package service

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/store"
)

// CreateStateMachineAlias implements the operation of that name; the same request again is success.
func (s *Service) CreateStateMachineAlias(ctx context.Context, in *sfn.CreateStateMachineAliasInput) (*sfn.CreateStateMachineAliasOutput, error) {
	if err := s.writable(); err != nil {
		return nil, err
	}
	r, err := s.routing(ctx, in.RoutingConfiguration)
	if err != nil {
		return nil, err
	}
	return settle(func() (*sfn.CreateStateMachineAliasOutput, error) { return s.createAlias(ctx, in, r) })
}

func (s *Service) createAlias(ctx context.Context, in *sfn.CreateStateMachineAliasInput, r routing) (*sfn.CreateStateMachineAliasOutput, error) {
	m, err := s.routed(ctx, r)
	if err != nil {
		return nil, err
	}
	created := now()
	a := store.Alias{MachineID: m.ID, Name: *in.Name, Routes: r.routes, Created: created, Updated: created}
	set(&a.Description, in.Description)
	found, err := s.store.Alias(ctx, m.ID, a.Name)
	switch {
	case errors.Is(err, store.ErrNotFound):
		if err = room(s.store.Aliases(ctx, m.ID, ""), s.options.Quotas.aliases(), "aliases"); err == nil {
			err = s.store.UpdateMachine(ctx, m, m, store.PutAlias(a))
		}
	case err == nil && (found.Description != a.Description || !slices.Equal(found.Routes, a.Routes)):
		err = sfn.ConflictException("Failed to create alias because an alias with the same name and a different routing configuration already exists.")
	default:
		a = found
	}
	return &sfn.CreateStateMachineAliasOutput{
		StateMachineAliasArn: new(engine.AliasARN(m.Scope, m.Name, a.Name)), CreationDate: sfn.NewTimestamp(a.Created),
	}, err
}

// routing is a routing configuration that is right in itself.
type routing struct {
	scope   store.Scope
	machine string
	routes  []store.Route
}

// routing reads a routing configuration: one or two different versions of one machine, whose weights have
// the sum 100.
func (s *Service) routing(ctx context.Context, items []sfn.RoutingConfigurationListItem) (routing, error) {
	var r routing
	var arns, weights []string
	var sum int64
	var foreign bool
	for _, item := range items {
		arns, weights = append(arns, *item.StateMachineVersionArn), append(weights, fmt.Sprint(*item.Weight))
		sum += *item.Weight
	}
	received := " Received: [" + strings.Join(arns, ", ") + "]"
	for i, text := range arns {
		a, err := s.arn(ctx, text, machineARN)
		version, isVersion := store.ParseVersion(a.Qualifier)
		foreign = errors.Is(err, store.ErrNotFound) // both are, or none: they have one scope
		switch {
		case err != nil && !foreign:
			return r, err
		case !isVersion:
			return r, invalidRouting("Routing configuration must contain state machine version ARNs." + received)
		case i > 0 && (a.Scope != r.scope || a.Name != r.machine):
			return r, invalidRouting("Routing configuration must contain versions of the same state machine." + received)
		}
		r.scope, r.machine = a.Scope, a.Name
		r.routes = append(r.routes, store.Route{Version: version, Weight: *items[i].Weight})
	}
	switch {
	case len(arns) == 2 && arns[0] == arns[1]:
		return r, invalidRouting("Routing configuration must contain distinct state machine version ARNs." + received)
	case sum != 100:
		return r, invalidRouting("Sum of routing configuration weights must equal 100. Received: [" + strings.Join(weights, ", ") + "]")
	case foreign:
		return r, sfn.ResourceNotFound("")
	}
	return r, nil
}

func invalidRouting(message string) error {
	return sfn.ValidationExceptionFor(sfn.ValidationExceptionReasonInvalidRoutingConfiguration, message)
}

// routed returns the machine of a routing configuration, all of whose versions exist.
func (s *Service) routed(ctx context.Context, r routing) (store.Machine, error) {
	m, err := s.store.Machine(ctx, r.scope, r.machine)
	for _, route := range r.routes {
		if err == nil {
			_, err = s.store.Version(ctx, m.ID, route.Version)
		}
	}
	if errors.Is(err, store.ErrNotFound) {
		err = sfn.ResourceNotFound("")
	}
	return m, err
}

// aliasARN passes the ARNs of aliases.
func aliasARN(a engine.ARN) error {
	err := machineARN(a)
	if _, isVersion := store.ParseVersion(a.Qualifier); err == nil && (isVersion || a.Qualifier == "") {
		err = wrongType(a)
	}
	return err
}

// alias returns the alias that an ARN names, with its machine, or store.ErrNotFound.
func (s *Service) alias(ctx context.Context, text string) (store.Machine, store.Alias, error) {
	a, err := s.arn(ctx, text, aliasARN)
	if err != nil {
		return store.Machine{}, store.Alias{}, err
	}
	m, err := s.store.Machine(ctx, a.Scope, a.Name)
	if err != nil {
		return m, store.Alias{}, err
	}
	found, err := s.store.Alias(ctx, m.ID, a.Qualifier)
	return m, found, err
}

// DescribeStateMachineAlias implements the operation of that name.
func (s *Service) DescribeStateMachineAlias(ctx context.Context, in *sfn.DescribeStateMachineAliasInput) (*sfn.DescribeStateMachineAliasOutput, error) {
	m, a, err := s.alias(ctx, *in.StateMachineAliasArn)
	if errors.Is(err, store.ErrNotFound) {
		err = sfn.ResourceNotFound("")
	}
	if err != nil {
		return nil, err
	}
	out := &sfn.DescribeStateMachineAliasOutput{
		StateMachineAliasArn: new(engine.AliasARN(m.Scope, m.Name, a.Name)), Name: new(a.Name), Description: optional(a.Description),
		CreationDate: sfn.NewTimestamp(a.Created), UpdateDate: sfn.NewTimestamp(a.Updated),
	}
	for _, r := range a.Routes {
		out.RoutingConfiguration = append(out.RoutingConfiguration, sfn.RoutingConfigurationListItem{
			StateMachineVersionArn: new(engine.VersionARN(m.Scope, m.Name, r.Version)), Weight: new(r.Weight),
		})
	}
	return out, nil
}

// UpdateStateMachineAlias implements the operation of that name.
func (s *Service) UpdateStateMachineAlias(ctx context.Context, in *sfn.UpdateStateMachineAliasInput) (*sfn.UpdateStateMachineAliasOutput, error) {
	if err := s.writable(); err != nil {
		return nil, err
	}
	if in.Description == nil && in.RoutingConfiguration == nil {
		return nil, sfn.ValidationExceptionFor(sfn.ValidationExceptionReasonMissingRequiredParameter,
			"Either the description or the routing configuration must be specified")
	}
	return settle(func() (*sfn.UpdateStateMachineAliasOutput, error) {
		m, a, err := s.alias(ctx, *in.StateMachineAliasArn)
		if errors.Is(err, store.ErrNotFound) {
			err = sfn.ResourceNotFound("")
		}
		if err != nil {
			return nil, err
		}
		if a.Routes, err = s.rerouted(ctx, m, a, in.RoutingConfiguration); err != nil {
			return nil, err
		}
		set(&a.Description, in.Description)
		a.Updated = now()
		return &sfn.UpdateStateMachineAliasOutput{UpdateDate: sfn.NewTimestamp(a.Updated)}, s.store.UpdateMachine(ctx, m, m, store.PutAlias(a))
	})
}

// rerouted returns the routes that an alias of m has from now on: what it has when nothing is given.
func (s *Service) rerouted(ctx context.Context, m store.Machine, a store.Alias, items []sfn.RoutingConfigurationListItem) ([]store.Route, error) {
	if items == nil {
		return a.Routes, nil
	}
	r, err := s.routing(ctx, items)
	if err != nil {
		return nil, err
	}
	if r.machine != m.Name {
		return nil, invalidRouting("Routing configuration must contain versions of the state machine of the alias. Received: [" +
			*items[0].StateMachineVersionArn + "]")
	}
	_, err = s.routed(ctx, r)
	return r.routes, err
}

// DeleteStateMachineAlias implements the operation of that name; one that does not exist is no error.
func (s *Service) DeleteStateMachineAlias(ctx context.Context, in *sfn.DeleteStateMachineAliasInput) (*sfn.DeleteStateMachineAliasOutput, error) {
	if err := s.writable(); err != nil {
		return nil, err
	}
	return settle(func() (*sfn.DeleteStateMachineAliasOutput, error) {
		out := new(sfn.DeleteStateMachineAliasOutput)
		m, a, err := s.alias(ctx, *in.StateMachineAliasArn)
		if errors.Is(err, store.ErrNotFound) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		return out, s.store.UpdateMachine(ctx, m, m, store.RemoveAlias(m.ID, a.Name))
	})
}

// ListStateMachineAliases implements the operation of that name; aliases come by name. The ARN of a version
// lists those that name it.
func (s *Service) ListStateMachineAliases(ctx context.Context, in *sfn.ListStateMachineAliasesInput) (*sfn.ListStateMachineAliasesOutput, error) {
	m, version, err := s.aliased(ctx, *in.StateMachineArn)
	if err != nil {
		return nil, err
	}
	purpose := fmt.Sprintf("aliases:%s:%d", m.ID, version)
	after, err := s.openPage(purpose, in.NextToken)
	if err != nil {
		return nil, err
	}
	all := s.store.Aliases(ctx, m.ID, string(after))
	if version > 0 {
		all = using(all, version)
	}
	aliases, more, err := page(all, pageSize(in.MaxResults))
	if err != nil {
		return nil, err
	}
	out := &sfn.ListStateMachineAliasesOutput{StateMachineAliases: []sfn.StateMachineAliasListItem{}}
	for _, a := range aliases {
		out.StateMachineAliases = append(out.StateMachineAliases, sfn.StateMachineAliasListItem{
			StateMachineAliasArn: new(engine.AliasARN(m.Scope, m.Name, a.Name)), CreationDate: sfn.NewTimestamp(a.Created),
		})
	}
	if more {
		out.NextToken = s.sealPage(purpose, []byte(aliases[len(aliases)-1].Name))
	}
	return out, nil
}

// aliased returns the machine whose aliases are to be listed, and the version where only those that name
// it are wanted, else 0.
func (s *Service) aliased(ctx context.Context, text string) (store.Machine, uint64, error) {
	var m store.Machine
	a, err := s.arn(ctx, text, machineARN)
	version, isVersion := store.ParseVersion(a.Qualifier)
	if err == nil && a.Qualifier != "" && !isVersion {
		err = store.ErrNotFound
	}
	if err == nil {
		m, err = s.store.Machine(ctx, a.Scope, a.Name)
	}
	if errors.Is(err, store.ErrNotFound) {
		return m, 0, sfn.StateMachineDoesNotExist(text)
	}
	if err == nil && isVersion {
		_, err = s.store.Version(ctx, m.ID, version)
	}
	if errors.Is(err, store.ErrNotFound) {
		err = sfn.ResourceNotFound("")
	}
	return m, version, err
}

// using keeps the aliases that name a version.
func using(all iter.Seq2[store.Alias, error], version uint64) iter.Seq2[store.Alias, error] {
	return func(yield func(store.Alias, error) bool) {
		for a, err := range all {
			if (err != nil || a.Uses(version)) && !yield(a, err) {
				return
			}
		}
	}
}
