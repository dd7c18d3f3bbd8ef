package jsonata

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/stepwell/stepwell/jsonata/picture"
)

var numberFunctions = []definition{
	{"number", "<(nsb)-:n>", 1, defined(toNumber)},
	{"abs", "<n-:n>", 1, defined(onNumber(math.Abs))},
	{"floor", "<n-:n>", 1, defined(onNumber(math.Floor))},
	{"ceil", "<n-:n>", 1, defined(onNumber(math.Ceil))},
	{"round", "<n-n?:n>", 2, defined(roundFunction)},
	{"sqrt", "<n-:n>", 1, defined(sqrt)},
	{"power", "<n-n:n>", 2, defined(powerFunction)},
	{"sum", "<a<n>:n>", 1, defined(sum)},
	{"max", "<a<n>:n>", 1, defined(extreme(math.Max))},
	{"min", "<a<n>:n>", 1, defined(extreme(math.Min))},
	{"average", "<a<n>:n>", 1, defined(average)},
	{"boolean", "<x-:b>", 1, defined(booleanFunction)},
	{"not", "<x-:b>", 1, defined(not)},
	{"formatNumber", "<n-so?:s>", 3, defined(formatNumber)},
	{"formatBase", "<n-n?:s>", 2, defined(formatBase)},
	{"formatInteger", "<n-s:s>", 2, defined(formatInteger)},
	{"parseInteger", "<s-s:n>", 2, defined(parseInteger)},
}

