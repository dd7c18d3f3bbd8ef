package mock

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/value"
)

// File is a mock configuration file. It is safe for concurrent use.
type File struct {
	path string
	log  *slog.Logger

	mu       sync.Mutex
	modified time.Time
	size     int64
	config   *Config
	err      error // why the file as it is now cannot be used
}

// Open reads a mock configuration file.
func Open(path string, log *slog.Logger) (*File, error) {
	f := &File{path: path, log: log}
	f.refresh()
	return f, f.err
}

// refresh reads the file again if it has changed. A file that has become bad is said so once, and what
// it was before goes on to hold for what runs already.
func (f *File) refresh() {
	info, err := os.Stat(f.path)
	if err == nil && info.ModTime().Equal(f.modified) && info.Size() == f.size {
		return
	}
	var text []byte
	if err == nil {
		f.modified, f.size = info.ModTime(), info.Size()
		text, err = os.ReadFile(f.path)
	}
	var config *Config
	if err == nil {
		config, err = Parse(string(text))
	}
	first := f.err == nil
	f.err = nil
	if err != nil {
		f.err = fmt.Errorf("the mock configuration %s cannot be used: %w", f.path, err)
		if first && f.config != nil {
			f.log.Error("the mock configuration was changed and cannot be used", "error", f.err)
		}
		return
	}
	f.config = config
}

// Check returns an error unless the file, as it is now, has the test case. What is started for a test
// case is to be checked first: then the file is read again if it has changed.
func (f *File) Check(machine, testCase string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refresh(); f.err != nil {
		return f.err
	}
	return f.config.Check(machine, testCase)
}

// Handler returns what answers the tasks of a state for a test case, or false when the test case does
// not mention the state. It does not look at the disk.
func (f *File) Handler(machine, testCase, state string) (integration.Handler, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.config.machines[machine][testCase][state]
	if r == nil {
		return nil, false
	}
	return r, true
}

// Run implements [integration.Handler]. A request that a result follows, by the end of a job or by a
// callback, is submitted first, with the same answer.
func (r *response) Run(_ context.Context, t integration.Task) integration.Outcome {
	turn, ok := r.at(t.Invocation)
	if !ok {
		cause := fmt.Sprintf("The mocked response %q has no answer for invocation %d of the state %q.", r.name, t.Invocation-1, t.State)
		name := asl.ErrorTaskFailed
		return integration.Outcome{Failure: &asl.Failure{Error: &name, Cause: &cause}}
	}
	resource, _ := asl.ParseResource(t.Resource)
	if payload, ok := turn.output.Get("Payload"); ok && resource.Kind == asl.FunctionResource {
		turn.output = payload // the response of Lambda's API, of which a function's result is a part
	}
	if resource.Pattern != asl.RequestResponse {
		answer := turn.output
		if turn.failure != nil {
			answer = value.Object()
		}
		t.Submit(answer)
	}
	return integration.Outcome{Output: turn.output, Failure: turn.failure}
}
