package picture

import (
	"math"
	"slices"
	"strings"
	"unicode/utf16"
)

// letters writes n, which is not negative, as columns of spreadsheets are named: a, b, … z, aa. It
// writes nothing for 0.
func letters(n float64, c letterCase) (string, error) {
	if math.IsInf(n, 0) {
		return "", errEndless
	}
	first := firstLetter(c)
	var reversed []uint16
	for n > 0 {
		reversed = append(reversed, uint16(int(math.Mod(n-1, 26)+first)))
		n = math.Floor((n - 1) / 26)
	}
	slices.Reverse(reversed)
	return textOf(reversed), nil
}

func firstLetter(c letterCase) float64 {
	if c == upper {
		return 'A'
	}
	return 'a'
}

// parseLetters reads what letters writes. Other characters count too, by their distance from a.
func parseLetters(text string, c letterCase) float64 {
	first := firstLetter(c)
	units := unitsOf(text)
	n := 0.0
	for i := range units {
		n += (float64(units[len(units)-1-i]) - first + 1) * math.Pow(26, float64(i))
	}
	return n
}

// numerals are the Roman ones, the largest first.
var numerals = []struct {
	value float64
	text  string
}{
	{1000, "m"},
	{900, "cm"},
	{500, "d"},
	{400, "cd"},
	{100, "c"},
	{90, "xc"},
	{50, "l"},
	{40, "xl"},
	{10, "x"},
	{9, "ix"},
	{5, "v"},
	{4, "iv"},
	{1, "i"},
}

// maxRoman is about where V8 has no more stack for the recursion with which the library writes one
// numeral after the other.
const maxRoman = 1e7

// roman writes n, which is not negative, in Roman numerals; nothing for 0.
func roman(n float64) (string, error) {
	if n > maxRoman {
		return "", errRecursion
	}
	var b strings.Builder
	for _, numeral := range numerals {
		for n >= numeral.value {
			b.WriteString(numeral.text)
			n -= numeral.value
		}
	}
	return b.String(), nil
}

var romanValues = map[uint16]float64{'M': 1000, 'D': 500, 'C': 100, 'L': 50, 'X': 10, 'V': 5, 'I': 1}

// parseRoman reads upper case Roman numerals, in any order: one before a larger one is subtracted.
// With any other character the result is NaN.
func parseRoman(text string) float64 {
	sum, largest := 0.0, 1.0
	for _, unit := range slices.Backward(utf16.Encode([]rune(text))) {
		value, ok := romanValues[unit]
		switch {
		case !ok:
			return math.NaN()
		case value < largest:
			sum -= value
		default:
			largest = value
			sum += value
		}
	}
	return sum
}
