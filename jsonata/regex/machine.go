package regex

import "strings"

// maxStack is the number of entries that the stack of a machine may hold; V8 has 64 MB for its own.
const maxStack = 2 << 20

// plain marks an entry that is no run.
const plain = -1

// entry is what a machine does when it has to go back. With pc < 0 it gives register -1-pc the
// value pos; else it goes on at pc and pos. When low is not plain, pc is an opRun that can end
// elsewhere too: a greedy one at every character down to low, a lazy one up to low characters later.
type entry struct {
	pc, low, pos int32
}

// machine runs a program on a text.
type machine struct {
	*program
	text      string
	registers []int32
	stack     []entry
	steps     int
	err       error
	// space is the first memory of registers and stack.
	space struct {
		registers [16]int32
		stack     [32]entry
	}
}

func newMachine(p *program, text string, steps int) *machine {
	m := &machine{program: p, text: text, steps: steps}
	m.stack = m.space.stack[:0]
	if p.registers <= len(m.space.registers) {
		m.registers = m.space.registers[:p.registers]
	} else {
		m.registers = make([]int32, p.registers)
	}
	for i := range m.registers {
		m.registers[i] = -1
	}
	m.spend(p.registers)
	return m
}

// captured returns the groups of a match.
func (m *machine) captured() []Group {
	if m.groups == 0 {
		return nil
	}
	groups := make([]Group, m.groups)
	for i := range groups {
		groups[i] = Group{int(m.registers[2*i+2]), int(m.registers[2*i+3])}
	}
	return groups
}

// search finds the first match from byte from on; start is -1 when there is none.
func (m *machine) search(from int) (start, end int, err error) {
	for pos := from; pos <= len(m.text); {
		next := m.candidate(pos)
		m.spend(next - pos)
		if next > len(m.text) || m.anchored && next > 0 {
			break
		}
		if m.run(int32(next)) {
			return int(m.registers[0]), int(m.registers[1]), nil
		}
		if m.err != nil {
			break
		}
		pos = next + 1
		if next < len(m.text) {
			_, size := decode(m.text, next)
			pos = next + size
		}
	}
	return -1, -1, m.err
}

// candidate returns the first place from pos on where a match can begin, beyond the text if none.
func (m *machine) candidate(pos int) int {
	switch {
	case m.anchored || m.program.empty:
		return pos
	case m.prefix != "":
		if i := strings.Index(m.text[pos:], m.prefix); i >= 0 {
			return pos + i
		}
		return len(m.text) + 1
	}
	for ; pos < len(m.text); pos++ {
		if m.first.has(m.text[pos]) && !(m.text[pos]&0xC0 == 0x80 && m.inside(pos)) {
			return pos
		}
	}
	return len(m.text) + 1
}

// inside reports whether the byte at pos continues a character that begins before it.
func (m *machine) inside(pos int) bool {
	for back := 1; back <= 3 && back <= pos; back++ {
		if _, size := decode(m.text, pos-back); size > back {
			return true
		}
	}
	return false
}

// spend counts the reading of so many bytes as steps.
func (m *machine) spend(bytes int) { m.steps -= bytes >> 3 }

// push adds an entry. When the stack is full the machine stops before its next step.
func (m *machine) push(pc, low, pos int32) {
	if len(m.stack) >= maxStack {
		m.err = ErrStack
		m.steps = -1
		return
	}
	m.stack = append(m.stack, entry{pc, low, pos})
}

// set gives a register a value, which going back undoes.
func (m *machine) set(register, value int32) {
	m.push(-1-register, plain, m.registers[register])
	m.registers[register] = value
}

// run matches the program at pos. It returns false also when the machine has to stop, with err.
func (m *machine) run(pos int32) bool {
	pc := int32(0)
	for {
		if m.steps--; m.steps < 0 {
			if m.err == nil {
				m.err = ErrSteps
			}
			return false
		}
		in := &m.code[pc]
		ok := true
		switch in.op {
		case opMatch:
			return true
		case opText:
			ok = strings.HasPrefix(m.text[pos:], in.text)
			pos += int32(len(in.text))
			m.spend(len(in.text))
		case opSet:
			pos, ok = m.one(in.set, pos)
		case opRun:
			pos, ok = m.enter(in, pc, pos)
		case opSplit:
			m.push(in.b, plain, pos)
			pc = in.a
			continue
		case opJump:
			pc = in.a
			continue
		case opSave:
			m.set(in.a, pos)
		default:
			pc, pos, ok = m.rare(in, pc, pos)
		}
		if ok {
			pc++
			continue
		}
		if pc, pos, ok = m.back(); !ok {
			return false
		}
	}
}

