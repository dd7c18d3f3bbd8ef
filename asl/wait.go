package asl

import (
	"strings"
	"time"
)

func (s *stateReader) wait() State {
	w := &Wait{Common: s.baseWithNext(TypeWait)}
	s.exactlyOne("SecondsPath", "Seconds", "TimestampPath", "Timestamp")
	w.SecondsQuery, w.TimestampQuery = s.expressionQuery("Seconds"), s.expressionQuery("Timestamp")
	w.HasSeconds = s.has("Seconds") && w.SecondsQuery == nil
	if w.SecondsQuery == nil {
		w.Seconds = s.integer("Seconds", 0, MaxSeconds, 0)
	}
	w.SecondsPath = s.reference("SecondsPath")
	w.TimestampPath = s.reference("TimestampPath")
	w.Timestamp = s.timestamp("Timestamp")
	return w
}

// timestamp returns a field that must hold an RFC 3339 timestamp.
func (o *reader) timestamp(field string) string {
	if v, found := o.get(field); !found || o.isExpression(v) {
		return ""
	}
	text, ok := o.text(field)
	if _, valid := ParseTimestamp(text); ok && !valid {
		o.refuseField(field, "String does not match RFC3339 timestamp")
	}
	return text
}

// ParseTimestamp reads an RFC 3339 timestamp with an upper-case T and an offset or an upper-case Z.
// A comma before the fraction and an hour of one digit, which time.Parse takes, are none of RFC 3339.
func ParseTimestamp(text string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, text)
	return t, err == nil && !strings.Contains(text, ",") && text[len("2006-01-02T15")] == ':'
}
