package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/netutil"

	"github.com/stepwell/stepwell"
	"github.com/stepwell/stepwell/delivery"
)

var serveCommand = &command{
	name: "serve", summary: "serve the Step Functions API",
	help: `Serves the API of AWS Step Functions, and of IAM and STS as far as creating roles goes, until
it is interrupted. Running executions survive an interruption, also a hard one: the next serve on
the same store takes them up.`,
	run: serve,
}

// Time limits against clients that are slow or gone. That for writing counts from the headers on, and a
// synchronous Express execution lasts up to 5 minutes.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 60 * time.Second
	writeTimeout      = readTimeout + 6*time.Minute
	idleTimeout       = 120 * time.Second
	shutdownTimeout   = 5 * time.Second
)

// serving is what the flags of serve say.
type serving struct {
	listen, config, logEvents, logLevel, profile string
	maxConnections                               int
	options                                      stepwell.Options
	file                                         *configFile
}

func (s *serving) parse(env Env, c *command, args []string) error {
	f, o := c.flags(env), &s.options
	f.StringVar(&s.listen, "listen", "localhost:8083", "the `address` to listen on; localhost is IPv4 and IPv6 loopback")
	f.StringVar(&o.Store, "store", "pebble:stepwell-data", "where to keep everything: `pebble:DIR` or memory:")
	f.StringVar(&o.Account, "account", "123456789012", "the `account` that ARNs show")
	f.StringVar(&o.Region, "region", "", "the `region` when a request is not signed for one (default $AWS_REGION or us-east-1)")
	f.StringVar(&o.Clock, "clock", "real", "the `clock` of executions: real; virtual, where waiting takes no time; or hold, virtual and moved by POST /_stepwell/clock")
	f.StringVar(&o.MockConfig, "mock-config", "", "a mock configuration `FILE`, in the format of AWS Step Functions Local (default $SFN_MOCK_CONFIG)")
	f.StringVar(&s.config, "config", "", "a configuration `FILE`, stepwell.yaml: the functions that answer tasks, who is told of events, and limits that are not to be AWS's")
	f.StringVar(&s.logEvents, "log-events", "", "a `FILE` to which the log entries are appended that state machines ask for by their loggingConfiguration, as JSON lines; - is the standard output")
	f.IntVar(&o.MaxExpress, "max-express", 10_000, "how many `executions` of Express machines may run at once")
	f.IntVar(&s.maxConnections, "max-connections", 10_000, "how many `connections` are served at once on one address; others wait")
	f.StringVar(&s.logLevel, "log-level", "info", "the least `level` to log: debug, info, warn, error")
	f.StringVar(&s.profile, cpuProfileFlag, "", "write a CPU profile to this `FILE`")
	_ = f.MarkHidden(cpuProfileFlag) // it is there
	if err := parse(env, f, args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return usageError("serve takes no arguments, but got %q", f.Args())
	}
	if s.maxConnections < 1 {
		return usageError("--max-connections must be at least 1, not %d", s.maxConnections)
	}
	return s.complete(env)
}

// complete adds what the environment and the configuration file say.
func (s *serving) complete(env Env) (err error) {
	o := &s.options
	if o.Logger, err = logger(env, s.logLevel); err != nil {
		return err
	}
	if o.Region == "" {
		o.Region = env.Getenv("AWS_REGION")
	}
	if o.MockConfig == "" {
		o.MockConfig = env.Getenv("SFN_MOCK_CONFIG")
	}
	if s.file, err = openConfig(s.config, env.Stderr, o.Logger); err != nil {
		return err
	}
	o.Functions, o.Limits, o.EventTargets = s.file, s.file.limits, s.file.events
	return nil
}

