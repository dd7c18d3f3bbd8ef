//go:build unix

package process

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
)

// gate lets a program wait until the guard knows its process group: it runs what follows once its third
// file says so.
const gate = `read -r go <&3 || exit 1; exec 3<&-; exec "$@"`

// prepare makes the program the head of a process group, and lets it wait until release is called: then
// it runs, or ends.
func (g *guard) prepare(c *exec.Cmd) (release func(run bool), err error) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(c.SysProcAttr)
	g.mu.Lock()
	guarded := g.shell != nil
	g.mu.Unlock()
	if !guarded {
		return func(bool) {}, c.Err
	}
	if err := check(c); err != nil {
		return nil, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("make a pipe: %w", err)
	}
	c.ExtraFiles = []*os.File{r}
	c.Args = append([]string{shell, "-c", gate, shell, c.Path}, c.Args[1:]...)
	c.Path = shell
	return func(run bool) {
		if run {
			_, _ = w.WriteString("go\n") // a program that is gone needs no word
		}
		_ = w.Close()
		_ = r.Close()
	}, nil
}

// check returns an error when there is no such program.
func check(c *exec.Cmd) error {
	if c.Err != nil {
		return c.Err
	}
	path := c.Path
	if !filepath.IsAbs(path) {
		path = filepath.Join(c.Dir, path)
	}
	_, err := exec.LookPath(path)
	return err
}

// system is the process group, which has the number of the program.
type system struct{ group int }

func (g *Group) begin() error {
	g.group = g.ID()
	return g.guard.begin(g.group)
}

// kill kills the process group. It may be empty.
func (g *Group) kill() { _ = syscall.Kill(-g.group, syscall.SIGKILL) }

func (g *Group) end() { g.guard.end(g.group) }

const shell = "/bin/sh"

// script reads which process groups there are, "+ID" and "-ID", and kills those that are left when its
// input ends. It is in a process group of its own, so that a signal to that of the server, as from a
// terminal, does not reach it.
const script = `trap '' HUP INT QUIT TERM
groups=' '
while read -r line; do
  group=${line#?}
  case $line in
    +*) groups="$groups$group " ;;
    -*) groups="${groups%%" $group "*} ${groups#*" $group "}" ;;
  esac
done
for group in $groups; do kill -9 "-$group"; done 2>/dev/null
`

// guard is the shell that outlives this process. The zero guard starts it when it is opened first, and
// again when somebody has ended it. Where there is no shell, as in a container with nothing but the
// server, there is no guard.
type guard struct {
	mu     sync.Mutex
	groups map[int]bool // those that have begun and not ended
	shell  *exec.Cmd
	pipe   io.WriteCloser
}

func (g *guard) open() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.groups != nil {
		return nil
	}
	g.groups = make(map[int]bool)
	return g.start()
}

func (g *guard) start() (err error) {
	c := exec.Command(shell, "-c", script)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	pipe, err := c.StdinPipe()
	if err == nil {
		err = c.Start()
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("start the guard of processes: %w", err)
	}
	g.shell, g.pipe = c, pipe
	return nil
}

// begin says that a process group has begun.
func (g *guard) begin(group int) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.groups[group] = true
	if g.shell == nil || g.tell('+', group) == nil {
		return nil
	}
	_ = g.stop() // somebody has ended it
	if err := g.start(); err != nil || g.shell == nil {
		return err
	}
	for group := range g.groups {
		if err := g.tell('+', group); err != nil {
			return fmt.Errorf("tell the guard of processes: %w", err)
		}
	}
	return nil
}

// end says that a process group has ended. A guard that is gone watches nothing.
func (g *guard) end(group int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.groups, group)
	if g.shell != nil {
		_ = g.tell('-', group)
	}
}

func (g *guard) tell(sign byte, group int) error {
	_, err := fmt.Fprintf(g.pipe, "%c%d\n", sign, group)
	return err
}

func (g *guard) stop() error {
	err := errors.Join(g.pipe.Close(), g.shell.Wait())
	g.shell = nil
	return err
}

func (g *guard) close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shell == nil {
		return nil
	}
	return g.stop()
}
