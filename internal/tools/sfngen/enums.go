package main

import (
	"slices"
	"strings"
)

// writeEnums writes each enum as a string type with its values as constants.
func writeEnums(p *printer, m *model) {
	for _, s := range m.sorted(func(s *shape) bool { return len(s.Enum) > 0 }) {
		text := firstSentence(s.Documentation)
		if text == "" {
			text = "Values outside the set can be held, and are refused where a request is checked."
		}
		p.comment("%s is an enum of the API. %s", s.Name, text)
		p.printf("type %s string\n\n", s.Name)
		p.printf("// The values of [%s], in the model's order.\nconst (\n", s.Name)
		for _, value := range s.Enum {
			p.printf("%s%s %s = %q\n", s.Name, camel(value), s.Name, value)
		}
		p.printf(")\n\n")
	}
}

// writeErrorCodes writes a constant for each error that the model knows.
func writeErrorCodes(p *printer, m *model) {
	p.comment("The codes of the errors that the model lists.")
	p.printf("const (\n")
	for _, s := range m.sorted(func(s *shape) bool { return s.Exception }) {
		p.comment("%s is an error code. %s", codeName(s.Name), firstSentence(s.Documentation))
		p.printf("%s = %q\n", codeName(s.Name), s.Name)
	}
	p.printf(")\n")
}

func codeName(name string) string { return "Code" + name }

// writeOperations writes the table of operations, sorted by name.
func writeOperations(p *printer, m *model) {
	p.comment("APIVersion is the version of the API, and TargetPrefix what precedes an operation's name in X-Amz-Target.")
	p.printf("const (\nAPIVersion = %q\nTargetPrefix = %q\n)\n\n", m.Metadata.APIVersion, m.Metadata.TargetPrefix)
	p.comment("Operations lists every operation of the API, sorted by name. It is not to be changed.")
	p.printf("var Operations = []Operation{\n")
	names := make([]string, 0, len(m.Operations))
	for name := range m.Operations {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		writeOperation(p, m.Operations[name])
	}
	p.printf("}\n")
}

func writeOperation(p *printer, op operation) {
	p.printf("{\nName: %q,\n", op.Name)
	p.printf("NewInput: func() any { return new(%s) },\n", op.Input.Shape)
	p.printf("NewOutput: func() any { return new(%s) },\n", op.Output.Shape)
	codes := make([]string, len(op.Errors))
	for i, e := range op.Errors {
		codes[i] = codeName(e.Shape)
	}
	p.printf("Errors: []string{%s},\n", strings.Join(codes, ", "))
	if op.Endpoint.HostPrefix != "" {
		p.printf("HostPrefix: %q,\n", op.Endpoint.HostPrefix)
	}
	if op.Idempotent {
		p.printf("Idempotent: true,\n")
	}
	p.printf("},\n")
}
