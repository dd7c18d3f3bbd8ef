package jsonata

var higherFunctions = []definition{
	{"map", "<af>", 2, defined(mapFunction)},
	{"filter", "<af>", 2, defined(filterFunction)},
	{"single", "<af?>", 2, defined(single1)},
	{"reduce", "<afj?:j>", 3, defined(reduce)},
	{"sift", "<o-f?:o>", 2, sift},
	{"each", "<o-f:a>", 2, each},
}

// callback calls a function with a value, its place and the whole, as many of them as it takes.
func (e *evaluator) callback(f *function, value, place, whole item) (item, error) {
	if f == nil {
		return undefined, plainError("func is not a function")
	}
	f = f.inner()
	args := []item{value, place, whole}
	return e.apply(callable(f), args[:min(max(f.body.arity(), 1), 3)], null)
}

// test is callback with a result that is true or false.
func (e *evaluator) test(f *function, value, place, whole item) (bool, error) {
	result, err := e.callback(f, value, place, whole)
	if err != nil {
		return false, err
	}
	return e.truth(result)
}

func mapFunction(e *evaluator, args []item) (item, error) {
	f, result := args[1].function(), newSequence()
	for at, i := range args[0].array().list() {
		value, err := e.callback(f, i, number(float64(at)), args[0])
		if err != nil {
			return undefined, err
		}
		if value.defined() {
			e.push(result, value)
		}
	}
	return list(result), nil
}

func filterFunction(e *evaluator, args []item) (item, error) {
	f, result := args[1].function(), newSequence()
	for at, i := range args[0].array().list() {
		yes, err := e.test(f, i, number(float64(at)), args[0])
		if err != nil {
			return undefined, err
		}
		if yes {
			e.push(result, i)
		}
	}
	return list(result), nil
}

// single1 is $single: the only element that fulfils a condition.
func single1(e *evaluator, args []item) (item, error) {
	f, result, count := args[1].function(), undefined, 0
	for at, i := range args[0].array().list() {
		yes := f == nil
		if f != nil {
			var err error
			if yes, err = e.test(f, i, number(float64(at)), args[0]); err != nil {
				return undefined, err
			}
		}
		if !yes {
			continue
		}
		if count++; count > 1 {
			return undefined, &Error{Code: "D3138", index: number(float64(at))}
		}
		result = i
	}
	if count == 0 {
		return undefined, &Error{Code: "D3139"}
	}
	return result, nil
}

func reduce(e *evaluator, args []item) (item, error) {
	f := args[1].function().inner()
	arity := f.body.arity()
	if arity < 2 {
		return undefined, &Error{Code: "D3050", index: number(1)}
	}
	items, result, from := args[0].array().list(), args[2], 0
	if !result.defined() && len(items) > 0 {
		result, from = items[0], 1
	}
	for at := from; at < len(items); at++ {
		all := []item{result, items[at], number(float64(at)), args[0]}
		var err error
		if result, err = e.apply(callable(f), all[:min(arity, 4)], null); err != nil {
			return undefined, err
		}
	}
	return result, nil
}

// sift keeps the members of an object that fulfil a condition; when there are none, nothing.
func sift(e *evaluator, args []item) (item, error) {
	o := args[0].object()
	if o == nil {
		return undefined, nil
	}
	result := newObject()
	for _, m := range o.list() {
		yes, err := e.test(args[1].function(), m.item, text(m.key), args[0])
		if err != nil {
			return undefined, err
		}
		if yes {
			e.allocate(memberSize)
			result.members = append(result.members, m)
		}
	}
	if len(result.members) == 0 {
		return undefined, nil
	}
	return record(result), nil
}

func each(e *evaluator, args []item) (item, error) {
	result := newSequence()
	o := args[0].object()
	if o == nil {
		return list(result), nil
	}
	for _, m := range o.list() {
		value, err := e.callback(args[1].function(), m.item, text(m.key), args[0])
		if err != nil {
			return undefined, err
		}
		if value.defined() {
			e.push(result, value)
		}
	}
	return list(result), nil
}
