package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// A model is what the generator needs of a botocore service model.
type model struct {
	Metadata struct {
		APIVersion   string `json:"apiVersion"`
		TargetPrefix string `json:"targetPrefix"`
	} `json:"metadata"`
	Operations map[string]operation `json:"operations"`
	Shapes     map[string]*shape    `json:"shapes"`
}

// An operation is one call of the API.
type operation struct {
	Name          string      `json:"name"`
	Input         reference   `json:"input"`
	Output        reference   `json:"output"`
	Errors        []reference `json:"errors"`
	Documentation string      `json:"documentation"`
	Idempotent    bool        `json:"idempotent"`
	Endpoint      struct {
		HostPrefix string `json:"hostPrefix"`
	} `json:"endpoint"`
}

// A reference names a shape where it is used, with the documentation of that use.
type reference struct {
	Shape         string `json:"shape"`
	Documentation string `json:"documentation"`
}

// A shape is a type of the API with its constraints.
type shape struct {
	Name          string    `json:"-"`
	Type          string    `json:"type"`
	Members       members   `json:"members"`
	Required      []string  `json:"required"`
	Member        reference `json:"member"`
	Value         reference `json:"value"`
	Enum          []string  `json:"enum"`
	Min           *int64    `json:"min"`
	Max           *int64    `json:"max"`
	Pattern       string    `json:"pattern"`
	Sensitive     bool      `json:"sensitive"`
	Exception     bool      `json:"exception"`
	Documentation string    `json:"documentation"`
}

// constrained reports whether a value of s can be wrong by itself, its members aside.
func (s *shape) constrained() bool {
	return s.Min != nil || s.Max != nil || s.Pattern != "" || len(s.Enum) > 0
}

// A member is one field of a structure.
type member struct {
	reference
	Name string
}

// members keeps the order in which the model lists a structure's fields.
type members []member

// UnmarshalJSON reads the object token by token, because a map would lose its order.
func (ms *members) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		m := member{Name: name.(string)}
		if err := d.Decode(&m.reference); err != nil {
			return err
		}
		*ms = append(*ms, m)
	}
	return nil
}

// load reads the model at path and checks that every reference leads somewhere.
func load(path string) (*model, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m := new(model)
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("read model %s: %w", path, err)
	}
	for name, s := range m.Shapes {
		s.Name = name
		for _, f := range s.Members {
			if m.Shapes[f.Shape] == nil {
				return nil, fmt.Errorf("shape %s: member %s: no shape %q", name, f.Name, f.Shape)
			}
		}
	}
	return m, nil
}

// structures returns, sorted by name, the structures that keep accepts.
func (m *model) structures(keep func(*shape) bool) []*shape {
	return m.sorted(func(s *shape) bool { return s.Type == "structure" && !s.Exception && keep(s) })
}

// sorted returns the shapes that keep accepts, sorted by name.
func (m *model) sorted(keep func(*shape) bool) []*shape {
	var out []*shape
	for _, s := range m.Shapes {
		if keep(s) {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b *shape) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// inputShapes returns the names of every shape that a request can hold.
func (m *model) inputShapes() map[string]bool {
	seen := map[string]bool{}
	var walk func(name string)
	walk = func(name string) {
		s := m.Shapes[name]
		if s == nil || seen[name] {
			return
		}
		seen[name] = true
		for _, f := range s.Members {
			walk(f.Shape)
		}
		walk(s.Member.Shape)
		walk(s.Value.Shape)
	}
	for _, op := range m.Operations {
		walk(op.Input.Shape)
	}
	return seen
}
