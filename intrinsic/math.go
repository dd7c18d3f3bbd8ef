package intrinsic

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/stepwell/stepwell/value"
)

// mathAdd adds two numbers of 32 bits, each rounded before. Their sum must have 32 bits too.
func mathAdd(arguments []value.Value) (value.Value, error) {
	a, ok := rounded(arguments[0])
	b, both := rounded(arguments[1])
	sum := int64(a) + int64(b)
	if !ok || !both || sum != int64(int32(sum)) {
		return value.Null, errArguments
	}
	return value.Int(sum), nil
}

// rounded returns a number as a Java int: of a double the low 32 bits of what Math.round gives, an
// integer only if it fits.
func rounded(v value.Value) (int32, bool) {
	if v.Kind() != value.KindNumber || !isDouble(v) {
		return truncated(v)
	}
	f := math.Floor(v.AsFloat())
	if v.AsFloat()-f >= 0.5 {
		f++
	}
	switch {
	case f >= math.MaxInt64:
		return -1, true
	case f <= math.MinInt64:
		return 0, true
	}
	return int32(int64(f)), true
}

// mathRandom returns a number from start to end, end excluded. With a seed it is that of
// java.util.Random.
func mathRandom(random *rand.Rand, arguments []value.Value) (value.Value, error) {
	start, ok := truncated(arguments[0])
	end, okEnd := truncated(arguments[1])
	if !ok || !okEnd || start >= end {
		return value.Null, errArguments
	}
	if len(arguments) == 2 {
		return value.Int(int64(start) + random.Int64N(int64(end)-int64(start))), nil
	}
	seed, ok := seedOf(arguments[2])
	if !ok {
		return value.Null, errArguments
	}
	return value.Int(int64(newJavaRandom(seed).between(start, end))), nil
}

// seedOf returns a number as a Java long, a double without its fraction.
func seedOf(v value.Value) (int64, bool) {
	if v.Kind() == value.KindNumber && isDouble(v) {
		f := v.AsFloat()
		return int64(f), f > math.MinInt64 && f < math.MaxInt64
	}
	return v.AsInt()
}

// uuid returns a random identifier (version 4). It takes no notice of its arguments.
func uuid(random *rand.Rand, _ []value.Value) (value.Value, error) {
	const version, variant = 4 << 12, 2 << 62
	high := random.Uint64()&^0xF000 | version
	low := random.Uint64()&^(3<<62) | variant
	return value.String(fmt.Sprintf("%08x-%04x-%04x-%04x-%012x",
		high>>32, high>>16&0xFFFF, high&0xFFFF, low>>48, low&0xFFFF_FFFF_FFFF)), nil
}
