package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/httpapi"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// shop is a small shop behind the API, and a caller with a key for everything.
type shop struct {
	*desktest.Shop
	t       testing.TB
	handler http.Handler
	key     string
}

func openShop(t testing.TB, db *store.DB) *shop {
	t.Helper()
	s := &shop{Shop: desktest.Open(t, db), t: t}
	s.handler = httpapi.New(s.Desk, httpapi.Options{Version: "test", Log: logTo(t)})
	s.key = s.newKey(access.All)
	return s
}

// newKey makes a key with these scopes, for these locations or all.
func (s *shop) newKey(scopes []access.Permission, locations ...stock.LocationID) string {
	s.t.Helper()
	text, err := admin.NewKey(admin.Main)
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := admin.KeyCommand{Name: "test", Hash: admin.Hash(text), Scopes: scopes}
	for _, id := range locations {
		cmd.Locations = append(cmd.Locations, int64(id))
	}
	desktest.Must(s.Shop, admin.MakeKey, cmd)
	return text
}

// answered is an answer and how it reads as JSON.
type answered struct {
	t      testing.TB
	what   string
	status int
	header http.Header
	body   []byte
}

// do makes a request. The body is JSON text, or a value that is marshaled.
// Headers come in pairs. Every answer is held to the OpenAPI document.
func (s *shop) do(method, path string, body any, headers ...string) *answered {
	s.t.Helper()
	var text []byte
	switch b := body.(type) {
	case nil:
	case string:
		text = []byte(b)
	case []byte:
		text = b
	default:
		var err error
		if text, err = json.Marshal(b); err != nil {
			s.t.Fatal(err)
		}
	}
	r := httptest.NewRequest(method, path, bytes.NewReader(text))
	if text != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Authorization", "Bearer "+s.key)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	a := &answered{s.t, method + " " + path, w.Code, w.Header(), w.Body.Bytes()}
	documented(s.t, s.handler).check(s.t, method, r.URL.Path, a)
	return a
}

func (s *shop) get(path string) *answered { s.t.Helper(); return s.do("GET", path, nil) }
func (s *shop) post(path string, body any, headers ...string) *answered {
	s.t.Helper()
	return s.do("POST", path, body, headers...)
}

// want fails unless the answer has the status.
func (a *answered) want(status int) *answered {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s answered %d, want %d: %s", a.what, a.status, status, a.body)
	}
	return a
}

// at gives what stands at a place of the answer: "lines/0/sku".
func (a *answered) at(place string) any {
	a.t.Helper()
	var v any
	d := json.NewDecoder(bytes.NewReader(a.body))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		a.t.Fatalf("%s: %v: %s", a.what, err, a.body)
	}
	if place == "" {
		return v
	}
	for _, part := range strings.Split(place, "/") {
		switch x := v.(type) {
		case map[string]any:
			v = x[part]
		case []any:
			var i int
			if _, err := fmt.Sscan(part, &i); err != nil || i >= len(x) {
				a.t.Fatalf("%s: no %q in %s", a.what, place, a.body)
			}
			v = x[i]
		default:
			a.t.Fatalf("%s: no %q in %s", a.what, place, a.body)
		}
	}
	return v
}

// text is what stands at a place, as text; "" when nothing does.
func (a *answered) text(place string) string {
	a.t.Helper()
	if v := a.at(place); v != nil {
		return fmt.Sprint(v)
	}
	return ""
}

// is fails unless every place reads so: "status", "open", "lines/0/sku", "MUG".
func (a *answered) is(pairs ...any) *answered {
	a.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if got, want := a.text(pairs[i].(string)), fmt.Sprint(pairs[i+1]); got != want {
			a.t.Errorf("%s: %s is %q, want %q", a.what, pairs[i], got, want)
		}
	}
	return a
}

// len is how many elements stand at a place.
func (a *answered) len(place string) int {
	a.t.Helper()
	list, ok := a.at(place).([]any)
	if !ok {
		a.t.Fatalf("%s: %s is no list: %s", a.what, place, a.body)
	}
	return len(list)
}

// problem fails unless the answer is a problem with the status and the code,
// and with a fault at each of the places: "pointer code".
func (a *answered) problem(status int, code string, faults ...string) *answered {
	a.t.Helper()
	a.want(status).is("code", code, "status", status)
	if kind := a.header.Get("Content-Type"); kind != "application/problem+json" {
		a.t.Errorf("%s: a problem of type %q", a.what, kind)
	}
	var p httpapi.Problem
	if err := json.Unmarshal(a.body, &p); err != nil {
		a.t.Fatal(err)
	}
	for _, want := range faults {
		found := false
		for _, e := range p.Errors {
			found = found || e.Pointer+e.Parameter+" "+e.Code == want
		}
		if !found {
			a.t.Errorf("%s: no fault %q in %s", a.what, want, a.body)
		}
	}
	return a
}

// smallest is the smallest order of a SKU.
func smallest(externalID, sku string, quantity int) map[string]any {
	return map[string]any{
		"channel": "web", "external_id": externalID, "currency": "GBP",
		"customer": map[string]any{"name": "Ada Byron", "email": "ada@example.com"},
		"ship_to":  map[string]any{"line1": "1 High Street", "city": "Leeds", "postal_code": "LS1 1AA", "country": "GB"},
		"lines":    []any{map[string]any{"sku": sku, "quantity": quantity, "unit_price": "12.95"}},
	}
}

func background() context.Context { return context.Background() }
