package conformance

import (
	"regexp"

	"github.com/stepwell/stepwell/value"
)

// compare compares how a run ended, an answer of DescribeExecution or [refused], with v.
func (v *Verdict) compare(ending value.Value) []Difference {
	status, _ := ending.Get("status")
	if status.AsString() != v.Status {
		d := Difference{Path: Path{"status"}, Want: v.Status, Got: status.AsString()}
		for _, key := range []string{"error", "cause", "output", "diagnostics"} {
			if why, ok := ending.Get(key); ok {
				d.Events = append(d.Events, key+" "+why.Compact())
			}
		}
		return []Difference{d}
	}
	switch v.Status {
	case invalid:
		got, _ := ending.Get("diagnostics")
		return equal(Path{"diagnostics"}, v.Diagnostics.Value, got)
	case "SUCCEEDED":
		return v.compareOutput(ending)
	}
	return append(
		compareText("error", v.Error, v.ErrorAbsent, ending),
		compareText("cause", v.Cause, v.CauseAbsent, ending)...)
}

func equal(path Path, want, got value.Value) []Difference {
	if value.Equal(want, got) {
		return nil
	}
	return differ(path, want, got)
}

// compareText compares a field of a failure.
func compareText(key string, want *string, isAbsent bool, ending value.Value) []Difference {
	got, ok := ending.Get(key)
	switch {
	case isAbsent && ok:
		return []Difference{{Path: Path{key}, Want: absent, Got: got.Compact()}}
	case want == nil || ok && got.AsString() == *want:
		return nil
	case !ok:
		return []Difference{{Path: Path{key}, Want: value.String(*want).Compact(), Got: absent}}
	}
	return differ(Path{key}, value.String(*want), got)
}

func (v *Verdict) compareOutput(ending value.Value) []Difference {
	text, _ := ending.Get("output")
	got, err := value.Parse(text.AsString())
	path := Path{"output"}
	switch {
	case err != nil:
		return []Difference{{Problem: "the output is not JSON: " + err.Error()}}
	case v.Output != nil:
		return equal(path, v.Output.Value, got)
	case v.Pattern == nil:
		return nil
	case v.Pattern.Kind() == value.KindObject && !isRange(v.Pattern.Value):
		return compareFields(v.Pattern.Value, got, path)
	case !isLike(v.Pattern.Value, got, value.Null):
		return differ(path, v.Pattern.Value, got)
	}
	return nil
}

// compareFields compares an object with a pattern for each of its fields, and no others.
func compareFields(patterns, got value.Value, path Path) []Difference {
	for key, p := range patterns.Members() {
		field, ok := got.Get(key)
		if !ok || !isLike(p, field, got) {
			return []Difference{{Path: path.with(key), Want: p.Compact(), Got: field.Compact()}}
		}
	}
	if patterns.Len() != got.Len() {
		return differ(path, patterns, got)
	}
	return nil
}

// isLike says whether got fits a pattern: a regular expression, a range of numbers, or the name of
// an equal field beside it.
func isLike(pattern, got, beside value.Value) bool {
	if pattern.Kind() == value.KindString {
		fits, err := regexp.MatchString(pattern.AsString(), got.AsString())
		return err == nil && fits && got.Kind() == value.KindString
	}
	if name, ok := pattern.Get("equals_field"); ok {
		other, there := beside.Get(name.AsString())
		return there && value.Equal(got, other)
	}
	if from, ok := pattern.Get("integer_from"); ok {
		_, whole := got.AsInt()
		below, _ := pattern.Get("integer_below")
		return whole && isBetween(got, from, below)
	}
	from, _ := pattern.Get("number_from")
	below, _ := pattern.Get("number_below")
	return isBetween(got, from, below)
}

// isRange says whether a pattern is that of one number, and not of an object's fields.
func isRange(pattern value.Value) bool {
	_, whole := pattern.Get("integer_from")
	_, any := pattern.Get("number_from")
	return whole || any
}

func isBetween(got, from, below value.Value) bool {
	return got.Kind() == value.KindNumber && got.AsFloat() >= from.AsFloat() && got.AsFloat() < below.AsFloat()
}
