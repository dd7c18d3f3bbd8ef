package conformance

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/value"
)

// TestRecordingsConformToThemselves checks the comparator on every recording: what was recorded
// conforms, so does what a server could answer instead, and hardly any change goes unnoticed.
func TestRecordingsConformToThemselves(t *testing.T) {
	dir, err := Folder("..")
	if err != nil {
		t.Fatal(err)
	}
	if dir == "" {
		t.Skip("there are no recorded cases beside the module; STEPWELL_CONFORMANCE_DIR can name a folder of them")
	}
	recordings, err := loadRecordings(dir)
	if err != nil {
		t.Fatal(err)
	}
	changes, unnoticed := 0, 0
	for i, r := range recordings {
		random := rand.New(rand.NewPCG(1, uint64(i)))
		for name, actual := range map[string]map[string]value.Value{"as recorded": recorded(r), "invented": invented(r, random)} {
			if d := newComparator(r, nil).keys(r, actual); len(d) > 0 {
				t.Errorf("%s, %s:\n%s", r.file, name, d[0])
			}
		}
		for range 3 {
			changed, what := changeOneLeaf(r, random)
			if what == "" {
				continue
			}
			changes++
			if len(newComparator(r, nil).keys(r, changed)) == 0 {
				unnoticed++
				t.Logf("%s: nobody noticed %s", r.file, what)
			}
		}
	}
	if changes < len(recordings) || unnoticed*100 > changes {
		t.Errorf("%d of %d changes went unnoticed in %d recordings", unnoticed, changes, len(recordings))
	}
}

// recorded is what was recorded, as if a server had answered it.
func recorded(r *Recording) map[string]value.Value {
	actual := map[string]value.Value{}
	for _, key := range r.keys() {
		actual[key], _ = r.Expected.Get(key)
	}
	return actual
}

// invented is what a server could have answered: placeholders replaced by what they may stand for,
// and JSON as text where the API has text.
func invented(r *Recording, random *rand.Rand) map[string]value.Value {
	texts := map[string]string{"<region>": "us-east-1", "<partition>": "aws"}
	for _, p := range r.Placeholders {
		switch _, known := texts[p.Token]; {
		case p.Whole || known:
		case p.Value != "" && !strings.Contains(p.Value, "{{"):
			texts[p.Token] = p.Value
		case p.Match == "":
			texts[p.Token] = fmt.Sprintf("v%x", random.Uint64())
		}
	}
	var tokens []string
	for token := range texts {
		tokens = append(tokens, token)
	}
	anyToken := regexp.MustCompile(alternatives(longestFirst(tokens)))
	actual := map[string]value.Value{}
	for key, v := range recorded(r) {
		actual[key] = invent(v, "", func(s string) string {
			return anyToken.ReplaceAllStringFunc(s, func(token string) string { return texts[token] })
		})
	}
	return actual
}

func invent(v value.Value, key string, replaced func(string) string) value.Value {
	switch v.Kind() {
	case value.KindString:
		if s := v.AsString(); s != "timestamp" && s != "datetime" {
			return value.String(replaced(s))
		}
		return value.Float(1700000000.5)
	case value.KindArray:
		var elements []value.Value
		for _, e := range v.Elements() {
			elements = append(elements, invent(e, "", replaced))
		}
		return value.Array(elements...)
	case value.KindObject:
		var members []value.Member
		for k, e := range v.Members() {
			if k != transport {
				members = append(members, value.Member{Key: k, Value: invent(e, k, replaced)})
			}
		}
		o := value.Object(members...)
		if slices.Contains([]string{"input", "output", "cause", "parameters", "definition"}, key) {
			return value.String(o.Text())
		}
		return o
	}
	return v
}

// changeOneLeaf is what was recorded with one leaf changed; what says which, or is "" when there is
// nothing but placeholders.
func changeOneLeaf(r *Recording, random *rand.Rand) (actual map[string]value.Value, what string) {
	actual = recorded(r)
	var leaves []Path
	for key, v := range actual {
		leaves = append(leaves, fixedLeaves(newComparator(r, nil), v, Path{key})...)
	}
	if len(leaves) == 0 {
		return nil, ""
	}
	slices.SortFunc(leaves, func(a, b Path) int { return strings.Compare(a.String(), b.String()) })
	leaf := leaves[random.IntN(len(leaves))]
	key := leaf[0].(string)
	actual[key] = changed(actual[key], leaf[1:])
	return actual, leaf.String()
}

// fixedLeaves are the paths of what c compares as it is.
func fixedLeaves(c *comparator, v value.Value, path Path) []Path {
	if c.ignores(path) {
		return nil
	}
	var leaves []Path
	switch v.Kind() {
	case value.KindArray:
		for i, e := range v.Elements() {
			leaves = append(leaves, fixedLeaves(c, e, path.with(i))...)
		}
		return leaves
	case value.KindObject:
		for k, e := range v.Members() {
			if k != transport && (!c.shuffled || k != "id" && k != "previousEventId") {
				leaves = append(leaves, fixedLeaves(c, e, path.with(k))...)
			}
		}
		return leaves
	case value.KindString:
		if c.whole[v.AsString()] || c.tokens.MatchString(v.AsString()) {
			return nil
		}
	}
	return []Path{path}
}

// changed is v with another value at path.
func changed(v value.Value, path Path) value.Value {
	if len(path) == 0 {
		switch v.Kind() {
		case value.KindString:
			return value.String(v.AsString() + "~")
		case value.KindNumber:
			return value.Float(v.AsFloat() + 1)
		case value.KindBool:
			return value.Bool(!v.AsBool())
		}
		return value.String("~")
	}
	if i, ok := path[0].(int); ok {
		elements := slice(v)
		elements[i] = changed(elements[i], path[1:])
		return value.Array(elements...)
	}
	key := path[0].(string)
	child, _ := v.Get(key)
	return replace(v, key, changed(child, path[1:]))
}
