package value

// Place returns where in text, which must be valid JSON, the value stands that path leads to: keys of
// objects as strings, indexes of arrays as ints. Where the path leads nowhere it is the place of the
// last value on the way that is there. A key that an object has twice means the last one.
func Place(text string, path ...any) int {
	at := 0
	for isSpace(text[at]) {
		at++
	}
	for _, step := range path {
		next, ok := placeIn(text, at, step)
		if !ok {
			break
		}
		at = next
	}
	return at
}

// placeIn returns where an element or member of the value at a place stands.
func placeIn(text string, at int, step any) (int, bool) {
	c := cursor{text, at + 1}
	switch step := step.(type) {
	case string:
		if text[at] == '{' {
			return c.placeOf(step)
		}
	case int:
		for i := 0; text[at] == '['; i++ {
			element := c.element()
			if element == "" {
				break
			}
			if i == step {
				return c.pos - len(element), true
			}
		}
	}
	return 0, false
}

func (c *cursor) placeOf(key string) (place int, found bool) {
	for {
		quoted, member := c.member()
		if quoted == "" {
			return place, found
		}
		if raw(quoted, true).AsString() == key {
			place, found = c.pos-len(member), true
		}
	}
}
