package main

import (
	"fmt"
	"slices"
	"strings"
)

// writeValidate writes a Validate method for each input, a check for each structure inside one, and the
// rules of the shapes they use.
func writeValidate(p *printer, m *model) {
	used := m.inputShapes()
	for _, s := range m.sorted(func(s *shape) bool { return used[s.Name] && s.constrained() }) {
		writeRule(p, s)
	}
	for _, s := range m.structures(isInput) {
		p.comment("Validate reports where in breaks a constraint of the model, as a ValidationException (*Error) in AWS's words, or nil.")
		p.printf("func (in *%s) Validate(limits Limits) error {\nv := &violations{limits: limits}\n", s.Name)
		writeChecks(p, m, s, "in", "")
		p.printf("return v.err()\n}\n\n")
	}
	for _, s := range m.structures(func(s *shape) bool { return used[s.Name] && !isInput(s) && needsCheck(m, s) }) {
		p.printf("func (s *%s) check(v *violations, at string) {\n", s.Name)
		writeChecks(p, m, s, "s", `at + ".`)
		p.printf("}\n\n")
	}
	writeRenders(p, m, used)
}

// writeRule writes the constraints of one shape as a variable.
func writeRule(p *printer, s *shape) {
	var fields []string
	add := func(layout string, args ...any) { fields = append(fields, fmt.Sprintf(layout, args...)) }
	if s.Min != nil && !(s.Type == "string" && *s.Min == 0) {
		add("min: %d, hasMin: true", *s.Min)
	}
	if s.Max != nil {
		add("max: %d, hasMax: true", *s.Max)
	}
	if s.Pattern != "" {
		add("pattern: %q, matches: matches%s", s.Pattern, s.Name)
	}
	if len(s.Enum) > 0 {
		add("enum: []string{%s}", quoted(printedOrder(s)))
	}
	if s.Sensitive {
		add("sensitive: true")
	}
	if kind, ok := liftables[s.Name]; ok {
		add("lift: %s", kind)
	}
	p.printf("var rule%s = rule{%s}\n\n", s.Name, strings.Join(fields, ", "))
}

// liftables are the shapes whose maximum sfn.Limits can lift, and by what.
var liftables = map[string]string{
	"SensitiveData": "liftPayload", "Definition": "liftDefinition",
	"Name": "liftName", "CharacterRestrictedName": "liftName", "TestStateStateName": "liftName",
}

// printedOrders holds the enums that AWS was seen to print in an order that is not the model's.
var printedOrders = map[string][]string{
	"ExecutionStatus": {"SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"},
}

// printedOrder returns the values of an enum as violations list them. An observed order that has fallen
// behind the model gives way to it.
func printedOrder(s *shape) []string {
	observed := printedOrders[s.Name]
	if slices.Equal(slices.Sorted(slices.Values(observed)), slices.Sorted(slices.Values(s.Enum))) {
		return observed
	}
	return s.Enum
}

func quoted(values []string) string {
	out := make([]string, len(values))
	for i, value := range values {
		out[i] = fmt.Sprintf("%q", value)
	}
	return strings.Join(out, ", ")
}

// needsCheck reports whether anything in a structure can be wrong.
func needsCheck(m *model, s *shape) bool {
	if len(s.Required) > 0 {
		return true
	}
	for _, f := range s.Members {
		t := m.Shapes[f.Shape]
		if t.constrained() || t.Type == "structure" && needsCheck(m, t) {
			return true
		}
		if t.Type == "list" && checkedElement(m, t) {
			return true
		}
	}
	return false
}

// checkedElement reports whether the elements of a list can be wrong.
func checkedElement(m *model, list *shape) bool {
	e := m.Shapes[list.Member.Shape]
	return e.constrained() || e.Type == "structure" && needsCheck(m, e)
}

// writeChecks writes the checks of every member of s, held by the variable receiver. Paths begin with
// prefix, an unfinished Go expression.
func writeChecks(p *printer, m *model, s *shape, receiver, prefix string) {
	for _, f := range s.Members {
		t := m.Shapes[f.Shape]
		path := prefix + f.Name + `"`
		if prefix == "" {
			path = `"` + path
		}
		field := receiver + "." + exported(f.Name)
		if slices.Contains(s.Required, f.Name) {
			p.printf("v.require(%s, %s != nil)\n", path, field)
		}
		switch t.Type {
		case "string":
			if t.constrained() {
				p.printf("checkText(v, %s, %s, &rule%s)\n", path, field, t.Name)
			}
		case "integer", "long", "float":
			if t.constrained() {
				p.printf("checkNumber(v, %s, %s, &rule%s)\n", path, field, t.Name)
			}
		case "structure":
			if needsCheck(m, t) {
				p.printf("if %s != nil {\n%s.check(v, %s)\n}\n", field, field, path)
			}
		case "list":
			writeListChecks(p, m, t, field, path)
		}
	}
}

// writeListChecks writes the checks of a list's length and of its elements.
func writeListChecks(p *printer, m *model, list *shape, field, path string) {
	if list.constrained() {
		p.printf("checkList(v, %s, %s, &rule%s)\n", path, field, list.Name)
	}
	e := m.Shapes[list.Member.Shape]
	switch {
	case e.Type == "structure" && needsCheck(m, e):
		p.printf("for i := range %s {\n%s[i].check(v, element(%s, i))\n}\n", field, field, path)
	case e.Type == "string" && e.constrained():
		p.printf("v.texts(%s, %s, &rule%s)\n", path, field, e.Name)
	}
}

// writeRenders writes how the elements of bounded lists look in the text of a violation.
func writeRenders(p *printer, m *model, used map[string]bool) {
	for _, list := range m.sorted(func(s *shape) bool { return used[s.Name] && s.Type == "list" && s.constrained() }) {
		e := m.Shapes[list.Member.Shape]
		p.printf("func (s %s) render() string {\nreturn renderStruct(%q", e.Name, e.Name)
		for _, f := range e.Members {
			p.printf(", %q, renderValue(s.%s)", f.Name, exported(f.Name))
		}
		p.printf(")\n}\n\n")
	}
}
