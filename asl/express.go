package asl

// CheckExpress reports what p has that an Express state machine must not: tasks that wait for
// something other than the answer to their own request.
func CheckExpress(p *Program) []Diagnostic {
	var found findings
	checkExpressBlock(p.Root, root, &found)
	return found.list
}

func checkExpressBlock(b *Block, at *location, found *findings) {
	for _, s := range b.States {
		here := at.field("States").field(s.Base().Name)
		switch s := s.(type) {
		case *Task:
			if message := expressRefusal(s.Resource); message != "" {
				found.add(CodeSchema, here.field("Resource"), message)
			}
		case *Parallel:
			for i, branch := range s.Branches {
				checkExpressBlock(branch, here.field("Branches").element(i), found)
			}
		case *Map:
			checkExpressBlock(s.Processor, here.field(s.processorField), found)
		}
	}
}

// expressRefusal returns AWS's words, the trailing space of one of them included.
func expressRefusal(r Resource) string {
	switch {
	case r.Kind == ActivityResource:
		return "Express state machine does not support Activity ARN"
	case r.Pattern == WaitForTaskToken:
		return "Express state machine does not support '.waitForTaskToken' service integration "
	case r.Pattern == Sync || r.Pattern == Sync2:
		return "Express state machine does not support '.sync' service integration"
	}
	return ""
}
