package httpapi_test

import (
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/project"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// Kills: a parameter that is not read, a cursor that drops the question, and a
// SKU that a customer's name can be taken for.
func TestSearchOrders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := openShop(t, db)
		s.Goods("BYRON", catalog.Backorder, "A", 9)
		s.Goods("TEA", catalog.Backorder, "A", 9)
		s.post("/v1/orders", smallest("X-1", "TEA", 1)).want(201)
		s.post("/v1/orders", smallest("X-2", "TEA", 1)).want(201)
		s.get("/v1/orders?q=1001").want(200).is("data/0/external_id", "X-1")
		s.get("/v1/orders?external_id=X-2").want(200).is("data/0/external_id", "X-2")
		if err := (&project.Search{DB: db}).CatchUp(background()); err != nil {
			t.Fatal(err)
		}
		page := s.get("/v1/orders?q=Byron+x&limit=1").want(200).is("data/0/external_id", "X-2")
		s.get("/v1/orders?q=Byron+x&limit=1&cursor="+page.text("next_cursor")).want(200).is("data/0/external_id", "X-1", "next_cursor", "")
		for path, n := range map[string]int{
			"q=x-1": 1, "q=ada%20tea": 2, "q=ada%20tea&status=canceled": 0, "sku=TEA": 2, "sku=TEA&q=x-2": 1, "sku=BYRON": 0, "q=nobody": 0, "q=byr": 2,
		} {
			if got := s.get("/v1/orders?" + path).want(200).len("data"); got != n {
				t.Errorf("%s finds %d, want %d", path, got, n)
			}
		}
		s.get("/v1/orders?q=-").problem(422, "invalid_parameter", "q nothing_to_find")
		s.get("/v1/orders?sku=NONE").problem(422, "invalid_parameter", "sku unknown_sku")
	})
}
