package sdk

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/stepwell/stepwell"
)

// TestStartSyncExecution reaches the operation that the SDK sends to a host of its own, with the server
// as the client's proxy. See docs/clients.md.
func TestStartSyncExecution(t *testing.T) {
	_, client, address := serveWith(t, stepwell.Options{})
	server, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	machine, err := client.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{
		Name: aws.String("express"), RoleArn: aws.String(role), Type: types.StateMachineTypeExpress,
		Definition: aws.String(`{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E","Cause":"C"}}}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{Proxy: http.ProxyURL(server)}
	defer transport.CloseIdleConnections()
	ended, err := client.StartSyncExecution(t.Context(), &sfn.StartSyncExecutionInput{StateMachineArn: machine.StateMachineArn},
		func(o *sfn.Options) { o.HTTPClient = &http.Client{Transport: transport} })
	if err != nil {
		t.Fatal(err)
	}
	if ended.Status != types.SyncExecutionStatusFailed || aws.ToString(ended.Error) != "E" || aws.ToString(ended.Cause) != "C" {
		t.Errorf("it ended %s: %s: %s", ended.Status, aws.ToString(ended.Error), aws.ToString(ended.Cause))
	}
}
