package lambda

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/stepwell/stepwell/lambda/loop"
	"github.com/stepwell/stepwell/lambda/process"
)

// instance is one process of a function and the Runtime API that it speaks to. It belongs to the
// goroutine that runs it, but for the channels, through which the Runtime API, the process and the pool
// tell it what has happened.
type instance struct {
	pool     *pool
	edition  int        // of the code that it runs
	starting bool       // the pool's
	inbox    chan *call // from the pool; nil says that it is to end

	asks     chan struct{} // the runtime asks for a call
	calls    chan *call    // to the runtime
	lost     chan struct{} // a call did not reach the runtime
	answers  chan answer
	unusable chan answer // the runtime could not start
	current  atomic.Pointer[call]

	listener net.Listener
	server   http.Server
	group    *process.Group
	ended    chan struct{} // the process has ended
	state    *os.ProcessState
	outputs  []*output
	readers  sync.WaitGroup
	others   sync.WaitGroup // the server and its requests, and who waits for the process
}

func newInstance(p *pool) *instance {
	return &instance{
		pool: p, starting: true, inbox: make(chan *call, 1),
		asks: make(chan struct{}, 1), calls: make(chan *call), lost: make(chan struct{}, 1),
		answers: make(chan answer, 1), unusable: make(chan answer, 1), ended: make(chan struct{}),
	}
}

// run is the life of an instance.
func (i *instance) run() {
	defer i.pool.leave(i)
	if !i.start() {
		return
	}
	defer i.stop()
	if !i.initialise() {
		return
	}
	for c := i.pool.next(i); c != nil; c = i.pool.next(i) {
		if !i.perform(c) {
			return
		}
	}
}

// start starts the process and what it speaks to.
func (i *instance) start() bool {
	h := i.pool.host
	i.edition = i.pool.watch.settled(h.ctx.Done())
	i.pool.look(i.edition)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		h.log.Error("a function's process cannot be served", "function", i.name(), "error", err)
		i.pool.fail(func(c *call) answer { return c.failure("Runtime.InvalidEntrypoint", err.Error()) })
		return false
	}
	i.listener = listener
	i.serve()
	err = i.launch()
	for tries := 0; err != nil && tries < 10 && passing(err) && i.pool.changed(); tries++ {
		pause(100*time.Millisecond, h.ctx.Done())
		err = i.launch()
	}
	if err != nil {
		i.close()
		i.pool.fail(func(c *call) answer { return c.noProgram(i.args(), err) })
		return false
	}
	return true
}

// passing says that a program could not be started because it is just being written.
func passing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOEXEC) || errors.Is(err, fs.ErrPermission) || strings.Contains(err.Error(), "text file busy")
}

func (i *instance) name() string { return i.pool.function.Name.String() }

// args is the program: for an interpreter with what lets it read the loop from its input.
func (i *instance) args() []string {
	args := i.pool.runtime.Args
	return append(args[:len(args):len(args)], loop.Args(string(i.pool.runtime.Language))...)
}

// launch starts the process.
func (i *instance) launch() error {
	cmd := command(i.pool.function.Dir, i.args())
	if text := loop.Source(string(i.pool.runtime.Language)); text != "" {
		cmd.Stdin = strings.NewReader(text)
	}
	cmd.WaitDelay = drainTime
	cmd.Env = i.environment()
	if err := i.connect(cmd); err != nil {
		return err
	}
	g, err := i.pool.host.keeper.Start(cmd)
	for _, o := range i.outputs {
		o.started()
	}
	if err != nil {
		for _, o := range i.outputs {
			o.close()
		}
		return err
	}
	i.group = g
	i.follow()
	return nil
}

// environment is what the process finds.
func (i *instance) environment() []string {
	r := i.pool.runtime
	return i.pool.host.environment(i.pool.function, map[string]string{
		"AWS_LAMBDA_RUNTIME_API": i.listener.Addr().String(), "_HANDLER": r.Handler,
		"AWS_EXECUTION_ENV": "AWS_Lambda_" + string(r.Language),
		// What Python keeps of compiled files is told apart by seconds only.
		"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1",
	})
}

// follow waits for the end of the process, and reads what it writes.
func (i *instance) follow() {
	i.others.Go(func() {
		i.state, _ = i.group.Wait() // how it ended is in the state
		close(i.ended)
	})
	for at, stream := range []string{"stdout", "stderr"} {
		i.readers.Go(func() {
			i.outputs[at].lines(func(line string) { i.pool.host.print(i.pool.function, i.current.Load(), stream, line) })
		})
	}
}

