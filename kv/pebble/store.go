// Package pebble keeps a kv.Store in a directory of one machine, in a Pebble database.
//
// A [Store] is one Pebble database: the Space is the first byte of a key. A batch is one Pebble
// batch, synced before Apply returns. The directory belongs to one process at a time; who has it
// has the leases of all shards, so their state is read once and kept in memory.
//
// A commit that fails leaves the database in a state that only a restart can tell: Options.Fatal is
// called, and nothing is acknowledged any more. Before the disk is full [Store.Writable] says so; a
// ballast file, given up when it is full, leaves the next start the room that recovery needs.
package pebble

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/kv/internal/lease"
)

// Options configures a [Store]. The zero Options is good.
type Options struct {
	// Logger gets what Pebble says of errors; nil means slog.Default.
	Logger *slog.Logger
	// Fatal is told when a commit failed; nil means to log it and exit the process. A log that cannot be
	// synced ends the process in any case: Pebble does that.
	Fatal func(error)
	// MinFreeBytes is the free space below which Writable refuses; 0 means 512 MiB.
	MinFreeBytes uint64
	// BallastBytes is the size of the ballast file; 0 means 64 MiB, a negative one none.
	BallastBytes int64
	// MustExist refuses to make a store that is not there.
	MustExist bool
	// FS is the file system; nil means that of the machine. Another one has no ballast and is never full.
	FS vfs.FS
}

func (o *Options) setDefaults() {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Fatal == nil {
		o.Fatal = func(err error) {
			o.Logger.Error("the store failed; the next start recovers", "error", err)
			os.Exit(1)
		}
	}
	o.MinFreeBytes = cmp.Or(o.MinFreeBytes, 512<<20)
	o.BallastBytes = cmp.Or(o.BallastBytes, 64<<20)
}

// Store is a [kv.Store] in a directory. Make it with [Open].
type Store struct {
	db      *pebble.DB
	options Options
	space   *space // nil on another file system than the machine's

	// commit orders Apply and Lease: one batch is on its way at a time.
	commit sync.Mutex
	views  *views
	leases *lease.Table
}

var (
	_ kv.Store         = (*Store)(nil)
	_ kv.SpaceReporter = (*Store)(nil)
	_ kv.DiskReporter  = (*Store)(nil)
)

// stateSpace is the first byte of the keys that hold the lease state of shards. No kv.Space has it.
const stateSpace = 0xff

// memTableBytes bounds what Pebble holds in memory before it writes a table; it starts smaller.
const memTableBytes = 16 << 20

// cacheBytes bounds the blocks of tables in memory. Pebble counts what is not written to tables yet as
// part of its cache: room for two, one that fills and one that is written, comes on top.
const cacheBytes = 32<<20 + 2*memTableBytes

// Open opens the store in dir, which it makes if need be. It fails when another process has it.
func Open(dir string, o Options) (*Store, error) {
	onDisk := o.FS == nil
	o.setDefaults()
	s := &Store{options: o, leases: lease.NewTable(time.Now)}
	if onDisk {
		s.space = newSpace(dir, o)
	}
	if err := o.checkExists(dir); err != nil {
		return nil, err
	}
	db, err := pebble.Open(dir, pebbleOptions(o, s.space))
	if err != nil {
		return nil, openError(dir, err)
	}
	s.db = db
	if err := s.readStates(); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", dir, err), db.Close())
	}
	s.views = newViews(db)
	if s.space != nil {
		s.space.start()
	}
	return s, nil
}

// checkExists looks for a store that must be there without leaving a trace where it is not.
func (o *Options) checkExists(dir string) error {
	if !o.MustExist {
		return nil
	}
	found, err := pebble.Peek(dir, cmp.Or(o.FS, vfs.Default))
	if err != nil || !found.Exists {
		return fmt.Errorf("there is no store in %s", dir)
	}
	return nil
}

// openError says what to do where that is known.
func openError(dir string, err error) error {
	if isLocked(err) {
		return fmt.Errorf("the store %s is in use by another server", dir)
	}
	return fmt.Errorf("open the store %s: %w", dir, err)
}

func pebbleOptions(o Options, s *space) *pebble.Options {
	p := &pebble.Options{
		FS:                          o.FS,
		Logger:                      logger{o.Logger, s},
		CacheSize:                   cacheBytes,
		MemTableSize:                memTableBytes,
		MemTableStopWritesThreshold: 4,
		L0CompactionThreshold:       4,
		L0StopWritesThreshold:       32,
		FormatMajorVersion:          pebble.FormatValueSeparation, // pinned: an upgrade of the library must not change stores
	}
	for i := range p.Levels {
		p.Levels[i].FilterPolicy = bloom.FilterPolicy(10)
	}
	return p
}

// logger passes on what matters of Pebble's log.
type logger struct {
	log   *slog.Logger
	space *space // nil when there is none
}

// Infof says nothing: Pebble tells much.
func (l logger) Infof(string, ...any) {}

// Errorf implements pebble.Logger.
func (l logger) Errorf(format string, args ...any) { l.log.Error(fmt.Sprintf(format, args...)) }

