package sdk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/stepwell/stepwell"
)

// returning is a machine that returns one number.
func returning(n int) string {
	return fmt.Sprintf(`{"StartAt":"P","States":{"P":{"Type":"Pass","Result":%d,"End":true}}}`, n)
}

// ok fails the test on an error of an operation, and returns what that answered.
func ok[T any](answer T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
}

// names are the last parts of ARNs.
func names(arns ...*string) string {
	var all []string
	for _, arn := range arns {
		text := aws.ToString(arn)
		all = append(all, text[strings.LastIndexByte(text, ':')+1:])
	}
	return strings.Join(all, " ")
}

// TestVersionsAndAliases publishes, divides starts between versions, and lists, in pages.
func TestVersionsAndAliases(t *testing.T) {
	_, client := serve(t, "memory:")
	ctx := t.Context()
	made := ok(client.CreateStateMachine(ctx, &sfn.CreateStateMachineInput{
		Name: aws.String("m"), Definition: aws.String(returning(1)), RoleArn: aws.String(role), Publish: true, VersionDescription: aws.String("one"),
		Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("a")}},
	}))(t)
	arn := made.StateMachineArn
	ok(client.UpdateStateMachine(ctx, &sfn.UpdateStateMachineInput{StateMachineArn: arn, Definition: aws.String(returning(2))}))(t)
	second := ok(client.PublishStateMachineVersion(ctx, &sfn.PublishStateMachineVersionInput{StateMachineArn: arn}))(t).StateMachineVersionArn
	route := func(version *string, weight int32) types.RoutingConfigurationListItem {
		return types.RoutingConfigurationListItem{StateMachineVersionArn: version, Weight: weight}
	}
	alias := ok(client.CreateStateMachineAlias(ctx, &sfn.CreateStateMachineAliasInput{
		Name: aws.String("live"), RoutingConfiguration: []types.RoutingConfigurationListItem{route(made.StateMachineVersionArn, 50), route(second, 50)},
	}))(t).StateMachineAliasArn
	for range 5 {
		d := describe(t, client, start(t, client, alias))
		if names(d.StateMachineAliasArn, d.StateMachineVersionArn) != "live "+aws.ToString(d.Output) {
			t.Errorf("%s returned %s", names(d.StateMachineAliasArn, d.StateMachineVersionArn), aws.ToString(d.Output))
		}
	}
	var listed []int
	for pages := sfn.NewListExecutionsPaginator(client, &sfn.ListExecutionsInput{StateMachineArn: alias, MaxResults: 2}); pages.HasMorePages(); {
		listed = append(listed, len(ok(pages.NextPage(ctx))(t).Executions))
	}
	if !reflect.DeepEqual(listed, []int{2, 2, 1}) {
		t.Errorf("executions in pages of %v", listed)
	}
	ok(client.UpdateStateMachineAlias(ctx, &sfn.UpdateStateMachineAliasInput{
		StateMachineAliasArn: alias, RoutingConfiguration: []types.RoutingConfigurationListItem{route(second, 100)},
	}))(t)
	described := ok(client.DescribeStateMachineAlias(ctx, &sfn.DescribeStateMachineAliasInput{StateMachineAliasArn: alias}))(t)
	if r := described.RoutingConfiguration; len(r) != 1 || names(r[0].StateMachineVersionArn) != "2" {
		t.Errorf("the alias routes to %s", show(r))
	}
	versions := ok(client.ListStateMachineVersions(ctx, &sfn.ListStateMachineVersionsInput{StateMachineArn: arn}))(t).StateMachineVersions
	if len(versions) != 2 || names(versions[0].StateMachineVersionArn, versions[1].StateMachineVersionArn) != "2 1" {
		t.Errorf("the versions are %s", show(versions))
	}
	_, err := client.DeleteStateMachineVersion(ctx, &sfn.DeleteStateMachineVersionInput{StateMachineVersionArn: second})
	if conflict := (*types.ConflictException)(nil); !errors.As(err, &conflict) {
		t.Errorf("a version that an alias names: %v", err)
	}
	ok(client.DeleteStateMachineAlias(ctx, &sfn.DeleteStateMachineAliasInput{StateMachineAliasArn: alias}))(t)
	ok(client.DeleteStateMachineVersion(ctx, &sfn.DeleteStateMachineVersionInput{StateMachineVersionArn: second}))(t)
	_, err = client.DescribeStateMachineAlias(ctx, &sfn.DescribeStateMachineAliasInput{StateMachineAliasArn: alias})
	if missing := (*types.ResourceNotFound)(nil); !errors.As(err, &missing) {
		t.Errorf("an alias that is gone: %v", err)
	}

	ok(client.TagResource(ctx, &sfn.TagResourceInput{ResourceArn: arn, Tags: []types.Tag{{Key: aws.String("more"), Value: aws.String("")}}}))(t)
	ok(client.UntagResource(ctx, &sfn.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"team"}}))(t)
	tags := ok(client.ListTagsForResource(ctx, &sfn.ListTagsForResourceInput{ResourceArn: arn}))(t).Tags
	if len(tags) != 1 || aws.ToString(tags[0].Key) != "more" {
		t.Errorf("the tags are %s", show(tags))
	}
	ok(client.DeleteStateMachine(ctx, &sfn.DeleteStateMachineInput{StateMachineArn: arn}))(t)
	for pages := sfn.NewListStateMachinesPaginator(client, &sfn.ListStateMachinesInput{}); pages.HasMorePages(); {
		if left := ok(pages.NextPage(ctx))(t).StateMachines; len(left) > 0 {
			t.Errorf("after its deletion there is %s", show(left))
		}
	}
}

