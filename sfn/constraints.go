package sfn

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A rule holds the constraints that the model sets on a shape. Lengths of strings count characters,
// lengths of lists count elements.
type rule struct {
	min, max       int64
	hasMin, hasMax bool
	// pattern is the regular expression as AWS prints it and matches decides it, because RE2 has no
	// look-ahead.
	pattern   string
	matches   func(string) bool
	enum      []string
	sensitive bool
	// lift says which of the Limits takes the place of max.
	lift liftable
}

// violations collects what is wrong with a request, in the order in which AWS lists it: members as the
// model orders them.
type violations struct {
	limits Limits
	found  []string
}

// err returns the violations as one ValidationException, or nil where there are none.
func (v *violations) err() error {
	n := len(v.found)
	if n == 0 {
		return nil
	}
	errs := "errors"
	if n == 1 {
		errs = "error"
	}
	return ValidationException(fmt.Sprintf("%d validation %s detected: %s", n, errs, strings.Join(v.found, "; ")))
}

// add records that the value at a path breaks a constraint.
func (v *violations) add(at, value, constraint string, r *rule) {
	if r.sensitive {
		v.found = append(v.found, fmt.Sprintf("Value at '%s' failed to satisfy constraint: %s", at, constraint))
		return
	}
	v.found = append(v.found, fmt.Sprintf("Value '%s' at '%s' failed to satisfy constraint: %s", value, at, constraint))
}

// require records a required member that is absent or null.
func (v *violations) require(at string, present bool) {
	if !present {
		v.found = append(v.found, fmt.Sprintf("Value null at '%s' failed to satisfy constraint: Member must not be null", at))
	}
}

// texts checks the elements of a list of strings. AWS reports them together, at the list.
func (v *violations) texts(at string, list []string, r *rule) {
	for _, text := range list {
		if len(r.broken(text)) > 0 {
			all := "Member must satisfy constraint: [" + strings.Join(r.constraints(), ", ") + "]"
			v.add(at, "["+strings.Join(list, ", ")+"]", all, r)
			return
		}
	}
}

// checkNumber checks the bounds of a number.
func checkNumber[T int64 | float64](v *violations, at string, p *T, r *rule) {
	switch {
	case p == nil:
	case r.hasMax && *p > T(r.max):
		v.add(at, renderNumber(*p), fmt.Sprintf("Member must have value less than or equal to %d", r.max), r)
	case r.hasMin && *p < T(r.min):
		v.add(at, renderNumber(*p), fmt.Sprintf("Member must have value greater than or equal to %d", r.min), r)
	}
}

// checkText checks the length, pattern or enum of a string.
func checkText[T ~string](v *violations, at string, p *T, r *rule) {
	if p == nil {
		return
	}
	r = r.lifted(&v.limits)
	for _, constraint := range r.broken(string(*p)) {
		v.add(at, string(*p), constraint, r)
	}
}

// checkList checks the length of a list of structures.
func checkList[T interface{ render() string }](v *violations, at string, list []T, r *rule) {
	n := int64(len(list))
	if list == nil || n >= r.min && (!r.hasMax || n <= r.max) {
		return
	}
	elements := make([]string, len(list))
	for i, e := range list {
		elements[i] = e.render()
	}
	v.add(at, "["+strings.Join(elements, ", ")+"]", r.length(n), r)
}

// broken returns the sentences of the constraints that text breaks; none is the common case and costs
// no allocation.
func (r *rule) broken(text string) []string {
	var out []string
	if sentence := r.brokenLength(text); sentence != "" {
		out = append(out, sentence)
	}
	if r.matches != nil && !r.matches(text) {
		out = append(out, r.patternSentence())
	}
	if r.enum != nil && !slices.Contains(r.enum, text) {
		out = append(out, r.enumSentence())
	}
	return out
}

// brokenLength counts characters only where the bytes leave a doubt, since texts may be long.
func (r *rule) brokenLength(text string) string {
	if r.hasMin && int64(len(text)) < r.min {
		return r.length(int64(len(text)))
	}
	if r.hasMax && int64(len(text)) > r.max {
		return r.length(int64(utf16Length(text)))
	}
	return ""
}

// length returns the sentence for a length that is out of bounds, or "".
func (r *rule) length(n int64) string {
	switch {
	case r.hasMax && n > r.max:
		return fmt.Sprintf("Member must have length less than or equal to %d", r.max)
	case r.hasMin && n < r.min:
		return fmt.Sprintf("Member must have length greater than or equal to %d", r.min)
	}
	return ""
}

// constraints returns the sentences of everything that r demands of a string.
func (r *rule) constraints() []string {
	var out []string
	if r.hasMax {
		out = append(out, r.length(r.max+1))
	}
	if r.hasMin {
		out = append(out, r.length(r.min-1))
	}
	if r.matches != nil {
		out = append(out, r.patternSentence())
	}
	return out
}

func (r *rule) patternSentence() string {
	return "Member must satisfy regular expression pattern: " + r.pattern
}

func (r *rule) enumSentence() string {
	return "Member must satisfy enum value set: [" + strings.Join(r.enum, ", ") + "]"
}

// utf16Length counts characters as Java does, in UTF-16 code units.
func utf16Length(text string) int {
	n := 0
	for _, c := range text {
		n++
		if c > 0xFFFF {
			n++
		}
	}
	return n
}

// element returns the path of a list's element. AWS counts from 1.
func element(at string, i int) string { return at + "." + strconv.Itoa(i+1) + ".member" }

// renderNumber prints a number as Java does: a floating-point number always has a fraction.
func renderNumber[T int64 | float64](n T) string {
	text := fmt.Sprint(n)
	if _, floating := any(n).(float64); floating && !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}

// renderStruct prints a structure the way AWS does inside a violation: Name(a=1, b=null).
func renderStruct(name string, pairs ...string) string {
	fields := make([]string, 0, len(pairs)/2)
	for pair := range slices.Chunk(pairs, 2) {
		fields = append(fields, pair[0]+"="+pair[1])
	}
	return name + "(" + strings.Join(fields, ", ") + ")"
}

// renderValue prints a member of such a structure.
func renderValue[T any](p *T) string {
	if p == nil {
		return "null"
	}
	return fmt.Sprint(*p)
}

// matchesCharacterRestrictedName decides ^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$: the name of an alias,
// which must not be a number.
func matchesCharacterRestrictedName(text string) bool {
	named := false
	for _, c := range text {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c == '-', c == '.':
			named = true
		case c < '0' || c > '9':
			return false
		}
	}
	return named
}

// matchesClientToken decides [!-~]+.
func matchesClientToken(text string) bool {
	for _, c := range text {
		if c < '!' || c > '~' {
			return false
		}
	}
	return text != ""
}

// matchesTraceHeader decides \p{ASCII}*.
func matchesTraceHeader(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
