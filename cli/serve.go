package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/stepwell/stepwell"
)

var serveCommand = &command{
	name: "serve", summary: "serve the Step Functions API",
	help: `Serves the API of AWS Step Functions, and of IAM and STS as far as creating roles goes, until
it is interrupted. Running executions survive an interruption, also a hard one: the next serve on
the same store takes them up.`,
	run: serve,
}

// Time limits against clients that are slow or gone. That for writing counts from the headers on, and a
// worker's poll lasts 60 seconds.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 60 * time.Second
	writeTimeout      = readTimeout + 120*time.Second
	idleTimeout       = 120 * time.Second
	shutdownTimeout   = 5 * time.Second
)

func serve(ctx context.Context, env Env, c *command, args []string) error {
	f := c.flags(env)
	listen := f.String("listen", "localhost:8083", "the `address` to listen on; localhost is IPv4 and IPv6 loopback")
	options := stepwell.Options{}
	f.StringVar(&options.Store, "store", "pebble:stepwell-data", "where to keep everything: `pebble:DIR` or memory:")
	f.StringVar(&options.Account, "account", "123456789012", "the `account` that ARNs show")
	f.StringVar(&options.Region, "region", "", "the `region` when a request is not signed for one (default $AWS_REGION or us-east-1)")
	f.StringVar(&options.Clock, "clock", "real", "the `clock` of executions: real; virtual, where waiting takes no time; or hold, virtual and moved by POST /_stepwell/clock")
	f.StringVar(&options.MockConfig, "mock-config", "", "a mock configuration `FILE`, in the format of AWS Step Functions Local (default $SFN_MOCK_CONFIG)")
	configFile := f.String("config", "", "a configuration `FILE`, stepwell.yaml: the functions that answer tasks, and limits that are not to be AWS's")
	level := f.String("log-level", "info", "the least `level` to log: debug, info, warn, error")
	profile := f.String(cpuProfileFlag, "", "write a CPU profile to this `FILE`")
	_ = f.MarkHidden(cpuProfileFlag) // it is there
	if err := parse(env, f, args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return usageError("serve takes no arguments, but got %q", f.Args())
	}
	var err error
	if options.Logger, err = logger(env, *level); err != nil {
		return err
	}
	if options.Region == "" {
		options.Region = env.Getenv("AWS_REGION")
	}
	if options.MockConfig == "" {
		options.MockConfig = env.Getenv("SFN_MOCK_CONFIG")
	}
	if *configFile != "" {
		c, err := readConfig(*configFile)
		if err != nil {
			return err
		}
		options.Handlers, options.Limits = c.Functions, c.Limits
	}
	if *profile != "" {
		done, err := startProfile(*profile)
		if err != nil {
			return err
		}
		defer done()
	}
	listeners, err := listenAll(*listen)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	options.Fatal = stop
	server, err := stepwell.New(options)
	if err != nil {
		closeAll(listeners)
		return err
	}
	err = serveAll(ctx, env, listeners, server, options)
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

An aws command older than 2.13 wants --endpoint-url http://{address} instead of the first variable.
`)
}
