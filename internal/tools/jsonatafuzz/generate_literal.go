package main

import (
	"fmt"
	"strconv"
	"strings"
)

// numberLiteral writes a number, often one near which something changes.
func (g *generator) numberLiteral() *tree {
	switch g.IntN(5) {
	case 0, 1:
		return leaf(strconv.Itoa(g.IntN(12)))
	case 2:
		return leaf(pick(g, "0", "-1", "0.5", "2.5", "-2.5", "3.14159", "1e3", "1.5e2", "1E2", "0.1", "100", "1234.5678", "-0", "1e-7", "1e21", "123456789012", "1.005", "0.000001234", "9007199254740993", "1e308", "5e-324", "4.35", "255", "65", "0.30000000000000004", "15e-1"))
	case 3:
		return leaf(strconv.FormatFloat(g.NormFloat64()*100, 'f', g.IntN(6), 64))
	default:
		return leaf(strconv.FormatFloat(g.NormFloat64()*1000, 'g', -1, 64))
	}
}

// words are strings that are likely to matter to functions.
var words = []string{
	"", "a", "b", "ab", "abc", "hello world", "Hello", "  padded  text ", "12", "-3.5", "0x1F", "1e3", "0b101", "0o17", "true", "null", "é", "naïve café",
	"😀", "a😀b", "ß", "İ", "a,b,,c", "a b\tc\nd", "2024-02-29T12:34:56Z", "2024-02-29", "SGVsbG8=", "a%20b", "a b&c=d", "https://x.org/p a?q=é#f",
	"Infinity", "NaN", "$1", "$0", "a.b", "one hundred", "MMXXIV", "id", "name", "order", "price", "aaa", "abcabc", "ababab", "\u00a0x\u2003", "10", "9", "1", "x y", "ﬀ", "ǆ", "Σας", "ſtop K", "STRASSE", "line1\nline2\r\nline3\u2028x", "a-b]c{1}", "kK\u212a", "+1", " 7 ", ".5", "5.", "1_000",
}

// textLiteral writes a string.
func (g *generator) textLiteral() *tree {
	s := pick(g, words...)
	switch {
	case g.chance(12):
		return leaf("'" + strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(s, "\n", `\n`), "\t", `\t`), `'`, `"`) + "'")
	case g.chance(5):
		return leaf(pick(g, `"\u0041"`, `"\ud83d\ude00"`, `"\ud83d"`, `"a\\b"`, `"\/"`, `"\t\n\r\b\f"`, `"\""`, `'\u0000'`, `"\u00e9"`, `"e\u0301"`))
	}
	return leaf(quoted(s))
}

// special writes what certain arguments of functions want.
func (g *generator) special(k kind) *tree {
	if g.chance(7) && g.left > 0 {
		return g.expression(g.kind())
	}
	switch k {
	case smallNumbers:
		return leaf(pick(g, "0", "1", "2", "3", "4", "-1", "-2", "1.5", "5", "10", "-10", "2.5", "-0.5"))
	case matchers:
		if g.chance(30) {
			return g.textLiteral()
		}
		return g.regex()
	case replacers:
		if g.chance(30) {
			return g.function(mappers)
		}
		return leaf(pick(g, `""`, `"-"`, `"$0"`, `"$1"`, `"[$1|$2]"`, `"$$"`, `"$"`, `"$12"`, `"$01"`, `"a$"`, `"$a"`, `"$9"`,
			`function($m){ $m.match & "!" }`, `function($m){ $uppercase($m.match) }`, `function($m){ $join($m.groups, "-") }`, `function($m){ $m.start }`, `function($m){ $string($m.index) }`))
	case numberForms:
		return leaf(quoted(g.numberForm()))
	case wholeForms:
		return leaf(quoted(g.wholeForm()))
	case timeForms:
		return leaf(quoted(g.timeForm()))
	case formOptions:
		return leaf(pick(g, `{}`, `{"decimal-separator": ","}`, `{"grouping-separator": "."}`, `{"decimal-separator": ",", "grouping-separator": "."}`, `{"zero-digit": "٠"}`, `{"zero-digit": "a"}`,
			`{"percent": "p"}`, `{"per-mille": "m"}`, `{"minus-sign": "~"}`, `{"digit": "@"}`, `{"digit": "0"}`, `{"pattern-separator": "|"}`, `{"exponent-separator": "E"}`, `{"infinity": "∞", "NaN": "?"}`, `{"other": 1}`, `{"zero-digit": 1}`))
	case instants:
		return g.instant()
	case timestamps:
		return g.timestamp()
	case zones:
		return leaf(pick(g, `"+0000"`, `"-0500"`, `"+0530"`, `"+1245"`, `"-0030"`, `"Z"`, `"0100"`, `"+05:30"`, `"+5"`, `""`, `"abc"`, `"+9999"`, `"-1200"`))
	case encodedTexts:
		return leaf(pick(g, `"SGVsbG8="`, `"SGVsbG8"`, `"4pyT"`, `"8J+YgA=="`, `"a%20b"`, `"%C3%A9"`, `"%E0%A4%A"`, `"%"`, `"%41"`, `"%2F%3F"`, `"https://x.org/%20?a=%26"`, `""`, `"é"`, `"😀"`, `"!!!"`, `"\ud83d"`, `"a+b"`, `"/w=="`, `"_-8="`))
	case radixes:
		return leaf(pick(g, "2", "8", "10", "16", "36", "3", "1", "37", "2.5", "0", "-2"))
	default:
		return leaf("null")
	}
}

