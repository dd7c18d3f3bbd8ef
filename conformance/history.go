package conformance

import (
	"fmt"

	"github.com/stepwell/stepwell/value"
)

// history compares two lists of events.
func (c *comparator) history(want, got []value.Value, path Path) []Difference {
	want, got = joinMapRunExits(want), joinMapRunExits(got)
	if c.shuffled {
		return c.shuffledHistory(erase(want), erase(got), path)
	}
	if c.ignores(path) {
		return nil
	}
	for i := range min(len(want), len(got)) {
		if differences := c.event(want[i], got[i], path.with(i)); len(differences) > 0 {
			return around(want, got, i, differences)
		}
	}
	return c.length(want, got, path)
}

// length compares how many events there are.
func (c *comparator) length(want, got []value.Value, path Path) []Difference {
	if len(want) == len(got) {
		return nil
	}
	differences := differ(path.with("length"), value.Int(int64(len(want))), value.Int(int64(len(got))))
	return around(want, got, min(len(want), len(got)), differences)
}

// event compares two events; where their types differ, nothing else is worth telling.
func (c *comparator) event(want, got value.Value, path Path) []Difference {
	differences := c.value(want, got, path)
	w, g := eventType(want), eventType(got)
	if len(differences) > 0 && w != g {
		return differ(path.with("type"), value.String(w), value.String(g))
	}
	return differences
}

// shuffledHistory compares histories in which the events of Parallel states were erased: each run of
// them as a multiset.
func (c *comparator) shuffledHistory(want, got []value.Value, path Path) []Difference {
	if differences := c.length(want, got, path); differences != nil {
		return differences
	}
	for i := 0; i < len(want); {
		end := i + 1
		if !isErased(want[i]) {
			if differences := c.event(want[i], got[i], path.with(i)); len(differences) > 0 {
				return around(want, got, i, differences)
			}
			i = end
			continue
		}
		for end < len(want) && isErased(want[end]) {
			end++
		}
		if !c.sameEvents(want[i:end], got[i:end], path.with(i)) {
			at := path.with(fmt.Sprintf("%d to %d", i, end-1))
			return []Difference{{Path: at, Want: types(want[i:end]), Got: types(got[i:end])}}
		}
		i = end
	}
	return nil
}

func (c *comparator) sameEvents(want, got []value.Value, path Path) bool {
	for i := range got {
		if !isErased(got[i]) {
			return false
		}
		want[i], got[i] = without(want[i], "id", "previousEventId"), without(got[i], "id", "previousEventId")
	}
	return c.multiset(want, got, path)
}

// joinMapRunExits gives the exits of distributed Map states one form: until autumn 2024 they
// followed MapRunSucceeded, since then MapRunStarted.
func joinMapRunExits(events []value.Value) []value.Value {
	byID := map[int64]value.Value{}
	for _, e := range events {
		if id, ok := number(e, "id"); ok {
			byID[id] = e
		}
	}
	joined := make([]value.Value, len(events))
	for i, e := range events {
		joined[i] = e
		id, ok := number(e, "previousEventId")
		previous, exists := byID[id]
		if !ok || !exists || eventType(e) != "MapStateExited" || eventType(previous) != "MapRunSucceeded" {
			continue
		}
		if started, ok := previous.Get("previousEventId"); ok {
			joined[i] = replace(e, "previousEventId", started)
		}
	}
	return joined
}

// erase takes the ids from the events between ParallelStateStarted and the end of that state, as
// the recorder did.
func erase(events []value.Value) []value.Value {
	erased := make([]value.Value, len(events))
	inside := false
	for i, e := range events {
		erased[i] = e
		switch eventType(e) {
		case "ParallelStateStarted":
			inside = true
		case "ParallelStateSucceeded", "ParallelStateAborted", "ParallelStateExited", "ParallelStateFailed":
			inside = false
		default:
			if inside {
				erased[i] = replace(replace(e, "id", value.Int(0)), "previousEventId", value.Int(0))
			}
		}
	}
	return erased
}

// isErased says whether an event has lost its id: 0, or [0].
func isErased(event value.Value) bool {
	id, _ := event.Get("id")
	if id.Kind() == value.KindArray && id.Len() == 1 {
		id = id.Index(0)
	}
	n, ok := id.AsInt()
	return ok && n == 0 && id.Kind() == value.KindNumber
}

func eventType(event value.Value) string {
	t, _ := event.Get("type")
	return t.AsString()
}

func number(event value.Value, key string) (int64, bool) {
	v, _ := event.Get(key)
	if v.Kind() != value.KindNumber {
		return 0, false
	}
	return v.AsInt()
}

// replace is an object with another value of key, which is its last member if it was not there.
func replace(object value.Value, key string, v value.Value) value.Value {
	members := make([]value.Member, 0, object.Len()+1)
	for k, old := range object.Members() {
		members = append(members, value.Member{Key: k, Value: old})
	}
	return value.Object(append(members, value.Member{Key: key, Value: v})...)
}

func types(events []value.Value) string {
	names := make([]value.Value, len(events))
	for i, e := range events {
		names[i] = value.String(eventType(e))
	}
	return value.Array(names...).Compact()
}

// neighbours is how many events before and after a difference are shown.
const neighbours = 2

// around adds to differences at event i what happened around it.
func around(want, got []value.Value, i int, differences []Difference) []Difference {
	var shown []string
	for j := max(0, i-neighbours); j <= i+neighbours; j++ {
		w, g := nameAt(want, j), nameAt(got, j)
		mark := ' '
		if j == i {
			mark = '>'
		}
		switch {
		case w == "" && g == "":
		case w == g:
			shown = append(shown, fmt.Sprintf("%c %3d %s", mark, j, w))
		default:
			shown = append(shown, fmt.Sprintf("%c %3d %-32s got %s", mark, j, orNothing(w), orNothing(g)))
		}
	}
	for i := range differences {
		differences[i].Events = shown
	}
	return differences
}

func nameAt(events []value.Value, i int) string {
	if i >= len(events) {
		return ""
	}
	return eventType(events[i])
}

func orNothing(name string) string {
	if name == "" {
		return "(no event)"
	}
	return name
}
