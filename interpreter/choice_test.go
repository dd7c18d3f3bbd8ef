package interpreter_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/value"
)

func TestChoiceOperators(t *testing.T) {
	tests := []struct {
		rule, input string
		want        bool
	}{
		{`"StringEquals": "a"`, `"a"`, true},
		{`"StringEquals": "1"`, `1`, false},
		{`"StringLessThan": "b"`, `"a"`, true},
		{`"StringLessThan": "a"`, `"a"`, false},
		{`"StringLessThanEquals": "a"`, `"a"`, true},
		{`"StringGreaterThan": "a"`, `"b"`, true},
		{`"StringGreaterThanEquals": "b"`, `"a"`, false},
		{`"StringEqualsPath": "$.v"`, `"a"`, true},
		{`"StringMatches": "*.json"`, `"a.json"`, true},
		{`"StringMatches": "a*b*c"`, `"a-b-b-c"`, true},
		{`"StringMatches": "a*b*c"`, `"a-c"`, false},
		{`"StringMatches": "ab*ba"`, `"aba"`, false},
		{`"StringMatches": "a\\*"`, `"a*"`, true},
		{`"StringMatches": "a\\*"`, `"ab"`, false},
		{`"StringMatches": "a\\\\*"`, `"a\\b"`, true},
		{`"StringMatches": "*"`, `""`, true},
		{`"StringMatches": ""`, `"x"`, false},
		{`"StringMatches": "1"`, `1`, false},
		{`"NumericEquals": 1`, `1.0`, true},
		{`"NumericEquals": 9007199254740993`, `9007199254740992`, false},
		{`"NumericLessThan": 10`, `9`, true},
		{`"NumericLessThan": 10`, `"9"`, false},
		{`"NumericGreaterThanEquals": 1.5`, `1.5`, true},
		{`"BooleanEquals": true`, `true`, true},
		{`"BooleanEquals": true`, `"true"`, false},
		{`"TimestampEquals": "2026-01-01T00:00:00Z"`, `"2026-01-01T01:00:00+01:00"`, true},
		{`"TimestampLessThan": "2026-01-01T00:00:00.5Z"`, `"2026-01-01T00:00:00Z"`, true},
		{`"TimestampEquals": "2026-01-01T00:00:00Z"`, `"2026-01-01"`, false},
		{`"IsNull": true`, `null`, true},
		{`"IsNull": false`, `null`, false},
		{`"IsNumeric": true`, `1`, true},
		{`"IsString": true`, `1`, false},
		{`"IsBoolean": true`, `false`, true},
		{`"IsTimestamp": true`, `"2026-01-01T00:00:00Z"`, true},
		{`"IsTimestamp": false`, `"2026-01-01"`, true},
		{`"IsTimestamp": true`, `"2026-01-01T1:00:00Z"`, false},
		{`"IsTimestamp": true`, `"2026-01-01T01:00:00,5Z"`, false},
		{`"IsPresent": true`, `null`, true},
		{`"IsPresent": false`, `null`, false},
	}
	for _, test := range tests {
		t.Run(test.rule+" of "+test.input, func(t *testing.T) {
			if got := chosen(t, test.rule, test.input); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

// chosen runs a Choice with one rule about $.v.
func chosen(t *testing.T, rule, input string) bool {
	t.Helper()
	definition := fmt.Sprintf(`{"StartAt": "C", "States": {
		"C": {"Type": "Choice", "Choices": [{"Variable": "$.v", %s, "Next": "Yes"}], "Default": "No"},
		"Yes": {"Type": "Succeed"}, "No": {"Type": "Fail"}}}`, rule)
	x := interpreter.New(parse(t, definition), identity)
	x.Handle(interpreter.Moment{Time: epoch}, interpreter.Start{Input: parseValue(t, `{"v": `+input+`}`)})
	return x.Status() == interpreter.Succeeded
}

// FuzzStringMatches checks the pattern language against a slow matcher that tries everything.
func FuzzStringMatches(f *testing.F) {
	f.Add("abc", "a*c")
	f.Add("a*", `a\*`)
	f.Add("aaa", "*a*a*")
	f.Add(`a\`, `*\\`)
	f.Add("", "**")
	f.Fuzz(func(t *testing.T, s, pattern string) {
		if len(s) > 30 || len(pattern) > 12 || strings.HasSuffix(pattern, `\`) {
			return
		}
		rule := `"StringMatches": ` + value.String(pattern).Text()
		if got, want := chosen(t, rule, value.String(s).Text()), matchesSlowly(value.String(s).AsString(), value.String(pattern).AsString()); got != want {
			t.Errorf("%q matches %q: got %t, want %t", s, pattern, got, want)
		}
	})
}

func matchesSlowly(s, pattern string) bool {
	switch {
	case pattern == "":
		return s == ""
	case pattern[0] == '*':
		return matchesSlowly(s, pattern[1:]) || s != "" && matchesSlowly(s[1:], pattern)
	case pattern[0] == '\\' && len(pattern) > 1:
		pattern = pattern[1:]
	}
	return s != "" && s[0] == pattern[0] && matchesSlowly(s[1:], pattern[1:])
}
