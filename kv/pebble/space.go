package pebble

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// checkEvery is how long a look at the disk's free space holds.
const checkEvery = time.Second

// space watches the free space of the store's disk, when asked, and owns the ballast file.
type space struct {
	dir     string
	minimum uint64
	ballast string
	size    int64 // of the ballast

	mu      sync.Mutex
	checked time.Time
	state   error
	making  sync.WaitGroup
	stop    chan struct{}
}

func newSpace(dir string, o Options) *space {
	return &space{
		dir: dir, minimum: o.MinFreeBytes, ballast: filepath.Join(dir, "BALLAST"), size: o.BallastBytes, stop: make(chan struct{}),
	}
}

// start makes the ballast in the background.
func (s *space) start() {
	if s.size > 0 {
		s.making.Go(func() { s.makeBallast(s.size) })
	}
}

// makeBallast fills the ballast file, unless it is there or the disk has little room. It is only a
// help for bad times: an error is as if there were no ballast.
func (s *space) makeBallast(size int64) {
	if info, err := os.Stat(s.ballast); err == nil && info.Size() >= size {
		return
	}
	if s.writable() != nil {
		return
	}
	f, err := os.Create(s.ballast)
	if err != nil {
		return
	}
	block := make([]byte, 1<<20)
	for left := size; left > 0 && err == nil; left -= int64(len(block)) {
		select {
		case <-s.stop:
			err = errors.New("closed")
			continue
		default:
		}
		_, err = f.Write(block[:min(left, int64(len(block)))])
	}
	if closeErr := f.Close(); err != nil || closeErr != nil {
		s.giveUpBallast()
	}
}

// giveUpBallast frees its room for the recovery that comes next.
func (s *space) giveUpBallast() { _ = os.Remove(s.ballast) }

// writable is nil unless less than the minimum is free.
func (s *space) writable() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); now.Sub(s.checked) >= checkEvery {
		s.checked = now
		s.state = s.look()
	}
	return s.state
}

func (s *space) look() error {
	free, err := freeBytes(s.dir)
	if err != nil || free >= s.minimum {
		return nil // a disk that does not tell is not full
	}
	return fmt.Errorf("the disk of the store has only %d MB free, less than %d MB: nothing new is taken until there is room",
		free>>20, s.minimum>>20)
}

func (s *space) close() {
	close(s.stop)
	s.making.Wait()
}
