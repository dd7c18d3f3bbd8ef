package jsonata

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwell/stepwell/jsonata/picture"
)

// jsonForm says how an item becomes JSON text.
type jsonForm uint8

const (
	// shownJSON is JSON.stringify, for messages.
	shownJSON jsonForm = iota
	// stringJSON is that of $string: numbers have 15 digits, functions are empty strings.
	stringJSON
	// prettyJSON is stringJSON with line breaks and an indentation of two.
	prettyJSON
	// resultJSON is shownJSON with the keys that are integers first, as JavaScript keeps them.
	resultJSON
)

// numberText is Number.prototype.toString.
func numberText(n float64) string { return picture.NumberText(n) }

// precise is n with 15 significant digits, as toPrecision gives them: ties away from zero. That is how
// $string of the reference implementation writes numbers, at the top level and inside of objects, so that
// 2^63 is 9223372036854780000 there. That AWS has 9223372036854776000, as Number.prototype.toString would
// give, was reported but not shown, and its other texts are those of the reference implementation.
func precise(n float64) float64 {
	shortest := strconv.FormatFloat(n, 'e', -1, 64)
	mantissa, _, _ := strings.Cut(shortest, "e")
	if len(mantissa) <= 16 || math.IsNaN(n) || math.IsInf(n, 0) {
		return n // at most 15 digits, or a sign and 14
	}
	digits := strconv.FormatFloat(n, 'e', 14, 64)
	if isTie(n, mantissa) {
		digits = strconv.FormatFloat(math.Nextafter(n, math.Copysign(math.Inf(1), n)), 'e', 14, 64)
	}
	result, _ := strconv.ParseFloat(digits, 64)
	return result
}

// isTie says whether n lies halfway between two numbers of 15 digits: then it has exactly 16 digits, of
// which the last is 5. Far from 1 no double has so few.
func isTie(n float64, mantissa string) bool {
	const digits, least, most = 16, 1e-30, 1e50
	if size := math.Abs(n); size < least || size > most || !strings.HasSuffix(mantissa, "5") {
		return false
	}
	exact := strings.TrimLeft(strconv.FormatFloat(n, 'e', 60, 64), "-")
	return strings.TrimRight(exact[digits:strings.IndexByte(exact, 'e')], "0") == "5"
}

// stringOf is $string of an item, and "" for nothing.
func (e *evaluator) stringOf(i item) (string, error) {
	switch {
	case !i.defined() || i.kind == functionKind:
		return "", nil
	case i.isString():
		return i.text, nil
	case i.isNumber() && (math.IsInf(i.number, 0) || math.IsNaN(i.number)):
		return "", errorf("D3001", i)
	}
	return e.json(i, stringJSON)
}

// json returns i as JSON text, "undefined" for what has none.
func (e *evaluator) json(i item, form jsonForm) (string, error) {
	w := jsonWriter{evaluator: e, form: form}
	i = unwrapped(i)
	if w.missing(i) {
		return "undefined", nil
	}
	if err := w.write(i); err != nil {
		return "", err
	}
	return string(w.dst), e.room(len(w.dst))
}

type jsonWriter struct {
	*evaluator
	form   jsonForm
	dst    []byte
	indent int
}

// missing says whether i has no JSON text.
func (w *jsonWriter) missing(i item) bool {
	return !i.defined() || i.kind == functionKind && (w.form == shownJSON || w.form == resultJSON)
}

func (w *jsonWriter) write(i item) error {
	if err := w.spend(1); err != nil {
		return err
	}
	if len(w.dst) > w.limits.Bytes {
		return errMemory()
	}
	switch i.kind {
	case booleanKind:
		w.dst = strconv.AppendBool(w.dst, i.isTrue())
	case numberKind:
		return w.writeNumber(i)
	case stringKind:
		w.dst = appendQuoted(w.dst, i.text)
	case arrayKind, objectKind:
		return w.writeContainer(i)
	case functionKind:
		w.dst = append(w.dst, `""`...)
	default:
		w.dst = append(w.dst, "null"...)
	}
	return nil
}

