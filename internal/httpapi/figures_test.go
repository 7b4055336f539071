package httpapi_test

import (
	"context"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/project"
)

// Kills: figures that are not the store's, a key that sees another location's,
// a list that is not what was counted.
func TestFigures(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 10)
		first := s.Place("MUG", 2)
		s.Ship(first)
		s.Place("MUG", 1)
		s.post("/v1/orders", lines(`[{"sku":"NONE","quantity":1,"unit_price":"1.00"}]`)).problem(422, "invalid")
		s.post("/v1/orders?dry_run=true", lines(`[{"sku":"NONE","quantity":1,"unit_price":"1.00"}]`))
		if err := s.Desk.FlushRefused(context.Background()); err != nil {
			t.Fatal(err)
		}
		if err := (&project.Figures{DB: s.DB}).CatchUp(context.Background()); err != nil {
			t.Fatal(err)
		}
		a := s.get("/v1/figures?by=channel").want(200)
		a.is("complete", true, "behind", 0, "figures/0/figure", "orders", "figures/0/count", 2, "figures/0/before/count", 0, "parts/0/figures/0/count", 2, "zone", "Europe/London")
		if n := a.len("figures"); n < 25 {
			t.Errorf("%d figures", n)
		}
		a.is("refused/0/code", "invalid", "refused/0/count", 1)
		s.get("/v1/figures?by=day&from=2026-01-01&to=2026-01-31").want(200).is("figures/0/count", 0)
		s.get("/v1/figures?by=location").want(200).is("parts/0/location_code", "A")
		if n := s.get("/v1/figures/orders/orders").want(200).len("data"); n != 2 {
			t.Errorf("%d orders are behind orders", n)
		}
		page := s.get("/v1/figures/orders/orders?limit=1").want(200)
		if n := s.get("/v1/figures/orders/orders?limit=1&cursor=" + page.text("next_cursor")).want(200).len("data"); n != 1 {
			t.Errorf("%d orders on the second page", n)
		}
		s.get("/v1/figures/shipped/orders").want(200).is("data/0/id", first.Order.ID.String())
		s.get("/v1/figures/nothing/orders").problem(404, "no_such_figure")
		s.get("/v1/figures?from=2026-13-01").problem(422, "invalid_parameter")
		s.get("/v1/figures?from=2026-03-01&to=2026-02-01").problem(422, "invalid_parameter")
		s.get("/v1/figures?from=2020-03-01&to=2026-02-01").problem(422, "invalid_parameter")
		s.get("/v1/figures?location=Z").problem(422, "invalid_parameter")

		all := s.key
		s.key = s.newKey([]access.Permission{access.OrdersRead}, s.Locations["B"])
		s.get("/v1/figures").want(200).is("figures/0/count", 0)
		s.get("/v1/figures?location=A").problem(422, "invalid_parameter")
		s.key = s.newKey([]access.Permission{access.StockRead})
		s.get("/v1/figures").problem(403, "missing_scope")
		s.key = all
	})
}
