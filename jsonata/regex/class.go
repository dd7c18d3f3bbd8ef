package regex

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// span is a range of characters, both ends included.
type span struct{ low, high rune }

// The sets of the escapes \d, \w and \s, and of the dot's complement: ECMA-262 §22.2.2.9.
var (
	digits   = []span{{'0', '9'}}
	words    = []span{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}
	spaces   = []span{{'\t', '\r'}, {' ', ' '}, {0xA0, 0xA0}, {0x1680, 0x1680}, {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}}
	lineEnds = []span{{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}
)

// anyInLine is what the dot matches.
var anyInLine = newSet(lineEnds, true, false)

// set is a set of characters, ready to be asked.
type set struct {
	// ascii has the members below 0x80, with case and negation considered.
	ascii [2]uint64
	// wide are the spans from 0x80 on, in order and apart, before case and negation.
	wide          []span
	fold, negated bool
}

// newSet returns the set of spans, or of all other characters when negated. With fold a character
// belongs to the spans also when one does that differs by case alone.
func newSet(spans []span, negated, fold bool) *set {
	s := &set{wide: normalize(spans), fold: fold, negated: negated}
	for _, span := range s.wide {
		for r := span.low; r <= min(span.high, utf8.RuneSelf-1); r++ {
			s.ascii[r>>6] |= 1 << (r & 63)
		}
	}
	if fold { // no other character has the case of an ASCII one
		letters := (s.ascii[1] | s.ascii[1]>>32) & 0x07FFFFFE
		s.ascii[1] |= letters | letters<<32
	}
	if negated {
		s.ascii[0], s.ascii[1] = ^s.ascii[0], ^s.ascii[1]
	}
	s.wide = s.wide[firstWide(s.wide):]
	return s
}

// firstWide returns the index of the first span that reaches 0x80.
func firstWide(spans []span) int {
	for i, s := range spans {
		if s.high >= utf8.RuneSelf {
			return i
		}
	}
	return len(spans)
}

// normalize returns the spans in order, joined where they touch.
func normalize(spans []span) []span {
	if len(spans) == 1 {
		return spans
	}
	sorted := slices.Clone(spans)
	slices.SortFunc(sorted, func(a, b span) int { return cmp.Compare(a.low, b.low) })
	var joined []span
	for _, s := range sorted {
		if last := len(joined) - 1; last >= 0 && s.low <= joined[last].high+1 {
			joined[last].high = max(joined[last].high, s.high)
			continue
		}
		joined = append(joined, s)
	}
	return joined
}

func contains(spans []span, r rune) bool {
	_, found := slices.BinarySearchFunc(spans, r, func(s span, r rune) int {
		switch {
		case s.high < r:
			return -1
		case s.low > r:
			return 1
		}
		return 0
	})
	return found
}

// has reports whether r belongs to the set.
func (s *set) has(r rune) bool {
	if r < utf8.RuneSelf {
		return s.hasASCII(byte(r))
	}
	in := contains(s.wide, r)
	if s.fold && !in && len(s.wide) > 0 {
		in = sameFold(r, func(other rune) bool { return contains(s.wide, other) })
	}
	return in != s.negated
}

func (s *set) hasASCII(b byte) bool { return s.ascii[b>>6&1]&(1<<(b&63)) != 0 }

// narrow reports whether the set has ASCII characters only.
func (s *set) narrow() bool { return len(s.wide) == 0 && !s.negated }

// firstBytes returns the bytes with which a character of the set can begin.
func (s *set) firstBytes() byteSet {
	first := byteSet{s.ascii[0], s.ascii[1]}
	if !s.narrow() {
		first[2], first[3] = allBytes[2], allBytes[3]
	}
	return first
}

// complement returns the spans of all characters that are not in spans.
func complement(spans []span) []span {
	var rest []span
	next := rune(0)
	for _, s := range normalize(spans) {
		if s.low > next {
			rest = append(rest, span{next, s.low - 1})
		}
		next = s.high + 1
	}
	if next <= utf8.MaxRune {
		rest = append(rest, span{next, utf8.MaxRune})
	}
	return rest
}
