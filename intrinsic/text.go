package intrinsic

import (
	"errors"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// format puts the arguments into the places {} of a template: texts as they are, others as Java
// writes them. A backslash takes a brace, a quote or itself as it is.
func format(arguments []value.Value) (value.Value, error) {
	if arguments[0].Kind() != value.KindString {
		return value.Null, errArguments
	}
	parts, err := templateParts(arguments[0].AsString())
	if err != nil {
		return value.Null, err
	}
	if len(parts) != len(arguments) {
		return value.Null, errors.New("Invalid arguments in States.Format: number of arguments do not match the occurrences of {}.")
	}
	var text strings.Builder
	for i, part := range parts {
		if i > 0 {
			text.WriteString(javaText(arguments[i]))
		}
		text.WriteString(part)
	}
	return value.String(text.String()), nil
}

// templateParts returns the texts between the places {} of a template.
func templateParts(template string) ([]string, error) {
	var parts []string
	var text strings.Builder
	for i := 0; i < len(template); i++ {
		c := template[i]
		switch {
		case c == '\\' && i+1 < len(template) && strings.IndexByte(`'{}\`, template[i+1]) >= 0:
			i++
			text.WriteByte(template[i])
		case c == '{' && strings.HasPrefix(template[i+1:], "}"):
			i++
			parts = append(parts, text.String())
			text.Reset()
		case c == '{':
			return nil, errors.New("Invalid template in States.Format: matching '}' not found for '{'.")
		case c == '}':
			return nil, errors.New("Invalid template in States.Format: matching '{' not found for '}'.")
		default:
			text.WriteByte(c)
		}
	}
	return append(parts, text.String()), nil
}

// stringSplit cuts a text at each of the characters of a second one. Empty pieces are left out.
func stringSplit(arguments []value.Value) (value.Value, error) {
	if arguments[0].Kind() != value.KindString || arguments[1].Kind() != value.KindString {
		return value.Null, errArguments
	}
	separators := map[rune]bool{}
	for _, r := range arguments[1].AsString() {
		separators[r] = true
	}
	var pieces []value.Value
	for piece := range strings.FieldsFuncSeq(arguments[0].AsString(), func(r rune) bool { return separators[r] }) {
		pieces = append(pieces, value.String(piece))
	}
	return value.Array(pieces...), nil
}
