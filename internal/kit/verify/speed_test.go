package verify_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fulfillment"
	"orderly/internal/kit/verify"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// BenchmarkRun verifies a database of 20,000 orders of three lines, a quarter
// of them shipped; ORDERLY_VERIFY_ORDERS asks for another number.
func BenchmarkRun(b *testing.B) {
	n := 20_000
	if text := os.Getenv("ORDERLY_VERIFY_ORDERS"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	for _, engine := range []struct {
		name string
		open func(testing.TB) *store.DB
	}{{"sqlite", storetest.SQLite}, {"postgres", storetest.Postgres}} {
		b.Run(engine.name, func(b *testing.B) {
			db := engine.open(b)
			busyShop(b, db, n)
			for _, level := range levels {
				b.Run(level.String(), func(b *testing.B) {
					for b.Loop() {
						r := run(b, db, verify.Options{Level: level})
						if !r.Clean() {
							b.Fatalf("%+v", r.Violations[0])
						}
						b.ReportMetric(float64(r.LongestRead.Milliseconds()), "longest-read-ms")
						b.ReportMetric(float64(r.Orders)/r.Seconds, "orders/s")
						tell(b, r)
					}
				})
			}
		})
	}
}

func tell(b *testing.B, r *verify.Report) {
	for _, c := range r.Checks {
		b.Logf("%-3s %9d rows %8.2f s", c.ID, c.Rows, c.Took.Seconds())
	}
}

// busyShop places n orders through the desk, 250 in a call.
func busyShop(b testing.TB, db *store.DB, n int) {
	const skus, batch = 10_000, 250
	s := desktest.Open(b, db)
	for i := 0; i < skus; i += batch {
		var items []admin.ItemCommand
		var lines []stock.Line
		for j := i; j < i+batch; j++ {
			sku := fmt.Sprintf("S%05d", j)
			items = append(items, admin.ItemCommand{Item: catalog.Item{SKU: sku, Name: "Item " + sku, Kind: catalog.Goods, WhenShort: catalog.Backorder}})
			for _, at := range s.Locations {
				lines = append(lines, stock.Line{SKU: sku, Location: at, Quantity: int64(n)})
			}
		}
		all(b, s, admin.SaveItem, items)
		all(b, s, floor.Receive, []floor.ReceiveCommand{{Lines: lines}})
	}
	rng := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(rng, 1.1, 8, skus-1)
	for i := 0; i < n; i += batch {
		var orders []intake.PlaceCommand
		for j := i; j < min(n, i+batch); j++ {
			r := s.Request(fmt.Sprintf("S%05d", zipf.Uint64()), 1+rng.IntN(3), fmt.Sprintf("S%05d", zipf.Uint64()), 1, fmt.Sprintf("S%05d", zipf.Uint64()), 2)
			r.Payments = []order.Payment{{Amount: 2590}}
			orders = append(orders, intake.PlaceCommand{Request: r})
		}
		var fuls []fulfillment.ID
		for j, r := range all(b, s, intake.Place, orders) {
			if j%4 == 0 {
				for _, f := range r.Value.(*intake.Placed).Fulfillments {
					fuls = append(fuls, f.ID)
				}
			}
		}
		shipAll(b, s, fuls)
	}
}

func shipAll(b testing.TB, s *desktest.Shop, fuls []fulfillment.ID) {
	var work []floor.WorkCommand
	var pack []floor.PackCommand
	var ship []floor.ParcelCommand
	for _, id := range fuls {
		work = append(work, floor.WorkCommand{Fulfillment: id})
		pack = append(pack, floor.PackCommand{Fulfillment: id})
		ship = append(ship, floor.ParcelCommand{Fulfillment: id, Act: "ship"})
	}
	all(b, s, floor.Release, work)
	all(b, s, floor.Pick, work)
	all(b, s, floor.Pack, pack)
	all(b, s, floor.Parcel, ship)
}

// all does commands that must not be refused.
func all[C any](b testing.TB, s *desktest.Shop, op *desk.Operation[C], cmds []C) []desk.Result {
	b.Helper()
	var out []desk.Result
	for chunk := range slices.Chunk(cmds, desk.MaxBatch) {
		got, err := desk.Do(context.Background(), s.Desk, op, s.Scope, chunk, desk.Options{})
		if err != nil {
			b.Fatal(err)
		}
		for _, r := range got {
			if r.Err != nil {
				b.Fatal(r.Err)
			}
		}
		out = append(out, got...)
	}
	return out
}
