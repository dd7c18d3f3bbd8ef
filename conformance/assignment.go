package conformance

import (
	"iter"
	"maps"
	"slices"
)

// maxAssignments bounds how often a Recording is played in search of the right order of answers.
const maxAssignments = 24

// assignments yields the executions of r by the steps that start them, with the mocks whose states
// nobody recorded in every order, the recorded one first. A step that tests a state counts as one
// that starts an execution.
func assignments(r *Recording) iter.Seq2[int, map[int]*Execution] {
	return func(yield func(int, map[int]*Execution) bool) {
		n := 0
		for order := range permutations(len(stateless(executionsOf(r)))) {
			executions := executionsOf(r)
			reorder(stateless(executions), order)
			if n == maxAssignments || !yield(n, executions) {
				return
			}
			n++
		}
	}
}

// executionsOf are the executions of r by their steps, with mocks of their own.
func executionsOf(r *Recording) map[int]*Execution {
	byStep := map[int]*Execution{}
	for _, e := range r.Executions {
		e.Mocks = slices.Clone(e.Mocks)
		byStep[e.StartStep] = &e
	}
	for _, m := range r.Mocks {
		if byStep[m.Step] == nil {
			byStep[m.Step] = &Execution{StartStep: m.Step}
		}
		byStep[m.Step].Mocks = append(byStep[m.Step].Mocks, m)
	}
	return byStep
}

// stateless are the mocks of the first execution that has some for one of several states.
func stateless(executions map[int]*Execution) []*Mock {
	var mocks []*Mock
	for _, step := range slices.Sorted(maps.Keys(executions)) {
		e := executions[step]
		for i := range e.Mocks {
			if e.Mocks[i].CandidateStates != nil {
				mocks = append(mocks, &e.Mocks[i])
			}
		}
		if mocks != nil {
			break
		}
	}
	return mocks
}

// reorder puts at each place the mock that was at the place that order has there.
func reorder(mocks []*Mock, order []int) {
	before := make([]Mock, len(mocks))
	for i, m := range mocks {
		before[i] = *m
	}
	for i, from := range order {
		*mocks[i] = before[from]
	}
}

// permutations yields every order of 0 to n-1, first the ascending one.
func permutations(n int) iter.Seq[[]int] {
	return func(yield func([]int) bool) { permute(nil, n, yield) }
}

// permute yields every order that begins with some numbers; false means that nobody wants more.
func permute(begun []int, n int, yield func([]int) bool) bool {
	if len(begun) == n {
		return yield(begun)
	}
	for next := range n {
		if !slices.Contains(begun, next) && !permute(append(slices.Clone(begun), next), n, yield) {
			return false
		}
	}
	return true
}
