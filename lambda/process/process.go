// Package process runs programs that leave nothing behind: a program ends together with all that it
// has started, when it is killed, when it exits by itself, and when this process ends, however that
// happens.
//
// A [Keeper] starts programs, each as a [Group] of processes. What holds the promise differs by
// platform. On Unix a group is a process group, and a shell that outlives this process, the guard, kills
// the groups that are left once the pipe to it breaks; a program begins to run only when the guard knows
// its group. On Windows a group is a job that is killed with its last handle. A program that leaves its
// process group, as a daemon does, is no longer kept on Unix.
package process

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// ErrClosed is returned by a Keeper that is closed.
var ErrClosed = errors.New("nothing is started any more")

// Keeper starts programs. It is safe for concurrent use; make it with [New] and close it.
type Keeper struct {
	starts chan func()
	done   chan struct{}

	mu      sync.Mutex
	looping bool
	closed  bool
	users   sync.WaitGroup // of starts
	guard   guard
}

// New returns a Keeper.
func New() *Keeper { return &Keeper{starts: make(chan func()), done: make(chan struct{})} }

// loop starts what is to be started, on one thread of the system from the first start to the end of the
// Keeper: Linux kills a program with the thread that has started it.
func (k *Keeper) loop() {
	defer close(k.done)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for start := range k.starts {
		start()
	}
}

// Start starts a program. Its SysProcAttr is the Keeper's; its output must be files, or it must not
// have any.
func (k *Keeper) Start(c *exec.Cmd) (*Group, error) {
	k.mu.Lock()
	if k.closed {
		k.mu.Unlock()
		return nil, ErrClosed
	}
	if !k.looping {
		k.looping = true
		go k.loop()
	}
	k.users.Add(1)
	k.mu.Unlock()
	defer k.users.Done()
	var (
		g   *Group
		err error
	)
	started := make(chan struct{})
	k.starts <- func() {
		defer close(started)
		g, err = k.start(c)
	}
	<-started
	return g, err
}

func (k *Keeper) start(c *exec.Cmd) (*Group, error) {
	if err := k.guard.open(); err != nil {
		return nil, err
	}
	release, err := k.guard.prepare(c)
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		release(false)
		return nil, err
	}
	g := &Group{command: c, guard: &k.guard}
	if err := g.begin(); err != nil {
		release(false)
		_ = c.Process.Kill() // it may be gone
		_ = c.Wait()
		return nil, err
	}
	release(true)
	return g, nil
}

// Close ends the Keeper, once all groups have been waited for.
func (k *Keeper) Close() error {
	k.mu.Lock()
	nothing := k.closed || !k.looping
	k.closed = true
	k.mu.Unlock()
	if nothing {
		return nil
	}
	k.users.Wait()
	close(k.starts)
	<-k.done
	return k.guard.close()
}

// Group is a started program with all that it has started. It is safe for concurrent use. Somebody
// must Wait for it, once.
type Group struct {
	command *exec.Cmd
	guard   *guard
	system  // what the platform knows of it

	mu   sync.Mutex
	gone bool
}

// ID is the program's process id.
func (g *Group) ID() int { return g.command.Process.Pid }

// Ended says that the program has ended. It may know that before Wait returns.
func (g *Group) Ended() bool {
	return errors.Is(g.command.Process.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

// Kill ends the group at once. It does nothing to one that has ended.
func (g *Group) Kill() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.gone {
		g.kill()
	}
}

// Wait returns when the program has ended, and ends what it has left. The error is that of
// [exec.Cmd.Wait].
func (g *Group) Wait() (*os.ProcessState, error) {
	err := g.command.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.kill()
	g.gone = true
	g.end()
	return g.command.ProcessState, err
}
