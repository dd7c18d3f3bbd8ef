package store

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"testing"
	"time"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/interpreter"
	"github.com/stepwell/stepwell/value"
)

// TestEveryFactHasAKind holds the list of kinds against the source of package interpreter.
func TestEveryFactHasAKind(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../interpreter/event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	known := make(map[string]bool)
	for _, k := range factKinds {
		known[k.typ.Name()] = true
	}
	facts := 0
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Name.Name != "fact" || f.Recv == nil {
			continue
		}
		facts++
		if name := f.Recv.List[0].Type.(*ast.Ident).Name; !known[name] {
			t.Errorf("the fact %s has no kind: it cannot be stored", name)
		}
	}
	if facts == 0 || facts != len(factKinds) {
		t.Errorf("found %d facts in package interpreter, and %d kinds", facts, len(factKinds))
	}
}

// TestFactNumbersAreUnique guards journals against two facts under one number.
func TestFactNumbersAreUnique(t *testing.T) {
	seen := make(map[int]string)
	for _, k := range factKinds {
		if other, ok := seen[int(k.number)]; ok {
			t.Errorf("%s and %s have the number %d", other, k.typ.Name(), k.number)
		}
		seen[int(k.number)] = k.typ.Name()
	}
}

// fill sets every field of v to something that is not its zero value.
func fill(t *testing.T, v reflect.Value, n *int) {
	*n++
	switch v.Interface().(type) {
	case value.Value:
		parsed, err := value.Parse(fmt.Sprintf(`{"n": %d}`, *n))
		if err != nil {
			t.Fatal(err)
		}
		v.Set(reflect.ValueOf(parsed))
		return
	case time.Time:
		v.Set(reflect.ValueOf(time.UnixMilli(int64(1_700_000_000_000 + *n)).UTC()))
		return
	case *string:
		v.Set(reflect.ValueOf(new(fmt.Sprint("text ", *n))))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), n)
		}
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint64:
		v.SetUint(uint64(*n))
	case reflect.Bool:
		v.SetBool(true)
	default:
		t.Fatalf("no filling for %s", v.Type())
	}
}

// TestChunkKeepsEveryField writes every fact with all of its fields set and reads it back.
func TestChunkKeepsEveryField(t *testing.T) {
	var events []interpreter.Event
	n := 0
	for i, k := range factKinds {
		f := reflect.New(k.typ).Elem()
		fill(t, f, &n)
		events = append(events, interpreter.Event{
			Seq: uint64(7 + i), ID: int64(i), Prev: int64(i / 2), Frame: interpreter.FrameID(fmt.Sprint("0.", i)),
			Time: time.UnixMilli(1_700_000_000_000 + int64(i)).UTC(), Fact: f.Interface().(interpreter.Fact),
		})
	}
	for _, size := range []int{1, len(events)} { // below and above the size that is compressed
		chunk := encodeChunk(events[:size])
		got, err := decodeChunk(chunk, 7)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if g, w := show(got[i]), show(events[i]); g != w {
				t.Errorf("event %d of %d:\n got %s\nwant %s", i, size, g, w)
			}
		}
		if len(got) != size {
			t.Errorf("got %d events, want %d", len(got), size)
		}
	}
	if encodeChunk(events)[0] != chunkCompressed {
		t.Error("a long chunk is not compressed")
	}
}

// show prints an event with its values as texts.
func show(e interpreter.Event) string { return fmt.Sprintf("%+v", flat(reflect.ValueOf(e))) }

func flat(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case value.Value:
		return x.Text()
	case time.Time:
		return x.UnixNano()
	case *string:
		if x == nil {
			return nil
		}
		return *x
	}
	switch v.Kind() {
	case reflect.Interface:
		return []any{v.Elem().Type().Name(), flat(v.Elem())}
	case reflect.Struct:
		var all []any
		for i := range v.NumField() {
			all = append(all, flat(v.Field(i)))
		}
		return all
	}
	return v.Interface()
}

// TestEqualValueIsStoredOnce: an input equal to the preceding output costs a few bytes.
func TestEqualValueIsStoredOnce(t *testing.T) {
	big, err := value.Parse(`"` + longText(500) + `"`)
	if err != nil {
		t.Fatal(err)
	}
	one := []interpreter.Event{{Seq: 1, Fact: interpreter.StateExited{Name: "A", Output: big}}}
	two := append(one, interpreter.Event{Seq: 2, Fact: interpreter.StateEntered{Name: "B", Input: big}})
	if grown := len(encodeChunk(two)) - len(encodeChunk(one)); grown > 50 {
		t.Errorf("the same value again took %d bytes", grown)
	}
	got, err := decodeChunk(encodeChunk(two), 1)
	if err != nil {
		t.Fatal(err)
	}
	if g := got[1].Fact.(interpreter.StateEntered).Input.Text(); g != big.Text() {
		t.Errorf("got %.40s…", g)
	}
}

func longText(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = 'a' + byte(i*7%26)
	}
	return string(b)
}

func TestRowKeepsEveryField(t *testing.T) {
	name, cause := "Oops", ""
	want := Row{
		ID: 42, Scope: Scope{"123456789012", "eu-west-1"}, Machine: "m", MachineID: "id", Revision: "r", Name: "n",
		Status: interpreter.Failed, Start: time.UnixMilli(1).UTC(), Stop: time.UnixMilli(2).UTC(),
		Failure: asl.Failure{Error: &name, Cause: &cause},
		Starter: &Starter{AwaitRef{7, interpreter.AwaitID{Frame: "0.1", Seq: 9}}, asl.Sync2},
		LastSeq: 12, TraceHeader: "Root=1",
	}
	got := Row{ID: 42}
	if err := decode(encode(func(c *coder) { describeRow(c, &want) }), func(c *coder) { describeRow(c, &got) }); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func FuzzDecodeChunk(f *testing.F) {
	f.Add(encodeChunk([]interpreter.Event{{Seq: 1, ID: 1, Frame: "0", Fact: interpreter.ExecutionStarted{}}}))
	f.Add([]byte{chunkCompressed, 1, 2, 3})
	f.Fuzz(func(_ *testing.T, b []byte) {
		_, _ = decodeChunk(b, 1) // an error is fine, a panic is not
	})
}
