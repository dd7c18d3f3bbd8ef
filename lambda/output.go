package lambda

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	maxLine   = 64 << 10               // bytes of a line of the log; longer ones are split
	drainTime = 500 * time.Millisecond // what is still to be read once a program has ended
)

// output is a pipe that a program writes to.
type output struct{ r, w *os.File }

func newOutput() (*output, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("make a pipe: %w", err)
	}
	return &output{r, w}, nil
}

// started closes the end that the program has now.
func (o *output) started() { _ = o.w.Close() } // nothing was written to it

func (o *output) close() {
	_ = o.w.Close()
	_ = o.r.Close()
}

// lines calls f for each line until the output ends.
func (o *output) lines(f func(line string)) {
	var (
		cut   string // the beginning of a character
		split bool   // a line goes on
	)
	for r := bufio.NewReaderSize(o.r, maxLine); ; {
		line, err := r.ReadSlice('\n')
		text := cut + string(line)
		full := errors.Is(err, bufio.ErrBufferFull)
		if full {
			text, cut = whole(text)
		} else {
			text, cut = strings.TrimRight(text, "\r\n"), ""
		}
		if text != "" || err == nil && !split {
			f(text)
		}
		if err != nil && !full {
			return
		}
		split = full
	}
}

// whole returns the whole characters of a text, and the beginning of one that is cut off at its end.
func whole(text string) (characters, rest string) {
	for at := len(text) - 1; at >= max(0, len(text)-utf8.UTFMax); at-- {
		if !utf8.RuneStart(text[at]) {
			continue
		}
		if !utf8.FullRuneInString(text[at:]) {
			return text[:at], text[at:]
		}
		break
	}
	return text, ""
}

// drain waits until readers have read all that a program has left, and closes its outputs. Somebody
// who has left the program's group could hold them open for ever.
func drain(readers *sync.WaitGroup, outputs ...*output) {
	done := make(chan struct{})
	go func() { // it ends with the readers
		readers.Wait()
		close(done)
	}()
	timer := time.NewTimer(drainTime)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	}
	for _, o := range outputs {
		_ = o.r.Close()
	}
	<-done
}

// print logs a line that a function has written; c is the call that it has, nil for none.
func (h *Host) print(f *Function, c *call, stream, line string) {
	if c == nil {
		h.log.Info(line, "function", f.Name.String(), "stream", stream)
		return
	}
	if c.tail != nil {
		c.tail.add(line)
	}
	h.log.Info(line, "function", f.Name.String(), "requestId", c.id, "stream", stream)
}
