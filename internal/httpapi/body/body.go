// Package body reads the JSON of request bodies: text from strangers, into a
// Go type that the OpenAPI document is made from.
//
// What belongs here: the grammar, and every fault of shape: fields that are
// unknown, missing, repeated or of the wrong type. All of them are told at
// once, each with its JSON pointer. What does not: what the values mean; the
// nouns check that.
//
// It is stricter than encoding/json: names match exactly, a repeated name is a
// fault, text must be UTF-8 without NUL, whole numbers are written as such,
// nothing follows the value, and depth and lengths are bounded. A null is the
// same as leaving the field out.
package body

import (
	"bytes"
	"fmt"
	"reflect"
	"strconv"

	"orderly/internal/fault"
)

// Limits of one body.
const (
	MaxDepth = 24
	MaxItems = 10_000 // elements of a list that names no limit of its own
)

// Code is the code of a body that is not JSON at all.
const Code = "invalid_json"

// Decode reads data, one JSON value, into what the pointer points to, and adds
// every fault of shape to faults. The error tells that data is not JSON; what
// was read until then is worthless.
//
// A struct field is required unless its json tag says omitempty or omitzero.
// Its tag maxItems bounds a list. Types: structs, slices, maps of texts, pointers,
// strings, booleans, whole numbers, and byte slices such as json.RawMessage, which take
// any value as it is written, its text checked.
func Decode(data []byte, into any, faults *fault.List) error {
	d := decoder{data: data, faults: faults}
	d.space()
	if d.at == len(d.data) {
		return fault.New(fault.Invalid, Code, "the body is empty; send one JSON value")
	}
	v := reflect.ValueOf(into).Elem()
	err := d.value(v, typeOf(v.Type()))
	if err == nil {
		if d.space(); d.at < len(d.data) {
			err = d.broken("something follows the JSON value")
		}
	}
	return err
}

// decoder reads one body. path names the value that is being read.
type decoder struct {
	data   []byte
	at     int
	path   [MaxDepth + 1]step
	depth  int
	faults *fault.List
	quiet  bool // inside a value that is skipped: only the grammar matters
}

// step is a name, or an index when there is no name; below 0 nothing yet.
type step struct {
	name  string
	index int
	named bool
}

// pointer is where the decoder is, as an RFC 6901 JSON pointer.
func (d *decoder) pointer() string {
	var b []byte
	for _, s := range d.path[:d.depth] {
		switch {
		case s.named:
			b = append(append(b, '/'), Escape(s.name)...)
		case s.index >= 0:
			b = strconv.AppendInt(append(b, '/'), int64(s.index), 10)
		}
	}
	return string(b)
}

// Escape writes a name as one part of a JSON pointer.
func Escape(name string) string {
	b := bytes.ReplaceAll([]byte(name), []byte("~"), []byte("~0"))
	return string(bytes.ReplaceAll(b, []byte("/"), []byte("~1")))
}

// add tells a fault at the value that is being read.
func (d *decoder) add(code, format string, args ...any) {
	if !d.quiet {
		d.faults.Add(d.pointer(), code, format, args...)
	}
}

// broken is the fault of text that is not JSON.
func (d *decoder) broken(why string) error {
	at := min(d.at, len(d.data))
	line := 1 + bytes.Count(d.data[:at], []byte("\n"))
	column := at - bytes.LastIndexByte(d.data[:at], '\n')
	if at == len(d.data) {
		why = "the text ends too early"
	}
	message := fmt.Sprintf("%s (line %d, column %d)", why, line, column)
	return &fault.Error{
		Kind: fault.Invalid, Code: Code, Message: "the body is not valid JSON: " + message,
		Fields: []fault.Field{{Pointer: d.pointer(), Code: Code, Message: message}},
	}
}

// tooDeep is the fault of nesting beyond MaxDepth.
func (d *decoder) tooDeep() error {
	message := fmt.Sprintf("values are nested more than %d deep", MaxDepth)
	return &fault.Error{
		Kind: fault.Invalid, Code: "too_deep", Message: message,
		Fields: []fault.Field{{Pointer: d.pointer(), Code: "too_deep", Message: message}},
	}
}

func (d *decoder) space() {
	for d.at < len(d.data) {
		switch d.data[d.at] {
		case ' ', '\t', '\n', '\r':
			d.at++
		default:
			return
		}
	}
}

// next skips space and gives the byte that follows, 0 at the end.
func (d *decoder) next() byte {
	d.space()
	if d.at == len(d.data) {
		return 0
	}
	return d.data[d.at]
}

// word reads true, false or null.
func (d *decoder) word(w string) error {
	if len(d.data)-d.at < len(w) || string(d.data[d.at:d.at+len(w)]) != w {
		for i := 0; i < len(w) && d.at < len(d.data) && d.data[d.at] == w[i]; i++ {
			d.at++
		}
		return d.broken("this is no JSON value")
	}
	d.at += len(w)
	return nil
}
