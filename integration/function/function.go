// Package function makes functions that answer without a process behind them, from a line of
// configuration: stand-ins for tests, demonstrations and measurements.
//
// [Parse] reads such a line, a kind and what it needs, into an [integration.Handler]; [CheckARN] says
// whether an ARN can name a function at all.
package function

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/value"
)

// Parse returns the function that text describes:
//
//	fixed:JSON   always answers this JSON text
//	echo:        answers its input
func Parse(text string) (integration.Handler, error) {
	kind, rest, _ := strings.Cut(text, ":")
	switch {
	case kind == "fixed":
		return fixed(rest)
	case text == "echo:":
		return integration.HandlerFunc(echo), nil
	case kind == "echo":
		return nil, fmt.Errorf("the function kind echo: is written so, with nothing after the colon, not %q", text)
	}
	return nil, fmt.Errorf("%q is no function: want fixed:JSON, which always answers this JSON, or echo:, which answers its input", text)
}

func fixed(text string) (integration.Handler, error) {
	answer, err := value.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("the answer of fixed:%s is not JSON: %w", text, err)
	}
	outcome := integration.Outcome{Output: answer}
	return integration.HandlerFunc(func(context.Context, integration.Task) integration.Outcome { return outcome }), nil
}

func echo(_ context.Context, t integration.Task) integration.Outcome {
	return integration.Outcome{Output: t.Input}
}

var errNoFunction = errors.New("is not the ARN of a function, such as arn:aws:lambda:us-east-1:123456789012:function:greet")

// CheckARN returns an error unless arn names a function, as the Resource of a Task state does.
func CheckARN(arn string) error {
	if r, ok := asl.ParseResource(arn); !ok || r.Kind != asl.FunctionResource {
		return fmt.Errorf("%q %w", arn, errNoFunction)
	}
	return nil
}
