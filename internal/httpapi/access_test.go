package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/httpapi"
)

// Every route of the document refuses a caller without a key and one whose
// key may nothing, before it looks at anything else of the request.
func TestEveryRouteIsGuarded(t *testing.T) {
	alone(t, func(t *testing.T, s *shop) {
		nothing := s.newKey(nil)
		n := 0
		for template, methods := range documented(t, s.handler).paths {
			for method := range methods {
				n++
				if template == "/v1/providers/{provider}/events" || template == "/v1/inbound/mail/{mailbox}" || template == "/v1/inbound/partners/{hook}/{id}" { // a provider and a partner have no key: they sign; a mailbox has its own secret
					continue
				}
				path := strings.NewReplacer("{id}", "x").Replace(template)
				s.key = ""
				a := s.do(strings.ToUpper(method), path, nil).problem(401, "unauthenticated")
				if got := a.header.Get("WWW-Authenticate"); !strings.HasPrefix(got, "Bearer") {
					t.Errorf("%s: WWW-Authenticate %q", a.what, got)
				}
				s.key = "orderly_00000000000000000000000000"
				s.do(strings.ToUpper(method), path, "{").problem(401, "unauthenticated")
				s.key = nothing
				s.do(strings.ToUpper(method), path, "{").problem(403, "missing_scope")
			}
		}
		if n < 60 {
			t.Errorf("only %d routes were walked", n)
		}
	})
}

// A key names its merchant, and one made before keys did is of the first.
func TestKeyNamesItsMerchant(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		const secret = "3kd5w78sb5drg6rsbmehjq4ws1"
		for _, text := range []string{"orderly_" + secret, "orderly_1_" + secret, "orderly_2_" + secret, "orderly__" + secret, "orderly_-1_" + secret, "other_1_" + secret} {
			desktest.Must(s.Shop, admin.MakeKey, admin.KeyCommand{Name: text, Hash: admin.Hash(text), Scopes: access.All})
			s.key = text
			if text == "orderly_"+secret || text == "orderly_1_"+secret {
				s.get("/v1/orders").want(200)
			} else { // the row is the first merchant's, which the text is not
				s.get("/v1/orders").problem(401, "unauthenticated")
			}
		}
	})
}

func TestKeyHint(t *testing.T) {
	for text, want := range map[string]string{"orderly_3kd5w78s": "orderly_3kd5", "orderly_1_3kd5w78s": "orderly_1_3kd5", "orderly_v7_3kd5w78s": "orderly_v7_3kd5", "x": "x"} {
		if got := admin.KeyHint(text); got != want {
			t.Errorf("the hint of %q is %q, want %q", text, got, want)
		}
	}
}

func TestKeys(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		a := s.post("/v1/keys", map[string]any{"name": "reader", "scopes": []any{"read"}}).want(201)
		made := a.text("key")
		if !strings.HasPrefix(made, "orderly_") || !strings.HasPrefix(made, a.text("hint")) {
			t.Errorf("key %q with hint %q", made, a.text("hint"))
		}
		list := s.get("/v1/keys").want(200)
		list.is("data/0/id", a.text("id"), "data/0/key", "", "data/0/name", "reader")
		if strings.Contains(string(list.body), made) {
			t.Error("the key is shown again")
		}
		mine := s.key
		s.key = made
		s.get("/v1/orders").want(200)
		s.post("/v1/orders", "{}").problem(403, "missing_scope")
		s.key = mine
		s.do("DELETE", "/v1/keys/"+a.text("id"), nil).want(204)
		s.do("DELETE", "/v1/keys/"+a.text("id"), nil).problem(404, "no_such_key")
		s.do("DELETE", "/v1/keys/nonsense", nil).problem(404, "no_such_key")
		s.key = made
		s.get("/v1/orders").problem(401, "key_ended")
		s.key = mine
		s.get("/v1/keys").want(200).is("data/0/id", a.text("id"))
		if s.get("/v1/keys").text("data/0/revoked_at") == "" {
			t.Error("the list does not tell that the key was revoked")
		}
	})
}

