package interpreter

// The estimated bytes of what an Execution consists of, beside its payloads.
const (
	executionSize = 1024
	frameSize     = 512
	childSize     = 64
	entrySize     = 96
	awaitSize     = 256
)

// change is what became of an await since Handle began.
type change struct {
	id   AwaitID
	kind changeKind
}

type changeKind uint8

const (
	began changeKind = iota
	changed
	ended
)

func (x *Execution) note(id AwaitID, k changeKind) {
	if x.tracking {
		x.changes = append(x.changes, change{id, k})
	}
}

// begin makes f wait for a.
func (x *Execution) begin(f *frame, e Event, a Await) {
	a.ID, a.Begun = AwaitID{f.id, e.Seq}, e.Time
	x.endAwait(f)
	f.await = &a
	x.size += awaitSize + a.Input.Size()
	x.note(a.ID, began)
}

// endAwait makes f wait for nothing.
func (x *Execution) endAwait(f *frame) {
	if f.await == nil {
		return
	}
	x.size -= awaitSize + f.await.Input.Size()
	x.note(f.await.ID, ended)
	f.await = nil
}

// endPause ends the pause that began with an earlier event.
func (x *Execution) endPause() {
	if x.pause != nil {
		x.note(x.pause.ID, ended)
		x.pause = nil
	}
}

// effects returns the net effects of what happened to awaits since Handle began, in that order.
// answered is the await that the command was for; whoever gave it knows that it is over.
func (x *Execution) effects(answered AwaitID) []Effect {
	if len(x.changes) == 0 {
		return nil
	}
	var effects []Effect
	first := make(map[AwaitID]changeKind, len(x.changes))
	ids := make([]AwaitID, 0, len(x.changes))
	for _, c := range x.changes {
		if _, seen := first[c.id]; !seen {
			first[c.id] = c.kind
			ids = append(ids, c.id)
		}
	}
	for _, id := range ids {
		if e := x.net(id, first[id], answered); e != nil {
			effects = append(effects, e)
		}
	}
	return effects
}

// net returns the effect that all changes of one await come to, or nil. first is the first of them.
func (x *Execution) net(id AwaitID, first changeKind, answered AwaitID) Effect {
	a, outstanding := x.Awaiting(id)
	switch {
	case first == began && outstanding:
		return Begin{a}
	case first == began:
		return nil
	case outstanding:
		return Change{a}
	case id == answered:
		return nil
	default:
		return Cancel{id}
	}
}

// answers returns the await that a command is for; the zero AwaitID when it is for none.
func answers(c Command) AwaitID {
	switch c := c.(type) {
	case ClaimTask:
		return c.Await
	case SubmitTask:
		return c.Await
	case CompleteTask:
		return c.Await
	case FailTask:
		return c.Await
	case FireTimer:
		return c.Await
	case CloseChild:
		return c.Await
	default:
		return AwaitID{}
	}
}
