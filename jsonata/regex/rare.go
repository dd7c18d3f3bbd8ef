package regex

import "strings"

// rare executes the instructions that are seldom met. pc is that of in; what it returns is the
// place before the next one.
func (m *machine) rare(in *inst, pc, pos int32) (int32, int32, bool) {
	ok := true
	switch in.op {
	case opTextBack:
		ok = strings.HasSuffix(m.text[:pos], in.text)
		pos -= int32(len(in.text))
	case opSetBack:
		pos, ok = m.oneBack(in.set, pos)
	case opReset:
		m.reset(in.a, in.b)
	case opMark:
		m.set(in.a, pos)
	case opProgress:
		ok = pos != m.registers[in.a]
	case opCountInit:
		m.set(in.a, 0)
	case opCount:
		pc = m.count(in, pc, pos)
	case opRound:
		m.set(in.a, m.registers[in.a]+1)
		m.set(in.a+1, pos)
	case opRoundEnd:
		ok = pos != m.registers[in.a+1] || m.registers[in.a] <= in.min
		pc = in.b - 1
	case opLook, opLookNot:
		m.look(in, pos)
	case opLookEnd:
		pos = m.lookEnd(in)
	case opLookNotEnd:
		m.unwind(m.registers[in.a])
		ok = false
	case opReference, opReferenceBack:
		pos, ok = m.reference(in, pos)
	default:
		ok = m.holds(in.op, pos)
	}
	return pc, pos, ok
}

// oneBack takes a character of s that ends before pos.
func (m *machine) oneBack(s *set, pos int32) (next int32, ok bool) {
	if pos == 0 {
		return 0, false
	}
	r, size := decodeLast(m.text, int(pos))
	return pos - int32(size), s.has(r)
}

func (m *machine) reset(first, end int32) {
	for i := first; i < end; i++ {
		if m.registers[i] != -1 {
			m.set(i, -1)
		}
	}
	m.spend(int(end - first))
}

// count decides whether a counted loop goes on, and returns the place before the next instruction.
func (m *machine) count(in *inst, pc, pos int32) int32 {
	n := m.registers[in.a]
	switch {
	case n < in.min:
		return pc
	case n >= in.max && in.max != unlimited:
		return in.b - 1
	case in.lazy:
		m.push(pc+1, plain, pos)
		return in.b - 1
	}
	m.push(in.b, plain, pos)
	return pc
}

// look begins a lookaround: what lies above the height in register a will be its alternatives.
func (m *machine) look(in *inst, pos int32) {
	m.set(in.a+1, pos)
	m.set(in.a, int32(len(m.stack))+1)
	if in.op == opLookNot {
		m.push(in.b, plain, pos)
	}
}

// lookEnd ends a lookaround that has matched: its alternatives are forgotten, but not what has to
// be undone when the pattern goes back to before it. It returns the position where it began.
func (m *machine) lookEnd(in *inst) int32 {
	height := m.registers[in.a]
	kept := m.stack[:height]
	for _, e := range m.stack[height:] {
		if e.pc < 0 {
			kept = append(kept, e)
		}
	}
	m.spend(8 * (len(m.stack) - int(height)))
	m.stack = kept
	return m.registers[in.a+1]
}

// unwind undoes what lies above a height of the stack, and forgets its alternatives.
func (m *machine) unwind(height int32) {
	for top := len(m.stack) - 1; top >= int(height); top-- {
		if e := m.stack[top]; e.pc < 0 {
			m.registers[-1-e.pc] = e.pos
		}
	}
	m.stack = m.stack[:height]
}

// reference takes the text of a group again; that of a group which took no part is empty.
func (m *machine) reference(in *inst, pos int32) (next int32, ok bool) {
	start, end := m.registers[in.a], m.registers[in.a+1]
	if start < 0 || end < 0 {
		return pos, true
	}
	group := m.text[start:end]
	m.spend(len(group))
	if m.fold {
		return m.foldedReference(group, in.op == opReferenceBack, pos)
	}
	if in.op == opReferenceBack {
		return pos - (end - start), strings.HasSuffix(m.text[:pos], group)
	}
	return pos + (end - start), strings.HasPrefix(m.text[pos:], group)
}

// foldedReference takes group at pos, or before it, whatever the case.
func (m *machine) foldedReference(group string, back bool, pos int32) (next int32, ok bool) {
	at := int(pos)
	for group != "" {
		if back && at == 0 || !back && at == len(m.text) {
			return pos, false
		}
		var want, got rune
		var taken, size int
		if back {
			want, taken = decodeLast(group, len(group))
			got, size = decodeLast(m.text, at)
			group, at = group[:len(group)-taken], at-size
		} else {
			want, taken = decode(group, 0)
			got, size = decode(m.text, at)
			group, at = group[taken:], at+size
		}
		if want != got && canonical(want) != canonical(got) {
			return pos, false
		}
	}
	return int32(at), true
}

// holds decides an assertion.
func (m *machine) holds(op opcode, pos int32) bool {
	at := int(pos)
	switch op {
	case opTextStart:
		return at == 0
	case opTextEnd:
		return at == len(m.text)
	case opLineStart:
		return at == 0 || m.lineEndsBefore(at)
	case opLineEnd:
		return at == len(m.text) || m.lineEndsAt(at)
	case opWordEdge:
		return isWord(m.text, at-1) != isWord(m.text, at)
	default: // opNoWordEdge
		return isWord(m.text, at-1) == isWord(m.text, at)
	}
}

func (m *machine) lineEndsBefore(pos int) bool {
	r, _ := decodeLast(m.text, pos)
	return isLineEnd(r)
}

func (m *machine) lineEndsAt(pos int) bool {
	r, _ := decode(m.text, pos)
	return isLineEnd(r)
}
