package picture

import (
	"strings"
	"unicode/utf8"
)

// timePart is a part of a picture of times: a literal, or a marker in brackets.
type timePart struct {
	// literal is the text of a part without a component.
	literal string
	// component is what the marker stands for; 0 in a literal.
	component rune
	// names is the case in which a month, day or half of the day is named, noCase for numbers.
	names letterCase
	// traditional says that the second modifier is t: Z for UTC.
	traditional bool
	// hasWidth says that there is a width modifier, hasMax that it has a maximum, which may be NaN.
	hasWidth, hasMax bool
	max              float64
	// integer is how a number is written, nil if it is none.
	integer *integerPicture
	// digits is how many digits of a year are written, -1 for all. Parsing takes so many digits of a
	// year, month or day when it is above 0.
	digits float64
}

// defaultModifiers are the first presentation modifiers of the components that are known.
var defaultModifiers = map[rune]string{
	'Y': "1", 'M': "1", 'D': "1", 'd': "1", 'F': "n", 'W': "1", 'w': "1", 'X': "1", 'x': "1",
	'H': "1", 'h': "1", 'P': "n", 'm': "01", 's': "01", 'f': "1", 'Z': "01:01", 'z': "01:01",
	'C': "n", 'E': "n",
}

// integerComponents are those that are written as integers.
const integerComponents = "YMDdFWwXxHhmsf"

// analyseTime divides a picture of times (F&O §9.8.4.1).
func analyseTime(picture string) ([]timePart, error) {
	var parts []timePart
	for picture != "" {
		open := strings.IndexByte(picture, '[')
		if open < 0 {
			open = len(picture)
		}
		if open > 0 {
			parts = append(parts, timePart{literal: strings.ReplaceAll(picture[:open], "]]", "]")})
			picture = picture[open:]
			continue
		}
		if rest, doubled := strings.CutPrefix(picture, "[["); doubled {
			parts = append(parts, timePart{literal: "["})
			picture = rest
			continue
		}
		marker, rest, closed := strings.Cut(picture[1:], "]")
		if !closed {
			return nil, &Error{Code: "D3135"}
		}
		part, err := analyseMarker(marker)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		picture = rest
	}
	return parts, nil
}

// analyseMarker reads what stands between brackets, in which white space has no meaning: a
// component, up to two presentation modifiers, and a width after the last comma.
func analyseMarker(marker string) (timePart, error) {
	marker = strings.Join(strings.FieldsFunc(marker, isSpace), "")
	component, size := utf8.DecodeRuneInString(marker)
	modifiers, width := marker[size:], ""
	comma := strings.LastIndexByte(modifiers, ',')
	if comma >= 0 {
		modifiers, width = modifiers[:comma], modifiers[comma+1:]
	}
	first, second := splitModifiers(modifiers)
	if first == "" {
		first = defaultModifiers[component]
	}
	if first == "" {
		return timePart{}, &Error{Code: "D3132", Value: marker[:size]}
	}
	p := timePart{component: component, names: namesOf(first), traditional: second == "t", digits: -1}
	w := analyseWidth(width, comma >= 0)
	p.hasWidth, p.hasMax, p.max = comma >= 0, w.hasMax, w.max
	switch {
	case component == 'Z' || component == 'z':
		var err error
		p.integer, err = analyseInteger(first)
		return p, err
	case p.names == noCase && strings.ContainsRune(integerComponents, component):
		return p, p.analyseNumber(first, second, w)
	}
	return p, nil
}

// splitModifiers divides the presentation modifiers: the second is the last character if that is
// one of a, t, c and o, but not alone.
func splitModifiers(modifiers string) (first, second string) {
	last := len(modifiers) - 1
	if last > 0 && strings.IndexByte("atco", modifiers[last]) >= 0 {
		return modifiers[:last], modifiers[last:]
	}
	return modifiers, ""
}

// namesOf returns the case of names that a first modifier asks for.
func namesOf(modifier string) letterCase {
	switch {
	case modifier[0] == 'n':
		return lower
	case strings.HasPrefix(modifier, "Nn"):
		return title
	case modifier[0] == 'N':
		return upper
	}
	return noCase
}

// timeWidth is a width modifier (F&O §9.8.4.2). A bound that is there may be NaN.
type timeWidth struct {
	min, max       float64
	hasMin, hasMax bool
}

func analyseWidth(width string, present bool) timeWidth {
	least, most, ranged := strings.Cut(width, "-")
	w := timeWidth{hasMin: present && least != "*", hasMax: ranged && most != "*"}
	if w.hasMin {
		w.min = parseInt(least)
	}
	if w.hasMax {
		w.max = parseInt(most)
	}
	return w
}

// analyseNumber sets how a component is written as a number (F&O §9.8.4.3 and §9.8.4.4).
func (p *timePart) analyseNumber(first, second string, w timeWidth) error {
	if second != "" {
		first += ";" + second
	}
	n, err := analyseInteger(first)
	if err != nil {
		return err
	}
	p.integer = n
	if w.hasMin && n.mandatory < w.min {
		n.mandatory = w.min
	}
	if !strings.ContainsRune("YMD", p.component) {
		return nil
	}
	if w.hasMax {
		p.digits, n.mandatory = w.max, w.max
	} else if places := n.mandatory + n.optional; places >= 2 {
		p.digits = places
	}
	return nil
}

// repeats returns how often a digit occurs where this part is parsed, as a quantifier.
func (p *timePart) repeats() string {
	n := p.integer
	switch {
	case !(p.digits > 0):
		return "+"
	case n.optional == 0:
		return "{" + NumberText(p.digits) + "}"
	}
	return "{" + NumberText(p.digits-n.optional) + "," + NumberText(p.digits) + "}"
}
