//go:build clients

package clients

import (
	"strings"
	"testing"
)

// TestStartSyncExecution reaches the operation that clients send to a host of its own: boto3 by its own
// switch, the AWS CLI with the server as its proxy. See docs/clients.md.
func TestStartSyncExecution(t *testing.T) {
	s := start(t, t.TempDir())
	machine := strings.TrimSpace(python(t, s, "sync.py"))
	c := findAWS(t, s)
	command := c.command([]string{"stepfunctions", "start-sync-execution", "--state-machine-arn", machine, "--query", "output"})
	command.Env = append(command.Env, "HTTP_PROXY="+s.endpoint())
	out, err := command.Output()
	if err != nil {
		t.Fatalf("aws stepfunctions start-sync-execution: %v\n%s", err, stderr(err))
	}
	if got, want := strings.TrimSpace(string(out)), `"{\"hello\":\"world\"}"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