func TestBadKeys(t *testing.T) {
	alone(t, func(t *testing.T, s *shop) {
		s.post("/v1/keys", `{"name":"","scopes":["all"],"locations":["Z"],"expires_at":"2001-01-01T00:00:00Z"}`).
			problem(422, "invalid", "/scopes/0 unknown_scope", "/locations/0 unknown_location", "/expires_at in_the_past", "/name missing")
		s.post("/v1/keys", `{"name":"x","scopes":[]}`).problem(422, "invalid", "/scopes missing")
		s.post("/v1/keys", `{"name":"x"}`).problem(422, "invalid", "/scopes missing")
		s.key = s.newKey([]access.Permission{access.KeysWrite})
		s.post("/v1/keys", `{"name":"x","scopes":["orders:write"]}`).problem(403, "missing_scope")
		s.key = s.newKey(access.All, s.Locations["A"])
		s.post("/v1/keys", `{"name":"x","scopes":["orders:read"]}`).problem(403, "beyond_reach")
		s.post("/v1/keys", `{"name":"x","scopes":["orders:read"],"locations":["B"]}`).problem(422, "invalid", "/locations/0 unknown_location")
		s.post("/v1/keys", `{"name":"x","scopes":["orders:read"],"locations":["A"]}`).want(201).is("locations/0", s.Locations["A"].String())
	})
}

// A key that was revoked on another node ends here too, within a second.
func TestRevokedElsewhere(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		made := s.post("/v1/keys", map[string]any{"name": "x", "scopes": []any{"orders:read"}}).want(201)
		other := httpapi.New(s.Desk, httpapi.Options{})
		ask := func() int {
			r := httptest.NewRequest("GET", "/v1/orders", nil)
			r.Header.Set("Authorization", "Bearer "+made.text("key"))
			w := httptest.NewRecorder()
			other.ServeHTTP(w, r)
			return w.Code
		}
		if got := ask(); got != http.StatusOK {
			t.Fatal(got)
		}
		s.do("DELETE", "/v1/keys/"+made.text("id"), nil).want(204)
		revoked := s.Desk.DB.Now()
		for ask() == http.StatusOK {
			if s.Desk.DB.Now()-revoked > 1_000_000 {
				t.Fatal("the key still works after a second")
			}
		}
	})
}

// A key for some locations sees and works only those.
func TestKeyForOneLocation(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 5, "B", 5)
		o := s.post("/v1/orders", smallest("A-1", "MUG", 8)).want(201)
		mine, theirs := o.text("fulfillments/0/id"), o.text("fulfillments/1/id")
		if o.text("fulfillments/0/location_code") != "A" {
			mine, theirs = theirs, mine
		}
		s.key = s.newKey(access.All, s.Locations["A"])
		if s.get("/v1/orders/"+o.text("id")).want(200).is("fulfillments/0/id", mine).len("fulfillments") != 1 {
			t.Error("the order shows work elsewhere")
		}
		for path, n := range map[string]int{"/v1/locations": 1, "/v1/fulfillments": 1, "/v1/stock/levels": 1, "/v1/stock/movements?sku=MUG": 1} {
			if got := s.get(path).want(200).len("data"); got != n {
				t.Errorf("%s lists %d rows, want %d", path, got, n)
			}
		}
		if text := string(s.get("/v1/counters").want(200).body); strings.Contains(text, s.Locations["B"].String()) {
			t.Errorf("counters: %s", text)
		}
		s.get("/v1/fulfillments/"+theirs).problem(404, "no_such_fulfillment")
		s.post("/v1/fulfillments/"+theirs+"/release", nil).problem(404, "no_such_fulfillment")
		s.post("/v1/fulfillments/"+mine+"/release", nil).want(200)
		s.get("/v1/locations/code:B").problem(404, "no_such_location")
		s.get("/v1/stock/levels?location=B").problem(422, "invalid_parameter", "location unknown_location")
		s.get("/v1/stock/explain?sku=MUG&location=B").problem(422, "invalid_parameter", "location unknown_location")
		s.post("/v1/stock/receive", `{"lines":[{"sku":"MUG","location":"B","quantity":1}]}`).problem(422, "invalid", "/lines/0/location unknown_location")
		s.get("/v1/entries").problem(403, "restricted_key")
		s.get("/v1/orders/"+o.text("id")+"?expand=entries").problem(403, "restricted_key")
	})
}

// What has a scope of its own is not had by way of an order.
func TestExpandNeedsItsScope(t *testing.T) {
	alone(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 5)
		id := s.post("/v1/orders", smallest("A-1", "MUG", 1)).want(201).text("id")
		s.key = s.newKey([]access.Permission{access.OrdersRead})
		s.get("/v1/orders/" + id + "?expand=notes").want(200)
		s.get("/v1/orders/"+id+"?expand=entries").problem(403, "missing_scope")
		s.get("/v1/orders/"+id+"?expand=customer").problem(403, "missing_scope")
	})
}
