package jsonata

import (
	"strings"

	"github.com/stepwell/stepwell/jsonata/picture"
)

var timeFunctions = []definition{
	{"now", "<s?s?:s>", 2, now},
	{"millis", "<:n>", 0, millis},
	{"fromMillis", "<n-s?s?:s>", 3, defined(fromMillis)},
	{"toMillis", "<s-s?:n>", 2, defined(toMillis)},
}

func (e *evaluator) millis() float64 { return float64(e.env.Time.UnixMilli()) }

func now(e *evaluator, args []item) (item, error) {
	return e.formatTime(e.millis(), args[0], args[1])
}

func millis(e *evaluator, _ []item) (item, error) { return number(e.millis()), nil }

func fromMillis(e *evaluator, args []item) (item, error) {
	return e.formatTime(args[0].number, args[1], args[2])
}

func (e *evaluator) formatTime(millis float64, pictureText, zone item) (item, error) {
	if pictureText.isString() && pictureText.text == "" {
		return text(""), nil
	}
	if err := e.spend(4*len(pictureText.text) + len(zone.text)); err != nil {
		return undefined, err
	}
	if zone.isString() && zone.text == "" {
		zone = text("none") // no number, as other texts that are none; for FormatTime an empty zone is UTC
	}
	return e.formatted(picture.FormatTime(millis, pictureText.text, zone.text))
}

// Steps for what a picture of a timestamp becomes before anything is parsed: its characters, and its
// numbers in words.
const (
	characterSteps = 10
	wordSteps      = 4000
)

func toMillis(e *evaluator, args []item) (item, error) {
	format := args[1].text
	if args[1].isString() && format == "" {
		return undefined, nil
	}
	words := strings.Count(format, "w") + strings.Count(format, "W")
	if err := e.spend(callSteps + len(args[0].text)/4 + characterSteps*len(format) + wordSteps*words); err != nil {
		return undefined, err
	}
	millis, ok, err := picture.ParseTimeWithin(&e.steps, args[0].text, format, e.env.Time)
	if err != nil {
		return undefined, pictured(err)
	}
	if !ok {
		return undefined, nil
	}
	return number(millis), nil
}
