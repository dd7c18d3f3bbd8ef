package asl

import "testing"

func TestParseResource(t *testing.T) {
	service := func(name, action string, p Pattern) Resource {
		return Resource{Kind: ServiceResource, Service: name, Action: action, Pattern: p}
	}
	for arn, want := range map[string]Resource{
		"arn:aws:states:us-east-1:123456789012:activity:a":            {Kind: ActivityResource},
		"arn:aws-us-gov:states:us-gov-west-1:123456789012:activity:a": {Kind: ActivityResource},
		"arn:aws:lambda:us-east-1:123456789012:function:f":            {Kind: FunctionResource},
		"arn:aws:lambda:us-east-1:123456789012:function:f:live":       {Kind: FunctionResource},
		"arn:aws:states:::states:startExecution":                      service("states", "startExecution", RequestResponse),
		"arn:aws-cn:states:::states:startExecution.sync":              service("states", "startExecution", Sync),
		"arn:aws:states:::states:startExecution.sync:2":               service("states", "startExecution", Sync2),
		"arn:aws:states:::sqs:sendMessage.waitForTaskToken":           service("sqs", "sendMessage", WaitForTaskToken),
		"arn:aws:states:::aws-sdk:sqs:sendMessage":                    service("aws-sdk:sqs", "sendMessage", RequestResponse),

		"":       {},
		"lambda": {},
		"arn:aws:states:us-east-1:123456789012:activity:":              {},
		"arn:aws:states:us-east-1:123456789012:stateMachine:m":         {},
		"arn:aws:lambda:us-east-1:123456789012:layer:l":                {},
		"arn:aws:iam::123456789012:role/r":                             {},
		"arn::states:::states:startExecution":                          {},
		"arn:aws:states:::states":                                      {},
		"arn:aws:states:::states:":                                     {},
		"arn:aws:states:::states:startExecution.later":                 {},
		"arn:aws:states:::states:startExecution.sync.waitForTaskToken": {},
	} {
		t.Run(arn, func(t *testing.T) {
			known := want != Resource{}
			if known {
				want.ARN = arn
			}
			if got, ok := ParseResource(arn); got != want || ok != known {
				t.Errorf("got %+v, %v, want %+v, %v", got, ok, want, known)
			}
		})
	}
}

func TestCheckExpress(t *testing.T) {
	p, ds := Parse(`{"StartAt":"P","States":{
		"P":{"Type":"Parallel","End":true,"Branches":[
			{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:a","End":true}}},
			{"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"S","States":{
				"S":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync","Parameters":{"StateMachineArn":"m"},"Next":"R"},
				"R":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution","Parameters":{"StateMachineArn":"m"},"Next":"F"},
				"F":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","End":true}}}}}},
			{"StartAt":"I","States":{"I":{"Type":"Map","End":true,"Iterator":{"StartAt":"B","States":{
				"B":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:a","End":true}}}}}}]}}}`)
	if p == nil {
		t.Fatal(ds)
	}
	want := "SCHEMA_VALIDATION_FAILED /States/P/Branches[0]/States/A/Resource: Express state machine does not support Activity ARN\n" +
		"SCHEMA_VALIDATION_FAILED /States/P/Branches[1]/States/M/ItemProcessor/States/S/Resource: Express state machine does not support '.sync' service integration\n" +
		"SCHEMA_VALIDATION_FAILED /States/P/Branches[2]/States/I/Iterator/States/B/Resource: Express state machine does not support Activity ARN\n"
	if got := listed(CheckExpress(p)); got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
}
