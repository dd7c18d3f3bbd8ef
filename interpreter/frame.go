package interpreter

import (
	"strconv"
	"strings"
	"time"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/value"
)

// rootID is the frame of the execution itself.
const rootID FrameID = "0"

// phase says how far a frame has come in its current state.
type phase uint8

const (
	phaseEnter     phase = iota // ready: the state called next is to be entered
	phaseEntered                // ready: the state's own work is to begin
	phaseScheduled              // ready: the task is scheduled and is to be started
	phaseTask                   // an await: the task's answer
	phaseTimer                  // an await: the end of a Wait
	phaseRetry                  // an await: the end of a retry's delay
	phaseChildren               // branches or iterations run; ready when all are done
	phaseDone                   // ready: the block came to its end; input is its result
	phaseJoined                 // the parent has the result; nothing refers to the frame any more
	phaseFailed                 // marked: what happened here was not caught here
	phaseAborted                // marked: given up because a sibling failed
)

var phaseNames = [...]string{
	"enter", "entered", "scheduled", "task", "timer", "retry", "children", "done", "joined", "failed", "aborted",
}

// String names the phase.
func (p phase) String() string { return phaseNames[p] }

// frame is one activation of a Block. Only apply changes it.
type frame struct {
	id     FrameID
	parent *frame
	index  int // among the parent's children
	block  *asl.Block

	phase phase
	since uint64 // the event that brought the frame into its phase
	prev  int64  // the visible event that the next one follows
	next  string // the state to enter, in phaseEnter
	// input is the raw input of the current state, or of the one to enter; at last the result.
	input value.Value

	state     asl.State
	enteredID int64
	// enteredPrev is the event that the entry followed.
	enteredPrev int64
	enteredAt   time.Time
	entry       int     // the how-manieth entry into a Task
	retries     []int64 // how often each Retrier was used in this entry
	attempt     int     // retries in this entry, all together

	await          *Await
	timeoutSeconds int64
	started        bool // the task's TaskStarted was written
	early          *CallbackReceived

	// vars are the variables of this block; those of the blocks around it are seen too.
	vars     map[string]value.Value
	varsSize int

	// Of a Parallel or a Map.
	children []*frame // nil where none began yet, or nothing of it is needed any more
	outputs  []value.Value
	// outputsSize is what the outputs hold of the children that are done.
	outputsSize int
	remaining   int // children that are not done
	begun       int // children that were begun
	items       []value.Value
	itemsSize   int
	keyed       bool

	iteration []int // the indexes of the enclosing Map iterations
}

// childID returns the id of the i-th child.
func (f *frame) childID(i int) FrameID {
	return f.id + "." + FrameID(strconv.Itoa(i))
}

// parentOf splits a frame's id.
func parentOf(id FrameID) (FrameID, int) {
	dot := strings.LastIndexByte(string(id), '.')
	i, err := strconv.Atoi(string(id[dot+1:]))
	if dot < 0 || err != nil {
		panic("interpreter: frame " + string(id) + " has no parent")
	}
	return id[:dot], i
}

// ready says that the frame can go on without the world.
func (f *frame) ready() bool {
	switch f.phase {
	case phaseEnter, phaseEntered, phaseScheduled, phaseDone:
		return true
	case phaseChildren:
		return f.remaining == 0
	default:
		return false
	}
}

// isIteration says that the frame is an iteration of a Map rather than a branch of a Parallel.
func (f *frame) isIteration() bool {
	if f.parent == nil {
		return false
	}
	_, ok := f.parent.state.(*asl.Map)
	return ok
}
