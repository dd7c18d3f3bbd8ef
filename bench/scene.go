package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// scene is a workload set up on a server: its state machine, and its activity with workers.
type scene struct {
	client   *client
	workload workload
	machine  string // ARNs
	activity string
	start    []byte // the body of StartExecution, or of StartSyncExecution

	workers sync.WaitGroup
	stop    context.CancelFunc
}

// setUp creates what a workload needs. There are as many workers as clients.
func setUp(ctx context.Context, c *client, w workload, clients int) (*scene, error) {
	s := &scene{client: c, workload: w, stop: func() {}}
	name := fmt.Sprintf("bench-%s-%08x", w.name, rand.Uint32())
	if w.activity {
		var out struct{ ActivityArn string }
		if err := c.call(ctx, "CreateActivity", map[string]any{"name": name}, &out); err != nil {
			return nil, err
		}
		s.activity = out.ActivityArn
	}
	var out struct{ StateMachineArn string }
	machineType := "STANDARD"
	if w.express {
		machineType = "EXPRESS"
	}
	err := c.call(ctx, "CreateStateMachine", map[string]any{
		"name": name, "definition": w.definition(s.activity), "roleArn": "arn:aws:iam::123456789012:role/bench",
		"type": machineType,
	}, &out)
	if err != nil {
		return nil, err
	}
	s.machine = out.StateMachineArn
	if s.start, err = json.Marshal(map[string]any{"stateMachineArn": s.machine, "input": w.input}); err != nil {
		return nil, err
	}
	if w.activity {
		s.hire(ctx, min(clients, maxWorkers))
	}
	return s, nil
}

// maxWorkers is below what a server lets poll one activity at once.
const maxWorkers = 500

func (s *scene) hire(ctx context.Context, count int) {
	ctx, s.stop = context.WithCancel(ctx)
	for range count {
		s.workers.Go(func() { s.work(ctx) })
	}
}

// work is a worker's life. An error of its own shows as executions that do not end.
func (s *scene) work(ctx context.Context) {
	for ctx.Err() == nil {
		var task struct{ TaskToken string }
		err := s.client.call(ctx, "GetActivityTask", map[string]any{"activityArn": s.activity}, &task)
		if err == nil && task.TaskToken != "" {
			err = s.client.call(ctx, "SendTaskSuccess", map[string]any{"taskToken": task.TaskToken, "output": `{"ok":true}`}, &empty{})
		}
		if err != nil {
			pause(ctx, 10*time.Millisecond)
		}
	}
}

// unsuccessful counts the executions that did not succeed, and describes one.
func (s *scene) unsuccessful(ctx context.Context) (count int, example error, err error) {
	for _, status := range []string{"RUNNING", "FAILED", "TIMED_OUT", "ABORTED"} {
		n, one, err := s.client.list(ctx, s.machine, status)
		if err != nil {
			return count, example, err
		}
		if count += n; n == 0 || example != nil {
			continue
		}
		d, err := s.client.describe(ctx, one.ExecutionArn)
		if err != nil {
			return count, example, err
		}
		example = d.failure()
	}
	return count, example, nil
}

// tearDown removes what setUp created; executions stay.
func (s *scene) tearDown(ctx context.Context) error {
	s.stop()
	s.workers.Wait()
	err := s.client.call(ctx, "DeleteStateMachine", map[string]any{"stateMachineArn": s.machine}, &empty{})
	if s.activity != "" {
		err = errors.Join(err, s.client.call(ctx, "DeleteActivity", map[string]any{"activityArn": s.activity}, &empty{}))
	}
	return err
}

// user is one of the clients of a closed loop.
type user struct {
	*scene
	expected time.Duration // how long an execution takes, from those before
}

// run starts an execution and returns when it has ended.
func (u *user) run(ctx context.Context) error {
	if u.workload.express {
		return u.client.startSync(ctx, u.start)
	}
	began := time.Now()
	arn, err := u.client.start(ctx, u.start)
	if err != nil || u.workload.settled {
		return err
	}
	err = u.await(ctx, arn, time.Since(began))
	u.expected = (3*u.expected + time.Since(began)) / 4
	return err
}

// Pauses between looking whether an execution has ended. They are long enough that looking costs little
// beside the execution, and short enough that its end is seen within an eighth of its length.
const (
	firstLook = 3. / 4 // of what executions before took
	nextLook  = 1. / 8
	maxPause  = 250 * time.Millisecond
	// timerGrain is by how much a pause may be too long. One that is shorter than that is none.
	timerGrain = time.Millisecond
)

// await looks at an execution until it has ended; it was started spent ago.
func (u *user) await(ctx context.Context, arn string, spent time.Duration) error {
	pause(ctx, time.Duration(firstLook*float64(u.expected))-spent-timerGrain)
	for {
		d, err := u.client.describe(ctx, arn)
		switch {
		case err != nil:
			return err
		case d.Status == "SUCCEEDED":
			return nil
		case d.Status != "RUNNING":
			return d.failure()
		}
		if next := time.Duration(nextLook * float64(u.expected)); next >= timerGrain/2 {
			pause(ctx, min(maxPause, next))
		}
	}
}

// pause waits for d, or until ctx is done.
func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