// Fatalf is how Pebble says that it cannot go on, as when the log could not be synced: it ends the
// process, so that nothing is acknowledged that may not be on the disk. The next start recovers.
func (l logger) Fatalf(format string, args ...any) {
	if l.space != nil {
		l.space.giveUpBallast()
	}
	l.log.Error("the store failed; the next start recovers", "error", fmt.Sprintf(format, args...))
	os.Exit(1)
}

func (s *Store) readStates() error {
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: []byte{stateSpace}})
	if err != nil {
		return err
	}
	for ok := it.First(); ok; ok = it.Next() {
		k, v := it.Key(), it.Value()
		if len(k) != 3 || len(v) != 16 {
			continue
		}
		s.leases.Restore(binary.BigEndian.Uint16(k[1:]), lease.State{
			Epoch: binary.BigEndian.Uint64(v), Sequence: binary.BigEndian.Uint64(v[8:]),
		})
	}
	return errors.Join(it.Error(), it.Close())
}

// putState writes the lease state of a shard as it is in memory.
func (s *Store) putState(b *pebble.Batch, shard uint16) error {
	state := s.leases.State(shard)
	op := b.SetDeferred(3, 16)
	op.Key[0] = stateSpace
	binary.BigEndian.PutUint16(op.Key[1:], shard)
	binary.BigEndian.PutUint64(op.Value, state.Epoch)
	binary.BigEndian.PutUint64(op.Value[8:], state.Sequence)
	return op.Finish()
}

func dbKey(space kv.Space, key []byte) []byte {
	return append(append(make([]byte, 0, 1+len(key)), byte(space)), key...)
}

// dbRange is the bounds of a range within a space.
func dbRange(space kv.Space, start, end []byte) (lower, upper []byte) {
	if end == nil {
		return dbKey(space, start), []byte{byte(space) + 1}
	}
	return dbKey(space, start), dbKey(space, end)
}

// Apply implements [kv.Store].
func (s *Store) Apply(ctx context.Context, b kv.Batch) error {
	if err := cmp.Or(ctx.Err(), b.Validate()); err != nil {
		return err
	}
	view, err := s.views.enter()
	if err != nil {
		return err
	}
	defer s.leave(view)
	s.commit.Lock()
	defer s.commit.Unlock()
	if err := s.leases.Check(b.Fences); err != nil {
		return err
	}
	if err := s.checkConditions(b.Conditions); err != nil {
		return err
	}
	s.leases.Advance(b.Fences)
	batch := s.db.NewBatchWithSize(batchSize(b))
	defer batch.Close()
	if err := s.fill(batch, b); err != nil {
		return s.fail(err)
	}
	return s.sync(batch, writes(b, kv.Registry))
}

// writes says whether b changes anything in a space.
func writes(b kv.Batch, space kv.Space) bool {
	return slices.ContainsFunc(b.Puts, func(p kv.Pair) bool { return p.Space == space }) ||
		slices.ContainsFunc(b.Deletes, func(k kv.Key) bool { return k.Space == space }) ||
		slices.ContainsFunc(b.DeleteRanges, func(r kv.KeyRange) bool { return r.Space == space })
}

// sync makes a batch durable, and then visible.
func (s *Store) sync(batch *pebble.Batch, wroteRegistry bool) error {
	if err := batch.Commit(pebble.Sync); err != nil {
		return s.fail(err)
	}
	return s.views.publish(s.db, wroteRegistry)
}

// leave ends a reading or writing.
func (s *Store) leave(v *view) {
	if err := s.views.leave(v); err != nil {
		s.options.Logger.Error("cannot close a snapshot", "error", err)
	}
}

func (s *Store) fill(batch *pebble.Batch, b kv.Batch) error {
	var failed error
	note := func(err error) { failed = cmp.Or(failed, err) }
	for _, f := range b.Fences {
		note(s.putState(batch, f.Shard))
	}
	for _, r := range b.DeleteRanges {
		lower, upper := dbRange(r.Space, r.Start, r.End)
		if bytes.Compare(lower, upper) < 0 {
			note(batch.DeleteRange(lower, upper, nil))
		}
	}
	for _, d := range b.Deletes {
		op := batch.DeleteDeferred(1 + len(d.Key))
		putKey(op.Key, d.Space, d.Key)
		note(op.Finish())
	}
	for _, p := range b.Puts {
		op := batch.SetDeferred(1+len(p.Key), len(p.Value))
		putKey(op.Key, p.Space, p.Key)
		copy(op.Value, p.Value)
		note(op.Finish())
	}
	return failed
}

// putKey is dbKey into a place of the right size: a batch's own, so that nothing is copied twice.
func putKey(to []byte, space kv.Space, key []byte) {
	to[0] = byte(space)
	copy(to[1:], key)
}

// batchSize is about how many bytes Pebble's form of a batch has.
func batchSize(b kv.Batch) int {
	const overhead = 16 // of each entry, and of the whole
	n := overhead + len(b.Fences)*(3+16+overhead)
	for _, p := range b.Puts {
		n += len(p.Key) + len(p.Value) + overhead
	}
	for _, d := range b.Deletes {
		n += len(d.Key) + overhead
	}
	return n
}

