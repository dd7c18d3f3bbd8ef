package intrinsic

import (
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// AWS holds the arguments of functions as Java objects: strings, booleans, integers of any size,
// doubles, lists, and maps in the order of their keys. What it shows of them follows.

// isDouble reports whether a number is a double: whether it has a fraction or an exponent.
func isDouble(v value.Value) bool { return strings.ContainsAny(v.NumberText(), ".eE") }

// javaText returns what String.valueOf gives for v: strings without quotes, {a=1, b=[2, 3]}.
func javaText(v value.Value) string {
	switch v.Kind() {
	case value.KindString:
		return v.AsString()
	case value.KindNumber:
		return numberText(v)
	case value.KindArray, value.KindObject:
		var b strings.Builder
		writeText(&b, v)
		return b.String()
	}
	return v.Text()
}

// numberText returns the text of a number as Java writes it.
func numberText(v value.Value) string {
	switch {
	case isDouble(v):
		d := value.Double(v.AsFloat())
		return d.AsString() + d.NumberText() // a string when it is too large for a double
	case v.NumberText() == "-0":
		return "0"
	}
	return v.NumberText()
}

func writeText(b *strings.Builder, v value.Value) {
	switch v.Kind() {
	case value.KindArray:
		b.WriteByte('[')
		for i, e := range v.Elements() {
			if i > 0 {
				b.WriteString(", ")
			}
			writeText(b, e)
		}
		b.WriteByte(']')
	case value.KindObject:
		b.WriteByte('{')
		separator := ""
		for key, member := range v.Members() {
			b.WriteString(separator + key + "=")
			writeText(b, member)
			separator = ", "
		}
		b.WriteByte('}')
	default:
		b.WriteString(javaText(v))
	}
}

// javaHash returns what hashCode gives for v.
func javaHash(v value.Value) uint32 {
	switch v.Kind() {
	case value.KindBool:
		if v.AsBool() {
			return 1231
		}
		return 1237
	case value.KindNumber:
		return numberHash(v)
	case value.KindString:
		return stringHash(v.AsString())
	case value.KindArray:
		h := uint32(1)
		for _, e := range v.Elements() {
			h = 31*h + javaHash(e)
		}
		return h
	case value.KindObject:
		h := uint32(0)
		for key, member := range v.Members() {
			h += stringHash(key) ^ javaHash(member)
		}
		return h
	}
	return 0
}

// numberHash is hashCode of an Integer, Long, BigInteger or Double.
func numberHash(v value.Value) uint32 {
	if isDouble(v) {
		bits := math.Float64bits(v.AsFloat())
		return uint32(bits ^ bits>>32)
	}
	if i, err := strconv.ParseInt(v.NumberText(), 10, 64); err == nil {
		if i == int64(int32(i)) {
			return uint32(i)
		}
		return uint32(i ^ int64(uint64(i)>>32))
	}
	n, ok := new(big.Int).SetString(v.NumberText(), 10)
	if !ok {
		return 0
	}
	h := uint32(0)
	for magnitude := n.Bytes(); len(magnitude) > 0; {
		head := len(magnitude) % 4
		if head == 0 {
			head = 4
		}
		word := uint32(0)
		for _, c := range magnitude[:head] {
			word = word<<8 | uint32(c)
		}
		h, magnitude = 31*h+word, magnitude[head:]
	}
	return h * uint32(n.Sign())
}

// javaKey returns a text that two values share when equals holds for them: numbers of the same class
// and value, objects with the same members in any order.
func javaKey(v value.Value) string {
	switch v.Kind() {
	case value.KindNumber:
		return numberText(v)
	case value.KindArray:
		var keys []string
		for _, e := range v.Elements() {
			keys = append(keys, javaKey(e))
		}
		return "[" + strings.Join(keys, ",") + "]"
	case value.KindObject:
		var keys []string
		for key, member := range v.Members() {
			keys = append(keys, value.String(key).Compact()+":"+javaKey(member))
		}
		slices.Sort(keys)
		return "{" + strings.Join(keys, ",") + "}"
	}
	return v.Compact()
}

// javaLength returns the length of s in UTF-16 units.
func javaLength(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// javaRandom is java.util.Random, a linear congruential generator of 48 bits.
type javaRandom struct{ seed uint64 }

const (
	randomFactor = 0x5DEECE66D
	randomMask   = 1<<48 - 1
)

func newJavaRandom(seed int64) *javaRandom {
	return &javaRandom{(uint64(seed) ^ randomFactor) & randomMask}
}

func (r *javaRandom) next(bits uint) int32 {
	r.seed = (r.seed*randomFactor + 0xB) & randomMask
	return int32(uint32(r.seed >> (48 - bits)))
}

// between returns a number from start up to end, end excluded; start is less than end.
func (r *javaRandom) between(start, end int32) int32 {
	if n := end - start; n > 0 {
		return start + r.below(n)
	}
	for {
		if n := r.next(32); n >= start && n < end {
			return n
		}
	}
}

// below is nextInt(bound).
func (r *javaRandom) below(bound int32) int32 {
	n := r.next(31)
	if bound&(bound-1) == 0 {
		return int32(int64(bound) * int64(n) >> 31)
	}
	for ; ; n = r.next(31) {
		if rest := n % bound; n-rest+(bound-1) >= 0 { // else the last, incomplete run of numbers
			return rest
		}
	}
}