// The texts that $number takes. The second is, as in the reference implementation, not anchored at both
// ends of each alternative: what it lets through besides is NaN.
var (
	decimalText = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$`)
	radixText   = regexp.MustCompile(`^(0[xX][0-9A-Fa-f]+)|(0[oO][0-7]+)|(0[bB][0-1]+)$`)
)

func toNumber(e *evaluator, args []item) (item, error) {
	i := args[0]
	switch {
	case i.isNumber():
		return i, nil
	case i.kind == booleanKind:
		return number(i.number), nil
	}
	if err := e.spendSlowly(len(i.text)); err != nil {
		return undefined, err
	}
	if decimalText.MatchString(i.text) {
		if n, err := strconv.ParseFloat(i.text, 64); err == nil {
			return number(n), nil
		}
	} else if radixText.MatchString(i.text) {
		return number(radixNumber(i.text)), nil
	}
	err := errorf("D3030", i)
	err.index = number(1)
	return undefined, err
}

// radixNumber is JavaScript's Number of a text that begins with a radix, NaN when that is not all.
func radixNumber(s string) float64 {
	if len(s) < 3 || s[0] != '0' {
		return math.NaN()
	}
	radix := map[byte]int{'x': 16, 'o': 8, 'b': 2}[s[1]|0x20]
	if radix == 0 {
		return math.NaN()
	}
	if n, err := strconv.ParseUint(s[2:], radix, 64); err == nil {
		return float64(n)
	}
	n := 0.0
	for i := 2; i < len(s); i++ {
		digit := hexDigit(s[i])
		if digit < 0 || digit >= radix {
			return math.NaN()
		}
		n = n*float64(radix) + float64(digit)
	}
	return n
}

func onNumber(f func(float64) float64) func(e *evaluator, args []item) (item, error) {
	return func(_ *evaluator, args []item) (item, error) { return number(f(args[0].number)), nil }
}

func roundFunction(e *evaluator, args []item) (item, error) {
	e.charge(callSteps)
	return number(round(args[0].number, numberOr(args[1], 0))), nil
}

// round rounds half to even. The decimal point is moved in the text of the number, because a
// multiplication would not be exact.
func round(n, places float64) float64 {
	if places != 0 && !math.IsNaN(places) {
		n = shifted(n, places)
	}
	result := math.Floor(n)
	if n-result >= 0.5 {
		result++
	}
	if math.Abs(result-n) == 0.5 && math.Abs(math.Mod(result, 2)) == 1 {
		result--
	}
	if places != 0 && !math.IsNaN(places) {
		result = shifted(result, -places)
	}
	if result == 0 {
		return 0 // never -0
	}
	return result
}

// shifted is n times ten to the power of places.
func shifted(n, places float64) float64 {
	digits, exponent, _ := strings.Cut(numberText(n), "e")
	if exponent != "" {
		before, _ := strconv.ParseFloat(exponent, 64)
		places += before
	}
	result, err := strconv.ParseFloat(digits+"e"+numberText(places), 64)
	if err != nil && !math.IsInf(result, 0) {
		return math.NaN()
	}
	return result
}

func sqrt(_ *evaluator, args []item) (item, error) {
	if args[0].number < 0 {
		return undefined, errorf("D3060", args[0])
	}
	return number(math.Sqrt(args[0].number)), nil
}

func powerFunction(e *evaluator, args []item) (item, error) {
	e.charge(callSteps / 4)
	result := pow(args[0].number, numberOr(args[1], math.NaN()))
	if math.IsNaN(result) || math.IsInf(result, 0) {
		err := errorf("D3061", args[0])
		err.exponent = args[1]
		return undefined, err
	}
	return number(result), nil
}

func sum(e *evaluator, args []item) (item, error) {
	total := 0.0
	items := args[0].array().list()
	for _, i := range items {
		total += i.number
	}
	return number(total), e.spend(len(items)/itemsPerStep + 1)
}

func average(e *evaluator, args []item) (item, error) {
	count := args[0].array().len()
	if count == 0 {
		return undefined, nil
	}
	total, err := sum(e, args)
	return number(total.number / float64(count)), err
}

// extreme makes $max of math.Max and $min of math.Min.
func extreme(choose func(a, b float64) float64) func(e *evaluator, args []item) (item, error) {
	return func(e *evaluator, args []item) (item, error) {
		items := args[0].array().list()
		if len(items) == 0 {
			return undefined, nil
		}
		result := items[0].number
		for _, i := range items[1:] {
			result = choose(result, i.number)
		}
		return number(result), e.spend(len(items)/itemsPerStep + 1)
	}
}

func booleanFunction(e *evaluator, args []item) (item, error) {
	yes, err := e.truth(args[0])
	return boolean(yes), err
}

func not(e *evaluator, args []item) (item, error) {
	yes, err := e.truth(args[0])
	return boolean(!yes), err
}

// pictured turns the error of package picture into one of this package.
func pictured(err error) error {
	failure, ok := err.(*picture.Error)
	if !ok {
		return err
	}
	if failure.Code == "" {
		return plainError(failure.Error())
	}
	return errorf(failure.Code, text(failure.Value))
}

// formatted accounts for a text that package picture made.
func (e *evaluator) formatted(s string, err error) (item, error) {
	if err != nil {
		return undefined, pictured(err)
	}
	if err := e.spend(callSteps + len(s)); err != nil {
		return undefined, err
	}
	return e.made(s)
}

// formatNumber takes steps with the square of the picture's length, because grouping separators do.
func formatNumber(e *evaluator, args []item) (item, error) {
	if size := len(args[1].text); size > 0 {
		if err := e.spend(min(size, 1<<20)*min(size, 1<<20)/64 + size); err != nil {
			return undefined, err
		}
	}
	options := map[string]string{}
	if o := args[2].object(); o != nil {
		e.charge(o.len())
		for _, m := range o.list() {
			if m.item.isString() {
				options[m.key] = m.item.text
			}
		}
	}
	return e.formatted(picture.FormatNumber(args[0].number, searched(args[1]), options))
}

func formatBase(e *evaluator, args []item) (item, error) {
	radix := round(numberOr(args[1], 10), 0)
	if radix < 2 || radix > 36 || math.IsNaN(radix) {
		return undefined, errorf("D3100", number(radix))
	}
	return e.formatted(picture.FormatBase(round(args[0].number, 0), int(radix)))
}

func formatInteger(e *evaluator, args []item) (item, error) {
	steps := len(args[1].text)
	if math.Abs(args[0].number) > maxExact {
		steps += 1000 * callSteps // as letters
	}
	if err := e.spend(steps); err != nil {
		return undefined, err
	}
	return e.formatted(picture.FormatInteger(args[0].number, searched(args[1])))
}

func parseInteger(e *evaluator, args []item) (item, error) {
	if err := e.spend(callSteps + len(args[0].text) + len(args[1].text)); err != nil {
		return undefined, err
	}
	n, err := picture.ParseInteger(args[0].text, searched(args[1]))
	if err != nil {
		return undefined, pictured(err)
	}
	return number(n), nil
}
