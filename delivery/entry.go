package delivery

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/history"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/store"
)

// logging is a logging configuration as far as it matters here.
type logging struct {
	level    sfn.LogLevel
	withData bool
	group    string
}

// loggingOf reads the configuration of a revision. One that does not decode, or asks for nothing, is
// OFF.
func loggingOf(r *store.Revision) logging {
	off := logging{level: sfn.LogLevelOff}
	var c sfn.LoggingConfiguration
	if err := json.Unmarshal([]byte(r.Logging), &c); err != nil || c.Level == nil {
		return off
	}
	l := logging{level: *c.Level, withData: c.IncludeExecutionData != nil && *c.IncludeExecutionData}
	for _, d := range c.Destinations {
		if g := d.CloudWatchLogsLogGroup; g != nil && g.LogGroupArn != nil {
			l.group = *g.LogGroupArn
		}
	}
	return l
}

// wants says whether a level lets events of a type through. See "Log levels for Step Functions
// execution events" in the Step Functions Developer Guide.
func (l logging) wants(t sfn.HistoryEventType) bool {
	switch l.level {
	case sfn.LogLevelAll:
		return true
	case sfn.LogLevelError:
		return t == sfn.HistoryEventTypeFailStateEntered || endsBadly(string(t))
	case sfn.LogLevelFatal:
		return strings.HasPrefix(string(t), "Execution") && endsBadly(string(t))
	case sfn.LogLevelOff:
	}
	return false
}

func endsBadly(eventType string) bool {
	return strings.HasSuffix(eventType, "Failed") || strings.HasSuffix(eventType, "Aborted") || strings.HasSuffix(eventType, "TimedOut")
}

// entry is the shape of a log entry, as recorded from AWS: numbers are texts.
type entry struct {
	ID              string `json:"id"`
	Type            string `json:"type"`
	Details         any    `json:"details"`
	PreviousEventID string `json:"previous_event_id"`
	EventTimestamp  string `json:"event_timestamp"`
	ExecutionARN    string `json:"execution_arn"`
	RedriveCount    string `json:"redrive_count"`
}

// render returns the entry of an event; false when there is none.
func (l logging) render(row store.Row, id interpreter.Identity, e interpreter.Event) (Entry, bool) {
	shown, visible := history.Render(e, id, l.withData)
	if !visible || !l.wants(*shown.Type) {
		return Entry{}, false
	}
	if d := shown.ExecutionStartedEventDetails; d != nil {
		d.StateMachineVersionArn, d.StateMachineAliasArn = startedBy(row)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(entry{
		ID: strconv.FormatInt(e.ID, 10), Type: string(*shown.Type), Details: details(&shown),
		PreviousEventID: strconv.FormatInt(e.Prev, 10), EventTimestamp: strconv.FormatInt(e.Time.UnixMilli(), 10),
		ExecutionARN: id.ExecutionARN, RedriveCount: "0",
	})
	if err != nil {
		panic(fmt.Sprintf("delivery: an event does not encode: %v", err))
	}
	return Entry{Group: l.group, Time: e.Time, Text: bytes.TrimSuffix(text.Bytes(), []byte("\n"))}, true
}

func startedBy(row store.Row) (version, alias *string) {
	v, a := engine.ViaARNs(row)
	if v != "" {
		version = &v
	}
	if a != "" {
		alias = &a
	}
	return version, alias
}

// details returns the one member of an event that has its details, or an empty object, with payloads
// cut to what an entry may hold.
func details(e *sfn.HistoryEvent) any {
	event := reflect.ValueOf(e).Elem()
	for i := range event.NumField() {
		if f := event.Field(i); strings.HasSuffix(event.Type().Field(i).Name, "EventDetails") && !f.IsNil() {
			cut(f.Elem(), "Input")
			cut(f.Elem(), "Output")
			return f.Interface()
		}
	}
	return struct{}{}
}

// maxPayload is how long a payload in an entry may be, escaped: see "CloudWatch Logs payloads" in the
// Step Functions Developer Guide.
const maxPayload = 248 << 10

// cut shortens a payload of an event's details that is too long, and says so in the payload's details.
func cut(details reflect.Value, payload string) {
	text, about := details.FieldByName(payload), details.FieldByName(payload+"Details")
	if !text.IsValid() || !about.IsValid() || text.IsNil() || about.IsNil() {
		return
	}
	s := *text.Interface().(*string)
	if short := cutEscaped(s, maxPayload); len(short) < len(s) {
		text.Set(reflect.ValueOf(&short))
		about.Interface().(*sfn.HistoryEventExecutionDataDetails).Truncated = new(true)
	}
}

// cutEscaped returns as much of s as takes at most limit bytes inside a JSON string.
func cutEscaped(s string, limit int) string {
	if 6*len(s) <= limit {
		return s
	}
	size := 0
	for i, r := range s {
		switch {
		case r == '"' || r == '\\' || r == '\n' || r == '\r' || r == '\t':
			size += 2
		case r < 0x20 || r == 0x2028 || r == 0x2029:
			size += 6
		default:
			size += len(string(r))
		}
		if size > limit {
			return s[:i]
		}
	}
	return s
}
