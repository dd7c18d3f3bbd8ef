package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/store"
)

// versioned creates a machine with two versions, of which each returns its number, and an alias.
func (w *world) versioned(name, alias string, weights ...int64) store.Machine {
	w.t.Helper()
	was := w.machine(name, `{"StartAt":"P","States":{"P":{"Type":"Pass","Result":0,"End":true}}}`)
	m := was
	var writes []store.Write
	a := store.Alias{MachineID: m.ID, Name: alias}
	for i, weight := range weights {
		n := uint64(i + 1)
		r := store.Revision{
			MachineID: m.ID, Key: fmt.Sprint("v", n), RoleARN: "arn:aws:iam::123456789012:role/r",
			Definition: fmt.Sprintf(`{"StartAt":"P","States":{"P":{"Type":"Pass","Result":%d,"End":true}}}`, n),
		}
		writes = append(writes, store.AddRevision(r), store.AddVersion(store.Version{MachineID: m.ID, Number: n, Revision: r.Key}))
		a.Routes = append(a.Routes, store.Route{Version: n, Weight: weight})
	}
	if err := w.store.UpdateMachine(w.t.Context(), was, m, append(writes, store.PutAlias(a))...); err != nil {
		w.t.Fatal(err)
	}
	return m
}

// TestNestedVersionsAndAliases: a task can start a version or an alias, and is told so.
func TestNestedVersionsAndAliases(t *testing.T) {
	inWorld(t, engine.Options{}, func(w *world) {
		w.versioned("child", "live", 0, 100)
		arn := `"arn:aws:states:us-east-1:123456789012:stateMachine:child`
		for i, c := range []struct {
			qualified string
			want      []string // in the output, or the error
			status    interpreter.Status
		}{
			{"child", []string{`"Output":0`, `"StateMachineArn":` + arn + `"`}, interpreter.Succeeded},
			{"child:1", []string{`"Output":1`, `"StateMachineArn":` + arn + `","StateMachineVersionArn":` + arn + `:1"`}, interpreter.Succeeded},
			{"child:live", []string{`"Output":2`, `"StateMachineAliasArn":` + arn + `:live","StateMachineArn":` + arn + `","StateMachineVersionArn":` + arn + `:2"`}, interpreter.Succeeded},
			{"child:3", []string{"StepFunctions.StateMachineDoesNotExistException"}, interpreter.Failed},
			{"child:none", []string{"StepFunctions.StateMachineDoesNotExistException"}, interpreter.Failed},
			{"none:1", []string{"StepFunctions.StateMachineDoesNotExistException"}, interpreter.Failed},
		} {
			m := w.machine(fmt.Sprint("parent-", i), childMachine(c.qualified, ".sync:2"))
			row := w.ends(w.start(m, "", `{}`).ID, c.status)
			var got string
			if c.status == interpreter.Succeeded {
				got = w.output(row.ID)
			} else {
				got = *row.Failure.Error
			}
			for _, part := range c.want {
				if !strings.Contains(got, part) {
					t.Errorf("%s: got %s, want %s in it", c.qualified, got, part)
				}
			}
		}
		w.nothingLeft()
	})
}

// TestNestedAliasAfterACrash: a child whose start is handled again after a crash runs the version that
// was drawn first, because its name decides.
func TestNestedAliasAfterACrash(t *testing.T) {
	for commits := range 5 {
		t.Run(fmt.Sprint(commits), func(t *testing.T) {
			inWorld(t, engine.Options{}, func(w *world) {
				child := w.versioned("child", "live", 50, 50)
				parent := w.machine("parent", childMachine("child:live", ".sync"))
				landed := 0
				w.disk.after(func() error {
					if landed++; landed > commits {
						return errKilled
					}
					return nil
				})
				_, err := w.engine.Start(w.t.Context(), engine.StartRequest{Machine: parent, Name: "p", Input: w.value(`{}`)})
				time.Sleep(time.Minute)
				w.kill()
				if err != nil {
					w.start(parent, "p", `{}`)
				}
				row, err := w.store.Lookup(w.t.Context(), scope, "parent", "p")
				if err != nil {
					t.Fatal(err)
				}
				w.ends(row.ID, interpreter.Succeeded)
				children := w.listedBy(child.ID, "live")
				if len(children) != 1 {
					t.Fatalf("%d executions are listed for the alias, want 1", len(children))
				}
				drawn := children[0].Via.Version
				a, err := w.store.Alias(w.t.Context(), child.ID, "live")
				if want := a.Draw(children[0].Name); err != nil || drawn != want {
					t.Errorf("version %d was started (%v), want %d", drawn, err, want)
				}
				for v := uint64(1); v <= 2; v++ {
					if n := len(w.listedBy(child.ID, store.FormatVersion(v))); (n == 1) != (v == drawn) {
						t.Errorf("%d executions are listed for version %d, and %d was started", n, v, drawn)
					}
				}
			})
		})
	}
}

func (w *world) listedBy(machineID, qualifier string) []store.Row {
	w.t.Helper()
	var rows []store.Row
	for row, err := range w.store.Executions(w.t.Context(), store.Owner(machineID, qualifier), "", store.Cursor{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// TestRetentionOfAliases: what expires leaves the lists of its version and alias too.
func TestRetentionOfAliases(t *testing.T) {
	inWorld(t, engine.Options{Retention: 24 * time.Hour}, func(w *world) {
		w.versioned("m", "live", 100)
		target, err := w.store.Target(w.t.Context(), scope, "m", "live", "")
		if err != nil {
			t.Fatal(err)
		}
		row, err := w.engine.Start(w.t.Context(), engine.StartRequest{Machine: target.Machine, Via: target.Via, Input: w.value(`{}`)})
		if err != nil {
			t.Fatal(err)
		}
		w.ends(row.ID, interpreter.Succeeded)
		if n := w.keys(kv.Lists); n != 6 {
			t.Errorf("an execution by an alias stands in %d lists, want 6", n)
		}
		time.Sleep(3 * 24 * time.Hour)
		if n := w.keys(kv.Lists); n != 0 {
			t.Errorf("%d entries of lists are left", n)
		}
	})
}
