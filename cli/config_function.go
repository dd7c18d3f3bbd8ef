package cli

import (
	"fmt"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/stepwell/stepwell/integration/function"
	"github.com/stepwell/stepwell/lambda"
)

// entry is what stepwell.yaml says of one function.
type entry struct {
	function lambda.Function
	base     string // where relative paths begin

	static, fixed, url, runtime, handler string
	echo                                 bool
	command                              []string
	at                                   map[string]ast.Node // the value of each field
}

// field reads the value of a field of an entry.
type field func(e *entry, n ast.Node) error

// fields are those that an entry may have.
var fields = map[string]field{
	"fixed":       textField(func(e *entry) *string { return &e.fixed }),
	"url":         textField(func(e *entry) *string { return &e.url }),
	"runtime":     textField(func(e *entry) *string { return &e.runtime }),
	"handler":     textField(func(e *entry) *string { return &e.handler }),
	"dir":         textField(func(e *entry) *string { return &e.function.Dir }),
	"echo":        boolField(func(e *entry) *bool { return &e.echo }),
	"throttle":    boolField(func(e *entry) *bool { return &e.function.Throttle }),
	"command":     listField(func(e *entry) *[]string { return &e.command }),
	"watch":       listField(func(e *entry) *[]string { return &e.function.Watch }),
	"timeout":     durationField(lambda.MaxTimeout, func(e *entry) *time.Duration { return &e.function.Timeout }),
	"idle":        durationField(24*time.Hour, func(e *entry) *time.Duration { return &e.function.Idle }),
	"concurrency": (*entry).readConcurrency,
	"env":         (*entry).readEnvironment,
}

// readFunction reads one entry of the section functions.
func readFunction(n *ast.MappingValueNode, dir string) (*lambda.Function, error) {
	text, err := key(n)
	if err != nil {
		return nil, err
	}
	name, ok := lambda.ParseName(text)
	if !ok {
		return nil, at(n.Key, "functions: %q is neither the name nor the ARN of a function", text)
	}
	if name.Qualifier == lambda.Latest {
		name.Qualifier = ""
	}
	e := &entry{function: lambda.Function{Name: name}, base: dir, at: map[string]ast.Node{}}
	if err := e.read(n.Value); err != nil {
		return nil, prefixed("functions: "+text+": ", err)
	}
	if e.function.Code, err = e.code(n.Value); err != nil {
		return nil, prefixed("functions: "+text+": ", err)
	}
	return &e.function, nil
}

// prefixed puts words before an error that has a place.
func prefixed(words string, err error) error {
	if place, ok := err.(*placeError); ok {
		return &placeError{place.line, place.column, fmt.Errorf("%s%w", words, place.err)}
	}
	return err
}

const wantFunction = "want fixed:JSON or echo:, or a map with one of fixed, echo, url, command and runtime"

// read reads the value of an entry: a text, or a map of fields.
func (e *entry) read(n ast.Node) error {
	static, isText := text(n)
	if isText {
		e.static = static
		return nil
	}
	if n.Type() == ast.NullType {
		return at(n, wantFunction)
	}
	all, err := members(n, wantFunction)
	for _, member := range all {
		var name string
		if name, err = key(member); err != nil {
			return err
		}
		read := fields[name]
		if read == nil {
			return at(member.Key, "unknown field %q: there are %s", name, strings.Join(slices.Sorted(maps.Keys(fields)), ", "))
		}
		if e.at[name] != nil {
			return at(member.Key, "%s is there twice", name)
		}
		e.at[name] = member.Value
		if err = read(e, member.Value); err != nil {
			return prefixed(name+": ", err)
		}
	}
	return err
}

// code returns what answers for the function. Its paths become absolute.
func (e *entry) code(n ast.Node) (lambda.Code, error) {
	if e.static != "" {
		return placed(n, e.static)
	}
	f := &e.function
	f.Dir = e.path(f.Dir)
	for i, path := range f.Watch {
		f.Watch[i] = e.path(path)
	}
	kinds := 0
	for _, kind := range []string{"fixed", "echo", "url", "runtime"} {
		if e.at[kind] != nil {
			kinds++
		}
	}
	switch {
	case kinds > 1 || kinds == 1 && e.command != nil && e.runtime == "":
		return nil, at(n, "%s, not several", wantFunction)
	case e.at["fixed"] != nil:
		return placed(e.at["fixed"], "fixed:"+e.fixed)
	case e.echo:
		return lambda.Echo{}, nil
	case e.url != "":
		return e.urlCode()
	case e.runtime != "":
		return e.runtimeCode(n)
	case e.command != nil:
		return lambda.Command{Args: e.command}, nil
	}
	return nil, at(n, wantFunction)
}

