package run_test

import (
	"context"
	"fmt"

	"orderly/internal/access"
	"orderly/internal/figures"
	"orderly/internal/imports/run"
	"orderly/internal/project"
	"orderly/internal/store"
	kept "orderly/internal/store/figures"
)

// checkFigures holds the figures of loaded orders against SQL by hand on the
// same books, and against what somebody else computed of the file. Kills: a
// measure that is booked twice, on another day, or not at all.
func checkFigures(b *books, want oracle, as string) {
	b.Helper()
	t, db := b.T, b.DB
	if err := (&project.Figures{DB: db}).CatchUp(context.Background()); err != nil {
		t.Fatal(err)
	}
	var rows []kept.Row
	var times *figures.Times
	var report *kept.Report
	err := db.Read(context.Background(), access.System(1, "command", "test"), func(r *store.Reader) (err error) {
		all := kept.Span{From: 19700101, To: 99991231}
		if rows, err = kept.Days(r, all); err != nil {
			return err
		}
		if times, err = kept.DurationsOf(r, all); err != nil {
			return err
		}
		report, err = kept.ReportOf(r, kept.Ask{Span: kept.Span{From: 20110301, To: 20110331}, Currency: "GBP", Now: db.Now()})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var sum figures.Sums
	days := map[int64]figures.Sums{}
	for i := range rows {
		sum.Add(&rows[i].Sums, 1)
		day := days[rows[i].Day]
		day.Add(&rows[i].Sums, 1)
		days[rows[i].Day] = day
	}
	byHand(b, sum, as)
	total := sum[figures.Total] - sum[figures.CanceledValue] - b.returnedValue()
	if got := fmt.Sprintf("%d.%02d", total/100, total%100); got != want.Net {
		t.Errorf("the figures leave %s, the file %s", got, want.Net)
	}
	for _, day := range []int64{20110301, 20110327, 20110331} { // in summer time since the 27th
		n := b.number("SELECT count(*) FROM orders WHERE m = $1 AND placed_on = $2", day)
		v := b.number("SELECT CAST(coalesce(sum(total), 0) AS BIGINT) FROM orders WHERE m = $1 AND placed_on = $2", day)
		if s := days[day]; s[figures.Orders] != n || s[figures.Total] != v {
			t.Errorf("day %d: %d orders of %d, by hand %d of %d", day, s[figures.Orders], s[figures.Total], n, v)
		}
	}
	march := b.number("SELECT count(*) FROM orders WHERE m = $1 AND placed_on >= 20110301 AND placed_on <= 20110331")
	parts := int64(0)
	for _, p := range report.Parts {
		parts += p.All[figures.Orders]
	}
	if report.Total.All[figures.Orders] != march || parts != march {
		t.Errorf("the report of March has %d orders, in parts %d, by hand %d", report.Total.All[figures.Orders], parts, march)
	}
	if as == run.Live {
		byHandLive(b, sum, times)
	}
}

// returnedValue is what came back, at its prices.
func (b *books) returnedValue() int64 {
	b.Helper()
	return b.number("SELECT CAST(coalesce(sum(l.returned * l.price), 0) AS BIGINT) FROM order_line AS l WHERE l.m = $1") / 10_000
}

// byHand holds what counts on the day of placing, and what came back, against
// the rows.
func byHand(b *books, sum figures.Sums, as string) {
	b.Helper()
	of := func(what string) int64 {
		return b.number("SELECT CAST(coalesce(sum(" + what + "), 0) AS BIGINT) FROM orders WHERE m = $1")
	}
	for m, want := range map[figures.Measure]int64{
		figures.Orders: of("1"), figures.Units: of("ordered"), figures.Gross: of("subtotal"), figures.Discount: of("discount"), figures.Tax: of("tax"), figures.Fees: of("fees"),
		figures.Total: of("total"), figures.CanceledValue: of("CASE WHEN canceled > 0 THEN canceled_total ELSE 0 END"), figures.CanceledUnits: of("canceled"),
		figures.CanceledOrders: of("CASE WHEN canceled > 0 AND canceled = ordered THEN 1 ELSE 0 END"),
		figures.ReturnedUnits:  of("returned"), figures.Refunded: of("refunded"),
		figures.Lines: b.number("SELECT count(*) FROM order_line WHERE m = $1 AND ordered > 0"),
	} {
		if sum[m] != want {
			b.Errorf("%s is %d, by hand %d", m, sum[m], want)
		}
	}
	if as == run.History && (sum[figures.AskedOrders] != 0 || sum[figures.ShippedOrders] != 0) {
		b.Errorf("recorded orders are counted as asked of the books: %v", sum)
	}
}

// byHandLive holds what happened to live orders against the rows.
func byHandLive(b *books, sum figures.Sums, times *figures.Times) {
	b.Helper()
	count := func(what string) int64 { return b.number("SELECT count(*) FROM " + what) }
	for m, want := range map[figures.Measure]int64{
		figures.AskedOrders:     count("orders WHERE m = $1 AND mode = 'live'"),
		figures.ShippedOrders:   count("orders WHERE m = $1 AND mode = 'live' AND shipped + delivered + lost > 0 AND unsourced + backordered + allocated + picked + packed = 0"),
		figures.DeliveredOrders: count("orders WHERE m = $1 AND mode = 'live' AND delivered > 0 AND status = 'completed'"),
		figures.InFullOrders:    count("orders WHERE m = $1 AND mode = 'live' AND delivered > 0 AND delivered = ordered"),
		figures.SplitOrders:     count("(SELECT order_id FROM parcel WHERE m = $1 AND status IN ('shipped', 'delivered') GROUP BY order_id HAVING count(DISTINCT fulfillment) > 1) AS split"),
		figures.ShippedUnits:    b.number("SELECT CAST(coalesce(sum(shipped), 0) AS BIGINT) FROM fulfillment_line WHERE m = $1"),
	} {
		if sum[m] != want {
			b.Errorf("%s is %d, by hand %d", m, sum[m], want)
		}
	}
	if n := count("fulfillment WHERE m = $1 AND work_status = 'delivered'"); times[figures.ToDelivered].N != n || times[figures.ToPicked].N != n {
		b.Errorf("%d fulfillments arrived and %d were picked, by hand %d", times[figures.ToDelivered].N, times[figures.ToPicked].N, n)
	}
}
