package intrinsic

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// maxText is how many UTF-16 units the functions of this file take.
const maxText = 10_000

// base64Encode encodes the UTF-8 of a text.
func base64Encode(arguments []value.Value) (value.Value, error) {
	text := arguments[0].AsString()
	if arguments[0].Kind() != value.KindString || javaLength(text) > maxText {
		return value.Null, errArguments
	}
	return value.String(base64.StdEncoding.EncodeToString([]byte(text))), nil
}

// base64Decode decodes a text leniently: characters outside of both alphabets do not count, and it
// ends with the first padding or where the last few bits make no byte.
func base64Decode(arguments []value.Value) (value.Value, error) {
	text := arguments[0].AsString()
	if arguments[0].Kind() != value.KindString || javaLength(text) > maxText {
		return value.Null, errArguments
	}
	text, _, _ = strings.Cut(text, "=")
	digits := strings.Map(base64Digit, text)
	if len(digits)%4 == 1 {
		digits = digits[:len(digits)-1]
	}
	decoded, err := base64.RawStdEncoding.DecodeString(digits)
	if err != nil {
		return value.Null, errArguments
	}
	return value.String(string(decoded)), nil
}

// base64Digit returns a digit of either alphabet as one of the usual alphabet, and -1 for no digit.
func base64Digit(r rune) rune {
	switch {
	case r == '-':
		return '+'
	case r == '_':
		return '/'
	case r == '+' || r == '/' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z':
		return r
	}
	return -1
}

// hash returns the digest of a text, or of the text of another value, in hexadecimal digits.
func hash(arguments []value.Value) (value.Value, error) {
	text := javaText(arguments[0])
	sum := digests[arguments[1].AsString()]
	if sum == nil || javaLength(text) > maxText {
		return value.Null, errArguments
	}
	return value.String(hex.EncodeToString(sum([]byte(text)))), nil
}

// digests are the algorithms of States.Hash.
var digests = map[string]func([]byte) []byte{
	"MD5":     func(b []byte) []byte { d := md5.Sum(b); return d[:] },
	"SHA-1":   func(b []byte) []byte { d := sha1.Sum(b); return d[:] },
	"SHA-256": func(b []byte) []byte { d := sha256.Sum256(b); return d[:] },
	"SHA-384": func(b []byte) []byte { d := sha512.Sum384(b); return d[:] },
	"SHA-512": func(b []byte) []byte { d := sha512.Sum512(b); return d[:] },
}
