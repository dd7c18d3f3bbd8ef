package lambda

import (
	"cmp"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

const (
	maxWatched  = 10_000                 // files
	maxSeen     = 50_000                 // entries of directories
	watchShare  = 20                     // looking takes about this part of the time,
	maxUnseen   = 500 * time.Millisecond // but what changes is seen after that
	settleTime  = 50 * time.Millisecond
	maxSettling = 20 // times settleTime
)

// watch tells whether files have changed.
type watch struct {
	paths []string
	code  bool // of directories, only what is code counts
	most  int  // entries of directories that are looked at; 0 means maxSeen

	mu        sync.Mutex
	editions  int // that were seen
	signature uint64
	newest    time.Time // modification
	look      time.Time // not before
}

// edition returns a number that grows when what is watched changes. It looks at the disk, but not so
// often that this would cost much.
func (w *watch) edition() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	if time.Now().Before(w.look) {
		return w.editions
	}
	return w.see()
}

// latest is edition, and always looks at the disk.
func (w *watch) latest() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.see()
}

func (w *watch) see() int {
	began, signature := time.Now(), w.signature
	w.signature, w.newest = inspect(w.paths, w.code, cmp.Or(w.most, maxSeen))
	if w.signature != signature {
		w.editions++
	}
	w.look = time.Now().Add(min(watchShare*time.Since(began), maxUnseen))
	return w.editions
}

// settled returns the edition of files of which none is just being written, as far as their times tell.
func (w *watch) settled(done <-chan struct{}) int {
	for range maxSettling {
		edition := w.latest()
		w.mu.Lock()
		age := time.Since(w.newest)
		young := age >= 0 && age < settleTime // a time that lies ahead tells nothing
		w.mu.Unlock()
		if !young {
			return edition
		}
		pause(settleTime, done)
	}
	return w.latest()
}

// pause waits, at most until done is closed.
func pause(d time.Duration, done <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-done:
	}
}

// inspect makes a number of the names, sizes and times of files, those in directories included, of which
// those that are hidden, installed by npm or written by Python do not count.
// It looks at no more than most entries.
func inspect(paths []string, code bool, most int) (signature uint64, newest time.Time) {
	h := fnv.New64a()
	files, seen := 0, 0
	for _, path := range paths {
		if target, err := filepath.EvalSymlinks(path); err == nil {
			path = target // a walk does not follow links
		}
		_ = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error { // what cannot be read is told by its absence
			if seen++; seen > most {
				return fs.SkipAll
			}
			if err != nil {
				return nil
			}
			switch {
			case name == path:
			case d.IsDir() && skipped(d.Name()):
				return fs.SkipDir
			case !d.IsDir() && (strings.HasPrefix(d.Name(), ".") || code && !codeSuffixes[filepath.Ext(name)]):
				return nil
			}
			if files++; files > maxWatched {
				return fs.SkipAll
			}
			info, err := os.Stat(name) // of what a link leads to
			if err != nil || info.IsDir() {
				return nil
			}
			modified := info.ModTime()
			if modified.After(newest) {
				newest = modified
			}
			_, _ = h.Write([]byte(name + "\x00" + modified.Format(time.RFC3339Nano) + "\x00" + info.Mode().String())) // it never fails
			var size [8]byte
			for i := range size {
				size[i] = byte(info.Size() >> (8 * i))
			}
			_, _ = h.Write(size[:])
			return nil
		})
	}
	return h.Sum64(), newest
}

func skipped(dir string) bool {
	return strings.HasPrefix(dir, ".") || dir == "node_modules" || dir == "__pycache__"
}

// codeSuffixes are what the files that a handler loads end in. Others are data, which also the function
// itself, or a server, may write.
var codeSuffixes = map[string]bool{
	".py": true, ".js": true, ".mjs": true, ".cjs": true, ".json": true, ".node": true, ".so": true, ".wasm": true,
}
