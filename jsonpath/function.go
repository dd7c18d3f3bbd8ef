package jsonpath

import (
	"math"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// call is a function at the end of a path, such as ".length()".
type call struct {
	single
	name      string
	function  function
	arguments []operand
}

// function computes its result from a value and further arguments; ok says that there is a result.
type function func(v value.Value, arguments []value.Value) (result value.Value, ok bool)

func (c *call) find(q *query, at value.Value, _ []selector) {
	var arguments []value.Value
	for i := range c.arguments {
		if v, ok := c.arguments[i].resolve(q, q.document); ok {
			arguments = append(arguments, v)
		}
	}
	if q.err != nil {
		return
	}
	if v, ok := c.function(at, arguments); ok {
		q.follow(v.Kept(), nil)
	}
}

// functions are what a path may end with.
var functions = map[string]function{
	"length": length,
	"size":   length,
	"keys":   keys,
	"min":    aggregate(func(numbers []float64) float64 { return extreme(numbers, math.Min) }),
	"max":    aggregate(func(numbers []float64) float64 { return extreme(numbers, math.Max) }),
	"sum":    aggregate(sum),
	"avg":    aggregate(average),
	"stddev": aggregate(deviation),
	"first":  func(v value.Value, _ []value.Value) (value.Value, bool) { return item(v, 0) },
	"last":   func(v value.Value, _ []value.Value) (value.Value, bool) { return item(v, -1) },
	"index":  index,
	"append": appended,
	"concat": concat,
}

// length counts the elements of an array or the members of an object; others have none.
func length(v value.Value, _ []value.Value) (value.Value, bool) {
	if v.Kind() != value.KindArray && v.Kind() != value.KindObject {
		return value.Null, true
	}
	return value.Int(int64(v.Len())), true
}

func keys(v value.Value, _ []value.Value) (value.Value, bool) {
	if v.Kind() != value.KindObject {
		return value.Null, true
	}
	var names []value.Value
	for name := range v.Members() {
		names = append(names, value.String(name))
	}
	return value.Array(names...), true
}

// aggregate makes a function of numbers one of an array and of arguments. It has no result without
// any number.
func aggregate(f func([]float64) float64) function {
	return func(v value.Value, arguments []value.Value) (value.Value, bool) {
		var numbers []float64
		add := func(e value.Value) {
			if e.Kind() == value.KindNumber {
				numbers = append(numbers, e.AsFloat())
			}
		}
		for _, e := range v.Elements() {
			add(e)
		}
		for _, a := range arguments {
			add(a)
		}
		if len(numbers) == 0 {
			return value.Null, false
		}
		return value.Double(f(numbers)), true
	}
}

func extreme(numbers []float64, of func(x, y float64) float64) float64 {
	result := numbers[0]
	for _, n := range numbers {
		result = of(result, n)
	}
	return result
}

func sum(numbers []float64) float64 {
	total := 0.0
	for _, n := range numbers {
		total += n
	}
	return total
}

func average(numbers []float64) float64 { return sum(numbers) / float64(len(numbers)) }

func deviation(numbers []float64) float64 {
	var total, squares float64
	for _, n := range numbers {
		total += n
		squares += n * n
	}
	n := float64(len(numbers))
	return math.Sqrt(max(0, squares/n-total*total/n/n))
}

// item returns an element of an array, counted from the end when i is negative.
func item(v value.Value, i int) (value.Value, bool) {
	if v.Kind() != value.KindArray {
		return value.Null, false
	}
	at := place(i, v)
	return v.Index(max(at, 0)), at >= 0
}

func index(v value.Value, arguments []value.Value) (value.Value, bool) {
	if len(arguments) == 0 {
		return value.Null, false
	}
	i, ok := arguments[0].AsInt()
	if !ok || i < math.MinInt32 || i > math.MaxInt32 {
		return value.Null, false
	}
	return item(v, int(i))
}

func appended(v value.Value, arguments []value.Value) (value.Value, bool) {
	if v.Kind() != value.KindArray {
		return v, true
	}
	var all []value.Value
	for _, e := range v.Elements() {
		all = append(all, e)
	}
	return value.Array(append(all, arguments...)...), true
}

// concat joins the texts in an array and among the arguments.
func concat(v value.Value, arguments []value.Value) (value.Value, bool) {
	var text strings.Builder
	add := func(e value.Value) {
		if e.Kind() == value.KindString {
			text.WriteString(e.AsString())
		}
	}
	for _, e := range v.Elements() {
		add(e)
	}
	for _, a := range arguments {
		add(a)
	}
	return value.String(text.String()), true
}