// one takes a character of s at pos.
func (m *machine) one(s *set, pos int32) (next int32, ok bool) {
	if int(pos) >= len(m.text) {
		return pos, false
	}
	if b := m.text[pos]; b < 0x80 {
		return pos + 1, s.hasASCII(b)
	}
	r, size := decode(m.text, int(pos))
	return pos + int32(size), s.has(r)
}

// many takes up to limit characters of s from pos on, and returns how many.
func (m *machine) many(s *set, pos, limit int32) (next, n int32) {
	for ; n < limit; n++ {
		after, ok := m.one(s, pos)
		if !ok {
			break
		}
		pos = after
	}
	return pos, n
}

// enter begins an opRun: it takes what is least or, when greedy, all that it can.
func (m *machine) enter(in *inst, pc, pos int32) (next int32, ok bool) {
	start := pos
	pos, n := m.many(in.set, pos, in.min)
	if n < in.min {
		return pos, false
	}
	low := pos
	if in.lazy {
		if in.max > in.min {
			m.push(pc, less(in.max, in.min), pos)
		}
	} else if pos, _ = m.many(in.set, pos, less(in.max, in.min)); pos > low {
		m.push(pc, low, pos)
	}
	m.spend(int(pos - start))
	return pos, true
}

// less returns most-n, and unlimited for unlimited.
func less(most, n int32) int32 {
	if most == unlimited {
		return unlimited
	}
	return most - n
}

// back goes to the last alternative, and says whether there is one.
func (m *machine) back() (pc, pos int32, ok bool) {
	for top := len(m.stack) - 1; top >= 0; top = len(m.stack) - 1 {
		e := &m.stack[top]
		switch {
		case e.pc < 0:
			m.registers[-1-e.pc] = e.pos
			m.stack = m.stack[:top]
		case e.low == plain:
			m.stack = m.stack[:top]
			return e.pc, e.pos, true
		default:
			if pos, ok := m.again(e); ok {
				return e.pc + 1, pos, true
			}
		}
	}
	return 0, 0, false
}

// again ends the run of the entry e, the top of the stack, at another place. The last such place
// removes the entry.
func (m *machine) again(e *entry) (pos int32, ok bool) {
	in := &m.code[e.pc]
	start := e.pos
	if in.lazy {
		pos, ok = m.later(in, e)
	} else {
		pos, ok = m.earlier(in, e)
	}
	m.spend(int(max(start-pos, pos-start)))
	return pos, ok
}

// earlier gives back characters of a greedy run, down to one before a byte that the hint allows.
func (m *machine) earlier(in *inst, e *entry) (pos int32, ok bool) {
	narrow := in.set.narrow()
	for pos = e.pos; pos > e.low; {
		if narrow {
			pos--
		} else {
			_, size := decodeLast(m.text, int(pos))
			pos -= int32(size)
		}
		if in.hint == 0 || m.text[pos] == in.hint {
			ok = true
			break
		}
	}
	e.pos = pos
	if pos <= e.low {
		m.stack = m.stack[:len(m.stack)-1]
	}
	return pos, ok
}

// later takes further characters of a lazy run, up to one before a byte that the hint allows.
func (m *machine) later(in *inst, e *entry) (pos int32, ok bool) {
	left := e.low
	for pos = e.pos; left > 0; {
		next, fits := m.one(in.set, pos)
		if !fits {
			left = 0
			break
		}
		pos, left = next, less(left, 1)
		if in.hint == 0 || int(pos) < len(m.text) && m.text[pos] == in.hint {
			ok = true
			break
		}
	}
	e.pos, e.low = pos, left
	if left <= 0 {
		m.stack = m.stack[:len(m.stack)-1]
	}
	return pos, ok
}
