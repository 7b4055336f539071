package worked_test

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/figures"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	kept "orderly/internal/store/worked"
	"orderly/internal/worked"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// A month of two warehouses, and some of the next: work on many days, a receipt
// that was taken back, a return, an order that left two places. The counts are
// those that statements by hand give, which share nothing with how they are read.
//
// Kills: a parcel of the next month, a storage day more or less, a 3PL's place, an
// order twice, a mistake that is billed.
func TestMonthByHand(t *testing.T) {
	storetest.EachClock(t, func(t *testing.T, db *store.DB, c *storetest.Ahead) {
		s := desktest.Open(t, db)
		zone, err := time.LoadLocation("Europe/London")
		if err != nil {
			t.Fatal(err)
		}
		now := c.Now().In(zone)
		first := time.Date(now.Year(), now.Month()+1, 1, 12, 0, 0, 0, zone)
		c.Pass(first.Sub(c.Now()))
		month := worked.MonthOf(figures.DayOf(first))
		day := func(n int) { c.Pass(time.Duration(n) * 24 * time.Hour) }

		s.Goods("CUP", "backorder", "A", 40, "B", 10)
		s.Goods("PEN", "backorder", "A", 7)
		day(2)
		s.Ship(s.Place("CUP", 5, "PEN", 2))
		wrong := s.Receive("CUP", "A", 100)
		desktest.Must(s, floor.ReverseReceipt, floor.ReverseCommand{Receipt: wrong.ID})
		day(1)
		back := s.Place("CUP", 3)
		s.Ship(back)
		desktest.Must(s, care.ReceiveReturn, care.ReturnCommand{Order: back.Order.ID, Location: s.Locations["B"], Parts: []order.Part{{Line: back.Order.Lines[0].N, Quantity: 2}}, Restock: true})
		day(9)
		s.Receive("PEN", "B", 30)
		s.Ship(s.Place("CUP", 33, "PEN", 20)) // of two places
		day(4)
		desktest.Must(s, floor.Count, floor.CountCommand{Lines: []stock.Line{{SKU: "PEN", Location: s.Locations["B"], Quantity: 11}}})
		later := month.Later(1)
		c.Pass(time.Date(now.Year(), now.Month()+2, 3, 9, 0, 0, 0, zone).Sub(c.Now()))
		s.Receive("CUP", "A", 8)
		s.Ship(s.Place("CUP", 1))
		storetest.Exec(t, db, "UPDATE location SET kind = '3pl' WHERE m = $1 AND code = 'C'", s.Scope.Merchant)

		for _, m := range []worked.Month{month, later} {
			got, err := kept.Read(context.Background(), db, s.Scope, m)
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Places) != 2 {
				t.Fatalf("%d places", len(got.Places))
			}
			var sum worked.Count
			for _, p := range got.Places {
				want := byHand(t, s, zone, m, got.Until, int64(p.Location.ID))
				if p.Count != want {
					t.Errorf("%s at %s: %+v, by hand %+v", m, p.Location.Code, p.Count, want)
				}
				sum.Fulfillments, sum.UnitDays = sum.Fulfillments+p.Fulfillments, sum.UnitDays+p.UnitDays
			}
			if got.Total.Fulfillments != sum.Fulfillments || got.Total.UnitDays != sum.UnitDays {
				t.Errorf("%s: in all %+v, of places %+v", m, got.Total, sum)
			}
			if m == month && (got.Total.Orders != 3 || got.Total.Fulfillments < 4 || got.Total.Returns != 1 || got.Total.Receipts != 4 || got.Total.UnitsReceived != 87) {
				t.Errorf("in all %+v", got.Total)
			}
		}

		scope := s.Scope
		scope.Locations = []int64{int64(s.Locations["B"])}
		got, err := kept.Read(context.Background(), db, scope, month)
		if err != nil || len(got.Places) != 1 || got.Places[0].Location.Code != "B" {
			t.Errorf("who sees one place reads %+v, %v", got.Places, err)
		}
		scope.Permissions = slices.DeleteFunc(slices.Clone(access.All), func(p access.Permission) bool { return p == access.OrdersRead })
		if _, err := kept.Read(context.Background(), db, scope, month); fault.CodeOf(err) != "missing_scope" || kept.May(scope) {
			t.Errorf("who may not see orders reads them: %v", err)
		}
	})
}

