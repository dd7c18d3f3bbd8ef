package memory

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/tidwall/btree"

	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/kv/internal/lease"
)

// A dump is one file: the line dumpHeader, then records. A record is one byte of kind, then two
// byte strings, each behind its length as an unsigned varint. The kind is a Space (key and value),
// or kindShard (shard, 2 bytes; epoch and sequence, 8 bytes each, big-endian), or kindEnd, which
// ends the file and tells a whole dump from a torn one.
const (
	dumpFile   = "memory.kv"
	dumpHeader = "stepwell memory 1\n"
	kindShard  = 0xfe
	kindEnd    = 0xff
	// maxDumpString bounds what one length in a damaged dump can make the reader allocate.
	maxDumpString = 1 << 30
)

// Backup implements [kv.Store]: it writes one file that [Open] reads.
func (s *Store) Backup(ctx context.Context, dir string) error {
	if err := s.backup(ctx, dir); err != nil {
		return fmt.Errorf("back up to %s: %w", dir, err)
	}
	return nil
}

func (s *Store) backup(ctx context.Context, dir string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	dump, err := s.freeze()
	if err != nil {
		return err
	}
	if err := kv.PrepareBackup(dir); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(dir, dumpFile))
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	dump.writeTo(w) // w keeps the first error for Flush
	return errors.Join(w.Flush(), f.Sync(), f.Close())
}

// frozen is the whole of a store at one moment.
type frozen struct {
	spaces [kv.Spaces]*btree.Map[string, []byte]
	shards [][]byte // shard and State as in a dump's record
}

func (s *Store) freeze() (*frozen, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, kv.ErrClosed
	}
	f := new(frozen)
	for i := range s.spaces {
		f.spaces[i] = s.spaces[i].Copy()
	}
	for shard, state := range s.leases.States() {
		record := binary.BigEndian.AppendUint16(nil, shard)
		record = binary.BigEndian.AppendUint64(record, state.Epoch)
		f.shards = append(f.shards, binary.BigEndian.AppendUint64(record, state.Sequence))
	}
	return f, nil
}

func (f *frozen) writeTo(w *bufio.Writer) {
	_, _ = w.WriteString(dumpHeader)
	for space, pairs := range f.spaces {
		for k, v := range walk(pairs, kv.Range{}) {
			writeRecord(w, byte(space), []byte(k), v)
		}
	}
	for _, record := range f.shards {
		writeRecord(w, kindShard, record[:2], record[2:])
	}
	writeRecord(w, kindEnd, nil, nil)
}

func writeRecord(w *bufio.Writer, kind byte, key, value []byte) {
	_ = w.WriteByte(kind)
	for _, b := range [][]byte{key, value} {
		_, _ = w.Write(binary.AppendUvarint(nil, uint64(len(b))))
		_, _ = w.Write(b)
	}
}

// Open returns a new Store with what [Store.Backup] wrote into dir. It does not write there.
func Open(dir string) (*Store, error) {
	f, err := os.Open(filepath.Join(dir, dumpFile))
	if err != nil {
		return nil, fmt.Errorf("open a memory store's backup: %w", err)
	}
	defer func() { _ = f.Close() }()
	s := New()
	if err := s.read(bufio.NewReader(f)); err != nil {
		return nil, fmt.Errorf("read %s: %w", f.Name(), err)
	}
	return s, nil
}

func (s *Store) read(r *bufio.Reader) error {
	header := make([]byte, len(dumpHeader))
	if _, err := io.ReadFull(r, header); err != nil || string(header) != dumpHeader {
		return fmt.Errorf("the file does not begin with %q", strings.TrimSpace(dumpHeader))
	}
	for {
		kind, key, value, err := readRecord(r)
		if err != nil {
			return fmt.Errorf("the file is torn: %w", err)
		}
		if kind == kindEnd {
			return nil
		}
		if err := s.restore(kind, key, value); err != nil {
			return err
		}
	}
}

func (s *Store) restore(kind byte, key, value []byte) error {
	if kind != kindShard {
		if err := kv.Space(kind).Validate(); err != nil {
			return err
		}
		s.spaces[kind].Set(string(key), value)
		return nil
	}
	if len(key) != 2 || len(value) != 16 {
		return errors.New("a shard's record has the wrong length")
	}
	s.leases.Restore(binary.BigEndian.Uint16(key), lease.State{
		Epoch: binary.BigEndian.Uint64(value), Sequence: binary.BigEndian.Uint64(value[8:]),
	})
	return nil
}

func readRecord(r *bufio.Reader) (kind byte, key, value []byte, err error) {
	if kind, err = r.ReadByte(); err != nil {
		return 0, nil, nil, err
	}
	if key, err = readString(r); err != nil {
		return 0, nil, nil, err
	}
	value, err = readString(r)
	return kind, key, value, err
}

func readString(r *bufio.Reader) ([]byte, error) {
	n, err := binary.ReadUvarint(r)
	if err != nil {
		return nil, err
	}
	if n > maxDumpString {
		return nil, fmt.Errorf("a length of %d bytes", n)
	}
	// CopyN grows as it reads, so that a length that lies costs no more than the file has.
	var b bytes.Buffer
	if _, err := io.CopyN(&b, r, int64(n)); err != nil {
		return nil, err
	}
	return clone(b.Bytes()), nil
}
