package picture

import (
	"math"
	"time"
)

// Times are milliseconds since 1970 in UTC, as JavaScript's Date has them, or NaN. So are their
// parts numbers that may be NaN.
const (
	millisADay = 24 * 60 * 60 * 1000
	// maxMillis is the last moment that a Date can be (ECMA-262 §21.4.1.1).
	maxMillis = 8.64e15
)

// date is a moment and its parts: month from 0, weekday from 1, Monday, to 7.
type date struct {
	millis                                   float64
	year, month, day, weekday                float64
	hour, minute, second, secondMilliseconds float64
}

// newDate returns the parts of a moment; of one that no Date can be they are all NaN.
func newDate(millis float64) date {
	if !(math.Abs(millis) <= maxMillis) {
		nan := math.NaN()
		return date{nan, nan, nan, nan, nan, nan, nan, nan, nan}
	}
	millis = math.Trunc(millis)
	t := time.UnixMilli(int64(millis)).UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	return date{
		millis: millis, year: float64(year), month: float64(month - 1), day: float64(day),
		weekday: float64((t.Weekday()+6)%7 + 1),
		hour:    float64(hour), minute: float64(minute), second: float64(second),
		secondMilliseconds: float64(t.Nanosecond() / int(time.Millisecond)),
	}
}

// utc is JavaScript's Date.UTC (ECMA-262 §21.4.3.4): the moment of a day's beginning. Years up to
// 99 are of the twentieth century. Months and days may lie outside of their year and month.
func utc(year, month, day float64) float64 {
	year, month, day = math.Trunc(year), math.Trunc(month), math.Trunc(day)
	if year >= 0 && year <= 99 {
		year += 1900
	}
	if !(math.Abs(year) <= 1e6 && math.Abs(month) <= 1e7 && math.Abs(day) <= 1e12) {
		return math.NaN()
	}
	first := time.Date(int(year), time.Month(int(month)+1), 1, 0, 0, 0, 0, time.UTC)
	return clip(float64(first.Unix())*1000 + (day-1)*millisADay)
}

// clip returns a moment, or NaN for one that no Date can be (TimeClip, ECMA-262 §21.4.1.31).
func clip(millis float64) float64 {
	if !(math.Abs(millis) <= maxMillis) {
		return math.NaN()
	}
	return millis
}

// part returns what a component specifier names (F&O §9.8.4, and X and x, the year and month that a
// week belongs to). It is NaN for those that are not numbers.
func (d date) part(component rune) float64 {
	switch component {
	case 'Y':
		return d.year
	case 'M':
		return d.month + 1
	case 'D':
		return d.day
	case 'd':
		return (utc(d.year, d.month, d.day)-utc(d.year, 0, 1))/millisADay + 1
	case 'F':
		return d.weekday
	case 'W':
		return d.week(span{d.year, 0, 12})
	case 'w':
		return d.week(span{d.year, d.month, 1})
	case 'X':
		return d.year + d.outside(span{d.year, 0, 12})
	case 'x':
		return math.Mod(d.month+d.outside(span{d.year, d.month, 1})+12, 12) + 1
	case 'H':
		return d.hour
	case 'h':
		return math.Mod(d.hour+11, 12) + 1
	case 'm':
		return d.minute
	case 's':
		return d.second
	case 'f':
		return d.secondMilliseconds
	}
	return math.NaN()
}

// span is a year or a month: so many months from one on.
type span struct{ year, month, months float64 }

// moved returns the span that is n spans later.
func (s span) moved(n float64) span {
	months := s.year*12 + s.month + n*s.months
	year := math.Floor(months / 12)
	return span{year, months - year*12, s.months}
}

// firstWeek returns when the first week of a span begins: the Monday of the week that has its first
// Thursday (ISO 8601 §3.2.2, which F&O §9.8.4.3 extends to months).
func (s span) firstWeek() float64 {
	first := utc(s.year, s.month, 1)
	weekday := newDate(first).weekday
	if weekday > 4 {
		return first + (8-weekday)*millisADay
	}
	return first - (weekday-1)*millisADay
}

// week returns the number of the day's week in a span, or in one beside it.
func (d date) week(s span) float64 {
	today := utc(d.year, d.month, d.day)
	week := weeksBetween(s.firstWeek(), today)
	last := 52.0
	if s.months == 1 {
		last = 4
	}
	switch {
	case week > last && today >= s.moved(1).firstWeek():
		week = 1
	case week < 1:
		week = weeksBetween(s.moved(-1).firstWeek(), today)
	}
	return math.Floor(week)
}

func weeksBetween(start, end float64) float64 { return (end-start)/(7*millisADay) + 1 }

// outside returns -1, 0 or 1 when the moment belongs to the span before s, to s, or to the next.
func (d date) outside(s span) float64 {
	switch {
	case d.millis < s.firstWeek():
		return -1
	case d.millis >= s.moved(1).firstWeek():
		return 1
	}
	return 0
}
