package body

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// kind is what JSON a Go type is read from.
type kind uint8

const (
	text kind = iota
	boolean
	whole
	list
	object
	names
	raw
)

// typ is how one Go type is read.
type typ struct {
	kind    kind
	name    string // for messages
	pointer bool
	element *typ // of a list, or behind a pointer
	fields  []field
	most    int // elements of a list
}

// field is one member of an object.
type field struct {
	name     string
	index    []int
	typ      *typ
	required bool
}

var rawType = &typ{kind: raw, name: "any value"}

var types sync.Map // reflect.Type → *typ

func typeOf(t reflect.Type) *typ {
	if got, ok := types.Load(t); ok {
		return got.(*typ)
	}
	got, _ := types.LoadOrStore(t, compile(t))
	return got.(*typ)
}

func compile(t reflect.Type) *typ {
	switch {
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		return rawType
	case t.Kind() == reflect.Pointer:
		inner := *typeOf(t.Elem())
		return &typ{kind: inner.kind, name: inner.name, pointer: true, element: &inner}
	}
	switch t.Kind() {
	case reflect.String:
		return &typ{kind: text, name: "a text"}
	case reflect.Bool:
		return &typ{kind: boolean, name: "true or false"}
	case reflect.Int, reflect.Int64:
		return &typ{kind: whole, name: "a whole number"}
	case reflect.Slice:
		return &typ{kind: list, name: "a list", element: typeOf(t.Elem()), most: MaxItems}
	case reflect.Map:
		if t.Key().Kind() == reflect.String && t.Elem().Kind() == reflect.String {
			return &typ{kind: names, name: "an object of texts", element: typeOf(t.Elem()), most: MaxItems}
		}
	case reflect.Struct:
		return &typ{kind: object, name: "an object", fields: fieldsOf(t)}
	}
	panic(fmt.Sprintf("body: cannot read JSON into %s", t))
}

func fieldsOf(t reflect.Type) []field {
	var out []field
	for _, f := range reflect.VisibleFields(t) {
		tag, ok := f.Tag.Lookup("json")
		if !ok || tag == "-" || !f.IsExported() {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		x := field{name: name, index: f.Index, typ: typeOf(f.Type), required: !strings.Contains(options, "omit")}
		if most, err := strconv.Atoi(f.Tag.Get("maxItems")); err == nil {
			bounded := *x.typ
			bounded.most = most
			x.typ = &bounded
		}
		out = append(out, x)
	}
	if len(out) > 64 {
		panic(fmt.Sprintf("body: %s has more than 64 fields", t))
	}
	return out
}

// find gives the position of a field, -1 when there is none.
func (t *typ) find(name []byte) int {
	for i := range t.fields {
		if t.fields[i].name == string(name) {
			return i
		}
	}
	return -1
}

func (t *typ) names() string {
	names := make([]string, len(t.fields))
	for i := range t.fields {
		names[i] = t.fields[i].name
	}
	return strings.Join(names, ", ")
}

// AllOptional reports whether an empty body would do for the type.
func AllOptional(t reflect.Type) bool {
	for _, f := range typeOf(t).fields {
		if f.required {
			return false
		}
	}
	return true
}
