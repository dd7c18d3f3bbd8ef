// Package value holds immutable JSON values that keep the text they came from.
//
// A [Value] is either raw, a piece of JSON text that [Parse] has checked once and that is read
// only where a caller looks, or built, made by a constructor from other values and encoded on
// demand. Children of a raw value share its text, so a payload that passes through a workflow is
// scanned once and never rebuilt.
//
// Invariants: a Value never changes and holds no cache, so any number of goroutines may read it.
// Objects keep the order of their keys, numbers keep their text. Where an object's text has a key
// twice, the last value counts, at the place of the first; the text itself stays as it is. Strings
// may hold lone UTF-16 surrogates, as JSON escapes can: inside Go strings these are kept in WTF-8
// (the three bytes that UTF-8 would use) and are escaped again on output.
//
// The package limits the depth of a text and the digits of a number, see [MaxDepth] and
// [MaxDigits], and leaves the size of the whole to its callers. It neither converts
// Go structs nor streams.
package value

// Kind is the JSON type of a Value.
type Kind uint8

// The kinds of JSON values. The zero Value is null.
const (
	KindNull Kind = iota
	KindBool
	KindNumber
	KindString
	KindArray
	KindObject
)

// String names the kind as JSON Schema does: "null", "boolean", "number", "string", "array" or
// "object".
func (k Kind) String() string {
	names := [...]string{"null", "boolean", "number", "string", "array", "object"}
	if int(k) < len(names) {
		return names[k]
	}
	return "unknown"
}

// Value is one immutable JSON value. The zero Value is null.
//
// Accessors of another kind than the value's own (AsBool of a string, Get of an array) give the
// zero result; only With panics.
type Value struct {
	kind Kind
	// plain says that text is the decoded string itself and not JSON text.
	plain bool
	// compact says that text is known to be what Compact gives.
	compact bool
	// text is the kept JSON text; unused when tree is set. Empty stands for null.
	text string
	// tree holds the parts of a built array or object.
	tree *tree
}

// tree is the inside of a built array (elements) or object (members, keys distinct).
type tree struct {
	elements []Value
	members  []Member
}

// Member is one name and value of an object.
type Member struct {
	Key   string
	Value Value
}

// Null is the JSON value null.
var Null = Value{}

// Bool returns true or false as a Value.
func Bool(b bool) Value {
	if b {
		return Value{kind: KindBool, compact: true, text: "true"}
	}
	return Value{kind: KindBool, compact: true, text: "false"}
}

// String returns s as a Value. Bytes that are neither UTF-8 nor a surrogate in WTF-8 become
// U+FFFD, and two surrogates that form a pair become their character.
func String(s string) Value {
	return Value{kind: KindString, plain: true, text: wellFormed(s)}
}

// Array returns an array. The slice belongs to the Value from then on.
func Array(elements ...Value) Value {
	return Value{kind: KindArray, tree: &tree{elements: elements}}
}

// Object returns an object with its members in the given order. Of members with the same key the
// last value counts, at the place of the first. The slice belongs to the Value from then on.
func Object(members ...Member) Value {
	for i := range members {
		members[i].Key = wellFormed(members[i].Key)
	}
	return Value{kind: KindObject, tree: &tree{members: distinct(members)}}
}

// Trusted returns the Value of text that is known to be valid JSON, such as one that came out of
// Text before, without checking it. The empty text is null. Text that is not valid JSON makes
// later accessors give nonsense or panic.
func Trusted(text string) Value {
	return raw(trim(text), false)
}

// raw returns the Value of valid JSON text without surrounding whitespace.
func raw(text string, compact bool) Value {
	if text == "" {
		return Null
	}
	return Value{kind: kindOf(text[0]), compact: compact, text: text}
}

// kindOf tells the kind of the JSON text that begins with c.
func kindOf(c byte) Kind {
	switch c {
	case '{':
		return KindObject
	case '[':
		return KindArray
	case '"':
		return KindString
	case 't', 'f':
		return KindBool
	case 'n':
		return KindNull
	}
	return KindNumber
}

// Kind returns the JSON type of v.
func (v Value) Kind() Kind { return v.kind }

// AsBool reports whether v is true.
func (v Value) AsBool() bool { return v.kind == KindBool && v.text == "true" }

// AsString returns the decoded text of a string, and "" for any other kind.
func (v Value) AsString() string {
	switch {
	case v.kind != KindString:
		return ""
	case v.plain:
		return v.text
	}
	return unquote(v.text)
}

// Text returns the JSON text of v: for a parsed value the text as it was given, without
// surrounding whitespace; for a built value its compact encoding, made anew at each call (see
// [Value.Kept]).
func (v Value) Text() string {
	switch {
	case v.tree != nil || v.plain:
		return string(v.Append(make([]byte, 0, v.sizeHint())))
	case v.text == "":
		return "null"
	}
	return v.text
}

// Compact returns the JSON text of v as a Java writer would have it: no insignificant whitespace,
// and no escapes in strings that are not needed. Keys and numbers stay as they are.
func (v Value) Compact() string {
	if v.compact || v.text == "" && v.tree == nil && !v.plain {
		return v.Text()
	}
	return string(v.Append(make([]byte, 0, v.sizeHint())))
}

// Size is the length of Text in bytes.
func (v Value) Size() int {
	if v.tree == nil && !v.plain && v.text != "" {
		return len(v.text)
	}
	return len(v.Text())
}

// ScanSize is how many bytes of text a look inside v goes through, none where v was built.
func (v Value) ScanSize() int {
	if v.tree != nil {
		return 0
	}
	return len(v.text)
}

// Kept returns v with its text kept, so that Text and Size cost nothing from then on. It is worth
// calling on a built value that will be written more than once.
func (v Value) Kept() Value {
	if v.tree == nil && !v.plain {
		return v
	}
	return v.Compacted()
}

// Compacted returns v with the text that Compact gives, so that Compact costs nothing from then on.
func (v Value) Compacted() Value { return raw(v.Compact(), true) }
