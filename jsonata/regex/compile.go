package regex

import "strings"

// opcode says what an instruction does.
type opcode uint8

const (
	opMatch      opcode = iota // the whole pattern has matched
	opText                     // text follows
	opTextBack                 // text precedes
	opSet                      // a character of set follows
	opSetBack                  // a character of set precedes
	opRun                      // min to max characters of set follow, as many as possible or, lazy, as few
	opSplit                    // go on at a; when that fails at b
	opJump                     // go on at a
	opSave                     // register a becomes the position
	opReset                    // registers a up to b become -1
	opMark                     // register a becomes the position, for opProgress
	opProgress                 // fail if the position is that of register a
	opCountInit                // register a becomes 0
	opCount                    // register a counts rounds: go on, or at b when they are enough
	opRound                    // a round begins: count it in register a, and keep the position in a+1
	opRoundEnd                 // a round ends: go to b, unless it was empty and beyond min
	opLook                     // a lookaround begins; registers a and a+1 keep the stack and the position
	opLookEnd                  // a lookaround has matched: forget its alternatives and go back
	opLookNot                  // a negative lookaround begins; when its body fails go on at b
	opLookNotEnd               // a negative lookaround has matched: fail
	opReference                // the text of the group in registers a and a+1 follows
	opReferenceBack
	opTextStart // assertions
	opTextEnd
	opLineStart
	opLineEnd
	opWordEdge
	opNoWordEdge
)

// inst is an instruction. Which of the fields it uses is said with its opcode.
type inst struct {
	op       opcode
	lazy     bool
	hint     byte // opRun: when not 0, the byte that has to follow
	a, b     int32
	min, max int32
	set      *set
	text     string
}

// program is what a pattern is compiled to.
type program struct {
	code []inst
	// groups is the number of capturing groups. Group i is in the registers 2i and 2i+1, the whole
	// match in 0 and 1; loops and lookarounds have those after the groups.
	groups, registers int
	fold              bool
	// prefix is text with which each match begins. Without one, first has the bytes with which it
	// begins, unless a match can be empty.
	prefix   string
	first    byteSet
	empty    bool
	anchored bool
}

// compiler writes a program.
type compiler struct {
	program
	lines bool
	// back says that the code is for a lookbehind, which reads from right to left.
	back bool
}

// compile makes the program of a tree with so many groups, for the flags i (fold) and m (lines).
func compile(tree node, groups int, fold, lines bool) program {
	c := &compiler{lines: lines}
	c.groups, c.fold = groups, fold
	c.registers = 2 * (groups + 1)
	c.emitSave(0)
	c.node(tree)
	c.emitSave(1)
	c.emit(inst{op: opMatch})
	c.addHints()
	t := traitsOf(tree, fold)
	c.first, c.empty = t.first, t.empty
	c.anchored = !lines && anchored(tree)
	if c.code[1].op == opText {
		c.prefix = c.code[1].text
	}
	return c.program
}

// addHints tells runs which byte follows them, so that they need not try where it does not.
func (c *compiler) addHints() {
	for i := range c.code[:len(c.code)-1] {
		next := &c.code[i+1]
		if next.op == opSave {
			next = &c.code[i+2]
		}
		if c.code[i].op == opRun && next.op == opText {
			c.code[i].hint = next.text[0]
		}
	}
}

// emit appends an instruction and returns its place.
func (c *compiler) emit(in inst) int {
	c.code = append(c.code, in)
	return len(c.code) - 1
}

func (c *compiler) emitSave(register int) { c.emit(inst{op: opSave, a: int32(register)}) }

// here is the place of the next instruction.
func (c *compiler) here() int32 { return int32(len(c.code)) }

// allocate reserves n registers and returns the first.
func (c *compiler) allocate(n int) int32 {
	first := c.registers
	c.registers += n
	return int32(first)
}

func (c *compiler) node(n node) {
	switch n := n.(type) {
	case char:
		c.char(n.r)
	case class:
		c.set(n.set)
	case sequence:
		c.sequence(n)
	case choice:
		c.choice(n)
	case capture:
		c.capture(n)
	case repeat:
		c.repeat(n)
	case position:
		c.position(n.op)
	case look:
		c.look(n)
	case *reference:
		c.reference(n.index)
	}
}

// char matches one character: one that has no case as text, joined with the text before it.
func (c *compiler) char(r rune) {
	if c.hasCase(r) {
		c.set(newSet([]span{{r, r}}, false, true))
		return
	}
	if c.back {
		c.emit(inst{op: opTextBack, text: string(appendRune(nil, r))})
		return
	}
	c.emit(inst{op: opText, text: string(appendRune(nil, r))})
}

func (c *compiler) hasCase(r rune) bool {
	return c.fold && sameFold(r, func(rune) bool { return true })
}

func (c *compiler) set(s *set) {
	if c.back {
		c.emit(inst{op: opSetBack, set: s})
		return
	}
	c.emit(inst{op: opSet, set: s})
}

func (c *compiler) sequence(parts sequence) {
	for i := 0; i < len(parts); i++ {
		if c.back {
			c.node(parts[len(parts)-1-i])
			continue
		}
		if n := c.text(parts[i:]); n > 0 {
			i += n - 1
			continue
		}
		c.node(parts[i])
	}
}

// text writes the characters without case with which parts begin as one text, and returns how many
// they are.
func (c *compiler) text(parts sequence) int {
	var text []byte
	n := 0
	for ; n < len(parts); n++ {
		ch, ok := parts[n].(char)
		if !ok || c.hasCase(ch.r) {
			break
		}
		text = appendRune(text, ch.r)
	}
	if n > 0 {
		c.emit(inst{op: opText, text: string(text)})
	}
	return n
}

func (c *compiler) choice(parts choice) {
	var jumps []int
	for _, part := range parts[:len(parts)-1] {
		split := c.emit(inst{op: opSplit, a: c.here() + 1})
		c.node(part)
		jumps = append(jumps, c.emit(inst{op: opJump}))
		c.code[split].b = c.here()
	}
	c.node(parts[len(parts)-1])
	for _, jump := range jumps {
		c.code[jump].a = c.here()
	}
}

func (c *compiler) capture(n capture) {
	first, last := 2*n.index, 2*n.index+1
	if c.back {
		first, last = last, first
	}
	c.emitSave(first)
	c.node(n.body)
	c.emitSave(last)
}

func (c *compiler) position(op opcode) {
	switch {
	case op == opTextStart && c.lines:
		op = opLineStart
	case op == opTextEnd && c.lines:
		op = opLineEnd
	}
	c.emit(inst{op: op})
}

func (c *compiler) look(n look) {
	begin, end := opLook, opLookEnd
	if n.negative {
		begin, end = opLookNot, opLookNotEnd
	}
	register := c.allocate(2)
	outer := c.back
	c.back = n.behind
	start := c.emit(inst{op: begin, a: register})
	c.node(n.body)
	c.emit(inst{op: end, a: register})
	c.code[start].b = c.here()
	c.back = outer
}

func (c *compiler) reference(index int) {
	op := opReference
	if c.back {
		op = opReferenceBack
	}
	c.emit(inst{op: op, a: int32(2 * index)})
}

// String lists the program, for tests.
func (p *program) String() string {
	var b strings.Builder
	for i := range p.code {
		writeInst(&b, i, &p.code[i])
	}
	return b.String()
}
