package conformance

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/stepwell/stepwell/value"
)

// Verdict is what became of one small definition with one input on AWS.
type Verdict struct {
	Name       string   `json:"id"`
	Group      string   `json:"area"`
	Definition document `json:"definition"`
	Input      document `json:"input"`
	// Status is that of the execution, or "INVALID_DEFINITION".
	Status string `json:"status"`
	// One of these says what the output is; if none is set, nobody knows.
	Output  *document `json:"output"`
	Pattern *document `json:"output_pattern"`
	// Error and Cause are nil when they are not known, unless they are known to be absent.
	Error       *string `json:"error"`
	Cause       *string `json:"cause"`
	ErrorAbsent bool    `json:"error_absent"`
	CauseAbsent bool    `json:"cause_absent"`
	// Diagnostics are the messages about a definition that is not valid.
	Diagnostics document `json:"diagnostics"`
	// Answers are what Task states got, by state.
	Answers map[string]struct {
		Output *document `json:"output"`
		Fault
	} `json:"mocks"`
	// Evidence says how well the recording is known: "snapshot", "asserted" or "noted".
	Evidence string `json:"evidence"`

	file string
}

const invalid = "INVALID_DEFINITION"

// ID implements [Case].
func (v *Verdict) ID() string { return v.Name }

// File implements [Case].
func (v *Verdict) File() string { return v.file }

// Area implements [Case].
func (v *Verdict) Area() string { return "tiny/" + v.Group }

// loadVerdicts reads the verdicts in the file cases.jsonl of dir; there may be none.
func loadVerdicts(dir string) ([]*Verdict, error) {
	name := filepath.Join(dir, "cases.jsonl")
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []*Verdict
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for n := 1; lines.Scan(); n++ {
		v := &Verdict{file: fmt.Sprintf("%s:%d", name, n)}
		if err := json.Unmarshal(lines.Bytes(), v); err != nil {
			return nil, fmt.Errorf("%s: %w", v.file, err)
		}
		all = append(all, v)
	}
	return all, lines.Err()
}

// Play implements [Case].
func (v *Verdict) Play(ctx context.Context) Result {
	w := &world{latest: &Execution{Mocks: v.mocks()}}
	s, err := open(ctx, w, "", "")
	if err != nil {
		return failed(v, "the server does not start: %v", err)
	}
	ending, err := v.run(s.ctx, s)
	if err := errors.Join(err, s.close()); err != nil {
		return failed(v, "%v", err)
	}
	return Result{Case: v, Differences: v.compare(ending), Notes: append(w.notes, "evidence: "+v.Evidence)}
}

func (v *Verdict) mocks() []Mock {
	var mocks []Mock
	for state, a := range v.Answers {
		m := Mock{State: state}
		if a.Output != nil {
			m.Result = &Answered{Output: *a.Output}
		} else {
			m.Failure = &Fault{Error: a.Error, Cause: a.Cause}
		}
		mocks = append(mocks, m)
	}
	return mocks
}

// run validates the definition and runs it. It returns what a Verdict tells, as an object.
func (v *Verdict) run(ctx context.Context, s *session) (value.Value, error) {
	definition := value.String(v.Definition.Compact())
	validated, err := s.call(ctx, "ValidateStateMachineDefinition", object("definition", definition))
	if err != nil {
		return value.Null, err
	}
	if result, _ := validated.part("response", "result"); result.AsString() == "FAIL" {
		messages, _ := validated.part("response", "diagnostics[*].message")
		return refused(messages), nil
	}
	created, err := s.call(ctx, "CreateStateMachine", object("name", value.String("verdict"), "definition", definition,
		"roleArn", value.String("arn:aws:iam::"+account+":role/verdict")))
	if err != nil {
		return value.Null, err
	}
	if created.Error != nil && created.Error.Code == "InvalidDefinition" {
		return refused(messagesOf(created.Error.Message)), nil
	}
	machine, ok := created.part("response", "stateMachineArn")
	if !ok {
		return value.Null, created.Error
	}
	return v.execute(ctx, s, machine)
}

// execute runs a machine and describes its end.
func (v *Verdict) execute(ctx context.Context, s *session, machine value.Value) (value.Value, error) {
	started, err := s.call(ctx, "StartExecution", object("stateMachineArn", machine, "input", value.String(v.Input.Compact())))
	if err != nil {
		return value.Null, err
	}
	arn, ok := started.part("response", "executionArn")
	if !ok {
		return value.Null, started.Error
	}
	if _, err := s.await(ctx, arn, nil); err != nil {
		return value.Null, err
	}
	described, err := s.call(ctx, "DescribeExecution", object("executionArn", arn))
	if err != nil || described.Error != nil {
		return value.Null, errors.Join(err, described.Error)
	}
	return *described.Response, nil
}

// refused is the ending of a definition that is not valid. One message alone may be no list.
func refused(messages value.Value) value.Value {
	if messages.Kind() != value.KindArray {
		messages = value.Array(messages)
	}
	return object("status", value.String(invalid), "diagnostics", messages)
}

var (
	messageStart = regexp.MustCompile(`(?:^.*?'|, )[A-Z]+(?:_[A-Z]+)+: `)
	messageEnd   = regexp.MustCompile(`'( \([A-Za-z: ]*\))?$`)
	messagePlace = regexp.MustCompile(`^(.*) at .*$`)
)

// messagesOf takes the messages out of the error "Invalid State Machine Definition: 'CODE: message
// at /place, CODE: message at /place'".
func messagesOf(text string) value.Value {
	var messages []value.Value
	for i, m := range messageStart.Split(messageEnd.ReplaceAllString(text, ""), -1) {
		if i > 0 {
			messages = append(messages, value.String(messagePlace.ReplaceAllString(m, "$1")))
		}
	}
	return value.Array(messages...)
}
