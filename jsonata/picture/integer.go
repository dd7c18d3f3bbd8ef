package picture

import (
	"math"
	"strings"
)

// style is how an integer is written.
type style uint8

const (
	styleDecimal style = iota
	styleLetters
	styleRoman
	styleWords
	// styleSequence is any other numbering sequence, which JSONata does not support.
	styleSequence
)

// letterCase is the case of letters, words and names; noCase where there are none.
type letterCase uint8

const (
	noCase letterCase = iota
	lower
	upper
	title
)

func (c letterCase) apply(s string) string {
	switch c {
	case lower:
		return strings.ToLower(s)
	case upper:
		return strings.ToUpper(s)
	case noCase, title:
	}
	return s
}

// integerPicture is an analysed picture of fn:format-integer.
type integerPicture struct {
	style   style
	letters letterCase
	ordinal bool
	// token is the picture of a styleSequence.
	token string
	decimalPattern
}

// decimalPattern is what a picture says of decimal digits.
type decimalPattern struct {
	// zero is the zero of the digits' family.
	zero rune
	// mandatory and optional count digits. A width modifier may make mandatory anything, also NaN,
	// which it is where there is no decimal pattern.
	mandatory, optional float64
	// separators are those of the picture from right to left, and interval the distance at which
	// they repeat, 0 when they are not regular.
	separators []separator
	interval   int
}

// separator is a grouping separator, with so many digits to its right.
type separator struct {
	position int
	char     rune
}

// FormatInteger returns n, rounded down, as a picture of fn:format-integer says: digits ("#,##0",
// also of other scripts), letters ("a", "A"), Roman numerals ("i", "I"), words ("w", "W", "Ww"),
// and ordinals of them with ";o". Its codes are D3130 and D3131.
func FormatInteger(n float64, picture string) (string, error) {
	p, err := analyseInteger(picture)
	if err != nil {
		return "", err
	}
	return p.format(math.Floor(n))
}

// analyseInteger reads a picture of an integer.
func analyseInteger(picture string) (*integerPicture, error) {
	if len(picture) > maxPicture {
		return nil, errTooLarge
	}
	primary, modifier := picture, ""
	if i := strings.LastIndexByte(picture, ';'); i >= 0 {
		primary, modifier = picture[:i], picture[i+1:]
	}
	p := &integerPicture{letters: lower, ordinal: strings.HasPrefix(modifier, "o")}
	p.mandatory, p.optional = math.NaN(), math.NaN()
	switch primary {
	case "A", "a":
		p.style = styleLetters
	case "I", "i":
		p.style = styleRoman
	case "W", "w", "Ww":
		p.style = styleWords
	default:
		return p, p.analyseDigits(primary)
	}
	switch primary {
	case "A", "I", "W":
		p.letters = upper
	case "Ww":
		p.letters = title
	}
	return p, nil
}

// digitFamilies are the zeros of the decimal digits that JSONata knows: those of Unicode's basic
// plane when it was written.
var digitFamilies = []rune{0x30, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10}

// familyOf returns the zero of the family that a digit belongs to, 0 if it is none.
func familyOf(r rune) rune {
	for _, zero := range digitFamilies {
		if r >= zero && r <= zero+9 {
			return zero
		}
	}
	return 0
}

// analyseDigits reads a decimal-digit-pattern. What has no digit is a numbering sequence.
func (p *integerPicture) analyseDigits(pattern string) error {
	var d decimalPattern
	position := 0
	runes := []rune(pattern)
	for i := len(runes) - 1; i >= 0; i-- {
		zero := familyOf(runes[i])
		switch {
		case zero != 0 && d.zero != 0 && zero != d.zero:
			return &Error{Code: "D3131"}
		case zero != 0:
			d.zero = zero
			d.mandatory++
		case runes[i] == '#':
			d.optional++
		default:
			d.separators = append(d.separators, separator{position, runes[i]})
			continue
		}
		position++
	}
	if d.zero == 0 {
		p.style, p.token = styleSequence, pattern
		return nil
	}
	d.interval = d.regular()
	p.decimalPattern = d
	return nil
}

// regular returns the interval of separators that are all the same.
func (d *decimalPattern) regular() int {
	positions := make([]int, len(d.separators))
	for i, s := range d.separators {
		if s.char != d.separators[0].char {
			return 0
		}
		positions[i] = s.position
	}
	return regularInterval(positions)
}

// format writes n, which is an integer except where a strange width makes a year a fraction.
func (p *integerPicture) format(n float64) (string, error) {
	var text string
	var err error
	switch size := math.Abs(n); p.style {
	case styleLetters:
		text, err = letters(size, p.letters)
	case styleRoman:
		text, err = roman(size)
		text = p.letters.apply(text)
	case styleWords:
		text, err = words(size, p.ordinal)
		text = p.letters.apply(text)
	case styleDecimal:
		text, err = p.decimal(size)
	case styleSequence:
		err = &Error{Code: "D3130", Value: p.token}
	}
	if err != nil {
		return "", err
	}
	if n < 0 {
		text = "-" + text
	}
	return text, nil
}

// decimal writes n, which is not negative, by the pattern.
func (p *integerPicture) decimal(n float64) (string, error) {
	text := NumberText(n)
	if missing := p.mandatory - float64(len(text)); missing > maxText {
		return "", errTooLarge
	} else if missing > 0 {
		text = strings.Repeat("0", int(missing)) + text
	}
	if p.zero == '0' && len(p.separators) == 0 && !p.ordinal {
		return text, nil
	}
	digits := []rune(text)
	for i := range digits {
		digits[i] += p.zero - '0'
	}
	switch {
	case p.interval > 0:
		digits = p.groupRegularly(digits)
	case (len(digits)+len(p.separators))*len(p.separators) > maxWork:
		return "", errTooLarge
	default:
		digits = p.group(digits)
	}
	if p.ordinal {
		return string(digits) + ordinalSuffix(digits), nil
	}
	return string(digits), nil
}

// groupRegularly inserts a separator after each interval from the right.
func (p *integerPicture) groupRegularly(digits []rune) []rune {
	var grouped []rune
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%p.interval == 0 {
			grouped = append(grouped, p.separators[0].char)
		}
		grouped = append(grouped, d)
	}
	return grouped
}

// group inserts the separators where the picture has them. Where the number is shorter, the library
// keeps as many of its last digits as it is short of, or all.
func (p *integerPicture) group(digits []rune) []rune {
	for i := len(p.separators) - 1; i >= 0; i-- {
		s := p.separators[i]
		at := len(digits) - s.position
		head, tail := digits[:max(at, 0)], digits[max(at, 0):]
		if at < 0 {
			tail = digits[max(len(digits)+at, 0):]
		}
		grouped := make([]rune, 0, len(head)+len(tail)+1)
		grouped = append(append(grouped, head...), s.char)
		digits = append(grouped, tail...)
	}
	return digits
}

// ordinalSuffix returns the English suffix of a number.
func ordinalSuffix(digits []rune) string {
	last := len(digits) - 1
	if last > 0 && digits[last-1] == '1' {
		return "th"
	}
	switch digits[last] {
	case '1':
		return "st"
	case '2':
		return "nd"
	case '3':
		return "rd"
	}
	return "th"
}