// placed reads a static function; its error has a place.
func placed(n ast.Node, text string) (lambda.Code, error) {
	code, err := function.Static(text)
	if err != nil {
		return nil, at(n, "%w", err)
	}
	return code, nil
}

func (e *entry) urlCode() (lambda.Code, error) {
	if !strings.HasPrefix(e.url, "http://") && !strings.HasPrefix(e.url, "https://") {
		return nil, at(e.at["url"], "url: want one that begins with http:// or https://, not %q", e.url)
	}
	return lambda.URL{URL: e.url}, nil
}

// runtimeCode returns the code of a runtime. Its name may be that of AWS, such as python3.12.
func (e *entry) runtimeCode(n ast.Node) (lambda.Code, error) {
	c := lambda.Runtime{Handler: e.handler, Args: e.command}
	switch name := e.runtime; {
	case strings.HasPrefix(name, "node"):
		c.Language = lambda.Node
		if c.Args == nil {
			c.Args = []string{"node"}
		}
	case strings.HasPrefix(name, "python"):
		c.Language = lambda.Python
		if c.Args == nil {
			c.Args = []string{python()}
		}
	case strings.HasPrefix(name, "go"), strings.HasPrefix(name, "provided"):
		c.Language = lambda.Go
		if c.Args == nil {
			c.Args = []string{"./bootstrap"}
		}
	default:
		return nil, at(e.at["runtime"], "runtime: %q is none of node, python, go and provided, as whose versions they are all taken", name)
	}
	if c.Language != lambda.Go && c.Handler == "" {
		return nil, at(n, "a function of runtime %s needs a handler, such as index.handler", e.runtime)
	}
	return c, nil
}

// python is the interpreter's usual name.
func python() string {
	if runtime.GOOS == "windows" {
		return "python"
	}
	return "python3"
}

func (e *entry) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(e.base, name)
}

func textField(of func(*entry) *string) field {
	return func(e *entry, n ast.Node) error {
		s, ok := text(n)
		if !ok || s == "" {
			return at(n, "want a text; quote it")
		}
		*of(e) = s
		return nil
	}
}

func boolField(of func(*entry) *bool) field {
	return func(e *entry, n ast.Node) error {
		b, ok := n.(*ast.BoolNode)
		if !ok {
			return at(n, "want true or false")
		}
		*of(e) = b.Value
		return nil
	}
}

// listField reads a list of texts, or one text.
func listField(of func(*entry) *[]string) field {
	return func(e *entry, n ast.Node) error {
		nodes := []ast.Node{n}
		if list, ok := n.(*ast.SequenceNode); ok {
			nodes = list.Values
		}
		if len(nodes) == 0 {
			return at(n, "want a list that is not empty")
		}
		for _, n := range nodes {
			s, ok := scalar(n)
			if !ok || s == "" {
				return at(n, "want a list of texts")
			}
			*of(e) = append(*of(e), s)
		}
		return nil
	}
}

// durationField reads seconds as a number, or a duration with its unit.
func durationField(most time.Duration, of func(*entry) *time.Duration) field {
	return func(e *entry, n ast.Node) error {
		s, _ := scalar(n)
		d, err := time.ParseDuration(s)
		if err != nil {
			d, err = time.ParseDuration(s + "s")
		}
		if err != nil || d <= 0 || d > most {
			return at(n, "want a duration up to %s, such as 30s", most)
		}
		*of(e) = d
		return nil
	}
}

func (e *entry) readConcurrency(n ast.Node) error {
	number, ok := n.(*ast.IntegerNode)
	if ok {
		if v, isUint := number.Value.(uint64); isUint && v >= 1 && v <= lambda.MaxConcurrency {
			e.function.Concurrency = int(v)
			return nil
		}
	}
	return at(n, "want a number from 1 to %d", lambda.MaxConcurrency)
}

func (e *entry) readEnvironment(n ast.Node) error {
	all, err := members(n, "want a map from the name of a variable to its value")
	if err != nil {
		return err
	}
	e.function.Environment = map[string]string{}
	for _, member := range all {
		name, err := key(member)
		if err != nil {
			return err
		}
		s, ok := scalar(member.Value)
		if !ok {
			return at(member.Value, "%s: want a text or a number", name)
		}
		e.function.Environment[name] = s
	}
	return nil
}

// scalar returns the text of a scalar of any kind, as it is written.
func scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	case *ast.NullNode:
		return "", true
	}
	return text(n)
}
