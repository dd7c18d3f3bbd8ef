package intrinsic

import (
	"slices"
	"unicode/utf16"
)

// hashOrder sorts items as a Java HashMap with them as keys iterates: by bucket, and within a bucket
// in the given order. AWS collects computed keys and unique elements in such maps.
func hashOrder[T any](items []T, hash func(T) uint32) []T {
	mask := buckets(len(items)) - 1
	slices.SortStableFunc(items, func(a, b T) int {
		return int(spread(hash(a))&mask) - int(spread(hash(b))&mask)
	})
	return items
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

// spread returns what HashMap makes of a hash before it takes the low bits.
func spread(h uint32) uint32 { return h ^ h>>16 }

// stringHash is Java's String.hashCode.
func stringHash(s string) uint32 {
	var h uint32
	for _, unit := range utf16.Encode([]rune(s)) {
		h = 31*h + uint32(unit)
	}
	return h
}
