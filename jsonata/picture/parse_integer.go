package picture

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
)

// ParseInteger reads an integer that was written by a picture of fn:format-integer, as JSONata's
// $parseInteger does. The text is not compared with the picture: digits are read as far as they go,
// and what cannot be read is NaN. Its codes are those of FormatInteger.
func ParseInteger(text, picture string) (float64, error) {
	p, err := analyseInteger(picture)
	if err != nil {
		return 0, err
	}
	return p.parse(text)
}

func (p *integerPicture) parse(text string) (float64, error) {
	switch p.style {
	case styleLetters:
		return parseLetters(text, p.letters), nil
	case styleRoman:
		if p.letters != upper {
			text = strings.ToUpper(text)
		}
		return parseRoman(text), nil
	case styleWords:
		return parseWords(strings.ToLower(text)), nil
	case styleDecimal:
		return p.parseDecimal(text)
	case styleSequence:
	}
	return 0, &Error{Code: "D3130", Value: p.token}
}

// parseDecimal reads digits. Regular separators are taken for commas, whatever they are.
func (p *integerPicture) parseDecimal(text string) (float64, error) {
	if p.ordinal {
		units := unitsOf(text)
		text = textOf(units[:max(len(units)-2, 0)]) // without the suffix
	}
	if p.interval > 0 {
		text = strings.ReplaceAll(text, ",", "")
	} else {
		text = p.ungroup(text)
	}
	if p.zero != '0' {
		var err error
		if text, err = p.toASCII(text); err != nil {
			return 0, err
		}
	}
	return parseInt(text), nil
}

// ungroup removes the characters that are separators.
func (p *integerPicture) ungroup(text string) string {
	if len(p.separators) == 0 {
		return text
	}
	separates := make(map[rune]bool, len(p.separators))
	for _, s := range p.separators {
		separates[s.char] = true
	}
	return strings.Map(func(r rune) rune {
		if separates[r] {
			return -1
		}
		return r
	}, text)
}

// toASCII moves digits of the picture's family to those of ASCII.
func (p *integerPicture) toASCII(text string) (string, error) {
	var moved []uint16
	for _, unit := range unitsOf(text) {
		code := rune(unit) - p.zero + '0'
		if code < 0 {
			return "", &Error{Message: "Invalid code point " + strconv.Itoa(int(code))}
		}
		moved = utf16.AppendRune(moved, code)
	}
	return textOf(moved), nil
}

// pattern returns the regular expression of texts that a picture of times takes for an integer.
func (p *integerPicture) pattern(repeats string) (string, error) {
	switch p.style {
	case styleLetters:
		if p.letters == upper {
			return "[A-Z]+", nil
		}
		return "[a-z]+", nil
	case styleRoman:
		if p.letters == upper {
			return "[MDCLXVI]+", nil
		}
		return "[mdclxvi]+", nil
	case styleWords:
		return wordPattern, nil
	case styleDecimal:
		if p.ordinal {
			return "[0-9]" + repeats + "(?:th|st|nd|rd)", nil
		}
		return "[0-9]" + repeats, nil
	case styleSequence:
	}
	return "", &Error{Code: "D3130", Value: p.token}
}

// wordPattern takes each word that parseWords knows, and what joins them.
var wordPattern = "(?:" + strings.Join(append(wordOrder[:len(wordOrder):len(wordOrder)], "and", `[\-, ]`), "|") + ")+"

// truth is whether JavaScript takes a number for true.
func truth(n float64) bool { return n != 0 && !math.IsNaN(n) }
