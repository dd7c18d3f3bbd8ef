package asl

func (s *stateReader) pass() State {
	p := &Pass{Common: s.baseWithNext(TypePass)}
	p.Parameters = s.template("Parameters")
	p.Result, p.HasResult = s.get("Result")
	s.warnResult()
	p.ResultPath = s.target("ResultPath")
	return p
}
