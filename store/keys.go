package store

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/stepwell/stepwell/interpreter"
)

// Keys of kv.Meta.
const (
	metaFormat   = 'f'
	metaTokenKey = 'k'
)

// ExecutionID is the internal name of an execution: the microsecond of its start in the upper 56
// bits, made unique within its shard, and the shard in the lower 8.
type ExecutionID uint64

// Shard returns the shard that owns the execution.
func (id ExecutionID) Shard() uint16 { return uint16(id & (Shards - 1)) }

// NextExecutionID returns the id of an execution that starts in shard at now, greater than last.
func NextExecutionID(shard uint16, last ExecutionID, now time.Time) ExecutionID {
	id := ExecutionID(now.UnixMicro())<<8 | ExecutionID(shard)
	if id <= last {
		id = last + Shards
	}
	return id
}

// Scope is what separates tenants: nothing of one scope is visible in another.
type Scope struct{ Account, Region string }

// ShardOf returns the shard of the execution called name of a machine.
func ShardOf(scope Scope, machine, name string) uint16 {
	h := fnv.New64a()
	for _, part := range []string{scope.Account, scope.Region, machine, name} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	sum := h.Sum64()
	return uint16((sum ^ sum>>32) & (Shards - 1))
}

// key builds an order-preserving key: numbers big-endian, strings escaped and terminated so that
// no string is a prefix of another.
type key []byte

func (k key) u8(b byte) key        { return append(k, b) }
func (k key) u16(n uint16) key     { return binary.BigEndian.AppendUint16(k, n) }
func (k key) u64(n uint64) key     { return binary.BigEndian.AppendUint64(k, n) }
func (k key) desc(n uint64) key    { return k.u64(^n) }
func (k key) time(t time.Time) key { return k.u64(uint64(t.UnixNano())) }

func (k key) str(s string) key {
	for i := range len(s) {
		if s[i] == 0 {
			k = append(k, 0, 0xff)
			continue
		}
		k = append(k, s[i])
	}
	return append(k, 0, 1)
}

func (k key) scope(s Scope) key { return k.str(s.Account).str(s.Region) }

func (k key) exec(id ExecutionID) key { return k.u16(id.Shard()).u64(uint64(id)) }

func (k key) await(id interpreter.AwaitID) key { return k.str(string(id.Frame)).u64(id.Seq) }

// end returns the end of the range of all keys that begin with k.
func (k key) end() []byte {
	e := append([]byte(nil), k...)
	for i := len(e) - 1; i >= 0; i-- {
		if e[i] != 0xff {
			e[i]++
			return e[:i+1]
		}
	}
	return nil
}

// keyReader takes a key apart again, in the order in which it was built.
type keyReader struct {
	rest []byte
	err  error
}

func (r *keyReader) take(n int) []byte {
	if len(r.rest) < n {
		r.err = fmt.Errorf("store: key is %d bytes short", n-len(r.rest))
		r.rest = nil
		return make([]byte, n)
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *keyReader) u16() uint16       { return binary.BigEndian.Uint16(r.take(2)) }
func (r *keyReader) u64() uint64       { return binary.BigEndian.Uint64(r.take(8)) }
func (r *keyReader) time() time.Time   { return time.Unix(0, int64(r.u64())).UTC() }
func (r *keyReader) exec() ExecutionID { return ExecutionID(r.u64()) }

func (r *keyReader) str() string {
	var s []byte
	for i := 0; i+1 < len(r.rest); i++ {
		if r.rest[i] != 0 {
			s = append(s, r.rest[i])
			continue
		}
		if r.rest[i+1] == 1 {
			r.rest = r.rest[i+2:]
			return string(s)
		}
		s = append(s, 0)
		i++
	}
	r.err = fmt.Errorf("store: key has an unterminated string")
	r.rest = nil
	return ""
}

func (r *keyReader) await() interpreter.AwaitID {
	frame := r.str()
	return interpreter.AwaitID{Frame: interpreter.FrameID(frame), Seq: r.u64()}
}
