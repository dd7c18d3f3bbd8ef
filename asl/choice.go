package asl

import (
	"strings"

	"github.com/stepwell/stepwell/value"
)

// operatorNames lists the comparison operators of a Choice rule in the order of AWS's messages.
var operatorNames = strings.Fields(`StringEquals IsBoolean StringLessThan IsNumeric BooleanEquals
	StringLessThanEqualsPath NumericLessThan NumericGreaterThan NumericLessThanPath StringMatches
	TimestampLessThanEqualsPath NumericEquals TimestampGreaterThan StringGreaterThanEqualsPath
	TimestampGreaterThanEqualsPath TimestampLessThanEquals NumericLessThanEqualsPath TimestampEquals
	BooleanEqualsPath IsTimestamp StringLessThanEquals NumericLessThanEquals StringLessThanPath
	TimestampGreaterThanPath StringGreaterThan StringGreaterThanPath IsString StringEqualsPath
	TimestampEqualsPath TimestampLessThan StringGreaterThanEquals NumericGreaterThanPath
	NumericGreaterThanEquals NumericEqualsPath TimestampLessThanPath IsNull IsPresent
	TimestampGreaterThanEquals NumericGreaterThanEqualsPath`)

var operators = set(strings.Join(operatorNames, " "))

func (s *stateReader) choice() State {
	c := &Choice{Common: s.base(TypeChoice)}
	s.require("Choices")
	for _, o := range s.objects("Choices", false) {
		o.only(ruleFields)
		o.require("Next")
		r := Rule{Condition: o.condition()}
		r.Next, _ = o.text("Next")
		r.Assign, r.Output = o.assign(), o.output()
		s.node.leadTo(o, "Next")
		c.Rules = append(c.Rules, r)
	}
	c.Default, _ = s.text("Default")
	return c
}

// condition compiles a rule, outermost or nested: And, Or, Not or a comparison. It returns nil when
// the rule has none of these forms.
func (o *reader) condition() Condition {
	o.text("Comment")
	if o.count(strings.Fields(ruleForms)) != 1 {
		o.refuse("The object must have only one of the following fields, [And, Or, Not, Variable, Condition]")
		return nil
	}
	switch {
	case o.has("And"):
		return And(o.nested("And"))
	case o.has("Or"):
		return Or(o.nested("Or"))
	case o.has("Not"):
		return o.negation()
	case o.has("Variable"):
		return o.comparison()
	}
	return o.test()
}

// test compiles "Condition": an expression, or true or false.
func (o *reader) test() Condition {
	v, _ := o.get("Condition")
	if o.language != languageJSONPath && !o.isExpression(v) {
		o.bool("Condition")
	}
	return Test{o.query("Condition")}
}

// nested compiles the rules inside an "And" or "Or".
func (o *reader) nested(field string) []Condition {
	o.noOperators()
	var conditions []Condition
	for _, rule := range o.objects(field, false) {
		rule.only(nestedFields)
		conditions = append(conditions, rule.condition())
	}
	return conditions
}

func (o *reader) negation() Condition {
	o.noOperators()
	rule, ok := o.object("Not")
	if !ok {
		return nil
	}
	rule.only(nestedFields)
	return Not{rule.condition()}
}

// noOperators reports operators that stand beside And, Or or Not, where no variable is.
func (o *reader) noOperators() {
	for _, m := range o.members {
		if operators[m.Key] {
			o.refuse("Field '%s' is not supported", m.Key)
		}
	}
}

// comparison compiles "Variable" with its operator.
func (o *reader) comparison() Condition {
	c := &Comparison{Variable: o.reference("Variable")}
	if !o.exactlyOne(operatorNames...) {
		return c
	}
	for _, m := range o.members {
		if !operators[m.Key] {
			continue
		}
		if name, isPath := strings.CutSuffix(m.Key, "Path"); isPath {
			c.Operator, c.Path = name, o.reference(m.Key)
		} else {
			c.Operator, c.Operand = m.Key, m.Value
			o.checkOperand(m.Key)
			o.warnText(m.Key)
		}
	}
	return c
}

// checkOperand reports an operand whose type is not the operator's.
func (o *reader) checkOperand(operator string) {
	switch {
	case strings.HasPrefix(operator, "String"):
		o.text(operator)
	case strings.HasPrefix(operator, "Numeric"):
		o.typed(operator, value.KindNumber, "Number")
	case strings.HasPrefix(operator, "Timestamp"):
		o.timestamp(operator)
	default: // BooleanEquals and the tests such as IsNull
		o.bool(operator)
	}
}
