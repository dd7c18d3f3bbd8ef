package service

import (
	"encoding/binary"
	"iter"

	"github.com/stepwell/stepwell/sfn"
	"github.com/stepwell/stepwell/store"
)

// defaultPage is how many results a page has when the caller gives no maxResults, or 0.
const defaultPage = 100

func pageSize(maxResults *int64) int {
	if maxResults == nil || *maxResults == 0 {
		return defaultPage
	}
	return int(*maxResults)
}

// openPage returns what a nextToken continues after: nil without one. A token holds for the list
// that it was made for only.
func (s *Service) openPage(purpose string, token *string) ([]byte, error) {
	if token == nil {
		return nil, nil
	}
	b, err := s.store.Sealer().Open("page:"+purpose, *token)
	if err != nil {
		return nil, sfn.InvalidToken()
	}
	return b, nil
}

func (s *Service) sealPage(purpose string, after []byte) *string {
	return new(s.store.Sealer().Seal("page:"+purpose, after))
}

// page takes up to size items; more says that there are others after the last one.
func page[T any](items iter.Seq2[T, error], size int) (taken []T, more bool, err error) {
	taken = []T{}
	for item, err := range items {
		if err != nil {
			return nil, false, err
		}
		if len(taken) == size {
			return taken, true, nil
		}
		taken = append(taken, item)
	}
	return taken, false, nil
}

// cursor is a place in a list of executions as bytes of a token.
func cursor(r store.Row) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(r.Start.UnixNano()))
	return binary.BigEndian.AppendUint64(b, uint64(r.ID))
}
