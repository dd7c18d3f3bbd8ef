// Package crash kills a real server at random moments and checks that nothing is lost.
package crash

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	_ "github.com/stepwell/stepwell" // what is built and run here: a change of it runs the test again
)

// What runs while the server is killed.
const (
	waits      = 1000
	activities = 100
	nested     = 50
	express    = 200
)

const role = "arn:aws:iam::123456789012:role/crash"

var machines = map[string]string{
	"wait": `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Wait","Seconds":2,"Next":"C"},"C":{"Type":"Succeed"}}}`,
	// A worker whose answer was lost with the server is silent: the heartbeat finds out, and the retry
	// gives the task to another one.
	"activity": `{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:work",
	  "HeartbeatSeconds":2,"TimeoutSeconds":3600,"Retry":[{"ErrorEquals":["States.Timeout"],"IntervalSeconds":1,"BackoffRate":1,"MaxAttempts":100}],
	  "Next":"B"},"B":{"Type":"Succeed"}}}`,
	"nested": `{"StartAt":"A","States":{"A":{"Type":"Parallel","Next":"B","Branches":[
	  {"StartAt":"C","States":{"C":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2",
	    "Parameters":{"StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:wait"},"End":true}}},
	  {"StartAt":"D","States":{"D":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution",
	    "Parameters":{"StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:wait"},"End":true}}}]},
	  "B":{"Type":"Succeed"}}}`,
	// The Standard execution that it starts shows that an Express one ran.
	"express": `{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":1,"Next":"B"},
	  "B":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution","Parameters":{"StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:effect","Name.$":"$$.Execution.Name"},
	    "Catch":[{"ErrorEquals":["StepFunctions.ExecutionAlreadyExistsException"],"Next":"C"}],"Next":"C"},
	  "C":{"Type":"Succeed"}}}`,
	"effect": `{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}`,
}

// server is the binary under test, on one store and port for ever.
type server struct {
	t       *testing.T
	binary  string
	address string
	store   string
	client  *sfn.Client

	mu      sync.Mutex
	process *exec.Cmd
}

func newServer(t *testing.T) *server {
	dir := t.TempDir()
	s := &server{t: t, binary: filepath.Join(dir, "stepwell"), store: "pebble:" + filepath.Join(dir, "data"), address: "127.0.0.1:0"}
	if runtime.GOOS == "windows" {
		s.binary += ".exe"
	}
	build := exec.Command("go", "build", "-o", s.binary, "github.com/stepwell/stepwell/cmd/stepwell")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	s.start()
	transport := &http.Transport{MaxIdleConnsPerHost: 256}
	s.client = sfn.New(sfn.Options{
		Region: "us-east-1", BaseEndpoint: aws.String("http://" + s.address), HTTPClient: &http.Client{Transport: transport},
		Credentials: credentials.NewStaticCredentialsProvider("x", "y", ""), Retryer: aws.NopRetryer{},
	})
	t.Cleanup(s.kill)
	return s
}

// start runs the server and waits until it says that it serves.
func (s *server) start() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.process = exec.Command(s.binary, "serve", "--listen", s.address, "--store", s.store)
	s.process.Stderr = os.Stderr
	out, err := s.process.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, rest, ok := strings.Cut(lines.Text(), "http://"); ok {
			s.address, _, _ = strings.Cut(rest, " ")
			return
		}
	}
	s.t.Fatal("the server ended before it served")
}

// kill ends the server as kill -9 does.
func (s *server) kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.process.Process.Kill()
	_ = s.process.Wait() // its exit is that of a killed process
}

