package asl

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/stepwell/stepwell/intrinsic"
	"github.com/stepwell/stepwell/value"
)

// MaxSeconds is the longest duration that the language can name, and its largest count.
const MaxSeconds = 99_999_999

// Limits bound a definition.
type Limits struct {
	// NameCharacters is how long the name of a state or a variable may be.
	NameCharacters int
	// Calls bounds calls of intrinsic functions.
	Calls intrinsic.Limits
}

// AWSLimits are the limits of AWS.
var AWSLimits = Limits{NameCharacters: 80, Calls: intrinsic.AWSLimits}

// exceeds says that a name is too long.
func (l Limits) exceeds(name string) bool {
	return len(name) > l.NameCharacters && utf8.RuneCountInString(name) > l.NameCharacters
}

// maxDepth is how deep a definition may be nested. Values keep their text, so that each level is read
// once more: this bounds what a megabyte of brackets costs.
const maxDepth = 200

// depth returns how deep arrays and objects stand inside of each other in a valid JSON text.
func depth(text string) int {
	depth, deepest := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{', '[':
			depth++
			deepest = max(deepest, depth)
		case '}', ']':
			depth--
		case '"':
			for i++; text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		}
	}
	return deepest
}

// Parse compiles a definition within the limits of AWS, see [Limits.Parse].
func Parse(definition string) (*Program, []Diagnostic) { return AWSLimits.Parse(definition) }

// Parse compiles a definition. The Program is nil when a diagnostic is an error.
//
// What AWS refuses is reported with AWS's codes and words, all findings in one go (up to 1,000).
// Only a definition in which AWS would find no error is then refused for the features that are not
// supported here: those findings carry [CodeUnsupportedFeature]. Warnings come last.
func (l Limits) Parse(definition string) (*Program, []Diagnostic) {
	c := &checker{limits: l, names: make(map[string]bool), known: make(map[string]bool)}
	program := c.parse(definition)
	switch {
	case len(c.refused.list) > 0:
		return nil, append(c.refused.list, c.warnings.list...)
	case len(c.unsupported.list) > 0:
		return nil, append(c.unsupported.list, c.warnings.list...)
	}
	return program, c.warnings.list
}

// checker is the state of one Parse.
type checker struct {
	limits                         Limits
	refused, unsupported, warnings findings
	// machine is the query language of the whole machine.
	machine language
	// names holds the state names seen so far: they are unique across all levels.
	names map[string]bool
	// levels holds every "States" object that was read, outer ones first.
	levels []*level
	// level is the one that is being read.
	level *level
	// mentioned holds the variables that the state being read refers to, mentions where each variable of
	// the machine is referred to first, in that order.
	mentioned []string
	mentions  []mention
	known     map[string]bool // of mentions
}

func (c *checker) parse(definition string) *Program {
	if strings.TrimSpace(definition) == "" {
		c.refuse(nil, "Definition must be a valid JSON object")
		return nil
	}
	v, err := value.Parse(definition)
	if err != nil {
		c.refuseJSON(definition, err)
		return nil
	}
	if v.Kind() != value.KindObject {
		c.refuse(nil, "Definition must be a valid JSON object")
		return nil
	}
	if depth(definition) > maxDepth {
		c.refused.add(CodeTooDeep, nil, fmt.Sprintf("Definition is nested deeper than %d levels", maxDepth))
		return nil
	}
	o, _ := c.object(v, root, languageJSONPath)
	program := c.program(o)
	c.checkTransitions()
	c.checkScopes()
	c.checkAssigned()
	return program
}

func (c *checker) program(o *reader) *Program {
	c.machine = o.ownLanguage(languageJSONPath)
	o.language = c.machine
	o.checkLanguage()
	o.only(machineFields)
	o.enum("Version", "1.0")
	p := &Program{TimeoutSeconds: o.integer("TimeoutSeconds", 0, MaxSeconds, 0)}
	p.Comment, _ = o.text("Comment")
	p.Root = o.block()
	return p
}

// refuseJSON reports a syntax error as Jackson words it, source excerpt included.
func (c *checker) refuseJSON(definition string, err error) {
	var syntax *value.SyntaxError
	if !errors.As(err, &syntax) {
		c.refused.add(CodeInvalidJSON, nil, err.Error())
		return
	}
	source := "(String)" + excerpt(definition)
	place := fmt.Sprintf("[Source: %s; line: %d, column: %d]", source, syntax.Line, syntax.Column)
	c.refused.list = append(c.refused.list, Diagnostic{
		Severity: SeverityError,
		Code:     CodeInvalidJSON,
		Message:  strings.Replace(syntax.Message, value.HiddenSource, source, 1) + "\n at " + place,
		Location: place,
		line:     syntax.Line,
		column:   syntax.Column,
	})
}

// excerptLength is how many characters of a source Jackson quotes.
const excerptLength = 500

func excerpt(definition string) string {
	characters := 0
	for i := range definition {
		if characters == excerptLength {
			return fmt.Sprintf("\"%s\"[truncated %d chars]", definition[:i], len([]rune(definition[i:])))
		}
		characters++
	}
	return `"` + definition + `"`
}

// ownLanguage returns the query language that "QueryLanguage" names, inherited when it is absent.
// A value that names none counts as JSONata, as on AWS.
func (o *reader) ownLanguage(inherited language) language {
	v, found := o.get("QueryLanguage")
	switch {
	case !found:
		return inherited
	case v.Kind() == value.KindString && v.AsString() == "JSONPath":
		return languageJSONPath
	}
	return languageJSONata
}

// checkLanguage reports a "QueryLanguage" that is none, or not supported yet.
func (o *reader) checkLanguage() {
	if v, found := o.get("QueryLanguage"); found && v.Kind() != value.KindString {
		o.refuseField("QueryLanguage", "Expected value of type [STRING]")
		return
	}
	o.enum("QueryLanguage", "JSONPath", "JSONata")
}
