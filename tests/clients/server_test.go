//go:build clients

package clients

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for something that takes milliseconds.
const patience = 30 * time.Second

// binary builds stepwell once for all tests.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "stepwell-clients")
	if err != nil {
		return "", err
	}
	built = dir
	path := filepath.Join(dir, "stepwell")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	build := exec.Command("go", "build", "-o", path, "github.com/stepwell/stepwell/cmd/stepwell")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", errors.New("go build: " + string(out))
	}
	return path, nil
})

// built is the directory of the binary, once it was built.
var built string

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		_ = os.RemoveAll(built) // left to the system's own cleaning
	}
	os.Exit(code)
}

// server is a running stepwell.
type server struct {
	t       *testing.T
	address string
	command *exec.Cmd
	// exited is closed once the process has ended, err being what Wait said.
	exited chan struct{}
	err    error
	log    *strings.Builder
}

// freeAddress returns a loopback address that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// start runs `stepwell serve` on a free port with its store in dir, and waits until it answers.
func start(t *testing.T, dir string, flags ...string) *server {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, address: freeAddress(t), exited: make(chan struct{}), log: new(strings.Builder)}
	s.command = exec.Command(path, append([]string{"serve", "--listen", s.address, "--store", "pebble:" + dir}, flags...)...)
	s.command.Env = environment("")
	s.command.Stderr = s.log
	stdout, err := s.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.command.Start(); err != nil {
		t.Fatal(err)
	}
	greeted := make(chan string, 1)
	go s.watch(stdout, greeted)
	t.Cleanup(s.kill)
	s.waitReady(greeted)
	return s
}

// watch reads what the server prints until it ends.
func (s *server) watch(stdout io.Reader, greeted chan<- string) {
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		select {
		case greeted <- lines.Text():
		default:
		}
	}
	s.err = s.command.Wait()
	close(s.exited)
}

// waitReady waits for the greeting, which must name the address, and for the first answer.
func (s *server) waitReady(greeted <-chan string) {
	s.t.Helper()
	select {
	case line := <-greeted:
		if !strings.Contains(line, s.endpoint()) {
			s.t.Fatalf("the server greets with %q, which does not name %s", line, s.endpoint())
		}
	case <-s.exited:
		s.t.Fatalf("the server ended: %v\n%s", s.err, s.log)
	case <-time.After(patience):
		s.t.Fatal("the server did not start")
	}
	answer, err := http.Get(s.endpoint() + "/healthz")
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		s.t.Fatalf("GET /healthz = %s", answer.Status)
	}
}

func (s *server) endpoint() string { return "http://" + s.address }

// kill ends the server as kill -9 does. It is fine to call it again.
func (s *server) kill() {
	_ = s.command.Process.Kill() // it may have ended already
	<-s.exited
}

// terminate sends SIGTERM and returns the exit code.
func (s *server) terminate() int {
	s.t.Helper()
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	select {
	case <-s.exited:
		return s.command.ProcessState.ExitCode()
	case <-time.After(patience):
		s.t.Fatal("the server did not end on SIGTERM")
		return -1
	}
}

// outcome is what one run of the binary left behind.
type outcome struct {
	code           int
	stdout, stderr string
}

// stepwell runs the binary to its end.
func stepwell(t *testing.T, args ...string) outcome {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var stdout, stderr strings.Builder
	command := exec.CommandContext(ctx, path, args...)
	command.Env, command.Stdout, command.Stderr = environment(""), &stdout, &stderr
	err = command.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("stepwell %s: %v", strings.Join(args, " "), errors.Join(err, ctx.Err()))
	}
	return outcome{command.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}
