package memory_test

import (
	"testing"

	"github.com/stepwell/stepwell/kv"
	"github.com/stepwell/stepwell/kv/kvtest"
	"github.com/stepwell/stepwell/kv/memory"
)

func TestContract(t *testing.T) {
	kvtest.Run(t, kvtest.Backend{
		Open: func(*testing.T) kv.Store { return memory.New() },
		OpenBackup: func(t *testing.T, dir string) kv.Store {
			s, err := memory.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			return s
		},
	})
}
