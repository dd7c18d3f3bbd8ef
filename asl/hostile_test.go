package asl

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestParseHostileDefinitions bounds what an answer costs. Each takes well under a second; the
// limit here leaves room for a slow machine and the race detector, not for quadratic work.
func TestParseHostileDefinitions(t *testing.T) {
	for name, definition := range hostileDefinitions() {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, ds := Parse(definition)
			if spent := time.Since(start); spent > 20*time.Second {
				t.Errorf("got an answer after %v", spent)
			}
			if len(ds) > maxFindings {
				t.Errorf("got %d findings, want at most %d", len(ds), maxFindings)
			}
			longest, text := 0, 0
			for _, d := range ds {
				size := len(d.Message) + len(d.Location)
				longest, text = max(longest, size), text+size
			}
			if text > maxFindingBytes+longest {
				t.Errorf("got %d bytes of findings, want about %d", text, maxFindingBytes)
			}
		})
	}
}

// hostileDefinitions are of about a megabyte each, made to cost more than they should.
func hostileDefinitions() map[string]string {
	const size = 1 << 20
	const levels = 65 // each is three deep in JSON
	open := `{"States":{"s":{"Type":"Map","Iterator":`
	end := `}}}`
	fill := strings.Repeat("x", size-(len(open)+len(end))*levels)
	nested := func(inner string) string {
		return strings.Repeat(open, levels) + inner + strings.Repeat(end, levels)
	}
	name := strings.Repeat("n", size/2)
	return map[string]string{
		"many states":         manyStates(),
		"many empty states":   `{"StartAt":"a","States":{` + keys(`"%05x":{}`, 80_000) + `}}`,
		"many unknown fields": `{"StartAt":"a","States":{"a":{"Type":"Pass","End":true,` + keys(`"%05x":0`, 90_000) + `}}}`,
		"many rules":          `{"StartAt":"a","States":{"a":{"Type":"Choice","Choices":[` + strings.Repeat(`{},`, 340_000) + `{}]}}}`,
		"deep and long":       nested(`{"Comment":"` + fill + `"}`),
		"deep and many":       nested(`{"States":{` + keys(`"%05x":{}`, 70_000) + `}}`),
		"deep and dense":      nested(`{"Comment":[` + strings.Repeat(`[],`, len(fill)/3-10) + `0]}`),
		"deep dense template": `{"StartAt":"a","States":{"a":{"Type":"Pass","End":true,"Parameters":` + strings.Repeat(`[`, 190) + strings.Repeat(`{},`, 340_000) + `0` + strings.Repeat(`]`, 190) + `}}}`,
		"deep conditions":     `{"StartAt":"a","States":{"a":{"Type":"Choice","Choices":[` + strings.Repeat(`{"Not":`, 190) + `{"Comment":"` + fill + `"}` + strings.Repeat(`}`, 190) + `]}}}`,
		"many variables":      `{"StartAt":"a","States":{"a":{"Type":"Parallel","End":true,"Branches":[` + keys(`{"StartAt":"%05x","States":{"%[1]05x":{"Type":"Pass","InputPath":"$v%[1]05x","End":true}}}`, 11_000) + `]}}}`,
		"many warnings":       `{"StartAt":"a","States":{"a":{"Type":"Pass","End":true,"Result":{` + keys(`"%05x":"$.a"`, 70_000) + `}}}}`,
		"one long path":       `{"StartAt":"a","States":{"a":{"Type":"Pass","End":true,"Result":{"a":"$` + strings.Repeat(".a", size/2-100) + `"}}}}`,
		"long name":           `{"StartAt":"a","States":{"` + name + `":{"Type":"Parallel","Branches":[{"States":{` + keys(`"%05x":{}`, 40_000) + `}}]}}}`,
		"deeper than is read": strings.Repeat(`{"States":`, 900) + `{}` + strings.Repeat(`}`, 900),
		"too deep":            strings.Repeat(`[`, size),
		"too deep objects":    strings.Repeat(`{"a":`, size/5),
		"deep template":       `{"StartAt":"a","States":{"a":{"Type":"Pass","End":true,"Parameters":` + strings.Repeat(`[`, 190) + `"` + fill + `"` + strings.Repeat(`]`, 190) + `}}}`,
	}
}

func keys(format string, n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(all, ",")
}
