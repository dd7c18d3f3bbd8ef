package asl

import "math"

func (s *stateReader) mapState() State {
	m := &Map{Common: s.baseWithNext()}
	s.exactlyOne("ItemProcessor", "Iterator")
	for _, field := range []string{"ItemProcessor", "Iterator"} {
		if processor, ok := s.object(field); ok {
			m.Processor, m.processorField = processor.processor(), field
		}
	}
	s.atMostOne("MaxConcurrency", "MaxConcurrencyPath")
	s.atMostOne("ToleratedFailureCount", "ToleratedFailureCountPath")
	s.atMostOne("ToleratedFailurePercentage", "ToleratedFailurePercentagePath")
	s.atMostOne("ItemSelector", "Parameters")
	m.ConcurrencyPath = s.reference("MaxConcurrencyPath")
	m.MaxConcurrency = s.integer("MaxConcurrency", 0, math.MaxInt32, 0)
	m.ItemsPath = s.reference("ItemsPath")
	m.ItemSelector = s.template("ItemSelector")
	if m.ItemSelector == nil {
		m.ItemSelector = s.template("Parameters")
	}
	m.ResultSelector = s.template("ResultSelector")
	m.ResultPath = s.target("ResultPath")
	m.Retry = s.retry()
	m.Catch = s.catch()
	return m
}

// processor compiles an "ItemProcessor" or "Iterator".
func (o *reader) processor() *Block {
	o.only(processorFields)
	o.text("Comment")
	if config, ok := o.object("ProcessorConfig"); ok {
		config.processorConfig()
	}
	return o.block()
}

func (o *reader) processorConfig() {
	o.only(configFields)
	mode, _ := o.enum("Mode", "INLINE", "DISTRIBUTED")
	switch {
	case mode == "DISTRIBUTED":
		o.require("ExecutionType")
		o.enum("ExecutionType", "STANDARD", "EXPRESS")
	case o.has("ExecutionType"):
		o.refuse("Field 'ExecutionType' is not supported")
	}
}
