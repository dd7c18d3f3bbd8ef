// Package sdk tests the API with the AWS SDK for Go, in one process: what an embedding program and
// its own tests would do.
package sdk

import (
	"context"
	"errors"
	"net/http/httptest"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/stepwell/stepwell"
)

const role = "arn:aws:iam::123456789012:role/StepFunctions-HelloWorld"

// serve runs a server on the given store and returns it with a client of it.
func serve(t *testing.T, store string) (*stepwell.Server, *sfn.Client) {
	t.Helper()
	server, client, _ := serveWith(t, stepwell.Options{Store: store})
	return server, client
}

// echo is a function that gives its input back.
func echo(_ context.Context, input []byte) ([]byte, error) { return input, nil }

// serveWith runs a server and returns it with a client of it and its address.
func serveWith(t *testing.T, o stepwell.Options) (*stepwell.Server, *sfn.Client, string) {
	t.Helper()
	server, err := stepwell.New(o)
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(server.Handler())
	t.Cleanup(func() {
		listener.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server, sfn.New(sfn.Options{
		BaseEndpoint: &listener.URL,
		Region:       "us-east-1",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "x", SecretAccessKey: "y"}, nil
		}),
	}), listener.URL
}

// create makes a state machine and returns its ARN.
func create(t *testing.T, client *sfn.Client, name, definition string) *string {
	t.Helper()
	machine, err := client.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{
		Name: &name, Definition: &definition, RoleArn: aws.String(role),
	})
	if err != nil {
		t.Fatal(err)
	}
	return machine.StateMachineArn
}

// start starts an execution and returns its ARN.
func start(t *testing.T, client *sfn.Client, machine *string) *string {
	t.Helper()
	execution, err := client.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: machine})
	if err != nil {
		t.Fatal(err)
	}
	return execution.ExecutionArn
}

// finished waits until the history of an execution has its last event, and returns that history
// without the times.
func finished(t *testing.T, client *sfn.Client, execution *string) []types.HistoryEvent {
	t.Helper()
	for t.Context().Err() == nil {
		d, err := client.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: execution})
		if err != nil {
			t.Fatal(err)
		}
		if d.Status != types.ExecutionStatusRunning {
			break
		}
	}
	var events []types.HistoryEvent
	pages := sfn.NewGetExecutionHistoryPaginator(client, &sfn.GetExecutionHistoryInput{ExecutionArn: execution, MaxResults: 2})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, page.Events...)
	}
	for i := range events {
		if events[i].Timestamp == nil {
			t.Errorf("event %d has no time", events[i].Id)
		}
		events[i].Timestamp = nil
	}
	return events
}

func TestTutorial(t *testing.T) {
	whole := &types.HistoryEventExecutionDataDetails{}
	input, output, name := aws.String("{}"), aws.String(`"Hello, World!"`), aws.String("Hello World")
	want := []types.HistoryEvent{
		{Id: 1, Type: types.HistoryEventTypeExecutionStarted, ExecutionStartedEventDetails: &types.ExecutionStartedEventDetails{
			Input: input, InputDetails: whole, RoleArn: aws.String(role),
		}},
		{Id: 2, Type: types.HistoryEventTypePassStateEntered, StateEnteredEventDetails: &types.StateEnteredEventDetails{
			Name: name, Input: input, InputDetails: whole,
		}},
		{Id: 3, PreviousEventId: 2, Type: types.HistoryEventTypePassStateExited, StateExitedEventDetails: &types.StateExitedEventDetails{
			Name: name, Output: output, OutputDetails: whole,
		}},
		{Id: 4, PreviousEventId: 3, Type: types.HistoryEventTypeExecutionSucceeded, ExecutionSucceededEventDetails: &types.ExecutionSucceededEventDetails{
			Output: output, OutputDetails: whole,
		}},
	}
	for kind, store := range map[string]string{"memory": "memory:", "pebble": "pebble:" + t.TempDir()} {
		t.Run(kind, func(t *testing.T) {
			_, client := serve(t, store)
			machine := create(t, client, "HelloWorldStateMachine",
				`{"Comment": "Example State Machine", "StartAt": "Hello World", "States": {"Hello World": {"Type": "Pass", "Result": "Hello, World!", "End": true}}}`)
			execution := start(t, client, machine)
			got := finished(t, client, execution)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("history =\n%s\nwant\n%s", show(got), show(want))
			}
			d, err := client.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: execution})
			if err != nil {
				t.Fatal(err)
			}
			if d.Status != types.ExecutionStatusSucceeded || aws.ToString(d.Output) != `"Hello, World!"` {
				t.Errorf("status %s, output %s; want SUCCEEDED, %q", d.Status, aws.ToString(d.Output), "Hello, World!")
			}
		})
	}
}

