package picture

import (
	"math"
	"slices"
	"strconv"
)

// FormatBase returns n, rounded to an integer, in a base from 2 to 36, as JSONata's $formatBase
// does: D3100 for another base.
func FormatBase(n float64, radix int) (string, error) {
	if radix < 2 || radix > 36 {
		return "", &Error{Code: "D3100", Value: strconv.Itoa(radix)}
	}
	n = round(n, 0)
	if radix == 10 || math.IsNaN(n) || math.IsInf(n, 0) {
		return NumberText(n), nil
	}
	digits := digitsOf(math.Abs(n), float64(radix))
	if n < 0 {
		digits = "-" + digits
	}
	return digits, nil
}

// digitsOf writes n as V8 does: digits beyond the 53 bits of a double are zeros.
func digitsOf(n, radix float64) string {
	const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"
	var reversed []byte
	for n/radix >= 1<<53 {
		n /= radix
		reversed = append(reversed, '0')
	}
	for {
		rest := math.Mod(n, radix)
		reversed = append(reversed, alphabet[int(rest)])
		if n = (n - rest) / radix; n <= 0 {
			break
		}
	}
	slices.Reverse(reversed)
	return string(reversed)
}
