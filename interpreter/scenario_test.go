package interpreter_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/value"
)

var update = flag.Bool("update", false, "rewrite the golden steps of the scenarios")

var identity = interpreter.Identity{
	ExecutionARN:  "arn:aws:states:us-east-1:111111111111:execution:shop:order-1",
	ExecutionName: "order-1",
	MachineARN:    "arn:aws:states:us-east-1:111111111111:stateMachine:shop",
	MachineName:   "shop",
	RoleARN:       "arn:aws:iam::111111111111:role/shop",
	Region:        "us-east-1",
	TaskToken:     func(id interpreter.AwaitID) string { return fmt.Sprintf("token of %s/%d", id.Frame, id.Seq) },
}

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 600e6, time.UTC)

// TestScenarios runs every scenario twice: straight through, and with an execution that is thrown
// away after each command and restored from its journal. Both must tell the same story.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/scenarios/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			story := play(t, archive, false)
			if *update {
				setSection(archive, "steps", story)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want := section(archive, "steps")
			if diff := firstDifference(story, want); diff != "" {
				t.Error(diff)
			}
			if diff := firstDifference(play(t, archive, true), want); diff != "" {
				t.Errorf("restored after every command: %s", diff)
			}
		})
	}
}

// play runs the script of a scenario and tells what happened.
func play(t *testing.T, archive *txtar.Archive, crash bool) string {
	t.Helper()
	p := newPlayer(t, section(archive, "definition.json"), section(archive, "input.json"))
	p.crash = crash
	for line := range strings.Lines(section(archive, "script")) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			p.do(line)
		}
	}
	p.conclude()
	return p.story.String()
}

// player gives an execution the commands of a script.
type player struct {
	t       *testing.T
	program *asl.Program
	input   value.Value
	x       *interpreter.Execution
	journal []interpreter.Event
	clock   time.Time
	last    interpreter.Command
	crash   bool
	// stored are the awaits as a store that follows the effects has them.
	stored map[interpreter.AwaitID]interpreter.Await
	story  strings.Builder
}

func newPlayer(t *testing.T, definition, input string) *player {
	t.Helper()
	program := parse(t, definition)
	if strings.TrimSpace(input) == "" {
		input = "{}"
	}
	return &player{
		t: t, program: program, input: parseValue(t, input), clock: epoch,
		x: interpreter.New(program, identity), stored: make(map[interpreter.AwaitID]interpreter.Await),
	}
}

func parse(t testing.TB, definition string) *asl.Program {
	t.Helper()
	program, diagnostics := asl.Parse(definition)
	if program == nil {
		t.Fatalf("definition: %v", diagnostics)
	}
	return program
}

func parseValue(t testing.TB, text string) value.Value {
	t.Helper()
	v, err := value.Parse(strings.TrimSpace(text))
	if err != nil {
		t.Fatalf("value %s: %v", text, err)
	}
	return v
}

// do carries out one line of a script.
func (p *player) do(line string) {
	p.t.Helper()
	verb, rest, _ := strings.Cut(line, " ")
	switch verb {
	case "advance":
		by, err := time.ParseDuration(rest)
		if err != nil {
			p.t.Fatal(err)
		}
		p.clock = p.clock.Add(by)
	case "again":
		p.handle(line, p.last)
	case "pauses":
		p.pauses(line)
	default:
		p.handle(line, p.command(verb, rest))
	}
}

// pauses fires the timers of full Steps until there is none, and tells only of the last Step.
func (p *player) pauses(line string) {
	p.t.Helper()
	before := p.story.String()
	for id, ok := p.pause(); ok; id, ok = p.pause() {
		p.story.Reset()
		p.story.WriteString(before)
		p.handle(line, interpreter.FireTimer{Await: id})
	}
}

// pause returns the await of a full Step.
func (p *player) pause() (interpreter.AwaitID, bool) {
	for _, a := range p.x.Outstanding() {
		if a.Kind == interpreter.AwaitTimer && a.State == "" && a.ID.Seq > 1 {
			return a.ID, true
		}
	}
	return interpreter.AwaitID{}, false
}

