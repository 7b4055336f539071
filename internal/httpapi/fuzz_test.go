package httpapi_test

import (
	"bytes"
	"net/http/httptest"
	"slices"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/store/storetest"
)

// FuzzPostOrder throws arbitrary bytes at POST /v1/orders: whatever they are,
// the answer is an order or says what is wrong with them.
func FuzzPostOrder(f *testing.F) {
	for _, seed := range []string{
		with(nil), with(map[string]any{"channel": nil}), lines(`[{"sku":"MUG","quantity":-1,"unit_price":"1e9"}]`), `{"lines":[{"sku":"MU`, "[]", "null", "\xff", `{"custom":{"a":1e400}}`,
		with(map[string]any{"tags": []any{"a"}, "fees": []any{map[string]any{"kind": "shipping", "amount": "1"}}, "payments": []any{map[string]any{"amount": "1"}}, "note": "\x00"}),
	} {
		f.Add([]byte(seed))
	}
	s := openShop(f, storetest.SQLite(f))
	s.Goods("MUG", catalog.Backorder, "A", 5)
	statuses := []int{200, 201, 400, 409, 413, 422}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := httptest.NewRequest("POST", "/v1/orders", bytes.NewReader(data))
		r.Header.Set("Authorization", "Bearer "+s.key)
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if !slices.Contains(statuses, w.Code) {
			t.Fatalf("%q is answered %d %s", data, w.Code, w.Body)
		}
	})
}

// FuzzAddress throws arbitrary queries, ids and headers at everything that can
// be read: whatever they are, the answer is a page, a thing, or says what is
// wrong. Cursors, filters, ids and keys are parsed on the way.
func FuzzAddress(f *testing.F) {
	for _, seed := range [][3]string{
		{"orders", "status=open&limit=1&cursor=x", ""}, {"orders", "created_from=2026-01-01T00:00:00Z&tag=%25", "k"}, {"entries", "after=-1", ""},
		{"items/sku:MUG", "", ""}, {"items", "q=%00&cursor=%ff", ""}, {"orders/ord_0000000000001", "expand=entries,parcels", ""},
		{"stock/explain", "sku=MUG&location=A", ""}, {"fulfillments", "work_status=packed&location=A&cursor=9", ""}, {"customers", "email=a@b.c&limit=999", ""},
		{"stock/movements", "sku=MUG&cursor=MTIz", ""}, {"parcels/par_zzzzzzzzzzzzz", "", ""}, {"stock/levels", "cursor=MSwy", ""},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	s := openShop(f, storetest.SQLite(f))
	s.Goods("MUG", catalog.Backorder, "A", 5)
	s.Place("MUG", 2)
	f.Fuzz(func(t *testing.T, path, query, version string) {
		r := httptest.NewRequest("GET", "/v1/orders", nil)
		r.URL.Path, r.URL.RawQuery = "/v1/"+path, query
		r.Header.Set("Authorization", "Bearer "+s.key)
		r.Header.Set("Orderly-Version", version)
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Fatalf("GET /v1/%q?%q is answered %d %s", path, query, w.Code, w.Body)
		}
	})
}
