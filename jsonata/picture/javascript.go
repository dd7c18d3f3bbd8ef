package picture

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// NumberText returns n as JavaScript's Number.prototype.toString does (ECMA-262 §6.1.6.1.20): the
// shortest digits that mean n, with an exponent from 1e21 on and below 1e-6.
func NumberText(n float64) string {
	switch {
	case math.IsNaN(n):
		return "NaN"
	case math.IsInf(n, 0):
		return strings.TrimPrefix(strconv.FormatFloat(n, 'g', -1, 64), "+") + "inity"
	case n == 0:
		return "0"
	}
	if size := math.Abs(n); size < 1e21 && size >= 1e-6 {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	text := strconv.FormatFloat(n, 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(text, "e")
	return mantissa + "e" + exponent[:1] + strings.TrimPrefix(exponent[1:], "0")
}

// toFixed returns n, which is not negative, with so many decimals (Number.prototype.toFixed,
// ECMA-262 §21.1.3.3): half way between two it takes the larger.
func toFixed(n float64, decimals int) (string, error) {
	switch {
	case decimals > 100:
		return "", &Error{Message: "toFixed() digits argument must be between 0 and 100"}
	case !(n < 1e21):
		return NumberText(n), nil
	}
	if scaled := math.Ldexp(n, decimals+1); scaled == math.Floor(scaled) {
		// Only numbers with so few binary places can lie half way, and have that many decimals.
		exact := strconv.FormatFloat(n, 'f', decimals+1, 64)
		if strings.HasSuffix(exact, "5") {
			return roundUp(exact), nil
		}
	}
	return strconv.FormatFloat(n, 'f', decimals, 64), nil
}

// roundUp removes the last decimal of a number's text, and adds one to what precedes it.
func roundUp(text string) string {
	digits := []byte(strings.TrimSuffix(text[:len(text)-1], "."))
	for i := len(digits) - 1; i >= 0; i-- {
		switch digits[i] {
		case '.':
		case '9':
			digits[i] = '0'
		default:
			digits[i]++
			return string(digits)
		}
	}
	return "1" + string(digits)
}

// round is JSONata's $round: half way it takes the even number. The decimal point is moved in the
// text, so that no multiplication is inexact.
func round(n float64, decimals int) float64 {
	n = shift(n, decimals)
	result := math.Floor(n + 0.5)
	switch n {
	case math.Floor(n):
		result = n // to a large integer a half cannot be added
	case 0.49999999999999994:
		result = 0 // the sum is 1
	}
	if math.Abs(result-n) == 0.5 && math.Mod(math.Abs(result), 2) == 1 {
		result--
	}
	result = shift(result, -decimals)
	if result == 0 {
		return 0 // not -0
	}
	return result
}

// shift moves the decimal point of n to the right by way of its text. What has no digits becomes
// NaN.
func shift(n float64, places int) float64 {
	if places == 0 {
		return n
	}
	if math.IsInf(n, 0) || math.IsNaN(n) {
		return math.NaN()
	}
	mantissa, exponent, _ := strings.Cut(NumberText(n), "e")
	power, _ := strconv.Atoi(exponent)
	moved, _ := strconv.ParseFloat(mantissa+"e"+strconv.Itoa(power+places), 64)
	return moved
}

// parseInt is the function of that name (ECMA-262 §19.2.5) without a radix: it reads digits after
// white space and a sign, hexadecimal ones after 0x, and ignores what follows.
func parseInt(s string) float64 {
	s = strings.TrimLeftFunc(s, isSpace)
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	n := leadingInteger(s)
	if negative {
		return -n
	}
	return n
}

func leadingInteger(s string) float64 {
	if len(s) > 1 && s[0] == '0' && s[1]|0x20 == 'x' {
		digits := s[2 : 2+countWhile(s[2:], isHexDigit)]
		if digits == "" {
			return math.NaN()
		}
		n, _ := strconv.ParseFloat("0x"+digits+"p0", 64)
		return n
	}
	digits := s[:countWhile(s, isDigit)]
	if digits == "" {
		return math.NaN()
	}
	n, _ := strconv.ParseFloat(digits, 64) // too large is infinite
	return n
}

// countWhile returns how many bytes of s, from its beginning, are of a kind.
func countWhile(s string, is func(byte) bool) int {
	n := 0
	for n < len(s) && is(s[n]) {
		n++
	}
	return n
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func isHexDigit(b byte) bool { return isDigit(b) || b|0x20 >= 'a' && b|0x20 <= 'f' }

// isSpace reports whether r is white space to a JavaScript regular expression.
func isSpace(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r == ' ' || r >= '\t' && r <= '\r'
	case r == 0x2028 || r == 0x2029 || r == 0xFEFF:
		return true
	}
	return unicode.Is(unicode.Zs, r)
}

// power returns 10 to the power of n, which need not be an integer, or a number.
func power(n float64) float64 {
	if n == math.Trunc(n) && math.Abs(n) < 400 {
		return math.Pow10(int(n))
	}
	return math.Pow(10, n)
}
