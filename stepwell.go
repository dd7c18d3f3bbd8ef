// Package stepwell runs AWS Step Functions state machines inside a Go program: the engine, its
// store, and the API as an [http.Handler].
//
//	server, err := stepwell.New(stepwell.Options{Store: "pebble:data"})
//	server.Func("arn:aws:lambda:us-east-1:123456789012:function:greet", greet)
//	http.ListenAndServe("localhost:8083", server.Handler())
//
// A [Server] owns its store: one process at a time. Executions that were running when a Server was
// closed, or its process killed, go on when the store is opened next: from the first call of
// Handler, Start, Run, Wait or Watch on, so that the functions they need can be given by Func before.
// This package is the only one whose API is promised to stay.
package stepwell

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/stepwell/stepwell/delivery"
	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/integration/mock"
	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/kv/memory"
	"github.com/stepwell/stepwell/kv/pebble"
	"github.com/stepwell/stepwell/lambda"
	"github.com/stepwell/stepwell/service"
	"github.com/stepwell/stepwell/store"
	"github.com/stepwell/stepwell/telemetry"
)

// Options configures a [Server]. The zero Options keeps everything in memory.
type Options struct {
	// Store says where everything is kept: "pebble:DIR" on disk, or "memory:", which is also what
	// the empty string means.
	Store string
	// Account is the 12-digit account that ARNs show; empty means 123456789012.
	Account string
	// Region holds for requests that are not signed for one; empty means us-east-1.
	Region string
	// Logger gets what an operator should know; nil means slog.Default.
	Logger *slog.Logger
	// Fatal is told once, on a goroutine of its own, when the server cannot go on, as when its disk
	// failed; nil means that only the log says so. Nothing is acknowledged after that. A disk that
	// fails to sync ends the process: what is on it then nobody can know.
	Fatal func(error)
	// Clock says how executions tell the time: "real", which the empty string means too; "virtual",
	// where waiting takes no time; or "hold", a virtual clock that jumps only when it is told to. See
	// docs/testing.md.
	Clock string
	// MockConfig is the path of a mock configuration file, in the format of AWS Step Functions Local;
	// empty means none.
	MockConfig string
	// Mock, when not nil, is asked for every task, whatever kind it is, by the names of machine, test
	// case (empty without one) and state: it returns who stands in, or false to have the task done for
	// real.
	Mock func(machine, testCase, state string) (integration.Handler, bool)
	// Handlers do the tasks of the resources that are their keys; Func can replace one.
	Handlers map[string]integration.Handler
	// Functions are the functions that run as processes, or elsewhere; Func and Handlers come before
	// them. nil means that there are none.
	Functions lambda.Source
	// Endpoint, when not empty, is the URL at which such functions find this server.
	Endpoint string
	// Logs gets the log entries that the logging configurations of state machines ask for, as CloudWatch
	// Logs would; nil means that nobody gets them.
	Logs delivery.Destination
	// EventTargets maps names to http or https URLs, to which every change of the status of a Standard
	// execution is sent as the event that EventBridge would get, at least once. What waits for a name in
	// the store goes to the URL that it has when the store is opened next; what waits for a name that is
	// not there any more is removed.
	EventTargets map[string]string
	// MaxExpress is how many executions of Express machines may run at once; one more is answered with
	// ThrottlingException. 0 means 10,000.
	MaxExpress int
	// Limits lift AWS's limits; the zero Limits are AWS's.
	Limits Limits

	mustExist bool // the store is not made
}

