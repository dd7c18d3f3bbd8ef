package lambda

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// What holds for a function that says nothing else.
const (
	DefaultTimeout     = 3 * time.Second // Lambda's
	DefaultConcurrency = 10
	DefaultIdle        = 5 * time.Minute
	MaxTimeout         = 15 * time.Minute // Lambda's
	MaxConcurrency     = 1000             // Lambda's, of an account
	MemoryMegabytes    = 128              // what functions are told; nothing enforces it
)

// Function says what answers the calls of a name.
type Function struct {
	// Name is the function's; what of it is empty, any call may have.
	Name Name
	Code Code
	// Timeout bounds a call, Concurrency how many run at once; zero means the default.
	Timeout     time.Duration
	Concurrency int
	// Throttle refuses what exceeds Concurrency, as Lambda does; otherwise such calls wait.
	Throttle bool
	// Idle is how long an instance waits for another call; zero means the default.
	Idle time.Duration
	// Environment is added to that of this process, Dir is the working directory.
	Environment map[string]string
	Dir         string
	// Watch are files and directories: when something in them changes, new instances take over. None
	// means the code of a [Runtime]: its program, or what Node and Python load from Dir.
	Watch []string
}

func (f *Function) timeout() time.Duration { return cmp.Or(f.Timeout, DefaultTimeout) }
func (f *Function) concurrency() int       { return cmp.Or(f.Concurrency, DefaultConcurrency) }
func (f *Function) idle() time.Duration    { return cmp.Or(f.Idle, DefaultIdle) }
func (f *Function) equal(g *Function) bool { return reflect.DeepEqual(f, g) }

// TimeoutSeconds is the timeout as Lambda's API shows it.
func (f *Function) TimeoutSeconds() int { return int((f.timeout() + time.Second - 1) / time.Second) }

// Code is what answers for a function: [Fixed], [Echo], [URL], [Command] or [Runtime].
type Code interface {
	// worker returns what answers the calls of f on h.
	worker(h *Host, f *Function) worker
	// Description says it in a few words.
	Description() string
}

// Fixed always gives the same answer, a JSON text.
type Fixed struct{ Answer string }

// Echo gives the event back.
type Echo struct{}

// URL posts the event to a URL; the body of the response is the result.
type URL struct{ URL string }

// Command runs a program for each call, with the event as its input and the result as its output.
type Command struct{ Args []string }

// Runtime is a program that speaks Lambda's Runtime API.
type Runtime struct {
	// Language is Go, Node or Python: whether Args is all of the program, or the interpreter that runs
	// the loop of this package, which loads Handler.
	Language Language
	Handler  string
	Args     []string
}

// Language tells the runtimes apart.
type Language string

// The languages of runtimes. Go stands for every program that speaks the Runtime API itself.
const (
	Go     Language = "provided"
	Node   Language = "nodejs"
	Python Language = "python"
)

// Description implements [Code].
func (Fixed) Description() string { return "fixed" }

// Description implements [Code].
func (Echo) Description() string { return "echo" }

// Description implements [Code].
func (u URL) Description() string { return "url " + u.URL }

// Description implements [Code].
func (c Command) Description() string { return "command " + strings.Join(c.Args, " ") }

// Description implements [Code].
func (r Runtime) Description() string { return string(r.Language) }

// Set is an immutable set of functions. The zero Set is empty.
type Set struct {
	byName map[Name]*Function
	all    map[*Function]bool
}

// NewSet returns the set of functions. Names must differ.
func NewSet(functions ...*Function) (*Set, error) {
	s := &Set{byName: make(map[Name]*Function), all: make(map[*Function]bool)}
	for _, f := range functions {
		if s.byName[f.Name.key()] != nil {
			return nil, fmt.Errorf("there are two functions %s", f.Name)
		}
		s.byName[f.Name.key()], s.all[f] = f, true
	}
	return s, nil
}

// Functions implements [Source].
func (s *Set) Functions() *Set { return s }

// Missing implements [Source]: nobody is told.
func (s *Set) Missing(string) {}

var _ Source = (*Set)(nil)

// All returns the functions by name.
func (s *Set) All() []*Function {
	return slices.SortedFunc(maps.Keys(s.all), func(f, g *Function) int { return cmp.Compare(f.Name.String(), g.Name.String()) })
}

// Keeping returns s with the very functions of old where they are equal, so that their processes stay.
func (s *Set) Keeping(old *Set) *Set {
	var all []*Function
	for f := range s.all {
		if before := old.byName[f.Name.key()]; before != nil && before.equal(f) {
			f = before
		}
		all = append(all, f)
	}
	kept, _ := NewSet(all...) // the names are those of s
	return kept
}

func (s *Set) keep(f *Function) bool { return s.all[f] }

// find returns what answers for a full name: the most particular of what fits.
func (s *Set) find(n Name) *Function {
	n = n.key()
	for _, scope := range []Name{{Region: n.Region, Account: n.Account}, {Account: n.Account}, {}} {
		for _, qualifier := range []string{n.Qualifier, ""} {
			if f := s.byName[Name{Region: scope.Region, Account: scope.Account, Function: n.Function, Qualifier: qualifier}]; f != nil {
				return f
			}
		}
	}
	return nil
}
