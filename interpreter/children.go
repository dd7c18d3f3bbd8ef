package interpreter

import (
	"slices"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/value"
)

// This file is the part of apply that begins and ends frames.

// addFrame makes f known.
func (x *Execution) addFrame(f *frame) {
	x.frames[f.id] = f
	x.size += frameSize
}

// removeFrame forgets f, whose awaits and children are gone already.
func (x *Execution) removeFrame(f *frame) {
	x.setInput(f, value.Null)
	delete(x.frames, f.id)
	x.size -= frameSize + f.varsSize
	x.variables -= f.varsSize
	f.vars, f.varsSize = nil, 0
	f.phase = phaseJoined
	if x.recent == f {
		x.recent = nil
	}
}

// newChild begins the i-th child of f.
func (x *Execution) newChild(f *frame, i int, block *asl.Block, input value.Value, e Event) *frame {
	child := &frame{
		id: f.childID(i), parent: f, index: i, block: block, next: block.StartAt,
		iteration: f.iteration,
	}
	x.addFrame(child)
	x.setInput(child, input)
	f.children[i] = child
	child.prev = e.ID
	x.move(child, phaseEnter)
	x.queue.push(child)
	return child
}

// expectChildren prepares f for n children.
func (x *Execution) expectChildren(f *frame, n int) {
	x.endAwait(f)
	x.dropChildren(f)
	f.children, f.outputs = make([]*frame, n), make([]value.Value, n)
	x.size += n * childSize
	f.remaining, f.begun = n, 0
	x.move(f, phaseChildren)
}

func (x *Execution) applyParallelStarted(f *frame, e Event, fact ParallelStarted) {
	branches := f.state.(*asl.Parallel).Branches
	x.expectChildren(f, len(branches))
	for i, block := range branches {
		x.newChild(f, i, block, fact.Input, e)
	}
	f.begun = len(branches)
}

func (x *Execution) applyMapStarted(f *frame, e Event, fact MapStarted) {
	var items []value.Value
	for _, item := range fact.Items.Elements() {
		items = append(items, item)
	}
	x.expectChildren(f, len(items))
	f.items, f.itemsSize, f.keyed = items, fact.Items.Size(), fact.Keyed
	x.size += f.itemsSize
}

func (x *Execution) applyIterationStarted(e Event, fact MapIterationStarted) {
	id, i := parentOf(e.Frame)
	f := x.frame(id)
	child := x.newChild(f, i, f.state.(*asl.Map).Processor, fact.Input, e)
	child.iteration = append(slices.Clone(f.iteration), i)
	f.begun++
}

// finishChild gives the result of f to its parent, which goes on from e, and forgets f.
func (x *Execution) finishChild(f *frame, e Event) {
	p := f.parent
	p.outputs[f.index] = f.input
	p.outputsSize += f.input.Size()
	x.size += f.input.Size()
	p.prev = e.ID
	x.removeFrame(f)
	p.children[f.index] = nil
	p.remaining--
	if p.remaining == 0 {
		p.since = e.Seq
		x.queue.push(p)
	}
}

// dropChildren forgets what f holds of its children, if it has any.
func (x *Execution) dropChildren(f *frame) {
	if f.children == nil {
		return
	}
	for _, child := range f.children {
		if child != nil {
			x.dropChildren(child)
			x.endAwait(child)
			x.removeFrame(child)
		}
	}
	x.size -= f.outputsSize + f.itemsSize + len(f.children)*childSize
	f.children, f.outputs, f.items = nil, nil, nil
	f.outputsSize, f.itemsSize, f.remaining, f.begun = 0, 0, 0, 0
}

// abandonChildren marks all that is below f as aborted.
func (x *Execution) abandonChildren(f *frame) {
	for _, child := range f.children {
		if child != nil {
			x.abandon(child)
			x.abandonChildren(child)
		}
	}
}

// abandon marks f as aborted, unless it failed itself.
func (x *Execution) abandon(f *frame) {
	x.endAwait(f)
	if f.phase != phaseFailed {
		x.move(f, phaseAborted)
	}
}

// assign gives variables of f's block their values.
func (x *Execution) assign(f *frame, assigned value.Value) {
	for name, v := range assigned.Members() {
		if f.vars == nil {
			f.vars = make(map[string]value.Value)
		}
		grown := v.Size() - f.vars[name].Size()
		if _, known := f.vars[name]; !known {
			grown = len(name) + v.Size()
		}
		f.vars[name] = v
		f.varsSize += grown
		x.variables += grown
		x.size += grown
	}
}

// setInput replaces the data that f holds.
func (x *Execution) setInput(f *frame, v value.Value) {
	x.size += v.Size() - f.input.Size()
	f.input = v
}
