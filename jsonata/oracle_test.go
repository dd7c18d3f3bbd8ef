package jsonata_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stepwell/stepwell/jsonata"
	"github.com/stepwell/stepwell/value"
)

// oracleCase is an expression of testdata/oracle.jsonl: random ones, with what the JavaScript
// implementation 2.0.6 printed for them.
type oracleCase struct {
	Expr, Dataset, Text string
	Undef               bool
	Err                 *struct {
		Code, Message, Token string
		Position             int
	}
}

func (c oracleCase) want() string {
	switch {
	case c.Undef:
		return "undefined"
	case c.Err != nil:
		return fmt.Sprintf("%s %s %q at %d", c.Err.Code, c.Err.Message, c.Err.Token, c.Err.Position)
	}
	return c.Text
}

func (c oracleCase) got(t *testing.T, datasets map[string]json.RawMessage) string {
	t.Helper()
	input, err := value.Parse(string(datasets[c.Dataset]))
	if err != nil {
		t.Fatal(err)
	}
	r, err := evaluate(t, c.Expr, jsonata.Env{Input: &input})
	if e, ok := err.(*jsonata.Error); ok {
		return fmt.Sprintf("%s %s %q at %d", e.Code, e.Message, e.Token, e.Position)
	}
	if text, ok := r.Text(); ok {
		return text
	}
	return "undefined"
}

func TestOracle(t *testing.T) {
	_, datasets := suite(t, "testdata")
	file, err := os.Open(filepath.Join("testdata", "oracle.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var c oracleCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		if got := c.got(t, datasets); got != c.want() {
			t.Errorf("%s\n got %s\nwant %s", c.Expr, got, c.want())
		}
	}
}
