package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ServeNull serves HTTP on a port of its own until ctx is done: it reads requests and answers them with
// fixed bodies, by operation, that it reads from answers, a JSON object. It says on out where it is.
// It does nothing else, and so shows what HTTP alone costs.
func ServeNull(ctx context.Context, answers io.Reader, out io.Writer) error {
	var bodies map[string]string
	if err := json.NewDecoder(answers).Decode(&bodies); err != nil {
		return fmt.Errorf("read the answers of the null server: %w", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{
		Handler: nullHandler(bodies), ReadHeaderTimeout: time.Minute,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
	}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	fmt.Fprintf(out, "The null server answers on http://%s\n", l.Addr())
	if err := server.Serve(l); ctx.Err() == nil {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// nullHandler answers with the headers that a server sends.
func nullHandler(bodies map[string]string) http.Handler {
	const requestID = "00000000-0000-4000-8000-000000000000"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request bytes.Buffer
		if _, err := request.ReadFrom(r.Body); err != nil {
			return // the client has gone
		}
		body, ok := bodies[strings.TrimPrefix(r.Header.Get(targetHeader), targetPrefix)]
		if !ok {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		header := w.Header()
		header["X-Amzn-Requestid"] = []string{requestID}
		header.Set("Content-Type", mediaType)
		header.Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = io.WriteString(w, body) // or the client has gone
	})
}
