package httpapi_test

import (
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
)

// Kills: a check that writes; stock of the wrong line; a refusal that hides
// the warnings; a sale that leaves goods on the books, or is made twice.
func TestCheckAndSell(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 3, "B", 4)
		s.Goods("RARE", catalog.Refuse, "C", 1)
		in := smallest("A-1", "MUG", 9)
		s.post("/v1/orders/check", in).want(200).is("order/dry_run", true, "order/fulfillment_status", "partially_backordered",
			"lines/0/locations/0/location", "A", "lines/0/locations/0/available", 3, "lines/0/locations/1/available", 4, "warnings/0/code", "backordered", "warnings/0/line", 1)
		in["lines"] = append(in["lines"].([]any), map[string]any{"sku": "RARE", "quantity": 2})
		s.post("/v1/orders/check", in).want(200).is("order", "", "refusals/0/pointer", "/lines/1", "refusals/0/code", "out_of_stock", "warnings/1/severity", "stop")
		s.get("/v1/orders").want(200).is("data", "[]")
		s.get("/v1/stock/levels?sku=MUG").want(200).is("data/0/reserved", 0)

		sale := smallest("C-1", "MUG", 3)
		sale["location"] = "A"
		s.post("/v1/orders/counter?dry_run=true", sale).want(200).is("dry_run", true, "fulfillment_status", "delivered")
		s.get("/v1/orders").want(200).is("data", "[]")
		sold := s.post("/v1/orders/counter", sale).want(201).is("fulfillment_status", "delivered", "status", "completed")
		s.get("/v1/stock/levels?sku=MUG").want(200).is("data/0/on_hand", 0, "data/0/reserved", 0, "data/1/on_hand", 4)
		s.post("/v1/orders/counter", sale).want(200).is("id", sold.text("id"))
		sale = smallest("C-2", "MUG", 1)
		sale["location"] = "A"
		s.post("/v1/orders/counter", sale).problem(409, "out_of_stock", "/lines/0 out_of_stock")
		sale["location"] = "NOWHERE"
		s.post("/v1/orders/counter", sale).problem(422, "invalid", "/location unknown_location")
	})
}

// Kills: a web shop's key that takes goods off a shelf; a till's key that may
// anything else, or sells at another shop's counter.
func TestWhoSells(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 3, "B", 4)
		sale := func(id, at string) map[string]any {
			in := smallest(id, "MUG", 1)
			in["location"] = at
			return in
		}
		s.key = s.newKey([]access.Permission{access.OrdersWrite, access.OrdersRead, access.FulfillmentWrite, access.StockWrite})
		s.post("/v1/orders/counter", sale("C-1", "A")).problem(403, "missing_scope")
		s.post("/v1/orders/counter?dry_run=true", sale("C-1", "A")).problem(403, "missing_scope")
		s.post("/v1/orders", smallest("W-1", "MUG", 1)).want(201)

		s.key = s.newKey([]access.Permission{access.OrdersSell}, s.Locations["B"])
		s.post("/v1/orders/counter", sale("C-2", "B")).want(201).is("fulfillment_status", "delivered")
		s.post("/v1/orders/counter", sale("C-2", "B")).want(200)
		if got := s.post("/v1/orders/counter", sale("C-3", "A")); got.status < 400 {
			t.Errorf("a till of B sold at A: %d", got.status)
		}
		s.post("/v1/orders", smallest("W-2", "MUG", 1)).problem(403, "missing_scope")
		s.post("/v1/stock/receive", `{"lines":[{"sku":"MUG","location":"B","quantity":1}]}`).problem(403, "missing_scope")

		s.key = s.newKey(access.All)
		s.get("/v1/stock/levels?sku=MUG").want(200).is("data/0/on_hand", 3, "data/0/reserved", 1, "data/1/on_hand", 3)
	})
}
