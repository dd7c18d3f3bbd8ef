package jsonata

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
)

var matchFunctions = []definition{
	{"match", "<s-f<s:o>n?:a<o>>", 3, defined(match)},
	{"contains", "<s-(sf):b>", 2, defined(contains)},
	{"replace", "<s-(sf)(sf)n?:s>", 4, defined(replace)},
	{"split", "<s-(sf)n?:a<s>>", 3, defined(split)},
}

func contains(e *evaluator, args []item) (item, error) {
	if args[1].isString() {
		return boolean(strings.Contains(args[0].text, args[1].text)), e.spendText(len(args[0].text))
	}
	m, err := e.firstMatch(args[1], args[0].text)
	return boolean(m != nil), err
}

// limit returns the limit of a number of matches, infinite where none was given, or an error with the
// code when it is negative.
func limit(i item, code string) (float64, error) {
	if !i.defined() {
		return math.Inf(1), nil
	}
	if i.number < 0 {
		return 0, errorf(code, i)
	}
	return i.number, nil
}

func match(e *evaluator, args []item) (item, error) {
	most, err := limit(args[2], "D3040")
	if err != nil {
		return undefined, err
	}
	result := newSequence()
	if most > 0 {
		err = e.eachMatch(args[1], args[0].text, most, func(m *found) error {
			e.push(result, record(newObject(
				member{"match", text(m.text)}, member{"index", number(float64(m.start))}, member{"groups", m.groups},
			)))
			e.allocate(4 * itemSize)
			return nil
		})
	}
	return list(result), err
}

func split(e *evaluator, args []item) (item, error) {
	most, err := limit(args[2], "D3020")
	if err != nil {
		return undefined, err
	}
	s, result := args[0].text, &array{}
	if args[1].isString() {
		return e.splitText(s, args[1].text, math.Trunc(most))
	}
	if most <= 0 {
		return list(result), nil
	}
	from, count := 0, 0.0
	if err := e.eachMatch(args[1], s, most, func(m *found) error {
		e.push(result, text(s[min(from, m.startByte):m.startByte]))
		from = m.endByte
		count++
		return nil
	}); err != nil {
		return undefined, err
	}
	if count < most {
		e.push(result, text(s[from:]))
	}
	return list(result), nil
}

func (e *evaluator) splitText(s, separator string, most float64) (item, error) {
	result := &array{}
	if err := e.spendText(len(s)); err != nil {
		return undefined, err
	}
	if separator == "" {
		return e.splitUnits(s, most)
	}
	for float64(result.len()) < most {
		before, after, more := strings.Cut(s, separator)
		e.push(result, text(before))
		if err := e.spend(1); err != nil || !more {
			return list(result), err
		}
		s = after
	}
	return list(result), nil
}

// splitUnits cuts s into its UTF-16 units, as JavaScript does with an empty separator.
func (e *evaluator) splitUnits(s string, most float64) (item, error) {
	result := &array{}
	for len(s) > 0 && float64(result.len()) < most {
		r, size := decode(s)
		if high, low := utf16.EncodeRune(r); unitsOf(r) == 2 {
			for _, unit := range []rune{high, low} {
				var b strings.Builder
				appendUnit(&b, uint16(unit))
				if float64(result.len()) < most {
					e.push(result, text(b.String()))
				}
			}
		} else {
			e.push(result, text(s[:size]))
		}
		s = s[size:]
		if err := e.spend(1); err != nil {
			return undefined, err
		}
	}
	return list(result), nil
}

func replace(e *evaluator, args []item) (item, error) {
	if args[1].isString() && args[1].text == "" {
		return undefined, errorf("D3010", args[1])
	}
	most, err := limit(args[3], "D3011")
	if err != nil {
		return undefined, err
	}
	s := args[0].text
	if most <= 0 {
		return args[0], nil
	}
	if args[1].isString() {
		return e.replaceText(s, args[1].text, searched(args[2]), most)
	}
	var b strings.Builder
	from := 0
	if err := e.eachMatch(args[1], s, most, func(m *found) error {
		with, err := e.replacement(args[2], m)
		if err != nil {
			return err
		}
		b.WriteString(s[min(from, m.startByte):m.startByte])
		b.WriteString(with)
		from = min(m.startByte+len(m.text), len(s))
		return e.fits(b.Len())
	}); err != nil {
		return undefined, err
	}
	b.WriteString(s[from:])
	return e.made(pairSurrogates(b.String()))
}

func (e *evaluator) replaceText(s, old, with string, most float64) (item, error) {
	count := strings.Count(s, old)
	if most < float64(count) {
		count = int(math.Ceil(most))
	}
	if err := e.room(len(s) + count*(len(with)-len(old))); err != nil {
		return undefined, err
	}
	return text(pairSurrogates(strings.Replace(s, old, with, count))), e.spendText(len(s))
}

// replacement is what a match is replaced with: what a function gives for it, or a text with the
// groups filled in.
func (e *evaluator) replacement(with item, m *found) (string, error) {
	if with.isString() {
		return m.expand(with.text), nil
	}
	result, err := e.apply(with, []item{m.object()}, null)
	if err != nil {
		return "", err
	}
	if !result.isString() {
		return "", errorf("D3012", result)
	}
	return result.text, nil
}

// expand fills in the groups of m: $1 and so on, $0 for the whole match, $$ for a dollar sign. As many
// digits count as the number of groups has, one less where that is too large.
func (m *found) expand(template string) string {
	groups := elements(m.groups)
	digits := 1
	if len(groups) > 0 {
		digits = int(math.Floor(math.Log(float64(len(groups)))*math.Log10E)) + 1
	}
	var b strings.Builder
	for {
		before, after, more := strings.Cut(template, "$")
		b.WriteString(before)
		if !more {
			return b.String()
		}
		template = after
		switch {
		case strings.HasPrefix(template, "$"):
			b.WriteByte('$')
			template = template[1:]
		case strings.HasPrefix(template, "0"):
			b.WriteString(m.text)
			template = template[1:]
		default:
			template = expandGroup(&b, template, groups, digits)
		}
	}
}

// expandGroup writes the group whose number template begins with, and returns the rest.
func expandGroup(b *strings.Builder, template string, groups []item, digits int) string {
	index, ok := leadingNumber(template, digits)
	if digits > 1 && index > len(groups) {
		index, ok = leadingNumber(template, digits-1)
	}
	if !ok {
		b.WriteByte('$')
		return template
	}
	if index >= 1 && index <= len(groups) {
		b.WriteString(groups[index-1].text)
	}
	return template[len(strconv.Itoa(index)):]
}

// leadingNumber reads at most so many digits at the beginning of s.
func leadingNumber(s string, digits int) (int, bool) {
	n, err := strconv.Atoi(s[:min(digitsFrom(s, 0), digits)])
	return n, err == nil
}
