package service_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stepwell/stepwell/service"
	"github.com/stepwell/stepwell/sfn"
)

// TestTableIsTheModels: the table has every operation of the model, and no other.
func TestTableIsTheModels(t *testing.T) {
	var want []string
	for _, o := range sfn.Operations {
		want = append(want, o.Name)
	}
	if got := slices.Sorted(maps.Keys(service.Operations)); !slices.Equal(got, want) {
		t.Errorf("the table has %q, want %q", got, want)
	}
}
