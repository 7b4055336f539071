package httpapi_test

import (
	"net/url"
	"testing"

	"orderly/internal/catalog"
)

// A channel is told what its orders would get: less its buffers, from the places
// that it sells from, a bundle by its scarcest component; and an order gets it.
//
// Kills: a figure of another channel; a buffer that the list does not know; a
// page that skips or repeats an item; a bundle by the sum of its parts.
func TestAvailability(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Refuse, "A", 10, "B", 4)
		s.Goods("POT", catalog.Refuse, "A", 3)
		s.post("/v1/items", `{"sku":"SET","name":"Set","kind":"bundle","when_short":"refuse","components":[{"sku":"POT","quantity":1},{"sku":"MUG","quantity":4}]}`).want(201)
		s.post("/v1/items", `{"sku":"WRAP","name":"Wrapping","kind":"service"}`).want(201)
		s.get("/v1/availability?channel=market&sku=MUG").want(200).is("data/0/available", 14, "data/0/counted", true, "data/0/channel", "market", "data/0/when_short", "refuse")

		s.post("/v1/channel-buffers", `{"channel":"market","lines":[{"units":1},{"sku":"MUG","units":3},{"sku":"MUG","location":"B","units":0},{"sku":"NO","units":1},{"sku":"SET","units":1},{"sku":"MUG","units":-1}]}`).
			problem(422, "invalid", "/lines/5/units out_of_range", "/lines/5 repeated")
		s.post("/v1/channel-buffers", `{"channel":"market","lines":[{"sku":"NO","units":1},{"sku":"SET","units":1}]}`).problem(422, "invalid", "/lines/0/sku unknown_sku", "/lines/1/sku unknown_sku")
		s.post("/v1/channel-buffers", `{"channel":"market","lines":[{"units":1},{"sku":"MUG","units":3},{"sku":"MUG","location":"B","units":0}]}`).want(200).is("lines", 3)
		s.get("/v1/channel-buffers?channel=market").want(200).is("data/0/units", 1, "data/1/sku", "MUG", "data/1/units", 3, "data/2/location", "B", "data/2/units", 0)
		next := s.get("/v1/channel-buffers?channel=market&limit=2").want(200).text("next_cursor")
		s.get("/v1/channel-buffers?channel=market&limit=2&cursor="+url.QueryEscape(next)).want(200).is("data/0/location", "B", "next_cursor", "")

		s.get("/v1/availability?channel=market&sku=MUG&sku=SET&sku=WRAP&sku=POT").want(200).
			is("data/0/sku", "MUG", "data/0/available", 11, "data/1/available", 2, "data/2/available", 2, "data/3/counted", false, "next_cursor", "")
		s.get("/v1/availability?channel=web&sku=MUG").want(200).is("data/0/available", 14)
		s.get("/v1/availability?channel=web&sku=NO").problem(422, "invalid_parameter")
		s.post("/v1/channel-places", `{"channel":"market","locations":["B"]}`).want(200).is("locations/0", "B")
		s.get("/v1/channel-places?channel=market").want(200).is("locations/0", "B")
		first := s.get("/v1/availability?channel=market&limit=3").want(200).is("data/0/sku", "MUG", "data/0/available", 4, "data/1/available", 0, "data/2/available", 0)
		s.get("/v1/availability?channel=market&limit=3&cursor="+url.QueryEscape(first.text("next_cursor"))).want(200).is("data/0/sku", "WRAP", "next_cursor", "")

		order := `{"channel":"market","external_id":"M-1","currency":"GBP","customer":{"name":"Ada"},"ship_to":{"line1":"1 High Street","city":"Leeds","postal_code":"LS1 1AA","country":"GB"},"lines":[{"sku":"MUG","quantity":5,"unit_price":"12.95"}]}`
		s.post("/v1/orders", order).problem(409, "out_of_stock", "/lines/0 out_of_stock")
		s.post("/v1/channel-places", `{"channel":"market","locations":[]}`).want(200).is("locations", "[]")
		s.post("/v1/orders", order).want(201)
		s.get("/v1/availability?channel=market&sku=MUG").want(200).is("data/0/available", 6)
	})
}
