package store

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/value"
)

// recordVersion is the first byte of every record.
const recordVersion = 1

// coder writes or reads the tagged fields of a record. A record describes itself once, in a
// function that names each field with its number; the same function serves both directions, so
// they cannot drift apart. Zero values are not written; unknown fields are skipped when reading.
// The wire format is that of protocol buffers.
type coder struct {
	reading bool
	out     []byte
	in      []wireField
	err     error
	// last is the text of the value written or read before: an equal one is stored as a reference.
	last *string
}

type wireField struct {
	number protowire.Number
	typ    protowire.Type
	num    uint64
	bytes  []byte
}

// encode returns a record of what describe names.
func encode(describe func(*coder)) []byte {
	c := coder{out: []byte{recordVersion}, last: new(string)}
	describe(&c)
	return c.out
}

// decode reads a record into what describe names.
func decode(record []byte, describe func(*coder)) error {
	if len(record) == 0 || record[0] != recordVersion {
		return fmt.Errorf("%w: its version is unknown", ErrDamaged)
	}
	c := coder{reading: true, last: new(string)}
	c.parse(record[1:])
	if c.err == nil {
		describe(&c)
	}
	if c.err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, c.err)
	}
	return nil
}

func (c *coder) parse(b []byte) {
	for len(b) > 0 {
		number, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			c.fail(n)
			return
		}
		b = b[n:]
		f := wireField{number: number, typ: typ}
		switch typ {
		case protowire.VarintType:
			f.num, n = protowire.ConsumeVarint(b)
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(b)
		default:
			n = protowire.ConsumeFieldValue(number, typ, b)
		}
		if n < 0 {
			c.fail(n)
			return
		}
		b = b[n:]
		c.in = append(c.in, f)
	}
}

func (c *coder) fail(n int) {
	c.err = fmt.Errorf("store: a damaged record: %w", protowire.ParseError(n))
}

func (c *coder) find(n protowire.Number) (wireField, bool) {
	for _, f := range c.in {
		if f.number == n {
			return f, true
		}
	}
	return wireField{}, false
}

func (c *coder) uint(n protowire.Number, v *uint64) {
	if c.reading {
		if f, ok := c.find(n); ok {
			*v = f.num
		}
		return
	}
	if *v != 0 {
		c.out = protowire.AppendTag(c.out, n, protowire.VarintType)
		c.out = protowire.AppendVarint(c.out, *v)
	}
}

func (c *coder) int64(n protowire.Number, v *int64) {
	u := protowire.EncodeZigZag(*v)
	c.uint(n, &u)
	*v = protowire.DecodeZigZag(u)
}

func (c *coder) int(n protowire.Number, v *int) {
	i := int64(*v)
	c.int64(n, &i)
	*v = int(i)
}

func (c *coder) bool(n protowire.Number, v *bool) {
	var u uint64
	if *v {
		u = 1
	}
	c.uint(n, &u)
	*v = u != 0
}

func (c *coder) time(n protowire.Number, v *time.Time) {
	var nanos int64
	if !v.IsZero() {
		nanos = v.UnixNano()
	}
	c.int64(n, &nanos)
	if c.reading && nanos != 0 {
		*v = time.Unix(0, nanos).UTC()
	}
}

// text is a field of any string type.
func text[S ~string](c *coder, n protowire.Number, v *S) {
	if c.reading {
		if f, ok := c.find(n); ok {
			*v = S(f.bytes)
		}
		return
	}
	if *v != "" {
		c.out = protowire.AppendTag(c.out, n, protowire.BytesType)
		c.out = protowire.AppendString(c.out, string(*v))
	}
}

// optional is a string that may be absent; present and empty is not the same.
func (c *coder) optional(n protowire.Number, v **string) {
	if c.reading {
		if f, ok := c.find(n); ok {
			s := string(f.bytes)
			*v = &s
		}
		return
	}
	if *v != nil {
		c.out = protowire.AppendTag(c.out, n, protowire.BytesType)
		c.out = protowire.AppendString(c.out, **v)
	}
}

// failure takes the field numbers n and n+1.
func (c *coder) failure(n protowire.Number, v *asl.Failure) {
	c.optional(n, &v.Error)
	c.optional(n+1, &v.Cause)
}

// value stores a JSON value as its text, or as a number field when it equals the one before.
func (c *coder) value(n protowire.Number, v *value.Value) {
	if c.reading {
		c.readValue(n, v)
		return
	}
	s := v.Text()
	if s == *c.last {
		c.out = protowire.AppendTag(c.out, n, protowire.VarintType)
		c.out = protowire.AppendVarint(c.out, 0)
		return
	}
	*c.last = s
	c.out = protowire.AppendTag(c.out, n, protowire.BytesType)
	c.out = protowire.AppendString(c.out, s)
}

func (c *coder) readValue(n protowire.Number, v *value.Value) {
	f, ok := c.find(n)
	if !ok {
		return
	}
	if f.typ == protowire.BytesType {
		*c.last = string(f.bytes)
	}
	*v = value.Trusted(*c.last)
}

// list stores each element as a nested record of its own under one number.
func list[E any](c *coder, n protowire.Number, v *[]E, describe func(*coder, *E)) {
	if c.reading {
		for _, f := range c.in {
			if f.number != n {
				continue
			}
			var e E
			c.readNested(f.bytes, func(c *coder) { describe(c, &e) })
			*v = append(*v, e)
		}
		return
	}
	for i := range *v {
		c.nested(n, func(c *coder) { describe(c, &(*v)[i]) })
	}
}

// nested writes a record within the record; it shares the last value.
func (c *coder) nested(n protowire.Number, describe func(*coder)) {
	inner := coder{last: c.last}
	describe(&inner)
	c.out = protowire.AppendTag(c.out, n, protowire.BytesType)
	c.out = protowire.AppendBytes(c.out, inner.out)
}

func (c *coder) readNested(b []byte, describe func(*coder)) {
	inner := coder{reading: true, last: c.last}
	inner.parse(b)
	if inner.err == nil {
		describe(&inner)
	}
	if inner.err != nil && c.err == nil {
		c.err = inner.err
	}
}
