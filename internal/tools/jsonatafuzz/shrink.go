package main

import "github.com/stepwell/stepwell/value"

// patienceOfShrink is how many evaluations the shrinking of one difference may take.
const patienceOfShrink = 600

// shrinker makes a difference smaller as long as the two sides differ in the same way.
type shrinker struct {
	*difference
	ask  func(question) (outcome, error)
	left int
}

// shrink makes the expression and then the input smaller, one after the other until neither helps.
func (s *shrinker) shrink() error {
	for {
		smaller, err := s.shrinkExpression()
		if err != nil {
			return err
		}
		less, err := s.shrinkInput()
		if err != nil || !smaller && !less {
			return err
		}
	}
}

// differs says whether q differs as the difference does, and makes it the difference then.
func (s *shrinker) differs(q question) (bool, error) {
	if s.left--; s.left < 0 {
		return false, nil
	}
	theirs, err := s.ask(q)
	if err != nil {
		return false, err
	}
	mine := ours(q, maxDepth)
	if compare(q, mine, theirs) != s.what {
		return false, nil
	}
	s.question, s.ours, s.theirs = q, mine, theirs
	return true, nil
}

func (s *shrinker) shrinkExpression() (bool, error) {
	any := false
	for {
		smaller, err := s.replaceOne()
		if err != nil || !smaller {
			return any, err
		}
		any = true
	}
}

// replaceOne puts something simpler in the place of one piece.
func (s *shrinker) replaceOne() (bool, error) {
	for _, piece := range s.tree.all() {
		before := *piece
		for _, simpler := range before.simpler() {
			*piece = *simpler
			q := s.question
			q.Expression = s.tree.String()
			if len(q.Expression) < len(s.Expression) {
				ok, err := s.differs(q)
				if ok || err != nil {
					return ok, err
				}
			}
		}
		*piece = before
	}
	return false, nil
}

func (s *shrinker) shrinkInput() (bool, error) {
	if s.Input == "" {
		return false, nil
	}
	q := s.question
	q.Input = ""
	if ok, err := s.differs(q); ok || err != nil {
		return ok, err
	}
	any := false
	for {
		smaller, err := s.reduceOne()
		if err != nil || !smaller {
			return any, err
		}
		any = true
	}
}

func (s *shrinker) reduceOne() (bool, error) {
	for _, v := range reduced(value.Trusted(s.Input)) {
		q := s.question
		q.Input = v.Text()
		if len(q.Input) >= len(s.Input) {
			continue
		}
		if ok, err := s.differs(q); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// reduced returns values that have a little less than v.
func reduced(v value.Value) []value.Value {
	switch v.Kind() {
	case value.KindArray:
		return reducedArray(v)
	case value.KindObject:
		return reducedObject(v)
	case value.KindNull:
		return nil
	default:
		return []value.Value{value.Int(1), value.String("a")}
	}
}

func reducedArray(v value.Value) []value.Value {
	all := []value.Value{value.Int(1), value.Array()}
	for i, element := range v.Elements() {
		var rest []value.Value
		for j, other := range v.Elements() {
			if j != i {
				rest = append(rest, other)
			}
		}
		all = append(all, element, value.Array(rest...))
		for _, less := range reduced(element) {
			all = append(all, v.WithElement(i, less))
		}
	}
	return all
}

func reducedObject(v value.Value) []value.Value {
	all := []value.Value{value.Int(1), value.Object()}
	for key, member := range v.Members() {
		var rest []value.Member
		for k, other := range v.Members() {
			if k != key {
				rest = append(rest, value.Member{Key: k, Value: other})
			}
		}
		all = append(all, member, value.Object(rest...))
		for _, less := range reduced(member) {
			all = append(all, v.With(key, less))
		}
	}
	return all
}
