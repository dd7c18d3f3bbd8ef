package picture

import (
	"math"
	"slices"
	"strings"
)

// FormatNumber writes n as a picture of fn:format-number says. options replace the characters of
// the decimal format that are named so in XPath: "decimal-separator", "grouping-separator",
// "exponent-separator", "minus-sign", "percent", "per-mille", "zero-digit", "digit" and
// "pattern-separator". Its codes are D3080 to D3093.
//
// Unlike the specification says, and as JSONata does: a prefix shifts where the exponent is looked
// for; a fraction repeats the grouping of the integer; infinity and NaN are written as JavaScript
// does. Zero, negative and infinite numbers with an exponent make the library loop for ever: their
// error is what AWS ends them with.
func FormatNumber(n float64, picture string, options map[string]string) (string, error) {
	if len(picture) > maxPicture {
		return "", errTooLarge
	}
	f, err := newDecimalFormat(options)
	if err != nil {
		return "", err
	}
	subpictures := split(unitsOf(picture), f.pattern)
	if len(subpictures) > 2 {
		return "", &Error{Code: "D3080"}
	}
	var parsed []*numberPicture
	for _, s := range subpictures {
		parsed = append(parsed, f.parse(s))
	}
	for _, p := range parsed {
		if code := f.fault(p); code != "" {
			return "", &Error{Code: code}
		}
	}
	switch {
	case len(parsed) == 0:
		return "", unreadable("picture") // an empty separator divides an empty picture into nothing
	case n >= 0:
		return f.format(n, parsed[0])
	case len(parsed) == 1:
		parsed[0].prefix = slices.Concat(f.minus, parsed[0].prefix)
	}
	return f.format(n, parsed[len(parsed)-1])
}

// maxSymbol is the length of an option, in bytes.
const maxSymbol = 64

// decimalFormat has the characters with which numbers and pictures are written, each as its UTF-16
// units: the library allows texts, but finds only single units in pictures everywhere.
type decimalFormat struct {
	decimal, grouping, exponent, minus, percent, perMille, zero, digit, pattern []uint16
}

func newDecimalFormat(options map[string]string) (*decimalFormat, error) {
	f := &decimalFormat{}
	for _, symbol := range []struct {
		units       *[]uint16
		name, usual string
	}{
		{&f.decimal, "decimal-separator", "."},
		{&f.grouping, "grouping-separator", ","},
		{&f.exponent, "exponent-separator", "e"},
		{&f.minus, "minus-sign", "-"},
		{&f.percent, "percent", "%"},
		{&f.perMille, "per-mille", "\u2030"},
		{&f.zero, "zero-digit", "0"},
		{&f.digit, "digit", "#"},
		{&f.pattern, "pattern-separator", ";"},
	} {
		text, ok := options[symbol.name]
		if !ok {
			text = symbol.usual
		}
		if len(text) > maxSymbol {
			return nil, errTooLarge
		}
		*symbol.units = unitsOf(text)
	}
	return f, nil
}

// isDigit reports whether a unit belongs to the decimal digit family, the ten from zero-digit on.
func (f *decimalFormat) isDigit(unit uint16) bool { return len(f.zero) > 0 && unit-f.zero[0] < 10 }

// isPlace reports whether a unit stands for a digit, mandatory or optional.
func (f *decimalFormat) isPlace(unit uint16) bool { return f.isDigit(unit) || is(f.digit, unit) }

// isActive reports whether a unit has a meaning in a picture.
func (f *decimalFormat) isActive(unit uint16) bool {
	return f.isPlace(unit) || is(f.decimal, unit) || is(f.exponent, unit) || is(f.grouping, unit) || is(f.pattern, unit)
}

// is reports whether a symbol is a unit.
func is(symbol []uint16, unit uint16) bool { return len(symbol) == 1 && symbol[0] == unit }

// numberPicture is a sub-picture and its parts (F&O §4.7.4).
type numberPicture struct {
	all, prefix, suffix                 []uint16
	active, mantissa, integer, fraction []uint16
	exponent                            []uint16
	hasExponent                         bool
}

// parse divides a sub-picture. Where nothing in it is active, JavaScript's library fails; AWS says
// D3086, which follows from taking all of it as active.
func (f *decimalFormat) parse(all []uint16) *numberPicture {
	p := &numberPicture{all: all}
	bounds := func(unit uint16) bool { return f.isActive(unit) && !is(f.exponent, unit) }
	start, end := slices.IndexFunc(all, bounds), len(all)
	if start < 0 {
		start = 0
	} else {
		for !bounds(all[end-1]) {
			end--
		}
	}
	p.prefix, p.active, p.suffix = all[:start], all[start:end], all[end:]
	p.mantissa = p.active
	if at := index(all, f.exponent, start); at >= 0 && at <= end { // at counts from the picture's beginning
		p.mantissa, p.exponent = slice(p.active, 0, at), slice(p.active, at+1, len(p.active))
		p.hasExponent = true
	}
	p.integer, p.fraction = p.mantissa, p.suffix
	if at := index(p.mantissa, f.decimal, 0); at >= 0 {
		p.integer, p.fraction = p.mantissa[:at], slice(p.mantissa, at+1, len(p.mantissa))
	}
	return p
}

