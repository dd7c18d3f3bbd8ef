package picture

import (
	"math"
	"strings"
)

var (
	dayNames   = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	monthNames = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
)

// isoParts is the picture of the format that is the default, ISO 8601.
var isoParts, _ = analyseTime("[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]")

// FormatTime writes a moment, in milliseconds since 1970, as a picture of fn:format-dateTime says;
// with an empty one in ISO 8601. timezone is what JavaScript's parseInt makes hours and minutes of,
// such as "+0530"; it is UTC when empty. Its codes are D3130 to D3135.
//
// JSONata departs from the specification: fractions of a second are an integer of milliseconds; of
// a negative timezone the hours are rounded down, so that -0530 is 6 hours and 30 minutes behind.
func FormatTime(millis float64, picture, timezone string) (string, error) {
	parts, err := isoParts, error(nil)
	if picture != "" {
		if parts, err = analyseTime(picture); err != nil {
			return "", err
		}
	}
	var z zone
	if timezone != "" {
		offset := parseInt(timezone)
		z = zone{math.Floor(offset / 100), math.Mod(offset, 100)}
	}
	d := newDate(millis + (60*z.hours+z.minutes)*60*1000)
	var b strings.Builder
	for i := range parts {
		text, err := parts[i].format(d, z)
		if err != nil {
			return "", err
		}
		if b.Len()+len(text) > maxText {
			return "", errTooLarge
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

// zone is the distance of a timezone from UTC.
type zone struct{ hours, minutes float64 }

// format writes one part of a picture.
func (p *timePart) format(d date, z zone) (string, error) {
	switch p.component {
	case 0:
		return p.literal, nil
	case 'Y':
		return p.number(math.Mod(d.year, p.modulus()))
	case 'M', 'x', 'F':
		if p.names != noCase {
			return p.name(d)
		}
		return p.number(d.part(p.component))
	case 'D', 'd', 'W', 'w', 'X', 'H', 'h', 'm', 's', 'f':
		return p.number(d.part(p.component))
	case 'Z', 'z':
		return p.zone(z)
	case 'P':
		return p.half(d), nil
	case 'C', 'E':
		return "ISO", nil
	}
	return "undefined", nil // an unknown component that has a modifier is not noticed
}

// modulus is what a year is divided by, to leave its last digits.
func (p *timePart) modulus() float64 {
	if p.digits == -1 {
		return math.Inf(1)
	}
	return power(p.digits)
}

// number writes a component that has no names.
func (p *timePart) number(n float64) (string, error) {
	switch {
	case p.integer != nil:
		return p.integer.format(n)
	case p.component == 'f':
		return "", unreadable("primary")
	}
	return "", &Error{Code: "D3133", Value: string(p.component)}
}

// name writes the name of a month or day, cut at the maximal width.
func (p *timePart) name(d date) (string, error) {
	n, names := d.part(p.component), monthNames
	if p.component == 'F' {
		names = dayNames
	}
	if math.IsNaN(n) {
		return p.noName()
	}
	name := p.names.apply(names[int(n)-1])
	if p.hasMax && float64(len(name)) > p.max {
		name = name[:int(max(p.max, 0))]
	}
	return name, nil
}

// noName is what becomes of the name of a day that is none.
func (p *timePart) noName() (string, error) {
	switch {
	case p.names == upper:
		return "", unreadable("toUpperCase")
	case p.names == lower:
		return "", unreadable("toLowerCase")
	case p.hasWidth:
		return "", unreadable("length")
	}
	return "undefined", nil
}

// half writes am or pm.
func (p *timePart) half(d date) string {
	text := "am"
	if d.hour >= 12 {
		text = "pm"
	}
	if p.names == upper {
		return strings.ToUpper(text)
	}
	return text
}

// zone writes the timezone (F&O §9.8.4.6).
func (p *timePart) zone(z zone) (string, error) {
	offset := z.hours*100 + z.minutes
	text, err := p.zoneDigits(z, offset)
	if err != nil {
		return "", err
	}
	if offset >= 0 {
		text = "+" + text
	}
	switch {
	case offset == 0 && p.traditional:
		return "Z", nil
	case p.component == 'z':
		return "GMT" + text, nil
	}
	return text, nil
}

func (p *timePart) zoneDigits(z zone, offset float64) (string, error) {
	switch digits := p.integer.mandatory; {
	case p.integer.interval > 0 || digits == 3 || digits == 4:
		return p.integer.format(offset)
	case digits != 1 && digits != 2:
		return "", &Error{Code: "D3134"}
	}
	hours, err := p.integer.format(z.hours)
	if err != nil || z.minutes == 0 {
		return hours, err
	}
	minutes, err := FormatInteger(z.minutes, "00")
	return hours + ":" + minutes, err
}
