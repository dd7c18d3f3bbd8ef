package jsonata

import "math"

func (n *pathNode) eval(e *evaluator, input item, f *frame) (item, error) {
	sequence, start, done, err := n.direct(e, input, f)
	if err != nil {
		return undefined, err
	}
	if sequence == nil {
		return done, nil
	}
	return e.path(n, sequence, start, f)
}

// direct walks along a path as long as there is a single value and the steps are mere names, which
// saves the sequences. It returns the result, or else the sequence with which the step at start has to
// go on.
func (n *pathNode) direct(e *evaluator, input item, f *frame) (sequence *array, start int, done item, err error) {
	if a := input.array(); a != nil {
		if _, ok := n.steps[0].(*variableNode); !ok {
			return a, 0, undefined, nil
		}
	}
	if n.group != nil || n.keepSingleton {
		return newSequence(input), 0, undefined, nil
	}
	current := input
	for i, step := range n.steps {
		next, plain, err := e.plainStep(step, current, f)
		switch {
		case err != nil:
			return nil, 0, undefined, err
		case !plain:
			return newSequence(current), i, undefined, nil
		case !next.defined():
			return nil, 0, undefined, nil
		}
		if a := next.array(); a != nil && (i < len(n.steps)-1 || a.sequence) {
			return e.afterArray(n, i, a)
		}
		current = next
	}
	return nil, 0, current, nil
}

// plainStep evaluates a step that is a mere name or variable for an item that is no array, and says
// whether it is one.
func (e *evaluator) plainStep(n node, input item, f *frame) (next item, plain bool, err error) {
	if !isPlain(n) {
		return undefined, false, nil
	}
	switch n := n.(type) {
	case *variableNode:
		next, err = n.eval(e, input, f)
	case *nameNode:
		if input.kind == arrayKind {
			return undefined, false, nil
		}
		next, err = e.field(input, n.name)
	default:
		return undefined, false, nil
	}
	if err == nil {
		err = e.touch()
	}
	return single(next, false), true, err
}

// afterArray goes on with the elements of the array that step i gave.
func (e *evaluator) afterArray(n *pathNode, i int, a *array) (*array, int, item, error) {
	if i < len(n.steps)-1 && !a.cons {
		if a.len() == 0 {
			return nil, 0, undefined, nil
		}
		if _, sorts := n.steps[i+1].(*sortNode); !sorts {
			return a, i + 1, undefined, nil
		}
	}
	result := newSequence()
	err := e.flatten(result, list(a))
	if i < len(n.steps)-1 {
		return result, i + 1, undefined, err
	}
	return nil, 0, list(result), err
}

// touch accounts for a step that was evaluated without eval.
func (e *evaluator) touch() error {
	if e.depth+1 > e.limits.Depth {
		return errStack()
	}
	return e.spend(1)
}

// isPlain says that the results of a step are what its node gives.
func isPlain(n node) bool {
	b := n.common()
	return b.predicates == nil && b.stages == nil && b.group == nil && !b.tuple && !b.keepArray && !b.cons &&
		b.focus == 0 && b.index == 0
}

// path evaluates the steps from start on. Each step is evaluated for all items that the one before
// gave; from the first step with a binding on the items are tuples, which carry the bindings along.
func (e *evaluator) path(n *pathNode, sequence *array, start int, f *frame) (item, error) {
	var tuples, result *array
	stream := false
	for i := start; i < len(n.steps); i++ {
		step := n.steps[i]
		stream = stream || step.common().tuple
		var err error
		switch {
		case i == 0 && step.common().cons:
			result, err = e.writtenStep(step, sequence, f, onlySorted(n.steps[1:]))
		case stream:
			tuples, err = e.tupleStep(step, sequence, tuples, f)
		default:
			result, err = e.step(step, sequence, f, i == len(n.steps)-1)
		}
		if err != nil {
			return undefined, err
		}
		if !stream && result.len() == 0 {
			break
		}
		if step.common().focus == 0 {
			sequence = result
		}
	}
	return e.pathResult(n, result, tuples, f)
}

// writtenStep evaluates an array constructor that is the first step, for the sequence as a whole. When
// it gives no array, because of a predicate, there is nothing to go on with: only a string, which
// JavaScript takes for a list of characters. A sort step does not mind: sorted says that there are no others.
func (e *evaluator) writtenStep(n node, sequence *array, f *frame, sorted bool) (*array, error) {
	value, err := e.eval(n, list(sequence), f)
	if err != nil {
		return nil, err
	}
	switch {
	case sorted && value.defined() && value.array() == nil:
		return newSequence(value), nil
	case value.isString():
		value, err = e.splitUnits(value.text, math.Inf(1))
	}
	if a := value.array(); a != nil {
		return a, err
	}
	return newSequence(), err
}

// onlySorted says that steps do nothing but sort.
func onlySorted(steps []node) bool {
	for _, step := range steps {
		if sort, ok := step.(*sortNode); !ok || sort.stages != nil || sort.predicates != nil || sort.tuple {
			return false
		}
	}
	return len(steps) > 0
}

func (e *evaluator) pathResult(n *pathNode, result, tuples *array, f *frame) (item, error) {
	if result == nil && tuples == nil {
		return undefined, nil
	}
	if tuples != nil {
		if n.tuple {
			result = tuples
		} else {
			result = newSequence()
			for _, t := range tuples.items {
				e.push(result, t.tuple().at)
			}
		}
	}
	if n.keepSingleton {
		if result.cons && !result.sequence {
			result = newSequence(list(result))
		}
		result.keep = true
	}
	if n.group == nil {
		return list(result), nil
	}
	if tuples != nil {
		result = tuples
	}
	return e.group(n.group, list(result), f)
}

