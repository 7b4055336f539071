package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"orderly/internal/access"
	"orderly/internal/fault"
)

// route declares one operation: where it is, what it is called, and who may.
type route struct {
	method, path string
	id           string // of the operation; it also scopes Idempotency-Keys
	summary      string
	needs        access.Permission

	text    string // more about it, in CommonMark
	answers []int  // statuses of success, the usual one first; 200 when nil
	ndjson  bool   // takes and gives newline-delimited JSON too
	whole   bool   // tells of every location: not for keys that see only some
	edit    bool   // an edit of fields: needs If-Match
	tagged  bool   // the answer has an ETag
	open    bool   // without a key: whoever calls proves in another way who it is
}

var (
	made      = []int{http.StatusCreated}
	madeOrNot = []int{http.StatusCreated, http.StatusOK}
	gone      = []int{http.StatusNoContent}
)

// reply is what huma writes.
type reply[T any] struct {
	Status      int
	ContentType string `header:"Content-Type" hidden:"true"`
	Body        T
}

// none is the body of requests and answers that have none.
type none struct{}

// add serves a route and documents it from the same types: P its parameters,
// B its body (none for none), T its answer.
func add[P, B, T any](a *api, r route, do func(*call, *P, *B) (T, error)) {
	if r.answers == nil {
		r.answers = []int{http.StatusOK}
	}
	hasBody := reflect.TypeFor[B]() != reflect.TypeFor[none]()
	handler := func(ctx context.Context, p *P) (*reply[T], error) {
		c := callOf(ctx)
		var b B
		if hasBody {
			if err := c.decode(&b); err != nil {
				return nil, c.problemOf(err)
			}
		} else {
			c.keep(nil)
		}
		c.status = r.answers[0]
		out, err := do(c, p, &b)
		if err != nil {
			return nil, c.problemOf(err)
		}
		return &reply[T]{Status: c.status, ContentType: c.kind, Body: out}, nil
	}
	huma.Register(a.huma, a.operation(&r), handler)
	a.finish(&r, bodySchema[B](a, hasBody), hasBody)
}

func (a *api) operation(r *route) huma.Operation {
	security := []map[string][]string{{"key": {}}}
	if r.open {
		security = []map[string][]string{}
	}
	return huma.Operation{
		Method: r.method, Path: r.path, OperationID: r.id, Summary: r.summary, Description: r.description(), Tags: []string{tagOf(r.path)},
		DefaultStatus: r.answers[0], Middlewares: huma.Middlewares{a.guard(r)}, Parameters: r.headers(),
		Security: security,
		Responses: map[string]*huma.Response{"default": {
			Description: "A problem: see its code.",
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: a.schema(reflect.TypeFor[Problem]())}},
		}},
	}
}

func (a *api) schema(t reflect.Type) *huma.Schema {
	return a.huma.OpenAPI().Components.Schemas.Schema(t, true, "")
}

func bodySchema[B any](a *api, hasBody bool) *huma.Schema {
	if !hasBody {
		return nil
	}
	return a.schema(reflect.TypeFor[B]())
}

// finish adds what huma has no word for: the body that we read ourselves, the
// other statuses of success, and the headers of answers.
func (a *api) finish(r *route, b *huma.Schema, hasBody bool) {
	op := operationOf(a.huma.OpenAPI().Paths[r.path], r.method)
	if hasBody {
		required := len(a.huma.OpenAPI().Components.Schemas.SchemaFromRef(b.Ref).Required) > 0
		op.RequestBody = &huma.RequestBody{Required: required, Content: map[string]*huma.MediaType{jsonType: {Schema: b}}}
	}
	usual := op.Responses[strconv.Itoa(r.answers[0])]
	if r.ndjson {
		line := &huma.MediaType{Schema: &huma.Schema{Type: "string", Description: "One JSON object a line."}}
		op.RequestBody.Content[ndjsonType] = line
		usual.Content[ndjsonType] = line
	}
	usual.Headers = a.answerHeaders(r)
	if r.answers[0] == http.StatusNoContent {
		usual.Content = nil
	}
	for _, status := range r.answers[1:] {
		same := *usual
		same.Description = http.StatusText(status)
		op.Responses[strconv.Itoa(status)] = &same
	}
}

func operationOf(p *huma.PathItem, method string) *huma.Operation {
	return map[string]*huma.Operation{"GET": p.Get, "POST": p.Post, "PUT": p.Put, "PATCH": p.Patch, "DELETE": p.Delete}[method]
}

// formats write answers. What a type cannot say in one write, it says itself.
var formats = map[string]huma.Format{
	jsonType: {Marshal: writeJSON}, "json": {Marshal: writeJSON}, ndjsonType: {Marshal: writeLines},
}

var writers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func writeJSON(w io.Writer, v any) error {
	b := writers.Get().(*bytes.Buffer)
	b.Reset()
	defer func() {
		if b.Cap() <= maxPooled {
			writers.Put(b)
		}
	}()
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// rows is an answer that can be written one line a row.
type rows interface{ lines() []any }

func writeLines(w io.Writer, v any) error {
	list, ok := v.(rows)
	if !ok {
		return writeJSON(w, v)
	}
	for _, each := range list.lines() {
		if err := writeJSON(w, each); err != nil {
			return err
		}
	}
	return nil
}

func asFault(err error, f **fault.Error) bool { return errors.As(err, f) }
