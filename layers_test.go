package stepwell_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// layers says what each package may import besides the standard library, tests excepted. A package
// that is not listed may not exist; an import that is not listed may not be made. "*" ends a path
// that stands for everything below it.
const layers = `
value:
jsonpath:                value
jsonata:                 value jsonata/*
jsonata/picture:         jsonata/regex
jsonata/regex:
intrinsic:               value jsonpath
asl:                     value jsonpath jsonata intrinsic
interpreter:             value jsonpath jsonata intrinsic asl

sfn:
awsjson:                 github.com/google/uuid
telemetry:               github.com/prometheus/client_golang/*

kv:
kv/internal/*:           kv
kv/memory:               kv kv/internal/* github.com/tidwall/btree
kv/pebble:               kv kv/internal/* github.com/cockroachdb/pebble/v2* github.com/prometheus/client_model/go golang.org/x/sys/*
kv/kvtest:               kv kv/memory

lambda:                  value lambda/loop lambda/process github.com/google/uuid
lambda/invokeapi:        lambda github.com/google/uuid
lambda/loop:
lambda/process:          golang.org/x/sys/*

history:                 value asl interpreter sfn
integration:             value asl interpreter
integration/function:    value asl integration lambda github.com/google/uuid
integration/mock:        value asl integration
store:                   value asl interpreter kv github.com/klauspost/compress/* google.golang.org/protobuf/encoding/protowire
engine:                  value intrinsic asl interpreter integration kv store github.com/google/uuid
delivery:                interpreter store engine history sfn github.com/google/uuid
service:                 value asl interpreter kv store engine history awsjson sfn github.com/google/uuid
iam:                     awsjson store github.com/google/uuid

.:                       value asl interpreter integration integration/function integration/mock kv kv/memory kv/pebble lambda lambda/invokeapi store engine history delivery awsjson sfn service iam telemetry github.com/google/uuid
bench:                   value integration integration/function kv kv/memory kv/pebble store engine
bench/jsonata:           value jsonata internal/tools/*
simulation:
conformance:             . value asl integration delivery
conformance/play:        conformance
cli:                     . bench delivery integration/function lambda github.com/goccy/go-yaml* github.com/spf13/pflag golang.org/x/net/netutil
cmd/stepwell:            cli
examples:
examples/*:              .
tests/*:                 .
internal/tools/*:        value jsonata internal/tools/*
`

// pure are the packages in which nothing depends on time, chance or the world outside: what they
// return follows from their arguments alone.
var pure = []string{"value", "jsonpath", "jsonata", "jsonata/picture", "jsonata/regex", "intrinsic", "asl", "interpreter"}

// impure are the standard packages that a pure package may not import, with all below them.
var impure = []string{"context", "crypto/rand", "log", "math/rand", "net", "os", "os/exec", "runtime", "sync", "syscall"}

// seeded is what a pure package may use of math/rand/v2: sources that are given their seed.
var seeded = []string{"ChaCha8", "New", "NewChaCha8", "NewPCG", "NewZipf", "PCG", "Rand", "Source", "Zipf"}

// clocks are the functions of package time that read or wait for the machine's clock.
var clocks = []string{"After", "AfterFunc", "NewTicker", "NewTimer", "Now", "Since", "Sleep", "Tick", "Until"}

// vague are names that say nothing about what a directory holds.
var vague = []string{"common", "helpers", "lib", "misc", "models", "pkg", "shared", "types", "util", "utils"}

// maxLines is the length past which a file is to be split, in lines; generated files are exempt.
const maxLines = 600

const module = "github.com/stepwell/stepwell"

// source is one Go file of the module.
type source struct {
	dir  string // relative to the root, "." for the root itself
	name string // relative to the root
	file *ast.File
	fset *token.FileSet
}

func (s source) isTest() bool { return strings.HasSuffix(s.name, "_test.go") }

func (s source) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", s.name, s.fset.Position(n.Pos()).Line)
}

// imports yields the import paths of s: those of this module without the module's name, the
// standard library's left out.
func (s source) imports() []string {
	var paths []string
	for _, spec := range s.file.Imports {
		p := strings.Trim(spec.Path.Value, `"`)
		switch first, _, _ := strings.Cut(p, "/"); {
		case p == module:
			paths = append(paths, ".")
		case strings.HasPrefix(p, module+"/"):
			paths = append(paths, strings.TrimPrefix(p, module+"/"))
		case strings.Contains(first, "."):
			paths = append(paths, p)
		}
	}
	return paths
}

