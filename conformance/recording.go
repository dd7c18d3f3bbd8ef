package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwell/stepwell/integration"
)

// Recording is what AWS answered to a sequence of requests.
type Recording struct {
	Name       string      `json:"id"`
	Group      string      `json:"area"`
	Kind       string      `json:"kind"`
	Steps      []Step      `json:"steps"`
	Executions []Execution `json:"executions"`
	// Actual says for each recorded key where its actual value comes from; Expected is the recorded
	// value.
	Actual       document      `json:"actual"`
	Expected     document      `json:"expected"`
	Placeholders []Placeholder `json:"placeholders"`
	Normalised   []string      `json:"normalised"`
	// ClientSideKeys were recorded from errors that an SDK raised itself.
	ClientSideKeys []string `json:"client_side_keys"`
	// Skips are paths that another runner does not compare; they count for Kind "local_mock" only.
	Skips []string `json:"localstack_skips"`
	// MockConfig is the mock file of a case of Kind "local_mock".
	MockConfig document `json:"mock_config"`
	// Clock, if any, is when the case begins, as its requests have it.
	Clock string `json:"clock"`
	// Mocks are what services answered to steps that test a single state.
	Mocks []Mock `json:"mocks"`

	file string
	real func(context.Context, integration.Task) (integration.Outcome, bool) // the world's
}

// Step is one thing that the recorded client did: a call, a wait, or the start of a helper.
type Step struct {
	Service string   `json:"service"`
	Call    string   `json:"call"`
	Wait    string   `json:"wait"`
	Helper  string   `json:"helper"`
	Request document `json:"request"`
	// Refused says that AWS answered with an error, Paginate that the client merged all pages.
	Refused  bool `json:"expect_error"`
	Paginate bool `json:"paginate"`
}

// Execution is one started execution of a Recording, for its mocks.
type Execution struct {
	StartStep  int      `json:"start_step"`
	Definition document `json:"definition"`
	Mocks      []Mock   `json:"mocks"`
	// UnmockedStates are the Task states of which nobody knows what they were answered.
	UnmockedStates []string `json:"unmocked_states"`
}

// Placeholder is a token in a recording that stands for a dynamic value.
type Placeholder struct {
	Token string `json:"token"`
	// Match is a regular expression of the texts that it stands for, Value one such text.
	Match string `json:"match"`
	Value string `json:"value"`
	// Bind says that all occurrences stand for the same text, Whole that the token is a complete
	// value that stands for any other.
	Bind  bool `json:"bind"`
	Whole bool `json:"whole"`
}

// ID implements [Case].
func (r *Recording) ID() string { return r.Name }

// File implements [Case].
func (r *Recording) File() string { return r.file }

// Area implements [Case].
func (r *Recording) Area() string { return r.Group }

// loadRecordings reads every recording in the folder cases of dir.
func loadRecordings(dir string) ([]*Recording, error) {
	var all []*Recording
	err := filepath.WalkDir(filepath.Join(dir, "cases"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".json" {
			return err
		}
		r, err := loadRecording(name)
		if err != nil {
			return err
		}
		all = append(all, r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func loadRecording(name string) (*Recording, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	r := &Recording{file: name}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, p := range r.Placeholders {
		if _, err := regexp.Compile(p.Match); err != nil {
			return nil, fmt.Errorf("%s: the placeholder %s: %w", name, p.Token, err)
		}
	}
	return r, nil
}

// keys are the recorded keys that a server's answers are compared for.
func (r *Recording) keys() []string {
	var keys []string
	for key, template := range r.Actual.Members() {
		if !slices.Contains(r.ClientSideKeys, key) && !r.isForeign(template.Text()) {
			keys = append(keys, key)
		}
	}
	return keys
}

// isForeign says whether a template refers to what the server does not tell: events that its tasks sent,
// or the answer of another service.
func (r *Recording) isForeign(template string) bool {
	if strings.Contains(template, allEvents) && r.sendsEvents() {
		return true
	}
	for _, part := range reference.FindAllStringSubmatch(template, -1) {
		n, err := strconv.Atoi(part[1])
		if err == nil && n < len(r.Steps) && r.Steps[n].Service != "" {
			return true
		}
	}
	return false
}

// hasLogs says whether log entries were recorded.
func (r *Recording) hasLogs() bool {
	for _, template := range r.Actual.Members() {
		if strings.Contains(template.Text(), "{{logs") {
			return true
		}
	}
	return false
}

// ended says that the response to step i was recorded as that of an execution that had ended: the
// client must have waited for that.
func (r *Recording) ended(i int) bool {
	whole := fmt.Sprintf("{{steps[%d].response}}", i)
	for key, template := range r.Actual.Members() {
		if template.AsString() == whole {
			expected, _ := r.Expected.Get(key)
			status, ok := expected.Get("status")
			return ok && status.AsString() != "RUNNING"
		}
	}
	return false
}
