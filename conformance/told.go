package conformance

import (
	"github.com/stepwell/stepwell/value"
)

// told is what a server told without being asked: log entries, and events.
type told struct{ logs, events []value.Value }

// The templates that refer to what a server told: all log entries or the last of them, all events.
const (
	wholeLog  = "{{logs}}"
	lastLog   = "{{logs[last]}}"
	allEvents = "{{eventbridge-events}}"
)

// in is a template in which what was told stands where it refers to that. What refers to an entry that
// is not there stays as it is.
func (t told) in(template value.Value) value.Value {
	switch template.Kind() {
	case value.KindString:
		switch text := template.AsString(); {
		case text == wholeLog:
			return value.Array(t.logs...)
		case text == lastLog && len(t.logs) > 0:
			return t.logs[len(t.logs)-1]
		case text == allEvents:
			return value.Array(t.events...)
		}
	case value.KindArray:
		var elements []value.Value
		for _, e := range template.Elements() {
			elements = append(elements, t.in(e))
		}
		return value.Array(elements...)
	case value.KindObject:
		var members []value.Member
		for key, e := range template.Members() {
			members = append(members, value.Member{Key: key, Value: t.in(e)})
		}
		return value.Object(members...)
	}
	return template
}
