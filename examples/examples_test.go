// Package examples_test runs the state machines of this directory and compares their histories, whole,
// with the .history files beside them; -update writes these.
package examples_test

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/cli"
	"github.com/stepwell/stepwell/integration/mock"
	"github.com/stepwell/stepwell/value"
)

var update = flag.Bool("update", false, "write the .history files instead of comparing with them")

// example is one run of the machine of a folder.
type example struct {
	dir, testCase string
	machine       string // its name
	mocked        bool   // every task is answered by mocks.json
	play          func(*world)
}

// played are the runs in which people or workers outside take part, by folder and test case.
var played = map[string]func(*world){
	"approval/escalated":    escalated,
	"approval/expired":      expired,
	"activity/workers":      workers,
	"activity/workerDies":   workerDies,
	"activity/packingStops": packingStops,
}

// others are the files of the machines that nested executions start, by folder and name.
var others = map[string]map[string]string{"nested": {"Payout": "payout.json"}}

// TestExamples runs every test case of every folder.
func TestExamples(t *testing.T) {
	all := examples(t)
	for _, e := range all {
		t.Run(e.dir+"/"+e.testCase, func(t *testing.T) { e.run(t) })
	}
	goldens, _ := filepath.Glob("*/*.history")
	if len(goldens) != len(all) {
		t.Errorf("there are %d examples, but %d histories", len(all), len(goldens))
	}
}

// examples finds the test cases of all folders: those of mocks.json, those that have an input of their
// own, and those that somebody plays.
func examples(t *testing.T) []example {
	t.Helper()
	var found []example
	files, _ := filepath.Glob("*/machine.json")
	if len(files) < 10 {
		t.Fatalf("only %d folders", len(files))
	}
	for _, file := range files {
		dir := filepath.Dir(file)
		machine, mocked := mocks(t, dir)
		cases := map[string]bool{}
		for _, name := range mocked {
			cases[name] = true
		}
		inputs, _ := filepath.Glob(dir + "/*.input.json")
		for _, input := range inputs {
			cases[strings.TrimSuffix(filepath.Base(input), ".input.json")] = true
		}
		for name := range played {
			if name, ok := strings.CutPrefix(name, dir+"/"); ok {
				cases[name] = true
			}
		}
		for _, name := range slices.Sorted(maps.Keys(cases)) {
			found = append(found, example{dir, name, machine, slices.Contains(mocked, name), played[dir+"/"+name]})
		}
	}
	return found
}

// mocks returns the state machine of a folder's mocks.json and the names of its test cases; without
// that file the machine has the name of the folder.
func mocks(t *testing.T, dir string) (machine string, cases []string) {
	t.Helper()
	text, err := os.ReadFile(dir + "/mocks.json")
	if os.IsNotExist(err) {
		return dir, nil
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mock.Parse(string(text)); err != nil {
		t.Fatal(err)
	}
	config, _ := value.Parse(string(text)) // it was parsed before
	machines, _ := config.Get("StateMachines")
	for name, m := range machines.Members() {
		machine = name
		m, _ = m.Get("TestCases")
		for name := range m.Members() {
			cases = append(cases, name)
		}
	}
	return machine, cases
}

// input is the file with the input of an example.
func (e example) input() string {
	own := e.dir + "/" + e.testCase + ".input.json"
	if _, err := os.Stat(own); err == nil {
		return own
	}
	return e.dir + "/input.json"
}

// run plays the example, and compares what happened with its file.
func (e example) run(t *testing.T) {
	w := newWorld(t, e)
	for name, file := range others[e.dir] {
		w.create(name, read(t, e.dir+"/"+file))
	}
	machine := w.create(e.machine, read(t, e.dir+"/machine.json"))
	if e.mocked {
		machine += "#" + e.testCase
	}
	w.start(machine, e.testCase, read(t, e.input()))
	if e.play != nil {
		e.play(w)
	}
	got := w.ended(w.execution)
	for name := range others[e.dir] {
		for _, execution := range w.executionsOf(name) {
			got += "\n" + name + "\n" + w.ended(execution)
		}
	}
	golden := e.dir + "/" + e.testCase + ".history"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := read(t, golden); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestCommands runs the commands that README.md shows: each ends as its history does.
func TestCommands(t *testing.T) {
	readme := read(t, "README.md")
	t.Chdir("..")
	commands := regexp.MustCompile(`(?m)^    bin/stepwell (run examples/(\w+)/machine\.json --input @examples/\w+/([\w.]+)\.json.*)$`).FindAllStringSubmatch(readme, -1)
	if len(commands) != 4 {
		t.Errorf("%d commands", len(commands))
	}
	for _, c := range commands {
		args, golden := strings.Fields(c[1]), strings.TrimSuffix(c[3], ".input")
		if i := slices.Index(args, "--test-case"); i >= 0 {
			golden = args[i+1]
		}
		var stdout, stderr strings.Builder
		env := cli.Env{Stdout: &stdout, Stderr: &stderr, Getenv: func(string) string { return "" }}
		end := "FAILED "
		if code := cli.Main(t.Context(), env, args); code == 0 {
			end = "SUCCEEDED " + stdout.String()
		}
		if !strings.Contains(read(t, "examples/"+c[2]+"/"+golden+".history"), "\n"+end) {
			t.Errorf("%s\n%s%s", c[0], &stderr, &stdout)
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
