//go:build unix

package process_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stepwell/stepwell/lambda/process"
)

// TestMain lets the test be the process that is killed: it starts a program that starts another one,
// and waits for ever.
func TestMain(m *testing.M) {
	if os.Getenv("STEPWELL_TEST_KEEPER") == "" {
		os.Exit(m.Run())
	}
	k := process.New()
	marker := os.Getenv("STEPWELL_TEST_MARKER")
	for marker != "" { // as fast as it can
		if _, err := k.Start(exec.Command("/bin/sh", "-c", "sleep "+marker+" & sleep "+marker)); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("started")
	}
	for range 3 {
		if _, err := k.Start(family(os.Stdout)); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
	time.Sleep(time.Hour) // until it is killed
}

// family is a program with a child; both write their numbers, and neither ends.
func family(out *os.File) *exec.Cmd {
	c := exec.Command("/bin/sh", "-c", `sleep 1000 & echo $!; echo $$; wait`)
	c.Stdout = out
	return c
}

// numbers reads n process ids.
func numbers(t *testing.T, r io.Reader, n int) []int {
	t.Helper()
	var ids []int
	for lines := bufio.NewScanner(r); len(ids) < n && lines.Scan(); {
		id, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// alive says that a process runs. One that only waits for its parent to look does not.
func alive(id int) bool {
	if syscall.Kill(id, 0) != nil {
		return false
	}
	out, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(id)).Output()
	return err == nil && !strings.HasPrefix(string(out), "Z")
}

// allGone waits until no process of ids runs.
func allGone(t *testing.T, ids []int) {
	t.Helper()
	for _, id := range ids {
		for deadline := time.Now().Add(10 * time.Second); alive(id); time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Errorf("process %d still runs", id)
				break
			}
		}
	}
}

// TestKill9 of the process that has started programs ends them and their children.
func TestKill9(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self)
	c.Env = append(os.Environ(), "STEPWELL_TEST_KEEPER=1")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ids := numbers(t, out, 6)
	if len(ids) != 6 {
		t.Errorf("got the processes %v, want six", ids)
	}
	if err := c.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = c.Wait() // it was killed
	allGone(t, ids)
}

// TestKill9WhileStarting programs, at random moments: none is left, however young it was.
func TestKill9WhileStarting(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	marker := fmt.Sprint(1_000_000 + os.Getpid()) // in seconds
	for range 20 {
		c := exec.Command(self)
		c.Env = append(os.Environ(), "STEPWELL_TEST_KEEPER=1", "STEPWELL_TEST_MARKER="+marker)
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		bufio.NewScanner(out).Scan()
		time.Sleep(time.Duration(rand.Int64N(int64(20 * time.Millisecond)))) // a random moment is the point
		if err := c.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = c.Wait() // it was killed
		for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
			all, err := exec.Command("ps", "-A", "-o", "pid=,args=").Output()
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(all), "sleep "+marker) {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("there are still\n%s", regexp.MustCompile("(?m)^.*sleep "+marker+".*$").FindAllString(string(all), -1))
			}
		}
	}
}

// TestGroups end as wholes: when they are killed, and when their head exits.
func TestGroups(t *testing.T) {
	k := process.New()
	var ids []int
	for _, end := range []func(*process.Group){
		(*process.Group).Kill,
		func(g *process.Group) { _ = syscall.Kill(g.ID(), syscall.SIGTERM) },
	} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		g, err := k.Start(family(w))
		w.Close()
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, numbers(t, r, 2)...)
		end(g)
		if state, err := g.Wait(); err == nil || state.Success() {
			t.Errorf("a program that was killed ended with %v", state)
		}
		g.Kill() // it has ended: nothing happens
		r.Close()
	}
	allGone(t, ids)
	if err := k.Close(); err != nil {
		t.Error(err)
	}
	if _, err := k.Start(exec.Command("/bin/sh")); err != process.ErrClosed {
		t.Errorf("a closed keeper: %v", err)
	}
}

// TestNoProgram is an error, and the keeper goes on.
func TestNoProgram(t *testing.T) {
	k := process.New()
	if _, err := k.Start(exec.Command("./no-such-program")); err == nil {
		t.Error("a program that does not exist was started")
	}
	g, err := k.Start(exec.Command("/bin/sh", "-c", "exit 3"))
	if err != nil {
		t.Fatal(err)
	}
	if state, _ := g.Wait(); state.ExitCode() != 3 {
		t.Errorf("it ended with %v", state)
	}
	if err := k.Close(); err != nil {
		t.Error(err)
	}
}
