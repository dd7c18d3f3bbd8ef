//go:build unix

package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

// Functions that write the numbers of their processes, each with a child that would outlive them, and
// take a while.
const (
	pythonFunction = `
import os, subprocess, time
child = subprocess.Popen(["sleep", "1000"])
for pid in (os.getpid(), child.pid):
    open("pids/%d" % pid, "w").close()
def handler(event, context):
    time.sleep(0.2)
    return event
`
	nodeFunction = `
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const child = spawn('sleep', ['1000']);
for (const pid of [process.pid, child.pid]) fs.writeFileSync('pids/' + pid, '');
exports.handler = async (event) => {
  await new Promise((resolve) => setTimeout(resolve, 200));
  return event;
};
`
	commandFunction = `sleep 1000 & touch pids/$! pids/$$; sleep 0.2; cat`
)

// TestKill9WithFunctions kills the server while functions run. None of their processes survives it, and
// after the next start every execution finishes.
func TestKill9WithFunctions(t *testing.T) {
	dir := t.TempDir()
	config := "functions:\n  command: { command: [/bin/sh, run.sh], timeout: 60s }\n"
	files := map[string]string{"run.sh": commandFunction}
	functions := []string{"command"}
	for program, f := range map[string]struct{ name, file, text string }{
		"python3": {"python", "app.py", pythonFunction}, "node": {"node", "index.js", nodeFunction},
	} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("CI") != "" {
				t.Error(err)
			}
			continue
		}
		module, _, _ := strings.Cut(f.file, ".")
		config += fmt.Sprintf("  %s: { runtime: %[1]s, handler: %s.handler, dir: ., timeout: 60s, concurrency: 4 }\n", f.name, module)
		files[f.file] = f.text
		functions = append(functions, f.name)
	}
	files["stepwell.yaml"] = config
	if err := os.Mkdir(filepath.Join(dir, "pids"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("STEPWELL_CONFIG", filepath.Join(dir, "stepwell.yaml"))
	s := newServer(t)
	var branches []string
	for _, f := range functions {
		branches = append(branches, `{"StartAt":"`+f+`","States":{"`+f+`":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:`+f+`","End":true}}}`)
	}
	if _, err := s.client.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{
		Name: aws.String("functions"), RoleArn: aws.String(role),
		Definition: aws.String(`{"StartAt":"A","States":{"A":{"Type":"Parallel","End":true,"Branches":[` + strings.Join(branches, ",") + `]}}}`),
	}); err != nil {
		t.Fatal(err)
	}
	rounds := 5
	if testing.Short() {
		rounds = 2
	}
	for round := range rounds {
		s.killWhileFunctionsRun(t.Context(), round, filepath.Join(dir, "pids"))
	}
	if ids := processes(t, filepath.Join(dir, "pids")); len(ids) < 2*len(functions) {
		t.Errorf("only %d processes were there: the test does not see them", len(ids))
	} else {
		t.Logf("%d processes of functions and their children, none left", len(ids))
	}
}

func (s *server) killWhileFunctionsRun(ctx context.Context, round int, pids string) {
	s.t.Helper()
	var names []string
	for i := range 20 {
		names = append(names, fmt.Sprintf("functions:f%d-%d", round, i))
	}
	machine := aws.String("arn:aws:states:us-east-1:123456789012:stateMachine:functions")
	s.each(names, func(name string) {
		_, execution, _ := strings.Cut(name, ":")
		if _, err := s.client.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: machine, Name: &execution, Input: aws.String(`{"n":1}`)}); err != nil {
			s.t.Errorf("start %s: %v", name, err)
		}
	})
	before := len(processes(s.t, pids))
	for deadline := time.Now().Add(20 * time.Second); len(processes(s.t, pids)) == before && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond) // until a function runs
	}
	time.Sleep(time.Duration(rand.Int64N(int64(400 * time.Millisecond)))) // a random moment is the point of this test
	s.kill()
	for _, id := range processes(s.t, pids) {
		for deadline := time.Now().Add(10 * time.Second); running(id); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				s.t.Errorf("round %d: process %d survives the server", round, id)
				break
			}
		}
	}
	s.start()
	s.each(names, func(name string) { s.finishes(ctx, "arn:aws:states:us-east-1:123456789012:execution:"+name) })
}

// finishes waits until an execution has succeeded.
func (s *server) finishes(ctx context.Context, arn string) {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		d, err := s.client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
		switch {
		case err != nil || time.Now().After(deadline):
			s.t.Errorf("%s has not finished: %v", arn, err)
			return
		case d.Status == "SUCCEEDED":
			return
		case d.Status != "RUNNING":
			s.t.Errorf("%s is %s: %s %s", arn, d.Status, aws.ToString(d.Error), aws.ToString(d.Cause))
			return
		}
	}
}

// processes are the numbers that functions have written.
func processes(t *testing.T, dir string) []int {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var ids []int
	for _, f := range files {
		id, err := strconv.Atoi(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// running says that a process runs. One that has ended and waits for its parent to look does not.
func running(id int) bool {
	if syscall.Kill(id, 0) != nil {
		return false
	}
	out, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(id)).Output()
	return err == nil && !strings.HasPrefix(string(out), "Z")
}
