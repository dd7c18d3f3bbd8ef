package pebble_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/kv/kvtest"
	"github.com/stepwell/stepwell/kv/pebble"
)

func open(t testing.TB, dir string, o pebble.Options) *pebble.Store {
	t.Helper()
	if o.BallastBytes == 0 {
		o.BallastBytes = -1
	}
	s, err := pebble.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestContract crashes the store on a file system that forgets what was not synced.
func TestContract(t *testing.T) {
	disks := make(map[kv.Store]*vfs.MemFS)
	var last *vfs.MemFS
	openOn := func(t *testing.T, fs *vfs.MemFS) kv.Store {
		s := open(t, "store", pebble.Options{FS: fs})
		disks[s], last = fs, fs
		return s
	}
	kvtest.Run(t, kvtest.Backend{
		Open: func(t *testing.T) kv.Store { return openOn(t, vfs.NewCrashableMem()) },
		Reopen: func(t *testing.T, s kv.Store) kv.Store {
			left := disks[s].CrashClone(vfs.CrashCloneCfg{})
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			return openOn(t, left)
		},
		OpenBackup: func(t *testing.T, dir string) kv.Store { return open(t, dir, pebble.Options{FS: last}) },
	})
}

// counting counts the syncs of the log's files.
type counting struct {
	vfs.FS
	syncs *atomic.Int64
}

type countingFile struct {
	vfs.File
	syncs *atomic.Int64
}

func (c counting) Create(name string, category vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := c.FS.Create(name, category)
	if err == nil && strings.HasSuffix(name, ".log") {
		f = countingFile{f, c.syncs}
	}
	return f, err
}

func (f countingFile) Sync() error {
	f.syncs.Add(1)
	return f.File.Sync()
}

func (f countingFile) SyncData() error {
	f.syncs.Add(1)
	return f.File.SyncData()
}

func (f countingFile) SyncTo(length int64) (bool, error) {
	full, err := f.File.SyncTo(length)
	if full {
		f.syncs.Add(1)
	}
	return full, err
}

// TestApplySyncs: an Apply that returned has cost a sync of the log on a real disk.
func TestApplySyncs(t *testing.T) {
	var syncs atomic.Int64
	s := open(t, t.TempDir(), pebble.Options{FS: counting{vfs.Default, &syncs}})
	defer s.Close()
	for i := range 5 {
		before := syncs.Load()
		if err := s.Apply(t.Context(), kv.Batch{Puts: []kv.Pair{{Space: kv.Rows, Key: fmt.Append(nil, i)}}}); err != nil {
			t.Fatal(err)
		}
		if n := syncs.Load() - before; n < 1 {
			t.Errorf("apply %d returned after %d syncs", i, n)
		}
	}
}

// holding is a file system whose log syncs wait while a test holds them.
type holding struct {
	vfs.FS
	gate *sync.RWMutex
}

type holdingFile struct {
	vfs.File
	gate *sync.RWMutex
}

func (h holding) Create(name string, category vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := h.FS.Create(name, category)
	if err == nil && strings.HasSuffix(name, ".log") {
		f = holdingFile{f, h.gate}
	}
	return f, err
}

func (f holdingFile) Sync() error {
	f.gate.RLock()
	defer f.gate.RUnlock()
	return f.File.Sync()
}

func (f holdingFile) SyncData() error {
	f.gate.RLock()
	defer f.gate.RUnlock()
	return f.File.SyncData()
}

// TestReadsShowDurableStateOnly: what is applied and not synced yet is not read.
func TestReadsShowDurableStateOnly(t *testing.T) {
	var gate sync.RWMutex
	s := open(t, "store", pebble.Options{FS: holding{vfs.NewMem(), &gate}})
	defer s.Close()
	gate.Lock()
	done := make(chan error)
	go func() {
		done <- s.Apply(t.Context(), kv.Batch{Puts: []kv.Pair{{Space: kv.Rows, Key: []byte("k")}}})
	}()
	for range 1000 {
		if _, err := s.Get(t.Context(), kv.Rows, []byte("k")); err == nil {
			t.Error("a read shows what is not durable")
			break
		}
		runtime.Gosched()
	}
	select {
	case err := <-done:
		t.Errorf("Apply returned before the sync: %v", err)
	default:
	}
	gate.Unlock()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(t.Context(), kv.Rows, []byte("k")); err != nil {
		t.Errorf("after the sync: %v", err)
	}
}

// TestOneOwner: a directory belongs to one store at a time.
func TestOneOwner(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, pebble.Options{})
	_, err := pebble.Open(dir, pebble.Options{BallastBytes: -1})
	if err == nil || !strings.Contains(err.Error(), "in use") || !strings.Contains(err.Error(), dir) {
		t.Errorf("a second store on the directory: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := open(t, dir, pebble.Options{}).Close(); err != nil {
		t.Error(err)
	}
}

// TestWritable says how much is left when there is too little.
func TestWritable(t *testing.T) {
	s := open(t, t.TempDir(), pebble.Options{MinFreeBytes: 1})
	defer s.Close()
	if err := s.Writable(); err != nil {
		t.Errorf("with room: %v", err)
	}
	full := open(t, t.TempDir(), pebble.Options{MinFreeBytes: 1 << 62})
	defer full.Close()
	if err := full.Writable(); err == nil || !strings.Contains(err.Error(), "MB free") {
		t.Errorf("without room: %v", err)
	}
}

func BenchmarkApply(b *testing.B) {
	for _, puts := range []int{1, 500} {
		b.Run(fmt.Sprint("puts=", puts), func(b *testing.B) {
			s := open(b, b.TempDir(), pebble.Options{})
			defer s.Close()
			n := 0
			for b.Loop() {
				var batch kv.Batch
				for range puts {
					n++
					batch.Puts = append(batch.Puts, kv.Pair{Space: kv.Journal, Key: fmt.Appendf(nil, "%012d", n), Value: make([]byte, 200)})
				}
				if err := s.Apply(b.Context(), batch); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
