package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/stepwell/stepwell"
	"github.com/stepwell/stepwell/integration"
	"github.com/stepwell/stepwell/integration/function"
)

// config is what stepwell.yaml says.
type config struct {
	// Functions answer the tasks whose Resource is their ARN.
	Functions functions `yaml:"functions"`
	// Limits lift those of AWS.
	Limits stepwell.Limits `yaml:"limits"`
}

// readConfig reads a configuration file. What it does not understand is refused, with file and line.
func readConfig(file string) (config, error) {
	var c config
	text, err := os.ReadFile(file)
	if err != nil {
		return c, fmt.Errorf("--config: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(text, &c, yaml.Strict()); err != nil && !errors.Is(err, io.EOF) {
		return c, configError(file, err)
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
		return fmt.Errorf("%s:%d: %w", file, place.line, place.err)
	case errors.As(err, &syntax) && syntax.GetToken() != nil:
		return fmt.Errorf("%s:%d: %s", file, syntax.GetToken().Position.Line, syntax.GetMessage())
	}
	return fmt.Errorf("%s: %w", file, err)
}

// placeError is an error at a line of the configuration file.
type placeError struct {
	line int
	err  error
}

// Error implements error.
func (e *placeError) Error() string { return e.err.Error() }

func at(n ast.Node, format string, args ...any) error {
	return &placeError{line: n.GetToken().Position.Line, err: fmt.Errorf(format, args...)}
}

// functions is a map from the ARN of a function to its kind, as [function.Parse] reads it.
type functions map[string]integration.Handler

var _ yaml.NodeUnmarshaler = (*functions)(nil)

// UnmarshalYAML implements [yaml.NodeUnmarshaler].
func (f *functions) UnmarshalYAML(n ast.Node) error {
	*f = functions{}
	if n.Type() == ast.NullType {
		return nil
	}
	m, ok := n.(*ast.MappingNode)
	if !ok {
		return at(n, "functions: want a map from the ARN of a function to its kind")
	}
	for _, entry := range m.Values {
		if err := f.add(entry); err != nil {
			return err
		}
	}
	return nil
}

func (f *functions) add(entry *ast.MappingValueNode) error {
	key, ok := entry.Key.(ast.ScalarNode)
	if !ok {
		return at(entry.Key, "functions: want the ARN of a function")
	}
	arn := fmt.Sprint(key.GetValue())
	if err := function.CheckARN(arn); err != nil {
		return at(entry.Key, "functions: %w", err)
	}
	kind, ok := text(entry.Value)
	if !ok {
		return at(entry.Value, "functions: the kind of %s must be a text; quote it", arn)
	}
	h, err := function.Parse(kind)
	if err != nil {
		return at(entry.Value, "functions: %s: %w", arn, err)
	}
	(*f)[arn] = h
	return nil
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
