package value

import (
	"fmt"
	"strings"
	"testing"
)

// payload is an order of about 2 KB, as workflows pass them on.
var payload = func() string {
	var items []string
	for i := range 12 {
		items = append(items, fmt.Sprintf(`{"sku":"SKU-%05d","description":"A thing that somebody ordered, number %d","quantity":%d,"price":%d.95,"tags":["new","sale"],"inStock":true}`, i, i, i%5+1, 10+i))
	}
	return `{"orderId":"4f9e1c9a-8b0e-4b7f-9c58-0c2f6a3e7b11","customer":{"name":"Zoë Müller","address":{"city":"Kraków","zip":"31-004"}},"items":[` +
		strings.Join(items, ",") + `],"total":1234.50,"currency":"EUR","notes":null}`
}()

func BenchmarkParse(b *testing.B) {
	b.SetBytes(int64(len(payload)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(payload); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGetLast(b *testing.B) {
	v := mustParse(b, payload)
	b.SetBytes(int64(len(payload)))
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := v.Get("notes"); !ok {
			b.Fatal("no notes")
		}
	}
}

func BenchmarkMembers(b *testing.B) {
	v := mustParse(b, payload)
	b.ReportAllocs()
	for b.Loop() {
		for range v.Members() {
		}
	}
}

func BenchmarkCompact(b *testing.B) {
	spaced := Trusted(strings.ReplaceAll(payload, ",\"", ", \""))
	b.SetBytes(int64(spaced.Size()))
	b.ReportAllocs()
	for b.Loop() {
		spaced.Compact()
	}
}

func BenchmarkCompactKnown(b *testing.B) {
	v := mustParse(b, payload)
	b.ReportAllocs()
	for b.Loop() {
		v.Compact()
	}
}

func BenchmarkBuildEncode(b *testing.B) {
	v := rebuild(mustParse(b, payload))
	b.SetBytes(int64(v.Size()))
	b.ReportAllocs()
	for b.Loop() {
		v.Text()
	}
}

func BenchmarkEqual(b *testing.B) {
	v, w := mustParse(b, payload), rebuild(mustParse(b, payload))
	b.ReportAllocs()
	for b.Loop() {
		if !Equal(v, w) {
			b.Fatal("not equal")
		}
	}
}
