//go:build clients

package clients

import (
	"encoding/json"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// modernSince are the first versions of the AWS CLI, by major version, that know AWS_ENDPOINT_URL. Older
// ones do not know versions of state machines either.
var modernSince = map[int]int{1: 29, 2: 13}

// awsCLI is an aws command, pointed at a server.
type awsCLI struct {
	path, version, endpoint string
	modern                  bool
}

// findAWS returns the aws command, pointed at s.
func findAWS(t *testing.T, s *server) awsCLI {
	t.Helper()
	all := allAWS(t)
	all[0].endpoint = s.endpoint()
	return all[0]
}

// allAWS are the aws commands that there are.
func allAWS(t *testing.T) []awsCLI {
	t.Helper()
	var all []awsCLI
	for _, path := range onPath("aws") {
		out, err := exec.Command(path, "--version").CombinedOutput()
		version := regexp.MustCompile(`aws-cli/(\d+)\.(\d+)\S*`).FindSubmatch(out)
		if err != nil || version == nil {
			t.Logf("%s --version says %q, %v", path, out, err)
			continue
		}
		major, _ := strconv.Atoi(string(version[1])) // digits, by the expression
		minor, _ := strconv.Atoi(string(version[2]))
		since, known := modernSince[major]
		all = append(all, awsCLI{path: path, version: string(version[0]), modern: !known || minor >= since})
	}
	if len(all) == 0 {
		missing(t, "the AWS CLI")
	}
	return all
}

// run runs one aws command and returns what it printed, which must be JSON or nothing.
func (c awsCLI) run(t *testing.T, args ...string) any {
	t.Helper()
	out := run(t, c.command(args))
	if out == "" {
		return nil
	}
	var v any
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		t.Fatalf("aws %s printed %q: %v", strings.Join(args, " "), out, err)
	}
	return v
}

// sfn is run for a stepfunctions command that prints an object; without one it is empty.
func (c awsCLI) sfn(t *testing.T, args ...string) map[string]any {
	t.Helper()
	object, _ := c.run(t, append([]string{"stepfunctions"}, args...)...).(map[string]any)
	return object
}

// refused runs one aws command that must fail and returns what it says.
func (c awsCLI) refused(t *testing.T, args ...string) string {
	t.Helper()
	command := c.command(args)
	command.Dir = "testdata"
	out, err := command.Output()
	if err == nil {
		t.Fatalf("aws %s = %s, want an error", strings.Join(args, " "), out)
	}
	return strings.TrimSpace(stderr(err))
}

func (c awsCLI) command(args []string) *exec.Cmd {
	if !c.modern {
		args = append([]string{"--endpoint-url", c.endpoint}, args...)
	}
	command := exec.Command(c.path, append([]string{"--output", "json"}, args...)...)
	command.Env = environment(c.endpoint)
	if slices.Contains(args, "start-sync-execution") {
		// Version 1 can leave the prefix of the host out; any version can be sent by a proxy.
		disable, proxy := "AWS_DISABLE_HOST_PREFIX_INJECTION=true", "HTTP_PROXY="+c.endpoint
		if command.Env = environment(c.endpoint, disable); !strings.HasPrefix(c.version, "aws-cli/1.") {
			command.Env = environment(c.endpoint, proxy)
		}
	}
	return command
}

// TestAWS brings every AWS CLI through the whole life of what the API has.
func TestAWS(t *testing.T) {
	t.Parallel()
	for _, aws := range allAWS(t) {
		t.Run(strings.ReplaceAll(aws.version, "/", "-"), func(t *testing.T) {
			t.Parallel()
			s := start(t, t.TempDir(), "--config", "testdata/stepwell.yaml")
			aws.endpoint = s.endpoint()
			live := aws.liveMachine(t)
			aws.executions(t, live)
			aws.worker(t)
			aws.express(t)
			if machines := aws.sfn(t, "list-state-machines", "--page-size", "2")["stateMachines"].([]any); len(machines) != 3 {
				t.Errorf("the machines are %s", indented(machines))
			}
			aws.sfn(t, "delete-state-machine", "--state-machine-arn", machinePrefix+"life")
			said := aws.refused(t, "stepfunctions", "start-execution", "--state-machine-arn", live)
			if want := "(StateMachineDoesNotExist) when calling the StartExecution operation: State Machine Does Not Exist: '" + live + "'"; !strings.HasSuffix(said, want) {
				t.Errorf("a machine that is gone: %s", said)
			}
		})
	}
}

const machinePrefix = "arn:aws:states:us-east-1:123456789012:stateMachine:"

// returning is a machine that returns one number.
func returning(n int) string {
	return `{"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": ` + strconv.Itoa(n) + `, "End": true}}}`
}

