package awsjson

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// A shelf has a member of each kind that inputs have.
type shelf struct {
	Name   *string             `json:"name,omitzero"`
	Size   *int64              `json:"size,omitzero"`
	Weight *float64            `json:"weight,omitzero"`
	Open   *bool               `json:"open,omitzero"`
	Books  []book              `json:"books,omitzero"`
	Tags   []string            `json:"tags,omitzero"`
	Index  map[string][]string `json:"index,omitzero"`
	First  *book               `json:"first,omitzero"`
	Built  *time.Time          `json:"built,omitzero"`
	Hidden string              `json:"-"`
	Plain  string
}

type book struct {
	Title *string `json:"title,omitzero"`
}

func TestDecode(t *testing.T) {
	cases := map[string]struct {
		body string
		want shelf
	}{
		"nothing": {`{}`, shelf{}},
		"null":    {`null`, shelf{}},
		"nulls":   {`{"name":null,"books":null,"first":null,"index":null}`, shelf{}},
		"zeros": {
			`{"name":"","size":0,"weight":-0.0,"open":false,"books":[],"index":{},"first":{}}`,
			shelf{Name: new(""), Size: new(int64(0)), Weight: new(0.0), Open: new(false), Books: []book{}, Index: map[string][]string{}, First: &book{}},
		},
		"everything": {
			` { "name" : "n" , "size":-9223372036854775808,"weight":1.5e2,"open":true,"books":[{"title":"a"} , {}],
			"tags":["x",null,"y"],"index":{"k":["v"],"none":[]},"first":{"title":"b"},"built":"2026-01-02T03:04:05Z","Plain":"p"}`,
			shelf{
				Name: new("n"), Size: new(int64(-1 << 63)), Weight: new(150.0), Open: new(true), Books: []book{{Title: new("a")}, {}},
				Tags: []string{"x", "", "y"}, Index: map[string][]string{"k": {"v"}, "none": {}}, First: &book{Title: new("b")},
				Built: new(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)), Plain: "p",
			},
		},
		"the last of two":    {`{"name":"a","tags":["1","2"],"name":"b","tags":["3"]}`, shelf{Name: new("b"), Tags: []string{"3"}}},
		"escapes":            {`{"name":"\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00é"}`, shelf{Name: new("\"\\/\b\f\n\r\té😀é")}},
		"an escaped name":    {`{"n\u0061me":"x"}`, shelf{Name: new("x")}},
		"lone surrogates":    {`{"name":"\ude00\ud83d\ud83d\ude00\ud83d"}`, shelf{Name: new("\ufffd\ufffd😀\ufffd")}},
		"unknown, all kinds": {`{"a":[1,-0.5e+9,"\n",true,false,null,{"b":{}}],"-":"h","Name":"N","plain":"q"}`, shelf{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var got shelf
			if err := decode([]byte(c.body), &got); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("decode\n got %s\nwant %s", indent(got), indent(c.want))
			}
		})
	}
}