// numberForm makes a picture for $formatNumber.
func (g *generator) numberForm() string {
	if g.chance(60) {
		return pick(g, "0", "#", "#,##0.00", "#,###.##", "000", "0.0", "#.00", "00.00%", "0‰", "0.###e0", "00.000e00", "#0.0e0", "$#,##0.00", "0;(0)", "#,##0.00;(#,##0.00)", "#,##,##0", "0,0", "#,#", "x0y", "0.0#", ".00", "#.#",
			"0.", "", ";", "0;", "a", "0.0.0", "%%", "0%‰", "#0#", "0#", "0.#0", ",0", "0,", "0,,0", "0,.0", "0.,0", "0e", "e0", "0e#", "0a0", "0;0;0", "0%e0", "9", "#e0", "0e0%", "-0", "'0'", "0.0,0,0", "12.3", "#,###", "0000.0000", "##.##e0", ".#", ".#e0", "0.00e000")
	}
	var b strings.Builder
	for range 1 + g.IntN(7) {
		b.WriteString(pick(g, "#", "0", "0", "#", ",", ".", "%", "‰", "e", ";", "-", "x", "1", "0"))
	}
	return b.String()
}

// wholeForm makes a picture for $formatInteger and $parseInteger.
func (g *generator) wholeForm() string {
	if g.chance(75) {
		return pick(g, "0", "1", "01", "001", "#0", "#,##0", "#.##0", "w", "W", "Ww", "w;o", "W;o", "Ww;o", "I", "i", "A", "a", "1;o", "0;o", "1;c", "#,##0;o", "٠", "٠٠١", "αβ", "α", "", "#", "##", "0#", "1,0", "0,000;o",
			"x", "*1", "0 0", "#-#0", "９", "#,##,##0", "#,##0,000", "z", "N", "n", "Aa", "00;", ";o", "Z", "0,0,0")
	}
	var b strings.Builder
	for range 1 + g.IntN(6) {
		b.WriteString(pick(g, "#", "0", "1", "9", ",", ".", " ", ";o", "0", "٠"))
	}
	return b.String()
}

// timeForm makes a picture for $fromMillis and $toMillis.
func (g *generator) timeForm() string {
	if g.chance(30) {
		return pick(g, "[Y0001]-[M01]-[D01]", "[Y]-[M]-[D]", "[M01]/[D01]/[Y0001] [h#1]:[m01][P]", "[H01]:[m01]:[s01].[f001]", "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]", "[D1o] [MNn] [Y]", "[FNn], [D1] [MNn,3-3] [Y0001]", "[YI] [MI] [DI]",
			"[Dwo] [MNn] [Yw]", "Week [W] of [X]", "[w] [x]", "[d]", "[C]", "[E]", "[Y,2-2]", "[Y0001,2]", "[[Y]]", "[Y", "Y]", "", "[M", "[q]", "[MN,*-3]", "[F]", "[F1]", "[F0]", "[PN]", "[Pn]", "[z]", "[Z]", "[Z0]", "[Z00:00]", "[Z0101t]", "[Z999999]", "[H]", "[h]", "[H#1]", "[m]", "[s]", "[f]", "[f1]", "[f,3-3]",
			"[D01]/[M01]/[Y0001]", "[X0001]-W[W01]-[F1]", "[Y0001]-[d001]", "[YN]", "[MA]", "[Da]", "[M1,2]", "[Y9,999,*]", "[Dw]", "[DWwo] [MNN]", "[h01]:[m01] [PN]")
	}
	var b strings.Builder
	for range 1 + g.IntN(4) {
		component := pick(g, "Y", "M", "D", "d", "F", "W", "w", "X", "x", "H", "h", "P", "m", "s", "f", "Z", "z", "C", "E")
		form := pick(g, "", "", "1", "01", "001", "0001", "#1", "N", "n", "Nn", "I", "i", "w", "W", "Ww", "a", "A", "1o", "wo", "Wwo", "01:01", "0101", "01:01t", "0", "1t")
		width := pick(g, "", "", "", "", ",2", ",2-2", ",3-3", ",*-2", ",1-3", ",3")
		fmt.Fprintf(&b, "[%s%s%s]%s", component, form, width, pick(g, "", "-", "/", " ", ":", ", ", "T", "[[", "]]"))
	}
	return b.String()
}

// instant writes milliseconds since 1970.
func (g *generator) instant() *tree {
	switch g.IntN(4) {
	case 0:
		return leaf(pick(g, "0", "1", "-1", "1709210096000", "1704067200000", "1735689599999", "-62135596800000", "253402300799999", "1e15", "8.64e15", "8.65e15", "1.5", "$millis()", "951782400000", "-86400000"))
	default:
		return leaf(strconv.FormatInt(g.Int64N(4e12)-1e12, 10))
	}
}

