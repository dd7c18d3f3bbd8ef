package lambda

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestWatch sees what changes in a directory, also through a link to it, as far as it is code.
func TestWatch(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "code")
	if err := os.MkdirAll(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	link := dir + "-link"
	if err := os.Symlink(dir, link); err != nil {
		t.Skip(err)
	}
	w := &watch{paths: []string{link}, code: true}
	edition := w.latest()
	for _, c := range []struct {
		file string
		seen bool
	}{{"app.py", true}, {"sub/b.js", true}, {"data.txt", false}, {".hidden.py", false}} {
		write(t, filepath.Join(dir, c.file), "1")
		now := w.latest()
		if (now > edition) != c.seen {
			t.Errorf("%s: edition %d became %d", c.file, edition, now)
		}
		edition = now
	}
	if now := w.latest(); now != edition {
		t.Errorf("nothing has changed, and edition %d became %d", edition, now)
	}
}

// TestWatchIsBounded: of a directory with very much in it, the rest is not looked at.
func TestWatchIsBounded(t *testing.T) {
	dir := t.TempDir()
	w := &watch{paths: []string{dir}, code: true, most: 20}
	for i := range w.most {
		write(t, filepath.Join(dir, fmt.Sprintf("a%02d", i)), "")
	}
	edition := w.latest()
	write(t, filepath.Join(dir, "z.py"), "")
	if now := w.latest(); now != edition {
		t.Errorf("edition %d became %d behind %d files", edition, now, w.most)
	}
}

// TestPoolSeesNewerEditionsOnly: who has looked earlier may come later.
func TestPoolSeesNewerEditionsOnly(t *testing.T) {
	h := New(Options{Source: new(Set), Logger: slog.New(slog.DiscardHandler)})
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	p := &pool{host: h, function: new(Function)}
	p.look(2)
	i := newInstance(p)
	p.idle = append(p.idle, i)
	p.look(1)
	if p.edition != 2 || len(p.idle) != 1 {
		t.Errorf("it is at edition %d with %d idle instances, after 2 and 1", p.edition, len(p.idle))
	}
	p.look(3)
	if c := <-i.inbox; p.edition != 3 || c != nil {
		t.Errorf("it is at edition %d, and the old instance got %v", p.edition, c)
	}
}

// TestGivenBack: a call whose instance has died gets one that is idle, and only otherwise has to wait.
func TestGivenBack(t *testing.T) {
	p := &pool{function: new(Function)}
	i := newInstance(p)
	p.idle = append(p.idle, i)
	first, second := &call{ctx: context.Background()}, &call{ctx: context.Background()}
	p.again(first, answer{})
	p.again(second, answer{})
	if got := <-i.inbox; got != first {
		t.Errorf("the idle instance got %v", got)
	}
	if len(p.waiting) != 1 || p.waiting[0] != second {
		t.Errorf("there wait %v", p.waiting)
	}
}

// TestLines come whole, and those that are too long in parts of whole characters.
func TestLines(t *testing.T) {
	long := strings.Repeat("x", maxLine)
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"lines":              {"a\n\nb\r\nc", []string{"a", "", "b", "c"}},
		"no line":            {"", nil},
		"as long as it can":  {long[1:] + "\nb\n", []string{long[1:], "b"}},
		"one part":           {long + "\nb\n", []string{long, "b"}},
		"two parts":          {long + "ü\n\n", []string{long, "ü", ""}},
		"between characters": {long[1:] + "ü\nb", []string{long[1:], "ü", "b"}},
		"four bytes":         {long[3:] + "😀😀\n", []string{long[3:], "😀😀"}},
		"no characters":      {long[2:] + "\xff\xff\xff\n", []string{long[2:] + "\xff\xff", "\xff"}},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := newOutput()
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				_, _ = o.w.WriteString(c.text)
				_ = o.w.Close()
			}()
			var got []string
			o.lines(func(line string) { got = append(got, line) })
			o.close()
			if !slices.Equal(got, c.want) {
				t.Errorf("got %d lines, want %d; they end in %.10q", len(got), len(c.want), got[max(0, len(got)-1):])
			}
		})
	}
}