// indent shows a value with what its pointers point to.
func indent(value any) string {
	text, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func TestDecodeRefuses(t *testing.T) {
	for body, want := range map[string]string{
		``:                             "Unexpected end of the request body.",
		`{"name":"a`:                   "Unexpected end of the request body.",
		`{"name":"a\`:                  "Unexpected end of the request body.",
		`{"name"}`:                     "Unexpected character '}' at byte 7 of the request body.",
		`{"name":é}`:                   "Unexpected character 'é' at byte 8 of the request body.",
		`{}x`:                          "Unexpected character 'x' at byte 2 of the request body.",
		`{"name":"\u12g4"}`:            "Invalid \\u escape in the request body.",
		`{"name":"\u12"}`:              "Invalid \\u escape in the request body.",
		`{"name":"\x"}`:                "Invalid escape in the request body.",
		`{"size":1e2}`:                 "NUMBER_VALUE can not be converted to a Long",
		`{"size":9223372036854775808}`: "NUMBER_VALUE can not be converted to a Long",
		`{"weight":1e999}`:             "NUMBER_VALUE can not be converted to a Double",
		`{"weight":"1"}`:               "STRING_VALUE can not be converted to a Double",
		`{"open":"true"}`:              "STRING_VALUE can not be converted to a Boolean",
		`{"open":1}`:                   "NUMBER_VALUE can not be converted to a Boolean",
		`{"books":true}`:               "TRUE_VALUE can not be converted to a List",
		`{"index":false}`:              "FALSE_VALUE can not be converted to a Map",
		`{"first":"x"}`:                "STRING_VALUE can not be converted to a Structure",
		`{"books":[[]]}`:               "Start of list found where not expected",
		`{"index":{"a":{}}}`:           "Start of structure or map found where not expected.",
	} {
		t.Run(body, func(t *testing.T) {
			err := decode([]byte(body), new(shelf))
			if got := fmt.Sprint(err); got != "SerializationException: "+want {
				t.Errorf("decode = %s, want %s", got, want)
			}
		})
	}
}

func TestDepthHasALimit(t *testing.T) {
	nested := func(depth int) []byte {
		return []byte(`{"more":` + strings.Repeat("[", depth-1) + strings.Repeat("]", depth-1) + `}`)
	}
	if err := decode(nested(maxDepth), new(shelf)); err != nil {
		t.Errorf("depth %d: %v", maxDepth, err)
	}
	if err := decode(nested(maxDepth+1), new(shelf)); err == nil {
		t.Errorf("depth %d is accepted", maxDepth+1)
	}
}

// FuzzDecode compares the decoder with encoding/json on types where both mean the same.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"a":"x","b":null}`, `{"a":[1,-2,null]}`, `{"a":1.5e-3}`, `{"\u0061":"\ud83d\ude00\ud83d"}`, `{"a":{"b":[true,"",{}]}}`,
		`null`, ` {} `, `{"a":01}`, `{"a":-}`, `{"a":"\u00"}`, `{"a":"\`, `{"a":nul`, "{\"a\":\"\t\"}", `[`, `{"a":1,}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		compare[map[string]*string](t, body)
		compare[map[string][]*int64](t, body)
		compare[map[string]*float64](t, body)
		compare[map[string]map[string]*bool](t, body)
		compareGrammar(t, body)
	})
}

// compare fails unless both decoders accept body with one result, or both refuse it.
func compare[T any](t *testing.T, body []byte) {
	t.Helper()
	var got, want T
	gotErr, wantErr := decode(body, &got), json.Unmarshal(body, &want)
	if !utf8.Valid(body) {
		if gotErr == nil {
			t.Errorf("decode(%q) accepts invalid UTF-8", body)
		}
		return
	}
	if (gotErr == nil) != (wantErr == nil) {
		t.Fatalf("decode(%q) into %T: %v, encoding/json: %v", body, got, gotErr, wantErr)
	}
	if gotErr == nil && !reflect.DeepEqual(got, want) {
		t.Errorf("decode(%q)\n got %s\nwant %s", body, indent(got), indent(want))
	}
}

// compareGrammar fails unless unknown members are accepted exactly where they are JSON.
func compareGrammar(t *testing.T, body []byte) {
	t.Helper()
	object := append(append([]byte(`{"unknown":`), body...), '}')
	if !utf8.Valid(object) || strings.Count(string(body), "[")+strings.Count(string(body), "{") >= maxDepth {
		return
	}
	if err := decode(object, new(book)); (err == nil) != json.Valid(object) {
		t.Errorf("decode(%q) = %v, json.Valid = %v", object, err, json.Valid(object))
	}
}

func BenchmarkDecode(b *testing.B) {
	type start struct {
		StateMachineArn *string `json:"stateMachineArn,omitzero"`
		Name            *string `json:"name,omitzero"`
		Input           *string `json:"input,omitzero"`
	}
	const arn = "arn:aws:states:us-east-1:123456789012:stateMachine:m"
	for name, repeat := range map[string]int{"small": 5, "large": 30_000} {
		body := []byte(`{"stateMachineArn":"` + arn + `","name":"n","input":"` + strings.Repeat(`{\"a\":1}`, repeat) + `"}`)
		for decoder, read := range map[string]func([]byte, any) error{"own": decode, "encoding-json": json.Unmarshal} {
			b.Run(name+"/"+decoder, func(b *testing.B) {
				b.SetBytes(int64(len(body)))
				b.ReportAllocs()
				for b.Loop() {
					if err := read(body, new(start)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
