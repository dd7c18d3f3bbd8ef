package picture_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stepwell/stepwell/jsonata/picture"
)

// The values of the tables below are what JSONata 2.0.6 gives, on Node 20.

type options = map[string]any

// callCase is a call that gives a value, or an error: a code with its value, or a message.
type callCase struct {
	args []any
	want any
	err  string
}

func checkCalls(t *testing.T, name string, cases []callCase) {
	t.Helper()
	for _, c := range cases {
		got, ok, err := call(name, c.args)
		message := ""
		if err != nil {
			message, got = err.Error(), nil
		} else if !ok {
			got = nil
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) || message != c.err {
			t.Errorf("%s(%q) = %v, error %q; want %v, %q", name, c.args, got, message, c.want, c.err)
		}
	}
}

func TestFormatNumber(t *testing.T) {
	checkCalls(t, "formatNumber", []callCase{
		{[]any{1234.5, "$#,##0.00"}, "$1,234.50", ""},
		{[]any{-1234.5, "#,##0.00;(#,##0.00)"}, "(1,234.50)", ""},
		{[]any{0.5, "0"}, "0", ""},
		{[]any{1.5, "0"}, "2", ""},
		{[]any{2.5, "0"}, "2", ""},
		{[]any{0.0, "#.##"}, ".0", ""},
		{[]any{0.0, "#"}, "0", ""},
		{[]any{1e21, "0.0"}, "1e+21.0", ""},
		{[]any{12.0, "0,00.0,0"}, "0,12.0,0", ""},
		{[]any{5.0, "#,##0,0"}, "0,,5", ""},
		{[]any{1125899906842624.2, "0.0"}, "1125899906842624.3", ""},
		{[]any{12345.0, "0.0##e00"}, "1.235e04", ""},
		{[]any{12345.0, "$0.0e00"}, "$1.2e4", ""},
		{[]any{1.5, "0::0", options{"decimal-separator": "::"}}, nil, "D3086"},
		{[]any{1.5, "0,0", options{"decimal-separator": ",", "grouping-separator": "."}}, "1,5", ""},
		{[]any{1.0, ""}, nil, "D3085"},
		{[]any{1.0, "x"}, nil, "D3086"}, // as AWS has it: the library throws a TypeError
		{[]any{1.0, "", options{"pattern-separator": ""}}, nil, "Cannot read properties of undefined (reading 'picture')"},
		{[]any{1.0, "0." + strings.Repeat("0", 101)}, nil, "toFixed() digits argument must be between 0 and 100"},
		{[]any{math.Inf(1), "0"}, "Infinity", ""},
		{[]any{math.NaN(), "0.0"}, "-NaN.0", ""},
	})
}

func TestFormatInteger(t *testing.T) {
	checkCalls(t, "formatInteger", []callCase{
		{[]any{-1234.0, "#,##0"}, "-1,234", ""},
		{[]any{5.0, "#,##0,0"}, ",0,5", ""},
		{[]any{123.0, "0,00,0,0"}, "0,01,2,3", ""},
		{[]any{11.0, "1;o"}, "11th", ""},
		{[]any{1.9, "w"}, "one", ""},
		{[]any{1e21, "#,##0"}, "1e,+21", ""},
		{[]any{1234567.0, "#.##0"}, "1.234.567", ""},
		{[]any{42.0, "٠١"}, "٤٢", ""},
		{[]any{1e15, "w"}, "one thousand trillion", ""},
		{[]any{1234567.0, "Ww"}, "One Million, Two Hundred and Thirty-Four Thousand, Five Hundred and Sixty-Seven", ""},
		{[]any{120.0, "w;o"}, "one hundred and twentieth", ""},
		{[]any{27.0, "A"}, "AA", ""},
		{[]any{0.0, "A"}, "", ""},
		{[]any{0.0, "I"}, "", ""},
		{[]any{-4.0, "I"}, "-IV", ""},
		{[]any{1.0, "0٠"}, nil, "D3131"},
		{[]any{1.0, "α"}, nil, "D3130: α"},
	})
}

func TestParseInteger(t *testing.T) {
	checkCalls(t, "parseInteger", []callCase{
		{[]any{"0x1f", "0"}, 31, ""},
		{[]any{"12;345", "0;000"}, 12, ""},
		{[]any{"12.345", "#.##0"}, 12, ""},
		{[]any{"12", "٠"}, nil, "Invalid code point -1535"},
		{[]any{"21st", "1;o"}, 21, ""},
		{[]any{"xiv", "i"}, 14, ""},
		{[]any{"IM", "I"}, 999, ""},
		{[]any{"four", "Ww"}, 4, ""},
		{[]any{"many", "w"}, math.NaN(), ""},
		{[]any{"x", "#"}, nil, "D3130: #"},
	})
}

func TestFormatBase(t *testing.T) {
	checkCalls(t, "formatBase", []callCase{
		{[]any{255.5, 16.0}, "100", ""},
		{[]any{9520711121149362.0, 19.0}, "45dg7g21iahe3", ""},
		{[]any{1.5e22, 18.0}, "6f95g941fh921e0000", ""},
		{[]any{math.Inf(-1), 2.0}, "-Infinity", ""},
		{[]any{1.0, 37.0}, nil, "D3100: 37"},
	})
}