// timestamp writes a time as text.
func (g *generator) timestamp() *tree {
	return leaf(pick(g, `"2024-02-29T12:34:56.789Z"`, `"2024-02-29"`, `"2024"`, `"2024-02"`, `"2024-02-29T12:34:56+05:30"`, `"2024-02-29T12:34:56+0530"`, `"2023-02-30"`, `"2024-13-01"`, `"24:00"`, `"2024-02-29T12:34"`, `"2024-02-29T12:34Z"`, `"1970-01-01T00:00:00.000Z"`,
		`"12/31/2023"`, `"31st December 2023"`, `"Thursday, 29 Feb 2024"`, `"MMXXIV"`, `"10:20pm"`, `"0099-01-01"`, `"-0001-01-01"`, `"+12345-01-01"`, `"2024-W09-4"`, `"2024-060"`, `"two thousand and twenty-four"`, `"xx"`, `""`, `"$now()"`, `"2024-02-29T12:34:56.7Z"`, `"2024-02-29T12:34:56.123456Z"`, `"2024-2-9"`, `"2024-02-29 12:34:56"`, `"2024-02-29T25:00:00Z"`, `"20240229"`))
}

// regex writes a regular expression whose evaluation cannot take long.
func (g *generator) regex() *tree {
	if g.chance(40) {
		return leaf(pick(g, "/a/", "/b+/", "/[a-c]+/i", `/\d+/`, `/(\w)(\w*)/`, `/\s+/`, "/^a/", "/c$/", "/^.*$/m", "/(a)|(b)/", `/\bo/`, `/(?=b)/`, "/a?/", "/x*/", "/./", "/(?:ab)+/", `/[^,]*/`, `/,/`, `/(a)(b)?(c)?/`, `/\u0061/`, `/é/`, `/[[]/`, `/a{2}/`, `/a{1,2}?/`, `/(.)\1/`, `/(?!a)./`, `/(?<=a)b/`, `/(?<x>a)\k<x>/`, `/\//`, `/[/]/`, `/$/`, `/^/m`, `/\w+@\w+/`, `/😀/`, `/\S/i`, "/(/", "/a**/", "/[/", "//", `/\p{L}/`, `/[\d-x]/`, `/\cA/`, `/\x61/`, `/a{,2}/`, `/]/`, `/(?i)a/`))
	}
	flags := pick(g, "", "", "i", "m", "im")
	return leaf("/" + g.pattern(3) + "/" + flags)
}

// pattern makes the text of a regular expression. Repetitions are not repeated themselves.
func (g *generator) pattern(depth int) string {
	var b strings.Builder
	for range 1 + g.IntN(3) {
		switch g.IntN(9) {
		case 0, 1, 2:
			b.WriteString(g.atom() + pick(g, "", "", "*", "+", "?", "{2}", "{1,2}", "{0,1}?", "*?", "+?", "??"))
		case 3, 4:
			b.WriteString(g.atom())
		case 5:
			b.WriteString(pick(g, "^", "$", `\b`, `\B`))
		case 6, 7:
			if depth == 0 {
				continue
			}
			b.WriteString(pick(g, "(", "(", "(?:", "(?=", "(?!", "(?<=", "(?<!") + g.pattern(depth-1) + pick(g, "", "|"+g.atom()) + ")" + pick(g, "", "", "?"))
		default:
			b.WriteString(pick(g, `\1`, `\2`, "a|b", "|"))
		}
	}
	if b.Len() == 0 {
		return "a"
	}
	return b.String()
}

func (g *generator) atom() string {
	if g.chance(15) {
		return pick(g, `[^\W\d]`, `[a-\d]`, `\u{61}`, `\x4`, `\x61`, `\0`, `\01`, `\8`, `\10`, `\c`, `\cJ`, `[\b]`, `[\cJ]`, `[\c]`, `[\1]`, `\k`, `(?<n>a)`, `\k<n>`, `\p`, `[\p{L}]`, `\-`, `[\-a]`, "ſ", "K", "İ", "ß", "ǅ", "Σ", "ς",
			`\u212a`, `[ſ-ƀ]`, `[K]`, `[^k]`, `[A-z]`, `[z-a]`, `[a-]`, `[^-b]`, `[[a]`, `a{2,}`, `a{,2}`, `a{2,1}`, `{`, `}`, `{1`, `a{1`, `]`, `\v`, `\f`, `\n`, `\r`, `\s`, `\/`, `[/]`, `\ud83d`, `[\s\S]`, `[\d\D]`, `[\w-z]`, `\$`, `\^`, `[$^]`, `(?:)`, `()`)
	}
	return pick(g, "a", "b", "c", "x", "o", "l", "A", "1", " ", ".", "[abc]", "[^a]", "[a-z]", "[0-9]", `\d`, `\w`, `\s`, `\D`, `\W`, `\S`, "é", `\.`, `[\w ]`, `[^\s,]`, ",", "-", "[-a]", "[]", "[^]", `\t`, `\u00e9`)
}
