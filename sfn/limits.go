package sfn

import "cmp"

// Limits lift constraints that the model sets on the size of texts. A field that is zero has AWS's
// value.
type Limits struct {
	// PayloadBytes is how long an input, an output or a result may be. AWS: 262,144.
	PayloadBytes int64
	// DefinitionBytes is how long a definition may be. AWS: 1,048,576.
	DefinitionBytes int64
	// NameCharacters is how long a name may be. AWS: 80.
	NameCharacters int64
}

// Payload is how long an input, an output or a result may be, in bytes.
func (l Limits) Payload() int { return int(cmp.Or(l.PayloadBytes, ruleSensitiveData.max)) }

// liftable is a kind of constraint that [Limits] can lift.
type liftable uint8

const (
	notLiftable liftable = iota
	liftPayload
	liftDefinition
	liftName
)

// of returns the maximum in l of a kind of constraint, or 0: that of the model.
func (l *Limits) of(kind liftable) int64 {
	switch kind {
	case liftPayload:
		return l.PayloadBytes
	case liftDefinition:
		return l.DefinitionBytes
	case liftName:
		return l.NameCharacters
	case notLiftable:
	}
	return 0
}

// lifted returns r with the maximum that l gives it.
func (r *rule) lifted(l *Limits) *rule {
	most := l.of(r.lift)
	if most == 0 {
		return r
	}
	other := *r
	other.max = most
	return &other
}
