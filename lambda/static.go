package lambda

import (
	"context"
	"fmt"
	"runtime/debug"
)

// worker implements [Code].
func (a Fixed) worker(*Host, *Function) worker {
	return static(func(*call) []byte { return []byte(a.Answer) })
}

// worker implements [Code].
func (Echo) worker(*Host, *Function) worker {
	return static(func(c *call) []byte { return c.payload })
}

// static answers without a process.
type static func(c *call) []byte

func (f static) invoke(c *call) (answer, error) { return answer{payload: f(c)}, nil }

func (static) retire() {}

// Native is a function of this program: it returns a result, or an error of the function in Lambda's
// form.
type Native func(ctx context.Context, event []byte) (payload []byte, failed bool)

// natively answers with a Native. It lets a caller leave, although the Native may not.
type natively struct {
	host   *Host
	native Native
}

func (n *natively) invoke(c *call) (answer, error) {
	started := n.host.spawn(func() {
		c.reply(n.run(c), nil)
	})
	if !started {
		return answer{}, closing()
	}
	return c.wait()
}

// run runs the Native. One that panics fails its call, not the server.
func (n *natively) run(c *call) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			n.host.log.Error("a function panicked", "function", c.arn, "panic", p, "stack", string(debug.Stack()))
			a = failure("Lambda.Unknown", fmt.Sprintf("The function panicked: %v", p))
		}
	}()
	payload, failed := n.native(c.ctx, c.payload)
	return answer{payload, failed}
}

func (*natively) retire() {}
