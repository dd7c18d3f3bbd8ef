package interpreter

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/jsonpath"
	"github.com/stepwell/stepwell/value"
)

// noChoice is the text of AWS for a Choice without a rule that holds and without a Default.
const noChoice plainText = "Failed to transition out of the state. The state does not point to a next state."

// plainText is a text of AWS as a Go error.
type plainText string

// Error returns the text.
func (t plainText) Error() string { return string(t) }

// choice decides a Choice state: the first rule that holds says where to go.
func (d *decider) choice(f *frame, s *asl.Choice) {
	input, err := d.input(f)
	if err != nil {
		d.refuse(f, err, f.prev)
		return
	}
	picked, err := d.pick(f, s, input)
	if err != nil {
		d.refuse(f, err, f.prev)
		return
	}
	output, err := d.passed(f, picked.Output, input)
	d.exit(f, output, err, picked.Next, picked.Assign, seen{dollar: input})
}

// pick returns the first rule that holds, or the Default with the state's own Assign and Output as one.
func (d *decider) pick(f *frame, s *asl.Choice, input value.Value) (asl.Rule, error) {
	c := conditions{d: d, scope: d.scope(f, input), query: d.queryScope(f, seen{})}
	for _, rule := range s.Rules {
		holds, err := c.hold(rule.Condition)
		if err != nil || holds {
			return rule, err
		}
	}
	if s.Default == "" {
		return asl.Rule{}, noChoice
	}
	return asl.Rule{Next: s.Default, Assign: s.Assign, Output: s.Output}, nil
}

// conditions evaluates the conditions of one Choice.
type conditions struct {
	d     *decider
	scope jsonpath.Scope
	query asl.QueryScope
}

func (c *conditions) hold(condition asl.Condition) (bool, error) {
	switch condition := condition.(type) {
	case asl.And:
		return c.all(condition, true)
	case asl.Or:
		found, err := c.all(condition, false)
		return !found && err == nil, err
	case asl.Not:
		inner, err := c.hold(condition.Condition)
		return !inner && err == nil, err
	case *asl.Comparison:
		return compare(condition, c.scope)
	case asl.Test:
		v, err := c.d.evalQuery(condition.Query, c.query, value.KindBool)
		return v.AsBool(), err
	}
	panic(fmt.Sprintf("interpreter: unknown condition %T", condition))
}

// all says that every condition comes out as want; it stops at the first that does not.
func (c *conditions) all(conditions []asl.Condition, want bool) (bool, error) {
	for _, condition := range conditions {
		if got, err := c.hold(condition); err != nil || got != want {
			return false, err
		}
	}
	return true, nil
}

func compare(c *asl.Comparison, s jsonpath.Scope) (bool, error) {
	v, err := c.Variable.Eval(s)
	if c.Operator == "IsPresent" {
		return (err == nil) == c.Operand.AsBool(), nil
	}
	if err != nil {
		return false, badReference(c.Variable)
	}
	operand := c.Operand
	if c.Path != nil {
		if operand, err = c.Path.Eval(s); err != nil {
			return false, badReference(c.Path)
		}
	}
	if is, ok := typeTests[c.Operator]; ok {
		return is(v) == operand.AsBool(), nil
	}
	return compareValues(c.Operator, v, operand), nil
}

func badReference(p *jsonpath.Path) error {
	return fmt.Errorf("Invalid path '%s': The choice state's condition path references an invalid value.", p)
}

// typeTests are the operators whose operand says whether the test is to hold.
var typeTests = map[string]func(value.Value) bool{
	"IsNull":      func(v value.Value) bool { return v.Kind() == value.KindNull },
	"IsBoolean":   func(v value.Value) bool { return v.Kind() == value.KindBool },
	"IsNumeric":   func(v value.Value) bool { return v.Kind() == value.KindNumber },
	"IsString":    func(v value.Value) bool { return v.Kind() == value.KindString },
	"IsTimestamp": func(v value.Value) bool { _, ok := parseTimestamp(v); return ok },
}

// compareValues applies an operator such as "NumericLessThanEquals". Values of another type than
// the operator's do not match.
func compareValues(operator string, v, operand value.Value) bool {
	switch {
	case operator == "BooleanEquals":
		return v.Kind() == value.KindBool && operand.Kind() == value.KindBool && v.AsBool() == operand.AsBool()
	case operator == "StringMatches":
		return v.Kind() == value.KindString && operand.Kind() == value.KindString &&
			matches(v.AsString(), operand.AsString())
	}
	for _, family := range families {
		if relation, ok := strings.CutPrefix(operator, family.prefix); ok {
			order, comparable := family.order(v, operand)
			return comparable && related(relation, order)
		}
	}
	panic("interpreter: unknown operator " + operator)
}

// families are the operators that compare by order.
var families = [...]struct {
	prefix string
	order  func(a, b value.Value) (order int, comparable bool)
}{
	{"String", orderStrings},
	{"Numeric", orderNumbers},
	{"Timestamp", orderTimestamps},
}

func related(relation string, order int) bool {
	switch relation {
	case "Equals":
		return order == 0
	case "LessThan":
		return order < 0
	case "LessThanEquals":
		return order <= 0
	case "GreaterThan":
		return order > 0
	case "GreaterThanEquals":
		return order >= 0
	}
	panic("interpreter: unknown relation " + relation)
}

func orderStrings(a, b value.Value) (int, bool) {
	if a.Kind() != value.KindString || b.Kind() != value.KindString {
		return 0, false
	}
	return strings.Compare(a.AsString(), b.AsString()), true
}

func orderNumbers(a, b value.Value) (int, bool) {
	if a.Kind() != value.KindNumber || b.Kind() != value.KindNumber {
		return 0, false
	}
	i, whole := a.AsInt()
	j, both := b.AsInt()
	if whole && both {
		return cmp.Compare(i, j), true
	}
	return cmp.Compare(a.AsFloat(), b.AsFloat()), true
}

func orderTimestamps(a, b value.Value) (int, bool) {
	t, ok := parseTimestamp(a)
	u, both := parseTimestamp(b)
	if !ok || !both {
		return 0, false
	}
	return time.Time.Compare(t, u), true
}

// matches applies the pattern of StringMatches: "*" stands for any characters, a backslash takes
// the next character as it is.
func matches(s, pattern string) bool {
	var literal strings.Builder
	var parts []string
	for i := 0; i < len(pattern); i++ {
		switch {
		case pattern[i] == '*':
			parts = append(parts, literal.String())
			literal.Reset()
		case pattern[i] == '\\' && i+1 < len(pattern):
			i++
			fallthrough
		default:
			literal.WriteByte(pattern[i])
		}
	}
	return matchesParts(s, append(parts, literal.String()))
}

// matchesParts says that s consists of the parts in their order with anything between them.
func matchesParts(s string, parts []string) bool {
	last := len(parts) - 1
	if last == 0 {
		return s == parts[0]
	}
	if !strings.HasPrefix(s, parts[0]) {
		return false
	}
	s = s[len(parts[0]):]
	for _, part := range parts[1:last] {
		_, after, found := strings.Cut(s, part)
		if !found {
			return false
		}
		s = after
	}
	return strings.HasSuffix(s, parts[last])
}
