package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// addedLater are fields that AWS added over the years: an older recording lacks them.
var addedLater = map[string]bool{
	"redriveCount": true, "redriveStatus": true, "redriveStatusReason": true, "encryptionConfiguration": true,
}

// transport is the field of an SDK's response that tells of HTTP; only its status code counts.
const transport = "ResponseMetadata"

// maxCandidates bounds the search for the partner of one element of an unordered list.
const maxCandidates = 7

// compare compares the answers of a run, and what the server told besides, with r.
func (r *Recording) compare(t Transcript, besides told) []Difference {
	actual := map[string]value.Value{}
	var differences []Difference
	for _, key := range r.keys() {
		template, _ := r.Actual.Get(key)
		v, err := t.Resolve(besides.in(template))
		if err != nil {
			differences = append(differences, Difference{Problem: fmt.Sprintf("nothing to compare %q with: %v", key, err)})
			continue
		}
		actual[key] = v
	}
	return append(newComparator(r, t).keys(r, actual), differences...)
}

// comparator compares values of a run with those of a Recording.
type comparator struct {
	*placeholders
	ignored []pattern
	// unordered are the keys below which lists are compared as multisets.
	unordered map[string]bool
	// shuffled says that events inside a Parallel state were recorded in no certain order.
	shuffled bool
}

func newComparator(r *Recording, t Transcript) *comparator {
	c := &comparator{placeholders: newPlaceholders(r.Placeholders, t), unordered: map[string]bool{}}
	for _, n := range r.Normalised {
		if key, ok := strings.CutPrefix(n, "sorted_list:"); ok {
			c.unordered[key] = true
		}
		c.shuffled = c.shuffled || n == "parallel_events_unordered"
	}
	if r.Kind == "local_mock" {
		for _, s := range r.Skips {
			c.ignored = append(c.ignored, parsePattern(s))
		}
	}
	return c
}

// keys compares the actual value of each recorded key; a key without one is left out.
func (c *comparator) keys(r *Recording, actual map[string]value.Value) []Difference {
	if c.ignores(nil) {
		return nil
	}
	var differences []Difference
	for _, key := range r.keys() {
		want, _ := r.Expected.Get(key)
		if got, ok := actual[key]; ok {
			differences = append(differences, c.key(key, want, got)...)
		}
	}
	return differences
}

// key compares one recorded key. A history has rules of its own.
func (c *comparator) key(key string, want, got value.Value) []Difference {
	wantEvents, ok := want.Get("events")
	gotEvents, too := got.Get("events")
	if !ok || !too || wantEvents.Kind() != value.KindArray || gotEvents.Kind() != value.KindArray {
		return c.value(want, got, Path{key})
	}
	differences := c.history(slice(wantEvents), slice(gotEvents), Path{key, "events"})
	want, got = without(want, "events"), without(got, "events")
	if want.Len() == 0 {
		return differences
	}
	return append(differences, c.value(want, got, Path{key})...)
}

func (c *comparator) ignores(path Path) bool {
	return slices.ContainsFunc(c.ignored, func(p pattern) bool { return p.matches(path) })
}

// value compares two values that are there.
func (c *comparator) value(want, got value.Value, path Path) []Difference {
	if c.ignores(path) {
		return nil
	}
	switch want.Kind() {
	case value.KindString:
		if c.string(want.AsString(), got) {
			return nil
		}
	case value.KindArray:
		if inner := parsed(got); inner.Kind() == value.KindArray {
			return c.array(slice(want), slice(inner), path)
		}
	case value.KindObject:
		if inner := parsed(got); inner.Kind() == value.KindObject {
			return c.object(want, inner, path)
		}
	case value.KindNull, value.KindBool, value.KindNumber:
		if value.Equal(want, got) {
			return nil
		}
	}
	return differ(path, want, got)
}

// string compares a recorded string: a placeholder, a text with placeholders, or a JSON text.
func (c *comparator) string(want string, got value.Value) bool {
	if c.whole[want] {
		return true
	}
	if got.Kind() != value.KindString {
		return false
	}
	text := got.AsString()
	if want == text {
		return true
	}
	if equal, decided := c.match(want, text); decided {
		return equal
	}
	return isContainer(want) && isContainer(text) && c.texts(want, text)
}

