package service

import (
	"cmp"
	"fmt"
	"iter"

	"github.com/stepwell/stepwell/sfn"
)

// Quotas are how many versions and aliases a state machine may have. A field that is zero has AWS's
// value: see "Quotas" in the Step Functions Developer Guide. What an account may have is not bounded.
type Quotas struct {
	// Versions is how many versions exist at once. AWS: 1,000.
	Versions int
	// Aliases is how many aliases exist at once. AWS: 100.
	Aliases int
}

func (q Quotas) versions() int { return cmp.Or(q.Versions, 1000) }

func (q Quotas) aliases() int { return cmp.Or(q.Aliases, 100) }

// room gives ServiceQuotaExceededException when there are most records already. what names them.
func room[R any](records iter.Seq2[R, error], most int, what string) error {
	n := 0
	for _, err := range records {
		if err != nil {
			return err
		}
		if n++; n >= most {
			return sfn.ServiceQuotaExceededException(fmt.Sprintf("The state machine has the maximum number of %s already: %d", what, most))
		}
	}
	return nil
}
