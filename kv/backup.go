package kv

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// PrepareBackup makes the directory dir for [Store.Backup]. It fails if dir exists and is not an
// empty directory.
func PrepareBackup(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	_, err = d.Readdirnames(1)
	if closeErr := d.Close(); closeErr != nil {
		return closeErr
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("the directory is not empty")
}
