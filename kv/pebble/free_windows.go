package pebble

import (
	"errors"
	"strings"

	"golang.org/x/sys/windows"
)

// freeBytes is how much the user may still write to the disk of dir.
func freeBytes(dir string) (uint64, error) {
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, err
	}
	var free uint64
	err = windows.GetDiskFreeSpaceEx(path, &free, nil, nil)
	return free, err
}

// isLocked says that somebody has the directory: another process, or another Store of this one.
func isLocked(err error) bool {
	return strings.Contains(err.Error(), "lock held by current process") ||
		errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION)
}
