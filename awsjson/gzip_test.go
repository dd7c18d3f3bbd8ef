package awsjson_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"
)

func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestGzip: a request may be compressed, within the limit of what it is then; a long answer is for who
// accepts it.
func TestGzip(t *testing.T) {
	long := strings.Repeat("long ", 10_000)
	for name, c := range map[string]struct {
		encoding, body, accept string
		status                 int
		compressed             bool
		want                   string
	}{
		"short":               {"gzip", zipped(t, `{"title":"a"}`), "gzip", 200, false, `{"lent":"a"}`},
		"long":                {"gzip", zipped(t, `{"title":"`+long+`"}`), "br, gzip;q=0.5", 200, true, `{"lent":"` + long + `"}`},
		"not accepted":        {"", `{"title":"` + long + `"}`, "gzip;q=0, identity", 200, false, `{"lent":"` + long + `"}`},
		"not accepted at all": {"", `{"title":"` + long + `"}`, "gzip; q=0.000", 200, false, `{"lent":"` + long + `"}`},
		"nothing is said":     {"", `{"title":"` + long + `"}`, "", 200, false, `{"lent":"` + long + `"}`},
		"too long inside":     {"gzip", zipped(t, `{"title":"`+long+long+long+`"}`), "", 413, false, ""},
		"broken":              {"gzip", "no gzip", "", 400, false, `"SerializationException"`},
		"of an unknown kind":  {"br", `{}`, "", 415, false, "Content-Encoding must be gzip"},
	} {
		t.Run(name, func(t *testing.T) {
			h, _ := newHandler()
			r := newRequest("Lend", c.body)
			r.Header.Set("Content-Encoding", c.encoding)
			r.Header.Set("Accept-Encoding", c.accept)
			answer, body := serve(t, h, r)
			if answer.StatusCode != c.status {
				t.Fatalf("status %d %s, want %d", answer.StatusCode, body, c.status)
			}
			if got := answer.Header.Get("Content-Encoding") == "gzip"; got != c.compressed {
				t.Fatalf("compressed: %t, want %t", got, c.compressed)
			}
			if c.compressed {
				z, err := gzip.NewReader(strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				plain, err := io.ReadAll(z)
				if err != nil {
					t.Fatal(err)
				}
				body = string(plain)
			}
			if !strings.Contains(body, c.want) {
				t.Errorf("got %.200s, want %.200s in it", body, c.want)
			}
		})
	}
}
