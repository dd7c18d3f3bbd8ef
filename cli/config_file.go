package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"sync"
	"time"

	"github.com/stepwell/stepwell"
	"github.com/stepwell/stepwell/lambda"
)

// lookEvery is how often a configuration file is looked at even if nobody asks for it, so that its
// author is told soon what is wrong with it.
const lookEvery = time.Second

// configFile is the configuration file of a server. Its functions are taken up when it changes; when it
// has become bad, that is said once, and what it was before goes on to hold.
type configFile struct {
	path   string // empty: there is none
	log    *slog.Logger
	stderr io.Writer

	mu       sync.Mutex
	modified time.Time
	size     int64
	set      *lambda.Set
	limits   stepwell.Limits
	events   map[string]string
}

var _ lambda.Source = (*configFile)(nil)

// openConfig reads a configuration file for the first time. No path is one without functions.
func openConfig(path string, stderr io.Writer, log *slog.Logger) (*configFile, error) {
	f := &configFile{path: path, log: log, stderr: stderr, set: new(lambda.Set)}
	if path == "" {
		return f, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.read()
	if err != nil {
		return nil, err
	}
	f.set, f.limits, f.events = c.Functions.set, c.Limits, c.Events.targets
	return f, nil
}

// read reads the file as it is now.
func (f *configFile) read() (config, error) {
	info, err := os.Stat(f.path)
	if err != nil {
		return config{}, fmt.Errorf("--config: %w", err)
	}
	f.modified, f.size = info.ModTime(), info.Size()
	return readConfig(f.path)
}

// Functions implements [lambda.Source].
func (f *configFile) Functions() *lambda.Set {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refresh()
	return f.set
}

// refresh reads the file again if it has changed.
func (f *configFile) refresh() {
	if f.path == "" {
		return
	}
	info, err := os.Stat(f.path)
	if err != nil || info.ModTime().Equal(f.modified) && info.Size() == f.size {
		return // a file that is just being replaced comes back
	}
	c, err := f.read()
	if err != nil {
		f.log.Error("the configuration was changed and cannot be used: what it was before goes on to hold", "error", err)
		return
	}
	f.set = c.Functions.set.Keeping(f.set)
	f.log.Info("the configuration was changed: its functions are taken up", "file", f.path, "functions", len(f.set.All()))
	if c.Limits != f.limits {
		f.log.Warn("the limits of the configuration were changed: a restart takes them up", "file", f.path)
	}
	if !maps.Equal(c.Events.targets, f.events) {
		f.log.Warn("the event targets of the configuration were changed: a restart takes them up", "file", f.path)
	}
}

// look looks at the file now and then until ctx is done or stop is called.
func (f *configFile) look(ctx context.Context) (stop func()) {
	if f.path == "" {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var looking sync.WaitGroup
	looking.Go(func() { f.keepLooking(ctx) })
	return func() {
		cancel()
		looking.Wait()
	}
}

func (f *configFile) keepLooking(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			f.Functions()
		case <-ctx.Done():
			return
		}
	}
}

// Missing implements [lambda.Source]: it says what to write to have the function.
func (f *configFile) Missing(name string) {
	where := "these lines in " + f.path + " make one, under functions: if that is there"
	if f.path == "" {
		where = "with these lines in a file stepwell.yaml, serve --config stepwell.yaml has one"
	}
	f.log.Warn("a function was called that does not exist", "function", name)
	fmt.Fprintf(f.stderr, "There is no function %s; %s:\n\nfunctions:\n  %[1]s: { runtime: python, handler: app.handler, dir: ./%[1]s }\n\n", name, where)
}
