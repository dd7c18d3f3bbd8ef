package interpreter

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Dump returns the whole state of x as text: one line for the execution, one for each frame. Two
// Executions with the same Dump will answer every command alike.
func (x *Execution) Dump() string {
	var b strings.Builder
	fmt.Fprintf(&b, "status=%s seq=%d visible=%d start=%v stop=%v last=%v size=%d\n",
		x.status, x.seq, x.visible, x.start.UnixNano(), x.stop.UnixNano(), x.last.UnixNano(), x.size)
	fmt.Fprintf(&b, "input=%s output=%s error=%s cause=%s\n",
		x.input.Text(), x.output.Text(), text(x.failure.Error).Text(), text(x.failure.Cause).Text())
	dumpAwait(&b, "deadline", x.deadline)
	dumpAwait(&b, "pause", x.pause)
	x.root.walk(func(f *frame) { f.dump(&b) })
	b.WriteString("queue:")
	for _, t := range x.queue.entries[x.queue.head:] {
		if t.valid() {
			fmt.Fprintf(&b, " %s", t.f.id)
		}
	}
	fmt.Fprintf(&b, "\nframes: %v\n", slices.Sorted(maps.Keys(x.frames)))
	fmt.Fprintf(&b, "entered %v\ninvoked %v\n", x.entries, x.invoked)
	return b.String()
}

func (f *frame) dump(b *strings.Builder) {
	name := ""
	if f.state != nil {
		name = f.state.Base().Name
	}
	fmt.Fprintf(b, "frame %s state=%q phase=%s since=%d prev=%d next=%q entered=%d@%d entry=%d attempt=%d retries=%v iteration=%v input=%s\n",
		f.id, name, f.phase, f.since, f.prev, f.next, f.enteredID, f.enteredAt.UnixNano(), f.entry, f.attempt,
		f.retries, f.iteration, f.input.Text())
	if f.children != nil {
		fmt.Fprintf(b, "  children=%d begun=%d remaining=%d items=%d keyed=%t outputs=", len(f.children), f.begun, f.remaining, len(f.items), f.keyed)
		for i, output := range f.outputs {
			fmt.Fprintf(b, "%d:%s ", i, output.Text())
		}
		b.WriteByte('\n')
	}
	for _, name := range slices.Sorted(maps.Keys(f.vars)) {
		fmt.Fprintf(b, "  $%s=%s\n", name, f.vars[name].Text())
	}
	if f.await != nil {
		fmt.Fprintf(b, "  timeout=%d started=%t\n", f.timeoutSeconds, f.started)
		dumpAwait(b, "await", f.await)
	}
}

func dumpAwait(b *strings.Builder, what string, a *Await) {
	if a == nil {
		return
	}
	fmt.Fprintf(b, "  %s %s/%d kind=%d due=%d heartbeat=%d claimed=%t submitted=%t answered=%t begun=%d resource=%s state=%q entry=%d attempt=%d invocation=%d iteration=%v input=%s\n",
		what, a.ID.Frame, a.ID.Seq, a.Kind, a.Due.UnixNano(), a.HeartbeatSeconds, a.Claimed, a.Submitted, a.Answered, a.Begun.UnixNano(),
		a.Resource, a.State, a.Entry, a.Attempt, a.Invocation, a.Iteration, a.Input.Text())
}