// fault returns the code of what is wrong with a picture (F&O §4.7.3), of several the last.
func (f *decimalFormat) fault(p *numberPicture) (code string) {
	decimal := index(p.all, f.decimal, 0)
	scaled := index(p.all, f.percent, 0) >= 0 || index(p.all, f.perMille, 0) >= 0
	for _, check := range []struct {
		fails bool
		code  string
	}{
		{decimal != lastIndex(p.all, f.decimal), "D3081"},
		{index(p.all, f.percent, 0) != lastIndex(p.all, f.percent), "D3082"},
		{index(p.all, f.perMille, 0) != lastIndex(p.all, f.perMille), "D3083"},
		{index(p.all, f.percent, 0) >= 0 && index(p.all, f.perMille, 0) >= 0, "D3084"},
		{!slices.ContainsFunc(p.mantissa, f.isPlace), "D3085"},
		{slices.ContainsFunc(p.active, func(unit uint16) bool { return !f.isActive(unit) }), "D3086"},
		{decimal >= 0 && (slices.Equal(at(p.all, decimal-1), f.grouping) || slices.Equal(at(p.all, decimal+1), f.grouping)), "D3087"},
		{decimal < 0 && slices.Equal(at(p.integer, len(p.integer)-1), f.grouping), "D3088"},
		{index(p.all, slices.Concat(f.grouping, f.grouping), 0) >= 0, "D3089"},
		{f.optionalAfterDigit(p.integer), "D3090"},
		{f.digitAfterOptional(p.fraction), "D3091"},
		{len(p.exponent) > 0 && scaled, "D3092"},
		{p.hasExponent && (len(p.exponent) == 0 || f.countDigits(p.exponent) < len(p.exponent)), "D3093"},
	} {
		if check.fails {
			code = check.code
		}
	}
	return code
}

func (f *decimalFormat) optionalAfterDigit(integer []uint16) bool {
	first := index(integer, f.digit, 0)
	return first >= 0 && f.countDigits(integer[:first]) > 0
}

func (f *decimalFormat) digitAfterOptional(fraction []uint16) bool {
	last := lastIndex(fraction, f.digit)
	return last >= 0 && f.countDigits(fraction[last:]) > 0
}

func (f *decimalFormat) countDigits(units []uint16) int { return count(units, f.isDigit) }

func (f *decimalFormat) countPlaces(units []uint16) int { return count(units, f.isPlace) }

func count(units []uint16, is func(uint16) bool) int {
	n := 0
	for _, unit := range units {
		if is(unit) {
			n++
		}
	}
	return n
}

// format writes a number by its sub-picture (F&O §4.7.5).
func (f *decimalFormat) format(n float64, p *numberPicture) (string, error) {
	switch {
	case index(p.all, f.percent, 0) >= 0:
		n *= 100
	case index(p.all, f.perMille, 0) >= 0:
		n *= 1000
	}
	s := f.sizes(p)
	exponent := 0
	if s.leastExponent > 0 {
		var err error
		if n, exponent, err = normalize(n, s.scale); err != nil {
			return "", err
		}
	}
	digits, err := f.digits(math.Abs(round(n, s.mostFraction)), s.mostFraction)
	if err != nil {
		return "", err
	}
	text := f.group(f.pad(digits, s), p)
	if point := index(text, f.decimal, 0); index(p.all, f.decimal, 0) < 0 || point == len(text)-1 {
		text = slice(text, 0, len(text)-1)
	}
	if s.leastExponent > 0 {
		text = slices.Concat(text, f.exponentText(exponent, s.leastExponent))
	}
	return textOf(slices.Concat(p.prefix, text, p.suffix)), nil
}

// exponentText writes the exponent and its separator.
func (f *decimalFormat) exponentText(exponent, least int) []uint16 {
	digits, _ := f.digits(math.Abs(float64(exponent)), 0)
	text := slices.Clone(f.exponent)
	if exponent < 0 {
		text = append(text, f.minus...)
	}
	for range least - len(digits) {
		text = append(text, f.zero...)
	}
	return append(text, digits...)
}

// replaced is what String.prototype.replace puts in the place of found, for a replacement that
// says $$, $&, $` or $' (ECMA-262 §22.1.3.19.1).
func replaced(before, found, after, replacement string) string {
	if !strings.Contains(replacement, "$") {
		return replacement
	}
	return strings.NewReplacer("$$", "$", "$&", found, "$`", before, "$'", after).Replace(replacement)
}
