// Package nodejs runs a script in a long-lived Node process, for tools that compare this project with
// a library of JavaScript.
//
// Install puts the libraries that a package.json names into the user's cache, outside the working tree,
// once for each package.json.
// Start runs a script there as a module that answers each line of its input with one line. Node and npm
// are needed for such tools only, never for the server; what is missing is said in the error.
package nodejs

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Installed returns the directory in which Install has put what manifest depends on, and whether it has.
func Installed(manifest string) (dir string, ok bool) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", false
	}
	sum := sha256.Sum256([]byte(manifest))
	dir = filepath.Join(cache, "stepwell", fmt.Sprintf("node-%x", sum[:6]))
	_, err = os.Stat(filepath.Join(dir, "node_modules"))
	return dir, err == nil
}

// Install installs what manifest, the text of a package.json, depends on, unless it was done before, and
// returns the directory.
func Install(manifest string) (string, error) {
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			return "", fmt.Errorf("%s is missing: this tool needs Node 18 or later with npm, see https://nodejs.org", program)
		}
	}
	dir, ok := Installed(manifest)
	switch {
	case ok:
		return dir, nil
	case dir == "":
		return "", errors.New("there is no place for Node's modules: set HOME or XDG_CACHE_HOME")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(manifest), 0o644); err != nil {
		return "", err
	}
	install := exec.Command("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm install in %s: %w\n%s", dir, err, out)
	}
	return dir, nil
}

// Process is a Node process that answers lines. One goroutine may use it at a time.
type Process struct {
	command *exec.Cmd
	input   io.WriteCloser
	output  *bufio.Reader
}

// ErrTimeout says that a Process did not answer in time. It was ended.
var ErrTimeout = errors.New("node did not answer in time")

// Start runs script, the text of a module, in dir with arguments, which are process.argv from 1 on. What
// it writes to standard error is shown.
func Start(dir, script string, arguments ...string) (*Process, error) {
	c := exec.Command("node", append([]string{"--input-type=module", "--eval", script, "--"}, arguments...)...)
	c.Dir = dir
	c.Stderr = os.Stderr
	input, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("start node: %w", err)
	}
	return &Process{command: c, input: input, output: bufio.NewReaderSize(output, 1<<20)}, nil
}

// Send writes a request, which must be one line.
func (p *Process) Send(line []byte) error {
	_, err := p.input.Write(append(line, '\n'))
	return err
}

// Receive returns the answer to the oldest request that has none. After an error the process is dead.
func (p *Process) Receive(timeout time.Duration) (string, error) {
	end := time.AfterFunc(timeout, func() { _ = p.command.Process.Kill() })
	line, err := p.output.ReadString('\n')
	late := !end.Stop()
	if err == nil {
		return line, nil
	}
	wait := p.command.Wait()
	if late {
		return "", ErrTimeout
	}
	return "", fmt.Errorf("node ended: %w", errors.Join(err, wait))
}

// Close ends the process and waits for it.
func (p *Process) Close() error {
	if err := p.input.Close(); err != nil {
		return err
	}
	return p.command.Wait()
}
