// Command bootstrap is a Lambda function for tests, built with AWS's library for Go. The event says
// what it does.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// Refused is an error with a name of its own.
type Refused struct{ reason string }

// Error implements error.
func (r Refused) Error() string { return r.reason }

type event struct {
	Do string `json:"do"`
	MS int    `json:"ms"`
}

func handle(ctx context.Context, raw json.RawMessage) (any, error) {
	var e event
	_ = json.Unmarshal(raw, &e) // what is no object is given back
	switch e.Do {
	case "raise":
		return nil, Refused{"too many"}
	case "error":
		return nil, errors.New("plain")
	case "panic":
		panic("oh no")
	case "exit":
		os.Exit(3)
	case "sleep":
		time.Sleep(time.Duration(e.MS) * time.Millisecond)
		return os.Getpid(), nil
	case "large":
		return strings.Repeat("x", 7<<20), nil
	case "print":
		fmt.Println("to stdout")
		fmt.Fprintln(os.Stderr, "to stderr")
	case "context":
		c, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		return map[string]any{
			"name": lambdacontext.FunctionName, "version": lambdacontext.FunctionVersion, "arn": c.InvokedFunctionArn,
			"id": c.AwsRequestID, "remaining": time.Until(deadline).Seconds() > 1, "custom": c.ClientContext.Custom["a"], "env": os.Getenv("GREETING"),
		}, nil
	case "version":
		return version, nil
	}
	return raw, nil
}

// version is set when it is built.
var version = "1"

func main() {
	if os.Getenv("FAIL") != "" {
		fmt.Fprintln(os.Stderr, "no configuration")
		os.Exit(7)
	}
	lambda.Start(handle)
}
