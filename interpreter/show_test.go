package interpreter_test

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/value"
)

// showEvent writes an event as one line: its position, its visible id and what that follows, its
// frame, and what happened.
func showEvent(e interpreter.Event) string {
	id := "-"
	if e.ID != 0 {
		id = fmt.Sprint(e.ID)
	}
	return fmt.Sprintf("%d %s<-%d %s %s", e.Seq, id, e.Prev, e.Frame, showFact(e.Fact))
}

// showFact writes the fact's type as AWS names it, where that is more than the Go type, and every
// member that is not zero.
func showFact(fact interpreter.Fact) string {
	v := reflect.ValueOf(fact)
	var b strings.Builder
	name := v.Type().Name()
	for i := range v.NumField() {
		switch member := v.Field(i).Interface().(type) {
		case asl.Type:
			name = string(member) + name
		case value.Value:
			if field := v.Type().Field(i).Name; field == "Assigned" && member.Kind() == value.KindNull {
				continue
			}
			fmt.Fprintf(&b, " %s=%s", v.Type().Field(i).Name, shorten(member.Text()))
		case asl.Failure:
			b.WriteString(showFailure(member))
		case time.Time:
			fmt.Fprintf(&b, " %s=%s", v.Type().Field(i).Name, strings.TrimSpace(at(member)))
		default:
			if !v.Field(i).IsZero() {
				fmt.Fprintf(&b, " %s=%v", v.Type().Field(i).Name, member)
			}
		}
	}
	return name + b.String()
}

func showFailure(f asl.Failure) string {
	var b strings.Builder
	if f.Error != nil {
		fmt.Fprintf(&b, " Error=%s", *f.Error)
	}
	if f.Cause != nil {
		fmt.Fprintf(&b, " Cause=%q", *f.Cause)
	}
	return b.String()
}

func showEffect(e interpreter.Effect) string {
	switch e := e.(type) {
	case interpreter.Begin:
		return "! begin" + showAwait(e.Await)
	case interpreter.Change:
		return "! change" + showAwait(e.Await)
	case interpreter.Cancel:
		return fmt.Sprintf("! cancel %s/%d", e.ID.Frame, e.ID.Seq)
	}
	panic(fmt.Sprintf("unknown effect %T", e))
}

func showAwait(a interpreter.Await) string {
	kinds := [...]string{interpreter.AwaitTimer: "timer", interpreter.AwaitTask: "task", interpreter.AwaitActivity: "activity", interpreter.AwaitChild: "child"}
	var b strings.Builder
	fmt.Fprintf(&b, " %s %s/%d", kinds[a.Kind], a.ID.Frame, a.ID.Seq)
	if a.State != "" {
		fmt.Fprintf(&b, " %s", a.State)
	}
	if !a.Due.IsZero() {
		fmt.Fprintf(&b, " due=%s", strings.TrimSpace(at(a.Due)))
	}
	if a.HeartbeatSeconds != 0 {
		fmt.Fprintf(&b, " heartbeat=%ds", a.HeartbeatSeconds)
	}
	if a.Claimed {
		b.WriteString(" claimed")
	}
	if a.Submitted {
		b.WriteString(" submitted")
	}
	if a.Answered {
		b.WriteString(" answered")
	}
	if a.Kind != interpreter.AwaitTimer {
		fmt.Fprintf(&b, " entry=%d attempt=%d iteration=%v input=%s", a.Entry, a.Attempt, a.Iteration, shorten(a.Input.Text()))
	}
	return b.String()
}

// at writes a moment as the time since the scenario began.
func at(t time.Time) string { return fmt.Sprintf("%v ", t.Sub(epoch)) }

// shorten keeps long texts out of the golden files.
func shorten(text string) string {
	if len(text) > 1000 {
		return fmt.Sprintf("%s…(%d bytes)", text[:20], len(text))
	}
	return text
}
