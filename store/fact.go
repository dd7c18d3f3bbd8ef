package store

import (
	"fmt"
	"reflect"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/value"
)

// factKind knows how to write and read one type of Fact.
type factKind struct {
	number protowire.Number
	typ    reflect.Type
	// code writes f, or, when the coder reads, returns what it read.
	code func(c *coder, f interpreter.Fact) interpreter.Fact
}

func kindOf[F interpreter.Fact](number protowire.Number, describe func(*coder, *F)) factKind {
	return factKind{number: number, typ: reflect.TypeFor[F](), code: func(c *coder, f interpreter.Fact) interpreter.Fact {
		var fact F
		if f != nil {
			fact = f.(F)
		}
		describe(c, &fact)
		return fact
	}}
}

// factKinds lists every Fact with its number in journals. Numbers are for ever.
var factKinds = []factKind{
	kindOf(1, func(c *coder, f *interpreter.ExecutionStarted) { c.value(1, &f.Input) }),
	kindOf(2, func(c *coder, f *interpreter.ExecutionSucceeded) { c.value(1, &f.Output) }),
	kindOf(3, func(c *coder, f *interpreter.ExecutionFailed) { c.failure(1, &f.Failure) }),
	kindOf(4, func(c *coder, f *interpreter.ExecutionAborted) { c.failure(1, &f.Failure) }),
	kindOf(5, func(*coder, *interpreter.ExecutionTimedOut) {}),
	kindOf(6, func(c *coder, f *interpreter.StateEntered) {
		text(c, 1, &f.Type)
		text(c, 2, &f.Name)
		c.value(3, &f.Input)
	}),
	kindOf(7, func(c *coder, f *interpreter.StateExited) {
		text(c, 1, &f.Type)
		text(c, 2, &f.Name)
		if c.reading || f.Assigned.Kind() == value.KindObject {
			c.value(5, &f.Assigned) // before Output, which the next input often equals
		}
		c.value(3, &f.Output)
		text(c, 4, &f.Next)
	}),
	kindOf(8, func(c *coder, f *interpreter.StateAborted) { text(c, 1, &f.Type) }),
	kindOf(9, func(c *coder, f *interpreter.TaskScheduled) {
		text(c, 1, &f.Resource)
		c.value(2, &f.Input)
		c.int64(3, &f.TimeoutSeconds)
		c.int64(4, &f.HeartbeatSeconds)
		text(c, 5, &f.RoleARN)
	}),
	kindOf(10, func(c *coder, f *interpreter.TaskStarted) {
		c.uint(1, &f.Await)
		text(c, 2, &f.Resource)
		text(c, 3, &f.Worker)
	}),
	kindOf(11, func(c *coder, f *interpreter.TaskSubmitted) {
		c.uint(1, &f.Await)
		text(c, 2, &f.Resource)
		c.value(3, &f.Output)
	}),
	kindOf(12, func(c *coder, f *interpreter.TaskSucceeded) {
		c.uint(1, &f.Await)
		text(c, 2, &f.Resource)
		c.value(3, &f.Output)
	}),
	kindOf(13, func(c *coder, f *interpreter.TaskFailed) {
		c.uint(1, &f.Await)
		text(c, 2, &f.Resource)
		c.failure(3, &f.Failure)
	}),
	kindOf(14, func(c *coder, f *interpreter.TaskTimedOut) {
		c.uint(1, &f.Await)
		text(c, 2, &f.Resource)
		c.failure(3, &f.Failure)
		c.bool(5, &f.Heartbeat)
	}),
	kindOf(15, func(c *coder, f *interpreter.ParallelStarted) { c.value(1, &f.Input) }),
	kindOf(16, func(*coder, *interpreter.ParallelSucceeded) {}),
	kindOf(17, func(*coder, *interpreter.ParallelFailed) {}),
	kindOf(18, func(c *coder, f *interpreter.MapStarted) {
		c.value(1, &f.Items)
		c.int64(2, &f.MaxConcurrency)
		c.bool(3, &f.Keyed)
	}),
	kindOf(19, func(*coder, *interpreter.MapSucceeded) {}),
	kindOf(20, func(*coder, *interpreter.MapFailed) {}),
	kindOf(21, func(c *coder, f *interpreter.MapIterationStarted) {
		text(c, 1, &f.Name)
		c.int(2, &f.Index)
		c.value(3, &f.Input)
	}),
	kindOf(22, func(c *coder, f *interpreter.MapIterationSucceeded) { text(c, 1, &f.Name); c.int(2, &f.Index) }),
	kindOf(23, func(c *coder, f *interpreter.MapIterationFailed) { text(c, 1, &f.Name); c.int(2, &f.Index) }),
	kindOf(24, func(c *coder, f *interpreter.MapIterationAborted) { text(c, 1, &f.Name); c.int(2, &f.Index) }),
	kindOf(25, func(c *coder, f *interpreter.WaitStarted) { c.time(1, &f.Due) }),
	kindOf(26, func(c *coder, f *interpreter.RetryScheduled) { c.int(1, &f.Retrier); c.time(2, &f.Due) }),
	kindOf(27, func(*coder, *interpreter.Paused) {}),
	kindOf(28, func(c *coder, f *interpreter.CallbackReceived) {
		c.uint(1, &f.Await)
		c.bool(2, &f.Failed)
		c.value(3, &f.Output)
		c.failure(4, &f.Failure)
	}),
	kindOf(29, func(c *coder, f *interpreter.EvaluationFailed) {
		text(c, 1, &f.State)
		text(c, 2, &f.Location)
		c.failure(3, &f.Failure)
	}),
}

var (
	factByType   = make(map[reflect.Type]*factKind)
	factByNumber = make(map[protowire.Number]*factKind)
)

func init() {
	for i := range factKinds {
		k := &factKinds[i]
		factByType[k.typ] = k
		factByNumber[k.number] = k
	}
}

// fact is the field of an event that holds its Fact, under the number of its kind.
const factFields = 100

func (c *coder) fact(f *interpreter.Fact) {
	if c.reading {
		c.readFact(f)
		return
	}
	k := factByType[reflect.TypeOf(*f)]
	if k == nil {
		panic(fmt.Sprintf("store: no kind for the fact %T", *f))
	}
	c.nested(factFields+k.number, func(c *coder) { k.code(c, *f) })
}

func (c *coder) readFact(f *interpreter.Fact) {
	for _, w := range c.in {
		if k := factByNumber[w.number-factFields]; w.number > factFields && k != nil {
			c.readNested(w.bytes, func(c *coder) { *f = k.code(c, nil) })
			return
		}
	}
	c.err = fmt.Errorf("store: an event of an unknown kind")
}
