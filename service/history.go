package service

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/history"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/store"
)

// GetExecutionHistory implements the operation of that name.
func (s *Service) GetExecutionHistory(ctx context.Context, in *sfn.GetExecutionHistoryInput) (*sfn.GetExecutionHistoryOutput, error) {
	row, err := s.execution(ctx, *in.ExecutionArn)
	if err != nil {
		return nil, err
	}
	r, err := s.store.Revision(ctx, row.MachineID, row.Revision)
	if err != nil {
		return nil, err
	}
	reverse := in.ReverseOrder != nil && *in.ReverseOrder
	purpose := fmt.Sprintf("history:%d:%t", row.ID, reverse)
	after, err := s.openPage(purpose, in.NextToken)
	if err != nil {
		return nil, err
	}
	withData := in.IncludeExecutionData == nil || *in.IncludeExecutionData
	events, more, err := page(s.visible(ctx, row.ID, after, reverse), pageSize(in.MaxResults))
	if err != nil {
		return nil, err
	}
	out := &sfn.GetExecutionHistoryOutput{Events: make([]sfn.HistoryEvent, 0, len(events))}
	id := engine.Identity(row, r)
	for _, e := range events {
		shown, _ := history.Render(e, id, withData)
		out.Events = append(out.Events, shown)
	}
	if more {
		out.NextToken = s.sealPage(purpose, binary.BigEndian.AppendUint64(nil, events[len(events)-1].Seq))
	}
	return out, nil
}

// visible yields the events of a journal that history shows, after the one at a sequence.
func (s *Service) visible(ctx context.Context, id store.ExecutionID, after []byte, reverse bool) iter.Seq2[interpreter.Event, error] {
	var last uint64
	if len(after) == 8 {
		last = binary.BigEndian.Uint64(after)
	}
	journal := s.store.Journal(ctx, id, last+1)
	if reverse && last > 0 {
		journal = s.store.JournalReverse(ctx, id, last-1)
	} else if reverse {
		journal = s.store.JournalReverse(ctx, id, 0)
	}
	return func(yield func(interpreter.Event, error) bool) {
		for e, err := range journal {
			if (err != nil || e.ID != 0) && !yield(e, err) {
				return
			}
		}
	}
}
