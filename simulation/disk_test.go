package simulation

import (
	"context"
	"errors"
	"sync"

	"github.com/stepwell/stepwell/kv"
)

var (
	errDead   = errors.New("the process is dead")
	errBroken = errors.New("the disk is broken")
)

// disk is the store of one life of the server: what it writes goes to the backend, which survives.
type disk struct {
	kv.Store
	schedule *schedule
	// landed is called with each batch of executions that is durable.
	landed func(kv.Batch)

	mu   sync.Mutex
	dead bool
	// fail makes the next commit fail; lands says that it is durable all the same.
	fail, lands bool
}

// Apply implements kv.Store. Between landing and returning the simulator gets a turn: a crash there
// leaves a commit that nobody was told of.
func (d *disk) Apply(ctx context.Context, b kv.Batch) error {
	if len(b.Fences) == 0 {
		return d.write(ctx, b)
	}
	err := d.write(ctx, b)
	if err == nil || errors.Is(err, errBroken) {
		d.schedule.turn("landed")
	}
	return err
}

func (d *disk) write(ctx context.Context, b kv.Batch) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return errDead
	}
	fail := d.fail && len(b.Fences) > 0
	if fail {
		d.fail = false
		if !d.lands {
			return errBroken
		}
	}
	if err := d.Store.Apply(ctx, b); err != nil {
		return err
	}
	if len(b.Fences) > 0 {
		d.landed(b)
	}
	if fail {
		return errBroken
	}
	return nil
}

// kill ends the life: nothing more reaches the backend.
func (d *disk) kill() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead = true
}

// breakNext makes the next commit of executions fail.
func (d *disk) breakNext(lands bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail, d.lands = true, lands
}
