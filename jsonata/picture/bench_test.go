package picture_test

import "testing"

func BenchmarkPictures(b *testing.B) {
	for _, c := range []struct {
		name, call string
		args       []any
	}{
		{"number", "formatNumber", []any{12345.678, "#,##0.00"}},
		{"integer", "formatInteger", []any{1234567.0, "#,##0"}},
		{"words", "formatInteger", []any{1234567.0, "w"}},
		{"ISO time", "fromMillis", []any{1521801216617.0}},
		{"time", "fromMillis", []any{1521801216617.0, "[D1o] [MNn] [Y], [h]:[m01] [P]"}},
		{"parse ISO time", "toMillis", []any{"2018-03-23T10:33:36.617Z"}},
		{"parse time", "toMillis", []any{"23/03/2018 10:33", "[D01]/[M01]/[Y0001] [H01]:[m01]"}},
		{"parse integer", "parseInteger", []any{"1,234,567", "#,##0"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := call(c.call, c.args); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
