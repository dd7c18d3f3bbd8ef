package engine

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/intrinsic"
	"github.com/stepwell/stepwell/store"
	"github.com/stepwell/stepwell/value"
)

// plan is a stored revision with its compiled Program. It never changes.
type plan struct {
	program *asl.Program
	// express is the program as an Express execution runs it: for at most maxExpressSeconds.
	express  *asl.Program
	revision store.Revision
}

// programFor returns what an execution runs.
func (p *plan) programFor(row store.Row) *asl.Program {
	if row.Express != "" {
		return p.express
	}
	return p.program
}

// maxPlans bounds the compiled Programs in memory.
const maxPlans = 1000

// plans keeps compiled Programs; a revision never changes.
type plans struct {
	store *store.Store
	mu    sync.Mutex
	byKey map[planKey]*plan
}

type planKey struct{ machineID, revision string }

// created bounds definitions that were accepted once: a limit that is lower now does not concern them.
var created = asl.Limits{NameCharacters: math.MaxInt, Calls: intrinsic.Limits{Nesting: value.MaxDepth, Arguments: math.MaxInt}}

func newPlans(s *store.Store) *plans { return &plans{store: s, byKey: make(map[planKey]*plan)} }

// get returns the plan of a revision, from memory or compiled anew.
func (p *plans) get(ctx context.Context, machineID, revision string) (*plan, error) {
	k := planKey{machineID, revision}
	p.mu.Lock()
	found, ok := p.byKey[k]
	p.mu.Unlock()
	if ok {
		return found, nil
	}
	r, err := p.store.Revision(ctx, machineID, revision)
	if err != nil {
		return nil, err
	}
	program, diagnostics := created.Parse(r.Definition)
	if program == nil {
		return nil, fmt.Errorf("compile revision %s of machine %s: %w: %s", revision, machineID, errBroken, asl.Messages(diagnostics))
	}
	made := &plan{program: program, express: expressProgram(program), revision: r}
	p.mu.Lock()
	defer p.mu.Unlock()
	for old := range p.byKey {
		if len(p.byKey) < maxPlans {
			break
		}
		delete(p.byKey, old)
	}
	p.byKey[k] = made
	return made, nil
}

// Program returns the compiled definition of a revision, which is not compiled again while it is in
// memory. It fails when there is no such revision, or this release cannot compile it.
func (e *Engine) Program(ctx context.Context, machineID, revision string) (*asl.Program, error) {
	p, err := e.plans.get(ctx, machineID, revision)
	if err != nil {
		return nil, err
	}
	return p.program, nil
}

// identity is what the interpreter knows of an execution beside its journal.
func (e *Engine) identity(row store.Row, r store.Revision) interpreter.Identity {
	id := Identity(row, r)
	id.Limits = e.options.Limits
	if row.Express != "" {
		id.Limits.HistoryEvents = math.MaxInt64
	}
	id.TaskToken = func(await interpreter.AwaitID) string {
		return e.store.Sealer().SealTask(store.AwaitRef{Execution: row.ID, Await: await})
	}
	return id
}

// Identity is what history knows of an execution beside its journal.
func Identity(row store.Row, r store.Revision) interpreter.Identity {
	return interpreter.Identity{
		ExecutionARN: ExecutionARN(row), ExecutionName: row.Name,
		MachineARN: MachineARN(row.Scope, row.Machine), MachineName: row.Machine,
		RoleARN: r.RoleARN, Region: row.Scope.Region,
	}
}
