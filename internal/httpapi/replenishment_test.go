package httpapi_test

import (
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
)

// Policies are set by SKU and place, a run proposes by them with a reason, and
// what it proposes is dismissed by a person.
//
// Kills: a dry run that keeps lines; a policy changed under somebody; a reason
// without its figures; a line that is decided on twice; a key that may not see
// purchases and learns what is bought.
func TestReplenishment(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 4)
		s.Goods("CUP", catalog.Backorder, "A", 1)
		s.post("/v1/suppliers", `{"code":"ACME","name":"Acme","currency":"GBP","lead_days":5}`).want(201)
		s.do("PUT", "/v1/suppliers/code:ACME/offers", `{"offers":[{"sku":"MUG","cost":"4.10","minimum":10,"pack":6}]}`).want(200)

		const at = "/v1/replenishment/policies"
		s.do("PUT", at, `{"sku":"NO","location":"A","kind":"min_max","service_level":9500}`).problem(422, "invalid", "/sku unknown_sku")
		s.do("PUT", at, `{"kind":"min_max","service_level":9500,"shortage_cost":"1.00","lot":5}`).problem(422, "invalid", "/service_level two_goals", "/lot unexpected")
		mug := `{"sku":"MUG","location":"A","kind":"min_max","service_level":9500,"reorder_at":10,"up_to":25}`
		s.do("PUT", at+"?dry_run=true", mug).want(200).is("dry_run", true)
		s.get(at).want(200).is("data", "[]")
		s.do("PUT", at, mug).want(200).is("sku", "MUG", "source", "supplier", "version", 1, "active", true)
		s.do("PUT", at, mug, "If-Match", `"0"`).problem(412, "edited_meanwhile")
		s.do("PUT", at, `{"sku":"CUP","location":"A","kind":"min_max","service_level":9500,"reorder_at":3,"up_to":8}`).want(200)
		s.get(at).want(200).is("data/0/sku", "MUG", "data/0/reorder_at", 10, "data/1/sku", "CUP")

		s.post("/v1/replenishment/run?dry_run=true", `{}`).want(200).is("made", 1, "cells", 2, "lines/0/quantity", 24, "missing/0/sku", "CUP", "missing/0/why", "no_offer")
		s.get("/v1/replenishment/proposals").want(200).is("data", "[]")
		s.post("/v1/replenishment/run", `{}`).want(200).is("made", 1, "same", 0)
		s.post("/v1/replenishment/run", `{"skus":["MUG"]}`).want(200).is("made", 0, "same", 1, "items", 1)
		list := s.get("/v1/replenishment/proposals").want(200).is("data/0/sku", "MUG", "data/0/position", 4, "data/0/wanted", 21, "data/0/quantity", 24, "data/0/position_after", 28, "data/0/pack_size", 6,
			"data/0/reason", "The position of 4 (4 on hand − 0 reserved − 0 backordered + 0 incoming) is below 10: 0 expected in 1.7 weeks and 10 for safety. 21 are missing up to 25, which makes 24 (at least 10, packs of 6).")
		id := list.text("data/0/id")

		s.post("/v1/replenishment/dismiss?dry_run=true", `{"lines":["`+id+`"]}`).want(200).is("lines/0/state", "open")
		s.post("/v1/replenishment/dismiss", `{"lines":["`+id+`"]}`).want(200).is("lines/0/state", "dismissed")
		s.post("/v1/replenishment/dismiss", `{"lines":["`+id+`"]}`).problem(409, "not_open", "/lines/0 not_open")
		s.get("/v1/replenishment/proposals/"+id).want(200).is("state", "dismissed")
		s.get("/v1/replenishment/proposals/rpl_1").problem(404, "no_such_line")

		s.get("/v1/entries?limit=100").want(200)
		s.key = s.newKey([]access.Permission{access.StockRead, access.CatalogRead})
		s.get("/v1/replenishment/proposals").problem(403, "missing_scope")
	})
}

// What is proposed becomes draft purchase orders and transfers. A draft is not
// proposed again before it is sent.
//
// Kills: an order below the supplier's minimum that nobody asked for; a line that
// is ordered twice; a draft that is forgotten by the next run; a transfer of what
// orders have claimed since.
func TestReplenishmentIsAccepted(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 4, "B", 30)
		s.post("/v1/suppliers", `{"code":"ACME","name":"Acme","currency":"GBP","lead_days":5,"minimum_order":"100.00"}`).want(201)
		s.do("PUT", "/v1/suppliers/code:ACME/offers", `{"offers":[{"sku":"MUG","cost":"4.10","minimum":10,"pack":6}]}`).want(200)
		const at = "/v1/replenishment/policies"
		s.do("PUT", at, `{"sku":"MUG","location":"A","kind":"min_max","service_level":9500,"reorder_at":10,"up_to":25}`).want(200)
		s.do("PUT", at, `{"sku":"MUG","location":"C","kind":"min_max","service_level":9500,"reorder_at":5,"up_to":20,"source":"location","from_location":"B"}`).want(200)
		s.post("/v1/replenishment/run", `{}`).want(200).is("made", 2)
		list := s.get("/v1/replenishment/proposals").want(200)
		moved, bought := list.text("data/0/id"), list.text("data/1/id")
		if list.text("data/0/source") == "supplier" {
			moved, bought = bought, moved
		}
		lines := func(id string) string { return `{"lines":["` + id + `"]}` }

		s.post("/v1/replenishment/accept?dry_run=true", lines(bought)).want(200).is("orders/0/value", "98.40", "orders/0/below_minimum", true, "orders/0/minimum_order", "100.00", "dry_run", true)
		s.post("/v1/replenishment/accept", lines(bought)).problem(409, "not_ordered", "/below_minimum below_minimum")
		s.post("/v1/replenishment/accept", lines(moved)).problem(409, "not_ordered", "/lines/0 a_transfer")
		s.post("/v1/replenishment/transfer", lines(bought)).problem(409, "not_a_transfer", "/lines/0 not_a_transfer")
		s.get("/v1/purchase-orders").want(200).is("data", "[]")
		order := s.post("/v1/replenishment/accept", `{"lines":["`+bought+`"],"below_minimum":true}`).want(200).is("orders/0/number", 1, "orders/0/lines", 1)
		s.get("/v1/purchase-orders/"+order.text("orders/0/purchase")).want(200).is("status", "draft", "lines/0/sku", "MUG", "lines/0/quantity", 24, "lines/0/cost", "4.10")
		s.get("/v1/replenishment/proposals/"+bought).want(200).is("state", "accepted", "accepted", 24, "ref", order.text("orders/0/purchase"))
		s.post("/v1/replenishment/accept", lines(bought)).problem(409, "not_open", "/lines/0 not_open")
		s.post("/v1/replenishment/run", `{}`).want(200).is("made", 0, "same", 1)

		s.post("/v1/replenishment/transfer?dry_run=true", lines(moved)).want(200).is("lines/0/state", "open")
		s.post("/v1/replenishment/transfer", lines(moved)).want(200).is("lines/0/state", "accepted", "lines/0/accepted", 20)
		s.get("/v1/items/sku:MUG").want(200)
		s.post("/v1/replenishment/run", `{}`).want(200).is("made", 0, "same", 0)
	})
}
