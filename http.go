package stepwell

import (
	"fmt"
	"net/http"

	"github.com/stepwell/stepwell/awsjson"
	"github.com/stepwell/stepwell/iam"
	"github.com/stepwell/stepwell/service"
	"github.com/stepwell/stepwell/sfn"
)

// Handler returns the server's HTTP API: that of Step Functions (AWS JSON 1.0), of IAM and STS (AWS
// Query) as far as roles go, GET /healthz, /readyz and /metrics, and POST /_stepwell/clock. Requests that a
// browser makes for another site are refused. The first call lets what was running before go on.
func (s *Server) Handler() http.Handler {
	s.engine.Begin()
	return s.http
}

func (s *Server) routes() http.Handler {
	operations := awsjson.NewHandler(sfn.TargetPrefix, s.service, service.Operations, awsjson.Options{
		Logger: s.options.Logger, Observe: func(c awsjson.Call) { s.metrics.Request(c.Operation, c.Code) },
	})
	roles := iam.NewHandler(s.records, s.engine.Writable, s.options.Account, s.options.Logger)
	api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if iam.Accepts(r) {
			roles.ServeHTTP(w, r)
			return
		}
		operations.ServeHTTP(w, r)
	})
	mux := http.NewServeMux()
	mux.Handle("/", api)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", s.metrics.Handler())
	mux.HandleFunc("POST "+clockPath, s.moveClock)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "This is Stepwell, an open AWS Step Functions.\n\nPoint a client at it:\n\n  export AWS_ENDPOINT_URL=http://%s\n", r.Host)
	})
	// A call of the API is one whatever its path: the mux would redirect an empty one, as in the request
	// line "POST http://host HTTP/1.1", and clients do not follow.
	return http.NewCrossOriginProtection().Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path != clockPath {
			api.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	}))
}

// ready answers whether new executions are taken.
func (s *Server) ready(w http.ResponseWriter, _ *http.Request) {
	if err := s.engine.Writable(); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}
