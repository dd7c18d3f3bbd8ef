package bench

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/integration/function"
	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/kv/memory"
	"github.com/stepwell/stepwell/store"
	"github.com/stepwell/stepwell/value"
)

// script is what one execution of a workload commits, one batch after another, to be written again for
// other executions: with another id and name, and nothing else changed.
type script struct {
	commits []kv.Batch
	id      store.ExecutionID
	name    string
}

// scripts are how many executions of a workload are recorded: enough that they fall into most shards.
const scripts = 512

// record runs a workload on an engine with a store in memory, one execution at a time, and returns what
// each committed.
func record(ctx context.Context, w workload) (recorded []script, err error) {
	recorder := &recorder{Store: memory.New()}
	e, machine, err := recordingEngine(ctx, recorder, w)
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", w.name, err)
	}
	defer func() { err = errors.Join(err, e.Close(), recorder.Close()) }()
	input, err := value.Parse(w.input)
	if err != nil {
		return nil, err
	}
	for range scripts {
		recorder.commits = nil
		row, err := e.Start(ctx, engine.StartRequest{Machine: machine, Input: input})
		if err != nil {
			return nil, fmt.Errorf("record %s: %w", w.name, err)
		}
		if _, err := e.Wait(ctx, row.ID); err != nil {
			return nil, fmt.Errorf("record %s: %w", w.name, err)
		}
		recorded = append(recorded, script{commits: recorder.commits, id: row.ID, name: row.Name})
	}
	return recorded, nil
}

// recordingEngine returns an engine that has begun, and a machine of the workload in its store.
func recordingEngine(ctx context.Context, backend kv.Store, w workload) (*engine.Engine, store.Machine, error) {
	s, err := store.Open(ctx, backend)
	if err != nil {
		return nil, store.Machine{}, err
	}
	answer, err := function.Parse(FunctionKind)
	if err != nil {
		return nil, store.Machine{}, err
	}
	handlers := new(integration.Registry)
	handlers.Register(FunctionARN, answer)
	const id = "00000000-0000-4000-8000-000000000000" // as long as a real one
	m := store.Machine{
		Scope: store.Scope{Account: "123456789012", Region: "us-east-1"}, Name: "bench-" + w.name + "-00000000",
		ID: id, Type: "STANDARD", Created: time.Now(), Revision: id,
	}
	r := store.Revision{
		MachineID: m.ID, Key: m.Revision, Created: m.Created, Definition: w.definition(""),
		RoleARN: "arn:aws:iam::123456789012:role/bench",
	}
	if err := s.CreateMachine(ctx, m, r); err != nil {
		return nil, store.Machine{}, err
	}
	e, err := engine.Open(ctx, engine.Options{Store: s, Handlers: handlers, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, store.Machine{}, err
	}
	e.Begin()
	return e, m, nil
}

// recorder is a store that remembers the commits of executions.
type recorder struct {
	kv.Store
	commits []kv.Batch
}

// Apply implements [kv.Store].
func (r *recorder) Apply(ctx context.Context, b kv.Batch) error {
	if len(b.Fences) > 0 {
		r.commits = append(r.commits, cloneBatch(b))
	}
	return r.Store.Apply(ctx, b)
}

// cloneBatch copies what a batch writes, without its fences.
func cloneBatch(b kv.Batch) kv.Batch {
	var c kv.Batch
	for _, p := range b.Puts {
		c.Puts = append(c.Puts, kv.Pair{Space: p.Space, Key: bytes.Clone(p.Key), Value: bytes.Clone(p.Value)})
	}
	for _, d := range b.Deletes {
		c.Deletes = append(c.Deletes, kv.Key{Space: d.Space, Key: bytes.Clone(d.Key)})
	}
	return c
}

// stamp is a script made ready to be written for other executions: all its bytes in one piece for each
// commit, and where the id and the name stand in it.
type stamp struct {
	shard   uint16
	commits []stampCommit
}

type stampCommit struct {
	text          []byte
	batch         kv.Batch // its slices are of text, one after another
	ids, inverted []int    // places in text
	names         []int
}

func newStamp(s script) stamp {
	made := stamp{shard: s.id.Shard()}
	id := binary.BigEndian.AppendUint64(nil, uint64(s.id))
	inverted := binary.BigEndian.AppendUint64(nil, ^uint64(s.id))
	for _, b := range s.commits {
		c := stampCommit{batch: b}
		eachPart(&b, func(part *[]byte) { c.text = append(c.text, *part...) })
		c.ids, c.inverted, c.names = places(c.text, id), places(c.text, inverted), places(c.text, []byte(s.name))
		made.commits = append(made.commits, c)
	}
	return made
}

// eachPart calls f with every key and value, in a fixed order.
func eachPart(b *kv.Batch, f func(*[]byte)) {
	for i := range b.Puts {
		f(&b.Puts[i].Key)
		f(&b.Puts[i].Value)
	}
	for i := range b.Deletes {
		f(&b.Deletes[i].Key)
	}
}

func places(text, part []byte) []int {
	var found []int
	for at := 0; ; {
		i := bytes.Index(text[at:], part)
		if i < 0 {
			return found
		}
		found = append(found, at+i)
		at += i + len(part)
	}
}

// entry is one commit on its way to a disk.
type entry struct {
	shard uint16
	batch kv.Batch
	text  []byte // all its bytes
}

// entry returns the commit for another execution.
func (c *stampCommit) entry(id store.ExecutionID, name string) entry {
	text := bytes.Clone(c.text)
	for _, at := range c.ids {
		binary.BigEndian.PutUint64(text[at:], uint64(id))
	}
	for _, at := range c.inverted {
		binary.BigEndian.PutUint64(text[at:], ^uint64(id))
	}
	for _, at := range c.names {
		copy(text[at:], name)
	}
	e := entry{shard: id.Shard(), text: text}
	e.batch.Puts = append(make([]kv.Pair, 0, len(c.batch.Puts)), c.batch.Puts...)
	e.batch.Deletes = append(make([]kv.Key, 0, len(c.batch.Deletes)), c.batch.Deletes...)
	at := 0
	eachPart(&e.batch, func(part *[]byte) {
		end := at + len(*part)
		*part = text[at:end:end]
		at = end
	})
	return e
}

// source gives the commits of ever new executions. It is safe for concurrent use.
type source struct {
	stamps []stamp
	last   atomic.Uint64
}

func newSource(recorded []script) *source {
	s := &source{}
	for _, r := range recorded {
		s.stamps = append(s.stamps, newStamp(r))
	}
	s.last.Store(uint64(time.Now().UnixMicro()))
	return s
}

// next returns a way to write a new execution: its commits, one by one.
func (s *source) next() func(yield func(entry) bool) {
	n := s.last.Add(1)
	made := s.stamps[n%uint64(len(s.stamps))]
	id := store.ExecutionID(n)<<8 | store.ExecutionID(made.shard)
	name := fmt.Sprintf("%016x-%019x", rand.Uint64(), n) // as long as a UUID
	return func(yield func(entry) bool) {
		for i := range made.commits {
			if !yield(made.commits[i].entry(id, name)) {
				return
			}
		}
	}
}
