package httpapi_test

import (
	"testing"

	"orderly/internal/catalog"
)

func TestStockStory(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder)
		s.do("PATCH", "/v1/items/sku:MUG", `{"barcodes":[{"code":"CASE","quantity":12}]}`, "If-Match", `"0"`).want(200)
		order := s.post("/v1/orders", smallest("A-1", "MUG", 4)).want(201).is("lines/0/quantities/backordered", 4)

		in := s.post("/v1/stock/receive", `{"reference":"DN-7","lines":[{"sku":"CASE","location":"A","quantity":1,"bin":"1-1","lot":"L9"},{"sku":"MUG","location":"`+s.Locations["B"].String()+`","quantity":2,"state":"damaged"}]}`).want(200)
		in.is("status", "done", "levels/0/location_code", "A", "levels/0/on_hand", 12, "levels/0/sku", "MUG", "levels/1/damaged", 2)
		s.get("/v1/orders/"+order.text("id")).want(200).is("lines/0/quantities/allocated", 4)
		s.post("/v1/stock/safety", `{"sku":"MUG","location":"A","quantity":3}`).want(200).is("levels/0/safety", 3, "levels/0/sellable", 5)
		s.post("/v1/stock/transfer", `{"to":"C","lines":[{"sku":"MUG","location":"A","quantity":6}]}`).want(200).is("levels/0/on_hand", 6, "levels/1/on_hand", 6)
		s.post("/v1/stock/count", `{"lines":[{"sku":"MUG","location":"A","quantity":6}]}`).want(200).is("status", "unchanged", "id", "")
		s.post("/v1/stock/adjust", `{"lines":[{"sku":"MUG","location":"A","quantity":-1,"reason":"broken","note":"fell"}]}`).want(200).is("levels/0/on_hand", 5)
		lost := s.post("/v1/stock/count", `{"reference":"week 48","lines":[{"sku":"MUG","location":"A","quantity":3}]}`).want(200)
		lost.is("displaced/0/order", order.text("id"), "displaced/0/quantity", 1, "levels/0/on_hand", 3, "levels/0/reserved", 3)

		x := s.get("/v1/stock/explain?sku=MUG&location=A&limit=2").want(200)
		x.is("arithmetic", "3 on hand - 3 reserved - 3 safety = -3, so 0 sellable", "level/sellable", 0, "sums/on_hand", 3, "claimed", 3,
			"claims/0/order", order.text("id"), "claims/0/waiting", 3, "contradicted", false, "movements/data/0/reason", "count", "movements/data/1/reason", "adjust",
			"movements/data/0/quantity", -2, "movements/data/1/note", "broken: fell", "name", "Item MUG")
		if x.len("lots") < 2 || x.len("movements/data") != 2 {
			t.Errorf("explained: %s", x.body)
		}
		s.get("/v1/stock/explain?sku=MUG&location=A&limit=2&cursor="+x.text("movements/next_cursor")).want(200).is("movements/data/0/reason", "transfer_out")
		s.get("/v1/stock/movements?sku=MUG&location=A&limit=1").want(200).is("data/0/cause", lost.text("id"))
		if n := s.get("/v1/stock/movements?sku=MUG").want(200).len("data"); n != 6 {
			t.Errorf("%d movements", n)
		}
		first := s.get("/v1/stock/levels?limit=2").want(200)
		s.get("/v1/stock/levels?limit=2&cursor="+first.text("next_cursor")).want(200).is("data/0/sku", "MUG", "next_cursor", "")

		receipt := s.post("/v1/stock/receive", `{"lines":[{"sku":"MUG","location":"B","quantity":5}]}`).want(200).text("id")
		s.post("/v1/stock/receipts/"+receipt+"/reverse", nil).want(200).is("id", receipt, "levels/0/on_hand", 0)
		s.post("/v1/stock/receipts/"+receipt+"/reverse", nil).problem(409, "already_reversed")
	})
}

func TestPickedUnitsStand(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 2)
		ful := s.post("/v1/orders", smallest("A-1", "MUG", 2)).want(201).text("fulfillments/0/id")
		s.post("/v1/fulfillments/"+ful+"/release", nil).want(200)
		s.post("/v1/fulfillments/"+ful+"/pick", nil).want(200)
		s.post("/v1/stock/count", `{"lines":[{"sku":"MUG","location":"A","quantity":1}]}`).problem(409, "not_enough", "/lines picked_units")
	})
}
