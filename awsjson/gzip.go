package awsjson

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// minGzip is from which size on answers are compressed for a client that accepts it: below, and on the
// way through a loopback, it costs more than it saves.
const minGzip = 16 << 10

// plainBody returns the body of r without its compression. It is false for one that is not known.
func plainBody(r *http.Request) (io.Reader, bool, error) {
	switch encoding := strings.ToLower(r.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
		return r.Body, true, nil
	case "gzip":
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			return nil, true, fmt.Errorf("read gzip: %w", err)
		}
		return z, true, nil
	}
	return nil, false, nil
}

// acceptsGzip reports whether the client of r takes compressed answers.
func acceptsGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(coding), ";")
		if name == "gzip" || name == "*" {
			weight, given := strings.CutPrefix(strings.ToLower(strings.TrimSpace(quality)), "q=")
			return !given || strings.Trim(weight, "0.") != ""
		}
	}
	return false
}

var gzipWriters = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is one
	}
	return z
}}

// compress writes body to out, compressed.
func compress(out *bytes.Buffer, body []byte) {
	z := gzipWriters.Get().(*gzip.Writer)
	defer gzipWriters.Put(z)
	z.Reset(out)
	_, _ = z.Write(body) // a buffer takes everything
	_ = z.Close()
}
