package asl

import (
	"fmt"
	"strings"
	"testing"
)

const fiveStates = `{
  "Comment": "Charge, wait, ship",
  "StartAt": "Charge",
  "States": {
    "Charge": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:charge",
      "Parameters": {"order.$": "$.order.id", "amount.$": "$.order.amount", "currency": "EUR"},
      "ResultPath": "$.receipt", "TimeoutSeconds": 300, "HeartbeatSeconds": 30,
      "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts": 5, "BackoffRate": 1.5}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Refused"}],
      "Next": "Large?"},
    "Large?": {"Type": "Choice", "Default": "Ship", "Choices": [
      {"And": [{"Variable": "$.order.amount", "NumericGreaterThan": 1000},
               {"Not": {"Variable": "$.order.trusted", "BooleanEquals": true}}], "Next": "Cool off"}]},
    "Cool off": {"Type": "Wait", "Seconds": 3600, "Next": "Ship"},
    "Ship": {"Type": "Pass", "Result": {"shipped": true}, "ResultPath": "$.shipping", "End": true},
    "Refused": {"Type": "Fail", "Error": "Refused", "Cause": "The charge failed"}
  }
}`

// manyStates returns a valid definition of about the largest size that the API takes.
func manyStates() string {
	const states = 9000
	var b strings.Builder
	b.WriteString(`{"StartAt":"S0","States":{`)
	for i := range states {
		fmt.Fprintf(&b, `"S%d":{"Type":"Pass","Parameters":{"n":%d,"order.$":"$.order.id"},"ResultPath":"$.step","Next":"S%d"},`, i, i, i+1)
	}
	fmt.Fprintf(&b, `"S%d":{"Type":"Succeed"}}}`, states)
	return b.String()
}

func BenchmarkParse(b *testing.B) {
	for name, definition := range map[string]string{"5 states": fiveStates, "1 MB": manyStates()} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(definition)))
			b.ReportAllocs()
			for b.Loop() {
				if p, ds := Parse(definition); p == nil {
					b.Fatal(ds)
				}
			}
		})
	}
}
