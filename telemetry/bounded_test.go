package telemetry

import (
	"fmt"
	"testing"
)

// TestBounded: what was seen before there were too many keeps its name.
func TestBounded(t *testing.T) {
	var b bounded
	for i := range maxMachines {
		if name := fmt.Sprint(i); b.of(name) != name {
			t.Fatalf("%s has no name of its own", name)
		}
	}
	if got := b.of("one too many"); got != "" {
		t.Errorf("got %q for one too many", got)
	}
	if got := b.of("7"); got != "7" {
		t.Errorf("got %q for one of the first", got)
	}
}
