package regex_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stepwell/stepwell/jsonata/regex"
)

// matchCase is a match, or an error of Compile. Match has the bounds of the whole and of the groups.
type matchCase struct {
	Pattern, Flags string
	Error          string
	Text           string
	From           int
	Match          [][2]int
}

// check compares a case with what the package does.
func (c matchCase) check(t *testing.T) {
	t.Helper()
	r, err := regex.Compile(c.Pattern, c.Flags)
	if err != nil || c.Error != "" {
		if err == nil || err.Error() != c.Error {
			t.Errorf("Compile(%q, %q) = %v, want %q", c.Pattern, c.Flags, err, c.Error)
		}
		return
	}
	m, ok, err := r.Match(c.Text, c.From, nil)
	var got [][2]int
	if ok {
		got = append(got, [2]int{m.Start, m.End})
		for _, g := range m.Groups {
			got = append(got, [2]int{g.Start, g.End})
		}
	}
	if err != nil || !slices.Equal(got, c.Match) {
		t.Errorf("%s on %q from %d = %v, %v; want %v", r, c.Text, c.From, got, err, c.Match)
	}
}

// TestMatchesOfV8 plays random patterns on random texts, with the results of Node 20.
func TestMatchesOfV8(t *testing.T) {
	file, err := os.Open("testdata/v8.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var c matchCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		c.check(t)
	}
}

func TestMatch(t *testing.T) {
	for name, c := range map[string]matchCase{
		"first alternative":             {Pattern: `a|ab`, Text: "xab", Match: [][2]int{{1, 2}}},
		"from":                          {Pattern: `a`, Text: "aba", From: 1, Match: [][2]int{{2, 3}}},
		"^ only at the beginning":       {Pattern: `^a`, Text: "aa", From: 1},
		"^ at lines":                    {Pattern: `^b$`, Flags: "m", Text: "a\nb\nc", Match: [][2]int{{2, 3}}},
		"group that took no part":       {Pattern: `(a)|b`, Text: "b", Match: [][2]int{{0, 1}, {-1, -1}}},
		"loop empties its groups":       {Pattern: `(z)((a+)?(b+)?(c))*`, Text: "zaacbbbcac", Match: [][2]int{{0, 10}, {0, 1}, {8, 10}, {8, 9}, {-1, -1}, {9, 10}}},
		"empty round is none":           {Pattern: `(a*)*`, Text: "b", Match: [][2]int{{0, 0}, {-1, -1}}},
		"least rounds may be empty":     {Pattern: `(a*){2}`, Text: "b", Match: [][2]int{{0, 0}, {0, 0}}},
		"lookahead keeps groups":        {Pattern: `(?=(a+))a*b\1`, Text: "baaabac", Match: [][2]int{{3, 6}, {3, 4}}},
		"negative lookahead":            {Pattern: `(.*?)a(?!(a+)b\2c)\2(.*)`, Text: "baaabaac", Match: [][2]int{{0, 8}, {0, 2}, {-1, -1}, {3, 8}}},
		"lookbehind":                    {Pattern: `(?<=\$)\d+`, Text: "€1 $42", Match: [][2]int{{6, 8}}},
		"lookbehind reads backwards":    {Pattern: `(?<=(\d+)(\d+))$`, Text: "1053", Match: [][2]int{{4, 4}, {0, 1}, {1, 4}}},
		"negative lookbehind":           {Pattern: `(?<!a)b`, Text: "abb", Match: [][2]int{{2, 3}}},
		"reference to a later group":    {Pattern: `\1(a)`, Text: "aa", Match: [][2]int{{0, 1}, {0, 1}}},
		"reference by name":             {Pattern: `(?<x>.)\k<x>`, Text: "abb", Match: [][2]int{{1, 3}, {1, 2}}},
		"reference without case":        {Pattern: `(é)\1`, Flags: "i", Text: "éÉ", Match: [][2]int{{0, 4}, {0, 2}}},
		"\\k without names":             {Pattern: `\k<x>`, Text: "k<x>", Match: [][2]int{{0, 4}}},
		"octal":                         {Pattern: `\101\08`, Text: "A\x008", Match: [][2]int{{0, 3}}},
		"escapes":                       {Pattern: `\x41\u0042\cJ\t`, Text: "AB\n\t", Match: [][2]int{{0, 4}}},
		"lazy":                          {Pattern: `<.+?>`, Text: "<<a>>", Match: [][2]int{{0, 4}}},
		"braces that are none":          {Pattern: `a{,2}`, Text: "a{,2}", Match: [][2]int{{0, 5}}},
		"ſ is no s":                     {Pattern: `s`, Flags: "i", Text: "ſ"},
		"ς is σ":                        {Pattern: `Σ`, Flags: "i", Text: "ς", Match: [][2]int{{0, 2}}},
		"dot matches a whole character": {Pattern: `^.$`, Text: "😀", Match: [][2]int{{0, 4}}},
		"surrogate pair":                {Pattern: `\ud83d\ude00+`, Text: "😀😀", Match: [][2]int{{0, 8}}},
		"lone surrogate":                {Pattern: `\ud83d.`, Text: "\xED\xA0\xBDx", Match: [][2]int{{0, 4}}},
		"not UTF-8":                     {Pattern: `a.b`, Text: "a\xffb", Match: [][2]int{{0, 3}}},
		"no-break space":                {Pattern: `\s\S`, Text: "\u00a0x", Match: [][2]int{{0, 3}}},
		"g means nothing":               {Pattern: `a`, Flags: "gim", Text: "A", Match: [][2]int{{0, 1}}},
	} {
		t.Run(name, func(t *testing.T) { c.check(t) })
	}
}

