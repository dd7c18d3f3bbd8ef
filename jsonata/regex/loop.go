package regex

import (
	"fmt"
	"io"
)

// repeat compiles a quantified term (RepeatMatcher, ECMA-262 §22.2.2.3.1): each round first empties
// the groups inside, and a round beyond the minimum that takes nothing is no match.
func (c *compiler) repeat(n repeat) {
	t := n.traits
	if t.only {
		n.min = min(n.min, 1) // further rounds find what the first did
	}
	s := c.single(n.body)
	switch {
	case n.max == 0:
	case s != nil && !c.back:
		c.emit(inst{op: opRun, set: s, min: int32(n.min), max: int32(n.max), lazy: n.lazy})
	case n.min == 1 && n.max == 1:
		c.reset(n)
		c.node(n.body)
	case n.min == 0 && n.max == 1:
		c.optional(n, t.empty)
	case n.min == 0 && n.max == unlimited:
		c.star(n, t.empty)
	case n.min == 1 && n.max == unlimited && !t.empty:
		c.plus(n)
	default:
		c.counted(n)
	}
}

// single returns the set of a node that matches exactly one character.
func (c *compiler) single(n node) *set {
	switch n := n.(type) {
	case char:
		return newSet([]span{{n.r, n.r}}, false, c.fold)
	case class:
		return n.set
	case sequence:
		if len(n) == 1 {
			return c.single(n[0])
		}
	}
	return nil
}

// reset empties the groups of a repetition.
func (c *compiler) reset(n repeat) {
	if n.end > n.first {
		c.emit(inst{op: opReset, a: int32(2 * n.first), b: int32(2 * n.end)})
	}
}

// round compiles the body of a round, which may take nothing only when it must not be empty.
func (c *compiler) round(n repeat, empty bool) {
	c.reset(n)
	if !empty {
		c.node(n.body)
		return
	}
	register := c.allocate(1)
	c.emit(inst{op: opMark, a: register})
	c.node(n.body)
	c.emit(inst{op: opProgress, a: register})
}

// branch writes an opSplit between the next instruction and one that is not known yet; patch names
// it. Which of them comes first depends on whether the repetition is lazy.
func (c *compiler) branch(n repeat) (patch func(exit int32)) {
	split := c.emit(inst{op: opSplit, a: c.here() + 1})
	return func(exit int32) {
		in := &c.code[split]
		in.b = exit
		if n.lazy {
			in.a, in.b = in.b, in.a
		}
	}
}

func (c *compiler) optional(n repeat, empty bool) {
	patch := c.branch(n)
	c.round(n, empty)
	patch(c.here())
}

func (c *compiler) star(n repeat, empty bool) {
	start := c.here()
	patch := c.branch(n)
	c.round(n, empty)
	c.emit(inst{op: opJump, a: start})
	patch(c.here())
}

func (c *compiler) plus(n repeat) {
	start := c.here()
	c.round(n, false)
	split := inst{op: opSplit, a: start, b: c.here() + 1}
	if n.lazy {
		split.a, split.b = split.b, split.a
	}
	c.emit(split)
}

func (c *compiler) counted(n repeat) {
	register := c.allocate(2)
	c.emit(inst{op: opCountInit, a: register})
	count := c.emit(inst{op: opCount, a: register, min: int32(n.min), max: int32(n.max), lazy: n.lazy})
	c.emit(inst{op: opRound, a: register})
	c.reset(n)
	c.node(n.body)
	c.emit(inst{op: opRoundEnd, a: register, b: int32(count), min: int32(n.min)})
	c.code[count].b = c.here()
}

func writeInst(w io.Writer, place int, in *inst) {
	fmt.Fprintf(w, "%3d op %d a %d b %d min %d max %d %q\n", place, in.op, in.a, in.b, in.min, in.max, in.text)
}
