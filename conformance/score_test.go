package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func scored() Scorecard {
	s := Scorecard{}
	for area, passed := range map[string][]bool{"base": {true, true, false}, "tiny/wait": {true}, "api": {false}} {
		for _, p := range passed {
			r := Result{Case: &Recording{Group: area}}
			if !p {
				r.Differences = []Difference{{Problem: "no"}}
			}
			s.Add(r)
		}
	}
	return s
}

func TestScorecard(t *testing.T) {
	var b strings.Builder
	scored().Write(&b)
	want := "api           0     1\nbase          2     3\ntiny/wait     1     1\ntotal         3     5\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

// TestFloor: a floor is written, read, checked, and only rises.
func TestFloor(t *testing.T) {
	name := filepath.Join(t.TempDir(), "floor")
	if err := (Floor{"base": 1, "api": 7}).Raise(scored()).Write(name); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(text), floorComment+"\napi 7\nbase 2\ntiny/wait 1\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	floor, err := ReadFloor(name)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(floor.Check(scored()), "\n")
	if want := "api: 0 of 1 conform, 7 did before"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFloorThatIsNone(t *testing.T) {
	name := filepath.Join(t.TempDir(), "floor")
	if err := os.WriteFile(name, []byte("base many\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFloor(name); err == nil || !strings.Contains(err.Error(), `"base many" is not a row`) {
		t.Errorf("got %v", err)
	}
}

// TestExceptionsAreFew: each names a page of AWS's documentation, and there are few.
func TestExceptionsAreFew(t *testing.T) {
	if len(Exceptions) > MaxExceptions {
		t.Errorf("%d exceptions, want at most %d", len(Exceptions), MaxExceptions)
	}
	for _, e := range Exceptions {
		if e.ID == "" || e.Reason == "" || !strings.HasPrefix(e.Documentation, "https://docs.aws.amazon.com/") {
			t.Errorf("%+v does not say which recording, why, and which page of the documentation says otherwise", e)
		}
	}
}
