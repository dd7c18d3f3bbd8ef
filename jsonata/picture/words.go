package picture

import (
	"math"
	"strings"
	"unicode/utf8"
)

var (
	cardinals  = []string{"Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve", "Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen"}
	ordinals   = []string{"Zeroth", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth", "Eleventh", "Twelfth", "Thirteenth", "Fourteenth", "Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth", "Nineteenth"}
	decades    = []string{"Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"}
	magnitudes = []string{"Thousand", "Million", "Billion", "Trillion"}
)

// words writes n, which is not negative, in English words, each with a capital.
func words(n float64, ordinal bool) (string, error) {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return "", errRecursion
	}
	var b strings.Builder
	writeWords(&b, n, false, ordinal)
	return b.String(), nil
}

// writeWords writes n; following says that words of a larger part precede.
func writeWords(b *strings.Builder, n float64, following, ordinal bool) {
	switch {
	case n <= 19:
		b.WriteString(joint(following, " and "))
		b.WriteString(smallWord(n, ordinal))
	case n < 100:
		b.WriteString(joint(following, " and "))
		writeDecade(b, n, ordinal)
	case n < 1000:
		b.WriteString(joint(following, ", "))
		writeScaled(b, n, 100, "Hundred", ordinal)
	default:
		b.WriteString(joint(following, ", "))
		scale, name := magnitudeOf(n)
		writeScaled(b, n, scale, name, ordinal)
	}
}

func joint(following bool, text string) string {
	if following {
		return text
	}
	return ""
}

// smallWord is the word of a number up to 19. A fraction has none, which the library shows.
func smallWord(n float64, ordinal bool) string {
	switch {
	case n != math.Floor(n):
		return "undefined"
	case ordinal:
		return ordinals[int(n)]
	}
	return cardinals[int(n)]
}

func writeDecade(b *strings.Builder, n float64, ordinal bool) {
	word := decades[int(n/10)-2]
	rest := math.Mod(n, 10)
	switch {
	case rest > 0:
		b.WriteString(word + "-")
		writeWords(b, rest, false, ordinal)
	case ordinal:
		b.WriteString(word[:len(word)-1] + "ieth")
	default:
		b.WriteString(word)
	}
}

// writeScaled writes how often n has the scale, its name, and the rest.
func writeScaled(b *strings.Builder, n, scale float64, name string, ordinal bool) {
	count := math.Floor(n / scale)
	writeWords(b, count, false, false)
	b.WriteString(" " + name)
	if rest := n - count*scale; rest > 0 {
		writeWords(b, rest, true, ordinal)
	} else if ordinal {
		b.WriteString("th")
	}
}

// magnitudeOf returns the largest power of 1000 that is in n and has a name.
func magnitudeOf(n float64) (scale float64, name string) {
	scale = 1000
	for i, name := range magnitudes {
		if n < scale*1000 || i == len(magnitudes)-1 {
			return scale, name
		}
		scale *= 1000
	}
	return scale, ""
}

// wordValues are the words that can be read, in lower case, and wordOrder the order in which the
// library tries them.
var wordValues, wordOrder = readableWords()

func readableWords() (values map[string]float64, order []string) {
	values = map[string]float64{}
	add := func(word string, value float64) {
		word = strings.ToLower(word)
		values[word] = value
		order = append(order, word)
	}
	for i, word := range cardinals {
		add(word, float64(i))
	}
	for i, word := range ordinals {
		add(word, float64(i))
	}
	for i, word := range append(decades[:len(decades):len(decades)], "Hundred") { // a decade to the library
		add(word, float64(i+2)*10)
		add(word[:len(word)-1]+"ieth", float64(i+2)*10)
	}
	add("hundredth", 100)
	scale := 1000.0
	for _, word := range magnitudes {
		add(word, scale)
		add(word+"th", scale)
		scale *= 1000
	}
	return values, order
}

// parseWords reads a number in English words of lower case. It is NaN when a word is unknown.
func parseWords(text string) float64 {
	parts := []float64{0}
	for text, more := text, true; more; {
		var word string
		word, text, more = cutWord(text)
		value, ok := wordValues[word]
		if !ok {
			return math.NaN()
		}
		last := &parts[len(parts)-1]
		switch {
		case value >= 100:
			*last *= value
		case *last >= 1000:
			parts = append(parts, value)
		default:
			*last += value
		}
	}
	sum := 0.0
	for _, part := range parts {
		sum += part
	}
	return sum
}

// cutWord cuts text at its first separator: a comma and a space, " and ", a space, a dash or a
// backslash. more is false when there is none.
func cutWord(text string) (word, rest string, more bool) {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		after := text[i+size:]
		next, width := utf8.DecodeRuneInString(after)
		switch {
		case r == ',' && isSpace(next):
			return text[:i], after[width:], true
		case r == '-' || r == '\\':
			return text[:i], after, true
		case isSpace(r):
			return text[:i], skipAnd(after), true
		}
		i += size
	}
	return text, "", false
}

// skipAnd removes "and" and the space behind it.
func skipAnd(s string) string {
	if rest, ok := strings.CutPrefix(s, "and"); ok {
		if r, size := utf8.DecodeRuneInString(rest); isSpace(r) {
			return rest[size:]
		}
	}
	return s
}
