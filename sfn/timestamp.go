package sfn

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
)

// A Timestamp is an instant of the API with the precision of a millisecond. In JSON it is a number of
// seconds since 1970, its fraction in milliseconds: 1700000000.123.
type Timestamp struct{ time.Time }

// NewTimestamp returns t cut to the millisecond, in UTC, for an output member.
func NewTimestamp(t time.Time) *Timestamp {
	return &Timestamp{t.UTC().Truncate(time.Millisecond)}
}

// MarshalJSON writes the seconds with as many digits of the milliseconds as are needed.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	millis := t.UnixMilli()
	b := make([]byte, 0, 20)
	if millis < 0 {
		b = append(b, '-')
		millis = -millis
	}
	b = strconv.AppendInt(b, millis/1000, 10)
	fraction := millis % 1000
	if fraction == 0 {
		return b, nil
	}
	b = append(b, '.', byte('0'+fraction/100), byte('0'+fraction/10%10), byte('0'+fraction%10))
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	return b, nil
}

// UnmarshalJSON reads a number of seconds, rounding to the millisecond.
func (t *Timestamp) UnmarshalJSON(data []byte) error {
	var seconds float64
	if err := json.Unmarshal(data, &seconds); err != nil {
		return err
	}
	millis := math.Round(seconds * 1000)
	if math.Abs(millis) > 1<<53 {
		return fmt.Errorf("timestamp %s is out of range", data)
	}
	t.Time = time.UnixMilli(int64(millis)).UTC()
	return nil
}
