package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/store"
)

// maxTags is how many tags a resource may have.
//
// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
const maxTags = 50

// checkTags refuses tags that the resource of an ARN cannot have.
func checkTags(in []sfn.Tag, arn string) error {
	if len(in) > maxTags {
		return sfn.TooManyTags(arn)
	}
	for i, t := range in {
		switch {
		case t.Key == nil:
			return sfn.ValidationException(fmt.Sprintf(
				"1 validation error detected: Value null at 'tags.%d.member.key' failed to satisfy constraint: Member must not be null", i+1))
		case strings.HasPrefix(strings.ToLower(*t.Key), "aws:"):
			return sfn.ValidationException("Tag keys that begin with 'aws:' are reserved: '" + *t.Key + "'")
		}
	}
	return nil
}

// merged are tags with others added: of those with the same key the last one holds.
func merged(tags []store.Tag, added []sfn.Tag) []store.Tag {
	tags = slices.Clone(tags)
	for _, a := range added {
		var t store.Tag
		set(&t.Key, a.Key)
		set(&t.Value, a.Value)
		if i := slices.IndexFunc(tags, func(has store.Tag) bool { return has.Key == t.Key }); i >= 0 {
			tags[i] = t
		} else {
			tags = append(tags, t)
		}
	}
	return tags
}

// taggable is a resource that can have tags, as it was read.
type taggable struct {
	tags []store.Tag
	// retag replaces the tags; store.ErrExists says that somebody changed the resource meanwhile.
	retag func([]store.Tag) error
}

// taggableARN passes the ARNs of machines and activities; with a qualifier they name nothing that has tags.
func taggableARN(a engine.ARN) error {
	switch {
	case a.Type != "stateMachine" && a.Type != "activity":
		return wrongType(a)
	case a.Qualifier != "":
		return store.ErrNotFound
	}
	return nil
}

// taggable returns the machine or activity that an ARN names; versions and aliases have no tags.
func (s *Service) taggable(ctx context.Context, text string) (taggable, error) {
	var found taggable
	a, err := s.arn(ctx, text, taggableARN)
	switch {
	case err != nil:
	case a.Type == "activity":
		found, err = s.taggableActivity(ctx, a)
	default:
		found, err = s.taggableMachine(ctx, a)
	}
	if errors.Is(err, store.ErrNotFound) {
		err = sfn.ResourceNotFound(text)
	}
	return found, err
}

func (s *Service) taggableMachine(ctx context.Context, a engine.ARN) (taggable, error) {
	was, err := s.store.Machine(ctx, a.Scope, a.Name)
	return taggable{was.Tags, func(tags []store.Tag) error {
		m := was
		m.Tags = tags
		return s.store.UpdateMachine(ctx, was, m)
	}}, err
}

func (s *Service) taggableActivity(ctx context.Context, a engine.ARN) (taggable, error) {
	was, err := s.store.Activity(ctx, a.Scope, a.Name)
	return taggable{was.Tags, func(tags []store.Tag) error {
		changed := was
		changed.Tags = tags
		return s.store.UpdateActivity(ctx, was, changed)
	}}, err
}

// TagResource implements the operation of that name.
func (s *Service) TagResource(ctx context.Context, in *sfn.TagResourceInput) (*sfn.TagResourceOutput, error) {
	if err := s.writable(); err != nil {
		return nil, err
	}
	return settle(func() (*sfn.TagResourceOutput, error) {
		r, err := s.taggable(ctx, *in.ResourceArn)
		if err != nil {
			return nil, err
		}
		if err := checkTags(in.Tags, *in.ResourceArn); err != nil {
			return nil, err
		}
		tags := merged(r.tags, in.Tags)
		if len(tags) > maxTags {
			return nil, sfn.TooManyTags(*in.ResourceArn)
		}
		return new(sfn.TagResourceOutput), r.retag(tags)
	})
}

// UntagResource implements the operation of that name; keys that the resource does not have are ignored.
func (s *Service) UntagResource(ctx context.Context, in *sfn.UntagResourceInput) (*sfn.UntagResourceOutput, error) {
	if err := s.writable(); err != nil {
		return nil, err
	}
	return settle(func() (*sfn.UntagResourceOutput, error) {
		r, err := s.taggable(ctx, *in.ResourceArn)
		if err != nil {
			return nil, err
		}
		tags := slices.DeleteFunc(slices.Clone(r.tags), func(t store.Tag) bool { return slices.Contains(in.TagKeys, t.Key) })
		return new(sfn.UntagResourceOutput), r.retag(tags)
	})
}

// ListTagsForResource implements the operation of that name; tags come in the order in which they were
// added.
func (s *Service) ListTagsForResource(ctx context.Context, in *sfn.ListTagsForResourceInput) (*sfn.ListTagsForResourceOutput, error) {
	r, err := s.taggable(ctx, *in.ResourceArn)
	if err != nil {
		return nil, err
	}
	out := &sfn.ListTagsForResourceOutput{Tags: []sfn.Tag{}}
	for _, t := range r.tags {
		out.Tags = append(out.Tags, sfn.Tag{Key: new(t.Key), Value: new(t.Value)})
	}
	return out, nil
}
