package stepwell

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/value"
)

// Error is a failure with a name of its own, for Retry and Catch to tell apart.
type Error struct {
	// Name is what ErrorEquals matches.
	Name string
	// Cause explains it.
	Cause string
}

// Error implements error.
func (e *Error) Error() string { return e.Name + ": " + e.Cause }

// Func makes f the function behind arn, such as
// "arn:aws:lambda:us-east-1:123456789012:function:greet": a Task state with that Resource calls f
// with its input, a JSON text, and takes what f returns, a JSON text too, as its result.
//
// An *[Error] that f returns fails the task with its name and cause. Any other error fails it as
// Lambda does: the name is the error's Go type, the cause {"errorMessage":…,"errorType":…}.
//
// f may be called again for work that it had finished, when the process died before its result was
// stored. For that, give f before the first call of Handler, Start, Run, Wait or Watch; a task whose
// function is not there fails as one of a Lambda function that does not exist.
func (s *Server) Func(arn string, f func(ctx context.Context, input []byte) ([]byte, error)) {
	s.handlers.Register(arn, integration.HandlerFunc(func(ctx context.Context, t integration.Task) integration.Outcome {
		out, err := f(ctx, []byte(t.Input.Text()))
		if err != nil {
			return integration.Outcome{Failure: failure(err)}
		}
		if len(out) == 0 {
			return integration.Outcome{Output: value.Null}
		}
		v, err := value.Parse(string(out))
		if err != nil {
			return integration.Outcome{Failure: failure(&Error{Name: "Lambda.Unknown", Cause: "The function did not return JSON: " + err.Error()})}
		}
		return integration.Outcome{Output: v}
	}))
}

func failure(err error) *asl.Failure {
	var named *Error
	if errors.As(err, &named) {
		return &asl.Failure{Error: &named.Name, Cause: &named.Cause}
	}
	name := typeName(err)
	text, _ := json.Marshal(struct { // two strings always encode
		ErrorMessage string `json:"errorMessage"`
		ErrorType    string `json:"errorType"`
	}{err.Error(), name})
	cause := string(text)
	return &asl.Failure{Error: &name, Cause: &cause}
}

// typeName names the type of err without its package, as aws-lambda-go does.
func typeName(err error) string {
	t := reflect.TypeOf(err)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}