// lasting calls f until it gives no error of the connection. Errors of the API are f's own.
func lasting(ctx context.Context, f func() error) error {
	for {
		err := f()
		var api interface{ ErrorCode() string }
		if err == nil || errors.As(err, &api) || ctx.Err() != nil {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// TestKill9 kills the server at a random moment while executions wait, workers work and machines
// nest; then everything that was started finishes, no state was entered twice, and no history has a
// gap. Asynchronous Express executions have run to their end at least once. STEPWELL_CRASH_ROUNDS says how often (20).
func TestKill9(t *testing.T) {
	rounds := 20
	if testing.Short() {
		rounds = 2
	}
	if text := os.Getenv("STEPWELL_CRASH_ROUNDS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatalf("STEPWELL_CRASH_ROUNDS: %v", err)
		}
		rounds = n
	}
	s := newServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	var workers sync.WaitGroup
	defer workers.Wait()
	defer cancel()
	s.prepare(ctx)
	for range 20 {
		workers.Go(func() { s.work(ctx) })
	}
	for round := range rounds {
		s.round(ctx, round)
		if t.Failed() {
			return
		}
	}
}

func (s *server) prepare(ctx context.Context) {
	s.t.Helper()
	if _, err := s.client.CreateActivity(ctx, &sfn.CreateActivityInput{Name: aws.String("work")}); err != nil {
		s.t.Fatal(err)
	}
	for name, definition := range machines {
		machineType := types.StateMachineTypeStandard
		if name == "express" {
			machineType = types.StateMachineTypeExpress
		}
		_, err := s.client.CreateStateMachine(ctx, &sfn.CreateStateMachineInput{
			Name: aws.String(name), Definition: aws.String(definition), RoleArn: aws.String(role), Type: machineType,
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

// work is one worker: it takes tasks and gives their input back.
func (s *server) work(ctx context.Context) {
	activity := aws.String("arn:aws:states:us-east-1:123456789012:activity:work")
	for ctx.Err() == nil {
		task, err := s.client.GetActivityTask(ctx, &sfn.GetActivityTaskInput{ActivityArn: activity})
		if err != nil || task.TaskToken == nil {
			time.Sleep(10 * time.Millisecond)
			continue
		}
		_ = lasting(ctx, func() error { // a task that timed out meanwhile is somebody else's
			_, err := s.client.SendTaskSuccess(ctx, &sfn.SendTaskSuccessInput{TaskToken: task.TaskToken, Output: task.Input})
			return err
		})
	}
}

// round starts everything, kills the server meanwhile, and checks what became of it.
func (s *server) round(ctx context.Context, round int) {
	s.t.Helper()
	began := time.Now()
	var arns []string
	for machine, count := range map[string]int{"wait": waits, "activity": activities, "nested": nested, "express": express} {
		for i := range count {
			arns = append(arns, fmt.Sprintf("%s:r%d-%d", machine, round, i))
		}
	}
	moment := time.Duration(rand.Int64N(int64(1800 * time.Millisecond)))
	var started atomic.Int64
	atKill := make(chan int64, 1)
	go func() {
		time.Sleep(moment) // a random moment of the real clock is the point of this test
		atKill <- started.Load()
		s.kill()
		s.start()
	}()
	s.each(arns, func(name string) {
		machine, execution, _ := strings.Cut(name, ":")
		err := lasting(ctx, func() error {
			_, err := s.client.StartExecution(ctx, &sfn.StartExecutionInput{
				StateMachineArn: aws.String("arn:aws:states:us-east-1:123456789012:stateMachine:" + machine),
				Name:            aws.String(execution), Input: aws.String(`{"n":1}`),
			})
			var exists *types.ExecutionAlreadyExists
			if errors.As(err, &exists) {
				return nil // it was started before the kill, and has ended
			}
			return err
		})
		if err != nil {
			s.t.Errorf("start %s: %v", name, err)
		}
		started.Add(1)
	})
	killedAt := <-atKill
	s.each(arns, func(name string) {
		if started, ok := strings.CutPrefix(name, "express:"); ok {
			s.awaitExistence(ctx, executions+"effect:"+started)
			name = "effect:" + started
		}
		s.check(ctx, executions+name)
	})
	s.t.Logf("round %d: killed after %s with %d of %d started; all finished after %s",
		round, moment.Round(time.Millisecond), killedAt, len(arns), time.Since(began).Round(time.Millisecond))
}

// each calls f with every name, many at a time.
func (s *server) each(names []string, f func(string)) {
	next := make(chan string)
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			for name := range next {
				f(name)
			}
		})
	}
	for _, name := range names {
		next <- name
	}
	close(next)
	all.Wait()
}

const executions = "arn:aws:states:us-east-1:123456789012:execution:"

// awaitExistence waits until an execution was started.
func (s *server) awaitExistence(ctx context.Context, arn string) {
	var missing *types.ExecutionDoesNotExist
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		err := lasting(ctx, func() error {
			_, err := s.client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
			return err
		})
		if !errors.As(err, &missing) {
			return
		}
	}
}

// check waits until an execution has succeeded and looks at its history.
func (s *server) check(ctx context.Context, arn string) {
	var status types.ExecutionStatus
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		err := lasting(ctx, func() error {
			d, err := s.client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
			if err == nil {
				status = d.Status
			}
			return err
		})
		if err != nil {
			s.t.Errorf("%s: %v", arn, err)
			return
		}
		if status != types.ExecutionStatusRunning {
			break
		}
		if time.Now().After(deadline) {
			s.t.Errorf("%s still runs a minute later", arn)
			return
		}
	}
	if status != types.ExecutionStatusSucceeded {
		s.t.Errorf("%s is %s", arn, status)
	}
	var history *sfn.GetExecutionHistoryOutput
	err := lasting(ctx, func() (err error) {
		history, err = s.client.GetExecutionHistory(ctx, &sfn.GetExecutionHistoryInput{ExecutionArn: &arn, MaxResults: 1000})
		return err
	})
	if err != nil {
		s.t.Errorf("history of %s: %v", arn, err)
		return
	}
	entered := make(map[string]int)
	for i, e := range history.Events {
		if e.Id != int64(i+1) || e.PreviousEventId >= e.Id {
			s.t.Errorf("%s: event %d has the id %d and the previous id %d", arn, i, e.Id, e.PreviousEventId)
		}
		if d := e.StateEnteredEventDetails; d != nil {
			if entered[*d.Name]++; entered[*d.Name] > 1 {
				s.t.Errorf("%s: the state %s was entered twice", arn, *d.Name)
			}
		}
	}
}
