package delivery

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
)

// statusEvent is the shape of an event as EventBridge delivers it, recorded from AWS: see "EventBridge
// (CloudWatch Events) for Step Functions execution status changes" in the Step Functions Developer
// Guide.
type statusEvent struct {
	Version    string       `json:"version"`
	ID         string       `json:"id"`
	DetailType string       `json:"detail-type"`
	Source     string       `json:"source"`
	Account    string       `json:"account"`
	Time       string       `json:"time"`
	Region     string       `json:"region"`
	Resources  []string     `json:"resources"`
	Detail     statusDetail `json:"detail"`
}

// statusDetail has dates in milliseconds since 1970, and null for what there is not.
type statusDetail struct {
	ExecutionARN           string             `json:"executionArn"`
	StateMachineARN        string             `json:"stateMachineArn"`
	Name                   string             `json:"name"`
	Status                 interpreter.Status `json:"status"`
	StartDate              int64              `json:"startDate"`
	StopDate               *int64             `json:"stopDate"`
	Input                  *string            `json:"input"`
	Output                 *string            `json:"output"`
	StateMachineVersionARN *string            `json:"stateMachineVersionArn"`
	StateMachineAliasARN   *string            `json:"stateMachineAliasArn"`
	RedriveCount           int64              `json:"redriveCount"`
	RedriveDate            *int64             `json:"redriveDate"`
	RedriveStatus          string             `json:"redriveStatus"`
	RedriveStatusReason    *string            `json:"redriveStatusReason"`
	InputDetails           *included          `json:"inputDetails"`
	OutputDetails          *included          `json:"outputDetails"`
	Error                  *string            `json:"error"`
	Cause                  *string            `json:"cause"`
}

type included struct {
	Included bool `json:"included"`
}

// renderEvent returns the event of a change, as JSON. It is [store.ErrNotFound] for one of an execution
// that was removed. The same change gives the same event, whose id tells one that is delivered twice.
func renderEvent(ctx context.Context, s *store.Store, c store.StatusChange) ([]byte, error) {
	if c.Status == "" {
		return nil, fmt.Errorf("%w: a change without a status", store.ErrDamaged)
	}
	row, err := s.Row(ctx, c.Execution)
	if err != nil {
		return nil, err
	}
	detail := detailOf(row, c)
	if err := detail.addData(ctx, s, row.ID); err != nil {
		return nil, err
	}
	at := row.Start
	if detail.StopDate != nil {
		at = row.Stop
	}
	id := fmt.Sprintf("%s/%d/%d", detail.ExecutionARN, row.ID, c.Number)
	return encodeJSON(statusEvent{
		Version: "0", ID: uuid.NewSHA1(uuid.NameSpaceURL, []byte(id)).String(),
		DetailType: "Step Functions Execution Status Change", Source: "aws.states",
		Account: row.Scope.Account, Time: at.UTC().Format(time.RFC3339), Region: row.Scope.Region,
		Resources: []string{detail.ExecutionARN}, Detail: detail,
	})
}

// detailOf is the detail of a change but for payloads: the row may be that of a later status.
func detailOf(row store.Row, c store.StatusChange) statusDetail {
	d := statusDetail{
		ExecutionARN: engine.ExecutionARN(row), StateMachineARN: engine.MachineARN(row.Scope, row.Machine),
		Name: row.Name, Status: c.Status, StartDate: row.Start.UnixMilli(), RedriveStatus: "REDRIVABLE",
	}
	d.StateMachineVersionARN, d.StateMachineAliasARN = startedBy(row)
	switch c.Status {
	case interpreter.Running, interpreter.Succeeded:
		d.RedriveStatus = "NOT_REDRIVABLE"
		d.RedriveStatusReason = new(fmt.Sprintf("Execution is %s and cannot be redriven", c.Status))
	case interpreter.Failed, interpreter.Aborted:
		d.Error, d.Cause = row.Failure.Error, row.Failure.Cause
	case interpreter.TimedOut: // as DescribeExecution tells it
	}
	if c.Status != interpreter.Running {
		d.StopDate = new(row.Stop.UnixMilli())
	}
	return d
}

// addData adds input and output, as far as an event has room for them.
func (d *statusDetail) addData(ctx context.Context, s *store.Store, id store.ExecutionID) error {
	first, err := firstOf(s.Journal(ctx, id, 1))
	if err != nil {
		return err
	}
	if f, ok := first.Fact.(interpreter.ExecutionStarted); ok {
		d.Input = new(f.Input.Text())
	}
	if d.Status == interpreter.Succeeded {
		last, err := firstOf(s.JournalReverse(ctx, id, 0))
		if err != nil {
			return err
		}
		if f, ok := last.Fact.(interpreter.ExecutionSucceeded); ok {
			d.Output = new(f.Output.Text())
		}
	}
	d.limitData()
	return nil
}

// firstOf returns the first event of a journal, or [store.ErrNotFound].
func firstOf(events func(func(interpreter.Event, error) bool)) (interpreter.Event, error) {
	for e, err := range events {
		return e, err
	}
	return interpreter.Event{}, store.ErrNotFound
}

// limitData leaves out what is too long, and says what is there. The input goes first: see "EventBridge
// payloads" in the Step Functions Developer Guide.
func (d *statusDetail) limitData() {
	input, output := escapedBytes(d.Input), escapedBytes(d.Output)
	d.Input, d.InputDetails = unlessLonger(d.Input, input+output)
	if d.Output != nil {
		d.Output, d.OutputDetails = unlessLonger(d.Output, output)
	}
}

// unlessLonger returns data that counts as a number of bytes, or none when that is too many.
func unlessLonger(data *string, bytes int) (*string, *included) {
	if bytes > maxPayload {
		return nil, &included{Included: false}
	}
	return data, &included{Included: true}
}

// escapedBytes is how long a text is inside of a JSON string.
func escapedBytes(s *string) int {
	if s == nil {
		return 0
	}
	text, err := encodeJSON(*s)
	if err != nil {
		panic(fmt.Sprintf("delivery: a text does not encode: %v", err))
	}
	return len(text) - len(`""`)
}

// encodeJSON returns v as JSON, with <, > and & as they are.
func encodeJSON(v any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), err
}
