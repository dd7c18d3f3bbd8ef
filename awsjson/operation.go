package awsjson

import (
	"bytes"
	"context"
)

// An Operation is one entry of a service's table: a method of S without its types. [Op] makes it.
type Operation[S any] struct {
	// serve decodes body, calls the method on service and encodes its output.
	serve func(ctx context.Context, service S, body []byte, out *bytes.Buffer) error
}

// validator is a service that checks inputs before its methods get them.
type validator interface{ Validate(in any) error }

// Op makes an Operation of a method expression. A nil output is answered as {}. Where S has a method
// Validate(any) error, it is called with the *In before the method, and its error answered instead.
func Op[S, In, Out any](method func(S, context.Context, *In) (*Out, error)) Operation[S] {
	return Operation[S]{func(ctx context.Context, service S, body []byte, out *bytes.Buffer) error {
		in := new(In)
		if err := decode(body, in); err != nil {
			return err
		}
		if v, ok := any(service).(validator); ok {
			if err := v.Validate(in); err != nil {
				return err
			}
		}
		answer, err := method(service, ctx, in)
		if err != nil {
			return err
		}
		if answer == nil {
			out.WriteString("{}")
			return nil
		}
		return encode(out, answer)
	}}
}
