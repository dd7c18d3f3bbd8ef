package lambda

import (
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"
)

// errorTypeHeader says the type of an error that a runtime reports.
const errorTypeHeader = "Lambda-Runtime-Function-Error-Type"

// serve lets the process of i speak the Runtime API,
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
func (i *instance) serve() {
	mux := http.NewServeMux()
	for pattern, f := range map[string]http.HandlerFunc{
		"GET /2018-06-01/runtime/invocation/next":           i.serveNext,
		"POST /2018-06-01/runtime/invocation/{id}/response": i.serveResponse,
		"POST /2018-06-01/runtime/invocation/{id}/error":    i.serveError,
		"POST /2018-06-01/runtime/init/error":               i.serveInitError,
	} {
		mux.HandleFunc(pattern, f)
	}
	i.server.ConnState = func(_ net.Conn, state http.ConnState) { // a new one is told by who serves
		switch state {
		case http.StateNew:
			i.others.Add(1)
		case http.StateClosed:
			i.others.Done()
		case http.StateActive, http.StateIdle, http.StateHijacked:
		}
	}
	i.server.Handler = mux
	i.server.ErrorLog = slog.NewLogLogger(i.pool.host.log.Handler(), slog.LevelDebug)
	i.others.Go(func() { _ = i.server.Serve(i.listener) }) // it ends when it is closed
}

// serveNext answers with the next call, once there is one.
func (i *instance) serveNext(w http.ResponseWriter, r *http.Request) {
	select {
	case i.asks <- struct{}{}:
	default: // it has asked before, and left
	}
	select {
	case c := <-i.calls:
		if r.Context().Err() != nil {
			i.lost <- struct{}{}
			return
		}
		w.Header().Set("Content-Type", "application/json")
		c.describe(w.Header(), time.Now().Add(c.timeout))
		w.Header().Set("Content-Length", strconv.Itoa(len(c.payload)))
		_, err := w.Write(c.payload)
		if err == nil {
			err = http.NewResponseController(w).Flush()
		}
		if err != nil {
			i.lost <- struct{}{}
		}
	case <-r.Context().Done():
	case <-i.ended:
	}
}

// describe sets the headers that say about a call what its event does not.
func (c *call) describe(h http.Header, deadline time.Time) {
	h.Set("Lambda-Runtime-Aws-Request-Id", c.id)
	h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(deadline.UnixMilli(), 10))
	h.Set("Lambda-Runtime-Invoked-Function-Arn", c.arn)
	h.Set("Lambda-Runtime-Trace-Id", c.trace)
	if c.clientContext != "" {
		h.Set("Lambda-Runtime-Client-Context", c.clientContext)
	}
}

// serveResponse takes the result of the call that the runtime has.
func (i *instance) serveResponse(w http.ResponseWriter, r *http.Request) {
	c := i.callOf(r)
	if c == nil {
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
		return
	}
	body, err := readMost(r.Body)
	switch {
	case err != nil:
		refuse(w, http.StatusBadRequest, "InvalidRequest", err.Error())
	case len(body) > MaxResponse:
		i.take(w, c, responseTooLarge(), http.StatusRequestEntityTooLarge)
	default:
		i.take(w, c, answer{payload: orNull(body)}, http.StatusAccepted)
	}
}

// serveError takes the error of the call that the runtime has.
func (i *instance) serveError(w http.ResponseWriter, r *http.Request) {
	c := i.callOf(r)
	if c == nil {
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
		return
	}
	i.take(w, c, reported(w, r), http.StatusAccepted)
}

// serveInitError takes why the runtime cannot start.
func (i *instance) serveInitError(w http.ResponseWriter, r *http.Request) {
	select {
	case i.unusable <- reported(w, r):
	default: // it has said so before
	}
	status(w, http.StatusAccepted)
}

// reported reads an error that a runtime reports.
func reported(w http.ResponseWriter, r *http.Request) answer {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxResponse))
	if err != nil || len(body) == 0 {
		errorType := r.Header.Get(errorTypeHeader)
		if errorType == "" {
			errorType = "Runtime.Unknown"
		}
		return failure(errorType, "")
	}
	return answer{payload: body, failed: true}
}

// callOf returns the call that the path of r names, or nil if the runtime does not have it.
func (i *instance) callOf(r *http.Request) *call {
	if c := i.current.Load(); c != nil && c.id == r.PathValue("id") && !c.taken.Load() {
		return c
	}
	return nil
}

// take takes an answer, if it is the first, and tells the runtime so.
func (i *instance) take(w http.ResponseWriter, c *call, a answer, code int) {
	if !c.taken.CompareAndSwap(false, true) {
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
		return
	}
	if code == http.StatusAccepted {
		status(w, code)
	} else {
		refuse(w, code, "RequestEntityTooLarge", "Exceeded maximum allowed payload size ("+strconv.Itoa(MaxResponse)+" bytes).")
	}
	i.answers <- a
}

func status(w http.ResponseWriter, code int) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = io.WriteString(w, `{"status":"OK"}`) // a process that is gone needs no answer
}

func refuse(w http.ResponseWriter, code int, errorType, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(map[string]string{"errorType": errorType, "errorMessage": message}) // as above
}