func TestErrors(t *testing.T) {
	for pattern, problem := range map[string]string{
		`(`: "Unterminated group", `)`: "Unmatched ')'", `*`: "Nothing to repeat", `a**`: "Nothing to repeat",
		`a{2,1}`: "numbers out of order in {} quantifier", `[b-a]`: "Range out of order in character class",
		`[`: "Unterminated character class", `\`: `\ at end of pattern`, `(?a)`: "Invalid group",
		`(?<1>x)`: "Invalid capture group name", `(?<a>x)(?<a>y)`: "Duplicate capture group name",
		`(?<a>x)\k<b>`: "Invalid named capture referenced", `(?<a>x)\k`: "Invalid named reference",
		`[\k](?<a>x)`: "Invalid escape", `(?<=a)*`: "Invalid quantifier", `^*`: "Nothing to repeat",
		strings.Repeat("(?:", 300_000): "Regular expression too large", strings.Repeat("()", 70_000): "Too many captures",
		strings.Repeat("x", 1<<19): "Regular expression too large",
	} {
		_, err := regex.Compile(pattern, "")
		var e *regex.SyntaxError
		if want := "Invalid regular expression: /" + pattern + "/: " + problem; !errors.As(err, &e) || e.Message != want {
			t.Errorf("Compile(%.50q) = %.100v, want %s", pattern, err, problem)
		}
	}
	for _, flags := range []string{"s", "ii", "u", "gimx"} {
		if _, err := regex.Compile("a", flags); err == nil || err.Error() != "Invalid flags supplied to RegExp constructor '"+flags+"'" {
			t.Errorf("flags %q: %v", flags, err)
		}
	}
}

func TestBudget(t *testing.T) {
	long := strings.Repeat("a", 1<<20)
	for name, c := range map[string]struct {
		pattern, text string
		want          error
	}{
		"nested loops":            {`(a+)+b`, strings.Repeat("a", 40), regex.ErrSteps},
		"alternatives":            {`(a|a)*b`, strings.Repeat("a", 40), regex.ErrSteps},
		"quadratic search":        {`a*b`, long, regex.ErrSteps},
		"rounds without an end":   {`(?:a?){2000000000}`, "", regex.ErrStack},
		"counted loops in others": {`((((a?){9999}){9999}){9999}){9999}`, "b", regex.ErrStack},
		"empty rounds":            {`(?:){2000000000}(?=a){99999999}`, "a", nil},
		"a choice a character":    {`(a|b)*`, long, regex.ErrStack},
		"a run":                   {`[^]*b|a*$`, long, nil},
		"a lookahead a character": {`(?:(?=(a))a)*`, strings.Repeat("a", 50_000), nil},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := regex.Compile(c.pattern, "")
			if err != nil {
				t.Fatal(err)
			}
			const budget = 10_000_000
			steps := budget
			start := time.Now()
			_, ok, err := r.Match(c.text, 0, &steps)
			if !errors.Is(err, c.want) || ok != (c.want == nil) {
				t.Errorf("Match = %v, %v; want %v", ok, err, c.want)
			}
			if took := time.Since(start); took > 3*time.Second || steps < 0 || steps >= budget || errors.Is(err, regex.ErrSteps) && steps != 0 {
				t.Errorf("took %v, left %d steps", took, steps)
			}
		})
	}
}

// TestCompileIsLinear compiles long patterns of which each level could be examined anew at the next.
func TestCompileIsLinear(t *testing.T) {
	for name, pattern := range map[string]string{
		"nested loops":  strings.Repeat("(?:", 900) + strings.Repeat("[^a]|", 40_000) + strings.Repeat(")*", 900),
		"nested groups": strings.Repeat("((?:", 450) + strings.Repeat("x", 200_000) + strings.Repeat("){2,})+", 450),
		"classes":       strings.Repeat(`[\W\D-é]`, 25_000),
		"one class":     "[" + strings.Repeat(`a-z\W`, 40_000) + "]",
		"names":         "(?<" + strings.Repeat("n", 200_000) + ">x)",
	} {
		start := time.Now()
		if _, err := regex.Compile(pattern, "i"); err != nil {
			t.Errorf("%s: %.200v", name, err)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
	}
}

func TestStepsAreShared(t *testing.T) {
	r, err := regex.Compile(`(?:a|b)+`, "")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("ab", 20)
	steps, matches := 1000, 0
	for {
		if _, _, err = r.Match(text, 0, &steps); err != nil {
			break
		}
		matches++
	}
	if !errors.Is(err, regex.ErrSteps) || steps != 0 || matches == 0 || matches > 50 {
		t.Errorf("%d matches, %d steps left, %v", matches, steps, err)
	}
}

func FuzzMatch(f *testing.F) {
	for _, s := range []string{`(a|b)*?c{2,}`, `(?<=(x)\1)[^\d-z]+`, `(?<n>\w)\k<n>|(?!^)$`, `((a?){3,5}){2}`, `\u{1}\cA[\c]\07`, `[😀-🙏]+.`} {
		f.Add(s, "aabbccxx\n1😀é\xed\xa0\xbd\xff", "im", 1)
	}
	f.Fuzz(func(t *testing.T, pattern, text, flags string, from int) {
		r, err := regex.Compile(pattern, flags)
		if err != nil {
			return
		}
		steps := 200_000
		m, ok, err := r.Match(text, from, &steps)
		if steps < 0 || ok && err != nil {
			t.Fatalf("steps %d, %v, %v", steps, ok, err)
		}
		if !ok {
			return
		}
		if m.Start < from || m.End < m.Start || m.End > len(text) || len(m.Groups) != r.NumGroups() {
			t.Fatalf("%s on %q from %d = %+v", r, text, from, m)
		}
		for _, g := range m.Groups {
			if (g.Start < 0) != (g.End < 0) || g.End < g.Start || g.End > len(text) {
				t.Fatalf("%s on %q: group %+v", r, text, g)
			}
		}
	})
}
