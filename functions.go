package stepwell

import (
	"log/slog"

	"github.com/stepwell/stepwell/integration/function"
	"github.com/stepwell/stepwell/lambda"
)

// openFunctions makes the host of functions, and lets tasks and the API of Lambda find it.
func (s *Server) openFunctions() {
	source := s.options.Functions
	if source == nil {
		source = noFunctions{s.options.Logger}
	}
	s.functions = lambda.New(lambda.Options{
		Source: source, Account: s.options.Account, Region: s.options.Region, Endpoint: s.options.Endpoint,
		Logger: s.options.Logger, Native: s.native,
	})
	s.handlers.Otherwise(function.Tasks{Host: s.functions}.Handler)
}

// native returns the function that Func or Options.Handlers gave for a name, whatever its qualifier.
func (s *Server) native(n lambda.Name) lambda.Native {
	for _, qualifier := range []string{n.Qualifier, ""} {
		n.Qualifier = qualifier
		if h, ok := s.handlers.Registered(n.ARN()); ok {
			return function.Native(n.ARN(), h)
		}
	}
	return nil
}

// noFunctions is the source of a server that was given none.
type noFunctions struct{ log *slog.Logger }

var none lambda.Set

// Functions implements [lambda.Source].
func (noFunctions) Functions() *lambda.Set { return &none }

// Missing implements [lambda.Source].
func (f noFunctions) Missing(name string) {
	f.log.Warn("a function was called that does not exist: Server.Func or Options.Functions gives it", "function", name)
}
