package asl

import (
	"math"

	"github.com/stepwell/stepwell/value"
)

func (s *stateReader) mapState() State {
	m := &Map{Common: s.baseWithNext(TypeMap)}
	s.exactlyOne("ItemProcessor", "Iterator")
	for _, field := range []string{"ItemProcessor", "Iterator"} {
		if processor, ok := s.object(field); ok {
			m.Processor, m.processorField = processor.processor(), field
		}
	}
	s.atMostOne("ItemSelector", "Parameters")
	m.MaxConcurrency = s.integerOrQuery("MaxConcurrency", 0, math.MaxInt32)
	m.ToleratedFailureCount = s.integerOrQuery("ToleratedFailureCount", 0, math.MaxInt32)
	m.ToleratedFailurePercentage = s.percentageOrQuery("ToleratedFailurePercentage")
	m.ItemsPath = s.reference("ItemsPath")
	m.Items = s.items()
	m.ItemSelector = s.templateOrQuery("ItemSelector", "ItemSelector")
	if m.ItemSelector.IsZero() {
		m.ItemSelector.Payload = s.template("Parameters")
	}
	m.ResultSelector = s.template("ResultSelector")
	m.ResultPath = s.target("ResultPath")
	m.Retry = s.retry()
	m.Catch = s.catch()
	return m
}

// items compiles "Items": an array or an expression.
func (o *reader) items() *Query {
	if v, found := o.get("Items"); found && !o.isExpression(v) {
		o.typed("Items", value.KindArray, "Array")
	}
	return o.query("Items")
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