func isContainer(text string) bool {
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
}

// texts compares two JSON texts by what they hold.
func (c *comparator) texts(want, got string) bool {
	w, err := value.Parse(want)
	if err != nil {
		return false
	}
	g, err := value.Parse(got)
	return err == nil && len(c.value(w, g, Path{"<json>"})) == 0
}

func (c *comparator) array(want, got []value.Value, path Path) []Difference {
	var differences []Difference
	for i := range min(len(want), len(got)) {
		differences = append(differences, c.value(want[i], got[i], path.with(i))...)
	}
	if len(want) != len(got) {
		differences = append(differences, differ(path.with("length"), value.Int(int64(len(want))), value.Int(int64(len(got))))...)
	}
	return differences
}

func (c *comparator) object(want, got value.Value, path Path) []Difference {
	var differences []Difference
	for key, w := range want.Members() {
		g, ok := got.Get(key)
		switch at := path.with(key); {
		case key == transport:
			differences = append(differences, statusCode(w, g, at)...)
		case !ok && !c.ignores(at):
			differences = append(differences, Difference{Path: at, Want: w.Compact(), Got: absent})
		case ok && c.unordered[key]:
			differences = append(differences, c.unorderedLists(w, g, at)...)
		case ok:
			differences = append(differences, c.value(w, g, at)...)
		}
	}
	for key, g := range got.Members() {
		_, ok := want.Get(key)
		if at := path.with(key); !ok && key != transport && !addedLater[key] && !c.ignores(at) {
			differences = append(differences, Difference{Path: at, Want: absent, Got: g.Compact()})
		}
	}
	return differences
}

// statusCode compares the HTTP status where both sides tell it.
func statusCode(want, got value.Value, path Path) []Difference {
	w, ok := want.Get("HTTPStatusCode")
	g, too := got.Get("HTTPStatusCode")
	if !ok || !too || value.Equal(w, g) {
		return nil
	}
	return differ(path.with("HTTPStatusCode"), w, g)
}

// unorderedLists compares values whose lists have no certain order.
func (c *comparator) unorderedLists(want, got value.Value, path Path) []Difference {
	switch {
	case want.Kind() == value.KindObject && got.Kind() == value.KindObject:
		if !slices.Equal(sortedKeys(want), sortedKeys(got)) {
			return differ(path, want, got)
		}
		var differences []Difference
		for key, w := range want.Members() {
			g, _ := got.Get(key)
			differences = append(differences, c.unorderedLists(w, g, path.with(key))...)
		}
		return differences
	case want.Kind() == value.KindArray && got.Kind() == value.KindArray:
		if c.multiset(slice(want), slice(got), path) {
			return nil
		}
		return differ(path, want, got)
	}
	return c.value(want, got, path)
}

// multiset compares lists without their order. What a placeholder was bound to by a partner that
// turned out wrong is forgotten.
func (c *comparator) multiset(want, got []value.Value, path Path) bool {
	if len(want) != len(got) {
		return false
	}
	if len(want) == 0 {
		return true
	}
	tried := 0
	for i := range got {
		before := c.bound
		if len(c.value(want[0], got[i], path)) == 0 {
			tried++
			if c.multiset(want[1:], slices.Delete(slices.Clone(got), i, i+1), path) {
				return true
			}
		}
		c.bound = before
		if tried == maxCandidates {
			break
		}
	}
	return false
}

// slice is the elements of an array.
func slice(array value.Value) []value.Value {
	elements := make([]value.Value, 0, array.Len())
	for _, e := range array.Elements() {
		elements = append(elements, e)
	}
	return elements
}

// without is an object with some keys left out.
func without(object value.Value, keys ...string) value.Value {
	var members []value.Member
	for key, v := range object.Members() {
		if !slices.Contains(keys, key) {
			members = append(members, value.Member{Key: key, Value: v})
		}
	}
	return value.Object(members...)
}

func sortedKeys(object value.Value) []string {
	return slices.Sorted(maps.Keys(maps.Collect(object.Members())))
}
