// Package picture formats and parses numbers, integers and times by picture strings.
//
// Pictures come from XPath and XQuery Functions and Operators 3.1: those of numbers from
// fn:format-number (§4.7), those of integers from fn:format-integer (§4.6), those of times from
// fn:format-dateTime (§9.8.4). JSONata takes them over for $formatNumber, $formatInteger,
// $parseInteger, $fromMillis and $toMillis, and adds parsing. What counts is JSONata 2.0.6, where
// it departs from the specification too: FormatNumber has the signature, and the oddities, of its
// $formatNumber. They are said where they are met, because without that they look like mistakes.
//
// The package is pure: the moment that fills what a timestamp leaves open is an argument. No
// argument makes it run or grow without bound. Results have at most maxText characters; pictures of
// numbers and integers at most maxPicture.
package picture

import "unicode/utf16"

const (
	// maxText is the length of what the functions return, in characters: the size at which AWS
	// stops an expression lies between this and twice as much.
	maxText = 1 << 22
	// maxPicture is the length of a picture of numbers or integers, in characters. The library has
	// no such limit.
	maxPicture = 4096
	// maxWork bounds the characters that are moved to insert grouping separators.
	maxWork = 1 << 20
)

// Error says why a value cannot be formatted or parsed.
type Error struct {
	// Code is JSONata's, such as "D3132". It is empty where the JavaScript library throws an error
	// of JavaScript, or where it would not end: Message then has the text.
	Code string
	// Value is what the message of the code names as {{value}}: a text, but for D3100 a number.
	Value string
	// Message is the whole message of an error without a code.
	Message string
}

// Error returns the message, or the code with its value.
func (e *Error) Error() string {
	switch {
	case e.Code == "":
		return e.Message
	case e.Value == "":
		return e.Code
	}
	return e.Code + ": " + e.Value
}

// Errors without a code. The first two have the texts with which AWS ends an expression that takes
// too long or grows too large, the third that of V8 for a recursion without end.
var (
	errEndless   = &Error{Message: "Expression evaluation timeout"}
	errTooLarge  = &Error{Message: "Expression evaluation memory limit exceeded: Check for excessive memory usage"}
	errRecursion = &Error{Message: "Maximum call stack size exceeded"}
)

// unreadable is V8's message for a property of undefined.
func unreadable(property string) *Error {
	return &Error{Message: "Cannot read properties of undefined (reading '" + property + "')"}
}

// regularInterval returns the distance at which separators repeat that stand at the given distances
// from an end, in any order, or 0 when they do not stand at each multiple of one.
func regularInterval(positions []int) int {
	if len(positions) == 0 {
		return 0
	}
	interval := positions[0]
	present := make(map[int]bool, len(positions))
	for _, p := range positions {
		interval = greatestCommonDivisor(interval, p)
		present[p] = true
	}
	for i := range positions {
		if !present[(i+1)*interval] {
			return 0
		}
	}
	return interval
}

func greatestCommonDivisor(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// unitsOf returns the UTF-16 units of s, which is what JavaScript counts.
func unitsOf(s string) []uint16 { return utf16.Encode([]rune(s)) }

func textOf(units []uint16) string { return string(utf16.Decode(units)) }
