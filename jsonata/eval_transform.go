package jsonata

// transformer is the function that | pattern | update, delete | stands for: it changes a copy of its
// argument.
type transformer struct {
	node  *transformNode
	frame *frame
}

var transformSignature = mustSignature("<(oa):o>")

func (t *transformer) arity() int            { return 1 }
func (t *transformer) signature() *signature { return transformSignature }

func (n *transformNode) eval(_ *evaluator, _ item, f *frame) (item, error) {
	return callable(&function{body: &transformer{n, f}}), nil
}

func (t *transformer) call(e *evaluator, _ *function, args []item, _ item) (item, error) {
	if len(args) == 0 || !args[0].defined() {
		return undefined, nil
	}
	clone := e.lookup(t.node.clone, t.frame)
	if clone.function() == nil {
		return undefined, &Error{Code: "T2013", Position: t.node.position}
	}
	result, err := e.apply(clone, args[:1], null)
	if err != nil {
		return undefined, err
	}
	matches, err := e.eval(t.node.pattern, result, t.frame)
	if err != nil || !matches.defined() {
		return result, err
	}
	for _, match := range elements(matches) {
		if err := t.change(e, match); err != nil {
			return undefined, err
		}
	}
	return result, nil
}

// change updates one of the objects that the pattern matched.
func (t *transformer) change(e *evaluator, match item) error {
	update, err := e.eval(t.node.update, match, t.frame)
	if err != nil {
		return err
	}
	if update.defined() {
		if update.object() == nil {
			return &Error{Code: "T2011", Position: t.node.update.common().position, value: update}
		}
		for _, m := range update.object().list() {
			if err := e.spend(1); err != nil {
				return err
			}
			if o := match.object(); o != nil {
				e.changed(o)
				o.set(&e.budget, m.key, m.item)
			} else if match.kind != arrayKind {
				return plainError("Cannot create property '" + shortened(m.key) + "' on " + describe(match))
			}
		}
	}
	if t.node.remove == nil {
		return nil
	}
	return t.delete(e, match)
}

// describe names a scalar as JavaScript's errors do.
func describe(i item) string {
	switch i.kind {
	case stringKind:
		return "string '" + shortened(i.text) + "'"
	case numberKind:
		return "number '" + numberText(i.number) + "'"
	case booleanKind:
		if i.isTrue() {
			return "boolean 'true'"
		}
		return "boolean 'false'"
	default:
		return "null"
	}
}

func (t *transformer) delete(e *evaluator, match item) error {
	names, err := e.eval(t.node.remove, match, t.frame)
	if err != nil || !names.defined() {
		return err
	}
	e.chargeItems(len(elements(names)))
	for _, name := range elements(names) {
		if !name.isString() {
			return &Error{Code: "T2012", Position: t.node.remove.common().position, value: names}
		}
	}
	if o := match.object(); o != nil {
		e.changed(o)
		o.remove(&e.budget, elements(names))
	}
	return e.spend(0)
}

// clone copies i deeply, so that the copy can be changed. As the reference implementation copies by
// way of text, functions become empty strings and numbers have 15 digits.
func (e *evaluator) clone(i item) (item, error) {
	if err := e.spend(1); err != nil {
		return undefined, err
	}
	switch i.kind {
	case functionKind:
		return text(""), nil
	case undefinedKind:
		return null, nil
	case numberKind:
		return number(precise(i.number)), nil
	case arrayKind:
		return e.cloneArray(unwrapped(i).array())
	case objectKind:
		return e.cloneObject(i.object())
	default:
		return i, nil
	}
}

func (e *evaluator) cloneArray(a *array) (item, error) {
	if err := e.nest(); err != nil {
		return undefined, err
	}
	defer e.unnest()
	result := &array{}
	for _, element := range a.list() {
		copied, err := e.clone(element)
		if err != nil {
			return undefined, err
		}
		e.push(result, copied)
	}
	return list(result), nil
}

func (e *evaluator) cloneObject(o *object) (item, error) {
	if err := e.nest(); err != nil {
		return undefined, err
	}
	defer e.unnest()
	members := o.list()
	e.allocate(memberSize * len(members))
	result := &object{members: make([]member, 0, len(members))}
	for _, m := range members {
		copied, err := e.clone(m.item)
		if err != nil {
			return undefined, err
		}
		if m.item.defined() {
			result.members = append(result.members, member{m.key, copied})
		}
	}
	return record(result), nil
}
