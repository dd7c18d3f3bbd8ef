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
		return boolean(e.indexText(args[0].text, args[1].text) >= 0), nil
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
	if separator == "" {
		return e.splitUnits(s, most)
	}
	for float64(result.len()) < most {
		before, after, more := e.cutText(s, separator)
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
		b.WriteString(s[min(from, m.startByte):m.startByte])
		from = min(m.startByte+len(m.text), len(s))
		return e.replaceMatch(&b, args[2], m)
	}); err != nil {
		return undefined, err
	}
	b.WriteString(s[from:])
	return e.made(pairSurrogates(b.String()))
}

// replaceText replaces the first occurrences of old.
func (e *evaluator) replaceText(s, old, with string, most float64) (item, error) {
	var b strings.Builder
	for count := 0.0; count < most; count++ {
		before, after, more := e.cutText(s, old)
		if !more {
			break
		}
		b.WriteString(before)
		if err := e.insert(&b, with); err != nil {
			return undefined, err
		}
		s = after
	}
	b.WriteString(s)
	return e.made(pairSurrogates(b.String()))
}

// insert writes one part of a text that may become too long.
func (e *evaluator) insert(b *strings.Builder, part string) error {
	b.WriteString(part)
	if err := e.fits(b.Len()); err != nil {
		return err
	}
	return e.spendText(len(part))
}

// replaceMatch writes what a match is replaced with: what a function gives for it, or a text with the
// groups filled in.
func (e *evaluator) replaceMatch(b *strings.Builder, with item, m *found) error {
	if with.isString() {
		return e.expand(b, with.text, m)
	}
	result, err := e.apply(with, []item{m.object()}, null)
	if err != nil {
		return err
	}
	if !result.isString() {
		return errorf("D3012", result)
	}
	return e.insert(b, result.text)
}

// expand writes template with the groups of m: $1 and so on, $0 for the whole match, $$ for a dollar
// sign. As many digits count as the number of groups has, one less where that is too large.
func (e *evaluator) expand(b *strings.Builder, template string, m *found) error {
	groups := elements(m.groups)
	digits := 1
	if len(groups) > 0 {
		digits = int(math.Floor(math.Log(float64(len(groups)))*math.Log10E)) + 1
	}
	for {
		before, after, more := strings.Cut(template, "$")
		if err := e.insert(b, before); err != nil || !more {
			return err
		}
		part := "$"
		switch {
		case strings.HasPrefix(after, "$"):
			template = after[1:]
		case strings.HasPrefix(after, "0"):
			part, template = m.text, after[1:]
		default:
			part, template = group(after, groups, digits)
		}
		if err := e.insert(b, part); err != nil {
			return err
		}
	}
}

// group returns the text of the group whose number template begins with, and the rest of template.
func group(template string, groups []item, digits int) (text, rest string) {
	index, ok := leadingNumber(template, digits)
	if digits > 1 && index > len(groups) {
		index, ok = leadingNumber(template, digits-1)
	}
	if !ok {
		return "$", template
	}
	if index >= 1 && index <= len(groups) {
		text = groups[index-1].text
	}
	return text, template[len(strconv.Itoa(index)):]
}

// leadingNumber reads at most so many digits at the beginning of s.
func leadingNumber(s string, digits int) (int, bool) {
	n, err := strconv.Atoi(s[:min(digitsFrom(s, 0), digits)])
	return n, err == nil
}