// liveMachine makes a machine with an alias of a version, or without where the command knows none, tags it,
// and returns the ARN by which it is started.
func (c awsCLI) liveMachine(t *testing.T) string {
	t.Helper()
	arn := machinePrefix + "life"
	create := []string{"create-state-machine", "--name", "life", "--role-arn", role, "--definition", returning(1), "--tags", "key=team,value=a"}
	if c.modern {
		create = append(create, "--publish", "--version-description", "one")
	}
	equal(t, "stateMachineArn", c.sfn(t, create...)["stateMachineArn"], arn)
	c.sfn(t, "tag-resource", "--resource-arn", arn, "--tags", "key=more,value=")
	c.sfn(t, "untag-resource", "--resource-arn", arn, "--tag-keys", "team")
	equal(t, "tags", c.sfn(t, "list-tags-for-resource", "--resource-arn", arn), parsed(t, `{"tags": [{"key": "more", "value": ""}]}`))
	c.sfn(t, "update-state-machine", "--state-machine-arn", arn, "--definition", returning(2))
	if !c.modern {
		return arn
	}
	second := c.sfn(t, "publish-state-machine-version", "--state-machine-arn", arn, "--description", "two")["stateMachineVersionArn"]
	equal(t, "second version", second, arn+":2")
	live := c.sfn(t, "create-state-machine-alias", "--name", "live", "--routing-configuration",
		"stateMachineVersionArn="+arn+":1,weight=0", "stateMachineVersionArn="+arn+":2,weight=100")["stateMachineAliasArn"]
	equal(t, "alias", live, arn+":live")
	c.sfn(t, "update-state-machine-alias", "--state-machine-alias-arn", arn+":live", "--description", "what runs")
	equal(t, "description", c.sfn(t, "describe-state-machine-alias", "--state-machine-alias-arn", arn+":live")["description"], "what runs")
	equal(t, "versions", len(c.sfn(t, "list-state-machine-versions", "--state-machine-arn", arn)["stateMachineVersions"].([]any)), 2)
	equal(t, "aliases", len(c.sfn(t, "list-state-machine-aliases", "--state-machine-arn", arn)["stateMachineAliases"].([]any)), 1)
	return arn + ":live"
}

// ended waits for the end of an execution and describes it.
func (c awsCLI) ended(t *testing.T, execution any) map[string]any {
	t.Helper()
	for deadline := time.Now().Add(patience); ; {
		got := c.sfn(t, "describe-execution", "--execution-arn", execution.(string))
		if got["status"] != "RUNNING" || time.Now().After(deadline) {
			return got
		}
	}
}

func (c awsCLI) executions(t *testing.T, live string) {
	t.Helper()
	for _, name := range []string{"a", "b", "c"} {
		execution := c.sfn(t, "start-execution", "--state-machine-arn", live, "--name", name)["executionArn"]
		if got := c.ended(t, execution); got["status"] != "SUCCEEDED" || got["output"] != "2" || c.modern && got["stateMachineAliasArn"] != live {
			t.Errorf("the execution is %s", indented(got))
		}
	}
	listed := c.sfn(t, "list-executions", "--state-machine-arn", live, "--page-size", "2", "--query", "{names: executions[].name}")
	equal(t, "list-executions", listed, parsed(t, `{"names": ["c", "b", "a"]}`))
	history := c.sfn(t, "get-execution-history", "--execution-arn", strings.Replace(machinePrefix, "stateMachine", "execution", 1)+"life:a",
		"--page-size", "3", "--query", "{types: events[].type}")
	equal(t, "get-execution-history", history, parsed(t, `{"types": ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]}`))
}

// worker does the task of an activity.
func (c awsCLI) worker(t *testing.T) {
	t.Helper()
	activity := c.sfn(t, "create-activity", "--name", "work")["activityArn"].(string)
	machine := c.sfn(t, "create-state-machine", "--name", "worked", "--role-arn", role, "--definition",
		`{"StartAt": "W", "States": {"W": {"Type": "Task", "Resource": "`+activity+`", "End": true}}}`)["stateMachineArn"].(string)
	execution := c.sfn(t, "start-execution", "--state-machine-arn", machine, "--input", `{"n": 1}`)["executionArn"]
	task := c.sfn(t, "get-activity-task", "--activity-arn", activity, "--worker-name", "worker")
	equal(t, "input", task["input"], `{"n": 1}`)
	token, _ := task["taskToken"].(string)
	c.sfn(t, "send-task-heartbeat", "--task-token", token)
	c.sfn(t, "send-task-success", "--task-token", token, "--task-output", "7")
	if got := c.ended(t, execution); got["status"] != "SUCCEEDED" || got["output"] != "7" {
		t.Errorf("the execution is %s", indented(got))
	}
	c.sfn(t, "delete-activity", "--activity-arn", activity)
}

// express runs a synchronous execution.
func (c awsCLI) express(t *testing.T) {
	t.Helper()
	arn := c.sfn(t, "create-state-machine", "--name", "fast", "--type", "EXPRESS", "--role-arn", role, "--definition", returning(3))["stateMachineArn"]
	got := c.sfn(t, "start-sync-execution", "--state-machine-arn", arn.(string))
	if got["status"] != "SUCCEEDED" || got["output"] != "3" {
		t.Errorf("the execution is %s", indented(got))
	}
}
