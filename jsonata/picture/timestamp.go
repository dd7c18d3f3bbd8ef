package picture

import (
	"math"
	"strings"
)

// timestamp has the components that were read.
type timestamp struct {
	// any says that there was one in the picture.
	any bool
	// values are the components by their letters; those that are undefined are not in it.
	values map[rune]float64
}

// readTime reads the texts of the parts of a picture.
func readTime(parts []timePart, texts []string) (timestamp, error) {
	s := timestamp{values: map[rune]float64{}}
	for i := range parts {
		p := &parts[i]
		if p.component == 0 {
			continue
		}
		value, err := p.parse(texts[i])
		if err != nil {
			return s, err
		}
		s.any = true
		s.values[p.component] = value
		if p.integer == nil && math.IsNaN(value) {
			delete(s.values, p.component)
		}
	}
	return s, nil
}

// fits reports whether s has at least one of the components that can occur, and of all only those.
// As the library sees it, one that is zero does not occur.
func (s timestamp) fits(all, possible string) bool {
	found := false
	for _, component := range all {
		if truth(s.values[component]) {
			if !strings.ContainsRune(possible, component) {
				return false
			}
			found = true
		}
	}
	return found
}

// What components there can be of a date, and of a time.
const (
	dateComponents = "YXMxWwdD"
	timeComponents = "PHhmsf"
)

// millis completes the components, and returns the moment that they make.
func (s timestamp) millis(now date) (float64, error) {
	order, yearDay, week := "YMD", false, false
	switch {
	case s.fits(dateComponents, "YMD"):
	case s.fits(dateComponents, "Yd"):
		order, yearDay = "YD", true // the library means Yd
	case s.fits(dateComponents, "Xxw"):
		order, week = "XxwF", true
	case s.fits(dateComponents, "XW"):
		order, week = "XWF", true
	}
	half := !s.fits(timeComponents, "Hmsf") && s.fits(timeComponents, "Phmsf")
	if half {
		order += "Phmsf"
	} else {
		order += "Hmsf"
	}
	if !s.complete(order, now) || week {
		return 0, &Error{Code: "D3136"}
	}
	return s.moment(yearDay, half), nil
}

// complete adds what is missing in an order from large to small: before the first that is there the
// parts of now, after the last the least. It is false when one in between is missing.
func (s timestamp) complete(order string, now date) bool {
	started, ended := false, false
	for _, component := range order {
		_, ok := s.values[component]
		switch {
		case ok && ended:
			return false
		case ok:
			started = true
		case started:
			s.values[component] = 0
			if strings.ContainsRune("MDd", component) {
				s.values[component] = 1
			}
			ended = true
		default:
			s.values[component] = now.part(component)
		}
	}
	return true
}

// moment returns the moment of complete components.
func (s timestamp) moment(yearDay, half bool) float64 {
	v := s.values
	month, day, hour := 0.0, v['D'], v['H']
	if v['M'] > 0 {
		month = v['M'] - 1
	}
	if yearDay {
		derived := newDate(utc(v['Y'], 0, 1) + (v['d']-1)*millisADay)
		month, day = derived.month, derived.day
	}
	if half {
		hour = v['h']
		if hour == 12 {
			hour = 0
		}
		if v['P'] == 1 {
			hour += 12
		}
	}
	millis := clip(utc(v['Y'], month, day) + timeOfDay(hour, v['m'], v['s'], v['f']))
	zone := v['Z']
	if !truth(zone) {
		zone = v['z']
	}
	if truth(zone) {
		millis -= zone * 60 * 1000
	}
	return millis
}

// timeOfDay is MakeTime (ECMA-262 §21.4.1.27).
func timeOfDay(hour, minute, second, millis float64) float64 {
	return math.Trunc(hour)*60*60*1000 + math.Trunc(minute)*60*1000 + math.Trunc(second)*1000 + math.Trunc(millis)
}
