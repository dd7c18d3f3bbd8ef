package intrinsic

import (
	"math"

	"github.com/stepwell/stepwell/value"
)

// maxRange is how many elements States.ArrayRange gives at most.
const maxRange = 1000

// makeArray is States.Array.
func makeArray(arguments []value.Value) (value.Value, error) {
	return value.Array(arguments...), nil
}

// arrayPartition cuts an array into chunks of a size that is at least 1.
func arrayPartition(arguments []value.Value) (value.Value, error) {
	size, ok := truncated(arguments[1])
	if arguments[0].Kind() != value.KindArray || !ok || size < 1 {
		return value.Null, errArguments
	}
	var chunks, chunk []value.Value
	for _, e := range arguments[0].Elements() {
		if chunk = append(chunk, e); len(chunk) == int(size) {
			chunks, chunk = append(chunks, value.Array(chunk...)), nil
		}
	}
	if len(chunk) > 0 {
		chunks = append(chunks, value.Array(chunk...))
	}
	return value.Array(chunks...), nil
}

// arrayContains looks for a value by its text, as AWS does: a list with "1" contains 1, and objects
// must have their members in the same order.
func arrayContains(arguments []value.Value) (value.Value, error) {
	if arguments[0].Kind() != value.KindArray {
		return value.Null, errArguments
	}
	wanted := javaText(arguments[1])
	for _, e := range arguments[0].Elements() {
		if javaText(e) == wanted {
			return value.Bool(true), nil
		}
	}
	return value.Bool(false), nil
}

// arrayRange counts from the first argument to the second, which is included, in steps of the third.
func arrayRange(arguments []value.Value) (value.Value, error) {
	start, ok := truncated(arguments[0])
	end, okEnd := truncated(arguments[1])
	step, okStep := truncated(arguments[2])
	if !ok || !okEnd || !okStep || step == 0 {
		return value.Null, errArguments
	}
	n := (int64(end)-int64(start))/int64(step) + 1
	if (end < start) != (step < 0) && end != start {
		n = 0
	}
	if n > maxRange {
		return value.Null, errArguments
	}
	numbers := make([]value.Value, 0, n)
	for i := range n {
		numbers = append(numbers, value.Int(int64(start)+i*int64(step)))
	}
	return value.Array(numbers...), nil
}

// arrayGetItem takes an element by its index; an empty array gives null for any.
func arrayGetItem(arguments []value.Value) (value.Value, error) {
	i, ok := truncated(arguments[1])
	if arguments[0].Kind() != value.KindArray || !ok {
		return value.Null, errArguments
	}
	n := arguments[0].Len()
	if n > 0 && (i < 0 || int(i) >= n) {
		return value.Null, errArguments
	}
	return arguments[0].Index(int(i)), nil
}

func arrayLength(arguments []value.Value) (value.Value, error) {
	if arguments[0].Kind() != value.KindArray {
		return value.Null, errArguments
	}
	return value.Int(int64(arguments[0].Len())), nil
}

// arrayUnique drops repeated elements. What is left has the order of a Java HashSet.
func arrayUnique(arguments []value.Value) (value.Value, error) {
	if arguments[0].Kind() != value.KindArray {
		return value.Null, errArguments
	}
	type hashed struct {
		hash  uint32
		value value.Value
	}
	var unique []hashed
	seen := map[string]bool{}
	for _, e := range arguments[0].Elements() {
		if key := javaKey(e); !seen[key] {
			seen[key] = true
			unique = append(unique, hashed{javaHash(e), e})
		}
	}
	elements := make([]value.Value, 0, len(unique))
	for _, u := range hashOrder(unique, func(u hashed) uint32 { return u.hash }) {
		elements = append(elements, u.value)
	}
	return value.Array(elements...), nil
}

// truncated returns a number as a Java int: a double without its fraction, an integer only if it fits.
func truncated(v value.Value) (int32, bool) {
	if v.Kind() != value.KindNumber {
		return 0, false
	}
	if isDouble(v) {
		return int32(max(math.MinInt32, min(math.MaxInt32, v.AsFloat()))), true
	}
	i, ok := v.AsInt()
	return int32(i), ok && i == int64(int32(i))
}
