package jsonata

import "math"

// operator is a binary operator that works on the values of both sides.
type operator uint8

const (
	opAdd operator = iota
	opSubtract
	opMultiply
	opDivide
	opRemainder
	opEqual
	opUnequal
	opLess
	opLessEqual
	opGreater
	opGreaterEqual
	opConcatenate
	opSpan
	opIn
	opAnd
	opOr
)

var operators = map[string]operator{
	"+": opAdd, "-": opSubtract, "*": opMultiply, "/": opDivide, "%": opRemainder, "=": opEqual, "!=": opUnequal,
	"<": opLess, "<=": opLessEqual, ">": opGreater, ">=": opGreaterEqual, "&": opConcatenate, "..": opSpan,
	"in": opIn, "and": opAnd, "or": opOr,
}

func (n *binaryNode) eval(e *evaluator, input item, f *frame) (item, error) {
	left, err := e.eval(n.left, input, f)
	if err != nil {
		return undefined, err
	}
	if n.operator == opAnd || n.operator == opOr {
		result, err := e.logical(n, left, input, f)
		return result, placed(err, n.position, n.text)
	}
	right, err := e.eval(n.right, input, f)
	if err != nil {
		return undefined, err
	}
	result, err := e.operate(n.operator, left, right)
	if err != nil {
		return undefined, placed(err, n.position, n.text)
	}
	return result, nil
}

// logical evaluates the right side only where it matters.
func (e *evaluator) logical(n *binaryNode, left, input item, f *frame) (item, error) {
	yes, err := e.truth(left)
	if err != nil || yes == (n.operator == opOr) {
		return boolean(yes), err
	}
	right, err := e.eval(n.right, input, f)
	if err != nil {
		return undefined, err
	}
	yes, err = e.truth(right)
	return boolean(yes), err
}

func (e *evaluator) operate(op operator, left, right item) (item, error) {
	switch op {
	case opAdd, opSubtract, opMultiply, opDivide, opRemainder:
		return arithmetic(op, left, right)
	case opEqual, opUnequal:
		if !left.defined() || !right.defined() {
			return boolean(false), nil
		}
		ok, err := e.equal(left, right)
		return boolean(ok == (op == opEqual)), err
	case opLess, opLessEqual, opGreater, opGreaterEqual:
		return e.ordered(op, left, right)
	case opConcatenate:
		return e.concatenate(left, right)
	case opSpan:
		return e.span(left, right)
	case opIn:
		return e.in(left, right)
	case opAnd, opOr:
	}
	return undefined, nil
}

func arithmetic(op operator, left, right item) (item, error) {
	for i, side := range [2]item{left, right} {
		ok, err := numeric(side)
		if err != nil {
			return undefined, err
		}
		if !ok && side.defined() {
			return undefined, errorf([2]string{"T2001", "T2002"}[i], side)
		}
	}
	if !left.defined() || !right.defined() {
		return undefined, nil
	}
	a, b := left.number, right.number
	switch op {
	case opAdd:
		return number(a + b), nil
	case opSubtract:
		return number(a - b), nil
	case opMultiply:
		return number(a * b), nil
	case opDivide:
		return number(a / b), nil
	default:
		return number(math.Mod(a, b)), nil
	}
}

func comparable(i item) bool { return !i.defined() || i.isNumber() || i.isString() }

func (e *evaluator) ordered(op operator, left, right item) (item, error) {
	if !comparable(left) || !comparable(right) {
		shown := left
		if left.isNumber() || left.isString() {
			shown = right
		}
		return undefined, errorf("T2010", shown)
	}
	if !left.defined() || !right.defined() {
		return undefined, nil
	}
	if left.kind != right.kind {
		return undefined, &Error{Code: "T2009", value: left, value2: right}
	}
	if left.isNumber() {
		return boolean(orderedNumbers(op, left.number, right.number)), nil
	}
	order := e.compareText(left.text, right.text)
	return boolean(orderedNumbers(op, float64(order), 0)), nil
}

func orderedNumbers(op operator, a, b float64) bool {
	switch op {
	case opLess:
		return a < b
	case opLessEqual:
		return a <= b
	case opGreater:
		return a > b
	default:
		return a >= b
	}
}

func (e *evaluator) concatenate(left, right item) (item, error) {
	a, err := e.stringOf(left)
	if err != nil {
		return undefined, err
	}
	b, err := e.stringOf(right)
	if err != nil {
		return undefined, err
	}
	if err := e.room(len(a) + len(b)); err != nil {
		return undefined, err
	}
	return text(concatenated(a, b)), nil
}

// maxSpan is how many numbers ".." can give at most, whatever the limits are.
const maxSpan = 10_000_000

// span is the sequence of the integers from left to right.
func (e *evaluator) span(left, right item) (item, error) {
	for i, side := range [2]item{left, right} {
		if side.defined() && (!side.isNumber() || side.number != math.Trunc(side.number) || math.IsInf(side.number, 0)) {
			return undefined, errorf([2]string{"T2003", "T2004"}[i], side)
		}
	}
	if !left.defined() || !right.defined() || left.number > right.number {
		return undefined, nil
	}
	size := right.number - left.number + 1
	if size > maxSpan {
		return undefined, errorf("D2014", number(size))
	}
	result := newSequence()
	e.lazy(result, left.number, int(size))
	return list(result), e.spend(0)
}

func (e *evaluator) in(left, right item) (item, error) {
	if !left.defined() || !right.defined() {
		return boolean(false), nil
	}
	if a := right.array(); a != nil && a.unread && a.span > 0 {
		n := left.number - a.first
		return boolean(left.isNumber() && n >= 0 && n < float64(a.span) && n == math.Trunc(n)), nil
	}
	for _, i := range elements(right) {
		if err := e.spend(1); err != nil {
			return undefined, err
		}
		if e.same(left, i) {
			return boolean(true), nil
		}
	}
	return boolean(false), nil
}

func (n *negateNode) eval(e *evaluator, input item, f *frame) (item, error) {
	operand, err := e.eval(n.operand, input, f)
	if err != nil || !operand.defined() {
		return undefined, err
	}
	ok, err := numeric(operand)
	if err != nil {
		return undefined, err
	}
	if !ok {
		return undefined, &Error{Code: "D1002", Position: n.position, token: text("-"), value: operand}
	}
	return number(-operand.number), nil
}
