package stepwell

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"strings"

	"github.com/stepwell/stepwell/awsjson"
	"github.com/stepwell/stepwell/iam"
	"github.com/stepwell/stepwell/lambda/invokeapi"
	"github.com/stepwell/stepwell/service"
	"github.com/stepwell/stepwell/sfn"
)

// Handler returns the server's HTTP API: that of Step Functions (AWS JSON 1.0), of IAM and STS (AWS
// Query) as far as roles go, of Lambda as far as calling functions goes, GET /healthz, /readyz and
// /metrics, and POST /_stepwell/clock. Requests that a browser makes for another site are refused. The first call lets what was running before go on.
func (s *Server) Handler() http.Handler {
	s.engine.Begin()
	return s.http
}

func (s *Server) routes() http.Handler {
	operations := awsjson.NewHandler(sfn.TargetPrefix, s.service, service.Operations, awsjson.Options{
		Logger: s.options.Logger, MaxBody: s.options.Limits.maxBody(), Observe: func(c awsjson.Call) { s.metrics.Request(c.Operation, c.Code) },
	})
	roles := iam.NewHandler(s.records, s.engine.Writable, s.options.Account, s.options.Logger)
	api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if iam.Accepts(r) {
			roles.ServeHTTP(w, r)
			return
		}
		operations.ServeHTTP(w, r)
	})
	functions := invokeapi.New(s.functions, s.options.Logger)
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
		name := awsjson.SignatureOf(r).Service
		if name != "" && !served[name] {
			refuseService(w, r, name)
			return
		}
		if name == "lambda" || strings.HasPrefix(r.URL.Path, invokeapi.Prefix) {
			functions.ServeHTTP(w, r)
			return
		}
		if r.Method == http.MethodPost && r.URL.Path != clockPath {
			api.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	}))
}

// served are the services whose requests are answered, by the name in a signature.
var served = map[string]bool{"states": true, "iam": true, "sts": true, "lambda": true}

// refuseService answers a request that is meant for another service of AWS, as those send that have
// AWS_ENDPOINT_URL in their environment. The status keeps clients from trying again.
func refuseService(w http.ResponseWriter, r *http.Request, name string) {
	message := fmt.Sprintf("Stepwell answers Step Functions, Lambda's Invoke, IAM roles and STS GetCallerIdentity, and this request is for %s. "+
		"To redirect only some services, set AWS_ENDPOINT_URL_SFN, AWS_ENDPOINT_URL_IAM and AWS_ENDPOINT_URL_STS instead of AWS_ENDPOINT_URL.", name)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-amz-json") {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusNotImplemented)
		_ = json.NewEncoder(w).Encode(map[string]string{"__type": "NotImplemented", "message": message}) // a client that is gone needs no answer
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(http.StatusNotImplemented)
	fmt.Fprintf(w, "<?xml version=\"1.0\"?>\n<ErrorResponse><Error><Code>NotImplemented</Code><Message>%s</Message></Error><Code>NotImplemented</Code><Message>%[1]s</Message></ErrorResponse>\n", html.EscapeString(message))
}

// ready answers whether new executions are taken.
func (s *Server) ready(w http.ResponseWriter, _ *http.Request) {
	if err := s.engine.Writable(); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}
