package httpapi_test

import (
	"encoding/json"
	"testing"

	"orderly/internal/catalog"
)

// A change is one act: previewed as it is booked, refused as a whole, told
// with what it comes to, and answered alike when it is repeated.
func TestChangeOrder(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 9)
		s.Goods("TEA", catalog.Refuse, "A", 9)
		placed := s.post("/v1/orders", map[string]any{"channel": "web", "external_id": "C-1", "currency": "GBP",
			"lines":    []any{map[string]any{"sku": "MUG", "quantity": 3, "unit_price": "10.00"}, map[string]any{"sku": "TEA", "quantity": 2, "unit_price": "5.00", "tax": "2.00"}},
			"payments": []any{map[string]any{"amount": "42.00"}}}).want(201).is("totals/payable", 4200)
		at := "/v1/orders/" + placed.text("id")
		body := map[string]any{
			"lines": []any{map[string]any{"line": 1, "quantity": 1}, map[string]any{"line": 2, "quantity": 3, "unit_price": "4.00"}},
			"add":   []any{map[string]any{"sku": "MUG", "quantity": 1, "unit_price": "8.00"}},
			"fees":  []any{map[string]any{"kind": "shipping", "label": "express", "amount": "3.95"}},
		}
		want := []any{"totals/payable", 1000 + 1200 + 240 + 800 + 395, "change/payable_before", 4200, "change/due", 0, "change/to_refund", 4200 - 3635,
			"change/lines/0/canceled", 2, "change/lines/1/claimed/0/quantity", 1, "change/lines/2/joined", true, "lines/2/line", 3, "lines/1/tax", 240, "fees/0/label", "express"}
		s.post(at+"/change?dry_run=true", body).want(200).is(want...).is("dry_run", true)
		s.get(at).want(200).is("edit_version", 0, "totals/payable", 4200)
		s.post(at+"/change", body, "If-Match", `"7"`).problem(412, "edited_meanwhile")
		first := s.post(at+"/change", body, "If-Match", `"0"`, "Idempotency-Key", "k").want(200).is(want...).is("edit_version", 1)
		s.post(at+"/change", map[string]any{"customer": map[string]any{"name": "Ada"}, "refund": true}).want(200).
			is("change/refunded", 565, "change/to_refund", 0, "payment_status", "partially_refunded", "customer/name", "Ada")
		again := s.post(at+"/change", body, "If-Match", `"0"`, "Idempotency-Key", "k").want(200)
		if a, b := again.text("change/to_refund"), first.text("change/to_refund"); a != b {
			t.Errorf("a repeat tells %s to refund, it was %s", a, b)
		}
		again.is("totals/refunded", 0, "lines/2/sku", "MUG")
		s.post(at+"/change", map[string]any{"lines": []any{map[string]any{"line": 9, "quantity": 1}}, "add": []any{map[string]any{"sku": "NONE", "quantity": 1}}}).
			problem(409, "not_changeable", "/lines/0 no_such_line", "/add/0/sku unknown_sku")
		s.post(at+"/change", map[string]any{}).problem(422, "invalid", " empty")
		s.get(at+"/entries").want(200).is("data/1/type", "order.changed", "data/1/data/grown/total", 200+40+800+395)
	})
}

// The request for an order like one that is there can be posted as it is, and
// asks for what was not canceled, at the prices of today.
func TestDuplicateOrder(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 9)
		s.Goods("TEA", catalog.Backorder, "A", 9)
		placed := s.post("/v1/orders", map[string]any{"channel": "web", "external_id": "D-1", "currency": "GBP", "customer": map[string]any{"name": "Ada"}, "ship_to": map[string]any{"city": "Leeds"},
			"lines": []any{map[string]any{"sku": "MUG", "quantity": 3, "unit_price": "10.00", "discount": "1.00"}, map[string]any{"sku": "TEA", "quantity": 2, "unit_price": "5.00"}}}).want(201)
		at := "/v1/orders/" + placed.text("id")
		s.post(at+"/change", map[string]any{"lines": []any{map[string]any{"line": 1, "quantity": 2}, map[string]any{"line": 2, "quantity": 0}}}).want(200)
		got := s.get(at+"/duplicate").want(200).is("order/lines/0/quantity", 2, "order/lines/0/unit_price", "10.00", "order/ship_to/city", "Leeds", "left_out", "[]")
		var answer struct{ Order map[string]any }
		if err := json.Unmarshal(got.body, &answer); err != nil {
			t.Fatal(err)
		}
		s.post("/v1/orders", answer.Order).want(201).is("totals/total", 2000, "customer/name", "Ada", "number", 1002)
		s.get("/v1/orders/ord_0pmnqh2000400/duplicate").problem(404, "no_such_order")
	})
}