func TestFuncIsATask(t *testing.T) {
	const arn = "arn:aws:lambda:us-east-1:123456789012:function:greet"
	server, client := serve(t, "memory:")
	server.Func(arn, func(_ context.Context, input []byte) ([]byte, error) {
		return append(append([]byte(`{"got":`), input...), '}'), nil
	})
	machine := create(t, client, "greet", `{"StartAt": "Greet", "States": {"Greet": {"Type": "Task", "Resource": "`+arn+`", "End": true}}}`)
	var got []types.HistoryEventType
	for _, e := range finished(t, client, start(t, client, machine)) {
		got = append(got, e.Type)
	}
	want := []types.HistoryEventType{
		types.HistoryEventTypeExecutionStarted, types.HistoryEventTypeTaskStateEntered,
		types.HistoryEventTypeLambdaFunctionScheduled, types.HistoryEventTypeLambdaFunctionStarted,
		types.HistoryEventTypeLambdaFunctionSucceeded, types.HistoryEventTypeTaskStateExited,
		types.HistoryEventTypeExecutionSucceeded,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("events = %v\nwant %v", got, want)
	}
}

// TestFuncAfterARestart: a task that ran when a server closed is given to the function of the next
// server, which is known only after its store is open.
func TestFuncAfterARestart(t *testing.T) {
	const greet = "arn:aws:lambda:us-east-1:123456789012:function:greet"
	o := stepwell.Options{Store: "pebble:" + t.TempDir()}
	first, err := stepwell.New(o)
	if err != nil {
		t.Fatal(err)
	}
	called := make(chan struct{})
	first.Func(greet, func(ctx context.Context, _ []byte) ([]byte, error) {
		close(called)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	execution, err := first.Start(t.Context(), `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"`+greet+`","End":true}}}`, "")
	if err != nil {
		t.Fatal(err)
	}
	<-called
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := stepwell.New(o)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	second.Func(greet, func(context.Context, []byte) ([]byte, error) { return []byte(`"hello"`), nil })
	got, err := second.Wait(t.Context(), execution)
	if want := (stepwell.Result{ExecutionARN: execution, Status: "SUCCEEDED", Output: `"hello"`}); err != nil || got != want {
		t.Errorf("got %+v %v, want %+v", got, err, want)
	}
}

func TestErrorsHaveTheirTypes(t *testing.T) {
	_, client := serve(t, "memory:")
	arn := aws.String("arn:aws:states:us-east-1:123456789012:stateMachine:nowhere")
	_, err := client.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: arn})
	var missing *types.StateMachineDoesNotExist
	if !errors.As(err, &missing) || missing.ErrorMessage() != "State Machine Does Not Exist: '"+*arn+"'" {
		t.Errorf("StartExecution = %v, want StateMachineDoesNotExist", err)
	}
	_, err = client.SendTaskSuccess(t.Context(), &sfn.SendTaskSuccessInput{TaskToken: aws.String("forged"), Output: aws.String("1")})
	var forged *types.InvalidToken
	if !errors.As(err, &forged) || forged.ErrorMessage() != "Invalid Token: 'Invalid token'" {
		t.Errorf("SendTaskSuccess = %v, want InvalidToken", err)
	}
}
