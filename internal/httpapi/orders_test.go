package httpapi_test

import (
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

func TestOrderStory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := openShop(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 5)
		a := s.post("/v1/orders", smallest("A-1", "MUG", 7)).want(201)
		a.is("status", "open", "payment_status", "unpaid", "fulfillment_status", "partially_backordered", "return_status", "none",
			"hold_status", "none", "lines/0/quantities/allocated", 5, "lines/0/quantities/backordered", 2, "totals/total", 9065,
			"totals/currency", "GBP", "fulfillments/0/location_code", "A", "number", 1001, "edit_version", 0)
		id := a.text("id")
		if got := a.header.Get("Location"); got != "/v1/orders/"+id {
			t.Errorf("Location %q", got)
		}
		s.get("/v1/orders/"+id).want(200).is("external_id", "A-1", "customer/name", "Ada Byron", "ship_to/city", "Leeds")
		again := s.post("/v1/orders", smallest("A-1", "MUG", 7)).want(200)
		again.is("id", id)
		s.post("/v1/orders", smallest("A-1", "MUG", 6)).problem(409, "external_id_taken")
		s.post("/v1/orders", smallest("A-2", "NONE", 6)).problem(422, "invalid", "/lines/0/sku unknown_sku")
	})
}
