package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// openAPI is the document as it is served, read without the library that
// wrote it.
type openAPI struct {
	paths   map[string]map[string]any
	schemas map[string]any
}

var theDocument = sync.OnceValue(func() *openAPI { return &openAPI{} })

var readDocument sync.Once

// documented reads the document once; it is the same for every shop.
func documented(t testing.TB, h http.Handler) *openAPI {
	d := theDocument()
	readDocument.Do(func() {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/openapi.json", nil))
		var all struct {
			Paths      map[string]map[string]any `json:"paths"`
			Components struct {
				Schemas map[string]any `json:"schemas"`
			} `json:"components"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &all); err != nil {
			t.Fatal(err)
		}
		d.paths, d.schemas = all.Paths, all.Components.Schemas
	})
	return d
}

// operation finds the operation of a request.
func (d *openAPI) operation(method, path string) (op map[string]any) {
	literal := -1
	for template, methods := range d.paths {
		score, ok := matches(template, path)
		if each, known := methods[strings.ToLower(method)]; ok && known && score > literal {
			op, literal = each.(map[string]any), score
		}
	}
	return op
}

func matches(template, path string) (literal int, ok bool) {
	a, b := strings.Split(template, "/"), strings.Split(path, "/")
	if len(a) != len(b) {
		return 0, false
	}
	for i := range a {
		switch {
		case a[i] == b[i]:
			literal++
		case !strings.HasPrefix(a[i], "{"):
			return 0, false
		}
	}
	return literal, true
}

// check holds an answer to what the document says of it.
func (d *openAPI) check(t testing.TB, method, path string, a *answered) {
	t.Helper()
	op := d.operation(method, path)
	if op == nil || a.status == http.StatusNoContent {
		return
	}
	responses := op["responses"].(map[string]any)
	response, ok := responses[fmt.Sprint(a.status)]
	if !ok {
		if a.status < 400 {
			t.Errorf("%s: the document knows no status %d", a.what, a.status)
		}
		response = responses["default"]
	}
	kind, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	content, ok := response.(map[string]any)["content"].(map[string]any)[kind]
	if !ok {
		t.Errorf("%s: the document knows no %q with status %d", a.what, kind, a.status)
		return
	}
	if kind == "application/x-ndjson" || kind == "application/pdf" || kind == "application/x-download" || kind == "text/csv" {
		return
	}
	var v any
	dec := json.NewDecoder(bytes.NewReader(a.body))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		t.Errorf("%s: %v: %s", a.what, err, a.body)
		return
	}
	for _, fault := range d.faults("", content.(map[string]any)["schema"].(map[string]any), v) {
		t.Errorf("%s: the answer is not as documented: %s", a.what, fault)
	}
}

// faults tells how a value differs from a schema, in the words of JSON Schema
// that the document uses.
func (d *openAPI) faults(at string, schema map[string]any, v any) []string {
	if ref, ok := schema["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/components/schemas/")
		known, ok := d.schemas[name].(map[string]any)
		if !ok {
			return []string{at + ": no schema " + name}
		}
		return d.faults(at, known, v)
	}
	if !typed(schema["type"], v) {
		return []string{fmt.Sprintf("%s: %v is no %v", at, v, schema["type"])}
	}
	var out []string
	switch x := v.(type) {
	case map[string]any:
		out = d.objectFaults(at, schema, x)
	case []any:
		items, _ := schema["items"].(map[string]any)
		for i, each := range x {
			out = append(out, d.faults(fmt.Sprintf("%s/%d", at, i), items, each)...)
		}
	case string:
		if enum, ok := schema["enum"].([]any); ok && !slices.Contains(enum, any(x)) {
			out = append(out, fmt.Sprintf("%s: %q is none of %v", at, x, enum))
		}
		if schema["format"] == "date-time" {
			if _, err := time.Parse("2006-01-02T15:04:05.000000Z", x); err != nil {
				out = append(out, at+": "+err.Error())
			}
		}
	}
	return out
}

func (d *openAPI) objectFaults(at string, schema, x map[string]any) []string {
	var out []string
	properties, _ := schema["properties"].(map[string]any)
	required, _ := schema["required"].([]any)
	for _, name := range required {
		if _, ok := x[name.(string)]; !ok {
			out = append(out, fmt.Sprintf("%s: %v is missing", at, name))
		}
	}
	for name, each := range x {
		if p, ok := properties[name]; ok {
			out = append(out, d.faults(at+"/"+name, p.(map[string]any), each)...)
		} else if schema["additionalProperties"] == false {
			out = append(out, at+": nothing is said of "+name)
		}
	}
	return out
}

func typed(want, v any) bool {
	if want == nil {
		return true
	}
	if list, ok := want.([]any); ok {
		return slices.ContainsFunc(list, func(each any) bool { return typed(each, v) })
	}
	switch x := v.(type) {
	case nil:
		return want == "null"
	case bool:
		return want == "boolean"
	case string:
		return want == "string"
	case json.Number:
		return want == "number" || want == "integer" && !strings.ContainsAny(string(x), ".eE")
	case []any:
		return want == "array"
	}
	return want == "object"
}

// logTo makes errors that the API logs, which are bugs, fail the test.
func logTo(t testing.TB) *slog.Logger { return slog.New(failing{slog.DiscardHandler, t}) }

type failing struct {
	slog.Handler
	t testing.TB
}

func (f failing) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelError }
func (f failing) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	r.Attrs(func(a slog.Attr) bool { text += " " + a.String(); return true })
	f.t.Errorf("logged: %s", text)
	return nil
}
