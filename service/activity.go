package service

import (
	"context"
	"errors"
	"time"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/store"
)

// pollTime is how long GetActivityTask waits for a task.
const pollTime = 60 * time.Second

// CreateActivity implements the operation of that name; the same name again is success.
func (s *Service) CreateActivity(ctx context.Context, in *sfn.CreateActivityInput) (*sfn.CreateActivityOutput, error) {
	if err := s.writable(); err != nil {
		return nil, err
	}
	if err := checkName(*in.Name); err != nil {
		return nil, err
	}
	if err := checkEncryption(in.EncryptionConfiguration); err != nil {
		return nil, err
	}
	scope := s.scope(ctx)
	if err := checkTags(in.Tags, engine.ActivityARN(scope, *in.Name)); err != nil {
		return nil, err
	}
	a := store.Activity{
		Scope: scope, Name: *in.Name, Created: time.Now().UTC().Truncate(time.Millisecond),
		Encryption: configuration(in.EncryptionConfiguration, defaultEncryption()), Tags: merged(nil, in.Tags),
	}
	return settle(func() (*sfn.CreateActivityOutput, error) {
		return s.createActivity(ctx, a, in.EncryptionConfiguration != nil)
	})
}

// createActivity makes an activity, or finds the one that has the name; encrypted says that its
// encryption must then be the same. store.ErrExists says that it was there and is not any more.
func (s *Service) createActivity(ctx context.Context, a store.Activity, encrypted bool) (*sfn.CreateActivityOutput, error) {
	err := s.store.CreateActivity(ctx, a)
	if errors.Is(err, store.ErrExists) {
		wanted := a.Encryption
		a, err = s.store.Activity(ctx, a.Scope, a.Name)
		switch {
		case errors.Is(err, store.ErrNotFound):
			err = store.ErrExists
		case err == nil && encrypted && wanted != a.Encryption:
			err = sfn.ActivityAlreadyExists(engine.ActivityARN(a.Scope, a.Name))
		}
	}
	if err != nil {
		return nil, err
	}
	return &sfn.CreateActivityOutput{
		ActivityArn: new(engine.ActivityARN(a.Scope, a.Name)), CreationDate: sfn.NewTimestamp(a.Created),
	}, nil
}

// activityARN passes the ARNs of activities; nothing has one with a qualifier.
func activityARN(a engine.ARN) error {
	switch {
	case a.Type != "activity":
		return wrongType(a)
	case a.Qualifier != "":
		return store.ErrNotFound
	}
	return nil
}

// activity returns the activity that an ARN names.
func (s *Service) activity(ctx context.Context, text string) (store.Activity, error) {
	var found store.Activity
	a, err := s.arn(ctx, text, activityARN)
	if err == nil {
		found, err = s.store.Activity(ctx, a.Scope, a.Name)
	}
	if errors.Is(err, store.ErrNotFound) {
		err = sfn.ActivityDoesNotExist(text)
	}
	return found, err
}

// DescribeActivity implements the operation of that name.
func (s *Service) DescribeActivity(ctx context.Context, in *sfn.DescribeActivityInput) (*sfn.DescribeActivityOutput, error) {
	a, err := s.activity(ctx, *in.ActivityArn)
	if err != nil {
		return nil, err
	}
	return &sfn.DescribeActivityOutput{
		ActivityArn: new(engine.ActivityARN(a.Scope, a.Name)), Name: new(a.Name), CreationDate: sfn.NewTimestamp(a.Created),
		EncryptionConfiguration: stored(a.Encryption, defaultEncryption()),
	}, nil
}

// DeleteActivity implements the operation of that name; one that does not exist is no error.
func (s *Service) DeleteActivity(ctx context.Context, in *sfn.DeleteActivityInput) (*sfn.DeleteActivityOutput, error) {
	if err := s.writable(); err != nil {
		return nil, err
	}
	a, err := s.arn(ctx, *in.ActivityArn, activityARN)
	if err == nil {
		err = s.store.DeleteActivity(ctx, a.Scope, a.Name)
	}
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return new(sfn.DeleteActivityOutput), err
}

// ListActivities implements the operation of that name; activities come by name.
func (s *Service) ListActivities(ctx context.Context, in *sfn.ListActivitiesInput) (*sfn.ListActivitiesOutput, error) {
	scope := s.scope(ctx)
	purpose := "activities:" + scope.Account + ":" + scope.Region
	after, err := s.openPage(purpose, in.NextToken)
	if err != nil {
		return nil, err
	}
	activities, more, err := page(s.store.Activities(ctx, scope, string(after)), pageSize(in.MaxResults))
	if err != nil {
		return nil, err
	}
	out := &sfn.ListActivitiesOutput{Activities: []sfn.ActivityListItem{}}
	for _, a := range activities {
		out.Activities = append(out.Activities, sfn.ActivityListItem{
			ActivityArn: new(engine.ActivityARN(a.Scope, a.Name)), Name: new(a.Name), CreationDate: sfn.NewTimestamp(a.Created),
		})
	}
	if more {
		out.NextToken = s.sealPage(purpose, []byte(activities[len(activities)-1].Name))
	}
	return out, nil
}

// GetActivityTask implements the operation of that name: it waits up to 60 seconds for a task, and
// answers without a token when none came.
func (s *Service) GetActivityTask(ctx context.Context, in *sfn.GetActivityTaskInput) (*sfn.GetActivityTaskOutput, error) {
	a, err := s.activity(ctx, *in.ActivityArn)
	if err != nil {
		return nil, err
	}
	var worker string
	set(&worker, in.WorkerName)
	text := engine.ActivityARN(a.Scope, a.Name)
	task, ok, err := s.engine.TakeActivity(ctx, text, worker, pollTime)
	if errors.Is(err, engine.ErrTooManyPollers) {
		return nil, sfn.ActivityWorkerLimitExceeded(text)
	}
	if err != nil || !ok {
		return new(sfn.GetActivityTaskOutput), apiError(err)
	}
	return &sfn.GetActivityTaskOutput{TaskToken: new(task.Token), Input: new(task.Input.Text())}, nil
}
