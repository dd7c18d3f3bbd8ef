package asl

import (
	"fmt"

	"github.com/stepwell/stepwell/value"
)

// A form checks a parameter's value. It returns what AWS says of a wrong one, and "" of a right one.
type form func(field string, v value.Value) string

// parameterForms lists which parameters of an action must have a form, in the order in which they are
// checked: those for which AWS was seen to start no task, and strings that cannot be anything else.
var parameterForms = map[string][]struct {
	field string
	form  form
}{
	"apigateway:invoke": {
		{"ApiEndpoint", aString},
		{"Method", aString},
		{"Stage", aString},
		{"Path", aString},
		{"Headers", lists},
		{"QueryParameters", lists},
	},
	"batch:submitJob":       {{"JobName", aString}, {"JobQueue", aString}, {"JobDefinition", aString}, {"Parameters", eachString}},
	"lambda:invoke":         {{"FunctionName", aString}},
	"sqs:sendMessage":       {{"QueueUrl", aString}},
	"states:startExecution": {{"StateMachineArn", aString}, {"Name", aString}},
}

// CheckParameters returns what is wrong with the parameters of a task, so that it cannot be started.
func (r Resource) CheckParameters(parameters value.Value) []string {
	if r.Kind != ServiceResource {
		return nil
	}
	var wrong []string
	for _, p := range parameterForms[r.Service+":"+r.Action] {
		if v, found := parameters.Get(p.field); found {
			if message := p.form(p.field, v); message != "" {
				wrong = append(wrong, message)
			}
		}
	}
	return wrong
}

func aString(field string, v value.Value) string {
	if v.Kind() == value.KindString || v.Kind() == value.KindNull {
		return ""
	}
	return fmt.Sprintf("The value for the field '%s' must be a STRING", field)
}

// eachString is the form of an object whose members are strings; the message names the member.
func eachString(_ string, v value.Value) string {
	for key, member := range v.Members() {
		if message := aString(key, member); message != "" {
			return message
		}
	}
	return ""
}

// lists is the form of an object whose members are arrays.
func lists(field string, v value.Value) string {
	for _, list := range v.Members() {
		if list.Kind() != value.KindArray {
			return fmt.Sprintf("The value of the field '%s' has an invalid format", field)
		}
	}
	return ""
}