// connect gives a process its outputs.
func (i *instance) connect(cmd *exec.Cmd) error {
	out, err := newOutput()
	if err != nil {
		return err
	}
	errs, err := newOutput()
	if err != nil {
		out.close()
		return err
	}
	i.outputs = []*output{out, errs}
	cmd.Stdout, cmd.Stderr = out.w, errs.w
	return nil
}

// stop ends the process, and returns when nothing of the instance is left.
func (i *instance) stop() {
	i.group.Kill()
	<-i.ended
	drain(&i.readers, i.outputs...)
	i.close()
}

// close ends the Runtime API.
func (i *instance) close() {
	_ = i.server.Close() // its listener may be closed already
	i.others.Wait()
}

// initialise waits until the runtime asks for its first call. If that does not happen, the call that
// the instance was started for fails.
func (i *instance) initialise() bool {
	began := time.Now()
	h, limit := i.pool.host, initTimeout+i.pool.function.timeout()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-i.asks:
		h.log.Debug("a process of a function has started", "function", i.name(), "process", i.group.ID(), "took", time.Since(began))
		return !i.torn()
	case a := <-i.unusable:
		i.cannotStart(func(*call) answer { return a })
	case <-i.ended:
		select {
		case a := <-i.unusable: // it said why
			i.cannotStart(func(*call) answer { return a })
		default:
			i.cannotStart(func(c *call) answer { return c.exited(i.state) })
		}
	case <-timer.C:
		i.cannotStart(func(c *call) answer { return c.timedOut(limit) })
	case <-h.ctx.Done():
		i.pool.close()
	}
	return false
}

// torn says that the code has changed while the process has started: what it has loaded may be half
// written, or in part from before. Another instance is to start.
func (i *instance) torn() bool {
	was := i.edition
	i.edition = i.pool.watch.latest()
	return i.pool.startOver(was, i.edition)
}

// cannotStart fails the call that the instance was started for.
func (i *instance) cannotStart(why func(c *call) answer) {
	if i.torn() {
		return
	}
	i.pool.host.log.Error("a process of a function could not start", "function", i.name(), "error", string(why(new(call)).payload))
	i.pool.fail(why)
}

// perform gives a call to the runtime and waits for its answer. It returns whether the instance is ready
// for another one.
func (i *instance) perform(c *call) bool {
	timer := time.NewTimer(c.timeout)
	defer timer.Stop()
	i.current.Store(c)
	if i.group.Ended() { // nobody may have told yet
		return i.giveBack(c)
	}
	select {
	case i.calls <- c:
	case <-i.ended:
		return i.giveBack(c)
	case <-timer.C: // it has asked, and left without ending
		return i.giveBack(c)
	case <-i.pool.host.ctx.Done():
		c.reply(answer{}, closing())
		return false
	}
	if !i.answer(c, timer) {
		return false
	}
	select {
	case <-i.asks:
		return true
	case <-i.ended: // as after a panic
	case <-timer.C:
	case <-i.pool.host.ctx.Done():
	}
	return false
}

// answer waits for the answer to a call that the runtime has got, or for what comes instead. It returns
// whether the runtime has answered and may go on.
func (i *instance) answer(c *call, timer *time.Timer) bool {
	log := i.pool.host.log.With("function", i.name(), "requestId", c.id)
	select {
	case a := <-i.answers:
		c.reply(a, nil)
		return true
	case <-i.lost:
		return i.giveBack(c)
	case <-i.ended:
		select {
		case a := <-i.answers: // it came first
			c.reply(a, nil)
		default:
			log.Error("a process of a function has ended during a call", "state", fmt.Sprint(i.state))
			c.reply(c.exited(i.state), nil)
		}
	case <-timer.C:
		log.Error("a function took too long: its process is killed", "timeout", c.timeout)
		c.reply(c.timedOut(c.timeout), nil)
	case <-i.pool.host.ctx.Done():
		c.reply(answer{}, closing())
	}
	return false
}

// giveBack gives a call that the runtime has not got to another instance.
func (i *instance) giveBack(c *call) bool {
	i.pool.host.log.Warn("a process of a function has ended between calls: another one takes over", "function", i.name())
	i.pool.again(c, c.failure("Runtime.ExitError", "Runtime exited without providing a reason"))
	return false
}
