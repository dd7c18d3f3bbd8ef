package function

import (
	"context"
	"fmt"
	"strings"

	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/lambda"
	"github.com/stepwell/stepwell/value"
)

// Parse returns the function that text describes, without a host:
//
//	fixed:JSON   always answers this JSON text
//	echo:        answers its input
func Parse(text string) (integration.Handler, error) {
	code, err := Static(text)
	if err != nil {
		return nil, err
	}
	outcome := func(t integration.Task) integration.Outcome { return integration.Outcome{Output: t.Input} }
	if fixed, ok := code.(lambda.Fixed); ok {
		answer := integration.Outcome{Output: value.Trusted(fixed.Answer)}
		outcome = func(integration.Task) integration.Outcome { return answer }
	}
	return integration.HandlerFunc(func(_ context.Context, t integration.Task) integration.Outcome { return outcome(t) }), nil
}

// Static reads what [Parse] reads as the code of a function.
func Static(text string) (lambda.Code, error) {
	kind, rest, _ := strings.Cut(text, ":")
	switch {
	case kind == "fixed":
		if _, err := value.Parse(rest); err != nil {
			return nil, fmt.Errorf("the answer of fixed:%s is not JSON: %w", rest, err)
		}
		return lambda.Fixed{Answer: rest}, nil
	case text == "echo:":
		return lambda.Echo{}, nil
	case kind == "echo":
		return nil, fmt.Errorf("the function kind echo: is written so, with nothing after the colon, not %q", text)
	}
	return nil, fmt.Errorf("%q is no function: want fixed:JSON, which always answers this JSON, or echo:, which answers its input", text)
}
