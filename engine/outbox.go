package engine

import (
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/store"
)

// announce writes for each target of events, into the step that changes a status, that this is to be
// told; was is the row before. An execution that ends in its first step has started and ended. Nobody
// is told of Express executions: see "EventBridge (CloudWatch Events) for Step Functions execution
// status changes" in the Step Functions Developer Guide.
func (s *shard) announce(r *resident, was store.Row, tx *store.Tx, release []func()) []func() {
	o := &s.engine.options
	if r.express() || len(o.EventTargets) == 0 {
		return release
	}
	var changes []store.StatusChange
	if was.Status == "" {
		changes = append(changes, store.StatusChange{Execution: r.row.ID, Number: 1, Status: interpreter.Running})
	}
	if r.row.Status != interpreter.Running {
		changes = append(changes, store.StatusChange{Execution: r.row.ID, Number: 2, Status: r.row.Status})
	}
	for _, target := range o.EventTargets {
		for _, c := range changes {
			c.Target = target
			tx.Announce(c)
		}
	}
	if o.Announced == nil {
		return release
	}
	return append(release, func() { o.Announced(len(changes)) })
}
