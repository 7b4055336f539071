package httpapi_test

import (
	"testing"
	"time"

	"orderly/internal/access"
)

// Kills: counts told to a key that may not see orders, or of places that it does
// not see; a month that is none.
func TestWorkCounts(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("CUP", "backorder", "A", 10)
		s.Ship(s.Place("CUP", 4))
		month := time.Now().In(london(t)).Format("2006-01")
		path := "/v1/work-counts?month=" + month
		s.get(path).want(200).is("month", month, "locations/0/code", "A", "locations/0/parcels", 1, "locations/0/units", 4, "total/orders", 1, "total/receipts", 1, "total/units_received", 10)
		s.get("/v1/work-counts?month=2026-13").problem(422, "invalid_parameter", "month invalid_month")
		s.get("/v1/work-counts").problem(422, "invalid_parameter")
		s.get("/v1/work-counts?month=2020-01").want(200).is("total/orders", 0, "total/unit_days", 0)
		s.key = s.newKey([]access.Permission{access.StockRead, access.OrdersRead}, s.Locations["B"])
		s.get(path).want(200).is("locations/0/code", "B", "total/units", 0)
		s.key = s.newKey([]access.Permission{access.StockRead})
		s.get(path).problem(403, "missing_scope")
	})
}
