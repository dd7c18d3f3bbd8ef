package conformance

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
)

// defaultFolder is where the cases lie, from the root of the module.
const defaultFolder = "../shared/conformance"

// Folder returns the folder of cases that STEPWELL_CONFORMANCE_DIR names, or the one beside the
// module, whose root is given. When there are none: on a CI server (CI is set) an error, elsewhere
// "".
func Folder(root string) (string, error) {
	dir := cmp.Or(os.Getenv("STEPWELL_CONFORMANCE_DIR"), filepath.Join(root, defaultFolder))
	info, err := os.Stat(filepath.Join(dir, "cases"))
	if err == nil && info.IsDir() {
		return dir, nil
	}
	if os.Getenv("CI") != "" {
		return "", fmt.Errorf("there are no recorded cases in %s", dir)
	}
	return "", nil
}
