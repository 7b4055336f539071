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
