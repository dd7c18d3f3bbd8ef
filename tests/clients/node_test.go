//go:build clients

package clients

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// nodeModules is the folder into which install puts what comes from npm.
func nodeModules(t *testing.T) string {
	t.Helper()
	cache := os.Getenv("XDG_CACHE_HOME")
	if cache == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			t.Fatal(err)
		}
		cache = filepath.Join(home, ".cache")
	}
	return filepath.Join(cache, "stepwell-clients", "node_modules")
}

// TestNode brings the AWS SDK for JavaScript through the whole life of what the API has.
func TestNode(t *testing.T) {
	t.Parallel()
	if exec.Command("node", "--version").Run() != nil {
		missing(t, "Node")
	}
	modules := nodeModules(t)
	if _, err := os.Stat(filepath.Join(modules, "@aws-sdk", "client-sfn")); err != nil {
		missing(t, "@aws-sdk/client-sfn")
	}
	s := start(t, t.TempDir(), "--config", "testdata/stepwell.yaml")
	command := exec.Command("node", "life.cjs")
	command.Env = environment(s.endpoint(), "NODE_PATH="+modules, "AWS_REGION=us-east-1")
	t.Logf("@aws-sdk/client-sfn %s", run(t, command))
}
