package jsonata

import (
	"math"
	"strings"
)

var stringFunctions = []definition{
	{"string", "<x-b?:s>", 1, defined(stringFunction)},
	{"substring", "<s-nn?:s>", 3, defined(substring)},
	{"substringBefore", "<s-s:s>", 2, defined(substringBefore)},
	{"substringAfter", "<s-s:s>", 2, defined(substringAfter)},
	{"lowercase", "<s-:s>", 1, defined(lowercase)},
	{"uppercase", "<s-:s>", 1, defined(uppercase)},
	{"length", "<s-:n>", 1, defined(length)},
	{"trim", "<s-:s>", 1, defined(trim)},
	{"pad", "<s-ns?:s>", 3, defined(pad)},
	{"join", "<a<s>s?:s>", 2, defined(join)},
}

func stringFunction(e *evaluator, args []item) (item, error) {
	var s string
	var err error
	if args[1].isTrue() && (args[0].kind == arrayKind || args[0].kind == objectKind) {
		s, err = e.json(args[0], prettyJSON)
	} else {
		s, err = e.stringOf(args[0])
	}
	if err != nil {
		return undefined, err
	}
	return e.made(s)
}

// numberOr is the number that i is, or another one for nothing.
func numberOr(i item, other float64) float64 {
	if i.isNumber() {
		return i.number
	}
	return other
}

func substring(e *evaluator, args []item) (item, error) {
	s := args[0].text
	if err := e.spendText(len(s)); err != nil {
		return undefined, err
	}
	length := float64(characters(s))
	start, end := numberOr(args[1], math.NaN()), length
	if length+start < 0 {
		start = 0
	}
	if args[2].defined() {
		count := args[2].number
		if count <= 0 {
			return text(""), nil
		}
		if end = start + count; !(start >= 0) {
			end += length
		}
	}
	from, to := sliceIndex(start, length), sliceIndex(end, length)
	if from >= to {
		return text(""), nil
	}
	s = s[characterOffset(s, from):]
	return text(s[:characterOffset(s, to-from)]), nil
}

// sliceIndex is the index that Array.prototype.slice makes of n.
func sliceIndex(n, length float64) int {
	if math.IsNaN(n) {
		return 0
	}
	if n = math.Trunc(n); n < 0 {
		n = max(n+length, 0)
	}
	return int(min(n, length))
}

// searched is the text that is searched for, in JavaScript also when there is none.
func searched(i item) string {
	if i.isString() {
		return i.text
	}
	return "undefined"
}

func substringBefore(e *evaluator, args []item) (item, error) {
	before, _, _ := e.cutText(args[0].text, searched(args[1]))
	return text(before), nil
}

func substringAfter(e *evaluator, args []item) (item, error) {
	if _, after, found := e.cutText(args[0].text, searched(args[1])); found {
		return text(after), nil
	}
	return args[0], nil
}

func lowercase(e *evaluator, args []item) (item, error) {
	if err := e.spendSlowly(len(args[0].text)); err != nil {
		return undefined, err
	}
	return e.made(toLower(args[0].text))
}

func uppercase(e *evaluator, args []item) (item, error) {
	if err := e.spendSlowly(len(args[0].text)); err != nil {
		return undefined, err
	}
	return e.made(toUpper(args[0].text))
}

func length(e *evaluator, args []item) (item, error) {
	return number(float64(characters(args[0].text))), e.spendText(len(args[0].text))
}

func trim(e *evaluator, args []item) (item, error) {
	if err := e.spendSlowly(len(args[0].text)); err != nil {
		return undefined, err
	}
	words := strings.FieldsFunc(args[0].text, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' })
	return e.made(strings.Join(words, " "))
}

func pad(e *evaluator, args []item) (item, error) {
	s, width := args[0].text, numberOr(args[1], math.NaN())
	filler := " "
	if args[2].text != "" {
		filler = args[2].text
	}
	if err := e.spendText(len(s) + len(filler)); err != nil {
		return undefined, err
	}
	missing := math.Abs(width) - float64(characters(s))
	if !(missing > 0) {
		return args[0], nil
	}
	if missing != math.Trunc(missing) || missing > 1<<32 {
		return undefined, plainError("Invalid array length")
	}
	if err := e.room(len(s) + int(missing)); err != nil {
		return undefined, err
	}
	padding := repeated(filler, int(missing))
	if width > 0 {
		return e.made(s + padding)
	}
	return e.made(padding + s)
}

// repeated returns count characters of filler over and over.
func repeated(filler string, count int) string {
	size := characters(filler)
	return strings.Repeat(filler, count/size) + filler[:characterOffset(filler, count%size)]
}

func join(e *evaluator, args []item) (item, error) {
	items, separator := elements(args[0]), args[1].text
	size := len(separator) * len(items)
	for _, i := range items {
		size += len(i.text)
	}
	e.chargeItems(len(items))
	if err := e.room(size); err != nil {
		return undefined, err
	}
	var b strings.Builder
	b.Grow(size)
	for at, i := range items {
		if at > 0 {
			b.WriteString(separator)
		}
		b.WriteString(i.text)
	}
	return text(pairSurrogates(b.String())), nil
}
