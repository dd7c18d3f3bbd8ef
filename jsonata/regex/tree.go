package regex

import "unicode/utf8"

// unlimited is the maximum of a repetition without one.
const unlimited = 1<<31 - 1

// node is a part of a pattern, as ECMA-262 §22.2.1 divides it.
type node interface{ isNode() }

type (
	// char is one character.
	char struct{ r rune }
	// class is one character of a set.
	class struct{ set *set }
	// sequence is an Alternative: its parts one after the other.
	sequence []node
	// choice is a Disjunction: the first of its parts with which the rest matches.
	choice []node
	// capture is a capturing group, numbered from 1.
	capture struct {
		index int
		body  node
	}
	// repeat is a quantified Term. The groups from first up to end lie in it; traits are the body's,
	// kept so that loops in loops are not examined again at each level.
	repeat struct {
		body       node
		traits     traits
		min, max   int
		lazy       bool
		first, end int
	}
	// position is an assertion without a body: ^, $, \b or \B.
	position struct{ op opcode }
	// look is a lookahead or lookbehind.
	look struct {
		body             node
		behind, negative bool
	}
	// reference is a backreference. A name is resolved to the index when the pattern is read.
	reference struct {
		index int
		name  string
	}
)

func (char) isNode()       {}
func (class) isNode()      {}
func (sequence) isNode()   {}
func (choice) isNode()     {}
func (capture) isNode()    {}
func (repeat) isNode()     {}
func (position) isNode()   {}
func (look) isNode()       {}
func (*reference) isNode() {}

// traits is what can be said of a node without a text.
type traits struct {
	// empty says that the node can match without taking a character, only that it can do nothing else.
	empty, only bool
	// first has the bytes with which a match of the node can begin, when it takes any.
	first byteSet
}

// byteSet is a set of bytes.
type byteSet [4]uint64

func (s *byteSet) add(b byte)      { s[b>>6] |= 1 << (b & 63) }
func (s *byteSet) has(b byte) bool { return s[b>>6]&(1<<(b&63)) != 0 }

func (s *byteSet) join(other byteSet) {
	for i := range s {
		s[i] |= other[i]
	}
}

var allBytes = byteSet{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}

// traitsOf examines n. Where it cannot know it errs towards more: more first bytes, and empty.
func traitsOf(n node, fold bool) traits {
	switch n := n.(type) {
	case char:
		return traits{first: firstOfChar(n.r, fold)}
	case class:
		return traits{first: n.set.firstBytes()}
	case sequence:
		return traitsOfSequence(n, fold)
	case choice:
		return traitsOfChoice(n, fold)
	case capture:
		return traitsOf(n.body, fold)
	case repeat:
		t := n.traits
		t.empty, t.only = t.empty || n.min == 0, t.only || n.max == 0
		return t
	case *reference:
		return traits{empty: true, first: allBytes}
	}
	return traits{empty: true, only: true}
}

func traitsOfSequence(parts sequence, fold bool) traits {
	all := traits{empty: true, only: true}
	for _, part := range parts {
		t := traitsOf(part, fold)
		if all.empty {
			all.first.join(t.first)
		}
		all.empty, all.only = all.empty && t.empty, all.only && t.only
	}
	return all
}

func traitsOfChoice(parts choice, fold bool) traits {
	all := traits{only: true}
	for _, part := range parts {
		t := traitsOf(part, fold)
		all.first.join(t.first)
		all.empty, all.only = all.empty || t.empty, all.only && t.only
	}
	return all
}

func firstOfChar(r rune, fold bool) byteSet {
	var s byteSet
	switch {
	case r >= utf8.RuneSelf && fold:
		return byteSet{2: allBytes[2], 3: allBytes[3]}
	case r >= utf8.RuneSelf:
		s.add(appendRune(nil, r)[0])
	default:
		s.add(byte(r))
		if lower := r | 0x20; fold && lower >= 'a' && lower <= 'z' {
			s.add(byte(r) ^ 0x20)
		}
	}
	return s
}

// anchored reports whether n can match at the beginning of the text only.
func anchored(n node) bool {
	switch n := n.(type) {
	case position:
		return n.op == opTextStart
	case sequence:
		return len(n) > 0 && anchored(n[0])
	case capture:
		return anchored(n.body)
	case choice:
		for _, part := range n {
			if !anchored(part) {
				return false
			}
		}
		return true
	}
	return false
}