// fail ends the store's service: nobody can know what of the commit is on the disk.
func (s *Store) fail(err error) error {
	if s.space != nil {
		s.space.giveUpBallast()
	}
	s.options.Fatal(fmt.Errorf("write to the store: %w", err))
	return err
}

func (s *Store) checkConditions(conditions []kv.Condition) error {
	for _, c := range conditions {
		v, err := get(s.db, c.Space, c.Key)
		if err != nil && !errors.Is(err, kv.ErrNotFound) {
			return err
		}
		if (err == nil) != (c.Value != nil) || !bytes.Equal(v, c.Value) {
			return fmt.Errorf("%w: %s %q", kv.ErrCondition, c.Space, c.Key)
		}
	}
	return nil
}

// Get implements [kv.Store].
func (s *Store) Get(ctx context.Context, space kv.Space, key []byte) ([]byte, error) {
	if err := cmp.Or(ctx.Err(), space.Validate()); err != nil {
		return nil, err
	}
	view, err := s.views.enter()
	if err != nil {
		return nil, err
	}
	defer s.leave(view)
	if space != kv.Registry {
		return get(view, space, key)
	}
	if v, ok := view.registry.get(key); ok {
		return v, nil
	}
	v, err := get(view, space, key)
	if err == nil {
		view.registry.put(key, v)
	}
	return v, err
}

func get(r pebble.Reader, space kv.Space, key []byte) ([]byte, error) {
	v, closer, err := r.Get(dbKey(space, key))
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, kv.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return append(make([]byte, 0, len(v)), v...), closer.Close()
}

// Scan implements [kv.Store].
func (s *Store) Scan(ctx context.Context, space kv.Space, r kv.Range) iter.Seq2[kv.Pair, error] {
	r.Start, r.End = slices.Clone(r.Start), slices.Clone(r.End)
	return func(yield func(kv.Pair, error) bool) {
		if err := s.scan(ctx, space, r, yield); err != nil {
			yield(kv.Pair{}, err)
		}
	}
}

// scan yields the pairs; the error is one that was not yielded yet.
func (s *Store) scan(ctx context.Context, space kv.Space, r kv.Range, yield func(kv.Pair, error) bool) error {
	if err := cmp.Or(ctx.Err(), space.Validate()); err != nil {
		return err
	}
	view, err := s.views.enter()
	if err != nil {
		return err
	}
	defer s.leave(view)
	lower, upper := dbRange(space, r.Start, r.End)
	if bytes.Compare(lower, upper) >= 0 {
		return nil
	}
	it, err := view.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: upper})
	if err != nil {
		return err
	}
	defer it.Close()
	first, next := it.First, it.Next
	if r.Reverse {
		first, next = it.Last, it.Prev
	}
	n := 0
	for ok := first(); ok; ok = next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		v, err := it.ValueAndErr()
		if err != nil {
			return err
		}
		n++
		if !yield(kv.Pair{Space: space, Key: slices.Clone(it.Key()[1:]), Value: append(make([]byte, 0, len(v)), v...)}, nil) || n == r.Limit {
			return nil
		}
	}
	return it.Error()
}

// Lease implements [kv.Store]. An owner whose process is gone is gone: leases do not outlive it.
func (s *Store) Lease(ctx context.Context, r kv.LeaseRequest) (kv.Lease, error) {
	if err := ctx.Err(); err != nil {
		return kv.Lease{}, err
	}
	view, err := s.views.enter()
	if err != nil {
		return kv.Lease{}, err
	}
	defer s.leave(view)
	s.commit.Lock()
	defer s.commit.Unlock()
	l, err := s.leases.Lease(r)
	if err != nil || r.Renew || r.Release {
		return l, err
	}
	batch := s.db.NewBatch()
	defer batch.Close()
	for _, shard := range r.Shards {
		if err := s.putState(batch, shard); err != nil {
			return l, s.fail(err)
		}
	}
	return l, s.sync(batch, false)
}

// Backup implements [kv.Store]: the copy is a Pebble database of its own.
func (s *Store) Backup(ctx context.Context, dir string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	view, err := s.views.enter()
	if err != nil {
		return err
	}
	defer s.leave(view)
	s.commit.Lock() // a checkpoint holds whole batches only
	defer s.commit.Unlock()
	if err := kv.PrepareBackup(dir); err != nil {
		return fmt.Errorf("back up to %s: %w", dir, err)
	}
	if err := os.Remove(dir); err != nil { // Checkpoint wants to make it
		return fmt.Errorf("back up to %s: %w", dir, err)
	}
	if err := s.db.Checkpoint(dir, pebble.WithFlushedWAL()); err != nil {
		return fmt.Errorf("back up to %s: %w", dir, err)
	}
	return nil
}

// Writable is nil unless the disk is nearly full: then it says how much is left.
func (s *Store) Writable() error {
	if s.space == nil {
		return nil
	}
	return s.space.writable()
}

// Close implements [kv.Store].
func (s *Store) Close() error {
	first, err := s.views.close()
	if !first {
		return err
	}
	if s.space != nil {
		s.space.close()
	}
	return errors.Join(err, s.db.Close())
}
