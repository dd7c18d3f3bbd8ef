package cli

import (
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/stepwell/stepwell/delivery"
)

// events is the section of that name: a map from the name of a target to the URL at which it takes
// events of executions.
type events struct {
	node    ast.Node
	targets map[string]string
}

var _ yaml.NodeUnmarshaler = (*events)(nil)

// UnmarshalYAML implements [yaml.NodeUnmarshaler]. What it gets is read by read, whose errors have a
// place.
func (e *events) UnmarshalYAML(n ast.Node) error {
	e.node = n
	return nil
}

// read reads the section.
func (e *events) read() error {
	entries, err := members(e.node, "events: want a map from the name of a target to its URL")
	if err != nil {
		return err
	}
	e.targets = make(map[string]string)
	for _, entry := range entries {
		name, err := key(entry)
		if err != nil {
			return err
		}
		address, _ := text(entry.Value)
		if err := delivery.CheckTarget(name, address); err != nil {
			return at(entry.Key, "events: %w", err)
		}
		e.targets[name] = address
	}
	return nil
}
