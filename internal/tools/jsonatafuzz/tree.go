package main

import "strings"

// tree is a piece of an expression: a text, or parts that are written one after the other.
type tree struct {
	text  string
	parts []*tree
	role  role
}

// role is what the shrinker may do with a piece.
type role uint8

const (
	glue       role = iota // stays as long as what is around it
	expression             // may become one of the expressions inside it, or a small one
	optional               // may go
)

// write returns the piece of an expression that parts make, each a string or a *tree.
func write(r role, parts ...any) *tree {
	t := &tree{role: r}
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			t.parts = append(t.parts, &tree{text: p})
		case *tree:
			t.parts = append(t.parts, p)
		}
	}
	return t
}

// leaf returns an expression without parts.
func leaf(text string) *tree { return &tree{text: text, role: expression} }

// listed writes items with separators between them, each of which may go with the separator before it.
func listed(separator string, items []*tree) *tree {
	t := &tree{}
	for i, item := range items {
		if i > 0 {
			item = write(optional, separator, item)
		}
		t.parts = append(t.parts, item)
	}
	return t
}

// String returns the text of the piece.
func (t *tree) String() string {
	var b strings.Builder
	t.append(&b)
	return b.String()
}

func (t *tree) append(b *strings.Builder) {
	b.WriteString(t.text)
	for _, p := range t.parts {
		p.append(b)
	}
}

// all returns t and every piece in it, larger ones first.
func (t *tree) all() []*tree {
	pieces := []*tree{t}
	for _, p := range t.parts {
		pieces = append(pieces, p.all()...)
	}
	return pieces
}

// inner returns the largest expressions inside t.
func (t *tree) inner() []*tree {
	var found []*tree
	for _, p := range t.parts {
		if p.role == expression {
			found = append(found, p)
		} else {
			found = append(found, p.inner()...)
		}
	}
	return found
}

// simplest are what any expression may become when it shrinks.
var simplest = []string{`1`, `"a"`, `a`, `[]`, `$`}

// simpler returns what t may become when it shrinks, the best first.
func (t *tree) simpler() []*tree {
	switch t.role {
	case optional:
		return append([]*tree{{role: glue}}, t.inner()...)
	case expression:
		candidates := t.inner()
		for _, s := range simplest {
			if len(s) < len(t.String()) {
				candidates = append(candidates, leaf(s))
			}
		}
		return candidates
	default:
		return nil
	}
}

// tokens cuts a text that may not be an expression into pieces that may go one by one.
func tokens(text string) *tree {
	t := &tree{}
	for _, word := range split(text) {
		t.parts = append(t.parts, &tree{text: word, role: optional})
	}
	return t
}

// split cuts at everything that is not a word, blindly.
func split(text string) []string {
	var words []string
	start := 0
	for i, r := range text {
		word := r == '_' || r == '$' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !word {
			if start < i {
				words = append(words, text[start:i])
			}
			words = append(words, string(r))
			start = i + len(string(r))
		}
	}
	if start < len(text) {
		words = append(words, text[start:])
	}
	return words
}
