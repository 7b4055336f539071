package httpapi

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"orderly/internal/desk/admin"
)

const about = `Orderly keeps orders from placement to after-sales.

**Keys.** Send ` + "`Authorization: Bearer " + admin.KeyPrefix + "…`" + `. Each operation names the scope that it needs.

**Numbers.** Quantities are whole steps of an item: with unit kg and scale 3 a step is a gram. What you send as money is
decimal text of the major unit ("12.95"); what you get is whole minor units beside a currency, but for unit prices, which are decimal text.

**Repeats.** The same ` + "`external_id`" + ` with the same request answers 200 with the order as it is; with another request, 409.
Any POST takes an ` + "`Idempotency-Key`" + `: the same key with the same request is answered as the first time, with
` + "`Idempotent-Replayed: true`" + `. Tags and priority are told as they are now even then.

**Edits** of fields need ` + "`If-Match`" + ` with the ETag that you read. Acts are guarded by the state of the thing instead.

**Pages.** ` + "`limit`" + ` and ` + "`cursor`" + `; pass on ` + "`next_cursor`" + ` until it is absent. A page may hold fewer rows than its limit, or none, and not be the last: a list looks at a bounded number of rows in one request.

**Problems** are RFC 9457 with a stable code and every fault at once, each with its JSON pointer. A null field is the same as an absent one.`

// config is huma's, with all that reaches out or adds to answers turned off.
func (a *api) config(version string) huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Orderly", Version: version, Description: about},
			Tags:    tags,
			Components: &huma.Components{
				Schemas:         huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{"key": {Type: "http", Scheme: "bearer", Description: "An API key."}},
			},
		},
		Formats: formats, DefaultFormat: jsonType, Transformers: []huma.Transformer{reword}, RejectUnknownQueryParameters: true,
	}
}

var tags = []*huma.Tag{
	{Name: "orders", Description: "What customers ordered, and what may be done with it."},
	{Name: "payments", Description: "By what orders were paid, and what is asked of providers."},
	{Name: "providers", Description: "Who moves the money, and the way in for what they tell."},
	{Name: "fulfillments", Description: "The work at one location for one order."},
	{Name: "parcels", Description: "Boxes on their way."},
	{Name: "stock", Description: "What lies where, why, and how it changes."},
	{Name: "items", Description: "What can be ordered."},
	{Name: "locations", Description: "Where stock lies."},
	{Name: "customers", Description: "Who orders."},
	{Name: "entries", Description: "The journal: every act, gapless and in order."},
	{Name: "live", Description: "What changes, as it does."},
	{Name: "counters", Description: "How much work waits."},
	{Name: "keys", Description: "Who may call."},
}

// tagOf is the resource of a path: the word after /v1/.
func tagOf(path string) string {
	word, _, _ := strings.Cut(strings.TrimPrefix(path, "/v1/"), "/")
	word, _, _ = strings.Cut(word, ".") // a table
	return word
}

func (r *route) description() string {
	text := fmt.Sprintf("Needs the scope `%s`.", r.needs)
	if r.open {
		text = "Needs no key: who calls signs what is sent."
	}
	if r.text != "" {
		text = r.text + "\n\n" + text
	}
	return text
}

// headers documents the request headers that routes of this kind take.
func (r *route) headers() []*huma.Param {
	var out []*huma.Param
	header := func(name, text string, required bool) {
		out = append(out, &huma.Param{Name: name, In: "header", Description: text, Required: required, Schema: &huma.Schema{Type: "string"}})
	}
	if r.method == "POST" && !r.open {
		header("Idempotency-Key", "Makes a repeat harmless: up to 255 visible characters, kept for seven days.", false)
	}
	if r.edit {
		header("If-Match", "The ETag that you read.", true)
	}
	return out
}

// answerHeaders documents the headers of a success.
func (a *api) answerHeaders(r *route) map[string]*huma.Header {
	out := map[string]*huma.Header{}
	header := func(name, text string) {
		out[name] = &huma.Header{Description: text, Schema: &huma.Schema{Type: "string"}}
	}
	if r.tagged {
		header("ETag", "The edit_version, for If-Match.")
	}
	if r.method == "POST" && !r.open {
		header("Idempotent-Replayed", "true when this is the answer to an earlier request with the same Idempotency-Key.")
	}
	if r.answers[0] == http.StatusCreated {
		header("Location", "Where what was made can be read.")
	}
	return out
}

// document is the OpenAPI document, made once from the routes and kept packed:
// it is as large as all that serving keeps besides.
func (a *api) document() http.Handler {
	schemas := a.huma.OpenAPI().Components.Schemas.Map()
	delete(schemas, "ErrorModel") // huma's own; our problems have taken its place
	delete(schemas, "ErrorDetail")
	var packed bytes.Buffer
	to := gzip.NewWriter(&packed)
	err := json.NewEncoder(to).Encode(a.huma.OpenAPI())
	if err = errors.Join(err, to.Close()); err != nil {
		panic(fmt.Sprintf("httpapi: the document cannot be written: %v", err)) // a broken build
	}
	a.forgetDocument()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		w.Header().Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed.Bytes()) // the reader may be gone
			return
		}
		if text, err := gzip.NewReader(bytes.NewReader(packed.Bytes())); err == nil { // we have packed it
			_, _ = io.Copy(w, text)
		}
	})
}

// forgetDocument leaves what only the document said: 9 MB of schemas. Bodies are
// read without them, and parameters have their own.
func (a *api) forgetDocument() {
	said := a.huma.OpenAPI()
	clear(said.Components.Schemas.Map())
	for _, p := range said.Paths {
		for _, op := range []*huma.Operation{p.Get, p.Post, p.Put, p.Patch, p.Delete} {
			if op != nil {
				op.Description, op.Parameters, op.RequestBody, op.Responses = "", nil, nil, nil
			}
		}
	}
}