func (o *Options) setDefaults() {
	if o.Store == "" {
		o.Store = "memory:"
	}
	if o.Account == "" {
		o.Account = "123456789012"
	}
	if o.Region == "" {
		o.Region = "us-east-1"
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	o.Fatal = once(o.Logger, o.Fatal)
}

// What goes into ARNs, and would make them ambiguous.
var (
	accountNumber = regexp.MustCompile(`^[0-9]{12}$`)
	regionName    = regexp.MustCompile(`^[a-zA-Z0-9-]{1,32}$`)
)

func (o *Options) check() error {
	if !accountNumber.MatchString(o.Account) {
		return fmt.Errorf("the account %q is not a number of 12 digits", o.Account)
	}
	if !regionName.MatchString(o.Region) {
		return fmt.Errorf("the region %q is not a name such as us-east-1", o.Region)
	}
	if _, ok := clockModes[o.Clock]; !ok {
		return fmt.Errorf("the clock %q is none of real, virtual and hold", o.Clock)
	}
	for name, address := range o.EventTargets {
		if err := delivery.CheckTarget(name, address); err != nil {
			return err
		}
	}
	if o.MaxExpress < 0 {
		return fmt.Errorf("the limit MaxExpress is negative: %d", o.MaxExpress)
	}
	return o.Limits.check()
}

// once returns a function that logs the first error it is told, and tells f on a goroutine of its own.
func once(log *slog.Logger, f func(error)) func(error) {
	var first sync.Once
	return func(err error) {
		first.Do(func() {
			log.Error("the server cannot go on", "error", err)
			if f != nil {
				go f(err)
			}
		})
	}
}

// Server is a running engine with its store. It is safe for concurrent use.
type Server struct {
	options   Options
	backend   kv.Store
	records   *store.Store
	handlers  *integration.Registry
	mocks     *mock.File // nil: there is no mock configuration
	engine    *engine.Engine
	service   *service.Service
	logs      *delivery.Logs // nil: nobody gets them
	events    *delivery.Events
	metrics   *telemetry.Metrics
	http      http.Handler
	functions *lambda.Host

	close    sync.Once
	closeErr error
}

// New opens the store and reads what was running. The Server that it returns acts on that from the
// first call of Handler, Define, Start, StartMachine, Run, Wait or Watch on.
func New(o Options) (*Server, error) {
	o.setDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	s := &Server{options: o, handlers: new(integration.Registry)}
	for resource, h := range o.Handlers {
		s.handlers.Register(resource, h)
	}
	if o.MockConfig != "" {
		var err error
		if s.mocks, err = mock.Open(o.MockConfig, o.Logger); err != nil {
			return nil, err
		}
	}
	backend, err := openBackend(o)
	if err != nil {
		return nil, err
	}
	s.backend = backend
	if err := s.open(context.Background()); err != nil {
		return nil, errors.Join(err, backend.Close())
	}
	return s, nil
}

// openBackend opens the store that Options.Store names.
func openBackend(o Options) (kv.Store, error) {
	kind, place, _ := strings.Cut(o.Store, ":")
	switch {
	case kind == "memory" && place == "":
		return memory.New(), nil
	case kind == "pebble" && place != "":
		return pebble.Open(place, pebble.Options{Logger: o.Logger, Fatal: o.Fatal, MustExist: o.mustExist})
	}
	return nil, fmt.Errorf("the store %q is neither memory: nor pebble:DIR", o.Store)
}

func (s *Server) open(ctx context.Context) error {
	records, err := store.Open(ctx, s.backend)
	if err != nil {
		return err
	}
	s.records = records
	engineOptions := engine.Options{
		Store: records, Handlers: s.handlers, Logger: s.options.Logger, Fatal: s.options.Fatal,
		Clock: clockModes[s.options.Clock], Limits: s.options.Limits.ofExecutions(),
		MaxNameCharacters: s.options.Limits.NameCharacters, MaxExpress: s.options.MaxExpress,
		MaxActivityPollers: s.options.Limits.ActivityPollers,
	}
	serviceOptions := service.Options{
		Store: records, Account: s.options.Account, Region: s.options.Region, Logger: s.options.Logger,
		Limits: s.options.Limits.ofRequests(), Definitions: s.options.Limits.ofDefinitions(),
		Quotas: service.Quotas{Versions: s.options.Limits.Versions, Aliases: s.options.Limits.Aliases},
	}
	engineOptions.Mocked = s.options.Mock
	if s.mocks != nil {
		engineOptions.Mocked, serviceOptions.CheckTestCase = s.mocked, s.mocks.Check
	}
	if s.options.Logs != nil {
		s.logs = delivery.NewLogs(s.options.Logs, s.options.Logger)
		engineOptions.Observe = s.logs.Observe
	}
	if err := s.openEvents(ctx, &engineOptions); err != nil {
		s.closeLogs()
		return err
	}
	s.metrics = newMetrics(s.backend, s.logs)
	showEvents(s.metrics, s.events)
	engineOptions.Observe = both(counted(s.metrics.Executions()), engineOptions.Observe)
	engineOptions.Committed = s.metrics.Commits()
	if s.engine, err = engine.Open(ctx, engineOptions); err != nil {
		s.events.Close()
		s.closeLogs()
		return err
	}
	serviceOptions.Engine = s.engine
	s.service = service.New(serviceOptions)
	s.metrics.Measure(loadGauges, func() []float64 { return load(s.engine) })
	s.openFunctions()
	s.http = s.routes()
	return nil
}

// openEvents lets the events of executions be written and delivered.
func (s *Server) openEvents(ctx context.Context, o *engine.Options) (err error) {
	s.events, err = delivery.OpenEvents(ctx, delivery.EventsOptions{
		Store: s.records, Targets: s.options.EventTargets, Logger: s.options.Logger,
	})
	if err == nil {
		o.EventTargets, o.Announced = s.events.Targets(), s.events.Announced
	}
	return err
}

// mocked asks Options.Mock, then the mock configuration.
func (s *Server) mocked(machine, testCase, state string) (integration.Handler, bool) {
	if s.options.Mock != nil {
		if h, ok := s.options.Mock(machine, testCase, state); ok {
			return h, true
		}
	}
	return s.mocks.Handler(machine, testCase, state)
}

// StopPolls sends workers that wait for an activity task home, so that an HTTP server can shut down
// without waiting for them. Close does that too.
func (s *Server) StopPolls() { s.engine.StopPolls() }

// Close stops the server in order: nothing new is taken, polls end, what was decided becomes
// durable, log entries are delivered. What is still running goes on when the store is opened next.
func (s *Server) Close() error {
	s.close.Do(func() {
		err := errors.Join(s.engine.Close(), s.functions.Close())
		s.events.Close()
		s.closeLogs()
		s.closeErr = errors.Join(err, s.backend.Close())
	})
	return s.closeErr
}

func (s *Server) closeLogs() {
	if s.logs != nil {
		s.logs.Close()
	}
}

// Backup writes a consistent copy of the store into the directory dir, which must not exist or be
// empty, while the server runs.
func (s *Server) Backup(ctx context.Context, dir string) error { return s.backend.Backup(ctx, dir) }

// Backup writes a consistent copy of a store that no server has open.
func Backup(ctx context.Context, store, dir string) error {
	o := Options{Store: store, mustExist: true}
	o.setDefaults()
	if o.Store == "memory:" {
		return errors.New("a store in memory belongs to one process: there is nothing to copy")
	}
	backend, err := openBackend(o)
	if err != nil {
		return err
	}
	return errors.Join(backend.Backup(ctx, dir), backend.Close())
}
