package picture_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/stepwell/stepwell/jsonata/picture"
)

// suiteCase is a call of JSONata's own test suite; see testdata/README.md.
type suiteCase struct {
	ID, Call, Then, Code string
	Args                 []any
	Result               any
	Undefined            bool
}

func TestSuite(t *testing.T) {
	file, err := os.Open("testdata/suite-2.0.6.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	n := 0
	for lines := bufio.NewScanner(file); lines.Scan(); n++ {
		var c suiteCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		t.Run(c.ID, func(t *testing.T) { c.check(t) })
	}
	if n != 311 {
		t.Errorf("the suite has %d cases, want 311", n)
	}
}

func (c suiteCase) check(t *testing.T) {
	t.Helper()
	got, ok, err := call(c.Call, c.Args)
	if err == nil && ok && c.Then != "" {
		got, ok, err = call(c.Then, []any{got})
	}
	var e *picture.Error
	switch {
	case errors.As(err, &e):
		if e.Code != c.Code || c.Code == "" {
			t.Errorf("%s(%q): error %v, want %q", c.Call, c.Args, e, c.Code)
		}
	case c.Code != "" || ok == c.Undefined || ok && !reflect.DeepEqual(got, c.Result):
		t.Errorf("%s(%q) = %v %v, want %v %s", c.Call, c.Args, got, ok, c.Result, c.Code)
	}
}

// call calls a function of JSONata by its name. ok is false when it has no value.
func call(name string, args []any) (got any, ok bool, err error) {
	number, _ := args[0].(float64)
	text, _ := args[0].(string)
	switch name {
	case "formatNumber":
		got, err = picture.FormatNumber(number, textAt(args, 1), optionsAt(args, 2))
	case "formatInteger":
		got, err = picture.FormatInteger(number, textAt(args, 1))
	case "parseInteger":
		got, err = picture.ParseInteger(text, textAt(args, 1))
	case "formatBase":
		radix := 10
		if len(args) > 1 {
			radix = int(args[1].(float64))
		}
		got, err = picture.FormatBase(number, radix)
	case "fromMillis":
		got, err = picture.FormatTime(number, textAt(args, 1), textAt(args, 2))
	case "toMillis":
		return parseTime(text, textAt(args, 1))
	}
	return got, true, err
}

func parseTime(text, pic string) (any, bool, error) {
	millis, ok, err := picture.ParseTime(text, pic, time.Date(2024, time.March, 29, 12, 21, 52, 0, time.UTC))
	return millis, ok, err
}

func textAt(args []any, i int) string {
	if i >= len(args) {
		return ""
	}
	s, _ := args[i].(string)
	return s
}

func optionsAt(args []any, i int) map[string]string {
	options := map[string]string{}
	if i < len(args) {
		for name, value := range args[i].(map[string]any) {
			options[name] = value.(string)
		}
	}
	return options
}