// Kills: a month that is not counted because more left in one of its weeks than is
// read at once, and a day of it that is read twice.
func TestBusyWeek(t *testing.T) {
	db := storetest.SQLite(t)
	s := desktest.Open(t, db)
	s.Goods("CUP", "backorder", "A", 1)
	s.Ship(s.Place("CUP", 1))
	month := worked.MonthOf(20200401) // begun and ended, whenever this runs
	at := time.Date(2020, 4, 2, 12, 0, 0, 0, time.UTC).UnixMicro()
	storetest.Exec(t, db, "UPDATE parcel SET shipped_at = $2 WHERE m = $1", s.Scope.Merchant, at)
	const more = 50_001
	storetest.Exec(t, db, "INSERT INTO parcel (m, id, fulfillment, order_id, location, status, carrier, tracking, weight_grams, packed_at, shipped_at, delivered_at, version) "+
		"SELECT p.m, p.id + k.i, p.fulfillment, p.order_id, p.location, p.status, '', '', 1, p.packed_at, p.shipped_at + (k.i % 3) * 86400000000, 0, 1 FROM parcel AS p, "+
		"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2) SELECT i FROM n) AS k WHERE p.m = $1", s.Scope.Merchant, int64(more))
	got, err := kept.Read(context.Background(), db, s.Scope, month)
	if err != nil || got.Total.Parcels != more+1 || got.Total.Fulfillments != 1 || got.Total.Units != 1 {
		t.Errorf("%+v, %v", got.Total, err)
	}
}

// byHand counts a month of a location by statements of its own.
func byHand(t *testing.T, s *desktest.Shop, zone *time.Location, m worked.Month, until, at int64) (c worked.Count) {
	t.Helper()
	begin := func(day int64) int64 {
		d := figures.Date(day)
		return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, zone).UnixMicro()
	}
	from, to := begin(int64(m)), begin(int64(m.Later(1)))
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		for _, q := range []struct {
			into *int64
			text string
		}{
			{&c.Parcels, "SELECT count(*) FROM parcel WHERE m = $1 AND location = $2 AND shipped_at >= $3 AND shipped_at < $4"},
			{&c.Units, "SELECT coalesce(sum(l.quantity), 0) FROM parcel AS p JOIN parcel_line AS l ON l.m = p.m AND l.parcel = p.id WHERE p.m = $1 AND p.location = $2 AND p.shipped_at >= $3 AND p.shipped_at < $4"},
			{&c.Lines, "SELECT count(*) FROM (SELECT DISTINCT p.fulfillment, l.line FROM parcel AS p JOIN parcel_line AS l ON l.m = p.m AND l.parcel = p.id WHERE p.m = $1 AND p.location = $2 AND p.shipped_at >= $3 AND p.shipped_at < $4) AS x"},
			{&c.Fulfillments, "SELECT count(DISTINCT fulfillment) FROM parcel WHERE m = $1 AND location = $2 AND shipped_at >= $3 AND shipped_at < $4"},
			{&c.Orders, "SELECT count(DISTINCT order_id) FROM parcel WHERE m = $1 AND location = $2 AND shipped_at >= $3 AND shipped_at < $4"},
			{&c.Receipts, "SELECT count(*) FROM (SELECT ref_id FROM movement WHERE m = $1 AND location = $2 AND reason LIKE 'receive%' AND at >= $3 AND at < $4 GROUP BY ref_id HAVING sum(quantity) > 0) AS x"},
			{&c.UnitsReceived, "SELECT coalesce(sum(quantity), 0) FROM movement WHERE m = $1 AND location = $2 AND reason LIKE 'receive%' AND at >= $3 AND at < $4"},
			{&c.Returns, "SELECT count(*) FROM order_return WHERE m = $1 AND location = $2 AND received_at >= $3 AND received_at < $4"},
			{&c.UnitsReturned, "SELECT coalesce(sum(l.quantity), 0) FROM order_return AS x JOIN return_line AS l ON l.m = x.m AND l.return_id = x.id WHERE x.m = $1 AND x.location = $2 AND x.received_at >= $3 AND x.received_at < $4"},
		} {
			if err := r.Row(q.text, r.M, at, from, to).Scan(q.into); err != nil {
				return err
			}
		}
		for d := int64(m); d <= until; d = figures.After(d, 1) {
			var n int64
			if err := r.Row("SELECT coalesce(sum(quantity), 0) FROM movement WHERE m = $1 AND location = $2 AND at < $3", r.M, at, begin(figures.After(d, 1))).Scan(&n); err != nil {
				return err
			}
			c.UnitDays += n
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
