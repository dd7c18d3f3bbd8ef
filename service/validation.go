package service

import (
	"context"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/sfn"
)

// maxDiagnostics is how many diagnostics an answer has when the caller gives no maxResults, or 0.
const maxDiagnostics = 100

// ValidateStateMachineDefinition implements the operation of that name. What is right on AWS and not
// supported here fails too, as a definition that cannot be created.
func (s *Service) ValidateStateMachineDefinition(_ context.Context, in *sfn.ValidateStateMachineDefinitionInput) (*sfn.ValidateStateMachineDefinitionOutput, error) {
	found := s.diagnostics(*in.Definition, in.Type != nil && *in.Type == sfn.StateMachineTypeExpress)
	out := &sfn.ValidateStateMachineDefinitionOutput{
		Result: new(sfn.ValidateStateMachineDefinitionResultCodeOk), Truncated: new(false),
		Diagnostics: []sfn.ValidateStateMachineDefinitionDiagnostic{},
	}
	limit := maxDiagnostics
	if in.MaxResults != nil && *in.MaxResults > 0 {
		limit = int(*in.MaxResults)
	}
	warnings := in.Severity != nil && *in.Severity == sfn.ValidateStateMachineDefinitionSeverityWarning
	for _, d := range found {
		switch {
		case d.Severity == asl.SeverityError:
			out.Result = new(sfn.ValidateStateMachineDefinitionResultCodeFail)
		case !warnings:
			continue
		}
		if len(out.Diagnostics) == limit {
			out.Truncated = new(true)
			break
		}
		out.Diagnostics = append(out.Diagnostics, sfn.ValidateStateMachineDefinitionDiagnostic{
			Severity: new(sfn.ValidateStateMachineDefinitionSeverity(d.Severity)), Code: new(d.Code), Message: new(d.Message),
			Location: optional(d.Location),
		})
	}
	return out, nil
}

// diagnostics are all findings about a definition, those for Express machines included when it is to
// be one.
func (s *Service) diagnostics(definition string, express bool) []asl.Diagnostic {
	program, found := s.options.Definitions.Parse(definition)
	if program != nil && express {
		found = append(found, asl.CheckExpress(program)...)
	}
	return found
}

// checkDefinition refuses a definition about which a finding is an error.
func (s *Service) checkDefinition(definition string, express bool) error {
	if messages := asl.Messages(s.diagnostics(definition, express)); messages != "" {
		return sfn.InvalidDefinition(messages)
	}
	return nil
}
