//go:build unix

package pebble

import (
	"errors"
	"strings"

	"golang.org/x/sys/unix"
)

// freeBytes is how much an ordinary user may still write to the disk of dir.
func freeBytes(dir string) (uint64, error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(dir, &stat); err != nil {
		return 0, err
	}
	return uint64(stat.Bavail) * uint64(stat.Bsize), nil
}

// isLocked says that somebody has the directory: another process, or another Store of this one.
func isLocked(err error) bool {
	return strings.Contains(err.Error(), "lock held by current process") ||
		errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES) || errors.Is(err, unix.EWOULDBLOCK)
}
