package simulation

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mutants are deliberate mistakes in the engine and the interpreter: each is a piece of code that
// stands once in a file, and what it is replaced by.
var mutants = []struct {
	name, file string
	edits      [][2]string
}{
	{"answers and effects leave before the commit", "engine/committer.go", [][2]string{
		{"		if err := c.kv.Apply(", "		for _, step := range group {\n			for _, f := range step.release {\n				f()\n			}\n		}\n		if err := c.kv.Apply("},
		{"		for _, f := range step.release {\n			f()\n		}\n	}\n	return nil", "	}\n	return nil"},
	}},
	{"a start forgets the stored deadlines", "engine/recover.go", [][2]string{
		{"s.timers.arm(timerKey{t.AwaitRef, deadline}, t.Due)", "_ = t"},
	}},
	{"a message is not deleted in the commit that handles it", "engine/children.go", [][2]string{
		{"	tx.Receive(m)\n", ""},
	}},
	{"an execution leaves memory before it is durable", "engine/resident.go", [][2]string{
		{"oldest == nil || oldest.Value.(*resident).written > durable", "oldest == nil || durable == 1<<63"},
	}},
	{"a retry is counted while it happens and not when it is restored", "interpreter/apply.go", [][2]string{
		{"	f.attempt++\n", "	if x.tracking {\n		f.attempt++\n	}\n"},
	}},
	{"no task is sent again after a crash", "engine/recover.go", [][2]string{
		{"			s.dispatch(r, a)()\n", ""},
	}},
	{"an Express execution is not run again after a crash", "engine/express.go", [][2]string{
		{"		e.repeat(x, p)\n", "		_ = p\n"},
	}},
	{"an Express execution is forgotten after a crash", "engine/express.go", [][2]string{
		{"		e.repeat(x, p)\n", "		_ = p\n		s := e.shards[x.Row.ID.Shard()]\n		s.post(func() {\n			tx := new(store.Tx)\n			tx.EndExpress(x.Row.ID)\n			s.commit(tx)\n			if e.clocks != nil {\n				e.clocks.recover(-1)\n			}\n		})\n"},
	}},
	{"an Express execution acts before its start is durable", "engine/shard.go", [][2]string{
		{"case tx.Empty() && r.waiting.Load() == 0:", "case tx.Empty():"},
	}},
	{"results of handlers are thrown away", "engine/tasks.go", [][2]string{
		{"	s.tell(ref, c, done)\n}", "	_ = c\n	done()\n}"},
	}},
	{"a clock jumps while something runs", "engine/clock.go", [][2]string{
		{"	case c.busy > 0 || c.all.recovering.Load() > 0:\n", "	case c.all.recovering.Load() > 0:\n"},
	}},
	{"a name can be taken again with another input", "engine/execution.go", [][2]string{
		{"r.exec.Status() != interpreter.Running || r.exec.Input().Text() != input.Text()", "r.exec.Status() != interpreter.Running"},
	}},
	{"a closed execution does not enter the list of its status", "store/tx.go", [][2]string{
		{"		t.put(kv.Lists, listKey(owner, r, r.Status), nil)\n	}\n	t.put(kv.Retention, retentionKey(r), nil)\n", "	}\n	t.put(kv.Retention, retentionKey(r), nil)\n"},
	}},
	{"an answer to an earlier attempt counts for the present one", "interpreter/execution.go", [][2]string{
		{"f == nil || f.await == nil || f.await.ID != id", "f == nil || f.await == nil"},
	}},
}

// TestMutants: each mutant is noticed by the same seeds that the code itself passes.
func TestMutants(t *testing.T) {
	if testing.Short() {
		t.Skip("it compiles the engine once for each mutant")
	}
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			command := exec.Command("go", "test", "-count=1", "-timeout=120s", "-run=^TestSimulation$", "-overlay="+mutate(t, m.file, m.edits), ".")
			command.Env = append(os.Environ(), "STEPWELL_SEED=1", "STEPWELL_RUNS=100")
			out, err := command.CombinedOutput()
			if err == nil {
				t.Fatalf("it passed:\n%s", out)
			}
			if text := string(out); !strings.Contains(text, "It replays with") && !strings.Contains(text, "panic:") {
				t.Fatalf("it did not run: %v\n%s", err, out)
			}
		})
	}
}

// mutate returns the path of an overlay in which a file has the edits.
func mutate(t *testing.T, file string, edits [][2]string) string {
	t.Helper()
	original, err := filepath.Abs(filepath.Join("..", filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(original)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for _, e := range edits {
		if n := strings.Count(text, e[0]); n != 1 {
			t.Fatalf("%s has %q %d times, want once", file, e[0], n)
		}
		text = strings.Replace(text, e[0], e[1], 1)
	}
	mutant := filepath.Join(t.TempDir(), "mutant.go")
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{original: mutant}})
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(t.TempDir(), "overlay.json")
	for name, content := range map[string][]byte{mutant: []byte(text), list: overlay} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return list
}
