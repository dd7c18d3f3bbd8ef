package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/stepwell/stepwell"
	"github.com/stepwell/stepwell/lambda"
)

// config is what stepwell.yaml says.
type config struct {
	// Functions answer the tasks of functions.
	Functions functions `yaml:"functions"`
	// Events are those to whom changes of the status of executions are told.
	Events events `yaml:"events"`
	// Limits lift those of AWS.
	Limits stepwell.Limits `yaml:"limits"`
}

// readConfig reads a configuration file. What it does not understand is refused, with file, line and
// column.
func readConfig(file string) (config, error) {
	var c config
	text, err := os.ReadFile(file)
	if err != nil {
		return c, fmt.Errorf("--config: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(text, &c, yaml.Strict()); err != nil && !errors.Is(err, io.EOF) {
		return c, configError(file, err)
	}
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return c, fmt.Errorf("--config: %w", err)
	}
	if err := errors.Join(c.Functions.read(dir), c.Events.read()); err != nil {
		return config{}, configError(file, err)
	}
	return c, nil
}

// configError says what is wrong in one line that begins with the place.
func configError(file string, err error) error {
	var (
		place  *placeError
		syntax yaml.Error
	)
	switch {
	case errors.As(err, &place):
		return fmt.Errorf("%s:%d:%d: %w", file, place.line, place.column, place.err)
	case errors.As(err, &syntax) && syntax.GetToken() != nil:
		position := syntax.GetToken().Position
		return fmt.Errorf("%s:%d:%d: %s", file, position.Line, position.Column, syntax.GetMessage())
	}
	return fmt.Errorf("%s: %s", file, strings.ReplaceAll(err.Error(), "\n", " "))
}

// placeError is an error at a place of the configuration file.
type placeError struct {
	line, column int
	err          error
}

// Error implements error.
func (e *placeError) Error() string { return e.err.Error() }

func at(n ast.Node, format string, args ...any) error {
	position := n.GetToken().Position
	return &placeError{line: position.Line, column: position.Column, err: fmt.Errorf(format, args...)}
}

// functions is the section of that name: a map from the name or ARN of a function to what answers for
// it.
type functions struct {
	node ast.Node
	set  *lambda.Set
}

var _ yaml.NodeUnmarshaler = (*functions)(nil)

// UnmarshalYAML implements [yaml.NodeUnmarshaler]. What it gets is read by read, which knows the place
// of the file.
func (f *functions) UnmarshalYAML(n ast.Node) error {
	f.node = n
	return nil
}

// read reads the section. Relative paths in it begin at dir.
func (f *functions) read(dir string) error {
	entries, err := members(f.node, "functions: want a map from the name or ARN of a function to what answers for it")
	if err != nil {
		return err
	}
	var all []*lambda.Function
	places := map[string]ast.Node{}
	for _, entry := range entries {
		one, err := readFunction(entry, dir)
		if err != nil {
			return err
		}
		if places[one.Name.String()] != nil {
			return at(entry.Key, "functions: there are two functions %s", one.Name)
		}
		places[one.Name.String()] = entry.Key
		all = append(all, one)
	}
	f.set, err = lambda.NewSet(all...)
	if err != nil {
		return at(f.node, "functions: %w", err)
	}
	return nil
}

// members returns the entries of a map; an absent or empty one has none.
func members(n ast.Node, wrong string) ([]*ast.MappingValueNode, error) {
	switch n := n.(type) {
	case nil, *ast.NullNode:
		return nil, nil
	case *ast.MappingNode:
		return n.Values, nil
	case *ast.MappingValueNode: // a map of one entry
		return []*ast.MappingValueNode{n}, nil
	}
	return nil, at(n, "%s", wrong)
}

// key returns the text of the key of an entry.
func key(entry *ast.MappingValueNode) (string, error) {
	scalar, ok := entry.Key.(ast.ScalarNode)
	if !ok {
		return "", at(entry.Key, "want a name")
	}
	return fmt.Sprint(scalar.GetValue()), nil
}

// text returns the text of a scalar that is one.
func text(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	}
	return "", false
}
