package picture

import (
	"math"
	"strconv"
	"strings"

	"github.com/stepwell/stepwell/jsonata/regex"
)

// isoForm is what $toMillis takes without a picture.
var isoForm, _ = regex.Compile(`^\d{4}(-[01]\d)*(-[0-3]\d)*(T[0-2]\d:[0-5]\d:[0-5]\d)*(\.\d+)?([+-][0-2]\d:?[0-5]\d|Z)?$`, "")

// parseISO reads a timestamp of ISO 8601: a year, with a month, with a day; with any of them a time
// with seconds, with a fraction of which milliseconds count, and a timezone, of which the colon may
// be missing and which is UTC when it is. A date may have Z too. Any day up to 31 is taken, to lie
// in the next month if need be.
//
// D3110 is the error for what looks otherwise. The pattern by which that is decided takes more than
// JavaScript's Date.parse: for that the result is NaN. It is so too for the forms, such as "2017.5",
// of which Date.parse makes something that nobody wrote.
func parseISO(text string) (float64, error) {
	_, ok, err := isoForm.Match(text, 0, nil)
	switch {
	case err != nil:
		return 0, errTooLarge
	case !ok:
		return 0, &Error{Code: "D3110", Value: text}
	}
	r := isoReader{text: text}
	millis := r.timestamp()
	if r.failed || r.text != "" {
		return math.NaN(), nil
	}
	return millis, nil
}

// isoReader reads numbers of fixed width.
type isoReader struct {
	text   string
	failed bool
}

func (r *isoReader) take(s string) bool {
	rest, ok := strings.CutPrefix(r.text, s)
	r.text = rest
	return ok
}

// number reads so many digits of a number between two bounds.
func (r *isoReader) number(digits, least, most int) float64 {
	if len(r.text) < digits {
		r.failed = true
		return 0
	}
	n, err := strconv.Atoi(r.text[:digits])
	r.failed = r.failed || err != nil || n < least || n > most
	r.text = r.text[digits:]
	return float64(n)
}

func (r *isoReader) timestamp() float64 {
	year, month, day := r.number(4, 0, 9999), 1.0, 1.0
	if r.take("-") {
		month = r.number(2, 1, 12)
		if r.take("-") {
			day = r.number(2, 1, 31)
		}
	}
	date := dayOf(year, month, day)
	switch {
	case r.take("T"):
		return date + r.timeOfDay() - r.zone()
	case r.take("Z"):
	}
	return date
}

// dayOf is utc for a month from 1 and a year that is not shortened.
func dayOf(year, month, day float64) float64 {
	const cycle = 400 // years after which the calendar repeats itself
	return utc(year+cycle, month-1, day) - 146097*millisADay
}

// timeOfDay reads a time, of which 24:00:00 is the last.
func (r *isoReader) timeOfDay() float64 {
	hour := r.number(2, 0, 24)
	r.take(":")
	minute := r.number(2, 0, 59)
	r.take(":")
	second, fraction := r.number(2, 0, 59), ""
	if r.take(".") {
		fraction = r.text[:countWhile(r.text, isDigit)]
		r.text = r.text[len(fraction):]
	}
	r.failed = r.failed || hour == 24 && (minute+second > 0 || strings.Trim(fraction, "0") != "")
	millis, _ := strconv.Atoi((fraction + "000")[:3])
	return timeOfDay(hour, minute, second, float64(millis))
}

// zone reads a timezone, and returns its distance from UTC in milliseconds.
func (r *isoReader) zone() float64 {
	sign := 1.0
	switch {
	case r.text == "" || r.take("Z"):
		return 0
	case r.take("-"):
		sign = -1
	default:
		r.take("+")
	}
	hours := r.number(2, 0, 23)
	r.take(":")
	return sign * timeOfDay(hours, r.number(2, 0, 59), 0, 0)
}
