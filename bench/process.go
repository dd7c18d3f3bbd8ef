package bench

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// process is a child that serves HTTP.
type process struct {
	cmd      *exec.Cmd
	endpoint string
	exited   chan error // gets what Wait returns
}

const (
	startTimeout = 30 * time.Second
	stopTimeout  = 15 * time.Second
)

// servesOn is how both a server and a null server say where they are.
var servesOn = regexp.MustCompile(`http://[^\s/]+`)

// startProcess starts the stepwell binary and returns once it says where it serves.
func startProcess(o Options, stdin io.Reader, args ...string) (*process, error) {
	p := &process{cmd: exec.Command(o.Executable, args...), exited: make(chan error, 1)}
	if o.Args0 != "" {
		p.cmd.Args[0] = o.Args0
	}
	p.cmd.Env = ownEnvironment(os.Environ())
	p.cmd.Stdin, p.cmd.Stderr = stdin, o.Stderr
	read, write := io.Pipe()
	p.cmd.Stdout = write
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", args[0], err)
	}
	go func() {
		err := p.cmd.Wait()
		_ = write.CloseWithError(io.EOF) // always nil
		p.exited <- err
	}()
	found := make(chan string, 1)
	go findEndpoint(read, found)
	select {
	case p.endpoint = <-found:
	case <-time.After(startTimeout):
	}
	if p.endpoint == "" {
		return nil, errors.Join(fmt.Errorf("start %s: it does not say where it serves", args[0]), p.stop())
	}
	return p, nil
}

// findEndpoint sends the first URL that a process prints, empty if there is none, and reads on.
func findEndpoint(r io.Reader, found chan<- string) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if url := servesOn.FindString(lines.Text()); url != "" {
			found <- url
			break
		}
	}
	close(found)
	_, _ = io.Copy(io.Discard, r) // until the process is gone
}

// ownEnvironment leaves out what would change a server's flags.
func ownEnvironment(all []string) []string {
	var own []string
	for _, v := range all {
		if !strings.HasPrefix(v, "STEPWELL_") && !strings.HasPrefix(v, "SFN_MOCK_CONFIG=") {
			own = append(own, v)
		}
	}
	return own
}

// stop ends the process in order, and by force when that takes too long. A process that had ended by
// itself is an error.
func (p *process) stop() error {
	select {
	case err := <-p.exited:
		return fmt.Errorf("%s ended by itself: %w", p.cmd.Args[1], exitError(err))
	default:
	}
	interrupt(p.cmd.Process)
	select {
	case err := <-p.exited:
		if runtime.GOOS == "windows" {
			return nil // it was killed
		}
		return err
	case <-time.After(stopTimeout):
		_ = p.cmd.Process.Kill() // or it has just ended
		return fmt.Errorf("%s did not stop within %s: %w", p.cmd.Args[1], stopTimeout, exitError(<-p.exited))
	}
}

// exitError is how a process ended.
func exitError(err error) error {
	if err == nil {
		return errors.New("exit status 0")
	}
	return err
}

// interrupt asks a process to end; on Windows, where that cannot be asked, it ends it.
func interrupt(p *os.Process) {
	if runtime.GOOS == "windows" || p.Signal(os.Interrupt) != nil {
		_ = p.Kill() // or it has ended
	}
}
