package httpapi_test

import (
	"fmt"
	"testing"

	"orderly/internal/catalog"
)

func TestFeed(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.post("/v1/items", `{"sku":"MUG","name":"Mug","price":"12.95"}`).want(201)
		s.post("/v1/stock/receive", `{"reference":"DN-1","lines":[{"sku":"MUG","location":"A","quantity":3}]}`).want(200)
		s.post("/v1/stock/safety", `{"sku":"MUG","location":"B","quantity":1}`).want(200)
		o := s.do("POST", "/v1/orders", smallest("A-1", "MUG", 2), "X-Request-Id", "checkout-7").want(201)
		at := "/v1/orders/" + o.text("id")
		held := s.post(at+"/hold", `{"reason":"address","note":"secret"}`).want(200)
		s.post(at+"/lift", nil).want(200)
		s.ship(o.text("fulfillments/0/id"))
		s.post(at+"/cancel", `{"remaining":true}`).problem(409, "nothing_to_cancel")

		types := map[string]*answered{}
		last, n := int64(0), int64(0)
		for {
			a := s.get(fmt.Sprintf("/v1/entries?after=%d&limit=1", last)).want(200)
			if a.len("data") == 0 {
				break
			}
			n++
			a.is("data/0/seq", n, "last", n)
			types[a.text("data/0/type")] = a
			last = n
		}
		types["item.saved"].is("data/0/data/attributes/price", "12.95", "data/0/data/attributes/sku", "MUG", "data/0/kind", "itm")
		types["stock.received"].is("data/0/data/reference", "DN-1", "data/0/data/stock/0/sku", "MUG", "data/0/data/stock/0/quantity", 3, "data/0/data/stock/0/location", s.Locations["A"])
		types["stock.safety_set"].is("data/0/data/safety/quantity", 1, "data/0/data/safety/location", s.Locations["B"])
		types["order.placed"].is("data/0/subject", o.text("id"), "data/0/subject_seq", 1, "data/0/cause", "checkout-7", "data/0/data/placed/number", 1001,
			"data/0/data/opened/0/fulfillment", o.text("fulfillments/0/id"), "data/0/data/moves/0/from", "unsourced", "data/0/data/moves/0/to", "allocated",
			"data/0/data/moves/0/quantity", 2, "data/0/data/moves/0/fulfillment", o.text("fulfillments/0/id"))
		types["order.held"].is("data/0/data/held/hold", held.text("holds/0/id"), "data/0/data/held/reason", "address")
		types["order.hold_lifted"].is("data/0/data/lifted", held.text("holds/0/id"))
		types["fulfillment.released"].is("data/0/data/released/0", o.text("fulfillments/0/id"))
		types["parcel.shipped"].is("data/0/data/parcels/0/step", "shipped", "data/0/data/moves/0/to", "shipped")
		if types["key.made"] == nil || types["merchant.made"] == nil || types["location.saved"] == nil {
			t.Error("the feed lacks entries of setting up")
		}

		all := s.get(at+"/entries?limit=3").want(200).is("data/0/type", "order.placed", "data/1/subject_seq", 2, "last", 3)
		if all.len("data") != 3 {
			t.Errorf("%s", all.body)
		}
		s.get(at+"/entries?after=3").want(200).is("data/0/subject_seq", 4)
		s.get("/v1/orders/ord_0pmnqh2000400/entries").problem(404, "no_such_order")
		s.get("/v1/entries?after=-1").problem(422, "invalid_parameter", "after invalid_parameter")
	})
}

func TestCounters(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 3)
		id := s.post("/v1/orders", smallest("A-1", "MUG", 5)).want(201).text("id")
		s.post("/v1/orders/"+id+"/hold", `{"reason":"x"}`).want(200)
		s.get("/v1/counters").want(200).is("data/0/queue", "fulfillments/to_release", "data/0/location", s.Locations["A"], "data/0/location_code", "A", "data/0/count", 1,
			"data/1/queue", "orders/backordered", "data/1/count", 1, "data/2/queue", "orders/on_hold", "data/2/count", 1)
	})
}
