package intrinsic

import (
	"fmt"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// computed is the ending of keys whose value is a path or a call.
const computed = ".$"

// Error says why a value is no payload template. Messages are AWS's, without a location.
type Error struct {
	// Key is the offending key as written.
	Key     string
	Message string
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Parse compiles a payload template within the limits of AWS, see [Limits.Parse].
func Parse(template value.Value) (*Template, error) { return AWSLimits.Parse(template) }

// Parse compiles a payload template. Any JSON value is one; without keys that end in ".$" it
// stands for itself. An error is an *[Error].
func (l Limits) Parse(template value.Value) (*Template, error) {
	root, err := l.compile(template)
	if err != nil {
		return nil, err
	}
	return &Template{root: settled(root)}, nil
}

// compile returns a constant, its text as written, for a template without computed keys.
func (l Limits) compile(v value.Value) (node, error) {
	switch v.Kind() {
	case value.KindObject:
		return l.compileObject(v)
	case value.KindArray:
		return l.compileArray(v)
	}
	return constant{v}, nil
}

// settled returns n in the form that evaluation uses: a constant's text made compact. Only the
// outermost of nested constants is, or a deep template would be written once for each level.
func settled(n node) node {
	if c, ok := n.(constant); ok {
		return constant{c.value.Compacted()}
	}
	return n
}

func (l Limits) compileArray(v value.Value) (node, error) {
	var nodes array
	static := true
	for _, e := range v.Elements() {
		n, err := l.compile(e)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
		static = static && isConstant(n)
	}
	if static {
		return constant{v}, nil
	}
	for i, n := range nodes {
		nodes[i] = settled(n)
	}
	return nodes, nil
}

func (l Limits) compileObject(v value.Value) (node, error) {
	var fields, lookups []field
	static := true
	for key, member := range v.Members() {
		name, isLookup := strings.CutSuffix(key, computed)
		if isLookup {
			n, err := l.compileLookup(key, member)
			if err != nil {
				return nil, err
			}
			lookups = append(lookups, field{name, n})
			continue
		}
		n, err := l.compile(member)
		if err != nil {
			return nil, err
		}
		fields = append(fields, field{key, n})
		static = static && isConstant(n)
	}
	if static && len(lookups) == 0 {
		return constant{v}, nil
	}
	if err := checkCollisions(fields, lookups); err != nil {
		return nil, err
	}
	for i := range fields {
		fields[i].node = settled(fields[i].node)
	}
	return &object{append(fields, hashOrder(lookups, func(f field) uint32 { return stringHash(f.name) })...)}, nil
}

// isConstant reports whether n is the same in every evaluation.
func isConstant(n node) bool {
	_, ok := n.(constant)
	return ok
}

// compileLookup compiles the value of a key that ends in ".$".
func (l Limits) compileLookup(key string, v value.Value) (node, error) {
	if v.Kind() != value.KindString {
		return nil, invalid(key)
	}
	return l.ParseExpression(key, v.AsString())
}

// checkCollisions refuses a computed key whose name a static key has too.
func checkCollisions(fields, lookups []field) error {
	names := make(map[string]bool, len(fields))
	for _, f := range fields {
		names[f.name] = true
	}
	for _, f := range lookups {
		if names[f.name] {
			key := f.name + computed
			return &Error{Key: key, Message: fmt.Sprintf("The field '%s' collides with the field '%s'", key, f.name)}
		}
	}
	return nil
}