// TestTokens: a worker of an activity and whoever is called back end tasks by their tokens.
func TestTokens(t *testing.T) {
	const receive = "arn:aws:lambda:us-east-1:123456789012:function:receive"
	server, client := serve(t, "memory:")
	ctx := t.Context()
	tokens := make(chan string, 1)
	server.Func(receive, func(_ context.Context, input []byte) ([]byte, error) {
		var payload struct{ Token string }
		err := json.Unmarshal(input, &payload)
		tokens <- payload.Token
		return []byte("null"), err
	})
	activity := ok(client.CreateActivity(ctx, &sfn.CreateActivityInput{Name: aws.String("work")}))(t).ActivityArn
	machine := create(t, client, "m", `{"StartAt":"Work","States":{
		"Work":{"Type":"Task","Resource":"`+*activity+`","HeartbeatSeconds":60,"Next":"Call"},
		"Call":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","End":true,
			"Parameters":{"FunctionName":"`+receive+`","Payload":{"token.$":"$$.Task.Token","input.$":"$"}}}}}`)
	execution := start(t, client, machine)
	task := ok(client.GetActivityTask(ctx, &sfn.GetActivityTaskInput{ActivityArn: activity, WorkerName: aws.String("worker")}))(t)
	ok(client.SendTaskHeartbeat(ctx, &sfn.SendTaskHeartbeatInput{TaskToken: task.TaskToken}))(t)
	ok(client.SendTaskSuccess(ctx, &sfn.SendTaskSuccessInput{TaskToken: task.TaskToken, Output: aws.String("1")}))(t)
	_, err := client.SendTaskHeartbeat(ctx, &sfn.SendTaskHeartbeatInput{TaskToken: task.TaskToken})
	if late := (*types.TaskTimedOut)(nil); !errors.As(err, &late) {
		t.Errorf("a task that has ended: %v", err)
	}
	token := <-tokens
	ok(client.SendTaskFailure(ctx, &sfn.SendTaskFailureInput{TaskToken: &token, Error: aws.String("E"), Cause: aws.String("C")}))(t)
	if d := describe(t, client, execution); d.Status != types.ExecutionStatusFailed || aws.ToString(d.Error)+aws.ToString(d.Cause) != "EC" {
		t.Errorf("the execution is %s", show(d))
	}
	for pages := sfn.NewListActivitiesPaginator(client, &sfn.ListActivitiesInput{MaxResults: 1}); pages.HasMorePages(); {
		if page := ok(pages.NextPage(ctx))(t).Activities; len(page) != 1 || aws.ToString(page[0].Name) != "work" {
			t.Errorf("the activities are %s", show(page))
		}
	}
	ok(client.DeleteActivity(ctx, &sfn.DeleteActivityInput{ActivityArn: activity}))(t)
}

// TestAccounts: the access key names the account, the client's region the region, and neither sees another's.
func TestAccounts(t *testing.T) {
	_, client, url := serveWith(t, stepwell.Options{})
	here := start(t, client, create(t, client, "m", returning(1)))
	for _, c := range []struct{ key, region, prefix string }{
		{"111111111111", "us-east-1", "arn:aws:states:us-east-1:111111111111:"},
		{"x", "eu-central-1", "arn:aws:states:eu-central-1:123456789012:"},
	} {
		other := sfn.New(sfn.Options{BaseEndpoint: &url, Region: c.region, Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: c.key, SecretAccessKey: "y"}, nil
		})})
		if made := create(t, other, "m", returning(2)); *made != c.prefix+"stateMachine:m" {
			t.Errorf("made %s, want %s…", *made, c.prefix)
		}
		_, err := other.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: here})
		if missing := (*types.ExecutionDoesNotExist)(nil); !errors.As(err, &missing) {
			t.Errorf("%s in %s sees %s: %v", c.key, c.region, *here, err)
		}
	}
}
