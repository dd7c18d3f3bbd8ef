package delivery_test

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stepwell/stepwell/delivery"
	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/store"
)

// TestEventsOfManyExecutions arrive once each, those of one execution in order, however many wait.
func TestEventsOfManyExecutions(t *testing.T) {
	inWorld(t, []string{"a"}, func(w *world) {
		waits, passes := w.machine("waits", waitMachine), w.machine("passes", passMachine)
		const each = 300
		for i := range each {
			w.start(waits, fmt.Sprintf("w%d", i), `{}`)
			w.start(passes, fmt.Sprintf("p%d", i), `{}`)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		statuses, ids := map[string]string{}, map[string]bool{}
		for _, e := range w.sink.events(w.t, "a") {
			statuses[e.Detail.Name] += e.Detail.Status + " "
			ids[e.ID] = true
		}
		for name, got := range statuses {
			if got != "RUNNING SUCCEEDED " {
				w.t.Errorf("of %s it was told: %s", name, got)
			}
		}
		if c := w.events.Counts(); len(statuses) != 2*each || len(ids) != 4*each || c != (delivery.EventCounts{Delivered: 4 * each}) {
			w.t.Errorf("%d executions, %d ids, %+v", len(statuses), len(ids), c)
		}
	})
}

// TestEventsOfOneShardDoNotWaitForOthers: what comes anew in front of them is delivered after them.
func TestEventsOfOneShardDoNotWaitForOthers(t *testing.T) {
	inWorld(t, []string{"a"}, func(w *world) {
		m := w.machine("m", passMachine)
		names := make(map[uint16]int)
		start := func(shard uint16) {
			for {
				names[shard]++
				name := fmt.Sprintf("%d-%d", shard, names[shard])
				if store.ShardOf(m.Scope, m.Name, name) == shard {
					w.start(m, name, `{}`)
					return
				}
			}
		}
		w.sink.reply(func(string, *http.Request) (int, error) { return http.StatusTeapot, nil })
		for range 60 {
			start(1)
		}
		start(255)
		delivered := 0
		w.sink.reply(func(string, *http.Request) (int, error) {
			if delivered++; delivered <= 100 {
				start(0)
			}
			return http.StatusOK, nil
		})
		time.Sleep(time.Hour)
		synctest.Wait()
		events := w.sink.events(w.t, "a")
		if len(events) != 322 || !strings.HasPrefix(events[120].Detail.Name, "255-") || !strings.HasPrefix(events[321].Detail.Name, "0-") {
			w.t.Errorf("%d events: %v", len(events), events)
		}
	})
}

// TestEventsAreTriedAgain until the target takes them, in order and ever more rarely, and that is told
// without the URL.
func TestEventsAreTriedAgain(t *testing.T) {
	inWorld(t, []string{"a"}, func(w *world) {
		refusals := 0
		w.sink.reply(func(_ string, r *http.Request) (int, error) {
			switch refusals++; refusals {
			case 1:
				return 0, errors.New("connection refused")
			case 2:
				return http.StatusFound, nil // which is not followed
			case 3:
				return http.StatusInternalServerError, nil
			case 4: // it does not answer
				<-r.Context().Done()
				return 0, r.Context().Err()
			case 5, 6, 7, 8, 9:
				return http.StatusBadRequest, nil
			}
			return http.StatusOK, nil
		})
		w.ends(w.start(w.machine("m", waitMachine), "x", `{}`))
		time.Sleep(10 * time.Minute)
		w.accepted("a", "x RUNNING, x SUCCEEDED")
		if c := w.events.Counts(); c != (delivery.EventCounts{Delivered: 2, Failed: 9}) {
			w.t.Errorf("counted was %+v", c)
		}
		at := w.sink.attempts("a")
		for i, most := range []time.Duration{1, 2, 4, 8 + 10, 16, 32, 60, 60, 60} {
			pause := at[i+1].Sub(at[i])
			if least := most / 2; pause < least*time.Second || pause > most*time.Second {
				w.t.Errorf("attempt %d came %v after the one before, want up to %ds", i+2, pause, most)
			}
		}
		if text := w.log.String(); !strings.Contains(text, "target=a") || !strings.Contains(text, "connection refused") || strings.Contains(text, "http://") {
			w.t.Errorf("logged was %s", text)
		}
	})
}

// TestEventsSurviveACrash: what was sent and not removed is sent again, with the same id; what could
// not be sent is sent.
func TestEventsSurviveACrash(t *testing.T) {
	inWorld(t, []string{"a"}, func(w *world) {
		w.disk.fail(func(b kv.Batch) error {
			if len(b.Deletes) > 0 && b.Deletes[0].Space == kv.Outbox {
				return errors.New("killed before this was written")
			}
			return nil
		})
		m := w.machine("m", waitMachine)
		w.start(m, "sent", `{}`)
		w.accepted("a", "sent RUNNING")
		w.kill()
		w.accepted("a", "sent RUNNING, sent RUNNING")
		if e := w.sink.events(w.t, "a"); len(e) == 2 && e[0] != e[1] && e[0].ID != e[1].ID {
			w.t.Errorf("the same event had the ids %s and %s", e[0].ID, e[1].ID)
		}
		w.sink.reply(func(string, *http.Request) (int, error) { return 0, errors.New("the target is down") })
		w.start(m, "unsent", `{}`)
		time.Sleep(time.Hour)
		if c := w.events.Counts(); c.Waiting != 3 {
			w.t.Errorf("counted was %+v", c)
		}
		w.kill()
		if c := w.events.Counts(); c.Waiting != 3 {
			w.t.Errorf("after the crash counted was %+v", c)
		}
		w.sink.reply(nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		seen := map[string]string{}
		for _, e := range w.sink.events(w.t, "a") {
			seen[e.Detail.Name] += e.Detail.Status + " "
		}
		if want := map[string]string{"sent": "RUNNING RUNNING SUCCEEDED ", "unsent": "RUNNING SUCCEEDED "}; !reflect.DeepEqual(seen, want) {
			w.t.Errorf("got %v, want %v", seen, want)
		}
		if c := w.events.Counts(); c != (delivery.EventCounts{Delivered: 3, Failed: c.Failed}) {
			w.t.Errorf("in the end counted was %+v", c)
		}
	})
}

// TestCloseWhileATargetIsSlow: it is not waited for, and what it has taken is not sent again.
func TestCloseWhileATargetIsSlow(t *testing.T) {
	inWorld(t, []string{"a"}, func(w *world) {
		w.sink.reply(func(_ string, r *http.Request) (int, error) {
			if len(w.sink.events(w.t, "a")) == 1 {
				<-r.Context().Done()
				return 0, r.Context().Err()
			}
			return http.StatusOK, nil
		})
		w.ends(w.start(w.machine("m", passMachine), "x", `{}`))
		synctest.Wait()
		began := time.Now()
		w.close()
		if took := time.Since(began); took != 0 {
			w.t.Errorf("it took %v", took)
		}
		if c := w.events.Counts(); c != (delivery.EventCounts{Delivered: 1, Waiting: 1}) {
			w.t.Errorf("counted was %+v", c)
		}
		w.sink.reply(nil)
		w.open()
		w.accepted("a", "x RUNNING, x SUCCEEDED")
	})
}

// TestDeadTargetHoldsNobodyUp: neither executions nor other targets wait for one that does not answer.
func TestDeadTargetHoldsNobodyUp(t *testing.T) {
	inWorld(t, []string{"dead", "lives"}, func(w *world) {
		w.sink.reply(func(host string, r *http.Request) (int, error) {
			if host == "dead" {
				<-r.Context().Done()
				return 0, r.Context().Err()
			}
			return http.StatusOK, nil
		})
		m, began := w.machine("m", passMachine), time.Now()
		for range 500 {
			w.ends(w.start(m, "", `{}`))
		}
		synctest.Wait()
		if took := time.Since(began); took != 0 {
			w.t.Errorf("it took %v", took)
		}
		if n := len(w.sink.events(w.t, "lives")); n != 1000 {
			w.t.Errorf("%d events arrived, want 1000", n)
		}
		if c := w.events.Counts(); c.Waiting != 1000 || c.Delivered != 1000 {
			w.t.Errorf("counted was %+v", c)
		}
	})
}

// TestTargetsThatAreGone lose what waited for them, and that is told.
func TestTargetsThatAreGone(t *testing.T) {
	inWorld(t, []string{"a", "b"}, func(w *world) {
		w.sink.reply(func(string, *http.Request) (int, error) { return http.StatusTeapot, nil })
		w.ends(w.start(w.machine("m", passMachine), "x", `{}`))
		delete(w.targets, "b")
		w.kill()
		synctest.Wait()
		if text := w.log.String(); !strings.Contains(text, "not configured any more") || !strings.Contains(text, "target=b events=2") {
			w.t.Errorf("logged was %s", text)
		}
		waiting, err := w.store.OutboxTargets(w.t.Context())
		if want := map[string]int{"a": 2}; err != nil || !reflect.DeepEqual(waiting, want) {
			w.t.Errorf("waiting are %v, %v; want %v", waiting, err, want)
		}
	})
}

// TestEventsThatCannotBeTold are skipped: those of executions that were removed, and damaged records.
func TestEventsThatCannotBeTold(t *testing.T) {
	inWorld(t, []string{"a"}, func(w *world) {
		w.sink.reply(func(string, *http.Request) (int, error) { return http.StatusTeapot, nil })
		m := w.machine("m", passMachine)
		for _, name := range []string{"gone", "damaged", "stays"} {
			w.ends(w.start(m, name, `{}`))
		}
		if err := w.backend.Apply(w.t.Context(), w.damage("gone", "damaged")); err != nil {
			w.t.Fatal(err)
		}
		w.sink.reply(nil)
		time.Sleep(time.Hour)
		w.accepted("a", "stays RUNNING, stays SUCCEEDED")
		text := w.log.String()
		if c := w.events.Counts(); c.Waiting != 0 || strings.Count(text, "was removed") != 2 || strings.Count(text, "cannot be read") != 2 {
			w.t.Errorf("counted was %+v, logged was %s", c, text)
		}
	})
}

// damage removes the row of one execution, and makes a change and the row of another unreadable.
func (w *world) damage(gone, damaged string) kv.Batch {
	w.t.Helper()
	var b kv.Batch
	find := func(name string) string {
		row, err := w.store.Lookup(w.t.Context(), store.Scope{Account: "123456789012", Region: "us-east-1"}, "m", name)
		if err != nil {
			w.t.Fatal(err)
		}
		return fmt.Sprintf("%016x", uint64(row.ID))
	}
	for pair, err := range w.backend.Scan(w.t.Context(), kv.Rows, kv.Range{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		switch fmt.Sprintf("%x", pair.Key[2:]) {
		case find(gone):
			b.Deletes = append(b.Deletes, kv.Key{Space: kv.Rows, Key: pair.Key})
		case find(damaged):
			b.Puts = append(b.Puts, kv.Pair{Space: kv.Rows, Key: pair.Key, Value: []byte{99}})
		}
	}
	for pair, err := range w.backend.Scan(w.t.Context(), kv.Outbox, kv.Range{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		if strings.HasSuffix(fmt.Sprintf("%x", pair.Key), find(damaged)+"01") {
			b.Puts = append(b.Puts, kv.Pair{Space: kv.Outbox, Key: pair.Key, Value: []byte{99}})
		}
	}
	return b
}

// TestIdleEvents: who has nothing to deliver does not look.
func TestIdleEvents(t *testing.T) {
	inWorld(t, []string{"a", "b"}, func(w *world) {
		w.ends(w.start(w.machine("m", passMachine), "x", `{}`))
		synctest.Wait()
		before := w.disk.reads()
		time.Sleep(10 * 24 * time.Hour)
		synctest.Wait()
		if n := w.disk.reads() - before; n != 0 {
			w.t.Errorf("%d reads while nothing happened", n)
		}
	})
}

// TestCheckTarget: what can be a target.
func TestCheckTarget(t *testing.T) {
	for _, c := range []struct {
		name, url string
		good      bool
	}{
		{"a", "http://localhost:7000", true},
		{"A-b.c_9", "https://user:word@x/y?z=1", true},
		{"", "http://x", false},
		{"a b", "http://x", false},
		{strings.Repeat("a", 65), "http://x", false},
		{"a", "", false},
		{"a", "localhost:7000", false},
		{"a", "ftp://x", false},
		{"a", "http:///path", false},
		{"a", "http://x y", false},
	} {
		if err := delivery.CheckTarget(c.name, c.url); (err == nil) != c.good {
			t.Errorf("%q, %q: %v", c.name, c.url, err)
		}
	}
}
