package main

import (
	"strings"
	"testing"

	"github.com/stepwell/stepwell/jsonata"
)

func TestExpressionsGiveWhatIsExpected(t *testing.T) {
	want := map[string]string{
		"path":               `"London"`,
		"filter, projection": `[{"sku":"SKU-1049","price":`,
		"sum of products":    `177.08999999999997`,
		"text":               `"Order o-20260315-0042 for ADA LOVELACE, 15 items"`,
		"object, $map":       `{"id":"o-20260315-0042","lines":[{"sku":"SKU-1000","total":12.5},`,
		"sort, $reduce":      `"Desk lamp, Fountain pen, `,
		"filter of 1,000":    `[500,502,`,
	}
	for _, x := range expressions() {
		compiled, err := jsonata.Compile(x.source)
		if err != nil {
			t.Fatal(x.name, err)
		}
		got, err := perform(compiled, x.input)
		if err != nil || want[x.name] == "" || !strings.HasPrefix(got, want[x.name]) {
			t.Errorf("%s gives %.200s, %v, want %s…", x.name, got, err, want[x.name])
		}
	}
}
