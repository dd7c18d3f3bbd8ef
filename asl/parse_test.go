package asl

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the expected diagnostics in testdata")

// TestDiagnostics parses the definitions in testdata/diagnostics. Each archive is about one area:
// a definition is followed by a file "diagnostics" with a line "CODE location: message" for each
// finding, "-" standing for no location.
func TestDiagnostics(t *testing.T) {
	archives, err := filepath.Glob("testdata/diagnostics/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range archives {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			for i := 0; i+1 < len(archive.Files); i += 2 {
				definition, expected := archive.Files[i], &archive.Files[i+1]
				t.Run(definition.Name, func(t *testing.T) {
					checkDiagnostics(t, string(definition.Data), expected)
				})
			}
			if *update {
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func checkDiagnostics(t *testing.T, definition string, expected *txtar.File) {
	t.Helper()
	if expected.Name != "diagnostics" {
		t.Fatalf("the definition is followed by %q", expected.Name)
	}
	p, ds := Parse(definition)
	got := listed(ds)
	if *update {
		expected.Data = []byte(got)
	}
	if want := string(expected.Data); got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
	if (p == nil) != (Messages(ds) != "") {
		t.Errorf("got a program: %v, with the errors %q", p != nil, Messages(ds))
	}
}

// listed writes diagnostics one a line.
func listed(ds []Diagnostic) string {
	var b strings.Builder
	for _, d := range ds {
		at := d.Location
		if at == "" {
			at = "-"
		}
		fmt.Fprintf(&b, "%s %s: %s\n", d.Code, at, d.Message)
	}
	return b.String()
}

func TestMessages(t *testing.T) {
	got := Messages([]Diagnostic{
		{Severity: SeverityError, Code: "MISSING_END_STATE", Message: "Workflow has no terminal state", Location: ""},
		{Severity: SeverityWarning, Code: "NO_PATH", Message: "a warning", Location: "/States/A/Result"},
		{Severity: SeverityError, Code: "SCHEMA_VALIDATION_FAILED", Message: "Minimum value is 0", Location: "/States/A/Seconds"},
	})
	want := "MISSING_END_STATE: Workflow has no terminal state at null, " +
		"SCHEMA_VALIDATION_FAILED: Minimum value is 0 at /States/A/Seconds"
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// TestJSONErrorQuotesLongSources holds the length at which Jackson cuts a source.
func TestJSONErrorQuotesLongSources(t *testing.T) {
	_, ds := Parse("?" + strings.Repeat("é", 510))
	want := `[Source: (String)"?` + strings.Repeat("é", 499) + `"[truncated 11 chars]; line: 1, column: 1]`
	if len(ds) != 1 || ds[0].Location != want {
		t.Errorf("got %+v, want location\n%s", ds, want)
	}
}

// FuzzParse checks that an answer is either a Program whose states can all be reached and that has
// no dangling transition, or at least one error, and that it is the same each time.
func FuzzParse(f *testing.F) {
	archives, err := filepath.Glob("testdata/diagnostics/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range archives {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for i := 0; i < len(archive.Files); i += 2 {
			f.Add(string(archive.Files[i].Data))
		}
	}
	f.Add(fiveStates)
	f.Fuzz(func(t *testing.T, definition string) {
		p, ds := Parse(definition)
		if (p == nil) != (Messages(ds) != "") {
			t.Fatalf("got a program: %v, with the errors %q", p != nil, Messages(ds))
		}
		if _, again := Parse(definition); listed(again) != listed(ds) {
			t.Fatalf("got another answer the second time:\n%s\n%s", listed(ds), listed(again))
		}
		if p != nil {
			checkBlock(t, p.Root)
		}
	})
}

// checkBlock checks what the interpreter relies on.
func checkBlock(t *testing.T, b *Block) {
	t.Helper()
	if b.State(b.StartAt) == nil {
		t.Fatalf("StartAt %q is no state", b.StartAt)
	}
	for _, s := range b.States {
		for _, target := range targets(s) {
			if b.State(target) == nil {
				t.Fatalf("state %q leads to %q, which is no state", s.Base().Name, target)
			}
		}
		switch s := s.(type) {
		case *Choice:
			for _, r := range s.Rules {
				checkCondition(t, r.Condition)
			}
		case *Wait:
			if got := waitForms(s); got != 1 {
				t.Fatalf("wait %q has %d forms, want 1", s.Name, got)
			}
		case *Task:
			if s.Resource.Kind == 0 {
				t.Fatalf("task %q has no resource", s.Name)
			}
		case *Parallel:
			for _, branch := range s.Branches {
				checkBlock(t, branch)
			}
		case *Map:
			checkBlock(t, s.Processor)
		}
	}
}

// checkCondition checks that a condition is complete.
func checkCondition(t *testing.T, c Condition) {
	t.Helper()
	switch c := c.(type) {
	case And:
		for _, inner := range c {
			checkCondition(t, inner)
		}
	case Or:
		for _, inner := range c {
			checkCondition(t, inner)
		}
	case Not:
		checkCondition(t, c.Condition)
	case *Comparison:
		if c.Variable == nil || c.Operator == "" {
			t.Fatalf("comparison %+v is incomplete", c)
		}
	case Test:
		if c.Query == nil {
			t.Fatal("a test without a query")
		}
	default:
		t.Fatalf("condition %T", c)
	}
}

// waitForms counts in how many ways a Wait says how long it takes.
func waitForms(w *Wait) int {
	n := 0
	for _, set := range []bool{w.HasSeconds, w.Timestamp != "", w.SecondsPath != nil, w.TimestampPath != nil} {
		if set {
			n++
		}
	}
	return n
}

// targets returns the states that s may lead to.
func targets(s State) []string {
	var found []string
	if next := s.Base().Next; next != "" {
		found = append(found, next)
	}
	var catchers []Catcher
	switch s := s.(type) {
	case *Choice:
		for _, r := range s.Rules {
			found = append(found, r.Next)
		}
		if s.Default != "" {
			found = append(found, s.Default)
		}
	case *Task:
		catchers = s.Catch
	case *Parallel:
		catchers = s.Catch
	case *Map:
		catchers = s.Catch
	}
	for _, c := range catchers {
		found = append(found, c.Next)
	}
	return found
}
