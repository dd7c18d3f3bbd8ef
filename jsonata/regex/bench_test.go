package regex_test

import (
	"strings"
	"testing"

	"github.com/stepwell/stepwell/jsonata/regex"
)

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := regex.Compile(`^([\w.+-]+)@([\w-]+\.)+[a-z]{2,}$`, "i"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	line := strings.Repeat("the quick brown fox, ", 50) // 1,050 bytes
	for _, c := range []struct{ name, pattern, flags, text string }{
		{"email", `^([\w.+-]+)@([\w-]+\.)+[a-z]{2,}$`, "i", "someone.else@mail.example.com"},
		{"date", `(\d{4})-(\d\d)-(\d\d)`, "", "on 2024-03-29 at noon"},
		{"literal in 1 KB", `lazy`, "", line},
		{"class in 1 KB", `[0-9]+`, "", line},
		{"case in 1 KB", `lazy`, "i", line},
		{"run over 1 KB", `^.*z`, "", line},
		{"split of 1 KB", `(?:\w+,? )*$`, "", line},
		{"lookahead", `^(?=.*\d)(?=.*[a-z])\S{8,}$`, "", "passw0rd-long"},
		{"dots of 1 MB", `^[^]*$`, "", strings.Repeat("x", 1<<20)},
	} {
		r, err := regex.Compile(c.pattern, c.flags)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := r.Match(c.text, 0, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCatastrophe(b *testing.B) {
	r, err := regex.Compile(`(a+)+b`, "")
	if err != nil {
		b.Fatal(err)
	}
	text := strings.Repeat("a", 40)
	for b.Loop() {
		steps := 10_000_000
		if _, _, err := r.Match(text, 0, &steps); err == nil {
			b.Fatal("it ended")
		}
	}
}
