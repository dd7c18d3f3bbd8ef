package jsonata

var arrayFunctions = []definition{
	{"count", "<a:n>", 1, count},
	{"append", "<xx:a>", 2, appendFunction},
	{"reverse", "<a:a>", 1, defined(reverse)},
	{"shuffle", "<a:a>", 1, defined(shuffle)},
	{"distinct", "<x:x>", 1, defined(distinct)},
	{"zip", "<a+>", 0, zip},
	{"sort", "<af?:a>", 2, defined(sortFunction)},
}

func count(_ *evaluator, args []item) (item, error) {
	if !args[0].defined() {
		return number(0), nil
	}
	return number(float64(args[0].array().len())), nil
}

func appendFunction(e *evaluator, args []item) (item, error) { return e.joined(args[0], args[1]) }

func reverse(e *evaluator, args []item) (item, error) {
	items := args[0].array().list()
	if len(items) <= 1 {
		return args[0], nil
	}
	result := &array{items: make([]item, len(items))}
	for at, i := range items {
		result.items[len(items)-1-at] = i
	}
	e.allocate(len(items) * itemSize)
	return list(result), e.spend(len(items)/itemsPerStep + 1)
}

func noRandom() error { return plainError("There is no source of random numbers") }

func shuffle(e *evaluator, args []item) (item, error) {
	if e.env.Random == nil {
		return undefined, noRandom()
	}
	items := append([]item(nil), args[0].array().list()...)
	if len(items) <= 1 {
		return args[0], nil
	}
	e.allocate(len(items) * itemSize)
	e.env.Random.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	return list(&array{items: items}), e.spend(len(items)/itemsPerStep + 1)
}

// scalar is an item without parts as a key of a map.
type scalar struct {
	kind   kind
	number float64
	text   string
}

func distinct(e *evaluator, args []item) (item, error) {
	a := args[0].array()
	if a == nil || a.len() <= 1 {
		return args[0], nil
	}
	result := &array{sequence: a.sequence}
	seen := map[scalar]bool{}
	var containers []item
	for _, i := range a.list() {
		if err := e.spend(1); err != nil {
			return undefined, err
		}
		known, err := e.known(i, seen, &containers)
		if err != nil {
			return undefined, err
		}
		if !known {
			e.push(result, i)
		}
	}
	return list(result), nil
}

// known says whether an equal item was seen before, and else notes i.
func (e *evaluator) known(i item, seen map[scalar]bool, containers *[]item) (bool, error) {
	if i.ref == nil {
		key := scalar{kind: i.kind, number: i.number}
		if i.isString() {
			key.text = i.text
			e.chargeText(len(key.text))
		}
		if seen[key] {
			return true, nil
		}
		seen[key] = true
		return false, nil
	}
	for _, other := range *containers {
		if err := e.spend(1); err != nil {
			return false, err
		}
		if same, err := e.equal(other, i); same || err != nil {
			return same, err
		}
	}
	*containers = append(*containers, i)
	return false, nil
}

func zip(e *evaluator, args []item) (item, error) {
	result := &array{}
	if len(args) == 0 {
		return list(result), nil
	}
	shortest := -1
	for _, a := range args {
		n := 0
		if a.array() != nil {
			n = a.array().len()
		}
		if shortest < 0 || n < shortest {
			shortest = n
		}
	}
	for at := range shortest {
		if err := e.spend(len(args)); err != nil {
			return undefined, err
		}
		e.allocate(len(args) * itemSize)
		row := &array{items: make([]item, len(args))}
		for i, a := range args {
			row.items[i] = a.array().list()[at]
		}
		e.push(result, list(row))
	}
	return list(result), nil
}

func sortFunction(e *evaluator, args []item) (item, error) {
	a := args[0].array()
	var sorted *array
	var err error
	if f := args[1].function(); f != nil {
		sorted, err = e.sort(a, func(x, y item) (bool, error) {
			result, err := e.apply(callable(f.inner()), []item{x, y}, null)
			return truthy(result), err
		})
	} else {
		e.chargeItems(a.len())
		if err := checkSortable(a); err != nil {
			return undefined, err
		}
		sorted, err = e.sort(a, func(x, y item) (bool, error) {
			if x.isString() {
				return e.compareText(x.text, y.text) > 0, nil
			}
			return x.number > y.number, nil
		})
	}
	if err != nil {
		return undefined, err
	}
	return list(sorted), nil
}

// checkSortable refuses what $sort cannot compare by itself: all elements are to be numbers, of which NaN
// is none, or all strings.
func checkSortable(a *array) error {
	if a.len() <= 1 {
		return nil
	}
	numbers, texts := true, true
	for _, i := range a.list() {
		ok, err := numeric(i)
		if err != nil {
			return err
		}
		numbers, texts = numbers && ok, texts && i.isString()
	}
	if !numbers && !texts {
		return &Error{Code: "D3070", index: number(1)}
	}
	return nil
}

// truthy is what JavaScript itself takes for true.
func truthy(i item) bool {
	switch i.kind {
	case undefinedKind, nullKind:
		return false
	case booleanKind, numberKind:
		return i.number != 0 && i.number == i.number
	case stringKind:
		return i.text != ""
	default:
		return true
	}
}
