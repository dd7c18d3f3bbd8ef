package picture

import (
	"math"
	"slices"
)

// sizes are the numbers that analysing a picture gives (F&O §4.7.4).
type sizes struct {
	leastInteger, leastFraction, mostFraction, leastExponent int
	// scale is how many digits of a mantissa stand before the decimal separator.
	scale int
}

func (f *decimalFormat) sizes(p *numberPicture) sizes {
	s := sizes{
		leastInteger:  f.countDigits(p.integer),
		leastFraction: f.countDigits(p.fraction),
		mostFraction:  f.countPlaces(p.fraction),
		leastExponent: f.countDigits(p.exponent),
	}
	s.scale = s.leastInteger
	switch {
	case s.leastInteger > 0 || s.mostFraction > 0:
	case p.hasExponent:
		s.leastFraction, s.mostFraction = 1, 1
	default:
		s.leastInteger = 1
	}
	if p.hasExponent && s.leastInteger == 0 && index(p.integer, f.digit, 0) >= 0 {
		s.leastInteger = 1
	}
	if s.leastInteger == 0 && s.leastFraction == 0 {
		s.leastFraction = 1
	}
	return s
}

// normalize finds the exponent with which the mantissa of n has scale digits before the point.
func normalize(n float64, scale int) (mantissa float64, exponent int, err error) {
	least, most := math.Pow10(scale-1), math.Pow10(scale)
	if n <= 0 && least > 0 || math.IsInf(n, 0) && !math.IsInf(most, 0) {
		return 0, 0, errEndless
	}
	for n < least {
		n *= 10
		exponent--
	}
	for n > most {
		n /= 10
		exponent++
	}
	return n, exponent, nil
}

// digits writes n with so many decimals, in the digits of the family.
func (f *decimalFormat) digits(n float64, decimals int) ([]uint16, error) {
	text, err := toFixed(n, decimals)
	if err != nil {
		return nil, err
	}
	units := unitsOf(text)
	if is(f.zero, '0') {
		return units, nil
	}
	var changed []uint16
	for _, unit := range units {
		switch {
		case unit < '0' || unit > '9':
			changed = append(changed, unit)
		case len(f.zero) > 0:
			changed = append(changed, unit-'0'+f.zero[0])
		}
	}
	return changed, nil
}

// pad gives digits the decimal separator, and as many zeros as the picture wants.
func (f *decimalFormat) pad(digits []uint16, s sizes) []uint16 {
	text := f.point(digits)
	isZero := func(unit uint16) bool { return is(f.zero, unit) }
	for len(text) > 0 && isZero(text[0]) {
		text = text[1:]
	}
	for len(text) > 0 && isZero(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	point := index(text, f.decimal, 0)
	left, right := s.leastInteger-point, s.leastFraction-(len(text)-point-1)
	return slices.Concat(slices.Repeat(f.zero, max(left, 0)), text, slices.Repeat(f.zero, max(right, 0)))
}

// point puts the decimal separator in the place of the point, or at the end.
func (f *decimalFormat) point(digits []uint16) []uint16 {
	i := slices.Index(digits, '.')
	if i < 0 {
		return slices.Concat(digits, f.decimal)
	}
	before, after := digits[:i], digits[i+1:]
	separator := f.decimal
	if len(separator) > 1 {
		separator = unitsOf(replaced(textOf(before), ".", textOf(after), textOf(separator)))
	}
	return slices.Concat(before, separator, after)
}

// group inserts the grouping separators.
func (f *decimalFormat) group(text []uint16, p *numberPicture) []uint16 {
	point := index(text, f.decimal, 0)
	positions := f.groups(p, p.integer, false)
	if interval := regularInterval(positions); interval > 0 {
		for i := range max((point-1)/interval, 0) {
			text = insert(text, point-(i+1)*interval, f.grouping)
		}
	} else {
		for i, position := range positions {
			text = insert(text, point+i-position, f.grouping)
		}
	}
	point = index(text, f.decimal, 0)
	for _, position := range f.groups(p, p.fraction, true) {
		text = insert(text, position+point+1, f.grouping)
	}
	return text
}

// groups returns how many places stand to the right of each grouping separator of part, or to its
// left. After the first one the library looks for the next in the integer part, whichever part is
// given.
func (f *decimalFormat) groups(p *numberPicture, part []uint16, left bool) []int {
	var positions []int
	for at := index(part, f.grouping, 0); at >= 0; at = index(p.integer, f.grouping, at+1) {
		side := slice(part, at, len(part))
		if left {
			side = slice(part, 0, at)
		}
		positions = append(positions, f.countPlaces(side))
	}
	return positions
}

// insert puts units into text at a place that counts from its end when negative, as
// String.prototype.slice has it.
func insert(text []uint16, at int, units []uint16) []uint16 {
	if at < 0 {
		at += len(text)
	}
	at = min(max(at, 0), len(text))
	return slices.Concat(text[:at], units, text[at:])
}

// split divides s at each separator, an empty one after each unit (String.prototype.split).
func split(s, separator []uint16) [][]uint16 {
	var parts [][]uint16
	if len(separator) == 0 {
		for i := range s {
			parts = append(parts, s[i:i+1])
		}
		return parts
	}
	for {
		i := index(s, separator, 0)
		if i < 0 {
			return append(parts, s)
		}
		parts = append(parts, s[:i])
		s = s[i+len(separator):]
	}
}

// index returns where part first is in s from a place on, or -1 (String.prototype.indexOf).
func index(s, part []uint16, from int) int {
	from = min(max(from, 0), len(s))
	for i := from; i+len(part) <= len(s); i++ {
		if slices.Equal(s[i:i+len(part)], part) {
			return i
		}
	}
	return -1
}

// lastIndex returns where part last is in s, or -1.
func lastIndex(s, part []uint16) int {
	for i := len(s) - len(part); i >= 0; i-- {
		if slices.Equal(s[i:i+len(part)], part) {
			return i
		}
	}
	return -1
}

// slice returns what lies between two places of s, of which those outside are moved to its ends
// (String.prototype.substring, for ends in order).
func slice(s []uint16, start, end int) []uint16 {
	start, end = min(max(start, 0), len(s)), min(max(end, 0), len(s))
	return s[start:max(start, end)]
}

// at returns the unit at a place, nothing outside of s (String.prototype.charAt).
func at(s []uint16, place int) []uint16 {
	if place < 0 || place >= len(s) {
		return nil
	}
	return s[place : place+1]
}
