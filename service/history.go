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

// maxHistoryBytes is how large a page of a history is before its last event: a thousand events with the
// largest data would be hundreds of megabytes.
const maxHistoryBytes = 8 << 20

// GetExecutionHistory implements the operation of that name. A page may have fewer events than maxResults.
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
	out := &sfn.GetExecutionHistoryOutput{Events: []sfn.HistoryEvent{}}
	id, bytes, last := engine.Identity(row, r), 0, uint64(0)
	for e, err := range s.visible(ctx, row.ID, after, reverse) {
		if err != nil {
			return nil, err
		}
		if len(out.Events) == pageSize(in.MaxResults) || bytes >= maxHistoryBytes {
			out.NextToken = s.sealPage(purpose, binary.BigEndian.AppendUint64(nil, last))
			break
		}
		shown, _ := history.Render(e, id, withData)
		addVia(&shown, row)
		out.Events, last = append(out.Events, shown), e.Seq
		bytes += e.Size()
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
