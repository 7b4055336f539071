package httpapi_test

import (
	"fmt"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/fulfillment"
	"orderly/internal/stock"
)

// A 3PL that sends 20 orders and our own warehouse that sends 21 are held against
// each other, priced by the card of the 3PL.
//
// Kills: a side that is priced by what held, not by the card that is named; work
// without a rate that is not told; a verdict the wrong way round, or of too few; a
// fault of a side under the other's name; figures of places that the key does not see,
// or for a key that may not see purchases.
func TestProviderComparison(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		at := s.post("/v1/locations", `{"code":"P","name":"Pack & Send","kind":"3pl"}`).want(201).text("id")
		s.Locations["P"], _ = stock.ParseLocationID(at)
		s.Goods("CUP", catalog.Backorder, "P", 100)
		s.Goods("PEN", catalog.Backorder, "A", 100)
		day := func(later int) string { return time.Now().In(london(t)).AddDate(0, 0, later).Format(time.DateOnly) }
		card := s.post("/v1/locations/code:P/rate-cards", `{"from":"`+day(-30)+`","currency":"EUR","rates":[{"kind":"order","price":"2.50"},{"kind":"unit","price":"0.25","included":1}]}`).want(201).text("id")
		for i := range 41 {
			sku := "CUP"
			if i%2 == 0 {
				sku = "PEN"
			}
			o := s.post("/v1/orders", fmt.Sprintf(`{"channel":"web","currency":"GBP","lines":[{"sku":%q,"quantity":%d,"unit_price":"9.00"}],"customer":{"name":"Ada"},"ship_to":{"line1":"1 High Street","city":"Leeds","country":"GB"}}`, sku, 1+i%2)).want(201)
			ful := o.text("fulfillments/0/id")
			s.post("/v1/fulfillments/"+ful+"/release", ``).want(200)
			if sku == "CUP" {
				s.post("/v1/requests/"+ful+"/send", fmt.Sprintf(`{"parcels":[{"carrier":"dhl","tracking":"T%d","weight_grams":900}]}`, i)).want(200)
				continue
			}
			id, _ := fulfillment.ParseID(ful)
			s.Work(id, "pick", "pack", "ship")
		}
		span := func(name string) string { return "&" + name + "_from=" + day(-1) + "&" + name + "_to=" + day(1) }
		path := "/v1/provider-comparison?first=A&second=" + at + span("first") + span("second")
		got := s.get(path + "&first_card=" + card).want(200)
		got.is("first/code", "A", "first/card", card, "first/orders", 21, "first/units", 21, "first/totals/0/amount", "52.50", "second/totals/0/amount", "55.00", "second/parcels", 20, "second/unrated", 0)
		got.is("second/unpriced/0", "material", "second/unpriced/1", "freight", "second/kinds/0/kind", "order", "second/kinds/0/each", "2.50", "second/kinds/1/unpriced", 20)
		got.is("costs/0/id", "cost_per_order", "costs/0/first/value", "2.50", "costs/0/second/value", "2.75", "costs/0/change", "0.25", "costs/0/verdict", "worse", "costs/0/second/sample", 20)
		got.is("costs/2/id", "cost_per_unit", "costs/2/first/value", "2.50", "costs/2/second/value", "1.375", "costs/2/verdict", "better")
		got.is("service/0/id", "asked", "service/0/first/value", "21", "service/0/second/value", "20", "service/0/verdict", "neither", "service/5/id", "accepted", "service/5/verdict", "unknown", "service/5/second/value", "100.0", "service/5/second/sample", 20)
		got.is("service/12/id", "in_full", "service/12/first/value", "100.0", "service/12/change", "0.0", "service/12/verdict", "same")
		s.get(path).want(200).is("first/priced", false, "first/totals", "[]", "first/unpriced/0", "order", "costs/0/verdict", "unknown")
		s.get("/v1/provider-comparison?first=A&second=A"+span("first")+span("second")+"&first_card="+card+"&second_card="+card).want(200).is("costs/0/verdict", "same", "costs/0/change", "0.00")

		s.get("/v1/provider-comparison?first=A&second=P&first_from=2026-02-30&first_to=2026-03-01"+span("second")).problem(422, "invalid_parameter", "first_from invalid_parameter")
		s.get("/v1/provider-comparison?first=X&second=P&second_from="+day(1)+"&second_to="+day(0)+"&second_card=x"+span("first")).problem(422, "invalid_parameter", "first unknown_location", "second_to before_from", "second_card no_such_card")
		s.get(path+"&first_card=rtc_0pmnqh2000400").problem(404, "no_such_card")
		s.get("/v1/provider-comparison?first=A").problem(422, "invalid_parameter")
		s.key = s.newKey([]access.Permission{access.PurchasesRead}, s.Locations["A"])
		s.get(path).problem(422, "invalid_parameter", "second unknown_location")
		s.get("/v1/provider-comparison?first=A&second=A"+span("first")+span("second")+"&second_card="+card).problem(404, "no_such_card")
		s.key = s.newKey([]access.Permission{access.OrdersRead, access.CatalogRead})
		s.get(path).problem(403, "missing_scope")
	})
}
