package value

import (
	"iter"
	"slices"
)

// indexFrom is the number of members from which looking for a key goes through a map.
const indexFrom = 16

// Len returns the number of elements of an array or of distinct keys of an object, else 0.
func (v Value) Len() int {
	switch {
	case v.kind == KindObject:
		return len(v.members())
	case v.kind != KindArray:
		return 0
	case v.tree != nil:
		return len(v.tree.elements)
	}
	n := 0
	for c := (cursor{v.text, 1}); c.element() != ""; {
		n++
	}
	return n
}

// Index returns element i of an array, counted from 0, or null when there is none.
func (v Value) Index(i int) Value {
	if v.kind != KindArray || i < 0 {
		return Null
	}
	if v.tree != nil {
		if i < len(v.tree.elements) {
			return v.tree.elements[i]
		}
		return Null
	}
	c := cursor{v.text, 1}
	for ; i > 0; i-- {
		if c.element() == "" {
			return Null
		}
	}
	return raw(c.element(), v.compact)
}

// Elements yields the elements of an array in order; nothing for any other kind.
func (v Value) Elements() iter.Seq2[int, Value] {
	return func(yield func(int, Value) bool) {
		if v.kind != KindArray {
			return
		}
		if v.tree != nil {
			slices.All(v.tree.elements)(yield)
			return
		}
		c := cursor{v.text, 1}
		for i := 0; ; i++ {
			text := c.element()
			if text == "" || !yield(i, raw(text, v.compact)) {
				return
			}
		}
	}
}

// Get returns the value of key in an object, and whether the object has the key.
func (v Value) Get(key string) (Value, bool) {
	if v.kind != KindObject {
		return Null, false
	}
	if v.tree != nil {
		if i := find(v.tree.members, key); i >= 0 {
			return v.tree.members[i].Value, true
		}
		return Null, false
	}
	last, found := "", false
	for c := (cursor{v.text, 1}); ; {
		quoted, text := c.member()
		if text == "" {
			return raw(last, v.compact), found
		}
		if quotes(quoted, key) {
			last, found = text, true
		}
	}
}

// Members yields the keys and values of an object in order; nothing for any other kind.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for _, m := range v.members() {
			if !yield(m.Key, m.Value) {
				return
			}
		}
	}
}

// With returns the object v with key set to member: in its place when v has the key, else at the
// end. It panics when v is not an object.
func (v Value) With(key string, member Value) Value {
	if v.kind != KindObject {
		panic("value: With on " + v.kind.String())
	}
	key = wellFormed(key)
	old := v.members()
	members := make([]Member, len(old), len(old)+1)
	copy(members, old)
	if i := find(members, key); i >= 0 {
		members[i].Value = member
	} else {
		members = append(members, Member{key, member})
	}
	return Value{kind: KindObject, tree: &tree{members: members}}
}

// WithElement returns the array v with element i replaced. It panics when v is not an array or has
// no element i.
func (v Value) WithElement(i int, element Value) Value {
	elements := make([]Value, 0, 8)
	for _, e := range v.Elements() {
		elements = append(elements, e)
	}
	elements[i] = element
	return Array(elements...)
}

// members returns the distinct members of an object; the caller must not change them.
func (v Value) members() []Member {
	if v.kind != KindObject {
		return nil
	}
	if v.tree != nil {
		return v.tree.members
	}
	members := make([]Member, 0, 8)
	for c := (cursor{v.text, 1}); ; {
		quoted, text := c.member()
		if text == "" {
			return distinct(members)
		}
		members = append(members, Member{unquote(quoted), raw(text, v.compact)})
	}
}

// find returns the place of key, or -1.
func find(members []Member, key string) int {
	for i := range members {
		if members[i].Key == key {
			return i
		}
	}
	return -1
}

// distinct drops repeated keys in place: the last value counts, at the place of the first.
func distinct(members []Member) []Member {
	if len(members) >= indexFrom {
		return distinctByMap(members)
	}
	kept := members[:0]
	for _, m := range members {
		if i := find(kept, m.Key); i >= 0 {
			kept[i].Value = m.Value
		} else {
			kept = append(kept, m)
		}
	}
	return kept
}

// distinctByMap does what distinct does in linear time.
func distinctByMap(members []Member) []Member {
	places := make(map[string]int, len(members))
	kept := members[:0]
	for _, m := range members {
		if i, ok := places[m.Key]; ok {
			kept[i].Value = m.Value
			continue
		}
		places[m.Key] = len(kept)
		kept = append(kept, m)
	}
	return kept
}
