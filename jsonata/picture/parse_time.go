package picture

import (
	"errors"
	"math"
	"regexp"
	"strings"
	"time"

	"github.com/stepwell/stepwell/jsonata/regex"
)

// maxPattern is the length of the regular expression that a picture becomes, in bytes.
const maxPattern = 1 << 16

// maxSteps is the budget of a ParseTime, in steps of package regex. Timestamps take a few hundred.
const maxSteps = 1_000_000

// ParseTime reads a timestamp as a picture of times says, and returns its milliseconds since 1970,
// as JSONata's $toMillis does; with an empty picture in ISO 8601, see parseISO. Parts that are
// larger than those in the picture are taken from now, smaller ones are the least. ok is false when
// the text does not fit the picture, or nothing is specified, for which $toMillis has no value. The
// result is NaN for a moment that no Date can be. The codes are D3110 and D3130 to D3136.
//
// JSONata departs from what it documents: week dates (X, W, F) are not supported; with the day of
// the year (d) there may be no time; names are compared with their case; minutes of a timezone
// count from its hours towards the future, so that -05:30 is 4 hours and 30 minutes behind.
func ParseTime(text, picture string, now time.Time) (millis float64, ok bool, err error) {
	steps := maxSteps
	return ParseTimeWithin(&steps, text, picture, now)
}

// ParseTimeWithin is ParseTime with a budget: it counts steps down by its work, which for an
// ambiguous picture can grow with a power of the text's length. When they are used up the error is
// that with which AWS ends an expression that takes too long.
func ParseTimeWithin(steps *int, text, picture string, now time.Time) (millis float64, ok bool, err error) {
	if picture == "" {
		millis, err = parseISO(text)
		return millis, err == nil, err
	}
	parts, err := analyseTime(picture)
	if err != nil {
		return 0, false, err
	}
	found, ok, err := matchTime(steps, parts, text)
	if err != nil || !ok {
		return 0, false, err
	}
	s, err := readTime(parts, found)
	if err != nil || !s.any {
		return 0, false, err
	}
	millis, err = s.millis(newDate(float64(now.UnixMilli())))
	return millis, err == nil, err
}

// matchTime divides text into the parts of a picture.
func matchTime(steps *int, parts []timePart, text string) (found []string, ok bool, err error) {
	pattern, err := timePattern(parts)
	if err != nil {
		return nil, false, err
	}
	expression, err := regex.Compile(pattern, "i")
	if err != nil {
		return nil, false, &Error{Message: err.Error()}
	}
	match, ok, err := expression.Match(text, 0, steps)
	switch {
	case errors.Is(err, regex.ErrSteps):
		return nil, false, errEndless
	case err != nil:
		return nil, false, errTooLarge
	}
	for _, group := range match.Groups {
		found = append(found, text[group.Start:group.End])
	}
	return found, ok, nil
}

// timePattern returns a regular expression with a group for each part.
func timePattern(parts []timePart) (string, error) {
	var b strings.Builder
	b.WriteString("^")
	for i := range parts {
		pattern, err := parts[i].pattern()
		if err != nil {
			return "", err
		}
		if b.Len()+len(pattern) > maxPattern {
			return "", errTooLarge
		}
		b.WriteString("(" + pattern + ")")
	}
	return b.String() + "$", nil
}

// pattern returns the regular expression of the texts that a part takes.
func (p *timePart) pattern() (string, error) {
	switch {
	case p.component == 0:
		return regexp.QuoteMeta(p.literal), nil
	case p.component == 'z':
		return "GMT" + p.zonePattern(), nil
	case p.component == 'Z':
		return p.zonePattern(), nil
	case p.integer != nil:
		return p.integer.pattern(p.repeats())
	case !strings.ContainsRune("MxFP", p.component):
		return "", &Error{Code: "D3133", Value: string(p.component)}
	}
	return "[a-zA-Z]+", nil
}

// zonePattern has the separator as it is, though it may mean something in a regular expression.
func (p *timePart) zonePattern() string {
	if separator := p.zoneSeparator(); separator != "" {
		return "[-+][0-9]+" + separator + "[0-9]+"
	}
	return "[-+][0-9]+"
}

// zoneSeparator returns what stands between hours and minutes, "" for nothing.
func (p *timePart) zoneSeparator() string {
	if p.integer.interval == 0 {
		return ""
	}
	return string(p.integer.separators[0].char)
}

// parse reads the text of a part. A name that is not known has no value, which is NaN.
func (p *timePart) parse(text string) (value float64, err error) {
	switch {
	case p.component == 'Z':
		return p.parseZone(text), nil
	case p.component == 'z':
		return p.parseZone(text[len("GMT"):]), nil
	case p.integer != nil:
		return p.integer.parse(text)
	case p.component == 'F':
		return p.parseName(text, dayNames), nil
	case p.component == 'P':
		return parseHalf(text), nil
	}
	return p.parseName(text, monthNames), nil
}

// parseName returns the number of a name, which is cut at the maximal width. Of several that are
// the same then, the last counts.
func (p *timePart) parseName(text string, names []string) float64 {
	for i := len(names) - 1; i >= 0; i-- {
		name := names[i]
		if p.hasMax && truth(p.max) {
			name = name[:int(min(max(p.max, 0), float64(len(name))))]
		}
		if name == text {
			return float64(i + 1)
		}
	}
	return math.NaN()
}

func parseHalf(text string) float64 {
	switch text {
	case "am", "AM":
		return 0
	case "pm", "PM":
		return 1
	}
	return math.NaN()
}

// parseZone returns the minutes of a timezone.
func (p *timePart) parseZone(text string) float64 {
	hours, minutes := text, "0"
	switch separator := p.zoneSeparator(); {
	case separator != "":
		var found bool
		if hours, minutes, found = strings.Cut(text, separator); !found {
			hours, minutes = "", text
		}
	case len(text) > 3:
		hours, minutes = text[:3], text[3:]
	}
	return parseInt(hours)*60 + parseInt(minutes)
}
