package asl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// block compiles the "StartAt" and "States" of o: a machine, a branch or a processor.
func (o *reader) block() *Block {
	o.require("States", "StartAt")
	l := &level{outer: o.c.level, assigned: make(map[string]*location)}
	o.c.levels = append(o.c.levels, l)
	o.c.level = l
	defer func() { o.c.level = l.outer }()
	b := &Block{byName: make(map[string]State)}
	if start, ok := o.text("StartAt"); ok {
		b.StartAt = start
		l.start = &edge{target: start, at: o.at.field("StartAt")}
	}
	states, ok := o.object("States")
	if !ok {
		return b
	}
	l.readable = true
	if len(states.members) == 0 {
		o.refuseField("States", "Value cannot be empty")
	}
	for _, m := range states.members {
		if s := o.c.state(m.Key, m.Value, states.at.field(m.Key), l); s != nil {
			b.States = append(b.States, s)
			b.byName[m.Key] = s
		}
	}
	return b
}

// state compiles one state of a level. It returns nil when its type cannot be told.
func (c *checker) state(name string, v value.Value, at *location, l *level) State {
	n := &node{name: name, at: at}
	l.nodes = append(l.nodes, n)
	c.checkName(name, at)
	o, ok := c.object(v, at, c.machine)
	if !ok {
		return nil
	}
	o.readEdges(n)
	t, ok := o.stateType()
	if !ok {
		return nil
	}
	o.state = at
	n.terminal = n.terminal || t == TypeSucceed || t == TypeFail
	o.readLanguage(t)
	outer := c.mentioned
	c.mentioned = nil
	s := (&stateReader{reader: o, node: n}).compile(t)
	slices.Sort(c.mentioned)
	s.Base().Variables = slices.Compact(c.mentioned)
	c.mentioned = outer
	return s
}

// checkName reports a name that is empty, too long, or that another state has, at any level.
func (c *checker) checkName(name string, at *location) {
	if name == "" {
		c.refused.add(CodeInvalidStateName, at, "Invalid State name: a name cannot be empty")
	}
	if c.limits.exceeds(name) {
		c.refused.add(CodeInvalidStateName, at, fmt.Sprintf(
			"Invalid State name: %s exceeds the %d-character limit allowed by the service", name, c.limits.NameCharacters))
	}
	if c.names[name] {
		c.refused.add(CodeDuplicateName, at, "Duplicate State name: "+name)
	}
	c.names[name] = true
}

// stateType returns the kind of the state, if its "Type" names one.
func (o *reader) stateType() (Type, bool) {
	if !o.has("Type") {
		o.refuse("The field 'Type' is required")
		return "", false
	}
	name, ok := o.text("Type")
	if !ok {
		return "", false
	}
	t, known := typeNamed(name)
	if !known {
		o.refuseField("Type", "The field 'Type' should have one of these values: [%s]", strings.Join(stateTypes, ", "))
	}
	return t, known
}

// readLanguage settles the query language of a state and checks its fields against it.
func (o *reader) readLanguage(t Type) {
	o.language = o.ownLanguage(o.c.machine)
	if o.c.machine == languageJSONata && o.language == languageJSONPath {
		o.refuse("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")
		o.language = languageAny
	}
	o.only(stateFields[t])
	o.checkLanguage()
}

// stateReader reads the object of one state and notes its transitions in the node.
type stateReader struct {
	*reader
	node *node
}

func (s *stateReader) compile(t Type) State {
	switch t {
	case TypeTask:
		return s.task()
	case TypePass:
		return s.pass()
	case TypeWait:
		return s.wait()
	case TypeChoice:
		return s.choice()
	case TypeSucceed:
		return &Succeed{Common: s.base(TypeSucceed)}
	case TypeFail:
		return s.fail()
	case TypeParallel:
		return s.parallel()
	case TypeMap:
		return s.mapState()
	}
	panic("asl: no compiler for state type " + string(t))
}

// base compiles the fields that every kind of state has.
func (s *stateReader) base(t Type) Common {
	b := Common{Name: s.node.name, JSONata: s.language == languageJSONata}
	b.Comment, _ = s.text("Comment")
	b.InputPath = s.selector("InputPath")
	b.OutputPath = s.selector("OutputPath")
	var sees []statesField
	if t == TypeTask || t == TypeParallel || t == TypeMap {
		sees = []statesField{statesResult}
	}
	b.Output = s.output(sees...)
	b.Assign = s.assign(sees...)
	return b
}

// baseWithNext is base for the states that have "Next" or "End".
func (s *stateReader) baseWithNext(t Type) Common {
	b := s.base(t)
	b.Next, _ = s.text("Next")
	ends, _ := s.bool("End")
	switch found := s.has("Next"); {
	case found && ends:
		s.refuse("There should only be one of the following fields: [Next, End]")
	case !found && !ends:
		s.refuse("This object should have only one of the following fields: [Next, End]")
	}
	return b
}