func serve(ctx context.Context, env Env, c *command, args []string) error {
	var s serving
	if err := s.parse(env, c, args); err != nil {
		return err
	}
	if s.profile != "" {
		done, err := startProfile(s.profile)
		if err != nil {
			return err
		}
		defer done()
	}
	if s.logEvents != "" {
		w, done, err := openLog(env, s.logEvents)
		if err != nil {
			return err
		}
		defer done()
		s.options.Logs = delivery.NewLines(w)
	}
	listeners, err := listenAll(s.listen)
	if err != nil {
		return err
	}
	for i, l := range listeners {
		listeners[i] = netutil.LimitListener(l, s.maxConnections)
	}
	ctx, stop := context.WithCancelCause(ctx)
	s.options.Fatal, s.options.Endpoint = stop, "http://"+listeners[0].Addr().String()
	defer s.file.look(ctx)()
	server, err := stepwell.New(s.options)
	if err != nil {
		closeAll(listeners)
		return err
	}
	err = serveAll(ctx, env, listeners, server, s.options)
	if closeErr := server.Close(); err == nil {
		err = closeErr
	}
	return err
}

func logger(env Env, level string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, usageError("--log-level: %v", err)
	}
	return slog.New(slog.NewTextHandler(env.Stderr, &slog.HandlerOptions{Level: l})), nil
}

// openLog opens the file that log entries are appended to, or returns the standard output.
func openLog(env Env, name string) (w io.Writer, done func(), err error) {
	if name == "-" {
		return env.Stdout, func() {}, nil
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("--log-events: %w", err)
	}
	return file, func() { _ = file.Close() }, nil // each entry was written already
}

// listenAll opens the address; for the host localhost, both loopback addresses as far as the machine
// has them.
func listenAll(address string) ([]net.Listener, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, usageError("--listen: %v", err)
	}
	if host != "localhost" {
		l, err := net.Listen("tcp", address)
		if err != nil {
			return nil, fmt.Errorf("listen on %s: %w", address, err)
		}
		return []net.Listener{l}, nil
	}
	four, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	_, port, _ = net.SplitHostPort(four.Addr().String())
	six, err := net.Listen("tcp6", net.JoinHostPort("::1", port))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		closeAll([]net.Listener{four}) // or clients that try IPv6 first would reach somebody else
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	case err != nil:
		return []net.Listener{four}, nil // a machine without IPv6
	}
	return []net.Listener{four, six}, nil
}

func closeAll(listeners []net.Listener) {
	for _, l := range listeners {
		_ = l.Close() // nothing was accepted on it yet
	}
}

// serveAll serves until ctx is done, then lets requests in flight end.
func serveAll(ctx context.Context, env Env, listeners []net.Listener, server *stepwell.Server, options stepwell.Options) error {
	requests, cancel := context.WithCancel(context.Background())
	defer cancel()
	h := &http.Server{
		Handler: server.Handler(), ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: 64 << 10,
		ErrorLog:    slog.NewLogLogger(options.Logger.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return requests },
	}
	failed := make(chan error, len(listeners))
	for _, l := range listeners {
		go func() { failed <- h.Serve(l) }()
	}
	fmt.Fprint(env.Stdout, greeting(listeners[0].Addr().String(), options))
	select {
	case <-ctx.Done():
	case err := <-failed:
		_ = h.Close() // the other listener
		return fmt.Errorf("serve: %w", err)
	}
	server.StopPolls() // they would last longer than anybody waits
	grace, done := context.WithTimeout(context.Background(), shutdownTimeout)
	defer done()
	if err := h.Shutdown(grace); err != nil {
		cancel()
		_ = h.Close()
	}
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// greeting says what to type next.
func greeting(address string, o stepwell.Options) string {
	region := o.Region
	if region == "" {
		region = "us-east-1"
	}
	return strings.NewReplacer("{address}", address, "{region}", region, "{store}", o.Store).Replace(`Stepwell serves AWS Step Functions on http://{address} (store {store}).
In another terminal:

  export AWS_ENDPOINT_URL=http://{address} AWS_DEFAULT_REGION={region} AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=y
  aws stepfunctions list-state-machines

For start-sync-execution, AWS_DISABLE_HOST_PREFIX_INJECTION=true is needed too.
An aws command older than 2.13 wants --endpoint-url http://{address} instead of the first variable.
`)
}
