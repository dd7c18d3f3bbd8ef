package jsonata

import (
	"slices"

	"github.com/stepwell/stepwell/value"
)

// object is an object of the data or one that an expression built.
//
// What comes from data stays text: the first look-ups search the text, and only an object that is
// looked at more often, or listed, is read as a whole. A container that was found once is found again
// as the same one, because JSONata compares containers by identity in places.
type object struct {
	raw    value.Value
	unread bool
	reader *budget // pays for reading
	// lookups counts the searches in the text.
	lookups uint8
	// members are all members, or while unread the containers that were found before.
	members []member
	index   map[string]int
}

type member struct {
	key  string
	item item
}

const (
	// maxSearches is how often an object is searched as text before it is read.
	maxSearches = 4
	// minIndexed is the number of members from which on an index is kept.
	minIndexed = 12
)

func newObject(members ...member) *object { return &object{members: members} }

// isText says that the object is what its text says.
func (o *object) isText() bool { return o.unread && (o.reader == nil || !o.reader.dataChanged) }

// get returns the value of key.
func (o *object) get(b *budget, key string) (item, bool) {
	if o.unread {
		if o.lookups < maxSearches {
			return o.search(b, key)
		}
		o.read()
	}
	if at := o.find(b, key); at >= 0 {
		return o.members[at].item, true
	}
	return undefined, false
}

func (o *object) search(b *budget, key string) (item, bool) {
	for i := range o.members {
		if b.equalText(o.members[i].key, key) {
			return o.members[i].item, true
		}
	}
	o.lookups++
	o.reader.chargeText(o.raw.ScanSize())
	v, ok := o.raw.Get(key)
	if !ok {
		return undefined, false
	}
	found := o.reader.read(v)
	if found.ref != nil {
		o.members = append(o.members, member{key, found})
	}
	return found, true
}

// find returns the place of key among the members, or -1.
func (o *object) find(b *budget, key string) int {
	if len(o.members) < minIndexed {
		b.chargeText(len(key) * len(o.members))
		return slices.IndexFunc(o.members, func(m member) bool { return m.key == key })
	}
	b.chargeText(len(key))
	if o.index == nil {
		b.charge(len(o.members))
		o.index = make(map[string]int, len(o.members))
		for i := range o.members {
			b.chargeText(len(o.members[i].key))
			o.index[o.members[i].key] = i
		}
	}
	if at, ok := o.index[key]; ok {
		return at
	}
	return -1
}

// read makes members of the whole text.
func (o *object) read() {
	known := o.members
	o.members, o.unread = nil, false
	o.reader.chargeText(o.raw.ScanSize())
	for key, v := range o.raw.Members() {
		i := slices.IndexFunc(known, func(m member) bool { return m.key == key })
		if i >= 0 {
			o.members = append(o.members, known[i])
			continue
		}
		o.members = append(o.members, member{key, o.reader.read(v)})
	}
	o.reader.charge(len(o.members))
	o.reader.allocate(memberSize * len(o.members))
}

// list returns the members in their order; they must not be changed.
func (o *object) list() []member {
	if o.unread {
		o.read()
	}
	return o.members
}

func (o *object) len() int {
	if o.unread {
		o.read()
	}
	return len(o.members)
}

// set gives key a value, in its place or at the end. Only objects that nobody else has seen may be
// set: those being built and the copies that a transform makes.
func (o *object) set(b *budget, key string, i item) {
	if o.unread {
		o.read()
	}
	if at := o.find(b, key); at >= 0 {
		o.members[at].item = i
		return
	}
	if o.index != nil {
		o.index[key] = len(o.members)
	}
	o.members = append(o.members, member{key, i})
}

// remove deletes the keys that names are, under the same condition as set.
func (o *object) remove(b *budget, names []item) {
	if o.unread {
		o.read()
	}
	gone := map[int]bool{}
	for _, name := range names {
		b.charge(1)
		if at := o.find(b, name.text); at >= 0 {
			gone[at] = true
		}
	}
	if len(gone) == 0 {
		return
	}
	b.charge(len(o.members) / 4)
	kept := make([]member, 0, len(o.members)-len(gone))
	for at, m := range o.members {
		if !gone[at] {
			kept = append(kept, m)
		}
	}
	o.members, o.index = kept, nil
}