func TestFormatTime(t *testing.T) {
	checkCalls(t, "fromMillis", []callCase{
		{[]any{1521801216617.0, "[Y]-[M]-[D] [h]:[m] [P]", "-0530"}, "2018-3-23 4:03 am", ""},
		{[]any{1521801216617.0, "[Z]", "-0530"}, "-06:30", ""},
		{[]any{1521801216617.0, "[z0] [Z0000] [Z01:01t]", "+0530"}, "GMT+5:30 +0530 +05:30", ""},
		{[]any{0.0, "[Z01:01t]"}, "Z", ""},
		{[]any{0.0, "[Z00000]"}, nil, "D3134"},
		{[]any{0.0, "[Y##]"}, nil, "D3130: ##"},
		{[]any{0.0, "[MN,3-3] [FNn,*-2] [Mn] [x] [xNn]"}, "JAN Th january 1 January", ""},
		{[]any{1e12, "[W] [w] [d] [X] [f] [f001] [C] [E]"}, "36 1 252 2001 0 000 ISO ISO", ""},
		{[]any{0.0, "[Q1] [[x]] [ Y 0 0 0 1 ]"}, "undefined [x] 1970", ""},
		{[]any{0.0, "[Y"}, nil, "D3135"},
		{[]any{0.0, "[Q]"}, nil, "D3132: Q"},
		{[]any{0.0, "[]"}, nil, "D3132"},
		{[]any{0.0, "[HN]"}, nil, "D3133: H"},
		{[]any{0.0, "[fn]"}, nil, "Cannot read properties of undefined (reading 'primary')"},
		{[]any{1e16, "[Y] [Mn]"}, nil, "Cannot read properties of undefined (reading 'toLowerCase')"},
		{[]any{1e16, "[Y] [MNn] [D]"}, "NaN undefined NaN", ""},
		{[]any{-62200000000000.0}, "-0002-12-17T14:13:20.000Z", ""},
		{[]any{0.0, "[Y,a-b]"}, "NaN", ""},
		{[]any{-1.5}, "1969-12-31T23:59:59.999Z", ""},
	})
}

func TestParseTime(t *testing.T) {
	checkCalls(t, "toMillis", []callCase{
		{[]any{"12:30", "[H]:[m]"}, 1711715400000.0, ""},
		{[]any{"2018 5", "[Y] [m]"}, nil, "D3136"},
		{[]any{"-05:30 2018", "[Z] [Y]"}, 1514781000000.0, ""},
		{[]any{"jan 2018", "[MNn] [Y]"}, 1514764800000.0, ""},
		{[]any{"99", "[Y]"}, 915148800000.0, ""},
		{[]any{"2018-200", "[Y]-[d]"}, 1531958400000.0, ""},
		{[]any{"2018-200 10", "[Y]-[d] [H]"}, nil, "D3136"},
		{[]any{"12 am", "[h] [P]"}, 1711670400000.0, ""},
		{[]any{"pm", "[P]"}, 1711713600000.0, ""},
		{[]any{"5", "[D]"}, 1709596800000.0, ""},
		{[]any{"2018 May 4", "[Y] [MNn,3-3] [D]"}, 1525392000000.0, ""},
		{[]any{"x", "[Z0+0]"}, nil, "Invalid regular expression: /^([-+][0-9]++[0-9]+)$/i: Nothing to repeat"},
		{[]any{"2018", "[Y٠]"}, nil, "Invalid code point -1534"},
		{[]any{"2018", "[C]"}, nil, "D3133: C"},
		{[]any{"05+30", "[Z+]"}, nil, ""},
		{[]any{"2018-02-31"}, 1520035200000.0, ""},
		{[]any{"2018-13-01"}, math.NaN(), ""},
		{[]any{"2018-01-01T10:00:00.12345+0130"}, 1514795400123.0, ""},
		{[]any{"2018-01-01T24:00:00Z"}, 1514851200000.0, ""},
		{[]any{"2018-01-01T24:00:00.0001Z"}, math.NaN(), ""},
		{[]any{"0001-01-01Z"}, -62135596800000.0, ""},
		{[]any{"yesterday"}, nil, "D3110: yesterday"},
	})
}

func TestNumberText(t *testing.T) {
	for n, want := range map[float64]string{
		0: "0", math.Copysign(0, -1): "0", 1: "1", -1.5: "-1.5", 1e20: "100000000000000000000", 1e21: "1e+21",
		1.5e-6: "0.0000015", 1.5e-7: "1.5e-7", 5e-324: "5e-324", math.MaxFloat64: "1.7976931348623157e+308",
		math.Inf(1): "Infinity", math.Inf(-1): "-Infinity", 123456789012345680000: "123456789012345680000",
	} {
		if got := picture.NumberText(n); got != want {
			t.Errorf("NumberText(%g) = %s, want %s", n, got, want)
		}
	}
}
