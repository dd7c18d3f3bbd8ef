package main

import (
	"regexp"
	"strings"
)

// known is a difference that is meant to be.
type known struct {
	name, reason string
	// loose says that matches goes by the expression's text, which is enough only where nothing can be
	// left out of it any more.
	loose   bool
	matches func(d difference) bool
}

// explanations are the differences that are meant to be.
var explanations = []known{
	{
		name:    "no $eval",
		reason:  "AWS has no $eval: an expression that uses it fails as with any unknown function.",
		matches: uses(`\$eval\b`),
	},
	{
		name:    "functions of AWS",
		reason:  "AWS adds these, and a seed to $random.",
		matches: uses(`\$(partition|range|hash|random|uuid|parse)\b`),
	},
	{
		name:    "chance",
		reason:  "The order that $shuffle gives is of another source of chance.",
		matches: uses(`\$shuffle\b`),
	},
	{
		name: "limits",
		reason: "AWS limits steps, depth and memory, and the library does not; $formatNumber with an exponent ends for neither " +
			"zero nor negative numbers there.",
		matches: func(d difference) bool { return d.ours.kind == "limit" },
	},
	{
		name:    "illegal base64",
		reason:  "AWS refuses it with an internal error; JavaScript leaves out what it does not understand.",
		matches: both(uses(`\$base64decode`), func(d difference) bool { return d.ours.message == "Illegal base64" }),
	},
	{
		name:   "keys that are numbers",
		reason: "JavaScript puts such keys first. Here the order is that of the input; Result.Text alone has JavaScript's.",
		loose:  true,
		matches: func(d difference) bool {
			return numberKey.MatchString(d.Input + d.Expression + d.Variables + d.theirs.String())
		},
	},
	{
		name: "errors of JavaScript itself",
		reason: "Where the library does not check something, and JavaScript refuses it without a code, ours is the " +
			`error that the check would give, or what makes sense: AWS was seen to have a code with $formatNumber(1, "x").`,
		matches: func(d difference) bool { return d.theirs.kind == "error" && d.theirs.code == "" },
	},
	{
		name: "arguments of a partially applied function",
		reason: "JavaScript neither checks nor converts them. Here they are checked and converted as in " +
			"a direct call.",
		loose: true,
		matches: both(uses(`[(,]\s*\?\s*[,)]`), func(d difference) bool {
			return strings.HasPrefix(d.ours.code, "T041") || d.ours.kind == "undefined" || partialOnArray(d)
		}),
	},
	{
		name:    "partially applied $string",
		reason:  "The library cannot parse its own function's parameters.",
		matches: func(d difference) bool { return d.theirs.code == "S0208" && d.theirs.token == "=" },
	},
	{
		name:   "functions are objects of JavaScript",
		reason: "The library's steps, updates and messages show their fields. Here a function has none.",
		loose:  true,
		matches: func(d difference) bool {
			return strings.Contains(d.theirs.String(), `_jsonata_`) || strings.Contains(d.theirs.String(), `"definition":"<`) ||
				d.ours.code == "T2011" && strings.HasSuffix(d.ours.message, ": undefined") || functionData(d)
		},
	},
	{
		name:   "an empty array that was grouped",
		reason: "The library adds an undefined element to it, for all who have it.",
		loose:  true,
		matches: both(uses(`\{`), func(d difference) bool {
			return strings.Contains(d.theirs.String()+d.Input, "[null]") || strings.Contains(d.Input, "[]") || emptyChanged(d)
		}),
	},
	{
		name:    "options of $formatNumber that are no strings",
		reason:  "The library writes them as text where it can, here they do not count.",
		loose:   true,
		matches: uses(`"zero-digit": 1\}`),
	},
	{
		name:    "large numbers in letters",
		reason:  "Of 16 letters and more the last decimal digit can be another one.",
		loose:   true,
		matches: both(uses(`\$parseInteger\(.*["'][aA]["']`), func(d difference) bool { return strings.Contains(d.theirs.String(), "e+") }),
	},
	{
		name:    "prototypes of JavaScript",
		reason:  "The library refuses to change what belongs to JavaScript. There is nothing of the kind here.",
		matches: func(d difference) bool { return d.theirs.code == "D1010" },
	},
	{
		name:   "UTF-16",
		reason: "JavaScript searches, matches regular expressions and reads pictures by UTF-16 units; here it is characters.",
		loose:  true,
		matches: both(uses(`/|\\ud83d|Millis\(`), func(d difference) bool {
			return strings.Contains(d.Expression+d.Input, "😀") || strings.Contains(d.Expression, `\ud83d`)
		}),
	},
	{
		name:    "a function for a string's replacement",
		reason:  "The library writes the source text of its own function.",
		matches: func(d difference) bool { return strings.Contains(d.theirs.text, "async function") },
	},
	{
		name:    "a sequence as an object of JavaScript",
		reason:  "Where a path begins with an array in brackets, * shows the library's own mark of a sequence, true. There is none here.",
		loose:   true,
		matches: uses(`\[[^\]]*\*[^\]]*\]\.`),
	},
	{
		name:    "a month with a fraction",
		reason:  "The library lets a fraction follow anything; what is no ISO 8601 then is for the engine's own parser of dates.",
		loose:   true,
		matches: uses(`\$toMillis\(.*\d\.\d+["'Z+-]`),
	},
	{
		name:    "a regular expression on a function",
		reason:  "The library matches the source text of its own function. Here a function has no text.",
		loose:   true,
		matches: uses(`/[im]*\)*\((function|λ|\$[a-z]\w+|/)|\$(each|sift|map|filter)\(.*(function|λ|/|\$[a-z]\w+).*, /|(function|λ|\$[a-z]).* ~> /`),
	},
}

// numberKey finds what may be a key that JavaScript sorts as a number.
var numberKey = regexp.MustCompile(`\\?"\d+\\?"\s*:|["'` + "`]\\d+[\"'`]")

// functionData finds a function where data is meant: before a step, a predicate or a grouping, or as what
// a transformer changes.
var functionData = uses(`(\$[a-z]\w+|[|}])[)]?\s*\.?(\*|\$(spread|each|keys|sift|lookup)\b|\{|\[\*)` +
	`|\|(λ|function|\$[a-z]\w+\|)|\$(spread|keys|each|sift|lookup)\(\$[a-z]\w+|\$[a-z]\w+\)?[#\[.][^;]*\*`)

// emptyChanged finds a transformer that is applied to an empty array.
var emptyChanged = uses(`\[\]\)? ~> \|`)

// partialOnArray finds partial applications of functions for which a direct call makes an array of a
// value, or takes nothing for what is left out.
var partialOnArray = uses(`\$(sum|count|max|min|average|join|map|zip|filter|single|reduce|append|merge|reverse|sort|replace|split|power)\(.*\?`)

// uses says whether the expression of d has what a pattern describes.
func uses(pattern string) func(d difference) bool {
	r := regexp.MustCompile(pattern)
	return func(d difference) bool { return r.MatchString(d.Expression) }
}

func both(a, b func(d difference) bool) func(d difference) bool {
	return func(d difference) bool { return a(d) && b(d) }
}

// explain returns the known difference that d is, if it is one. Loose explanations count only for what was
// made as small as it can be.
func explain(d difference, small bool) (known, bool) {
	for _, k := range explanations {
		if (small || !k.loose) && k.matches(d) {
			return k, true
		}
	}
	return known{}, false
}
