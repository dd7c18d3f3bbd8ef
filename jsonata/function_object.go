package jsonata

import "math"

var objectFunctions = []definition{
	{"keys", "<x-:a<s>>", 1, keys},
	{"lookup", "<x-s:x>", 2, lookup},
	{"spread", "<x-:a<o>>", 1, spread},
	{"merge", "<a<o>:o>", 1, defined(merge)},
	{"exists", "<x:b>", 1, exists},
	{"type", "<x:s>", 1, defined(typeFunction)},
	{"error", "<s?:x>", 1, errorFunction},
	{"assert", "<bs?:x>", 2, assert},
	{"clone", "<(oa)-:o>", 1, defined(cloneFunction)},
}

func keys(e *evaluator, args []item) (item, error) {
	result := newSequence()
	if o := args[0].object(); o != nil {
		for _, m := range o.list() {
			e.push(result, text(m.key))
		}
		return list(result), e.spend(o.len()/itemsPerStep + 1)
	}
	seen := map[string]bool{}
	err := e.addKeys(result, args[0], seen)
	return list(result), err
}

func (e *evaluator) addKeys(result *array, i item, seen map[string]bool) error {
	if err := e.spend(1); err != nil {
		return err
	}
	if o := i.object(); o != nil {
		for _, m := range o.list() {
			e.chargeText(len(m.key))
			if !seen[m.key] {
				seen[m.key] = true
				e.push(result, text(m.key))
			}
		}
		return e.spend(o.len() + 1)
	}
	a := i.array()
	if a == nil {
		return nil
	}
	if err := e.nest(); err != nil {
		return err
	}
	defer e.unnest()
	for _, element := range a.list() {
		if err := e.addKeys(result, element, seen); err != nil {
			return err
		}
	}
	return nil
}

func lookup(e *evaluator, args []item) (item, error) { return e.field(args[0], searched(args[1])) }

// spread gives an object for each member, of all objects in an array.
func spread(e *evaluator, args []item) (item, error) {
	if a := args[0].array(); a != nil {
		result := newSequence()
		for _, element := range a.list() {
			if err := e.addSpread(result, element); err != nil {
				return undefined, err
			}
		}
		return list(result), nil
	}
	o := args[0].object()
	if o == nil {
		return args[0], nil
	}
	result := newSequence()
	for _, m := range o.list() {
		e.allocate(3 * itemSize)
		e.push(result, record(newObject(m)))
	}
	return list(result), e.spend(o.len() + 1)
}

func (e *evaluator) addSpread(result *array, element item) error {
	if err := e.nest(); err != nil {
		return err
	}
	defer e.unnest()
	parts, err := spread(e, []item{element})
	if err != nil || !parts.defined() {
		return err
	}
	// What is appended to is an array, not a sequence any more.
	result.sequence = false
	return e.pushAll(result, elements(parts))
}

func merge(e *evaluator, args []item) (item, error) {
	result := newObject()
	for _, i := range args[0].array().list() {
		o := i.object()
		if o == nil {
			continue
		}
		e.allocate(memberSize * o.len())
		if err := e.spend(o.len() + 1); err != nil {
			return undefined, err
		}
		for _, m := range o.list() {
			result.set(&e.budget, m.key, m.item)
		}
	}
	return record(result), nil
}

func exists(_ *evaluator, args []item) (item, error) { return boolean(args[0].defined()), nil }

func typeFunction(_ *evaluator, args []item) (item, error) {
	if args[0].isNumber() && math.IsNaN(args[0].number) {
		return text("object"), nil
	}
	if _, err := numeric(args[0]); err != nil {
		return undefined, err
	}
	names := [...]string{
		nullKind: "null", booleanKind: "boolean", numberKind: "number", stringKind: "string", arrayKind: "array",
		objectKind: "object", functionKind: "function",
	}
	return text(names[args[0].kind]), nil
}

func errorFunction(_ *evaluator, args []item) (item, error) {
	return undefined, raised("D3137", args[0], "$error() function evaluated")
}

func assert(_ *evaluator, args []item) (item, error) {
	if args[0].isTrue() {
		return undefined, nil
	}
	return undefined, raised("D3141", args[1], "$assert() statement failed")
}

// raised is the error of an expression itself, with its message or another one.
func raised(code string, message item, other string) error {
	if message.text != "" {
		other = message.text
	}
	return &Error{Code: code, given: other}
}

func cloneFunction(e *evaluator, args []item) (item, error) { return e.clone(args[0]) }
