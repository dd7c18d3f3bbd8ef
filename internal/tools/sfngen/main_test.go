package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const sfnDir = "../../../sfn"

func TestGeneratedFilesAreFresh(t *testing.T) {
	files, err := generate(filepath.Join(sfnDir, "model/sfn-2016-11-23.json"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(sfnDir, name))
		if err != nil {
			t.Errorf("%v: run go generate ./sfn", err)
			continue
		}
		if !bytes.Equal(got, want) {
			t.Errorf("sfn/%s is stale: run go generate ./sfn", name)
		}
	}
}

func TestNoGeneratedFileIsLeftOver(t *testing.T) {
	files, err := generate(filepath.Join(sfnDir, "model/sfn-2016-11-23.json"))
	if err != nil {
		t.Fatal(err)
	}
	present, err := filepath.Glob(filepath.Join(sfnDir, "*.go"))
	if err != nil || len(present) == 0 {
		t.Fatalf("files of sfn = %v, %v", present, err)
	}
	for _, path := range present {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.HasPrefix(source, []byte("// Code generated")) && files[filepath.Base(path)] == nil {
			t.Errorf("sfn/%s is generated no more: delete it", filepath.Base(path))
		}
	}
}

func TestFirstSentence(t *testing.T) {
	cases := map[string]struct{ text, want string }{
		"empty":             {"", ""},
		"tags are stripped": {"<p>The <code>name</code> of it.</p> <p>More.</p>", "The name of it."},
		"no full stop":      {"<p>Its status</p>", "Its status."},
		"a file name":       {"<p>See states.json for this. More.</p>", "See states.json for this."},
		"an abbreviation":   {"<p>A region, e.g. one of five. More.</p>", "A region, e.g. one of five."},
		"a list follows":    {"<p>A name must not contain:</p> <ul><li>x</li></ul>", "A name must not contain."},
		"entities":          {"<p>A &amp; B &lt; C.</p>", "A & B < C."},
		"paragraphs":        {"<p>One.</p><p>Two.</p>", "One."},
		"a question":        {"Why? Because.", "Why."},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := firstSentence(c.text); got != c.want {
				t.Errorf("firstSentence(%q) = %q, want %q", c.text, got, c.want)
			}
		})
	}
}

func TestCommentWraps(t *testing.T) {
	text := strings.Repeat("word ", 60)
	got := comment(text)
	for line := range strings.Lines(got) {
		if len(line) > lineWidth+1 || !strings.HasPrefix(line, "// word") {
			t.Errorf("bad line %q", line)
		}
	}
	if words := strings.Count(got, "word"); words != 60 {
		t.Errorf("comment holds %d words, want 60", words)
	}
}

func TestCamel(t *testing.T) {
	for value, want := range map[string]string{
		"TIMED_OUT":        "TimedOut",
		"OK":               "Ok",
		"ExecutionStarted": "ExecutionStarted",
	} {
		if got := camel(value); got != want {
			t.Errorf("camel(%q) = %q, want %q", value, got, want)
		}
	}
}

func TestModelWithADanglingReferenceIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.json")
	broken := `{"shapes": {"A": {"type": "structure", "members": {"b": {"shape": "Gone"}}}}}`
	if err := os.WriteFile(path, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := generate(path)
	if err == nil || !strings.Contains(err.Error(), `shape A: member b: no shape "Gone"`) {
		t.Errorf("generate = %v, want an error that names shape, member and reference", err)
	}
}
