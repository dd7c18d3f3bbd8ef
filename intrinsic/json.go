package intrinsic

import (
	"errors"
	"fmt"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// stringToJSON reads a text as JSON; a blank one is null.
func stringToJSON(arguments []value.Value) (value.Value, error) {
	if arguments[0].Kind() != value.KindString {
		return value.Null, errArguments
	}
	text := arguments[0].AsString()
	if strings.Trim(text, whitespace) == "" {
		return value.Null, nil
	}
	v, err := value.Parse(text)
	var syntax *value.SyntaxError
	if errors.As(err, &syntax) {
		return value.Null, fmt.Errorf(
			"Cannot convert String to Json in States.StringToJson, caused by: %s\n at [Source: %s; line: %d, column: %d]",
			syntax.Message, value.HiddenSource, syntax.Line, syntax.Column)
	}
	return v, err
}

// jsonToString writes a value as compact JSON.
func jsonToString(arguments []value.Value) (value.Value, error) {
	if len(arguments) != 1 {
		return value.Null, errors.New("Invalid arguments in States.JsonToString: only a single argument is allowed.")
	}
	return value.String(arguments[0].Compact()), nil
}

// jsonMerge returns the members of two objects, of which those of the second count. The third
// argument asks for merging within members, which AWS does not offer.
func jsonMerge(arguments []value.Value) (value.Value, error) {
	if arguments[0].Kind() != value.KindObject || arguments[1].Kind() != value.KindObject || arguments[2].AsBool() {
		return value.Null, errArguments
	}
	var members []value.Member
	for _, object := range arguments[:2] {
		for key, member := range object.Members() {
			members = append(members, value.Member{Key: key, Value: member})
		}
	}
	return value.Object(members...), nil
}