// command reads a command: a verb, mostly the await it is for, and an argument.
func (p *player) command(verb, rest string) interpreter.Command {
	p.t.Helper()
	switch verb {
	case "start":
		return interpreter.Start{Input: p.input}
	case "stop":
		why := failureOf(rest)
		return interpreter.Stop{Error: why.Error, Cause: why.Cause}
	}
	target, argument, _ := strings.Cut(rest, " ")
	a := p.await(target)
	switch verb {
	case "claim":
		return interpreter.ClaimTask{Await: a.ID, Worker: argument}
	case "submit":
		return interpreter.SubmitTask{Await: a.ID, Output: parseValue(p.t, argument)}
	case "call-back":
		return interpreter.CompleteTask{Await: a.ID, Output: parseValue(p.t, argument), ByToken: true}
	case "call-back-failure":
		return interpreter.FailTask{Await: a.ID, Failure: failureOf(argument), ByToken: true}
	case "complete":
		return interpreter.CompleteTask{Await: a.ID, Output: parseValue(p.t, argument)}
	case "complete-large":
		n, _ := strconv.Atoi(argument)
		return interpreter.CompleteTask{Await: a.ID, Output: value.String(strings.Repeat("x", n))}
	case "fail":
		return interpreter.FailTask{Await: a.ID, Failure: failureOf(argument)}
	case "heartbeat":
		return interpreter.FireTimer{Await: a.ID, Heartbeat: true}
	case "fire":
		if a.Due.After(p.clock) {
			p.clock = a.Due
		}
		return interpreter.FireTimer{Await: a.ID}
	case "succeed-child", "fail-child":
		return interpreter.CloseChild{Await: a.ID, Succeeded: verb == "succeed-child", Description: parseValue(p.t, argument)}
	}
	p.t.Fatalf("unknown command %s", verb)
	return nil
}

// failureOf reads "Error cause with blanks".
func failureOf(text string) (f asl.Failure) {
	if name, cause, found := strings.Cut(text, " "); name != "" {
		f.Error = &name
		if found {
			f.Cause = &cause
		}
	}
	return f
}

// await finds what a command is for: a state's name, with "#n" when more than one await has it;
// "deadline" is the execution's own.
func (p *player) await(target string) interpreter.Await {
	p.t.Helper()
	name, ordinal, _ := strings.Cut(target, "#")
	n, _ := strconv.Atoi(ordinal)
	for _, a := range p.x.Outstanding() {
		if a.State != name && (name != "deadline" || a.ID.Seq != 1) {
			continue
		}
		if n == 0 {
			return a
		}
		n--
	}
	p.t.Fatalf("nothing outstanding is called %s", target)
	return interpreter.Await{}
}

// handle gives c to the execution and tells what that led to.
func (p *player) handle(line string, c interpreter.Command) {
	p.t.Helper()
	p.last = c
	step := p.x.Handle(interpreter.Moment{Time: p.clock, Seed: 7}, c)
	p.journal = append(p.journal, step.Events...)
	fmt.Fprintf(&p.story, "> %s%s\n", at(p.clock), line)
	const head, tail = 10, 4
	for i, e := range step.Events {
		if len(step.Events) <= 100 || i < head || i >= len(step.Events)-tail {
			fmt.Fprintln(&p.story, showEvent(e))
		} else if i == head {
			fmt.Fprintf(&p.story, "… %d events more\n", len(step.Events)-head-tail)
		}
	}
	for _, e := range step.Effects {
		fmt.Fprintln(&p.story, showEffect(e))
	}
	follow(p.stored, p.x, c, step.Effects)
	if diff := compareAwaits(p.stored, p.x); diff != "" {
		p.t.Fatalf("after %s: %s", line, diff)
	}
	p.checkRestored()
}

// checkRestored compares the execution with one restored from its journal.
func (p *player) checkRestored() {
	p.t.Helper()
	restored := interpreter.Restore(p.program, identity, slices.Values(p.journal))
	if diff := firstDifference(restored.Dump(), p.x.Dump()); diff != "" {
		p.t.Fatalf("restored after event %d: %s", len(p.journal), diff)
	}
	if got, want := fmt.Sprint(restored.Outstanding()), fmt.Sprint(p.x.Outstanding()); got != want {
		p.t.Fatalf("restored awaits: got %s, want %s", got, want)
	}
	if p.crash {
		p.x = restored
	}
}

// conclude tells how the execution stands.
func (p *player) conclude() {
	fmt.Fprintf(&p.story, "= %s", p.x.Status())
	switch why := p.x.Failure(); {
	case p.x.Status() == interpreter.Succeeded:
		fmt.Fprintf(&p.story, " %s", p.x.Output().Text())
	case why.Error != nil:
		fmt.Fprintf(&p.story, " %s", *why.Error)
	}
	p.story.WriteByte('\n')
	for _, a := range p.x.Outstanding() {
		fmt.Fprintf(&p.story, "outstanding%s\n", showAwait(a))
	}
}

func section(archive *txtar.Archive, name string) string {
	for _, f := range archive.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func setSection(archive *txtar.Archive, name, text string) {
	for i := range archive.Files {
		if archive.Files[i].Name == name {
			archive.Files[i].Data = []byte(text)
			return
		}
	}
	archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(text)})
}

// firstDifference returns the first line in which got and want differ, with the line before it.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	before := ""
	for i := range max(len(g), len(w)) {
		a, b := "(nothing)", "(nothing)"
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			return fmt.Sprintf("line %d, after %q:\n got %s\nwant %s", i+1, before, a, b)
		}
		before = a
	}
	return ""
}
