package lambda

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/stepwell/stepwell/lambda/process"
	"github.com/stepwell/stepwell/value"
)

// worker implements [Code].
func (c Command) worker(h *Host, f *Function) worker {
	return newEach(h, f, func(one *call) (answer, error) { return h.run(one, f, c.Args) })
}

// run runs a program with the event of c as its input.
func (h *Host) run(c *call, f *Function, args []string) (answer, error) {
	out, err := newOutput()
	if err != nil {
		return answer{}, err
	}
	logs, err := newOutput()
	if err != nil {
		out.close()
		return answer{}, err
	}
	cmd := command(f.Dir, args)
	cmd.Env = h.environment(f, map[string]string{"AWS_LAMBDA_REQUEST_ID": c.id, "_X_AMZN_TRACE_ID": c.trace, "STEPWELL_FUNCTION_ARN": c.arn})
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(c.payload), out.w, logs.w
	cmd.WaitDelay = drainTime // for its input, which nobody may read
	g, err := h.keeper.Start(cmd)
	out.started()
	logs.started()
	if err != nil {
		out.close()
		logs.close()
		return c.noProgram(args, err), nil
	}
	var (
		readers sync.WaitGroup
		result  []byte
	)
	readers.Go(func() { result, _ = readMost(out.r) }) // what came before an error counts
	readers.Go(func() { logs.lines(func(line string) { h.print(f, c, "stderr", line) }) })
	state, overdue := h.await(g, c.timeout)
	drain(&readers, out, logs)
	switch {
	case overdue:
		return c.timedOut(c.timeout), nil
	case h.ctx.Err() != nil:
		return answer{}, closing()
	}
	return c.printed(result, state), nil
}

// await waits until g has ended, and ends it when it takes longer than it may.
func (h *Host) await(g *process.Group, d time.Duration) (state *os.ProcessState, overdue bool) {
	ended := make(chan struct{})
	go func() { // it ends with the group
		defer close(ended)
		state, _ = g.Wait()
	}()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ended:
		return state, false
	case <-timer.C:
		overdue = true
	case <-h.ctx.Done():
	}
	g.Kill()
	<-ended
	return state, overdue
}

// printed makes an answer of what a program wrote before it exited. A program that fails may write an
// error of Lambda's form.
func (c *call) printed(text []byte, state *os.ProcessState) answer {
	switch {
	case len(text) > MaxResponse:
		return responseTooLarge()
	case !state.Success() && isError(text):
		return answer{payload: bytes.TrimSpace(text), failed: true}
	case !state.Success():
		return c.exited(state)
	}
	text = orNull(text)
	if _, err := value.Parse(string(text)); err != nil {
		return c.failure("Runtime.InvalidResult", "The command did not write JSON: "+err.Error())
	}
	return answer{payload: text}
}

// noProgram is the answer for a program that cannot be started.
func (c *call) noProgram(args []string, err error) answer {
	if errors.Is(err, process.ErrClosed) {
		return c.failure("Runtime.ExitError", "The server is closing.")
	}
	var (
		path  *fs.PathError
		found *exec.Error
	)
	switch {
	case errors.As(err, &path):
		err = path.Err
	case errors.As(err, &found):
		err = found.Err
	}
	return c.failure("Runtime.InvalidEntrypoint", "fork/exec "+args[0]+": "+err.Error())
}

// command makes the command of a program that, when its name has a slash, is looked for in dir.
func command(dir string, args []string) *exec.Cmd {
	cmd := exec.Command(program(dir, args[0]), args[1:]...)
	cmd.Dir = dir
	return cmd
}

func program(dir, name string) string {
	if filepath.Base(name) != name && !filepath.IsAbs(name) {
		return filepath.Join(dir, name)
	}
	return name
}

// readMost reads all, so that who writes does not wait, and keeps as much as tells a result that is too
// large.
func readMost(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxResponse+1))
	if err == nil {
		_, err = io.Copy(io.Discard, r)
	}
	return text, err
}
