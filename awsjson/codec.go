package awsjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
)

// encode appends answer to out as JSON. <, > and & stay as they are, as AWS leaves them.
func encode(out *bytes.Buffer, answer any) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	if err := e.Encode(answer); err != nil {
		return fmt.Errorf("encode %T: %w", answer, err)
	}
	out.Truncate(out.Len() - 1) // the newline that Encode adds
	return nil
}

// keptBuffer is the capacity in bytes up to which a buffer goes back into the pool: beyond it, one large
// request would hold its memory for ever.
const keptBuffer = 1 << 20

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func takeBuffer() *bytes.Buffer { return buffers.Get().(*bytes.Buffer) }

func returnBuffer(b *bytes.Buffer) {
	if b.Cap() <= keptBuffer {
		b.Reset()
		buffers.Put(b)
	}
}

// errTooLarge is returned by readBody for a body over the limit.
var errTooLarge = errors.New("request body too large")

// errEncoding is returned by readBody for a body that is compressed in an unknown way.
var errEncoding = errors.New("unknown content encoding")

// maxDrain is how many bytes of a body that is too large are read and thrown away. A client that has
// its connection reset while it still writes never learns why it was refused.
const maxDrain = 64 << 20

// readBody reads the whole body of r into b, and no more than limit bytes, also of what is compressed.
func readBody(b *bytes.Buffer, r *http.Request, limit int64) error {
	if r.ContentLength > limit {
		drain(r.Body)
		return errTooLarge
	}
	if r.ContentLength > 0 { // no more than that before anything has come
		b.Grow(int(min(r.ContentLength, 1<<16)) + bytes.MinRead)
	}
	plain, known, err := plainBody(r)
	if !known {
		return errEncoding
	}
	if err != nil {
		return err
	}
	n, err := b.ReadFrom(io.LimitReader(plain, limit+1))
	if err != nil {
		return fmt.Errorf("read request body: %w", err)
	}
	if n > limit {
		drain(r.Body)
		return errTooLarge
	}
	return nil
}

// drain reads on, so that the client can finish. That it does not is its own affair.
func drain(body io.Reader) { _, _ = io.CopyN(io.Discard, body, maxDrain) }
