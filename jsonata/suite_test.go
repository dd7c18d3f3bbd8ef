package jsonata_test

import (
	"bufio"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stepwell/stepwell/jsonata"
	"github.com/stepwell/stepwell/value"
)

// suiteCase is a line of the suite, see the README beside it.
type suiteCase struct {
	ID          string                     `json:"id"`
	Expr        string                     `json:"expr"`
	Data        json.RawMessage            `json:"data"`
	Dataset     string                     `json:"dataset"`
	Bindings    map[string]json.RawMessage `json:"bindings"`
	Want        string                     `json:"want"`
	Result      json.RawMessage            `json:"result"`
	Unordered   bool                       `json:"unordered"`
	Code        string                     `json:"code"`
	Depth       int                        `json:"depth"`
	Oracle      string                     `json:"oracle"`
	OracleError *struct {
		Code     string          `json:"code"`
		Message  string          `json:"message"`
		Token    json.RawMessage `json:"token"`
		Position int             `json:"position"`
	} `json:"oracle_error"`
}

// suiteFolder is the folder of the whole suite, or of the part that is kept here.
func suiteFolder() string {
	dir := os.Getenv("STEPWELL_CONFORMANCE_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "conformance")
	}
	dir = filepath.Join(dir, "jsonata")
	if _, err := os.Stat(dir); err != nil {
		return "testdata"
	}
	return dir
}

// suite reads the cases and their inputs.
func suite(t *testing.T, dir string) ([]suiteCase, map[string]json.RawMessage) {
	t.Helper()
	var datasets map[string]json.RawMessage
	text, err := os.ReadFile(filepath.Join(dir, "datasets.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &datasets); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(filepath.Join(dir, "suite-2.0.6.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	var cases []suiteCase
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var c suiteCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		// Package json does not keep lone surrogates.
		if v, err := value.Parse(lines.Text()); err == nil {
			expression, _ := v.Get("expr")
			c.Expr = expression.AsString()
		}
		cases = append(cases, c)
	}
	return cases, datasets
}

func (c suiteCase) env(t *testing.T, datasets map[string]json.RawMessage) jsonata.Env {
	t.Helper()
	env := jsonata.Env{
		Time: time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC), Random: rand.New(rand.NewPCG(1, 2)),
		Limits: jsonata.Limits{Depth: 1000, Steps: 20_000_000, Bytes: 1 << 30},
	}
	if c.Depth > 0 {
		env.Limits.Depth = c.Depth
	}
	input := c.Data
	if c.Dataset != "" {
		input = datasets[c.Dataset]
	}
	if input != nil {
		v, err := value.Parse(string(input))
		if err != nil {
			t.Fatal(err)
		}
		env.Input = &v
	}
	env.Variable = func(name string) (value.Value, bool) {
		b, ok := c.Bindings[name]
		return value.Trusted(string(b)), ok
	}
	return env
}

// verdict is how a case went: right is what the suite asks for.
type verdict struct{ right, sameText, sameMessage bool }

func (c suiteCase) judge(t *testing.T, datasets map[string]json.RawMessage) (verdict, string) {
	t.Helper()
	x, err := jsonata.Compile(c.Expr)
	var result jsonata.Result
	if err == nil {
		result, err = x.Eval(c.env(t, datasets))
	}
	if err != nil {
		e := err.(*jsonata.Error)
		var v verdict
		if c.OracleError != nil {
			v.right = c.Want == "error" && e.Code == c.OracleError.Code && e.Position == c.OracleError.Position
			v.sameMessage = e.Message == c.OracleError.Message
			if c.OracleError.Code == "U1001" { // a limit, in the words of AWS here
				v.right = e.Code == "" && strings.HasPrefix(e.Message, c.OracleError.Message)
				v.sameMessage = v.right
			}
		}
		got, _ := json.Marshal(e)
		return v, string(got)
	}
	text, ok := result.Text()
	if !ok {
		return verdict{right: c.Want == "undefined", sameText: c.Want == "undefined"}, "undefined"
	}
	got, _ := result.Value()
	want := value.Trusted(string(c.Result))
	v := verdict{right: c.Want == "result" && (value.Equal(got, want) || c.Unordered && value.Equal(sorted(got), sorted(want)))}
	v.sameText = c.Want == "result" && (c.Oracle == "" || c.Oracle == text)
	return v, text
}

func sorted(v value.Value) value.Value {
	var all []value.Value
	for _, e := range v.Elements() {
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b value.Value) int { return strings.Compare(a.Text(), b.Text()) })
	return value.Array(all...)
}

// exceptions are the cases that are not fulfilled, with the reason.
var exceptions = map[string]string{
	"function-eval/case000.json#0": noEval,
	"function-eval/case001.json#0": noEval,
	"function-eval/case002.json#0": noEval,
	"function-eval/case003.json#0": noEval,
	"function-eval/case004.json#0": noEval,
	"function-eval/case005.json#0": noEval,
	"function-eval/case006.json#0": noEval,
	"function-eval/case007.json#0": noEval,
	"function-eval/case008.json#0": noEval,
	"function-eval/case008.json#1": noEval,
	"function-eval/case008.json#2": noEval,
	"function-eval/case008.json#3": noEval,
}

const noEval = "AWS has no $eval"

// TestSuite wants every case right, and every result and message in the very text that the reference
// implementation printed.
func TestSuite(t *testing.T) {
	folders := []string{"testdata"}
	if whole := suiteFolder(); whole != "testdata" {
		folders = append(folders, whole)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) { playSuite(t, folder) })
	}
}

func playSuite(t *testing.T, folder string) {
	cases, datasets := suite(t, folder)
	played := 0
	for _, c := range cases {
		v, got := c.judge(t, datasets)
		right := v.right && (v.sameText || v.sameMessage)
		if reason, ok := exceptions[c.ID]; ok {
			if right {
				t.Errorf("%s is right, and yet an exception (%s)", c.ID, reason)
			}
			continue
		}
		played++
		if !right {
			t.Errorf("%s: %s\n got %.500s\nwant %.500s %v", c.ID, c.Expr, got, c.Oracle, c.OracleError)
		}
	}
	if played < 400 {
		t.Errorf("only %d cases", played)
	}
	t.Logf("%d cases, and %d exceptions", played, len(cases)-played)
}
