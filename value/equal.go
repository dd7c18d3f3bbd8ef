package value

// Equal reports whether a and b are the same JSON value: numbers by their exact numeric value
// (1 equals 1.0 and 10e-1), strings by their characters, arrays element by element, objects by
// their members in any order.
func Equal(a, b Value) bool {
	if a.kind != b.kind {
		return false
	}
	if sameText(a, b) {
		return true
	}
	switch a.kind {
	case KindNull:
		return true
	case KindNumber:
		return decimalOf(a.text) == decimalOf(b.text)
	case KindString:
		return a.AsString() == b.AsString()
	case KindArray:
		return equalArrays(a, b)
	case KindObject:
		return equalObjects(a.members(), b.members())
	}
	return false // two different booleans
}

// sameText reports whether a and b share their representation and are therefore equal.
func sameText(a, b Value) bool {
	return a.tree == b.tree && a.plain == b.plain && a.text == b.text
}

func equalArrays(a, b Value) bool {
	n := b.Len()
	if a.Len() != n {
		return false
	}
	others := make([]Value, 0, n)
	for _, e := range b.Elements() {
		others = append(others, e)
	}
	for i, e := range a.Elements() {
		if !Equal(e, others[i]) {
			return false
		}
	}
	return true
}

func equalObjects(a, b []Member) bool {
	if len(a) != len(b) {
		return false
	}
	var places map[string]int
	if len(b) >= indexFrom {
		places = make(map[string]int, len(b))
		for i := range b {
			places[b[i].Key] = i
		}
	}
	for i := range a {
		at, ok := placeOf(a[i].Key, i, b, places)
		if !ok || !Equal(a[i].Value, b[at].Value) {
			return false
		}
	}
	return true
}

// placeOf finds key among members, looking first where it stands in the other object.
func placeOf(key string, guess int, members []Member, places map[string]int) (int, bool) {
	if members[guess].Key == key {
		return guess, true
	}
	if places != nil {
		i, ok := places[key]
		return i, ok
	}
	i := find(members, key)
	return i, i >= 0
}