// tree yields every regular file below the root that belongs to the project.
func tree(t *testing.T, visit func(name string)) {
	t.Helper()
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == ".git" || name == "bin" || name == "stepwell-data"):
			return fs.SkipDir
		case d.Type().IsRegular():
			visit(name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// sources parses every Go file of the module, test data excepted.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	tree(t, func(name string) {
		if path.Ext(name) != ".go" || strings.Contains(name, "testdata/") {
			return
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, filepath.FromSlash(name), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, source{dir: path.Dir(name), name: name, file: f, fset: fset})
	})
	if len(all) < 50 {
		t.Fatalf("found only %d Go files: the test does not see the tree", len(all))
	}
	return all
}

// matches says whether name is the one that pattern names, or lies below it where pattern ends in
// "*".
func matches(pattern, name string) bool {
	prefix, open := strings.CutSuffix(pattern, "*")
	return name == pattern || open && strings.HasPrefix(name, prefix)
}

func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, name) })
}

// allowed returns what the package in dir may import, and whether layers lists it.
func allowed(dir string) (imports []string, listed bool) {
	for line := range strings.Lines(layers) {
		name, rest, ok := strings.Cut(line, ":")
		if ok && matches(name, dir) {
			return strings.Fields(rest), true
		}
	}
	return nil, false
}

func TestImportsFollowTheLayers(t *testing.T) {
	for _, s := range sources(t) {
		may, listed := allowed(s.dir)
		if !listed {
			t.Errorf("%s: the package %s is in no layer", s.name, s.dir)
			continue
		}
		for _, p := range s.imports() {
			if !s.isTest() && !matchesAny(may, p) {
				t.Errorf("%s: %s may not import %s", s.name, s.dir, p)
			}
		}
	}
}

// TestAdaptersStayApart also covers test files, which the layers leave free: a backend that is
// tested through another one is not tested.
func TestAdaptersStayApart(t *testing.T) {
	adapters := []string{"kv/pebble"}
	for _, s := range sources(t) {
		if matchesAny(adapters, s.dir) && slices.Contains(s.imports(), "kv/memory") {
			t.Errorf("%s: %s may not import kv/memory", s.name, s.dir)
		}
	}
}

func TestPurePackagesReadNothingOfTheWorld(t *testing.T) {
	for _, s := range sources(t) {
		if s.isTest() || !slices.Contains(pure, s.dir) {
			continue
		}
		for _, spec := range s.file.Imports {
			p := strings.Trim(spec.Path.Value, `"`)
			if p != "math/rand/v2" && slices.ContainsFunc(impure, func(i string) bool { return matchesAny([]string{i, i + "/*"}, p) }) {
				t.Errorf("%s: a pure package may not import %s", s.at(spec), p)
			}
		}
		for _, use := range impureUses(s) {
			t.Error(use)
		}
	}
}

// impureUses finds uses of the clock and of unseeded chance in s.
func impureUses(s source) []string {
	var found []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		name, ok := selector.X.(*ast.Ident)
		if !ok {
			return true
		}
		bad := name.Name == "time" && slices.Contains(clocks, selector.Sel.Name) ||
			name.Name == "rand" && !slices.Contains(seeded, selector.Sel.Name) && importsRand(s)
		if bad {
			found = append(found, fmt.Sprintf("%s: a pure package may not use %s.%s", s.at(n), name.Name, selector.Sel.Name))
		}
		return true
	})
	return found
}

