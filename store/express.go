package store

import (
	"context"
	"fmt"
	"iter"

	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/value"
)

// The types of machines.
const (
	TypeStandard = "STANDARD"
	TypeExpress  = "EXPRESS"
)

// Express is all that is stored of an asynchronous Express execution, while it runs: what it takes
// to run it from the beginning. A synchronous one is not stored.
type Express struct {
	Row   Row
	Input value.Value
}

func describeExpress(c *coder, e *Express) {
	describeRow(c, &e.Row)
	c.value(100, &e.Input)
}

// StartExpress writes an asynchronous Express execution that began.
func (t *Tx) StartExpress(e Express) {
	t.put(kv.Express, key(nil).exec(e.Row.ID), encode(func(c *coder) { describeExpress(c, &e) }))
}

// EndExpress removes an Express execution that ended.
func (t *Tx) EndExpress(id ExecutionID) { t.delete(kv.Express, key(nil).exec(id)) }

// Express yields the asynchronous Express executions that run, by shard and age. With one whose
// record is damaged comes ErrDamaged and its id, and then the others.
func (s *Store) Express(ctx context.Context) iter.Seq2[Express, error] {
	return func(yield func(Express, error) bool) {
		for pair, err := range s.kv.Scan(ctx, kv.Express, kv.Range{}) {
			if err != nil {
				yield(Express{}, fmt.Errorf("read Express executions: %w", err))
				return
			}
			if !yield(decodeExpress(pair)) {
				return
			}
		}
	}
}

func decodeExpress(pair kv.Pair) (Express, error) {
	var e Express
	err := decode(pair.Value, func(c *coder) { describeExpress(c, &e) })
	k := keyReader{rest: pair.Key}
	k.u16()
	e.Row.ID = k.exec()
	return e, err
}
