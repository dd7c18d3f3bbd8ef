package bench

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// place is where a measurement happens: a server, and a directory when the server is the bench's own.
type place struct {
	options Options
	client  *client
	dir     string
	process *process // nil: somebody else's
}

// newPlace connects to the endpoint, or starts a server.
func newPlace(o Options) (*place, error) {
	p := &place{options: o}
	if o.Endpoint != "" {
		p.client = newClient(strings.TrimSuffix(o.Endpoint, "/"))
		return p, nil
	}
	dir, err := os.MkdirTemp(o.Dir, "stepwell-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for the store: %w", err)
	}
	p.dir = dir
	if err := p.startServer(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	p.client = newClient(p.process.endpoint)
	return p, nil
}

func (p *place) startServer() (err error) {
	config := filepath.Join(p.dir, "stepwell.yaml")
	text := fmt.Sprintf("functions:\n  %s: '%s'\n", FunctionARN, FunctionKind)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return fmt.Errorf("write the configuration of the server: %w", err)
	}
	args := []string{
		"serve", "--listen", "127.0.0.1:0", "--store", "pebble:" + filepath.Join(p.dir, "server"),
		"--config", config, "--log-level", "warn",
	}
	p.process, err = startProcess(p.options, nil, append(args, p.options.ServerFlags...)...)
	return err
}

// close stops the bench's own server and removes its store.
func (p *place) close() error {
	p.client.close()
	if p.process == nil {
		return nil
	}
	return errors.Join(p.process.stop(), os.RemoveAll(p.dir))
}
