package main

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/internal/tools/nodejs"
)

func TestSeedAndNumberDecideTheCase(t *testing.T) {
	seen := map[string]bool{}
	for number := range uint64(200) {
		q, tree := newGenerator(3, number).question()
		again, _ := newGenerator(3, number).question()
		if q != again {
			t.Fatalf("case %d is %v and then %v", number, q, again)
		}
		if q.Expression != tree.String() {
			t.Errorf("case %d: the tree of %s is %s", number, q.Expression, tree)
		}
		seen[q.Expression] = true
	}
	if len(seen) < 190 {
		t.Errorf("only %d of 200 expressions are different", len(seen))
	}
}

func TestCorpusIsChangedALittle(t *testing.T) {
	c, err := readCorpus("../../../jsonata/testdata")
	if err != nil {
		t.Fatal(err)
	}
	written := map[string]bool{}
	for _, q := range c.cases {
		written[q.Expression] = true
	}
	const cases = 1000
	same, wrong := 0, 0
	for number := range uint64(cases) {
		q, tree := c.question(newGenerator(3, number))
		if again, _ := c.question(newGenerator(3, number)); q != again || q.Expression != tree.String() {
			t.Fatalf("case %d is %v, then %v, of the tree %s", number, q, again, tree)
		}
		if written[q.Expression] {
			same++
		}
		switch o := ours(q, maxDepth); o.kind {
		case "panic":
			t.Errorf("%s: %s", q.Expression, o.text)
		case "error":
			wrong++
		}
	}
	if same > cases*2/5 || wrong > cases/2 {
		t.Errorf("of %d expressions %d are as they were and %d give an error", cases, same, wrong)
	}
}

func TestWhatBracketsClose(t *testing.T) {
	words := split("a[b(1)] )")
	for at, want := range []int{0, 7, 0, 6, 0, 0, 0, 0, 0} {
		if got := closing(words, at); got != want {
			t.Errorf("closing(%q, %d) = %d, want %d", words, at, got, want)
		}
	}
}

// TestOursNeverPanics also checks that most of what is generated means something.
func TestOursNeverPanics(t *testing.T) {
	const cases = 3000
	errors := 0
	for number := range uint64(cases) {
		q, _ := newGenerator(5, number).question()
		switch o := ours(q, maxDepth); o.kind {
		case "panic":
			t.Errorf("%s with %s: %s", q.Expression, q.Input, o.text)
		case "error":
			errors++
		}
	}
	if errors > cases*2/5 {
		t.Errorf("%d of %d expressions give an error", errors, cases)
	}
}

func TestCompare(t *testing.T) {
	failure := outcome{kind: "error", code: "T2001", message: "m", token: "+", position: 3}
	with := func(change func(*outcome)) outcome { o := failure; change(&o); return o }
	for _, c := range []struct {
		name         string
		ours, theirs outcome
		want         string
	}{
		{"same value", outcome{kind: "value", text: "1"}, outcome{kind: "value", text: "1"}, ""},
		{"other value", outcome{kind: "value", text: "1"}, outcome{kind: "value", text: "2"}, "value"},
		{"nothing", outcome{kind: "undefined"}, outcome{kind: "value", text: "2"}, "undefined instead of value"},
		{"function", outcome{kind: "function"}, outcome{kind: "undefined"}, "function instead of undefined"},
		{"no error", outcome{kind: "value"}, failure, "value instead of errorT2001"},
		{"same error", failure, failure, ""},
		{"code", with(func(o *outcome) { o.code = "" }), failure, "code none instead of T2001"},
		{"position", with(func(o *outcome) { o.position = 4 }), failure, "position of T2001"},
		{"token", with(func(o *outcome) { o.token = "" }), failure, "token of T2001"},
		{"message", with(func(o *outcome) { o.message = "" }), failure, "message of T2001"},
		{"their limit", failure, outcome{kind: "limit"}, skipped},
		{"our panic", outcome{kind: "panic"}, failure, "panic"},
	} {
		if got := compare(question{}, c.ours, c.theirs); got != c.want {
			t.Errorf("%s: compare = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestShrinkLeavesWhatDiffers(t *testing.T) {
	// The reference that is played here has no $uppercase, and sees no member b.
	theirs := func(q question) (outcome, error) {
		if strings.Contains(q.Expression, "$uppercase(") && strings.Contains(q.Input, `"b"`) {
			return outcome{kind: "error", code: "T1006"}, nil
		}
		return ours(q, maxDepth), nil
	}
	tree := write(expression, write(expression, `"x" & `, write(expression, "$uppercase(", leaf(`"long text"`), ")")), write(optional, ".", leaf("y")))
	d := &difference{
		question: question{Expression: tree.String(), Input: `{"a": [1, 2], "b": {"c": "d"}}`, Variables: "{}"}, tree: tree,
		what: "value instead of errorT1006",
	}
	if err := (&shrinker{d, theirs, patienceOfShrink}).shrink(); err != nil {
		t.Fatal(err)
	}
	if d.Expression != `$uppercase("a")` || d.Input != `{"b":1}` {
		t.Errorf("what is left is %s with %s", d.Expression, d.Input)
	}
}

func TestTokensGoOneByOne(t *testing.T) {
	const text = "$a.`b c`[é=1]"
	if got := tokens(text).String(); got != text {
		t.Errorf("tokens = %q, want %q", got, text)
	}
	if got := len(tokens(text).parts); got != 12 {
		t.Errorf("%d tokens, want 12", got)
	}
}

// TestReferenceAgrees runs a few cases where the library was installed before; tests do not install it.
func TestReferenceAgrees(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("there is no Node here")
	}
	if _, ok := nodejs.Installed(manifest); !ok {
		t.Skip("the library is not installed: run this command once")
	}
	var out bytes.Buffer
	f := fuzzer{seed: 2, each: 10, out: &out}
	if err := f.start(); err != nil {
		t.Fatal(err)
	}
	if err := f.run(0, func(done uint64) bool { return done < 1000 }); err != nil {
		t.Fatal(err)
	}
	if err := f.oracle.close(); err != nil {
		t.Error(err)
	}
	if f.unexplained > 0 {
		t.Errorf("%d differences:\n%s", f.unexplained, &out)
	}
}
