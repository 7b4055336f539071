package httpapi_test

import (
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/stock"
)

// A 3PL gets a rate card, sends an order, and both say what that comes to, with the
// rate that each charge is taken by.
//
// Kills: a card that is kept by a dry run; one that changes what was charged; a
// charge without its reason; costs told to a key that may not see purchases, or
// sees other places alone.
func TestRateCards(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		at := s.post("/v1/locations", `{"code":"P","name":"Pack & Send","kind":"3pl"}`).want(201).text("id")
		s.Locations["P"], _ = stock.ParseLocationID(at)
		s.Goods("CUP", catalog.Backorder, "P", 10)
		day := func(later int) string { return time.Now().In(london(t)).AddDate(0, 0, later).Format(time.DateOnly) }
		const cards = "/v1/locations/code:P/rate-cards"
		card := func(from, order string) string {
			return `{"from":"` + from + `","currency":"EUR","rates":[{"kind":"order","price":"` + order + `","label":"Order fee"},{"kind":"unit","price":"0.125","included":2},{"kind":"freight","price":"4.10","up_to_grams":2000}]}`
		}
		s.post(cards, `{"from":"2026-02-30","currency":"EUR","rates":[{"kind":"order","price":"x"},{"kind":"storage","price":"1","carrier":"dhl"}]}`).problem(422, "invalid", "/from invalid_date", "/rates/0/price invalid_price", "/rates/1/carrier unexpected")
		s.post("/v1/locations/code:A/rate-cards", card(day(0), "2.50")).problem(409, "no_partner")
		s.post(cards+"?dry_run=true", card(day(-30), "2.50")).want(200).is("dry_run", true, "version", 1, "state", "in_force")
		s.get(cards).want(200).is("data", "[]")
		s.post(cards, card(day(-30), "2.50"), "Idempotency-Key", "one").want(201).is("version", 1, "state", "in_force", "rates/1/included", 2, "rates/1/price", "0.125")
		s.post(cards, card(day(-30), "2.50"), "Idempotency-Key", "one").want(201).is("version", 1)
		s.post(cards, card(day(0), "9.00")).problem(409, "in_force", "/from in_force")
		next := s.post(cards, card(day(7), "9.00")).want(201).is("version", 2, "state", "coming")
		s.get(cards).want(200).is("data/0/version", 2, "data/1/version", 1, "data/1/rates/0/label", "Order fee")

		o := s.post("/v1/orders", `{"channel":"web","currency":"GBP","lines":[{"sku":"CUP","quantity":5,"unit_price":"9.00"}],"customer":{"name":"Ada"},"ship_to":{"line1":"1 High Street","city":"Leeds","country":"GB"}}`).want(201)
		ful := o.text("fulfillments/0/id")
		s.post("/v1/fulfillments/"+ful+"/release", ``).want(200)
		s.post("/v1/requests/"+ful+"/send", `{"parcels":[{"carrier":"dhl","tracking":"T1","weight_grams":900}]}`).want(200)
		costs := s.get("/v1/orders/"+o.text("id")+"/partner-costs").want(200).is("places/0/location", at, "places/0/totals/0/amount", "6.98", "places/0/totals/0/currency", "EUR", "places/0/unrated", 0)
		costs.is("places/0/charges/0/kind", "order", "places/0/charges/0/subject", ful, "places/0/charges/0/amount", "2.50", "places/0/charges/0/reason", "1 order × 2.50: rate 1 of version 1, in force from "+day(-30)+" (Order fee)")
		s.get("/v1/fulfillments/"+ful+"/partner-costs").want(200).is("places/0/totals/0/amount", "6.98", "places/0/charges/2/charged", 3, "places/0/charges/2/quantity", 5)
		s.get("/v1/orders/ord_1/partner-costs").problem(404, "no_such_order")

		period := "?from=" + day(-1) + "&to=" + day(1)
		s.get("/v1/locations/code:P/partner-costs"+period).want(200).is("totals/0/amount", "6.98", "sums/0/kind", "order", "sums/1/kind", "unit", "sums/1/quantity", 3)
		s.get("/v1/locations/code:P/partner-costs"+period+"&card="+next.text("id")).want(200).is("totals/0/amount", "13.48", "card", next.text("id"))
		first := s.get("/v1/locations/code:P/partner-charges"+period+"&limit=2").want(200).is("data/0/kind", "order", "data/1/kind", "unit")
		s.get("/v1/locations/code:P/partner-charges"+period+"&limit=2&cursor="+first.text("next_cursor")).want(200).is("data/0/kind", "freight", "data/0/tracking", "T1")
		s.get("/v1/locations/code:P/partner-costs?from="+day(2)+"&to="+day(1)).problem(422, "invalid_parameter", "to before_from")
		s.get("/v1/locations/code:A/partner-costs").problem(404, "no_such_partner")

		s.post("/v1/rate-cards/"+next.text("id")+"/withdraw", ``).want(200).is("state", "withdrawn")
		s.post("/v1/rate-cards/"+next.text("id")+"/withdraw", ``).problem(409, "withdrawn")
		s.get("/v1/rate-cards/"+next.text("id")).want(200).is("state", "withdrawn", "rates/0/price", "9.00")
		all := s.key
		s.key = s.newKey([]access.Permission{access.PurchasesRead, access.CatalogRead}, s.Locations["A"])
		s.get("/v1/rate-cards/"+next.text("id")).problem(404, "no_such_card")
		s.get(cards).problem(404, "no_such_location")
		s.key = s.newKey([]access.Permission{access.OrdersRead, access.CatalogRead, access.FulfillmentRead})
		s.get("/v1/orders/"+o.text("id")+"/partner-costs").problem(403, "missing_scope")
		s.key = all
	})
}

func london(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
