package pebble

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestBallast is made when the store is opened, and given up when a commit fails.
func TestBallast(t *testing.T) {
	dir := t.TempDir()
	var fatal error
	s, err := Open(dir, Options{BallastBytes: 3 << 20, MinFreeBytes: 1, Fatal: func(err error) { fatal = err }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.space.making.Wait()
	ballast := filepath.Join(dir, "BALLAST")
	if info, err := os.Stat(ballast); err != nil || info.Size() != 3<<20 {
		t.Fatalf("the ballast: %v %v", info, err)
	}
	full := errors.New("no space left on device")
	if err := s.fail(full); !errors.Is(err, full) || !errors.Is(fatal, full) {
		t.Errorf("a failed commit: %v, and fatal was told %v", err, fatal)
	}
	if _, err := os.Stat(ballast); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the ballast is still there: %v", err)
	}
}
