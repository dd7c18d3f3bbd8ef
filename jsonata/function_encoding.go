package jsonata

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

var encodingFunctions = []definition{
	{"base64encode", "<s-:s>", 1, defined(base64Encode)},
	{"base64decode", "<s-:s>", 1, defined(base64Decode)},
	{"encodeUrlComponent", "<s-:s>", 1, defined(encodeURL("encodeUrlComponent", unreservedMarks))},
	{"encodeUrl", "<s-:s>", 1, defined(encodeURL("encodeUrl", unreservedMarks+reservedMarks))},
	{"decodeUrlComponent", "<s-:s>", 1, defined(decodeURL("decodeUrlComponent", ""))},
	{"decodeUrl", "<s-:s>", 1, defined(decodeURL("decodeUrl", reservedMarks))},
}

// The marks of ECMA-262 §19.2.6: those that encodeURIComponent leaves, and those that encodeURI leaves
// besides.
const (
	unreservedMarks = "-_.!~*'()"
	reservedMarks   = ";/?:@&=+$,#"
)

// base64Encode encodes the low bytes of the UTF-16 units.
func base64Encode(e *evaluator, args []item) (item, error) {
	s := args[0].text
	if err := e.spendSlowly(len(s)); err != nil {
		return undefined, err
	}
	var bytes []byte
	for len(s) > 0 {
		r, size := decode(s)
		if r > 0xFFFF {
			bytes = append(bytes, byte((r-0x10000)>>10), byte(r-0x10000))
		} else {
			bytes = append(bytes, byte(r))
		}
		s = s[size:]
	}
	return e.made(base64.StdEncoding.EncodeToString(bytes))
}

// base64Decode gives a character for each byte. AWS reports what is not base64 as an internal error
// (measured for "!!!"); padding may be left out, as in Java's decoder.
func base64Decode(e *evaluator, args []item) (item, error) {
	s := args[0].text
	if err := e.spendSlowly(len(s)); err != nil {
		return undefined, err
	}
	encoding := base64.StdEncoding
	if len(s)%4 != 0 {
		encoding = base64.RawStdEncoding
	}
	bytes, err := encoding.DecodeString(s)
	if err != nil || strings.ContainsAny(s, "\r\n") {
		return undefined, &Error{Message: "Illegal base64", Internal: true}
	}
	var b strings.Builder
	for _, c := range bytes {
		b.WriteRune(rune(c))
	}
	return e.made(b.String())
}

func malformed(function string, s item) error {
	return &Error{Code: "D3140", value: s, given: function}
}

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// encodeURL makes a function that escapes the UTF-8 bytes of all but letters, digits and some marks.
func encodeURL(name, marks string) func(e *evaluator, args []item) (item, error) {
	return func(e *evaluator, args []item) (item, error) {
		s := args[0].text
		if err := e.spendSlowly(len(s)); err != nil {
			return undefined, err
		}
		if !utf8.ValidString(s) {
			return undefined, malformed(name, args[0])
		}
		var b strings.Builder
		for i := range len(s) {
			if c := s[i]; isAlphanumeric(c) || strings.IndexByte(marks, c) >= 0 {
				b.WriteByte(c)
			} else {
				b.Write([]byte{'%', "0123456789ABCDEF"[c>>4], "0123456789ABCDEF"[c&15]})
			}
		}
		return e.made(b.String())
	}
}

// decodeURL makes a function that replaces escapes, except those of some marks.
func decodeURL(name, kept string) func(e *evaluator, args []item) (item, error) {
	return func(e *evaluator, args []item) (item, error) {
		s := args[0].text
		if err := e.spendSlowly(len(s)); err != nil {
			return undefined, err
		}
		var b strings.Builder
		for i := 0; i < len(s); {
			if s[i] != '%' {
				b.WriteByte(s[i])
				i++
				continue
			}
			character, end, ok := unescape(s, i)
			if !ok {
				return undefined, malformed(name, args[0])
			}
			if strings.Contains(kept, character) {
				character = s[i:end]
			}
			b.WriteString(character)
			i = end
		}
		return e.made(b.String())
	}
}

// unescape reads the character whose escapes begin at i.
func unescape(s string, i int) (character string, end int, ok bool) {
	var bytes []byte
	for {
		c, ok := escapedByte(s, i)
		if !ok {
			return "", 0, false
		}
		bytes = append(bytes, c)
		i += 3
		if utf8.FullRune(bytes) {
			break
		}
	}
	return string(bytes), i, utf8.Valid(bytes)
}

func escapedByte(s string, i int) (byte, bool) {
	if i+2 >= len(s) || s[i] != '%' {
		return 0, false
	}
	high, low := hexDigit(s[i+1]), hexDigit(s[i+2])
	return byte(high<<4 | low), high >= 0 && low >= 0
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
