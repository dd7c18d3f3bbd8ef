package asl

func (s *stateReader) parallel() State {
	p := &Parallel{Common: s.baseWithNext(TypeParallel)}
	s.require("Branches")
	for _, branch := range s.objects("Branches", false) {
		branch.only(branchFields)
		branch.text("Comment")
		p.Branches = append(p.Branches, branch.block())
	}
	p.Parameters = s.templateOrQuery("Parameters", "Arguments")
	p.ResultSelector = s.template("ResultSelector")
	p.ResultPath = s.target("ResultPath")
	p.Retry = s.retry()
	p.Catch = s.catch()
	return p
}