func importsRand(s source) bool {
	return slices.ContainsFunc(s.file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"math/rand/v2"` })
}

func TestImpureUsesAreFound(t *testing.T) {
	const text = `package p
import ("math/rand/v2"; "time")
var a, b, c = time.Now(), rand.IntN(3), rand.New(rand.NewPCG(1, 2))
var d time.Duration
`
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	got := impureUses(source{name: "p.go", file: f, fset: fset})
	want := []string{"p.go:3: a pure package may not use time.Now", "p.go:3: a pure package may not use rand.IntN"}
	if !slices.Equal(got, want) {
		t.Errorf("impureUses = %q\nwant %q", got, want)
	}
}

func TestEveryPackageIsDocumented(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		name := s.file.Name.Name
		if strings.HasSuffix(name, "_test") {
			continue
		}
		start := "Package " + name + " "
		if name == "main" {
			start = "Command " + path.Base(s.dir) + " "
		}
		documented[s.dir] = documented[s.dir] || strings.HasPrefix(s.file.Doc.Text(), start)
	}
	for _, dir := range slices.Sorted(maps.Keys(documented)) {
		if !documented[dir] {
			t.Errorf("%s has no package comment that begins as Go wants it", dir)
		}
	}
}

func TestEveryExportedNameIsDocumented(t *testing.T) {
	for _, s := range sources(t) {
		if s.isTest() {
			continue
		}
		for _, d := range s.file.Decls {
			for _, n := range undocumented(d) {
				t.Errorf("%s: exported without a comment", s.at(n))
			}
		}
	}
}

// undocumented returns the exported things that d declares without a comment on them or on their
// group.
func undocumented(d ast.Decl) []ast.Node {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && (d.Recv == nil || exportedType(d.Recv.List[0].Type)) {
			return []ast.Node{d}
		}
	case *ast.GenDecl:
		if d.Doc != nil && d.Tok != token.TYPE {
			return nil
		}
		var found []ast.Node
		for _, spec := range d.Specs {
			if !specDocumented(spec, d.Doc) {
				found = append(found, spec)
			}
		}
		return found
	}
	return nil
}

func specDocumented(spec ast.Spec, group *ast.CommentGroup) bool {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		return !spec.Name.IsExported() || spec.Doc != nil || group != nil
	case *ast.ValueSpec:
		return spec.Doc != nil || spec.Comment != nil || !slices.ContainsFunc(spec.Names, (*ast.Ident).IsExported)
	}
	return true
}

// exportedType says whether the type of a receiver can be named from outside its package.
func exportedType(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.StarExpr:
		return exportedType(e.X)
	case *ast.IndexExpr:
		return exportedType(e.X)
	case *ast.IndexListExpr:
		return exportedType(e.X)
	case *ast.Ident:
		return e.IsExported()
	}
	return false
}

func TestDirectoriesHaveTellingNames(t *testing.T) {
	tree(t, func(name string) {
		if dir, _, nested := strings.Cut(name, "/"); nested && slices.Contains(vague, dir) {
			t.Errorf("%s: the name %s says nothing", name, dir)
		}
	})
}

func TestFilesAreNotTooLong(t *testing.T) {
	for _, s := range sources(t) {
		lines := s.fset.Position(s.file.FileEnd).Line
		if lines > maxLines && !ast.IsGenerated(s.file) {
			t.Errorf("%s has %d lines, more than %d: split it", s.name, lines, maxLines)
		}
	}
}

// TestNoPathsOfOneMachine finds absolute paths that exist on somebody's machine only.
func TestNoPathsOfOneMachine(t *testing.T) {
	private := regexp.MustCompile(`(^|[\s"'(=:` + "`" + `])/(home|root|tmp|Users|work)/\w`)
	tree(t, func(name string) {
		text, err := os.ReadFile(filepath.FromSlash(name))
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if private.MatchString(line) {
				t.Errorf("%s:%d names a path of one machine: %s", name, i+1, strings.TrimSpace(line))
			}
		}
	})
}

// TestEveryDependencyIsExplained compares the imports with the page that says why each is there.
func TestEveryDependencyIsExplained(t *testing.T) {
	page, err := os.ReadFile("docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	explained := regexp.MustCompile("(?m)^\\| `([^`]+)` ").FindAllStringSubmatch(string(page), -1)
	unused := map[string]bool{}
	for _, m := range explained {
		unused[m[1]] = true
	}
	for _, s := range sources(t) {
		for _, p := range s.imports() {
			if first, _, _ := strings.Cut(p, "/"); !strings.Contains(first, ".") || p == "." {
				continue
			}
			known := false
			for _, m := range explained {
				if p == m[1] || strings.HasPrefix(p, m[1]+"/") {
					known, unused[m[1]] = true, false
				}
			}
			if !known {
				t.Errorf("%s imports %s, which docs/dependencies.md does not explain", s.name, p)
			}
		}
	}
	for _, m := range explained {
		if unused[m[1]] {
			t.Errorf("docs/dependencies.md explains %s, which nothing imports", m[1])
		}
	}
}
