package jsonata

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"math"

	"github.com/stepwell/stepwell/value"
)

// awsFunctions are those that AWS adds, and $random, which takes a seed there.
var awsFunctions = []definition{
	{"partition", "<xn?:a>", 2, defined(partition)},
	{"range", "<nnn?:a<n>>", 3, defined(rangeFunction)},
	{"hash", "<ss?:s>", 2, defined(hash)},
	{"random", "<n?:n>", 1, random},
	{"uuid", "<:s>", 0, uuid},
	{"parse", "<s?:x>", 1, defined(parseFunction)},
}

// partition cuts an array into arrays of a length; without a length it is the only part. An empty
// array and a length of 0 give nothing.
func partition(e *evaluator, args []item) (item, error) {
	a := args[0].array()
	if a == nil {
		return undefined, &Error{Code: "T0412", value: args[0], index: number(1)}
	}
	size := math.Trunc(numberOr(args[1], float64(a.len())))
	switch {
	case size < 0:
		return undefined, raised("D3137", undefined, "Second argument must be zero or greater")
	case size == 0 || a.len() == 0 || math.IsNaN(size):
		return undefined, nil
	}
	length := int(min(size, float64(a.len())))
	result := &array{}
	for items := a.list(); len(items) > 0; {
		part := items[:min(length, len(items))]
		items = items[len(part):]
		e.push(result, list(&array{items: part[:len(part):len(part)]}))
		e.allocate(2 * itemSize)
		if err := e.spend(1); err != nil {
			return undefined, err
		}
	}
	return list(result), nil
}

// The longest $range with the default limits was measured as 360145 elements, where [ .. ] has 873782.
const (
	measuredRange = 360145
	measuredSpan  = 873782
)

// rangeFunction counts from a number to another one, both included. A step that is missing, 0 or leads
// away gives nothing.
func rangeFunction(e *evaluator, args []item) (item, error) {
	first, last, step := math.Trunc(args[0].number), math.Trunc(numberOr(args[1], math.NaN())), math.Trunc(args[2].number)
	if count := math.Floor((last - first) / step); count >= 0 && step != 0 {
		most := float64(e.limits.Bytes) / elementBytes / measuredSpan * measuredRange
		if count+1 > most {
			return undefined, errMemory()
		}
		result := newSequence()
		for at := 0.0; at <= count; at++ {
			e.push(result, number(first+at*step))
		}
		return list(result), e.spend(int(count)/itemsPerStep + 1)
	}
	return undefined, nil
}

func hash(e *evaluator, args []item) (item, error) {
	if !args[1].defined() {
		return undefined, nil
	}
	if err := e.spend(callSteps + len(args[0].text)/8); err != nil {
		return undefined, err
	}
	data := []byte(args[0].text)
	var sum []byte
	switch args[1].text {
	case "MD5":
		s := md5.Sum(data)
		sum = s[:]
	case "SHA-1":
		s := sha1.Sum(data)
		sum = s[:]
	case "SHA-256":
		s := sha256.Sum256(data)
		sum = s[:]
	case "SHA-384":
		s := sha512.Sum384(data)
		sum = s[:]
	case "SHA-512":
		s := sha512.Sum512(data)
		sum = s[:]
	default:
		return undefined, raised("D3137", undefined, fmt.Sprintf(
			"Hash algorithm '%s' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5", args[1].text))
	}
	return text(hex.EncodeToString(sum)), nil
}

// random is Math.random, or with a seed what a new java.util.Random of it gives as nextDouble.
func random(e *evaluator, args []item) (item, error) {
	if args[0].defined() {
		return number(seeded(args[0].number)), nil
	}
	if e.env.Random == nil {
		return undefined, noRandom()
	}
	return number(e.env.Random.Float64()), nil
}

func seeded(seed float64) float64 {
	const multiplier, increment, mask = 0x5DEECE66D, 0xB, 1<<48 - 1
	state := (uint64(javaLong(seed)) ^ multiplier) & mask
	next := func(bits uint) uint64 {
		state = (state*multiplier + increment) & mask
		return state >> (48 - bits)
	}
	high := next(26)
	return float64(high<<27+next(27)) / (1 << 53)
}

// javaLong is Java's conversion of a double to a long.
func javaLong(n float64) int64 {
	switch {
	case math.IsNaN(n):
		return 0
	case n >= math.MaxInt64:
		return math.MaxInt64
	case n <= math.MinInt64:
		return math.MinInt64
	}
	return int64(n)
}

func uuid(e *evaluator, _ []item) (item, error) {
	if e.env.Random == nil {
		return undefined, noRandom()
	}
	high := e.env.Random.Uint64()&^uint64(0xF000) | 0x4000
	low := e.env.Random.Uint64()&^uint64(0xC0<<56) | 0x80<<56
	return text(fmt.Sprintf("%08x-%04x-%04x-%04x-%012x",
		high>>32, high>>16&0xFFFF, high&0xFFFF, low>>48, low&(1<<48-1))), e.spend(callSteps)
}

// parseFunction reads a JSON text. A key that an object has twice and a number beyond a double are
// refused like a text that is not JSON.
func parseFunction(e *evaluator, args []item) (item, error) {
	if args[0].kind != stringKind {
		return undefined, &Error{Code: "T0410", index: number(1)}
	}
	if err := e.spend(2*callSteps + len(args[0].text)/4); err != nil {
		return undefined, err
	}
	v, err := value.Parse(args[0].text)
	if err != nil || !isStrict(args[0].text) {
		return undefined, raised("D3137", undefined, "Invalid JSON")
	}
	return e.read(v), nil
}

// isStrict says whether valid JSON text has neither a key twice nor a number beyond a double.
func isStrict(json string) bool {
	var open []map[string]bool // the keys of each object, nil for an array
	key := false
	for i := 0; i < len(json); i++ {
		switch c := json[i]; c {
		case '{':
			open, key = append(open, map[string]bool{}), true
		case '[':
			open, key = append(open, nil), false
		case '}', ']':
			open = open[:len(open)-1]
		case ',':
			key = open[len(open)-1] != nil
		case '"':
			end := stringEnd(json, i)
			if key && !addKey(open[len(open)-1], json[i:end+1]) {
				return false
			}
			i, key = end, false
		default:
			if c != '-' && (c < '0' || c > '9') {
				continue
			}
			end := numberEnd(json, i)
			if math.IsInf(value.Trusted(json[i:end]).AsFloat(), 0) {
				return false
			}
			i = end - 1
		}
	}
	return true
}

// addKey adds a key in quotes to those of an object, and says whether it is new.
func addKey(keys map[string]bool, quoted string) bool {
	key := value.Trusted(quoted).AsString()
	if keys[key] {
		return false
	}
	keys[key] = true
	return true
}
