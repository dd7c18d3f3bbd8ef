package asl

func (s *stateReader) fail() State {
	f := &Fail{Common: s.base(TypeFail)}
	s.atMostOne("Error", "ErrorPath")
	s.atMostOne("Cause", "CausePath")
	f.ErrorQuery, f.CauseQuery = s.expressionQuery("Error"), s.expressionQuery("Cause")
	f.Failure = Failure{Error: s.optional("Error"), Cause: s.optional("Cause")}
	s.warnText("Error")
	s.warnText("Cause")
	f.ErrorPath, f.CausePath = s.expression("ErrorPath"), s.expression("CausePath")
	return f
}

// optional returns a text field, nil when it is absent.
func (o *reader) optional(field string) *string {
	if text, ok := o.text(field); ok {
		return &text
	}
	return nil
}
