package awsjson

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// maxDepth is how deep lists and structures may nest, unknown members included.
const maxDepth = 1000

// decode reads body into in, a pointer to an input. Whatever is wrong with the text is the caller's
// mistake, a SerializationException. It differs from encoding/json where that is not what the protocol
// wants: names of members keep their case, invalid UTF-8 is refused and not repaired, and wrong types are
// reported in AWS's words. A lone surrogate becomes U+FFFD, and of a repeated member the last counts.
func decode(body []byte, in any) error {
	if !utf8.Valid(body) {
		return serializationError("The request body is not valid UTF-8.")
	}
	d := decoder{data: body}
	d.space()
	if err := d.value(reflect.ValueOf(in).Elem()); err != nil {
		return err
	}
	if d.space(); d.at < len(d.data) {
		return d.unexpected()
	}
	return nil
}

// A decoder reads one JSON text into a Go value as it goes along.
type decoder struct {
	data  []byte
	at    int
	depth int
}

var unmarshalerType = reflect.TypeFor[json.Unmarshaler]()

// value reads the value at the present position into dst; null makes it zero.
func (d *decoder) value(dst reflect.Value) error {
	if d.peek() == 'n' {
		dst.SetZero()
		return d.literal("null")
	}
	if dst.Kind() == reflect.Pointer {
		dst.Set(reflect.New(dst.Type().Elem()))
		return d.value(dst.Elem())
	}
	if dst.Addr().Type().Implements(unmarshalerType) {
		return d.raw(dst)
	}
	switch dst.Kind() {
	case reflect.String:
		return d.stringInto(dst)
	case reflect.Int64, reflect.Float64:
		return d.numberInto(dst)
	case reflect.Bool:
		return d.boolInto(dst)
	case reflect.Slice:
		return d.list(dst)
	case reflect.Map:
		return d.mapping(dst)
	case reflect.Struct:
		return d.structure(dst)
	}
	return d.raw(dst)
}

// raw leaves a value to its own method or to encoding/json.
func (d *decoder) raw(dst reflect.Value) error {
	start := d.at
	if err := d.skip(); err != nil {
		return err
	}
	if err := json.Unmarshal(d.data[start:d.at], dst.Addr().Interface()); err != nil {
		return serializationError(err.Error())
	}
	return nil
}

func (d *decoder) stringInto(dst reflect.Value) error {
	if d.peek() != '"' {
		return d.wrongType("String")
	}
	text, err := d.text()
	dst.SetString(string(text))
	return err
}

func (d *decoder) boolInto(dst reflect.Value) error {
	switch d.peek() {
	case 't':
		dst.SetBool(true)
		return d.literal("true")
	case 'f':
		dst.SetBool(false)
		return d.literal("false")
	}
	return d.wrongType("Boolean")
}

func (d *decoder) numberInto(dst reflect.Value) error {
	name := "Long"
	if dst.Kind() == reflect.Float64 {
		name = "Double"
	}
	start := d.at
	if c := d.peek(); c != '-' && (c < '0' || c > '9') {
		return d.wrongType(name)
	}
	if err := d.number(); err != nil {
		return err
	}
	text := string(d.data[start:d.at])
	var err error
	if name == "Long" {
		var n int64
		n, err = strconv.ParseInt(text, 10, 64)
		dst.SetInt(n)
	} else {
		var n float64
		n, err = strconv.ParseFloat(text, 64)
		dst.SetFloat(n)
	}
	if err != nil {
		return serializationError("NUMBER_VALUE can not be converted to a " + name)
	}
	return nil
}

func (d *decoder) list(dst reflect.Value) error {
	if d.peek() != '[' {
		return d.wrongType("List")
	}
	dst.Set(reflect.MakeSlice(dst.Type(), 0, 0))
	return d.elements(func() error {
		dst.Grow(1)
		dst.SetLen(dst.Len() + 1)
		return d.value(dst.Index(dst.Len() - 1))
	})
}

func (d *decoder) mapping(dst reflect.Value) error {
	if d.peek() != '{' {
		return d.wrongType("Map")
	}
	dst.Set(reflect.MakeMap(dst.Type()))
	return d.members(func(name []byte) error {
		e := reflect.New(dst.Type().Elem()).Elem()
		err := d.value(e)
		dst.SetMapIndex(reflect.ValueOf(string(name)).Convert(dst.Type().Key()), e)
		return err
	})
}

func (d *decoder) structure(dst reflect.Value) error {
	if d.peek() != '{' {
		return d.wrongType("Structure")
	}
	fields := fieldsOf(dst.Type())
	return d.members(func(name []byte) error {
		i, known := fields[string(name)]
		if !known {
			return d.skip()
		}
		return d.value(dst.Field(i))
	})
}

// fieldCache holds, for each structure type seen, the index of each member by its JSON name.
var fieldCache sync.Map // reflect.Type → map[string]int

func fieldsOf(t reflect.Type) map[string]int {
	if cached, ok := fieldCache.Load(t); ok {
		return cached.(map[string]int)
	}
	fields := map[string]int{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			name = f.Name
		}
		if f.IsExported() && name != "-" {
			fields[name] = i
		}
	}
	cached, _ := fieldCache.LoadOrStore(t, fields)
	return cached.(map[string]int)
}
