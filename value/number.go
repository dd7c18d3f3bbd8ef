package value

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Int returns i as a Value.
func Int(i int64) Value {
	return Value{kind: KindNumber, compact: true, text: strconv.FormatInt(i, 10)}
}

// Float returns f as Java writes a double: a whole number that fits an int64 as an integer (100),
// others in the shortest form that reads back as f, between 0.001 and 10,000,000 without an
// exponent (0.25) and else with one (9.223372036854776E18). What JSON has no number for becomes
// a string: "NaN", "Infinity", "-Infinity".
func Float(f float64) Value {
	switch {
	case math.IsNaN(f):
		return String("NaN")
	case math.IsInf(f, 1):
		return String("Infinity")
	case math.IsInf(f, -1):
		return String("-Infinity")
	case f == math.Trunc(f) && f >= -1<<63 && f < 1<<63:
		return Int(int64(f))
	}
	return Value{kind: KindNumber, compact: true, text: javaDouble(f)}
}

// Double returns f as Java writes a double in all cases: as [Float] does, but a whole number with a
// fraction (100.0) or an exponent (1.0E7) too.
func Double(f float64) Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Float(f)
	}
	return Value{kind: KindNumber, compact: true, text: javaDouble(f)}
}

// javaDouble formats a finite double as Java's Double.toString does.
func javaDouble(f float64) string {
	if size := math.Abs(f); size >= 1e-3 && size < 1e7 || f == 0 {
		text := strconv.FormatFloat(f, 'f', -1, 64)
		if !strings.Contains(text, ".") {
			text += ".0"
		}
		return text
	}
	digits, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	if !strings.Contains(digits, ".") {
		digits += ".0"
	}
	sign := strings.TrimLeft(exponent[:1], "+")
	return digits + "E" + sign + strings.TrimLeft(exponent[1:], "0")
}

// NumberText returns the text of a number as it was written, and "" for any other kind.
func (v Value) NumberText() string {
	if v.kind != KindNumber {
		return ""
	}
	return v.text
}

// AsInt returns the value of a number that is a whole number and fits an int64, however it is
// written: 100, 1e2 and 100.0 alike. Otherwise it reports false.
func (v Value) AsInt() (int64, bool) {
	if v.kind != KindNumber {
		return 0, false
	}
	if i, err := strconv.ParseInt(v.text, 10, 64); err == nil {
		return i, true
	}
	return decimalOf(v.text).int()
}

// AsFloat returns the double nearest to a number, infinite when it is too large, and 0 for any
// other kind.
func (v Value) AsFloat() float64 {
	if v.kind != KindNumber {
		return 0
	}
	f, _ := strconv.ParseFloat(v.text, 64) // out of range: ±Inf, as documented
	return f
}

// decimal is an exact number in its one normal form: ±digits × 10^exponent, digits without
// leading and trailing zeros. Equal numbers have equal decimals.
type decimal struct {
	negative bool
	digits   string
	exponent int64
	// far is the exponent when it does not fit.
	far string
}

// decimalOf returns the normal form of a JSON number.
func decimalOf(text string) decimal {
	mantissa, exponent := text, ""
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa, exponent = text[:i], strings.TrimPrefix(text[i+1:], "+")
	}
	var d decimal
	mantissa, d.negative = strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	d.digits = strings.TrimRight(digits, "0")
	if d.digits == "" {
		return decimal{}
	}
	d.shift(exponent, int64(len(digits)-len(d.digits)-len(fraction)))
	return d
}

// shift sets the exponent to the written one plus by.
func (d *decimal) shift(exponent string, by int64) {
	const safe = 17 // digits that leave room to add the length of any text
	if len(exponent) <= safe {
		n, _ := strconv.ParseInt(exponent, 10, 64) // empty when there is none
		d.exponent = n + by
		return
	}
	n, _ := new(big.Int).SetString(exponent, 10)
	n.Add(n, big.NewInt(by))
	if n.IsInt64() {
		d.exponent = n.Int64()
		return
	}
	d.far = n.String()
}

// int returns d when it is whole and fits an int64.
func (d decimal) int() (int64, bool) {
	const most = 19 // decimal digits of the largest int64
	if d.digits == "" {
		return 0, true
	}
	if d.far != "" || d.exponent < 0 || d.exponent > most || len(d.digits) > most {
		return 0, false
	}
	text := d.digits + strings.Repeat("0", int(d.exponent))
	if d.negative {
		text = "-" + text
	}
	i, err := strconv.ParseInt(text, 10, 64)
	return i, err == nil
}