func (w *jsonWriter) writeNumber(i item) error {
	n := i.number
	if w.form == stringJSON || w.form == prettyJSON {
		if _, err := numeric(i); err != nil {
			return err
		}
		n = precise(n)
	}
	if math.IsNaN(n) || math.IsInf(n, 0) {
		w.dst = append(w.dst, "null"...)
		return nil
	}
	if n == 0 {
		n = 0 // never -0
	}
	digits := numberText(n)
	w.dst = append(w.dst, digits...)
	w.charge(len(digits) / 4) // many digits take long
	return nil
}

func (w *jsonWriter) writeContainer(i item) error {
	if err := w.nest(); err != nil {
		return err
	}
	defer w.unnest()
	w.indent++
	if a := i.array(); a != nil {
		return w.writeArray(a)
	}
	return w.writeObject(i.object())
}

func (w *jsonWriter) writeArray(a *array) error {
	w.dst = append(w.dst, '[')
	for at, i := range a.list() {
		w.separate(at)
		if w.missing(i) {
			i = null
		}
		if err := w.write(i); err != nil {
			return err
		}
	}
	w.close(']', a.len())
	return nil
}

func (w *jsonWriter) writeObject(o *object) error {
	w.dst = append(w.dst, '{')
	members := o.list()
	if w.form == resultJSON {
		members = integersFirst(members)
	}
	count := 0
	for _, m := range members {
		if w.missing(m.item) {
			continue
		}
		w.separate(count)
		count++
		w.dst = append(appendQuoted(w.dst, m.key), ':')
		if w.form == prettyJSON {
			w.dst = append(w.dst, ' ')
		}
		if err := w.write(m.item); err != nil {
			return err
		}
	}
	w.close('}', count)
	return nil
}

// separate writes what stands in front of part number at.
func (w *jsonWriter) separate(at int) {
	if at > 0 {
		w.dst = append(w.dst, ',')
	}
	if w.form == prettyJSON {
		w.newLine()
	}
}

func (w *jsonWriter) newLine() {
	w.dst = append(w.dst, '\n')
	for range w.indent {
		w.dst = append(w.dst, "  "...)
	}
}

func (w *jsonWriter) close(bracket byte, count int) {
	w.indent--
	if w.form == prettyJSON && count > 0 {
		w.newLine()
	}
	w.dst = append(w.dst, bracket)
}

// appendQuoted writes s as JSON.stringify does.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c != 0xED {
			continue
		}
		if c == 0xED && (i+1 >= len(s) || s[i+1] < 0xA0) {
			continue
		}
		dst = append(dst, s[from:i]...)
		switch at := strings.IndexByte("\"\\\b\f\n\r\t", c); {
		case at >= 0:
			dst = append(dst, '\\', `"\bfnrt`[at])
		case c == 0xED:
			r, size := decode(s[i:])
			dst = append(dst, `\u`...)
			dst = strconv.AppendInt(dst, int64(r), 16)
			i += size - 1
		default:
			dst = append(dst, `\u00`...)
			dst = append(dst, "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
		}
		from = i + 1
	}
	return append(append(dst, s[from:]...), '"')
}

// integersFirst orders members as JavaScript does: the keys that are array indexes first, by number.
func integersFirst(members []member) []member {
	isIndex := func(m member) bool { _, ok := arrayIndex(m.key); return ok }
	if !slices.ContainsFunc(members, isIndex) {
		return members
	}
	sorted := slices.Clone(members)
	slices.SortStableFunc(sorted, func(a, b member) int {
		x, xIndex := arrayIndex(a.key)
		y, yIndex := arrayIndex(b.key)
		switch {
		case xIndex && yIndex:
			return int(int64(x) - int64(y))
		case xIndex:
			return -1
		case yIndex:
			return 1
		}
		return 0
	})
	return sorted
}

// arrayIndex returns the number that key is the canonical text of, from 0 to 2^32-2.
func arrayIndex(key string) (uint32, bool) {
	n, err := strconv.ParseUint(key, 10, 32)
	return uint32(n), err == nil && n < math.MaxUint32 && (key == "0" || key[0] != '0' && key[0] != '+')
}
