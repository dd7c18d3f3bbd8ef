package intrinsic

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/stepwell/stepwell/jsonpath"
	"github.com/stepwell/stepwell/value"
)

// prefix begins the name of every function.
const prefix = "States."

// whitespace may stand around arguments.
const whitespace = " \t\r\n"

// Limits bound what a call may look like.
type Limits struct {
	// Nesting is how deep calls may stand inside of each other.
	Nesting int
	// Arguments is how many arguments a call may have.
	Arguments int
}

// AWSLimits are the limits of AWS.
var AWSLimits = Limits{Nesting: 10, Arguments: 40}

// many is the largest number of arguments of a function that takes as many as a call may have.
const many = math.MaxInt

// function is an intrinsic function.
type function struct {
	// min and max are how many arguments it takes.
	min, max int
	run      func(arguments []value.Value) (value.Value, error)
	// chance takes the place of run where a function needs a source of randomness.
	chance func(random *rand.Rand, arguments []value.Value) (value.Value, error)
}

// errArguments says that a function cannot do anything with its arguments.
var errArguments = errors.New("invalid arguments")

// functions are all functions by their names.
var functions = map[string]*function{
	"States.Array":          {0, many, makeArray, nil},
	"States.ArrayPartition": {2, 2, arrayPartition, nil},
	"States.ArrayContains":  {2, 2, arrayContains, nil},
	"States.ArrayRange":     {3, 3, arrayRange, nil},
	"States.ArrayGetItem":   {2, 2, arrayGetItem, nil},
	"States.ArrayLength":    {1, 1, arrayLength, nil},
	"States.ArrayUnique":    {1, 1, arrayUnique, nil},
	"States.Base64Encode":   {1, 1, base64Encode, nil},
	"States.Base64Decode":   {1, 1, base64Decode, nil},
	"States.Hash":           {2, 2, hash, nil},
	"States.JsonMerge":      {3, 3, jsonMerge, nil},
	"States.StringToJson":   {1, 1, stringToJSON, nil},
	"States.JsonToString":   {0, many, jsonToString, nil}, // has words of its own for a wrong number
	"States.MathRandom":     {2, 3, nil, mathRandom},
	"States.MathAdd":        {2, 2, mathAdd, nil},
	"States.StringSplit":    {2, 2, stringSplit, nil},
	"States.UUID":           {0, many, nil, uuid}, // takes no notice of its arguments
	"States.Format":         {1, many, format, nil},
}

// parseCall reads the whole text as a call.
func (l Limits) parseCall(text string) (*call, bool) {
	p := callParser{rest: text, limits: l}
	c, ok := p.call()
	p.blanks()
	return c, ok && p.rest == ""
}

// callParser reads rest from left to right. Its methods report false when it is no call.
type callParser struct {
	limits  Limits
	rest    string
	nesting int
}

// call reads a name and arguments in parentheses.
func (p *callParser) call() (*call, bool) {
	name, rest, found := strings.Cut(p.rest, "(")
	c := &call{name: name, function: functions[name]}
	if p.nesting++; !found || c.function == nil || p.nesting > p.limits.Nesting {
		return nil, false
	}
	p.rest = rest
	if p.blanks(); !p.accept(")") {
		if !p.arguments(c) {
			return nil, false
		}
	}
	p.nesting--
	return c, true
}

// arguments reads what stands up to the closing parenthesis.
func (p *callParser) arguments(c *call) bool {
	for {
		p.blanks()
		o, ok := p.argument(c.name == "States.Format" && len(c.arguments) == 0)
		if !ok || len(c.arguments) >= p.limits.Arguments {
			return false
		}
		c.arguments = append(c.arguments, o)
		p.blanks()
		if p.accept(")") {
			return true
		}
		if !p.accept(",") {
			return false
		}
	}
}

// argument reads one argument. In a template of States.Format braces keep the backslash before them.
func (p *callParser) argument(template bool) (operand, bool) {
	switch {
	case p.rest == "":
		return nil, false
	case p.rest[0] == '\'':
		return p.text(template)
	case p.rest[0] == '$':
		return p.path()
	case strings.HasPrefix(p.rest, prefix):
		return p.call()
	}
	return p.literal()
}

// text reads a text in single quotes.
func (p *callParser) text(template bool) (operand, bool) {
	var text strings.Builder
	for i := 1; i < len(p.rest); i++ {
		c := p.rest[i]
		if c == '\'' {
			p.rest = p.rest[i+1:]
			return literal{value.String(text.String())}, true
		}
		if c == '\\' {
			if i++; i == len(p.rest) || strings.IndexByte(`'{}\`, p.rest[i]) < 0 {
				return nil, false
			}
			if template && p.rest[i] != '\'' {
				text.WriteByte(c)
			}
		}
		text.WriteByte(p.rest[i])
	}
	return nil, false
}

// path reads a path up to the comma or parenthesis behind it.
func (p *callParser) path() (operand, bool) {
	end := pathEnd(p.rest)
	path, err := jsonpath.Parse(p.rest[:end])
	if err != nil {
		return nil, false
	}
	p.rest = p.rest[end:]
	return lookup{path}, true
}

// pathEnd returns where the path that text begins with ends: before a comma or parenthesis that is
// in no brackets and belongs to no function.
func pathEnd(text string) int {
	brackets, parentheses := 0, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case brackets > 0 && (c == '\'' || c == '"'):
			for i++; i < len(text) && text[i] != c; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case c == '[':
			brackets++
		case c == ']':
			brackets--
		case c == '(':
			parentheses++
		case c == ')' && parentheses > 0:
			parentheses--
		case (c == ',' || c == ')') && brackets <= 0 && parentheses == 0:
			return i
		}
	}
	return len(text)
}

// literal reads a number, true, false or null.
func (p *callParser) literal() (operand, bool) {
	end := strings.IndexAny(p.rest, ",)"+whitespace)
	if end < 0 {
		return nil, false
	}
	v, err := value.Parse(p.rest[:end])
	if err != nil {
		return nil, false
	}
	p.rest = p.rest[end:]
	switch v.Kind() {
	case value.KindString, value.KindArray, value.KindObject:
		return nil, false
	}
	return literal{v}, true
}

func (p *callParser) blanks() { p.rest = strings.TrimLeft(p.rest, whitespace) }

// accept moves over token if the rest begins with it.
func (p *callParser) accept(token string) bool {
	var ok bool
	p.rest, ok = strings.CutPrefix(p.rest, token)
	return ok
}
