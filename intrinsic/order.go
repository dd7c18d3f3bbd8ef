package intrinsic

import (
	"slices"
	"unicode/utf16"
)

// hashMapOrder sorts fields as a Java HashMap with their names as keys iterates: by bucket, and
// within a bucket in the given order. AWS collects computed keys in such a map.
func hashMapOrder(fields []field) []field {
	mask := buckets(len(fields)) - 1
	slices.SortStableFunc(fields, func(a, b field) int {
		return int(spread(a.name)&mask) - int(spread(b.name)&mask)
	})
	return fields
}

// buckets returns the size of a HashMap's table after n insertions: 16, doubled whenever it is
// more than three quarters full.
func buckets(n int) uint32 {
	size := uint32(16)
	for uint64(n)*4 > uint64(size)*3 {
		size *= 2
	}
	return size
}

// spread returns what HashMap makes of String.hashCode before it takes the low bits.
func spread(name string) uint32 {
	var h uint32
	for _, unit := range utf16.Encode([]rune(name)) {
		h = 31*h + uint32(unit)
	}
	return h ^ h>>16
}
