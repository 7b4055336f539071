package httpapi_test

import (
	"fmt"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// Labels that nobody scanned and parcels that stand still are told once they are
// over their time, which is their lane's own where enough parcels have gone it.
//
// Kills: a label that is told of too early, or after its first scan; a parcel
// that arrived; a lane's own time that is not looked at; a slow lane that nobody
// hears of.
func TestWatch(t *testing.T) {
	storetest.EachClock(t, func(t *testing.T, db *store.DB, clock *storetest.Ahead) {
		s := openShop(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 100)
		n := 0
		ship := func() string {
			t.Helper()
			n++
			id := s.post("/v1/orders", smallest(fmt.Sprintf("W-%d", n), "MUG", 1)).want(201).text("fulfillments/0/id")
			at := "/v1/fulfillments/" + id
			s.post(at+"/release", nil).want(200)
			s.post(at+"/pick", nil).want(200)
			packed := s.post(at+"/pack", map[string]any{"carrier": "dhl", "tracking": fmt.Sprintf("JD%02d", n)}).want(201)
			s.post(at+"/ship", nil).want(200)
			return "/v1/parcels/" + packed.text("parcel")
		}
		scan := func(parcel, code string) {
			t.Helper()
			at := time.UnixMicro(db.Now()).UTC().Format(time.RFC3339)
			s.post(parcel+"/scans", map[string]any{"scans": []any{map[string]any{"at": at, "code": code}}}).want(200)
		}
		parcel := ship()
		s.get("/v1/watch/parcels").want(200).is("data", "[]")
		clock.Pass(25 * time.Hour)
		s.get("/v1/watch/parcels?label_hours=26").want(200).is("data", "[]")
		s.get("/v1/watch/parcels").want(200).is("data/0/kind", "never_scanned", "data/0/tracking", "JD01", "data/0/hours", 25, "data/0/limit_hours", 24, "data/0/country", "GB")
		scan(parcel, "in_transit")
		s.get("/v1/watch/parcels").want(200).is("data", "[]")
		clock.Pass(73 * time.Hour)
		s.get("/v1/watch/parcels").want(200).is("data/0/kind", "stands_still", "data/0/hours", 73, "data/0/usual", false)
		scan(parcel, "delivered")
		s.get("/v1/watch/parcels").want(200).is("data", "[]")

		for range 11 { // 20 hours each
			p := ship()
			clock.Pass(10 * time.Hour)
			scan(p, "in_transit")
			clock.Pass(10 * time.Hour)
			scan(p, "delivered")
		}
		late := ship()
		scan(late, "in_transit")
		clock.Pass(100 * time.Hour) // one of twelve took 73 hours without a scan
		s.get("/v1/watch/parcels").want(200).is("data/0/usual", true, "data/0/kind", "stands_still")
		scan(late, "delivered")
		s.get("/v1/watch/lanes").want(200).is("data", "[]")
		clock.Pass(15 * 24 * time.Hour)
		for range 5 { // 60 hours each
			p := ship()
			clock.Pass(60 * time.Hour)
			scan(p, "delivered")
		}
		s.get("/v1/watch/lanes").want(200).is("data/0/carrier", "dhl", "data/0/hours_before", 20, "data/0/hours_now", 60, "data/0/parcels_now", 5)
		s.get("/v1/watch/suppliers").want(200).is("data", "[]")
		s.key = s.newKey([]access.Permission{access.StockRead})
		s.get("/v1/watch/parcels").problem(403, "missing_scope")
		s.get("/v1/watch/suppliers").problem(403, "missing_scope")
	})
}