// step evaluates one step of a path for the items of a sequence. The results are one sequence, except
// that an array which is the only result of the last step stays what it is.
func (e *evaluator) step(n node, sequence *array, f *frame, last bool) (*array, error) {
	if sort, ok := n.(*sortNode); ok {
		sorted, err := e.orderBy(sort, sequence, f)
		if err != nil {
			return nil, err
		}
		return e.runStages(n.common().stages, sorted, f)
	}
	result := newSequence()
	count := 0
	var only item
	for _, input := range sequence.list() {
		value, err := e.stepOnce(n, input, f)
		if err != nil {
			return nil, err
		}
		if !value.defined() {
			continue
		}
		count++
		if count == 1 {
			only = value
			continue
		}
		if count == 2 {
			if err := e.flatten(result, only); err != nil {
				return nil, err
			}
		}
		if err := e.flatten(result, value); err != nil {
			return nil, err
		}
	}
	if count != 1 {
		return result, nil
	}
	if a := only.array(); last && a != nil && !a.sequence {
		return a, nil
	}
	return result, e.flatten(result, only)
}

func (e *evaluator) stepOnce(n node, input item, f *frame) (item, error) {
	value, err := e.eval(n, input, f)
	for _, s := range n.common().stages {
		if err != nil {
			break
		}
		value, err = e.filter(s, value, f)
	}
	return value, err
}

// runStages filters and numbers the results of a step as a whole.
func (e *evaluator) runStages(stages []*stage, a *array, f *frame) (*array, error) {
	for _, s := range stages {
		if s.filter == nil {
			for at, i := range a.list() {
				if t, ok := i.ref.(*tuple); ok {
					t.bind(&e.budget, s.index, number(float64(at)))
				}
			}
			continue
		}
		filtered, err := e.filter(s, list(a), f)
		if err != nil {
			return nil, err
		}
		a = filtered.array()
	}
	return a, nil
}

// filter applies a predicate: a number is an index, counted from the end when it is negative, several
// numbers are several indexes, and anything else is true or false.
func (e *evaluator) filter(s *stage, input item, f *frame) (item, error) {
	a := input.array()
	if a == nil {
		a = newSequence(input)
	}
	if l, ok := s.filter.(*literalNode); ok && l.value.isNumber() {
		return e.at(a, l.value.number), nil
	}
	if s.constant && !a.tuples && a.len() > 0 {
		return e.filterConstant(s.filter, a, f)
	}
	result := &array{sequence: true, tuples: a.tuples}
	items := a.list()
	for at, i := range items {
		context, inner := i, f
		if t, ok := i.ref.(*tuple); ok && a.tuples {
			context, inner = t.at, t.frame(&e.budget, f)
		} else if ok {
			context = e.exposed(t)
		}
		value, err := e.eval(s.filter, context, inner)
		if err != nil {
			return undefined, err
		}
		times, err := e.selects(value, at, len(items))
		if err != nil {
			return undefined, err
		}
		for range times {
			e.push(result, i)
		}
	}
	return list(result), nil
}

// filterConstant is filter for a predicate that has the same value for all items.
func (e *evaluator) filterConstant(predicate node, a *array, f *frame) (item, error) {
	value, err := e.eval(predicate, undefined, f)
	if err != nil {
		return undefined, err
	}
	result := newSequence()
	if ok, err := numeric(value); err != nil {
		return undefined, err
	} else if ok {
		if at, ok := indexOf(value.number, a.len()); ok {
			e.push(result, a.list()[at])
		}
		return list(result), nil
	}
	if err := e.spend(a.len()/itemsPerStep + 1); err != nil {
		return undefined, err
	}
	for at, i := range a.list() {
		times, err := e.selects(value, at, a.len())
		if err != nil {
			return undefined, err
		}
		for range times {
			e.push(result, i)
		}
	}
	return list(result), nil
}

// indexOf is the place that an index means in a list of a length: rounded down, and counted from the
// end when it is negative.
func indexOf(index float64, length int) (int, bool) {
	index = math.Floor(index)
	if index < 0 {
		index += float64(length)
	}
	return int(index), index >= 0 && index < float64(length)
}

// at returns the element that an index selects: an array as it is, else a sequence of it.
func (e *evaluator) at(a *array, index float64) item {
	result := &array{sequence: true, tuples: a.tuples}
	if at, ok := indexOf(index, a.len()); ok {
		chosen := a.list()[at]
		if chosen.kind == arrayKind {
			return chosen
		}
		if chosen.defined() {
			result.items = []item{chosen}
		}
	}
	return list(result)
}

// selects says how often a predicate with that value selects the item at a place among length items.
func (e *evaluator) selects(value item, at, length int) (int, error) {
	if value.kind == booleanKind {
		return int(value.number), nil
	}
	single := [1]item{value}
	indexes := single[:]
	if a := value.array(); a != nil {
		indexes = a.list()
	}
	times := 0
	for _, i := range indexes {
		ok, err := numeric(i)
		if err != nil {
			return 0, err
		}
		if !ok {
			yes, err := e.truth(value)
			if yes {
				return 1, err
			}
			return 0, err
		}
		if index, ok := indexOf(i.number, length); ok && index == at {
			times++
		}
	}
	return times, e.spend(len(indexes)/itemsPerStep + 1)
}
