package main

import (
	"fmt"
	"slices"
	"strings"
)

// apiReference is where AWS documents an operation or a structure, by name.
const apiReference = "https://docs.aws.amazon.com/step-functions/latest/apireference/API_"

func isInput(s *shape) bool { return strings.HasSuffix(s.Name, "Input") && s.Name != "MockInput" }
func isOutput(s *shape) bool {
	return strings.HasSuffix(s.Name, "Output") && s.Name != "MockErrorOutput"
}

// isEvent accepts HistoryEvent and the structures that only it holds.
func isEvent(s *shape) bool {
	return strings.HasPrefix(s.Name, "HistoryEvent") || strings.HasSuffix(s.Name, "EventDetails") ||
		s.Name == "AssignedVariablesDetails"
}

func isOther(s *shape) bool { return !isInput(s) && !isOutput(s) && !isEvent(s) }

func writeInputs(p *printer, m *model) {
	for _, s := range m.structures(isInput) {
		op := strings.TrimSuffix(s.Name, "Input")
		p.comment("%s is the request of %s. %s", s.Name, op, firstSentence(m.Operations[op].Documentation))
		p.printf("//\n// %s%s.html\n", apiReference, op)
		writeStruct(p, m, s)
	}
}

func writeOutputs(p *printer, m *model) {
	for _, s := range m.structures(isOutput) {
		op := strings.TrimSuffix(s.Name, "Output")
		p.comment("%s is the answer of %s.", s.Name, op)
		p.printf("//\n// %s%s.html\n", apiReference, op)
		writeStruct(p, m, s)
	}
}

func writeStructures(p *printer, m *model) { writeDocumented(p, m, isOther) }

func writeEvents(p *printer, m *model) { writeDocumented(p, m, isEvent) }

// writeDocumented writes the structures that keep accepts, each with the model's own sentence.
func writeDocumented(p *printer, m *model, keep func(*shape) bool) {
	for _, s := range m.structures(keep) {
		p.comment("%s is a structure of the API. %s", s.Name, firstSentence(s.Documentation))
		p.printf("//\n// %s%s.html\n", apiReference, s.Name)
		writeStruct(p, m, s)
	}
}

// writeStruct writes the type declaration alone.
func writeStruct(p *printer, m *model, s *shape) {
	p.printf("type %s struct {\n", s.Name)
	for _, f := range s.Members {
		p.comment("%s", fieldText(m, s, f))
		p.printf("%s %s `json:\"%s,omitzero\"`\n", exported(f.Name), goType(m, f.Shape), f.Name)
	}
	p.printf("}\n\n")
}

// fieldText documents a field: the model's sentence, and whether it is required or sensitive.
func fieldText(m *model, s *shape, f member) string {
	text := firstSentence(f.Documentation)
	if text == "" {
		text = firstSentence(m.Shapes[f.Shape].Documentation)
	}
	if slices.Contains(s.Required, f.Name) {
		text += " Required."
	}
	if m.Shapes[f.Shape].Sensitive {
		text += " Sensitive."
	}
	return text
}

// goType returns the Go type of a field of the named shape. Scalars and structures are pointers and an
// absent list or map is nil, because absent, null and zero are different in requests and answers.
func goType(m *model, name string) string {
	s := m.Shapes[name]
	switch s.Type {
	case "list":
		return "[]" + elementType(m, s.Member.Shape)
	case "map":
		return "map[string]" + elementType(m, s.Value.Shape)
	}
	return "*" + elementType(m, name)
}

// elementType returns the Go type of the named shape where it is always present, as in a list.
func elementType(m *model, name string) string {
	s := m.Shapes[name]
	switch s.Type {
	case "structure":
		return s.Name
	case "string":
		if len(s.Enum) > 0 {
			return s.Name
		}
		return "string"
	case "integer", "long":
		return "int64"
	case "float":
		return "float64"
	case "boolean":
		return "bool"
	case "timestamp":
		return "Timestamp"
	case "list", "map":
		return goType(m, name)
	}
	panic(fmt.Sprintf("shape %s has the unknown type %q", name, s.Type))
}
